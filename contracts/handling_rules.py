"""Find what contradicts itself in a handling block, and say in words what it asks of recipients (Council doc. 6243/18).

H1 keeps information out of court without permission, H2 from being passed on without permission; where neither
stands, H0 lets it be used and shared to fight crime, and a ban beside it says the opposite. Handling codes are a
police scheme: under the GDPR only the floor H0 may stand, and onward sharing follows the consent record.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.codes import HandlingCode
from contracts.minimisation import POLICIES, POLICY, Policy
from contracts.policy_file import Contradiction
from contracts.sections.handling import Handling


def contradictions(handling: Handling, policy: Policy = POLICIES[POLICY]) -> Iterator[str]:
    """Yield each contradiction, in codes alone."""
    codes = frozenset(handling.codes)
    return (rule.says for rule in policy.rules.handling.contradiction if _stands(rule, handling, codes))


def _stands(rule: Contradiction, handling: Handling, codes: frozenset[HandlingCode]) -> bool:
    return (
        rule.legal_regime is handling.legal_regime
        and (not rule.any_code or not codes.isdisjoint(rule.any_code))
        and rule.without_code not in codes
        and (rule.onward is None or rule.onward is handling.onward)
        and (rule.judicial_use is None or rule.judicial_use is handling.judicial_use)
    )


def in_words(handling: Handling, policy: Policy = POLICIES[POLICY]) -> tuple[str, ...]:
    """Return what the block asks of whoever reads it, one sentence for each code."""
    words = policy.rules.handling.words
    names = [
        *handling.codes,
        f"onward_{handling.onward.value}",
        f"judicial_use_{handling.judicial_use.value}",
        *(["no_third_country"] if handling.no_third_country else []),
        handling.legal_regime,
    ]
    return tuple(words[name] for name in names)

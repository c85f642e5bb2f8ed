"""Load every version of the minimisation policy, and work its tables out once (CONTRACTS 3; `contracts/policies`).

What a table does not list is never disclosed. Old versions stay: an auditor recomputes old decisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from types import MappingProxyType

import msgspec

from contracts.codes import Condition, LegalRegime, Profile, Purpose, VictimAlertKind
from contracts.errors import UsageError
from contracts.events import Lifecycle
from contracts.policy_contradictions import contradictions
from contracts.policy_file import Opens, PolicyFile

Maximum = Mapping[str, frozenset[Condition]]
"""Sections that may be opened, each with the conditions that must all hold."""
Tables = Mapping[tuple[str, str], Maximum]
"""Maxima by (type, profile)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the minimisation policy, checked and worked out.

    `maximum` is what an event may open, `disclosed` what a `disclosure` may open of an earlier event, each by
    (type, profile). `alone` are the conditions that an audience may name without a section in sight that needs
    them, by the kind of event. `suspect_messages` are the (type, purpose) under which `lifted` does not matter.
    """

    version: str
    rules: PolicyFile = field(repr=False)
    maximum: Tables = field(repr=False)
    disclosed: Tables = field(repr=False)
    alone: Mapping[Lifecycle, frozenset[Condition]]
    minor_conditions: Maximum
    minor_image_kinds: frozenset[VictimAlertKind]
    victim_purposes: frozenset[Purpose]
    minor_purposes: frozenset[Purpose]
    suspect_messages: frozenset[tuple[str, str]]
    regimes: Mapping[str, LegalRegime]

    def assertable(self, lifecycle: Lifecycle) -> frozenset[Condition]:
        """Return the conditions that somebody responsible may assert in an event of that kind."""
        return frozenset(word for word, rule in self.rules.conditions.items() if lifecycle in rule.asserted_in)

    def regime_of_basis(self, word: str) -> LegalRegime:
        """Return the regime that a legal basis belongs to."""
        care = self.rules.regimes.gdpr.bases
        return LegalRegime.GDPR if care is not None and word.startswith(care) else LegalRegime.LED


def load(data: bytes, *, complete: bool) -> Policy:
    """Return the policy that a file holds. `complete` asks for a table for every type and profile of today.

    Raises:
        UsageError: an unknown member or word, or rules that contradict each other; every contradiction is named.
    """
    try:
        rules = msgspec.toml.decode(data, type=PolicyFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise UsageError(f"policy file: {fault}") from fault
    found = list(contradictions(rules, complete=complete))
    if found:
        raise UsageError(f"policy {rules.version} contradicts itself: {'; '.join(found)}")
    maximum = _tables(rules.maximum)
    further = _tables(rules.disclosure.further)
    return Policy(
        version=rules.version,
        rules=rules,
        maximum=maximum,
        disclosed=MappingProxyType(
            {
                key: MappingProxyType({**rows, **further.get(key, {})})
                for key, rows in maximum.items()
                if key[0] in rules.disclosure.earlier
            }
        ),
        alone=MappingProxyType(
            {
                lifecycle: frozenset(word for word, rule in rules.conditions.items() if lifecycle in rule.alone_in)
                for lifecycle in Lifecycle
            }
        ),
        minor_conditions=_conditional(rules.minor.conditions),
        minor_image_kinds=frozenset(rules.minor.image_kinds),
        victim_purposes=frozenset(rules.victim_purpose.adult),
        minor_purposes=frozenset(rules.victim_purpose.minor),
        suspect_messages=frozenset(
            (one, purpose.value) for one in rules.suspect_purpose.types for purpose in rules.suspect_purpose.purposes
        ),
        regimes=_regimes(rules),
    )


def _tables(tables: Iterable[Opens]) -> Tables:
    return MappingProxyType(
        {
            (one, profile.value): _conditional({**dict.fromkeys(table.open, ()), **table.when})
            for table in tables
            for one in table.types
            for profile in table.profiles
        }
    )


def _conditional(rows: Mapping[str, Iterable[Condition]]) -> Maximum:
    return MappingProxyType({name: frozenset(needed) for name, needed in sorted(rows.items())})


def _regimes(rules: PolicyFile) -> Mapping[str, LegalRegime]:
    """Return the regime of each profile."""
    named: dict[LegalRegime, tuple[Profile, ...]] = {
        LegalRegime.LED: rules.regimes.led.profiles,
        LegalRegime.GDPR: rules.regimes.gdpr.profiles,
    }
    return MappingProxyType({profile.value: regime for regime, profiles in named.items() for profile in profiles})


def _all() -> Mapping[str, Policy]:
    """Load every file of the package; one that does not hold stops the program at its start."""
    found = {}
    for file in sorted(files("contracts").joinpath("policies").iterdir(), key=lambda one: one.name):
        policy = load(file.read_bytes(), complete=file.name == f"{POLICY}.toml")
        if file.name != f"{policy.version}.toml":
            raise UsageError(f"policy file {file.name}: holds {policy.version}; a file is named after its version")
        found[policy.version] = policy
    return MappingProxyType(found)


POLICY = "minimisation-1"
"""The version that is applied to new events."""
POLICIES: Mapping[str, Policy] = _all()
"""Every version ever applied."""

"""Read the code claims that stand in clear: purpose, legal basis, urgency, policy."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from contracts.codes import Purpose, UrgencyLevel, UrgencyReason
from contracts.errors import Code, refusal
from contracts.minimisation import POLICIES
from contracts.values import legal_basis_fault
from contracts.wire import Claims

_PURPOSES = frozenset(Purpose)
_LEVELS = frozenset(UrgencyLevel)
_REASONS = frozenset(UrgencyReason)
_REMEMBERED = 1024
"""Combinations whose verdict is kept: far more than an exchange uses, and no claim can make it more."""


def purpose_fault(text: str) -> str | None:
    """Return what is wrong with a `purpose` claim, or None."""
    return None if text in _PURPOSES else "is not in the code list of purposes"


def basis_fault(words: Iterable[str]) -> str | None:
    """Return what is wrong with a `basis` claim (words `<code>:<reference>`), or None."""
    stated = tuple(words)
    if not stated:
        return "cites no legal basis"
    if len(set(stated)) != len(stated):
        return "cites a legal basis twice"
    return next((fault for word in stated if (fault := legal_basis_fault(word))), None)


def urgency_fault(text: str) -> str | None:
    """Return what is wrong with an `urgency` claim (`routine`, or `urgent:<reason>`), or None."""
    level, colon, reason = text.partition(":")
    if level not in _LEVELS:
        return "is not in the code list of urgencies"
    if level == UrgencyLevel.ROUTINE:
        return "routine has no reason" if colon else None
    return None if reason in _REASONS else "needs a reason of the code list"


def check_stated(claims: Claims) -> None:
    """Refuse claims whose codes are unknown: what one side cannot name it must not pass through (step 5).

    Raises:
        MalformedRecord: E05-schema, the detail names the claim and the rule.
    """
    fault = _stated_fault(claims.purpose, claims.basis, claims.urgency, claims.policy)
    if fault is not None:
        raise refusal(Code.E05_SCHEMA, fault)


@lru_cache(maxsize=_REMEMBERED)
def _stated_fault(purpose: str, basis: tuple[str, ...], urgency: str, policy: str) -> str | None:
    """Judge a combination once: the same few codes stand in every event."""
    faults = {
        "purpose": purpose_fault(purpose),
        "basis": basis_fault(basis),
        "urgency": urgency_fault(urgency),
        "policy": None if policy in POLICIES else "is not a known policy version",
    }
    return next((f"{name} {fault}" for name, fault in faults.items() if fault is not None), None)

"""Read the code claims that stand in clear: purpose, legal basis, urgency, policy."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.codes import Purpose, UrgencyLevel, UrgencyReason
from contracts.errors import Code, refusal
from contracts.minimisation import POLICIES
from contracts.values import legal_basis_fault
from contracts.wire import Claims


def purpose_fault(text: str) -> str | None:
    """Return what is wrong with a `purpose` claim, or None."""
    return None if text in frozenset(Purpose) else "is not in the code list of purposes"


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
    if level not in frozenset(UrgencyLevel):
        return "is not in the code list of urgencies"
    if level == UrgencyLevel.ROUTINE:
        return "routine has no reason" if colon else None
    return None if reason in frozenset(UrgencyReason) else "needs a reason of the code list"


def check_stated(claims: Claims) -> None:
    """Refuse claims whose codes are unknown: what one side cannot name it must not pass through (step 5).

    Raises:
        MalformedRecord: E05-schema, the detail names the claim and the rule.
    """
    faults = {
        "purpose": purpose_fault(claims.purpose),
        "basis": basis_fault(claims.basis),
        "urgency": urgency_fault(claims.urgency),
        "policy": None if claims.policy in POLICIES else "is not a known policy version",
    }
    for name, fault in faults.items():
        if fault is not None:
            raise refusal(Code.E05_SCHEMA, f"{name} {fault}")

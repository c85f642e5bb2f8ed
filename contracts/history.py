"""Say what the event in `ref` must be, once it is known: rules that one record alone does not show.

The gateway asks before it signs and again when it receives, the auditor asks the log. Each knows the
named event in its own way; what it must be stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from contracts.clocks import CLOCKED
from contracts.codes import Purpose
from contracts.events import (
    ANSWER,
    CORRECTION_PROPOSAL,
    ERROR_REPORT,
    HIT,
    REFERRAL_DECISION,
    REFERRAL_REQUEST,
    REFUSAL,
    REPORTS,
    REQUEST,
    SHELTER_OFFER,
    SIGNAL,
    SUSPECT_ALERT,
    VICTIM_ALERT,
    Lifecycle,
    is_a,
    spec,
    versions_of,
)
from contracts.wire import Claims, Reference

_POLICE_ALERTS = (SUSPECT_ALERT, VICTIM_ALERT, SIGNAL)
_POSSIBLE_VICTIMS = versions_of(VICTIM_ALERT, SIGNAL)

ABOUT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        message: frozenset(named)
        for kind, named in (
            (HIT, versions_of(*_POLICE_ALERTS)),
            (REQUEST, versions_of(*_POLICE_ALERTS, *REPORTS)),
            (ANSWER, CLOCKED),
            (REFUSAL, CLOCKED),
            (CORRECTION_PROPOSAL, versions_of(*_POLICE_ALERTS)),
            (ERROR_REPORT, versions_of(*_POLICE_ALERTS)),
            (SHELTER_OFFER, versions_of(REFERRAL_REQUEST)),
            (REFERRAL_DECISION, versions_of(REFERRAL_REQUEST, SHELTER_OFFER)),
        )
        for message in versions_of(kind)
    }
)
"""For each message, the types that it may be about. Care never names a police event (DESIGN 6)."""


def about_fault(event_type: str, named: str, *, purpose: str) -> str | None:
    """Return why a message of `event_type` under `purpose` cannot be about an event of type `named`, or None.

    Under `locate_suspect` a message opens whom it is about as a suspect: it cannot be about a possible victim.
    """
    if named in ABOUT[event_type]:
        victim = purpose == Purpose.LOCATE_SUSPECT and named in _POSSIBLE_VICTIMS
        return "is about a possible victim, whom locate_suspect does not look for" if victim else None
    return f"is about no {' or '.join(sorted({one.partition('.')[0] for one in ABOUT[event_type]}))}"


def version_fault(
    *, sub: str, type_: str, ver: int, named_sub: str | None, named_type: str, named_ver: int
) -> str | None:
    """Return why an alert's version cannot follow the event that it names as the one before, or None.

    `named_ver` is 0 where the named event has no version. A version that was sent to others alone leaves a
    gap: what is named is judged where it is known, and only there.
    """
    if named_sub != sub or not is_a(named_type, spec(type_)):
        return "follows a version of another alert"
    return None if named_ver == ver - 1 else "does not follow the version before"


def about(claims: Claims) -> Reference | None:
    """Return the one event that a message or a disclosure is about."""
    single = spec(claims.type).lifecycle in {Lifecycle.MESSAGE, Lifecycle.DISCLOSURE}
    return claims.ref[0] if single and claims.ref else None

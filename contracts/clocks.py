"""Say within which time an event must be answered: by its type and the article that its legal basis cites.

Nothing but signed claims decides, so issuer, recipient, hub and auditor find the same. When that time is over
is computed in `contracts.deadlines`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from contracts.codes import UrgencyLevel
from contracts.events import ANSWER, CORRECTION_PROPOSAL, ERROR_REPORT, HIT, REFUSAL, REQUEST, is_a, versions_of

ANSWERING = frozenset(versions_of(ANSWER, REFUSAL))
"""Types that stop a clock."""
_REMEMBERED = 1024
"""Combinations whose verdict is kept: far more than an exchange uses, and no claim can make it more."""


class Unit(StrEnum):
    """How a period is counted: see `contracts.deadlines.due`."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working days"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """A period that an act of the Union gives. `article` is the word of `basis` that cites it.

    `urgent` tells whether the event must be urgent (True), may not be (False), or may be either (None).
    """

    article: str
    types: frozenset[str]
    amount: int
    unit: Unit
    urgent: bool | None = None

    @property
    def period(self) -> str:
        """The period in words, as `8 hours`."""
        return f"{self.amount} {self.unit.value}"


_REQUEST = frozenset(versions_of(REQUEST))
_REQUEST_OR_HIT = frozenset(versions_of(REQUEST, HIT))
CORRECTION = TimeLimit(
    article="reg-2018-1862:art59",
    types=frozenset(versions_of(CORRECTION_PROPOSAL, ERROR_REPORT)),
    amount=2,
    unit=Unit.WORKING_DAYS,
)
"""What says that an alert is wrong has this limit whatever it cites (CONTRACTS 1)."""
LIMITS = (
    # Directly accessible and urgent; accessible through others and urgent; all other requests.
    TimeLimit(article="dir-2023-977:art5-1-a", types=_REQUEST, amount=8, unit=Unit.HOURS, urgent=True),
    TimeLimit(article="dir-2023-977:art5-1-b", types=_REQUEST, amount=3, unit=Unit.DAYS, urgent=True),
    TimeLimit(article="dir-2023-977:art5-1-c", types=_REQUEST, amount=7, unit=Unit.DAYS, urgent=False),
    # SIRENE: supplementary information; a child or vulnerable person was found; the same description.
    TimeLimit(article="reg-2018-1862:art8", types=_REQUEST, amount=12, unit=Unit.HOURS),
    TimeLimit(article="reg-2018-1862:art33", types=_REQUEST_OR_HIT, amount=12, unit=Unit.HOURS),
    TimeLimit(article="reg-2018-1862:art61", types=_REQUEST, amount=12, unit=Unit.HOURS),
    # Prüm II: core data after a match that a person confirmed.
    TimeLimit(article="reg-2024-982:art47", types=_REQUEST_OR_HIT, amount=48, unit=Unit.HOURS),
)
"""Limits that stand where a basis cites their article."""

_CITED: Mapping[tuple[str, str], TimeLimit] = MappingProxyType(
    {(kind, limit.article): limit for limit in LIMITS for kind in limit.types}
)
CLOCKED = frozenset(kind for limit in (*LIMITS, CORRECTION) for kind in limit.types)
"""Types that may have to be answered within a time."""


@lru_cache(maxsize=_REMEMBERED)
def limit_of(event_type: str, basis: tuple[str, ...]) -> TimeLimit | None:
    """Return the limit that the claims set; None where they set none."""
    if event_type in CORRECTION.types:
        return CORRECTION
    found = _found(event_type, basis)
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=_REMEMBERED)
def clock_fault(event_type: str, basis: tuple[str, ...], urgency: str) -> str | None:
    """Return what is wrong with the limit that an event sets, or None.

    A request cites the article of exactly one, a hit of one at most; the urgency fits it.
    """
    found = _found(event_type, basis)
    if len(found) > 1:
        return "cites articles of different time limits"
    if is_a(event_type, REQUEST) and not found:
        return "cites no article that sets a time limit"
    limit = found[0] if found else None
    if limit is None or limit.urgent is None:
        return None
    if limit.urgent is (urgency == UrgencyLevel.ROUTINE):
        return f"{limit.article} is for {'urgent' if limit.urgent else 'routine'} requests"
    return None


def clock_remedy(event_type: str) -> str:
    """Return what would set a limit right in an event of the type."""
    choices = [f"{one.article} ({one.period}{_WHEN[one.urgent]})" for one in LIMITS if event_type in one.types]
    return f"cite one of {', '.join(choices)}"


_WHEN = {True: ", urgent", False: ", routine", None: ""}


def _found(event_type: str, basis: tuple[str, ...]) -> list[TimeLimit]:
    return [limit for word in basis if (limit := _CITED.get((event_type, word))) is not None]

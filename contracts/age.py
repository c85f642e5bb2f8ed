"""Reckon with ages that are only partly known: bands, minority, the eighteenth birthday."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contracts.codes import AgeAssertion, AgeBand, Minor, SuspectRole
from contracts.parts import SectionModel
from contracts.sections.identity import IdentitySection
from contracts.sections.role import Role
from contracts.sections.status import Status

MAJORITY = 18
DECISION_MONTHS = 4
"""Before a child turns 18 the issuer decides anew (Reg. 2018/1862 art. 32(7))."""

_LOWER_BOUNDS = {band: int(band.value.rstrip("+").partition("-")[0]) for band in AgeBand}
_MINOR_BANDS = frozenset({AgeBand.FROM_0, AgeBand.FROM_9})


@dataclass(frozen=True, slots=True)
class Ages:
    """The least and the most that an age may be, in completed years."""

    least: int
    most: int


def band_of(age: int) -> AgeBand:
    """Return the CTDC band of an age in completed years."""
    return max((band for band in AgeBand if _LOWER_BOUNDS[band] <= age), key=_LOWER_BOUNDS.__getitem__)


def ages(sections: Mapping[str, SectionModel], on: date) -> Ages | None:
    """Return what the age of the subject may be on a day, from birth date or estimated range.

    Uses the leading identity: an alias is believed only where nothing better is stated, a misused
    identity belongs to somebody else.
    """
    identity = sections.get("identity")
    leading = identity.leading if isinstance(identity, IdentitySection) else None
    if leading is None:
        return None
    bounds = leading.birth.date.bounds() if leading.birth is not None and leading.birth.date is not None else None
    if bounds is not None:
        first, last = bounds
        return Ages(max(0, _years(last, on)), max(0, _years(first, on)))
    if leading.age is not None:
        estimated = date.fromisoformat(leading.age.on)
        passed = max(0, _years(estimated, on))
        return Ages(leading.age.least + passed, leading.age.most + passed + (on > estimated))
    return None


def age_band(sections: Mapping[str, SectionModel], on: date) -> AgeBand | None:
    """Return the band if only one is possible, else the one that the issuer stated, else None."""
    known = ages(sections, on)
    if known is not None and band_of(known.least) is band_of(known.most):
        return band_of(known.least)
    status = sections.get("status")
    return status.age_band if isinstance(status, Status) else None


def minority(sections: Mapping[str, SectionModel], on: date) -> Minor:
    """Tell whether the subject is a minor on a day, by the evidence in the sections.

    Where the age is uncertain the subject is presumed a child (Directive 2011/36 art. 13(2)), and
    where nothing is said that is not read as "no": the issuer states `handling.minor` instead.
    """
    status = sections.get("status")
    if isinstance(status, Status) and status.age_assertion is AgeAssertion.PRESUMED_CHILD:
        return Minor.PRESUMED
    known = ages(sections, on)
    if known is not None:
        if known.least >= MAJORITY:
            return Minor.NO
        return Minor.YES if known.most < MAJORITY else Minor.PRESUMED
    if isinstance(status, Status) and status.age_band is not None:
        return Minor.YES if status.age_band in _MINOR_BANDS else Minor.NO
    role = sections.get("role")
    if isinstance(role, Role) and SuspectRole.LEGAL_PERSON in role.roles:
        return Minor.NO
    return Minor.PRESUMED


def decision_due(sections: Mapping[str, SectionModel], on: date) -> date | None:
    """Return the day on which the issuer must decide anew because a child nears 18; None for an adult.

    The earliest possible birthday counts. A day in the past means: now.
    """
    identity = sections.get("identity")
    leading = identity.leading if isinstance(identity, IdentitySection) else None
    if leading is None or leading.birth is None or leading.birth.date is None:
        return None
    bounds = leading.birth.date.bounds()
    if bounds is None or _years(bounds[0], on) >= MAJORITY:
        return None
    born = bounds[0]
    month = (born.year + MAJORITY) * 12 + born.month - 1 - DECISION_MONTHS
    year, number = month // 12, month % 12 + 1
    return date(year, number, min(born.day, monthrange(year, number)[1]))


def _years(born: date, on: date) -> int:
    """Return completed years; who was born on 29 February completes one on 1 March of other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))

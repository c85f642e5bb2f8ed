"""Compute when the time to answer is over: periods of Union law across weekends, holidays and summer time.

Hours run through from the instant of admission. Days follow Regulation (EEC, Euratom) No 1182/71 art. 3;
`docs/decisions/0020-clocks.md` says why and where that is not beyond doubt.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from contracts.clocks import TimeLimit, Unit, limit_of
from contracts.identifiers import instant, milliseconds
from contracts.wire import Claims

DAY = timedelta(days=1)
SATURDAY = 5
LEAST_WORKING_DAYS = 2
"""A period of two days or more includes at least two working days (art. 3(5))."""
_YEARS = 256
"""Calendars that are kept: every country of an exchange for some years, and no event can make it more."""

ZONES = {
    "AL": "Europe/Tirane",
    "AT": "Europe/Vienna",
    "BA": "Europe/Sarajevo",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CH": "Europe/Zurich",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "EU": "Europe/Brussels",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "GE": "Asia/Tbilisi",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IS": "Atlantic/Reykjavik",
    "IT": "Europe/Rome",
    "LI": "Europe/Vaduz",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MD": "Europe/Chisinau",
    "ME": "Europe/Podgorica",
    "MK": "Europe/Skopje",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "RS": "Europe/Belgrade",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
    "TR": "Europe/Istanbul",
    "UA": "Europe/Kyiv",
    "XK": "Europe/Belgrade",
}
"""Zone of the capital by ISO 3166-1 alpha-2, as participant ids begin; `EU` for bodies of the Union. Others: UTC."""


def due_of(claims: Claims, *, to: str, admitted: int) -> int | None:
    """Return when `to` must have answered an event that was admitted at `admitted`; None if nothing sets a limit.

    Both instants are milliseconds. An answer that is admitted at that very instant is in time.
    """
    limit = limit_of(claims.type, claims.basis)
    if limit is None:
        return None
    return milliseconds(due(limit, instant(admitted), asking=claims.iss, answering=to))


def due(limit: TimeLimit, admitted: datetime, *, asking: str, answering: str) -> datetime:
    """Return the end of the period that begins when the participant `answering` got the event.

    Days end with the last hour of the last day where the answer is given: midnight there. The day of admission
    does not count. *Days*: calendar days; an end on a Saturday, Sunday or public holiday of the answering
    side moves to the next working day, and two working days lie within. *Working days* are those of both sides.
    """
    if limit.unit is Unit.HOURS:
        return admitted + timedelta(hours=limit.amount)
    zone = _zone(answering[:2])
    first = admitted.astimezone(zone).date()
    if limit.unit is Unit.WORKING_DAYS:
        last = _nth_working_day(first, limit.amount, {asking[:2], answering[:2]})
    else:
        here = {answering[:2]}
        last = first + limit.amount * DAY
        while not is_working_day(last, here):
            last += DAY
        if limit.amount >= LEAST_WORKING_DAYS:
            last = max(last, _nth_working_day(first, LEAST_WORKING_DAYS, here))
    return datetime.combine(last + DAY, time(), zone).astimezone(UTC)


def is_working_day(day: date, countries: Iterable[str]) -> bool:
    """Tell whether `day` is no Saturday, Sunday or national public holiday in any of `countries` (alpha-2)."""
    return day.weekday() < SATURDAY and all(day not in _holidays(country, day.year) for country in countries)


def _nth_working_day(after: date, count: int, countries: set[str]) -> date:
    day = after
    while count:
        day += DAY
        count -= is_working_day(day, countries)
    return day


@lru_cache(maxsize=_YEARS)
def _holidays(country: str, year: int) -> frozenset[date]:
    """Return public holidays of the whole country; none of a code that the library does not know."""
    if country not in holidays.list_supported_countries(include_aliases=False):
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


def _zone(country: str) -> tzinfo:
    name = ZONES.get(country)
    return UTC if name is None else ZoneInfo(name)

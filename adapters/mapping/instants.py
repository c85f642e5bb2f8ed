"""Read local times: the event has UTC, so an hour that local clocks skip or repeat must say which it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from adapters.interface import Reason
from adapters.mapping.conversion import Malformed, Note, Reading, Writing
from adapters.mapping.dates import EARLIEST_YEAR, LATEST_YEAR, DayMonthYear
from contracts.identifiers import iso

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(Z?)", re.ASCII)
_SUNDAY = 6
_EPOCH = re.compile(r"\d{9,10}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class EuropeanTime:
    """Time in a member state, `standard` hours ahead of UTC in winter.

    Summer time runs from 01:00 UTC on the last Sunday of March to the last Sunday of October (Directive
    2000/84/EC). Years before 1996 followed other rules; no record of sightings is that old.
    """

    standard: int

    def local(self, instant: datetime) -> datetime:
        """Return the time on local clocks, without zone."""
        utc = instant.astimezone(UTC).replace(tzinfo=None)
        summer = _turn(utc.year, 3) <= utc < _turn(utc.year, 10)
        return utc + timedelta(hours=self.standard + summer)

    def instants(self, local: datetime) -> list[datetime]:
        """Return the instants at which local clocks show this time: one, none or two."""
        candidates = [(local - timedelta(hours=self.standard + summer)).replace(tzinfo=UTC) for summer in (1, 0)]
        return [instant for instant in candidates if self.local(instant) == local]


def _turn(year: int, month: int) -> datetime:
    last = date(year, month, 31)
    sunday = last - timedelta(days=(last.weekday() - _SUNDAY) % 7)
    return datetime(sunday.year, sunday.month, sunday.day, 1)  # noqa: DTZ001 - compared with UTC without zone


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalInstant:
    """A date and a time of day on local clocks, as `dd-mm-jjjj uu:mm`; `Z` behind it says that it is UTC.

    `clock` is how the time of day is shown to users in remedies.
    """

    order: DayMonthYear
    zone: EuropeanTime
    clock: str = "hh:mm"

    def read(self, text: str, /) -> Reading:
        """Read the instant; a time that clocks skip or repeat is malformed without `Z`."""
        day_text, _, clock = text.strip().rpartition(" ")
        parts = self.order.split(day_text)
        match = _CLOCK.fullmatch(clock)
        if len(parts) != 3 or match is None:  # noqa: PLR2004 - day, month and year
            raise Malformed("the value is no date with a time", f"write {self.order.shown} {self.clock}")
        day = self.order.day(*parts)
        hour, minute, second = (int(part or 0) for part in match.groups()[:3])
        shown = datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - local clocks
        instants = [shown.replace(tzinfo=UTC)] if match[4] else self.zone.instants(shown)
        if len(instants) != 1:
            raise Malformed("local clocks skip or repeat this time", "write the time in UTC with Z behind it")
        return Reading(iso(instants[0]))

    def write(self, value: str, /) -> Writing:
        """Write local time, or UTC with `Z` in the hour that clocks repeat."""
        instant = datetime.fromisoformat(value)
        local = self.zone.local(instant)
        clear = len(self.zone.instants(local)) == 1
        shown = local if clear else instant.astimezone(UTC)
        day = self.order.join(f"{shown.day:02}", f"{shown.month:02}", f"{shown.year:04}")
        clock = shown.strftime("%H:%M:%S" if shown.second else "%H:%M")
        return Writing(f"{day} {clock}{'' if clear else 'Z'}")


@dataclass(frozen=True, slots=True)
class ZonedInstant:
    """An instant that says its zone: ISO 8601 with an offset, or seconds since the epoch."""

    def read(self, text: str, /) -> Reading:
        """Read the instant; fractions of a second are left out, and noted where they are not zero."""
        if _EPOCH.fullmatch(text):
            return Reading(iso(datetime.fromtimestamp(int(text), UTC)))
        try:
            instant = datetime.fromisoformat(text)
        except ValueError as fault:
            raise Malformed("the value is no instant", "write 2026-05-31T12:00:00Z") from fault
        if instant.tzinfo is None or not EARLIEST_YEAR <= instant.year <= LATEST_YEAR:
            raise Malformed("the instant has no zone, or no year of an alert", "write it in UTC with Z behind it")
        notes = (Note(Reason.COARSENED, "fractions of a second are left out"),) if instant.microsecond else ()
        return Reading(iso(instant), notes)

    def write(self, value: str, /) -> Writing:
        """Write it in UTC."""
        return Writing(value)

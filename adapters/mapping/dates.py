"""Read dates in a stated order, whole or in part; the order is declared by the country and never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from adapters.interface import Reason
from adapters.mapping.conversion import Malformed, Note, Reading, Writing

EARLIEST_YEAR = 1850
LATEST_YEAR = 2150
"""Years outside are typing errors: nobody concerned was born before, no alert ends after."""
UNKNOWN = {"precision": "unknown", "value": "unknown"}
"""What the contract says for a date that is known to be unknown."""

_PARTS_OF = {"day": 3, "month": 2, "year": 1, "decade": 1}
_DECADE = re.compile(r"[0-9]{3}[x?]")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMonthYear:
    """Where the parts of a date stand: `separator` between them, `shown` to users in remedies (as dd-mm-jjjj)."""

    separator: str
    shown: str

    def split(self, text: str) -> list[str]:
        """Return the parts as written; spaces around separators are habit and mean nothing."""
        return [part.strip() for part in text.split(self.separator)]

    def join(self, *parts: str) -> str:
        """Write the parts with the separator."""
        return self.separator.join(parts)

    def malformed(self, rule: str) -> Malformed:
        """Name the rule; the remedy is the stated form."""
        return Malformed(rule, f"write {self.shown}")

    def year(self, text: str) -> int:
        """Read a year of four digits: two digits would need a guess about the century."""
        if not re.fullmatch(r"[0-9]{4}", text) or not EARLIEST_YEAR <= int(text) <= LATEST_YEAR:
            raise self.malformed("the year is no year of four digits in the stated order")
        return int(text)

    def number(self, text: str, high: int) -> int:
        """Read a day or month number."""
        if not re.fullmatch(r"[0-9]{1,2}", text) or not 1 <= int(text) <= high:
            raise self.malformed("day or month is out of range in the stated order")
        return int(text)

    def day(self, day: str, month: str, year: str) -> date:
        """Read a whole date that exists in the calendar."""
        numbers = self.year(year), self.number(month, 12), self.number(day, 31)
        try:
            return date(*numbers)
        except ValueError as fault:
            raise self.malformed("the date does not exist") from fault


@dataclass(frozen=True, slots=True, kw_only=True)
class YearMonthDay(DayMonthYear):
    """The order of ISO 8601, from the year down."""

    def split(self, text: str) -> list[str]:
        """Return the parts as written, the day first."""
        return [part.strip() for part in text.split(self.separator)][::-1]

    def join(self, *parts: str) -> str:
        """Write the parts, which come day first, with the separator."""
        return self.separator.join(parts[::-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDayYear(DayMonthYear):
    """The order of the United States."""

    def split(self, text: str) -> list[str]:
        """Return the parts as written, the day first."""
        parts = [part.strip() for part in text.split(self.separator)]
        return [parts[1], parts[0], *parts[2:]] if len(parts) == 3 else parts  # noqa: PLR2004 - a whole date

    def join(self, *parts: str) -> str:
        """Write the parts, which come day first, with the separator."""
        day, month, *year = parts
        return self.separator.join((month, day, *year))


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A date of which parts may be unknown: `00-00-1994`, `XX-XX-1994`, `05-1994`, `ca. 1994`, `199X`, `00-00-0000`.

    `conventional` are the (day, month) that registers write when only the year is known, as 1 January: they
    are read as the year alone and noted, because the real day may be that one. `unknown_word` says that the
    date is known to be unknown, which is more than silence.
    """

    order: DayMonthYear
    unknown_word: str
    unknown: frozenset[str] = frozenset({"00", "0", "xx", "x", "??"})
    no_year: frozenset[str] = frozenset({"0000", "xxxx", "????"})
    about: tuple[str, ...] = ("ca.", "ca", "circa", "c.", "\u00b1", "~")
    conventional: frozenset[tuple[int, int]] = field(default_factory=lambda: frozenset({(1, 1)}))

    def knows(self, text: str) -> bool:
        """Tell whether the text is the word for an unknown date."""
        return text.strip().casefold() == self.unknown_word

    def read(self, text: str, /) -> Reading:
        """Read the most precise statement that the text makes."""
        folded = text.strip().casefold()
        if folded == self.unknown_word:
            return Reading(UNKNOWN)
        for word in self.about:
            if folded.startswith(word):
                return self._about(folded.removeprefix(word).strip())
        parts = self.order.split(folded)
        if len(parts) == 1 and _DECADE.fullmatch(folded):
            return Reading(partial("decade", self.order.year(f"{folded[:3]}0")))
        if len(parts) == 1:
            return Reading(partial("year", self.order.year(parts[0])))
        if len(parts) == 2:  # noqa: PLR2004 - month and year
            return self._month(*parts)
        if len(parts) == 3:  # noqa: PLR2004 - day, month and year
            return self._whole(*parts)
        raise self.order.malformed("the value is no date in the stated form")

    def write(self, value: Any, /) -> Writing:
        """Write unknown parts as 00, and a decade with X for its last digit."""
        parts = str(value["value"]).split("-")
        precision = value["precision"]
        if precision == "day":
            return Writing(self.order.join(parts[2], parts[1], parts[0]))
        if precision == "month":
            return Writing(self.order.join("00", parts[1], parts[0]))
        if precision == "unknown":
            return Writing(self.unknown_word)
        if precision == "about_year":
            return Writing(f"{self.about[0]} {parts[0]}")
        if precision == "year":
            return Writing(self.order.join("00", "00", parts[0]))
        return Writing(f"{parts[0][:3]}X")

    def _about(self, text: str) -> Reading:
        return Reading({"precision": "about_year", "value": f"{self.order.year(text):04}"})

    def _month(self, month: str, year: str) -> Reading:
        if month in self.unknown:
            return Reading(UNKNOWN if year in self.no_year else partial("year", self.order.year(year)))
        return Reading(partial("month", self.order.year(year), self.order.number(month, 12)))

    def _whole(self, day: str, month: str, year: str) -> Reading:
        if month in self.unknown and day not in self.unknown:
            raise self.order.malformed("the day is known but not the month")
        if day in self.unknown:
            return self._month(month, year)
        found = self.order.day(day, month, year)
        if (found.day, found.month) in self.conventional:
            note = Note(Reason.COARSENED, "this day is written where only the year is known; read as the year")
            return Reading(partial("year", found.year), (note,))
        return Reading(partial("day", found.year, found.month, found.day))


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeDate:
    """A day that must be known, as ISO 8601 in the event."""

    order: DayMonthYear

    def read(self, text: str, /) -> Reading:
        """Read day, month and year."""
        parts = self.order.split(text)
        if len(parts) != 3:  # noqa: PLR2004 - day, month and year
            raise self.order.malformed("the value is no whole date")
        return Reading(self.order.day(*parts).isoformat())

    def write(self, value: str, /) -> Writing:
        """Write the day in the national order."""
        year, month, day = value.split("-")
        return Writing(self.order.join(day, month, year))


def partial(precision: str, year: int, month: int = 0, day: int = 0) -> dict[str, Any]:
    """Return what the contract says for a date of this precision."""
    parts = (f"{year:04}", f"{month:02}", f"{day:02}")
    return {"precision": precision, "value": "-".join(parts[: _PARTS_OF[precision]])}

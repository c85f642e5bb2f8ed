"""Read numbers with a form: counts, telephone numbers, plates and document numbers, coordinates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.interface import Reason
from adapters.mapping.conversion import Malformed, Note, Reading, Writing
from adapters.mapping.text import mixes_scripts, tidy
from contracts.places import MICRODEGREES

_PHONE_MARKS = re.compile(r"[\s\-./()]")
_TRUNK_ZERO = re.compile(r"\(0\)")
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_MARKED = re.compile(r"[^\W_]+")
_DEGREES = re.compile(r"(-?)(\d{1,3})(?:,(\d{1,6}))?", re.ASCII)
_SEPARATORS = re.compile(r"[\s\-./]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A whole number from `low` to `high`, with or without its `unit` behind it."""

    low: int
    high: int
    unit: str = ""

    def read(self, text: str, /) -> Reading:
        """Read the digits; a decimal or another unit is malformed, never converted."""
        digits = text.strip().casefold().removesuffix(self.unit).strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(self.high))):
            raise Malformed("the value is no whole number", f"write digits{f', in {self.unit}' if self.unit else ''}")
        if not self.low <= int(digits) <= self.high:
            raise Malformed(f"the number is not between {self.low} and {self.high}", "check unit and digits")
        return Reading(int(digits))

    def write(self, value: int, /) -> Writing:
        """Write the digits alone."""
        return Writing(str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """A number of exactly `count` digits, as the serial number of a device; leading zeros count."""

    what: str
    count: int

    def read(self, text: str, /) -> Reading:
        """Drop separators."""
        value = _SEPARATORS.sub("", text)
        if not (value.isascii() and value.isdigit() and len(value) == self.count):
            raise Malformed(f"the value is no {self.what}", f"write {self.count} digits")
        return Reading(value)

    def write(self, value: str, /) -> Writing:
        """Write the digits."""
        return Writing(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A telephone number as E.164. `country` is the calling code of numbers that begin with one zero.

    Written with 00, not +: spreadsheets run a cell that begins with a plus sign.
    """

    country: str

    def read(self, text: str, /) -> Reading:
        """Read +, 00 and national forms; anything that is no E.164 number afterwards is malformed."""
        number = _PHONE_MARKS.sub("", _TRUNK_ZERO.sub("", text))
        if number.startswith("00"):
            number = f"+{number[2:]}"
        elif number.startswith("0"):
            number = f"+{self.country}{number[1:]}"
        if not _E164.fullmatch(number) or not number.isascii():
            raise Malformed("the value is no telephone number", "write +, country code and number")
        return Reading(number)

    def write(self, value: str, /) -> Writing:
        """Write with 00 before the country code."""
        return Writing(f"00{value.removeprefix('+')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A plate or document number, kept as written: registers differ in separators, match keys drop them.

    `low` to `high` count letters and digits. Those that are mistaken for each other (O and 0, I and 1) stay
    as they are; letters of several scripts are flagged.
    """

    what: str
    low: int
    high: int

    def read(self, text: str, /) -> Reading:
        """Check the form and flag look-alike letters."""
        value, notes = tidy(text)
        marks = _SEPARATORS.sub("", value)
        if not _MARKED.fullmatch(marks) or not self.low <= len(marks) <= self.high:
            raise Malformed(f"the value is no {self.what}", f"write {self.low} to {self.high} letters and digits")
        if mixes_scripts(marks):
            notes += (Note(Reason.SUSPICIOUS, "letters of several scripts in one number"),)
        return Reading(value, notes)

    def write(self, value: str, /) -> Writing:
        """Write as it is."""
        return Writing(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Degrees:
    """Decimal degrees with a comma, up to `limit` either way, as millionths of a degree."""

    limit: int

    def read(self, text: str, /) -> Reading:
        """Read at most six decimals: more is finer than the event says, and no receiver knows it."""
        match = _DEGREES.fullmatch(text.strip())
        if match is None:
            raise Malformed("the value is no coordinate", "write decimal degrees with a comma and up to six decimals")
        sign, whole, decimals = match.groups()
        value = int(whole) * MICRODEGREES + int((decimals or "").ljust(6, "0"))
        if value > self.limit * MICRODEGREES:
            raise Malformed(f"the coordinate is beyond {self.limit} degrees", "check latitude and longitude")
        return Reading(-value if sign else value)

    def write(self, value: int, /) -> Writing:
        """Write all six decimals."""
        whole, decimals = divmod(abs(value), MICRODEGREES)
        return Writing(f"{'-' if value < 0 else ''}{whole},{decimals:06}")

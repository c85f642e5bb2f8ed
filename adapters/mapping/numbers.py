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
_DEGREES = re.compile(r"(-?)(\d{1,3})(?:[.,](\d{1,20}))?", re.ASCII)
_DECIMALS = 6
_SEPARATORS = re.compile(r"[\s\-./]")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_ACCOUNT_CHARACTERS = 80


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
    """A telephone number as E.164. `country` is the calling code of numbers that begin with one zero, if any.

    Written with 00 in front where `plus` is false: spreadsheets run a cell that begins with a plus sign.
    """

    country: str | None = None
    plus: bool = False

    def read(self, text: str, /) -> Reading:
        """Read +, 00 and national forms; anything that is no E.164 number afterwards is malformed."""
        number = _PHONE_MARKS.sub("", _TRUNK_ZERO.sub("", text))
        if number.startswith("00"):
            number = f"+{number[2:]}"
        elif number.startswith("0") and self.country is not None:
            number = f"+{self.country}{number[1:]}"
        if not _E164.fullmatch(number) or not number.isascii():
            raise Malformed("the value is no telephone number", "write +, country code and number")
        return Reading(number)

    def write(self, value: str, /) -> Writing:
        """Write with + or 00 before the country code."""
        return Writing(value if self.plus else f"00{value.removeprefix('+')}")


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


@dataclass(frozen=True, slots=True)
class AccountNumber:
    """A number of an account. One that has the form of an IBAN is written without blanks, in capitals (ISO 13616).

    An IBAN whose check digits fail is flagged, not refused, and so is one of the wrong length.
    """

    def read(self, text: str, /) -> Reading:
        """Tell an IBAN from other numbers by its form."""
        value, notes = tidy(text)
        if len(value) > _ACCOUNT_CHARACTERS:
            raise Malformed(f"the number is longer than {_ACCOUNT_CHARACTERS} characters", "check the number")
        iban = _SEPARATORS.sub("", value).upper()
        if not _IBAN.fullmatch(iban):
            return Reading(value or None, notes)
        if not passes_iban_check(iban):
            notes += (Note(Reason.SUSPICIOUS, "the check digits of the IBAN are wrong"),)
        return Reading(iban, notes)

    def write(self, value: str, /) -> Writing:
        """Write as it is."""
        return Writing(value)


def passes_iban_check(iban: str) -> bool:
    """Check an IBAN in capitals: with its first four characters at the end, and letters as 10 to 35, 1 modulo 97."""
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Degrees:
    """Decimal degrees, up to `limit` either way, as millionths of a degree. `mark` stands before the decimals.

    More than six decimals are malformed, or with `cut` left out and noted: no receiver knows that place so well.
    """

    limit: int
    mark: str = ","
    cut: bool = False

    def read(self, text: str, /) -> Reading:
        """Read sign, degrees and decimals."""
        match = _DEGREES.fullmatch(text.strip())
        decimals = (match[3] or "") if match is not None else ""
        finer = decimals[_DECIMALS:].strip("0")
        if match is None or (decimals and self.mark not in text) or (finer and not self.cut):
            how = "a comma" if self.mark == "," else "a point"
            raise Malformed("the value is no coordinate", f"write decimal degrees with {how} and up to six decimals")
        value = int(match[2]) * MICRODEGREES + int(decimals[:_DECIMALS].ljust(_DECIMALS, "0"))
        if value > self.limit * MICRODEGREES:
            raise Malformed(f"the coordinate is beyond {self.limit} degrees", "check latitude and longitude")
        notes = (Note(Reason.COARSENED, "decimals beyond the sixth are left out"),) if finer else ()
        return Reading(-value if match[1] == "-" else value, notes)

    def write(self, value: int, /) -> Writing:
        """Write all six decimals."""
        whole, decimals = divmod(abs(value), MICRODEGREES)
        return Writing(f"{'-' if value < 0 else ''}{whole}{self.mark}{decimals:06}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Formed:
    """A code of letters and digits in one form; `shown` tells users which. Read in capitals where `upper`."""

    what: str
    form: str
    shown: str
    upper: bool = True

    def read(self, text: str, /) -> Reading:
        """Check the form."""
        value = text.strip().upper() if self.upper else text.strip()
        if not re.fullmatch(self.form, value, re.ASCII):
            raise Malformed(f"the value is no {self.what}", f"write {self.shown}")
        return Reading(value)

    def write(self, value: str, /) -> Writing:
        """Write as it is."""
        return Writing(value)

"""Read numbers with a form: counts, telephone numbers, plates and document numbers, coordinates."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat
from stdnum import iban

from adapters.interface import Reason
from adapters.mapping.conversion import Malformed, Note, Reading, Writing
from adapters.mapping.text import tidy
from contracts.places import MICRODEGREES
from contracts.quality import is_like_iban

_PHONE_MARKS = re.compile(r"[\s\-./()]")
_TRUNK_ZERO = re.compile(r"\(0\)")
_E164_CHARACTERS = len("+") + 15
_DIALLED = re.compile(r"\+?[0-9]{2,20}")
_MARKED = re.compile(r"[^\W_]+")
_DEGREES = re.compile(r"(-?)(\d{1,3})(?:[.,](\d{1,20}))?", re.ASCII)
_DECIMALS = 6
_SEPARATORS = re.compile(r"[\s\-./]")
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
    """A telephone number as E.164. `region` (ISO 3166-1 alpha-2) says where numbers without a country code belong.

    A national number counts with the prefix that its country dials inside, where it has one: a few digits alone
    may be anything. A number of a length that its country does not give is kept, and flagged as quality.
    Written with 00 in front where `plus` is false: spreadsheets run a cell that begins with a plus sign.
    """

    region: str | None = None
    plus: bool = False

    def read(self, text: str, /) -> Reading:
        """Read +, 00 and national forms."""
        number = _PHONE_MARKS.sub("", _TRUNK_ZERO.sub("", text))
        if number.startswith("00"):
            number = f"+{number[2:]}"
        if not _DIALLED.fullmatch(number) or not (number.startswith("+") or self._is_national(number)):
            raise Malformed("the value is no telephone number", "write +, country code and number")
        try:
            found = phonenumbers.parse(number, self.region)
        except phonenumbers.NumberParseException as fault:
            raise Malformed("the value is no telephone number", "write +, country code and number") from fault
        value = phonenumbers.format_number(found, PhoneNumberFormat.E164)
        if len(value) > _E164_CHARACTERS:
            raise Malformed("the value is longer than a telephone number", "write +, country code and number")
        return Reading(value)

    def _is_national(self, number: str) -> bool:
        country = None if self.region is None else PhoneMetadata.metadata_for_region(self.region)
        return country is not None and number.startswith(country.national_prefix or "")

    def write(self, value: str, /) -> Writing:
        """Write with + or 00 before the country code."""
        return Writing(value if self.plus else f"00{value.removeprefix('+')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A plate or document number, kept as written: registers differ in separators, match keys drop them.

    `low` to `high` count letters and digits. Those that are mistaken for each other (O and 0, I and 1) stay
    as they are.
    """

    what: str
    low: int
    high: int

    def read(self, text: str, /) -> Reading:
        """Check the form."""
        value, notes = tidy(text)
        marks = _SEPARATORS.sub("", value)
        if not _MARKED.fullmatch(marks) or not self.low <= len(marks) <= self.high:
            raise Malformed(f"the value is no {self.what}", f"write {self.low} to {self.high} letters and digits")
        return Reading(value, notes)

    def write(self, value: str, /) -> Writing:
        """Write as it is."""
        return Writing(value)


@dataclass(frozen=True, slots=True)
class AccountNumber:
    """A number of an account. One that has the form of an IBAN is written without blanks, in capitals (ISO 13616)."""

    def read(self, text: str, /) -> Reading:
        """Tell an IBAN from other numbers by its form."""
        value, notes = tidy(text)
        if len(value) > _ACCOUNT_CHARACTERS:
            raise Malformed(f"the number is longer than {_ACCOUNT_CHARACTERS} characters", "check the number")
        return Reading((iban.compact(value) if is_like_iban(value) else value) or None, notes)

    def write(self, value: str, /) -> Writing:
        """Write as it is."""
        return Writing(value)


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

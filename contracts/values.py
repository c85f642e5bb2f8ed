"""Spell dates, instants, countries, languages and legal bases one way each."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Self

import pycountry
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from contracts.codes import DatePrecision
from contracts.identifiers import iso
from contracts.parts import Part

UNKNOWN = "unknown"
"""The value of a name or date that is known to be unknown (ECRIS-TCN); absence says nothing at all."""

ICAO_SPECIALS = frozenset({"XXA", "XXB", "XXC", "XXX", "XK"})
"""Stateless, refugee (1951), other refugee, unspecified, Kosovo (ICAO 9303-3 §5)."""
COUNTRIES = frozenset(country.alpha_3 for country in pycountry.countries) | {"XK"}
"""Countries that exist: ISO 3166-1 alpha-3, as in machine-readable documents, and Kosovo."""
NATIONALITIES = COUNTRIES | ICAO_SPECIALS
BIRTH_COUNTRIES = NATIONALITIES | {country.alpha_3 for country in pycountry.historic_countries}
"""Also what no longer exists (ISO 3166-3): people were born in SUN, YUG, CSK, DDR."""

_DATE_FORMS = {
    DatePrecision.DAY: re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
    DatePrecision.MONTH: re.compile(r"\d{4}-\d{2}", re.ASCII),
    DatePrecision.YEAR: re.compile(r"\d{4}", re.ASCII),
    DatePrecision.DECADE: re.compile(r"\d{3}0", re.ASCII),
    DatePrecision.ABOUT_YEAR: re.compile(r"\d{4}", re.ASCII),
    DatePrecision.UNKNOWN: re.compile(UNKNOWN),
}
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
"""Years outside are slips of the pen in every system that the alerts come from."""
_LEGAL_BASIS = re.compile(r"([a-z0-9-]+):([a-z0-9][a-z0-9_./-]*)")
_ARTICLE = re.compile(r"art\d{1,3}[a-z]{0,2}(-\d{1,2}[a-z]?)?(-[a-z]{1,4})?")
LEGAL_INSTRUMENTS = frozenset(
    {
        "dir-2004-81",
        "dir-2011-36",
        "dir-2012-29",
        "dir-2016-680",
        "dir-2023-977",
        "dir-2024-1712",
        "fd-2002-584",
        "gdpr",
        "reg-2016-794",
        "reg-2018-1862",
        "reg-2024-982",
    }
)
"""Instruments that `basis` may cite by article; national law is cited as `nat-<country>`."""
_NATIONAL_LAW = re.compile(r"nat-[a-z]{2}")


def _strict_day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError("is not a date of the form 2026-05-31")
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day of the calendar") from None
    return text


def _strict_instant(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is not an instant of the form 2026-05-31T12:00:00Z") from None
    if at.tzinfo is None or iso(at) != text:
        raise ValueError("is not an instant of the form 2026-05-31T12:00:00Z")
    return text


def _country(text: str) -> str:
    if text not in COUNTRIES:
        raise ValueError("is not an ISO 3166-1 alpha-3 code or XK")
    return text


def _nationality(text: str) -> str:
    if text not in NATIONALITIES:
        raise ValueError("is not an ISO 3166-1 alpha-3 code or a special code of ICAO 9303")
    return text


def _birth_country(text: str) -> str:
    if text not in BIRTH_COUNTRIES:
        raise ValueError("is not an ISO 3166-1 or 3166-3 alpha-3 code or a special code of ICAO 9303")
    return text


@cache
def _regions() -> frozenset[str]:
    """ISO 3166-2 codes; loaded at first use because the table is large."""
    return frozenset(region.code for region in pycountry.subdivisions)


def _region(text: str) -> str:
    if text not in _regions():
        raise ValueError("is not an ISO 3166-2 code")
    return text


@cache
def _languages() -> frozenset[str]:
    return frozenset(
        code for language in pycountry.languages for code in (getattr(language, "alpha_2", None),) if code
    ) | frozenset(language.alpha_3 for language in pycountry.languages if not hasattr(language, "alpha_2"))


def _language(text: str) -> str:
    if text not in _languages():
        raise ValueError("is not a primary language subtag of BCP 47")
    return text


def _described(**schema: str) -> Any:
    """Say in the exported schema what a validator of ours checks beyond it."""
    return Field(json_schema_extra=dict(schema))


Day = Annotated[str, AfterValidator(_strict_day), _described(format="date")]
"""A full date, `2026-05-31`."""
InstantText = Annotated[
    str, StringConstraints(max_length=20), AfterValidator(_strict_instant), _described(format="date-time")
]
"""An instant in UTC with whole seconds, `2026-05-31T12:00:00Z`."""
Country = Annotated[
    str, AfterValidator(_country), _described(pattern="^([A-Z]{3}|XK)$", description="ISO 3166-1 alpha-3, or XK")
]
Nationality = Annotated[
    str,
    AfterValidator(_nationality),
    _described(pattern="^([A-Z]{3}|XK)$", description="ISO 3166-1 alpha-3, or XXA, XXB, XXC, XXX, XK (ICAO 9303)"),
]
BirthCountry = Annotated[
    str,
    AfterValidator(_birth_country),
    _described(pattern="^([A-Z]{3}|XK)$", description="as a nationality, or ISO 3166-3 alpha-3"),
]
Region = Annotated[
    str, AfterValidator(_region), _described(pattern="^[A-Z]{2}-[A-Z0-9]{1,3}$", description="ISO 3166-2")
]
Language = Annotated[
    str, AfterValidator(_language), _described(pattern="^[a-z]{2,3}$", description="primary subtag of BCP 47")
]


def legal_basis_fault(text: str) -> str | None:
    """Return what is wrong with a `<code>:<reference>` word, or None."""
    parts = _LEGAL_BASIS.fullmatch(text)
    if parts is None:
        return "is not of the form code:reference"
    code, reference = parts.groups()
    if _NATIONAL_LAW.fullmatch(code):
        known = pycountry.countries.get(alpha_2=code[4:].upper()) is not None
        return None if known or code == "nat-xk" else "cites the law of an unknown country"
    if code not in LEGAL_INSTRUMENTS:
        return "cites an unknown legal instrument"
    return None if _ARTICLE.fullmatch(reference) else "does not cite an article, as art6-1-d"


def alpha3(alpha2: str) -> str | None:
    """Return the canonical country code for an ISO 3166-1 alpha-2 code, None if there is none."""
    if alpha2 == "XK":
        return "XK"
    country = pycountry.countries.get(alpha_2=alpha2)
    return None if country is None else str(country.alpha_3)


class PartialDate(Part):
    """A date with the precision at which it is known: `{"value": "1994-05", "precision": "month"}`."""

    value: Annotated[str, StringConstraints(max_length=10)]
    precision: DatePrecision

    @model_validator(mode="after")
    def _value_fits_precision(self) -> Self:
        if not _DATE_FORMS[self.precision].fullmatch(self.value):
            raise ValueError("value does not have the form of its precision")
        if self.precision is DatePrecision.UNKNOWN:
            return self
        if not _FIRST_YEAR <= int(self.value[:4]) <= _LAST_YEAR:
            raise ValueError("year is out of range")
        try:
            self.bounds()
        except ValueError:
            raise ValueError("is not a date of the calendar") from None
        return self

    def bounds(self) -> tuple[date, date] | None:
        """Return the first and last day that this may mean; None for an unknown date.

        "About" is taken as two years either way: enough for what people mean, and never used to
        turn a possible minor into an adult, because the later bound decides there.
        """
        if self.precision is DatePrecision.UNKNOWN:
            return None
        year = int(self.value[:4])
        if self.precision is DatePrecision.DAY:
            day = date.fromisoformat(self.value)
            return day, day
        if self.precision is DatePrecision.MONTH:
            month = int(self.value[5:])
            after = date(year + month // 12, month % 12 + 1, 1)
            return date(year, month, 1), date.fromordinal(after.toordinal() - 1)
        spread = {DatePrecision.YEAR: (0, 0), DatePrecision.DECADE: (0, 9), DatePrecision.ABOUT_YEAR: (2, 2)}
        before, later = spread[self.precision]
        return date(year - before, 1, 1), date(year + later, 12, 31)

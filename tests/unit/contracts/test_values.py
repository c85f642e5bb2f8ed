"""Dates, instants, countries, regions, languages and legal bases have one spelling each."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.codes import DatePrecision
from contracts.places import Place
from contracts.values import (
    BirthCountry,
    Country,
    Day,
    InstantText,
    Language,
    Nationality,
    PartialDate,
    Region,
    alpha3,
    legal_basis_fault,
)


@pytest.mark.parametrize(
    ("value", "precision", "first", "last"),
    [
        ("1994-05-31", "day", date(1994, 5, 31), date(1994, 5, 31)),
        ("1994-05", "month", date(1994, 5, 1), date(1994, 5, 31)),
        ("1996-02", "month", date(1996, 2, 1), date(1996, 2, 29)),
        ("1994-12", "month", date(1994, 12, 1), date(1994, 12, 31)),
        ("1994", "year", date(1994, 1, 1), date(1994, 12, 31)),
        ("1990", "decade", date(1990, 1, 1), date(1999, 12, 31)),
        ("1994", "about_year", date(1992, 1, 1), date(1996, 12, 31)),
    ],
)
def test_partial_dates_say_what_they_may_mean(value: str, precision: str, first: date, last: date) -> None:
    """The bounds of a partial date hold every day that it may stand for."""
    made = PartialDate(value=value, precision=DatePrecision(precision))
    assert made.bounds() == (first, last)
    assert made.content() == {"value": value, "precision": precision}


def test_an_unknown_date_is_a_value() -> None:
    """`unknown` says that somebody looked; it has no bounds."""
    assert PartialDate(value="unknown", precision=DatePrecision.UNKNOWN).bounds() is None


@pytest.mark.parametrize(
    ("value", "precision"),
    [
        ("00.00.1994", "day"),
        ("1994-00-00", "day"),
        ("1994-02-30", "day"),
        ("1994-5-1", "day"),
        ("1994-05-31", "month"),
        ("1994-13", "month"),
        ("1994", "month"),
        ("94", "year"),
        ("1994", "decade"),
        ("0000", "year"),
        ("9999", "year"),
        ("٢٠٠١", "year"),
        ("1994", "unknown"),
        ("unknown", "day"),
        ("1994\n", "year"),
    ],
)
def test_dates_that_do_not_fit_their_precision_are_refused(value: str, precision: str) -> None:
    """National habits are settled by adapters; the contract knows no other form."""
    with pytest.raises(ValidationError):
        PartialDate(value=value, precision=DatePrecision(precision))


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Day, ["2026-02-28"], ["2026-02-29", "20260228", "2026-2-8", "2026-02-28T00:00:00Z"]),
        (
            InstantText,
            ["2026-05-31T12:00:00Z"],
            ["2026-05-31T12:00:00", "2026-05-31T12:00:00+00:00", "2026-05-31 12:00:00Z", "2026-05-31T12:00:00.5Z", "x"],
        ),
        (Country, ["NLD", "XK"], ["NL", "nld", "YUG", "XXA", "XKX", "EUE"]),
        (Nationality, ["NLD", "XXA", "XXB", "XXC", "XXX", "XK"], ["YUG", "D", "unknown"]),
        (BirthCountry, ["SUN", "YUG", "SCG", "DDR", "CSK", "NLD", "XXX"], ["SU", "YUCS"]),
        (Region, ["NL-NH", "DE-NW"], ["NL", "NL-ZZ", "nl-nh"]),
        (Language, ["nl", "ro", "rmy"], ["nld", "NL", "xx", "nl-NL"]),
    ],
)
def test_codes_of_outside_lists_have_one_spelling(kind: object, good: list[str], bad: list[str]) -> None:
    """The canonical spelling passes, every other is refused."""
    adapter: TypeAdapter[str] = TypeAdapter(kind)
    for text in good:
        assert adapter.validate_python(text) == text
    for text in bad:
        with pytest.raises(ValidationError):
            adapter.validate_python(text)


def test_country_codes_turn_into_the_canonical_form() -> None:
    """Participants are named by alpha-2, content by alpha-3; Kosovo is XK in both."""
    assert (alpha3("NL"), alpha3("XK"), alpha3("ZZ")) == ("NLD", "XK", None)


@pytest.mark.parametrize(
    "basis",
    ["dir-2023-977:art7", "reg-2018-1862:art36", "dir-2011-36:art9", "gdpr:art6-1-d", "gdpr:art9-2-c", "nat-nl:sv-126"],
)
def test_legal_bases_cite_an_article(basis: str) -> None:
    """Every example of the contract is a legal basis, and so is national law by its country."""
    assert legal_basis_fault(basis) is None


@pytest.mark.parametrize(
    "basis",
    ["gdpr", "gdpr:", "gdpr:six", "dir-1900-1:art1", "nat-zz:x", "GDPR:art6", "gdpr:art6:1", "because i say so"],
)
def test_a_basis_nobody_can_look_up_is_refused(basis: str) -> None:
    """An unknown instrument, country or form is no legal basis."""
    assert legal_basis_fault(basis) is not None


def test_a_place_says_something_that_fits_together() -> None:
    """An empty place, and a region of another country, are refused."""
    assert Place(country="NLD", region="NL-NH").content() == {"country": "NLD", "region": "NL-NH"}
    assert Place(region="NL-NH").region == "NL-NH"
    for members in ({}, {"country": "DEU", "region": "NL-NH"}):
        with pytest.raises(ValidationError):
            Place(**members)

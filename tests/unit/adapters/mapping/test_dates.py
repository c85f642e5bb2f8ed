"""Dates in a stated order, whole, in part, by convention, and on local clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.interface import Reason
from adapters.mapping.conversion import Malformed
from adapters.mapping.dates import DayMonthYear, MonthDayYear, PartialDate, WholeDate
from adapters.mapping.instants import EuropeanTime, LocalInstant
from contracts.identifiers import iso
from contracts.values import PartialDate as ContractDate

ORDER = DayMonthYear(separator="-", shown="dd-mm-jjjj")
PARTIAL = PartialDate(order=ORDER, unknown_word="onbekend")
INSTANT = LocalInstant(order=ORDER, zone=EuropeanTime(standard=1))


def partial(value: str, precision: str) -> dict[str, Any]:
    return {"precision": precision, "value": value}


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("03-11-1990", "1990-11-03", "day"),
        ("3-11-1990", "1990-11-03", "day"),
        ("3 - 11 - 1990", "1990-11-03", "day"),
        ("29-02-1988", "1988-02-29", "day"),
        ("00-00-1994", "1994", "year"),
        ("XX-XX-1994", "1994", "year"),
        ("??-??-1994", "1994", "year"),
        ("00-1994", "1994", "year"),
        ("1994", "1994", "year"),
        ("00-05-1994", "1994-05", "month"),
        ("xx-05-1994", "1994-05", "month"),
        ("05-1994", "1994-05", "month"),
        ("ca. 1994", "1994", "about_year"),
        ("Circa 1994", "1994", "about_year"),
        ("\u00b1 1994", "1994", "about_year"),
        ("00-00-0000", "unknown", "unknown"),
        ("XX-XX-XXXX", "unknown", "unknown"),
        ("Onbekend", "unknown", "unknown"),
    ],
)
def test_partial_dates_say_what_is_known(text: str, value: str, precision: str) -> None:
    """Each habit of writing a date in part has one reading, which the contract takes and which is written back."""
    reading = PARTIAL.read(text)
    assert (reading.value, reading.notes) == (partial(value, precision), ())
    ContractDate.model_validate_json(f'{{"value":"{value}","precision":"{precision}"}}')
    assert PARTIAL.read(PARTIAL.write(reading.value).text).value == reading.value


def test_the_convention_for_an_unknown_day_is_marked() -> None:
    """1 January is read as the year alone, and the note keeps the original; a dialect may do without."""
    reading = PARTIAL.read("01-01-1994")
    assert reading.value == partial("1994", "year")
    assert [note.reason for note in reading.notes] == [Reason.COARSENED]
    exact = PartialDate(order=ORDER, unknown_word="onbekend", conventional=frozenset())
    assert exact.read("01-01-1994").value == partial("1994-01-01", "day")


@pytest.mark.parametrize(
    "text",
    ["05-13-1984", "1984-05-13", "13.05.1984", "13/05/1984", "13-05-84", "30-02-1984", "13-00-1984", "ca. jong",
     "1-2-3-1994", "31-12-1500", "\u0661\u0662-05-1984", "13-5x-1984", "12"],
)  # fmt: skip
def test_other_orders_are_never_guessed(text: str) -> None:
    """What is not in the stated form is malformed, and the remedy shows the form."""
    with pytest.raises(Malformed) as caught:
        PARTIAL.read(text)
    assert "dd-mm-jjjj" in caught.value.remedy


@pytest.mark.parametrize("text", ["199X", "199x", "199?"])
def test_a_decade_is_a_year_without_its_last_digit(text: str) -> None:
    """It is written with X."""
    assert PARTIAL.read(text).value == partial("1990", "decade")
    assert PARTIAL.write(partial("1990", "decade")).text == "199X"


def test_months_may_stand_first_where_the_table_says_so() -> None:
    """The order of the United States is stated like any other."""
    american = PartialDate(order=MonthDayYear(separator="/", shown="MM/DD/YYYY"), unknown_word="unknown")
    assert american.read("05/13/1984").value == partial("1984-05-13", "day")
    assert american.write(partial("1984-05-13", "day")).text == "05/13/1984"
    assert american.read(american.write(partial("1984-05", "month")).text).value == partial("1984-05", "month")
    with pytest.raises(Malformed):
        american.read("13/05/1984")


@settings(deadline=None)  # a busy machine is no fault of the code
@given(st.dates(min_value=date(1850, 1, 1), max_value=date(2150, 12, 31)))
def test_every_whole_date_comes_back(day: date) -> None:
    """Writing and reading a day gives the day."""
    whole = WholeDate(order=ORDER)
    assert whole.read(whole.write(day.isoformat()).text).value == day.isoformat()


@pytest.mark.parametrize("text", ["05-1994", "onbekend", "31-04-2026"])
def test_whole_dates_are_whole(text: str) -> None:
    """A day that must be known is not read from less."""
    with pytest.raises(Malformed):
        WholeDate(order=ORDER).read(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14-11-2026 22:15", "2026-11-14T21:15:00Z"),
        ("14-07-2026 22:15:30", "2026-07-14T20:15:30Z"),
        ("29-03-2026 01:59", "2026-03-29T00:59:00Z"),
        ("29-03-2026 03:00", "2026-03-29T01:00:00Z"),
        ("25-10-2026 01:30Z", "2026-10-25T01:30:00Z"),
    ],
)
def test_local_time_becomes_utc(text: str, value: str) -> None:
    """Winter and summer time are told apart by the directive's rule, and the instant is written back."""
    assert INSTANT.read(text).value == value
    assert INSTANT.read(INSTANT.write(value).text).value == value


@pytest.mark.parametrize(
    "text", ["29-03-2026 02:30", "25-10-2026 02:30", "25-10-2026", "25-10-2026 24:00", "2026 12:00", ""]
)
def test_ambiguous_or_incomplete_times_are_malformed(text: str) -> None:
    """An hour that clocks skip or repeat must be written in UTC."""
    with pytest.raises(Malformed):
        INSTANT.read(text)


@settings(deadline=None)  # a busy machine is no fault of the code
@given(st.integers(854_668_800, 4_102_444_800))
def test_every_instant_comes_back(second: int) -> None:
    """Writing an instant on local clocks and reading it gives the same second, in repeated hours too."""
    value = iso(datetime.fromtimestamp(second, UTC))
    assert INSTANT.read(INSTANT.write(value).text).value == value

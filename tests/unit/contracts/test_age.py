"""Ages are reckoned from what is known, and doubt is never read as adulthood."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.age import Ages, age_band, ages, band_of, decision_due, minority
from contracts.codes import AgeBand, Minor
from contracts.parts import SectionModel
from tests.support.contents import NAME, section

TODAY = date(2026, 5, 31)


def person(value: str | None = None, precision: str = "day", **members: Any) -> dict[str, SectionModel]:
    birth = {} if value is None else {"birth": {"date": {"value": value, "precision": precision}}}
    identity = {"status": "confirmed", "names": [NAME], **birth, **members}
    return {"identity": section("identity", identities=[identity])}


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0-8"), (8, "0-8"), (9, "9-17"), (17, "9-17"), (18, "18-20"), (21, "21-23"), (26, "24-26"), (29, "27-29"),
     (30, "30-38"), (47, "39-47"), (48, "48+"), (120, "48+")],
)  # fmt: skip
def test_bands_are_those_of_ctdc(age: int, band: str) -> None:
    """Each age falls in one band, at both edges."""
    assert band_of(age).value == band


@pytest.mark.parametrize(
    ("value", "precision", "expected"),
    [
        ("2008-05-31", "day", Ages(18, 18)),
        ("2008-06-01", "day", Ages(17, 17)),
        ("2008-05", "month", Ages(18, 18)),
        ("2008-06", "month", Ages(17, 17)),
        ("2008", "year", Ages(17, 18)),
        ("2000", "decade", Ages(16, 26)),
        ("2008", "about_year", Ages(15, 20)),
        ("2030", "year", Ages(0, 0)),
        ("unknown", "unknown", None),
    ],
)
def test_a_birth_date_gives_the_ages_that_it_permits(value: str, precision: str, expected: Ages | None) -> None:
    """The less is known, the wider the range."""
    assert ages(person(value, precision), TODAY) == expected


def test_an_estimated_age_grows_older() -> None:
    """An estimate of two years ago is two years older now, and a part of a year may count whole."""
    estimate = {"least": 15, "most": 17, "on": "2024-05-31"}
    assert ages(person(age=estimate), TODAY) == Ages(17, 20)
    assert ages(person(age={**estimate, "on": "2026-05-31"}), TODAY) == Ages(15, 17)
    assert ages(person(), TODAY) is None
    assert ages({}, TODAY) is None


@pytest.mark.parametrize(
    ("sections", "minor"),
    [
        (person("2000-01-01"), Minor.NO),
        (person("2015-01-01"), Minor.YES),
        (person("2008", "year"), Minor.PRESUMED),
        (person("unknown", "unknown"), Minor.PRESUMED),
        (person(age={"least": 16, "most": 20, "on": "2026-05-31"}), Minor.PRESUMED),
        (person(age={"least": 18, "most": 25, "on": "2026-05-31"}), Minor.NO),
        ({}, Minor.PRESUMED),
        ({"status": section("status")}, Minor.YES),
        ({"status": section("status", kind="located_inform", age_band="24-26")}, Minor.NO),
        ({"status": section("status", age_band=None)}, Minor.PRESUMED),
        ({**person("2000-01-01"), "status": section("status", age_assertion="presumed_child")}, Minor.PRESUMED),
        ({"role": section("role")}, Minor.PRESUMED),
        ({"role": section("role", roles=["legal_person"])}, Minor.NO),
    ],
)
def test_doubt_presumes_a_child(sections: dict[str, SectionModel], minor: Minor) -> None:
    """Only evidence makes an adult; a legal person has no age."""
    assert minority(sections, TODAY) is minor


def test_a_band_is_given_only_where_one_is_possible() -> None:
    """A range over two bands gives the stated band, else none."""
    assert age_band(person("2000-01-01"), TODAY) is AgeBand.FROM_24
    assert age_band(person("2000", "decade"), TODAY) is None
    stated = {**person("2000", "decade"), "status": section("status", kind="located_inform", age_band="21-23")}
    assert age_band(stated, TODAY) is AgeBand.FROM_21


@pytest.mark.parametrize(
    ("value", "precision", "due"),
    [
        ("2010-05-31", "day", date(2028, 1, 31)),
        ("2010-06-30", "day", date(2028, 2, 29)),
        ("2010-01-15", "day", date(2027, 9, 15)),
        ("2010", "year", date(2027, 9, 1)),
        ("2008-02-29", "day", None),
        ("2008-06-10", "day", date(2026, 2, 10)),
        ("unknown", "unknown", None),
    ],
)
def test_the_issuer_decides_four_months_before_a_child_turns_eighteen(
    value: str, precision: str, due: date | None
) -> None:
    """The earliest possible birthday counts, and adults need no decision."""
    assert decision_due(person(value, precision), TODAY) == due


def test_without_a_birth_date_no_day_is_due() -> None:
    """An estimate has no birthday, an event without identity neither."""
    assert decision_due(person(), TODAY) is None
    assert decision_due({}, TODAY) is None

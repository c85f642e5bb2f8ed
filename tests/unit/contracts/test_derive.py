"""Derived sections are coarse, follow from the full ones alone, and replace what was handed in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.derive import derive, document_key, handling_for_care, plate_key, settle_minor, shown_evaluation
from contracts.handling_rules import contradictions
from contracts.sections.remarks import UNEVALUATED
from tests.support.contents import section, sections

TODAY = date(2026, 5, 31)
SUSPECT = ("identity", "documents", "objects", "movement", "role", "exploitation", "handling", "references")


def test_a_suspect_alert_gets_summary_markers_and_match_keys() -> None:
    """What border and statistics need, and no more."""
    full = derive("suspect-alert.v1", sections(*SUSPECT), on=TODAY)
    assert full["summary"].content() == {
        "age_band": "39-47",
        "sex": "1",
        "nationalities": ["NLD", "XXA"],
        "roles": ["organiser", "recruiter"],
        "forms": ["forced_labour_services", "sexual_exploitation"],
        "country": "DEU",
        "region": "DE-NW",
        "month": "2026-05",
    }
    assert full["markers"].content() == {"minor": "no", "action": "discreet_check", "warnings": ["armed"]}
    assert full["match_keys"].content() == {
        "plates": [{"plate": "AB123C", "country": "NLD"}],
        "documents": [{"number": "NP012314", "type": "passport", "country": "NLD"}],
    }
    assert set(full) == {*SUSPECT, "summary", "markers", "match_keys"}


def test_a_victim_is_never_matched_and_the_summary_tells_no_story() -> None:
    """No match keys, and the forms of exploitation, special category data of a victim, stay in their section."""
    given = sections("identity", "documents", "objects", "status", "exploitation", match_keys=section("match_keys"))
    full = derive("victim-alert.v1", given, on=TODAY)
    assert "match_keys" not in full
    assert "forms" not in full["summary"].content()
    assert full["markers"].content()["action"] == "safe_place"


@pytest.mark.parametrize(
    ("time", "month"),
    [
        ({}, "2026-05"),
        ({"observed_at": None, "observed_on": {"value": "2026-04", "precision": "month"}}, "2026-04"),
        ({"observed_at": None, "observed_on": {"value": "2026", "precision": "about_year"}}, None),
    ],
)
def test_a_signal_is_summed_up_by_its_observation_and_asks_for_nothing(time: dict[str, Any], month: str | None) -> None:
    """Place and month are those of the observation, forms of exploitation stay out, and nobody is presumed adult."""
    given = sections("movement", "exploitation", handling=section("handling", minor=None))
    full = derive("signal.v1", {**given, "observation": section("observation", **time)}, on=TODAY)
    where = {"country": "NLD", "region": "NL-NH"}
    assert full["summary"].content() == (where if month is None else {**where, "month": month})
    assert full["markers"].content() == {"minor": "presumed", "action": "inform_only"}
    assert full["handling"].content()["minor"] == "presumed"
    assert set(full) == {"exploitation", "handling", "markers", "movement", "observation", "summary"}


@pytest.mark.parametrize(
    ("seen", "month"),
    [
        ({"on": {"value": "2026-04", "precision": "month"}}, "2026-04"),
        ({"on": {"value": "2026", "precision": "year"}}, None),
        ({"at": "2026-03-31T23:59:59Z"}, "2026-03"),
        ({}, None),
    ],
)
def test_the_month_of_the_last_sighting_is_given_if_known(seen: dict[str, Any], month: str | None) -> None:
    """A year alone is not turned into a month."""
    movement = section("movement", last_seen={"place": {"country": "DEU"}, **seen})
    full = derive("suspect-alert.v1", sections("role", movement=movement), on=TODAY)
    assert full["summary"].content().get("month") == month


def test_handling_gets_the_minor_that_the_evidence_shows() -> None:
    """What the issuer stated stands; what it left open is filled."""
    child = section(
        "identity", identities=[{"status": "confirmed", "birth": {"date": {"value": "2015", "precision": "year"}}}]
    )
    for stated, expected in ((None, "yes"), ("presumed", "presumed")):
        given = sections("role", identity=child, handling=section("handling", minor=stated))
        full = derive("suspect-alert.v1", given, on=TODAY)
        assert full["handling"].content()["minor"] == expected
        assert full["markers"].content()["minor"] == expected
        assert given["handling"].content().get("minor") == stated
    assert settle_minor({}, on=TODAY) == {}


def test_markers_come_from_the_evidence_where_nothing_is_handled_yet() -> None:
    """A draft without handling still derives, and without role or status there is no action to mark."""
    assert derive("suspect-alert.v1", sections("role"), on=TODAY)["markers"].content()["minor"] == "presumed"
    assert "markers" not in derive("suspect-alert.v1", sections("identity"), on=TODAY)


def test_notices_have_nothing_to_derive() -> None:
    """A lifecycle event is returned as it is."""
    given = sections("notice", "handling")
    assert derive("erase.v1", given, on=TODAY) == given


def test_what_was_handed_in_as_derived_is_replaced() -> None:
    """Nobody but the gateway writes a derived section."""
    planted = {name: section(name) for name in ("summary", "markers", "match_keys")}
    full = derive("suspect-alert.v1", sections("role", **planted), on=TODAY)
    assert "match_keys" not in full
    assert full["summary"].content() == {"roles": ["organiser", "recruiter"]}


@pytest.mark.parametrize(
    ("plate", "key"),
    [
        ("ab-12 3c", "AB123C"),
        ("AB·12.3_C", "AB123C"),
        ("СА 1234 ВХ", "CA1234BX"),  # noqa: RUF001 - look-alikes are the subject
        ("ΙΖΗ-1234", "IZH1234"),  # noqa: RUF001 - look-alikes are the subject
        ("MÜ-AB 1", "MUAB1"),
        ("１２３AB", "123AB"),  # noqa: RUF001 - look-alikes are the subject
        ("京A1234", None),
        ("Ж123", None),
        ("-", None),
        ("A", None),
    ],
)
def test_plates_are_spelt_one_way(plate: str, key: str | None) -> None:
    """Separators, case, accents and look-alike alphabets fall away; what cannot be spelt gives no key."""
    assert plate_key(plate) == key


def test_document_numbers_forgive_what_readers_confuse() -> None:
    """O is read as 0 and I as 1, on both sides of the comparison."""
    assert document_key("NPO 123-I4") == document_key("np0123 14") == "NP012314"
    assert document_key("?") is None


def test_the_same_key_is_listed_once() -> None:
    """Two spellings of one plate are one match key; a vehicle without plate gives none."""
    vehicles = [
        {"kind": "van", "plate": "ab-12 3c", "country": "NLD"},
        {"kind": "car", "plate": "AB123C", "country": "NLD"},
        {"kind": "car", "plate": "Ж1"},
        {"kind": "car", "make": "Test"},
    ]
    full = derive("suspect-alert.v1", sections("role", objects=section("objects", vehicles=vehicles)), on=TODAY)
    assert full["match_keys"].content() == {"plates": [{"plate": "AB123C", "country": "NLD"}]}


def test_a_missing_evaluation_is_shown_as_x4() -> None:
    """Not evaluated is not the same as reliable."""
    assert shown_evaluation({}) is UNEVALUATED
    assert UNEVALUATED.content() == {"source": "X", "information": "4"}
    assert shown_evaluation(sections("evaluation")).content()["source"] == "B"


def test_handling_towards_care_keeps_only_the_floor() -> None:
    """The police codes fall away, and what remains does not contradict itself."""
    handling: Any = section("handling", codes=["H1", "H2"], judicial_use="none", onward="none")
    towards_care = handling_for_care(handling)
    assert towards_care.legal_regime == "gdpr"
    assert towards_care.codes == ("H0",)
    assert list(contradictions(towards_care)) == []

"""Derived sections put people into classes: who is alike in coarse terms is alike byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import log2
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.codes import AgeBand, Minor, Sex, SuspectAction, VictimAction, WarningMarker
from contracts.derive import derive
from contracts.encoding import canonical
from contracts.parts import SectionModel
from contracts.places import coarse_region
from tests.support.contents import section, sections

EXAMPLES = settings(max_examples=100, deadline=None)
TODAY = date(2026, 5, 31)
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=12)
BOUNDS = {AgeBand.FROM_9: (9, 17), AgeBand.FROM_18: (18, 20), AgeBand.FROM_30: (30, 38), AgeBand.FROM_48: (48, 90)}
MARKERS_BITS = 14
"""Most that markers tell: 3 answers on minority, 10 actions, 9 warnings."""


@st.composite
def person(draw: st.DrawFn, band: AgeBand) -> dict[str, SectionModel]:
    """Return what may be known of somebody of one band, sex and nationality, seen in one region and month."""
    least, most = BOUNDS[band]
    age = draw(st.integers(least, most))
    birthday = TODAY.replace(year=TODAY.year - age) - timedelta(days=draw(st.integers(0, 364)))
    name = {"type": "primary", "script": "Latn", "surname": draw(WORDS), "forenames": draw(WORDS)}
    identity: dict[str, Any] = {
        "status": "confirmed",
        "names": [name],
        "birth": {"date": {"value": birthday.isoformat(), "precision": "day"}, "town": draw(WORDS)},
        "sex": "2",
        "nationalities": ["ROU"],
    }
    seen = {
        "place": {
            "country": "BEL",
            "region": draw(st.sampled_from(["BE-VAN", "BE-VLI", "BE-VLG"])),
            "town": draw(WORDS),
        },
        "at": f"2026-05-{draw(st.integers(1, 28)):02}T{draw(st.integers(0, 23)):02}:00:00Z",
    }
    return {
        "identity": section("identity", identities=[identity]),
        "documents": section("documents", documents=[{"type": "passport", "number": draw(WORDS).upper()}]),
        "movement": section("movement", last_seen=seen, routes=None),
        "narrative": section("narrative", text=draw(WORDS)),
    }


def derived(who: Mapping[str, SectionModel]) -> bytes:
    full = derive("suspect-alert.v1", {**sections("role", "handling"), **who}, on=TODAY)
    return canonical({name: full[name].content() for name in ("summary", "markers")})


@EXAMPLES
@given(st.sampled_from(sorted(BOUNDS)).flatmap(lambda band: st.tuples(person(band), person(band))))
def test_two_people_of_one_class_cannot_be_told_apart(pair: tuple[dict[str, SectionModel], ...]) -> None:
    """Names, birthdays, towns, days and numbers leave no trace, not even in the length."""
    one, other = pair
    assert derived(one) == derived(other)


@EXAMPLES
@given(st.lists(st.sampled_from(["BGR", "DEU", "HUN", "NLD", "ROU", "UKR", "XXA"]), min_size=1, unique=True))
def test_a_rare_combination_of_nationalities_is_not_named(nationalities: list[str]) -> None:
    """Up to two are; more would be somebody's own."""
    who = {"status": "confirmed", "names": [{"type": "primary", "script": "Latn", "surname": "A"}]}
    given_sections = sections("role", "handling")
    given_sections["identity"] = section("identity", identities=[{**who, "nationalities": sorted(nationalities)}])
    summary = derive("suspect-alert.v1", given_sections, on=TODAY)["summary"].content()
    assert summary.get("nationalities") == (sorted(nationalities) if len(nationalities) <= 2 else None)


@EXAMPLES
@given(st.sampled_from(["BE-VAN", "NL-NH", "SI-061", "MT-60", "IT-RM", "LV-RIX", "RO-B", "EE-784", "MK-101"]))
def test_no_region_is_finer_than_the_first_level(code: str) -> None:
    """What was coarse stays, and a village is its country alone."""
    region = coarse_region(code)
    assert region is None or coarse_region(region) == region
    assert (region is None) == (code[:2] in {"SI", "MT", "LV", "MK"})


def test_markers_say_little() -> None:
    """However many people: markers have fewer than 14 bits, and a summary's age and sex 40 classes."""
    classes = len(Minor) * (len(SuspectAction) + len(VictimAction)) * 2 ** len(WarningMarker)
    assert log2(classes) < MARKERS_BITS
    assert (len(AgeBand) + 1) * len(Sex) == 40

"""Derived sections hold no name and no number of anybody, match keys apart."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.content import check_event
from contracts.derive import derive
from contracts.encoding import canonical
from contracts.events import spec
from tests.support.contents import section, sections

EXAMPLES = settings(max_examples=60, deadline=None)
TODAY = date(2026, 5, 31)
ABOUT = {"suspect-alert.v1": "role", "victim-alert.v1": "status", "signal.v1": "observation"}

planted = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=10, max_size=20).map(lambda text: f"ZQ{text}")
"""Long enough that no code list holds one by chance."""


def full_of(word: str) -> dict[str, Any]:
    """Sections that carry `word` wherever text may stand."""
    name = {"type": "primary", "script": "Latn", "surname": word, "forenames": word, "particle": word}
    identity = {
        "status": "confirmed",
        "names": [name],
        "birth": {"date": {"value": "1999", "precision": "year"}, "town": word},
        "sex": "2",
        "nationalities": ["ROU"],
        "register_numbers": [{"country": "ROU", "number": word}],
    }
    place = {"country": "DEU", "region": "DE-NW", "town": word, "address": word}
    return {
        "identity": section("identity", identities=[identity]),
        "documents": section("documents", documents=[{"type": "passport", "number": word, "authority": word}]),
        "objects": section(
            "objects",
            vehicles=[{"kind": "car", "plate": word, "make": word}],
            handles=[{"platform": word, "handle": word}],
            organisations=[{"name": word}],
        ),
        "movement": section("movement", last_seen={"place": place, "at": "2026-05-30T10:00:00Z"}),
        "narrative": section("narrative", text=word),
        "references": section("references", case_number=word),
        "exploitation": section("exploitation"),
        "handling": section("handling", minor=None),
    }


@EXAMPLES
@given(planted, st.sampled_from(sorted(ABOUT)))
def test_no_planted_word_reaches_a_derived_section(word: str, event_type: str) -> None:
    """Names, towns, numbers and free text stay in the sections that they came in."""
    about = ABOUT[event_type]
    listed = {name: one for name, one in full_of(word).items() if name in spec(event_type).sections}
    full = derive(event_type, {**listed, about: section(about)}, on=TODAY)
    for name in ("summary", "markers", "handling"):
        assert word.encode() not in canonical(full[name].content())
    assert ("match_keys" in full) is (about == "role")
    assert set(full) <= set(spec(event_type).sections)


@EXAMPLES
@given(st.sets(st.sampled_from(["identity", "documents", "physical", "image", "exploitation", "movement", "objects"])))
def test_deriving_completes_an_event_and_repeats_itself(names: set[str]) -> None:
    """What is derived once is derived again alike, and only what the sender left out stays missing."""
    given_sections = sections(*sorted(names), "role", "handling")
    once = derive("suspect-alert.v1", given_sections, on=TODAY)
    assert derive("suspect-alert.v1", once, on=TODAY) == once
    missing = {finding.path for finding in check_event("suspect-alert.v1", once)}
    assert missing == (set() if names & {"identity", "objects"} else {"sections", "identity"})

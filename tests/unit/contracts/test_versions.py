"""A version of a type is read beside its neighbours, and nothing gets lost without being said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from contracts import events, versions
from contracts.errors import Code, RecordError
from contracts.events import EVENTS, SIGNAL, SUSPECT_ALERT, is_a, spec, versions_of
from contracts.reading import parse_section
from contracts.sections.references import References
from contracts.versions import STEPS, Change, Lost, Step, common, moved, newest, read_event
from tests.support.contents import CONTENTS
from tests.support.next_version import NEWER, OLDER, REFERENCES, CaseReferences, later_release

ROLE = CONTENTS["role"]


@pytest.fixture
def later() -> Iterator[None]:
    """Be an installation of the later release."""
    with later_release():
        yield


@pytest.fixture
def third(later: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Know a third version besides: it calls the unit `office`, and a role has one word more."""
    third = replace(
        spec(NEWER), type="suspect-alert.v3", optional=(SUSPECT_ALERT.optional | {"needs"}) - {"evaluation"}
    )
    step = Step(
        older=NEWER,
        newer=third.type,
        changes=(
            Change(section="references", older="unit", newer="office"),
            Change(section="role", older="roles", newer="roles", instead={"money_mule": "facilitator_finance"}),
            Change(section="role", older="action", newer="action", instead={"inquiry_check": None}),
            Change(section="movement", older="routes.mode", newer=None),
        ),
    )
    monkeypatch.setitem(events._KNOWN, third.type, third)
    monkeypatch.setitem(versions._STEPS, third.type, step)


def test_the_product_has_one_version_of_every_type() -> None:
    """The table is empty, and the newest version of each type is itself."""
    assert dict(STEPS) == {}
    assert {newest(event_type) for event_type in EVENTS} == set(EVENTS)


def test_versions_of_a_type_are_one_kind(later: None) -> None:
    """They are listed oldest first; the name alone decides, not how it begins."""
    assert versions_of(SUSPECT_ALERT) == (OLDER, NEWER)
    assert newest(OLDER) == newest(NEWER) == NEWER
    assert is_a(NEWER, SUSPECT_ALERT)
    assert not is_a("suspect-alerts.v1", SUSPECT_ALERT)
    assert not is_a("signal.v1", SUSPECT_ALERT)


@pytest.mark.parametrize(
    ("event_type", "told"),
    [("suspect-alert.v9", "unknown version of suspect-alert"), ("rumour.v1", "unknown type"), ("", "unknown type")],
)
def test_an_unknown_version_is_refused_with_the_remedy(event_type: str, told: str) -> None:
    """Whoever reads the refusal knows what to install; a name that is not ours is not repeated."""
    with pytest.raises(RecordError) as refused:
        spec(event_type)
    assert refused.value.code is Code.E05_TYPE
    assert refused.value.detail == f"{told}: install the release of Baken that has it"


def test_a_section_is_read_as_its_version_spells_it(later: None) -> None:
    """The same name, two models; what one version has is no member of the other."""
    older = {"case_number": "T-1", "language": "nl"}
    assert isinstance(parse_section("references", older, event_type=OLDER), References)
    assert isinstance(parse_section("references", REFERENCES, event_type=NEWER), CaseReferences)
    assert isinstance(parse_section("references", older, event_type="victim-alert.v1"), References)
    for content, event_type in ((older, NEWER), (REFERENCES, OLDER)):
        with pytest.raises(RecordError):
            parse_section("references", content, event_type=event_type)


def test_down_and_up_again_loses_what_is_said_to_be_lost(later: None) -> None:
    """The renamed member goes both ways; the added one is dropped downwards and reported with its value."""
    down = moved({"references": REFERENCES, "role": ROLE}, source=NEWER, target=OLDER)
    assert down.contents == {"references": {"case_number": "TEST-2026-1"}, "role": ROLE}
    assert down.lost == (Lost(path="references.unit", type=OLDER, value="TEST-UNIT-7"),)
    up = moved(down.contents, source=OLDER, target=NEWER)
    assert up.contents == {"references": {"case": "TEST-2026-1"}, "role": ROLE}
    assert up.lost == ()


def test_a_removed_member_is_kept_out_upwards(later: None) -> None:
    """And reported, for the older version said it."""
    up = moved({"references": CONTENTS["references"]}, source=OLDER, target=NEWER)
    assert up.contents["references"] == {"case": "TEST-2026-1", "numbers": CONTENTS["references"]["numbers"]}
    assert up.lost == (Lost(path="references.language", type=NEWER, value="nl"),)


def test_a_section_with_nothing_left_goes(later: None) -> None:
    """An empty section would say nothing and be refused."""
    down = moved({"references": {"unit": "TEST-UNIT-7"}, "role": ROLE}, source=NEWER, target=OLDER)
    assert set(down.contents) == {"role"}
    assert [one.path for one in down.lost] == ["references.unit"]


def test_several_steps_are_one_after_another(third: None) -> None:
    """From the third to the first version and back: what each step could not carry is named with its version."""
    contents = {
        "references": {"case": "T-1", "office": "U-7"},
        "role": {"roles": ["money_mule", "recruiter"], "action": "inquiry_check"},
        "movement": CONTENTS["movement"],
        "needs": CONTENTS["needs"],
    }
    down = moved(contents, source="suspect-alert.v3", target=OLDER)
    assert down.contents == {
        "references": {"case_number": "T-1"},
        "role": {"roles": ["facilitator_finance", "recruiter"]},
        "movement": CONTENTS["movement"],
    }
    assert [(one.path, one.type) for one in down.lost] == [
        ("needs", NEWER),
        ("role.roles", NEWER),
        ("role.action", NEWER),
        ("references.unit", OLDER),
    ]
    up = moved({"evaluation": {}, "movement": CONTENTS["movement"]}, source=OLDER, target="suspect-alert.v3")
    assert "mode" not in up.contents["movement"]["routes"][0]
    assert [one.path for one in up.lost] == ["evaluation", "movement.routes[0].mode"]


def test_two_codes_that_become_one_stand_once(third: None) -> None:
    """A set of codes stays a set in its order."""
    contents: dict[str, Any] = {"role": {"roles": ["facilitator_finance", "money_mule", "recruiter"]}}
    down = moved(contents, source="suspect-alert.v3", target=NEWER)
    assert down.contents == {"role": {"roles": ["facilitator_finance", "recruiter"]}}


def test_a_type_has_the_versions_of_its_own(later: None) -> None:
    """No step leads from one type to another, and none to a version that is not known."""
    with pytest.raises(ValueError, match="its own type"):
        moved({}, source=OLDER, target="signal.v1")
    with pytest.raises(RecordError):
        moved({}, source=OLDER, target="suspect-alert.v3")


def test_an_event_is_read_in_the_newest_version(later: None) -> None:
    """Held against its own version first: what that one refuses is refused, whatever a later one says."""
    read = read_event(OLDER, {"references": {"case_number": "T-1"}, "role": ROLE})
    assert read["references"] == CaseReferences(case="T-1")
    assert read["role"].content() == ROLE
    assert read_event(NEWER, {"references": REFERENCES})["references"].content() == REFERENCES
    with pytest.raises(RecordError) as refused:
        read_event(OLDER, {"references": REFERENCES}, code=Code.E10_HANDLING)
    assert refused.value.code is Code.E10_HANDLING


def test_an_event_is_issued_in_the_newest_version_that_all_can_receive(later: None) -> None:
    """One signature, one event: whoever lags decides, and the issuer's own line too."""
    both, old, none = {OLDER, NEWER}, {OLDER}, {"signal.v1"}
    assert common(SUSPECT_ALERT, both, [both, both]) == NEWER
    assert common(SUSPECT_ALERT, both, [both, old]) == OLDER
    assert common(SUSPECT_ALERT, old, [both, both]) == OLDER
    assert common(SUSPECT_ALERT, both, []) == NEWER
    assert common(SUSPECT_ALERT, both, [{NEWER}, old]) == NEWER, "no version in common: step 10 says who lacks it"
    assert common(SUSPECT_ALERT, both, [none]) == NEWER
    assert common(SUSPECT_ALERT, none, [both]) == NEWER
    assert common(SIGNAL, none, [old]) == "signal.v1"


@pytest.mark.parametrize(
    ("older", "newer", "instead"),
    [(None, None, {}), ("unit", "unit", {}), ("place.town", "town", {}), ("a.b", "c.b", {})],
)
def test_a_change_that_nobody_could_follow_back_is_refused(
    older: str | None, newer: str | None, instead: dict[str, str | None]
) -> None:
    """A member is added, removed, renamed where it stands, or spelt with other codes."""
    with pytest.raises(ValueError, match=r"changes nothing|where it stands"):
        Change(section="references", older=older, newer=newer, instead=instead)


@pytest.mark.parametrize(
    ("older", "newer", "changes"),
    [
        ("suspect-alert.v1", "suspect-alert.v3", ()),
        ("suspect-alert.v2", "suspect-alert.v1", ()),
        ("suspect-alert.v1", "signal.v2", ()),
        (OLDER, NEWER, (("unit", "case"), ("unit", None))),
        (OLDER, NEWER, (("unit", "case"), (None, "case"))),
        (OLDER, NEWER, (("unit", "case"), ("case", "unit"))),
    ],
)
def test_a_step_leads_to_the_next_version_and_moves_a_member_once(
    older: str, newer: str, changes: tuple[tuple[str | None, str | None], ...]
) -> None:
    """Otherwise the order of its changes would decide what is read."""
    listed = tuple(Change(section="references", older=one, newer=other) for one, other in changes)
    with pytest.raises(ValueError, match=r"next one|two changes"):
        Step(older=older, newer=newer, changes=listed)

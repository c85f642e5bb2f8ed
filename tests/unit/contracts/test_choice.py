"""The tables of the profiles, what is chosen by them, what a disclosure may open, when a message is about somebody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.choice import Facts, choose, conditions, disclosable, disclosure_faults, maximum
from contracts.codes import Condition, Minor, VictimAlertKind
from contracts.content import check_draft
from contracts.derive import derive
from contracts.draft import Draft
from contracts.errors import Code, RecordError
from contracts.events import EVENTS
from contracts.minimisation import POLICIES, POLICY
from contracts.policy import audience_faults
from contracts.sections.handling import Handling
from contracts.wire import AudienceEntry, Reference
from tests.support.contents import section, sections

SUSPECT, VICTIM = "suspect-alert.v1", "victim-alert.v1"
TABLE = {
    (SUSPECT, "liaison"): {
        "identity documents objects movement references narrative evaluation role image biometric_refs handling "
        "handling_note summary markers": "",
        "physical exploitation": "strictly_necessary",
    },
    (SUSPECT, "border"): {"match_keys handling handling_note markers": ""},
    (VICTIM, "liaison"): {
        "objects movement references narrative evaluation image biometric_refs status handling handling_note summary "
        "markers": "",
        "identity documents": "victim_purpose",
        "physical exploitation": "strictly_necessary",
    },
    (VICTIM, "border"): {"markers handling": ""},
    (VICTIM, "care"): {"status needs safety summary markers": "", "identity": "consent"},
    ("signal.v1", "liaison"): {
        "observation objects movement references narrative evaluation handling handling_note summary markers": "",
        "identity": "victim_purpose",
        "exploitation": "strictly_necessary",
    },
    ("signal.v1", "border"): {"handling handling_note markers": ""},
    ("signal.v1", "care"): {"summary markers": ""},
    ("erase.v1", "liaison"): {"notice handling": ""},
    ("receipt.v1", "border"): {"notice handling": ""},
    ("recall.v1", "care"): {"notice": ""},
}


@pytest.mark.parametrize(("event_type", "profile"), sorted(TABLE))
def test_the_table_is_that_of_the_contract(event_type: str, profile: str) -> None:
    """Each section with its condition, and nothing that is not listed."""
    expected = {
        name: frozenset({Condition(word)} if word else ())
        for names, word in TABLE[event_type, profile].items()
        for name in names.split()
    }
    assert dict(maximum(event_type, profile)) == expected


def test_the_table_has_a_row_for_every_type_and_profile() -> None:
    """No profile of a type lacks its maximum, and none opens the audience."""
    for known in EVENTS.values():
        for profile in known.profiles:
            rows = maximum(known.type, profile)
            assert set(rows) <= set(known.sections) - {"audience"}


def test_unknown_profiles_and_policies_are_refused_without_being_quoted() -> None:
    """A word from a record never stands in a detail."""
    for event_type, profile, policy, code in (
        (SUSPECT, "care", POLICY, Code.E10_PROFILE),
        (SUSPECT, "geheim", POLICY, Code.E10_PROFILE),
        (SUSPECT, "liaison", "geheim-2", Code.E10_SECTION),
        ("geheim.v1", "liaison", POLICY, Code.E05_TYPE),
    ):
        with pytest.raises(RecordError) as refused:
            maximum(event_type, profile, policy)
        assert refused.value.code is code
        assert "geheim" not in str(refused.value)


def test_old_versions_stay() -> None:
    """The version applied today is among those that auditors can recompute."""
    assert POLICIES[POLICY].version == POLICY == "minimisation-1"


@pytest.mark.parametrize("minor", [Minor.YES, Minor.PRESUMED])
def test_minors_need_a_second_approval_for_story_and_exploitation(minor: Minor) -> None:
    """The condition comes on top of what the table asks for."""
    assert conditions(VICTIM, "liaison", "exploitation", minor=minor) == {
        Condition.STRICTLY_NECESSARY,
        Condition.SECOND_APPROVAL,
    }
    assert conditions(VICTIM, "liaison", "narrative", minor=minor) == {Condition.SECOND_APPROVAL}
    assert conditions(VICTIM, "liaison", "narrative", minor=Minor.NO) == frozenset()
    assert conditions(VICTIM, "care", "narrative", minor=minor) is None


def facts(event_type: str = VICTIM, **members: Any) -> Facts:
    present = frozenset(EVENTS[event_type].sections)
    return Facts(**{"type": event_type, "purpose": "protect_victim", "minor": Minor.NO, "present": present, **members})


@pytest.mark.parametrize(
    ("purpose", "minor", "opens"),
    [
        ("protect_victim", Minor.NO, True),
        ("identify", Minor.NO, True),
        ("prevent", Minor.NO, True),
        ("prosecute", Minor.NO, True),
        ("locate_suspect", Minor.NO, False),
        ("statistics", Minor.NO, False),
        ("training", Minor.NO, False),
        ("protect_victim", Minor.YES, True),
        ("identify", Minor.PRESUMED, True),
        ("prevent", Minor.YES, False),
        ("prosecute", Minor.PRESUMED, False),
    ],
)
def test_a_victim_is_named_only_for_the_victims_sake(purpose: str, minor: Minor, opens: bool) -> None:
    """Purposes under which a liaison officer sees a victim's identity, fewer for a minor."""
    choice = choose(facts(purpose=purpose, minor=minor), "liaison")
    assert ("identity" in choice.sections) is opens
    assert ("documents" in choice.sections) is opens
    assert ("victim_purpose" in choice.because) is opens
    if not opens:
        assert choice.withheld["identity"] == "needs victim_purpose"


@pytest.mark.parametrize(
    ("kind", "opens"),
    [
        (VictimAlertKind.MISSING_PROTECT, True),
        (VictimAlertKind.CHILD_ABDUCTION_RISK, True),
        (VictimAlertKind.CHILD_TRAFFICKING_RISK, True),
        (VictimAlertKind.MISSING_NO_PROTECT, False),
        (VictimAlertKind.POSSIBLE_VICTIM_NOTICE, False),
        (None, False),
    ],
)
def test_the_image_of_a_minor_is_shown_in_three_kinds_only(kind: VictimAlertKind | None, opens: bool) -> None:
    """Where showing a child's face protects the child; an adult's image follows the table."""
    assert ("image" in choose(facts(kind=kind, minor=Minor.YES), "liaison").sections) is opens
    assert "image" in choose(facts(kind=kind, minor=Minor.NO), "liaison").sections


def test_a_condition_that_nobody_asserts_keeps_a_section_closed() -> None:
    """Every closed section says why, for `explain`."""
    choice = choose(facts(minor=Minor.YES, kind=VictimAlertKind.MISSING_PROTECT), "liaison")
    assert choice.withheld["exploitation"] == "needs second_approval, strictly_necessary"
    assert choice.withheld["needs"] == "never for profile liaison"
    asserted = frozenset({Condition.STRICTLY_NECESSARY, Condition.SECOND_APPROVAL})
    opened = choose(facts(minor=Minor.YES, asserted=asserted), "liaison")
    assert {"exploitation", "narrative", "physical"} <= set(opened.sections)
    assert opened.because == ("second_approval", "strictly_necessary", "victim_purpose")


def test_care_sees_needs_and_by_consent_a_name_but_never_the_police_story() -> None:
    """Without consent the identity stays closed."""
    assert choose(facts(), "care").sections == ("markers", "needs", "safety", "status", "summary")
    consented = choose(facts(asserted=frozenset({Condition.CONSENT})), "care")
    assert "identity" in consented.sections
    assert consented.because == ("consent",)


AFTER_MATCH = frozenset({Condition.AFTER_MATCH})


@pytest.mark.parametrize(
    ("earlier", "profile", "name", "needed"),
    [
        (SUSPECT, "border", "identity", AFTER_MATCH),
        (SUSPECT, "border", "image", AFTER_MATCH),
        (SUSPECT, "border", "biometric_refs", AFTER_MATCH),
        (SUSPECT, "border", "match_keys", frozenset()),
        (SUSPECT, "border", "role", None),
        (SUSPECT, "liaison", "physical", {Condition.STRICTLY_NECESSARY}),
        (VICTIM, "border", "identity", None),
        (VICTIM, "liaison", "identity", {Condition.VICTIM_PURPOSE}),
        (VICTIM, "care", "identity", {Condition.CONSENT}),
        (VICTIM, "care", "narrative", None),
        ("erase.v1", "liaison", "notice", None),
        ("disclosure.v1", "liaison", "opened", None),
        ("geheim.v1", "liaison", "identity", None),
    ],
)
def test_a_disclosure_opens_the_table_of_the_earlier_event(
    earlier: str, profile: str, name: str, needed: frozenset[Condition] | None
) -> None:
    """And of a suspect at a border the person and the face, after a match; never the audience."""
    assert disclosable(earlier, profile, name, minor=Minor.NO) == needed
    assert disclosable(earlier, profile, "audience", minor=Minor.NO) is None


def test_the_story_of_a_minor_is_disclosed_with_a_second_approval() -> None:
    """The conditions for minors hold for what is opened later as well; a suspect's purpose lifts the victim's."""
    assert disclosable(VICTIM, "liaison", "narrative", minor=Minor.PRESUMED) == {Condition.SECOND_APPROVAL}
    assert disclosable("answer.v1", "liaison", "identity", minor=None, purpose="locate_suspect") == frozenset()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"because": ()}, "section identity needs after_match"),
        ({"because": ("consent",)}, "section identity needs after_match"),
        ({"sections": ("identity", "role")}, "section role is never opened"),
        ({"sections": ("image",), "minor": Minor.YES}, "section image of a minor"),
        ({"earlier_type": VICTIM}, "section identity is never opened"),
        ({"earlier_type": VICTIM, "profile": "liaison", "purpose": "identify"}, None),
        ({"earlier_type": VICTIM, "profile": "liaison"}, "victim_purpose, which does not hold"),
        ({"earlier_type": VICTIM, "profile": "care", "because": ("consent",)}, None),
    ],
)
def test_each_way_to_open_too_much_is_named(changes: dict[str, Any], fault: str | None) -> None:
    """In section names and codes alone."""
    given: dict[str, Any] = {
        "earlier_type": SUSPECT, "profile": "border", "sections": ("identity",), "because": ("after_match",),
        "purpose": "locate_suspect", "minor": Minor.NO, "kind": VictimAlertKind.POSSIBLE_VICTIM_NOTICE, **changes,
    }  # fmt: skip
    found = list(disclosure_faults(given.pop("earlier_type"), given.pop("profile"), given.pop("sections"), **given))
    assert len(found) == (fault is not None)
    assert fault is None or fault in found[0]


def test_a_policy_that_is_not_known_opens_nothing() -> None:
    """The version stands in the claims of the earlier event."""
    with pytest.raises(RecordError) as refused:
        disclosable(SUSPECT, "border", "image", minor=None, policy="minimisation-0")
    assert refused.value.code is Code.E10_SECTION


def answer(*opened: str, **handling: Any) -> list[str]:
    entry = AudienceEntry(because=(), profile="liaison", sections=tuple(sorted({"report", *opened})), to="DE-BKA")
    block = section("handling", **handling)
    assert isinstance(block, Handling)
    found = audience_faults(
        event_type="answer.v1", purpose="locate_suspect", basis=("dir-2023-977:art7",), handling=block,
        audience=[entry], regime_of=lambda _: "led", third_country_of=lambda _: False,
    )  # fmt: skip
    return [fault.detail for fault in found]


@pytest.mark.parametrize("name", ["documents", "identity", "image", "movement", "narrative", "objects"])
def test_a_message_that_opens_something_about_somebody_says_whether_it_is_a_minor(name: str) -> None:
    """Refused without; a report in codes alone needs no such word."""
    assert answer(name) == []
    assert answer(name, minor=None) == ["minor is not stated"]
    assert answer("references", minor=None) == []


def test_the_gateway_settles_the_minor_of_a_message() -> None:
    """From the evidence where there is some, presumed where there is none, and not at all without a person."""
    bare = section("handling", minor=None)
    given = {**sections("report", "identity"), "handling": bare}
    settled = derive("answer.v1", given, on=date(2026, 6, 1))["handling"]
    assert isinstance(settled, Handling)
    assert settled.minor is Minor.NO
    told = derive("answer.v1", {**sections("report", "objects"), "handling": bare}, on=date(2026, 6, 1))["handling"]
    assert isinstance(told, Handling)
    assert told.minor is Minor.PRESUMED
    assert derive("answer.v1", {**sections("report"), "handling": bare}, on=date(2026, 6, 1))["handling"] is bare
    assert "summary" not in derive("answer.v1", given, on=date(2026, 6, 1))


def test_a_message_cannot_assert_what_only_a_disclosure_can() -> None:
    """After a match and consent open sections of an earlier event, and a message has none."""
    draft = Draft(
        type="hit.v1", purpose="locate_suspect", basis=("reg-2018-1862:art48",), urgency="routine", validity_days=30,
        sections=sections("handling", "identity"), claims=frozenset(Condition),
        ref=Reference(iss="DE-BKA", jti="01920000-0000-7000-8000-000000000001"),
    )  # fmt: skip
    asserted = [finding.rule for finding in check_draft(draft, on=date(2026, 6, 1)) if finding.path == "claims"]
    assert sorted(rule.split(",")[0] for rule in asserted) == [
        "asserts after_match", "asserts consent", "asserts strictly_necessary", "asserts victim_purpose",
    ]  # fmt: skip


def test_evidence_of_a_child_outweighs_a_stated_no_in_a_message() -> None:
    """As in alerts."""
    born = {"date": {"value": "2015", "precision": "year"}}
    child = section("identity", identities=[{"status": "confirmed", "birth": born}])
    draft = Draft(
        type="request.v1", purpose="identify", basis=("dir-2023-977:art5-1-c",), urgency="routine", validity_days=30,
        sections={**sections("handling", "report"), "identity": child},
    )  # fmt: skip
    paths = [finding.path for finding in check_draft(draft, on=date(2026, 6, 1))]
    assert "handling.minor" in paths


@pytest.mark.parametrize("minor", [Minor.YES, Minor.PRESUMED])
def test_a_choice_for_a_minor_in_a_message_withholds_the_story(minor: Minor) -> None:
    """The condition for minors is on top of the table of every type."""
    facts = Facts(type="hit.v1", purpose="identify", minor=minor, present=frozenset(EVENTS["hit.v1"].sections))
    assert choose(facts, "liaison").withheld["narrative"] == "needs second_approval"
    assert "image" in choose(facts, "liaison").withheld

"""What each message must say, and what contradicts it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.content import check_draft, check_opened
from contracts.draft import Draft
from contracts.errors import Code
from contracts.events import EVENTS, MESSAGES, Lifecycle
from contracts.history import ABOUT, about_fault, version_fault
from contracts.wire import Reference
from tests.support.contents import section, sections
from tests.support.messages import SAID, decision, message, offer, referral, report

ON = date(2026, 11, 24)
REF = Reference(iss="NL-POL", jti="019c8a5e-7e4c-7d8a-9c1b-2f6a4b1c0d9e")
ACCEPTED = section("notice", ground=None, referral={"outcome": "accepted"})
SHELTERED = section("safety", shelter={"accepted_on": "2026-11-20", "country": "NLD", "provider": "Test"})


def drafts() -> list[Draft]:
    """Return a draft of every message that has nothing against it."""
    police = [
        message(type_, None if type_ == "request.v1" else REF, *(() if type_ == "refusal.v1" else ("objects",)))
        for type_ in SAID
    ]
    return [*police, offer(REF), decision(REF)]


def found(draft: Draft, **changes: Any) -> list[tuple[str, Code]]:
    """Return path and code of every finding about a draft; its handling may be the gateway's."""
    findings = check_draft(replace(draft, **changes), on=ON)
    return [(one.path, one.code) for one in findings if one.path != "handling"]


def said(type_: str, **changes: Any) -> dict[str, Any]:
    """Return sections with a changed report."""
    return {"report": report(type_, **changes), **sections("handling")}


def test_one_draft_of_every_message_is_right() -> None:
    """Nothing is missing in the samples that the other tests change."""
    assert [draft.type for draft in drafts()] == list(MESSAGES)
    assert [found(draft) for draft in drafts()] == [[]] * len(MESSAGES)


@pytest.mark.parametrize("draft", [one for one in drafts() if EVENTS[one.type].refers.name == "ONE_THEIRS"])
def test_what_is_about_an_event_names_it(draft: Draft) -> None:
    """An answer to nothing, or a hit on nothing, says nothing."""
    assert ("ref", Code.A05_MINIMUM) in found(draft, ref=None)


def test_an_alert_is_about_no_other_event() -> None:
    """Its versions are found by the national id."""
    assert found(referral(), ref=REF) == [("ref", Code.A05_MINIMUM)]


@pytest.mark.parametrize("type_", list(SAID))
def test_a_report_says_what_its_type_is_for(type_: str) -> None:
    """A hit that holds a refusal is neither."""
    other = "refusal.v1" if type_ != "refusal.v1" else "hit.v1"
    draft = message(type_, REF, *(() if type_ == "refusal.v1" else ("objects",)))
    assert ("report", Code.A05_MINIMUM) in found(draft, sections={**draft.sections, "report": report(other)})


def test_a_request_says_whom_or_what_it_asks_about() -> None:
    """By facts, by words, or by the event that it is about."""
    bare = message("request.v1")
    assert found(bare) == [("sections", Code.A05_MINIMUM)]
    for enough in (message("request.v1", REF), message("request.v1", None, "narrative")):
        assert found(enough) == []


def test_an_answer_gives_what_it_says_it_gives() -> None:
    """Something where it is complete or partial, no facts where nothing is held."""
    assert found(message("answer.v1", REF)) == [("sections", Code.A05_MINIMUM)]
    nothing = said("answer.v1", extent="nothing_held")
    assert found(message("answer.v1", REF, sections=nothing)) == []
    held = {**nothing, **sections("movement", "narrative")}
    assert found(message("answer.v1", REF, sections=held)) == [("sections.movement", Code.A05_MINIMUM)]


def test_a_refusal_gives_nothing() -> None:
    """Facts beside a refusal are an answer in part; words may explain it."""
    assert found(message("refusal.v1", REF, "objects")) == [("sections.objects", Code.A05_MINIMUM)]
    assert found(message("refusal.v1", REF, "narrative")) == []


def test_a_proposal_holds_the_right_values() -> None:
    """Unless it asks for a deletion, which needs none."""
    assert found(message("correction-proposal.v1", REF)) == [("sections", Code.A05_MINIMUM)]
    unlawful = said("correction-proposal.v1", what=["unlawful"])
    assert found(message("correction-proposal.v1", REF, sections=unlawful)) == []


def test_nothing_was_found_tomorrow() -> None:
    """A hit lies in the past, and free places in the future."""
    late = said("hit.v1", found_at="2026-11-25T00:00:00Z")
    assert found(message("hit.v1", REF, sections=late)) == [("report.hit.found_at", Code.A06_POLICY)]
    gone = {"offer": section("offer", valid_until="2026-11-23")}
    assert found(offer(), sections=gone) == [("offer.valid_until", Code.A06_POLICY)]


def test_where_somebody_is_sheltered_is_said_once_a_place_is_accepted() -> None:
    """Not in a request, not with a refusal (Directive 2011/36/EU art. 11)."""
    assert found(referral(sections={**sections("needs"), "safety": SHELTERED})) == [
        ("safety.shelter", Code.A05_MINIMUM)
    ]
    assert found(decision(REF, sections={"notice": ACCEPTED, "safety": SHELTERED})) == []
    waits = section("notice", ground=None, referral={"outcome": "waitlisted"})
    assert found(decision(REF, sections={"notice": waits, "safety": SHELTERED})) == [
        ("safety.shelter", Code.A05_MINIMUM)
    ]


def test_who_is_not_taken_in_is_offered_nothing() -> None:
    """Neither a place nor what keeps the person safe goes along."""
    no = section("notice", ground=None, referral={"outcome": "declined", "reason": "no_place"})
    both = {"notice": no, "safety": section("safety"), "offer": section("offer", valid_until="2026-12-24")}
    assert [path for path, _ in found(decision(REF, sections=both))] == ["sections.offer", "sections.safety"]


def test_a_recipient_finds_the_same_contradictions() -> None:
    """What it opens is judged again (step 13); what it does not open is not missed."""
    given = {"report": report("refusal.v1"), **sections("handling", "objects")}
    assert [one.path for one in check_opened("refusal.v1", given, minor=None)] == ["sections.objects"]
    assert check_opened("answer.v1", {"report": report("answer.v1")}, minor=None) == []


def test_a_message_holds_as_long_as_its_type() -> None:
    """Validity beyond the limit of the type is refused."""
    for draft in drafts():
        limit = EVENTS[draft.type].validity_days
        assert found(draft, validity_days=limit) == []
        assert found(draft, validity_days=limit + 1) == [("validity_days", Code.A05_MINIMUM)]


def test_care_and_police_never_name_each_other() -> None:
    """No message of one is about an event of the other (DESIGN 6)."""
    care = {name for name, known in EVENTS.items() if known.profiles == ("care",)}
    assert {name for name in ABOUT if name in care} == care & {*MESSAGES}
    for name, named in ABOUT.items():
        assert (named <= care) is (name in care), name
    assert {EVENTS[one].lifecycle for named in ABOUT.values() for one in named} == {
        Lifecycle.ALERT,
        Lifecycle.MESSAGE,
    }


def test_the_rules_of_history_name_types_alone() -> None:
    """What an event must be is said in types and versions, never in content."""
    assert about_fault("hit.v1", "suspect-alert.v1", purpose="locate_suspect") is None
    assert "no referral-request" in (about_fault("shelter-offer.v1", "suspect-alert.v1", purpose="identify") or "")
    assert about_fault("hit.v1", "victim-alert.v1", purpose="protect_victim") is None
    assert "possible victim" in (about_fault("hit.v1", "victim-alert.v1", purpose="locate_suspect") or "")
    follows = {"sub": "a", "type_": "suspect-alert.v1", "ver": 3, "named_sub": "a", "named_type": "suspect-alert.v1"}
    assert version_fault(**follows, named_ver=2) is None  # type: ignore[arg-type]
    assert version_fault(**follows, named_ver=1) is not None  # type: ignore[arg-type]
    assert version_fault(**{**follows, "named_sub": "b"}, named_ver=2) is not None  # type: ignore[arg-type]

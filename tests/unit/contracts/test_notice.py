"""A notice says one thing: a ground, what was received, or what was erased."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.codes import ErasureGround
from contracts.content import check_event, check_notice
from contracts.errors import ForbiddenSection
from contracts.reading import parse_section
from contracts.sections.notice import Notice
from tests.support.contents import EVENT_ID, OTHER_EVENT_ID, section, sections

RECEIVED = {"jti": EVENT_ID, "state": "received"}
ERASED = {"jti": EVENT_ID, "state": "erased"}


@pytest.mark.parametrize(
    "content",
    [
        {"ground": "issued_in_error"},
        {"received": [RECEIVED, {"jti": OTHER_EVENT_ID, "state": "tasked"}]},
        {"received": [{"jti": EVENT_ID, "state": "opened", "sections": ["handling", "match_keys"]}]},
        {"received": [{"jti": EVENT_ID, "state": "cannot_act", "reason": "not_available"}]},
        {"received": [{"jti": EVENT_ID, "state": "acted"}]},
        {"erased": [ERASED]},
        {"erased": [{"jti": EVENT_ID, "state": "restricted", "keep": "contested"}]},
        {"erased": [{"jti": EVENT_ID, "state": "not_held"}, {"jti": OTHER_EVENT_ID, "state": "expired"}]},
    ],
)
def test_every_state_can_be_said(content: dict[str, Any]) -> None:
    """All grounds, states and reasons of the contract have a form."""
    assert parse_section("notice", content).content() == content


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"ground": "expired", "erased": [ERASED]}, id="two things"),
        pytest.param({"ground": "because"}, id="unknown ground"),
        pytest.param({"received": []}, id="no line"),
        pytest.param({"received": [RECEIVED, RECEIVED]}, id="line twice"),
        pytest.param({"received": [{**RECEIVED, "jti": OTHER_EVENT_ID}, RECEIVED]}, id="lines out of order"),
        pytest.param({"received": [{**RECEIVED, "state": "opened"}]}, id="opened without sections"),
        pytest.param({"received": [{**RECEIVED, "sections": ["role"]}]}, id="sections without opened"),
        pytest.param({"received": [{**RECEIVED, "state": "cannot_act"}]}, id="cannot act without reason"),
        pytest.param({"received": [{**RECEIVED, "reason": "not_available"}]}, id="reason without cannot act"),
        pytest.param({"received": [{**RECEIVED, "jti": "1"}]}, id="no event id"),
        pytest.param({"erased": [{**ERASED, "state": "restricted"}]}, id="restricted without reason"),
        pytest.param({"erased": [{**ERASED, "keep": "evidence"}]}, id="reason without restricted"),
        pytest.param({"erased": [{**ERASED, "state": "gone"}]}, id="unknown state"),
    ],
)
def test_what_contradicts_itself_is_refused(content: dict[str, Any]) -> None:
    """A state without its member, a member without its state, and two things at once are refused."""
    with pytest.raises(ForbiddenSection):
        parse_section("notice", content)


def test_a_receipt_covers_at_most_five_hundred_events() -> None:
    """The limit of references is the limit of lines."""
    lines = [{"jti": f"01920000-0000-7000-8000-{number:012x}", "state": "erased"} for number in range(501)]
    assert len(parse_section("notice", {"erased": lines[:500]}).content()["erased"]) == 500
    with pytest.raises(ForbiddenSection):
        parse_section("notice", {"erased": lines})


@pytest.mark.parametrize(
    ("event_type", "member"),
    [
        ("withdraw.v1", "ground"),
        ("erase.v1", "ground"),
        ("recall.v1", "ground"),
        ("receipt.v1", "received"),
        ("erasure-receipt.v1", "erased"),
    ],
)
def test_each_type_has_its_own_notice(event_type: str, member: str) -> None:
    """A receipt does not erase and an erasure does not receive."""
    contents = {"ground": "expired", "received": [RECEIVED], "erased": [ERASED]}
    for name, value in contents.items():
        notice = section("notice", **{"ground": None, name: value})
        findings = check_event(event_type, sections("handling", notice=notice))
        assert (findings == []) is (name == member)


def test_lines_are_about_the_events_that_the_claim_names() -> None:
    """A line too few or too many is a finding; a ground has no lines."""
    notice: Any = section("notice", ground=None, received=[RECEIVED])
    assert check_notice(notice, [EVENT_ID]) == []
    assert check_notice(notice, [EVENT_ID, OTHER_EVENT_ID]) != []
    assert check_notice(notice, [OTHER_EVENT_ID]) != []
    assert check_notice(Notice(ground=ErasureGround.EXPIRED), [OTHER_EVENT_ID]) == []

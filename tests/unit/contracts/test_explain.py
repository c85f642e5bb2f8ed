"""Explanations by rule, and what may be supposed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.choice import Facts, choose
from contracts.codes import Condition, Minor, VictimAlertKind
from contracts.errors import UsageError
from contracts.events import EVENTS
from contracts.explain import Changes, Verdict, explain, explain_clear, explain_received, read_changes

CHILD = Facts(
    type="victim-alert.v1",
    purpose="protect_victim",
    minor=Minor.YES,
    present=frozenset({"handling", "identity", "image", "markers", "narrative", "status", "summary"}),
    kind=VictimAlertKind.POSSIBLE_VICTIM_NOTICE,
)


def line(facts: Facts, profile: str, section: str) -> tuple[str, str, str]:
    (found,) = [one for one in explain(facts, profile) if one.section == section]
    return found.verdict.value, found.rule, found.why


@pytest.mark.parametrize(
    ("profile", "section", "verdict", "rule", "why"),
    [
        ("liaison", "status", "seen", "victim-alert/liaison/status", "the profile may open it"),
        ("liaison", "identity", "seen", "victim-alert/liaison/identity", "serves a minor victim"),
        ("liaison", "narrative", "not_seen", "minor/narrative", "needs second_approval (nobody says so)"),
        ("liaison", "image", "not_seen", "minor/image", "image of a minor"),
        ("liaison", "needs", "absent", "victim-alert/liaison/needs", "the event has none"),
        ("border", "identity", "not_seen", "victim-alert/border/identity", "never for profile border"),
        ("care", "identity", "not_seen", "victim-alert/care/identity", "needs consent"),
    ],
)
def test_each_section_names_the_rule_that_decided(
    profile: str, section: str, verdict: str, rule: str, why: str
) -> None:
    """Rule ids are stable: policy, then the table row or the rule for minors."""
    found = line(CHILD, profile, section)
    assert found[:2] == (verdict, f"minimisation-1/{rule}")
    assert why in found[2]


def test_a_message_under_locate_suspect_opens_its_subject_as_a_suspect() -> None:
    """The rule that lifts the victim's protection is named; under a victim's purpose the condition is."""
    hit = Facts(type="hit.v1", purpose="locate_suspect", minor=Minor.NO, present=frozenset({"identity", "report"}))
    assert line(hit, "liaison", "identity")[:2] == ("seen", "minimisation-1/suspect/locate_suspect/identity")
    assert choose(hit, "liaison").because == ()
    found = replace(hit, purpose="statistics")
    assert line(found, "liaison", "identity")[0] == "not_seen"
    assert choose(replace(hit, purpose="identify"), "liaison").because == ("victim_purpose",)


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_explanation_and_choice_are_one(event_type: str) -> None:
    """Whatever the type and profile, seen is what the gateway opens."""
    known = EVENTS[event_type]
    facts = Facts(type=event_type, purpose="identify", minor=Minor.YES, present=frozenset(known.sections))
    for profile in known.profiles:
        seen = [one.section for one in explain(facts, profile) if one.verdict is Verdict.SEEN]
        assert tuple(seen) == choose(facts, profile).sections
        received = explain_received(replace(facts, present=frozenset(seen)), profile)
        assert [one.section for one in received if one.verdict is Verdict.SEEN] == seen
    clear = [one.section for one in explain_clear(facts) if one.verdict is Verdict.SEEN]
    assert tuple(clear) == known.clear


def test_what_is_supposed_is_read_strictly() -> None:
    """Ages become minor or not, unknown is presumed a minor, and nothing else is taken."""
    assert read_changes([]) == Changes()
    read = read_changes(["profile=border", "purpose=identify", "age=17", "condition=consent"])
    assert read == Changes(
        profile="border", purpose="identify", minor=Minor.YES, asserted=frozenset({Condition.CONSENT})
    )
    assert read_changes(["age=18"]).minor is Minor.NO
    assert read_changes(["age=unknown"]).minor is Minor.PRESUMED
    for text in ("profile=geheim", "purpose=", "age=-1", "age=young", "age=151", "condition=x", "sex=1", "profile"):
        with pytest.raises(UsageError) as refused:
            read_changes([text])
        assert "geheim" not in str(refused.value)

"""The rule of the operational indicators: what makes a dimension positive, and what is proposed to a person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.assessment import Answers, answers_of, assess, combination_of, rule_findings
from contracts.codes import (
    Act,
    Answered,
    AssessmentRule,
    Combination,
    Dimension,
    Element,
    Indicator,
    ProposalReason,
    SignalOutcome,
    Situation,
    Strength,
)
from contracts.content import parse_section
from contracts.indicators import asked_in, dimension_of
from tests.support.contents import CONTENTS

S, M, W = Strength.STRONG, Strength.MEDIUM, Strength.WEAK
TRAFFICKED = (
    "d1-deceived_on_job", "d1-deceived_on_wages", "d4-excessive_hours", "d4-low_or_no_salary",
    "d5-debt_bondage", "d5-confiscated_documents",
)  # fmt: skip


def answers(situation: Situation = Situation.ADULT_LABOUR, *, yes: Any = (), no: Any = (), acts: Any = ()) -> Answers:
    """Return answers by the ids of operational indicators."""
    codes = [tuple(Indicator(f"ilo-ec:{one}") for one in ids) for ids in (yes, no)]
    return Answers(situation=situation, yes=codes[0], no=codes[1], acts=acts)


def observation(*, without: str | None = None, **changes: Any) -> dict[str, Any]:
    """Return the sections of a signal whose indicators make D5 positive, with another assessment."""
    assessment = {**CONTENTS["observation"]["assessment"], **changes}
    assessment.pop(without, None)
    return {"observation": parse_section("observation", {**CONTENTS["observation"], "assessment": assessment})}


@pytest.mark.parametrize(
    ("strengths", "found"),
    [
        ([S, S], Combination.TWO_STRONG),
        ([S, M], Combination.STRONG_AND_OTHER),
        ([S, W], Combination.STRONG_AND_OTHER),
        ([M, M, M], Combination.THREE_MEDIUM),
        ([M, M, W], Combination.TWO_MEDIUM_AND_WEAK),
        ([S, S, M, W], Combination.TWO_STRONG),
        ([], None),
        ([S], None),
        ([M, M], None),
        ([M, W, W], None),
        ([W, W, W, W], None),
    ],
)
def test_combinations_of_strengths(strengths: list[Strength], found: Combination | None) -> None:
    """Two strong, one strong and another, three medium, or two medium and one weak; nothing less (CONTRACTS 6)."""
    assert combination_of(strengths) is found


def test_an_adults_case_has_means_exploitation_and_coercion() -> None:
    """With all three positive a presumed victim is proposed, and each is explained by its dimension."""
    found = assess(answers(yes=TRAFFICKED))
    assert (found.proposal, found.reason) == (SignalOutcome.PRESUMED_VICTIM, ProposalReason.ALL_ELEMENTS)
    assert found.positive == (
        Dimension.DECEPTIVE_RECRUITMENT,
        Dimension.EXPLOITATION,
        Dimension.COERCION_AT_DESTINATION,
    )
    assert [(one.element, one.by) for one in found.elements] == [
        (Element.MEANS, (Dimension.DECEPTIVE_RECRUITMENT,)),
        (Element.EXPLOITATION, (Dimension.EXPLOITATION,)),
        (Element.COERCION, (Dimension.COERCION_AT_DESTINATION,)),
    ]
    assert found.dimensions[0].combination is Combination.STRONG_AND_OTHER
    assert "ilo-11:debt_bondage" in found.eleven


@pytest.mark.parametrize("missing", ["d1", "d4", "d5"])
def test_a_case_that_lacks_an_element_is_assessed_further(missing: str) -> None:
    """Something was seen, so it is never closed by itself; what was not asked stays open."""
    found = assess(answers(yes=[one for one in TRAFFICKED if not one.startswith(missing)]))
    assert (found.proposal, found.reason) == (SignalOutcome.FURTHER_ASSESSMENT, ProposalReason.SOMETHING_SEEN)
    assert Answered.OPEN in {one.result for one in found.elements}


def test_abuse_of_vulnerability_reinforces_and_replaces_nothing() -> None:
    """D3 and D6 positive are named; without deception or coercion the means stay open."""
    vulnerable = ["d3-illegal_status", "d3-lack_of_information", "d3-family_situation"]
    found = assess(answers(yes=[*vulnerable, *TRAFFICKED[2:]]))
    assert found.reinforced_by == (Dimension.VULNERABILITY_AT_RECRUITMENT,)
    assert found.elements[0].result is Answered.OPEN
    assert found.proposal is SignalOutcome.FURTHER_ASSESSMENT


def test_a_child_needs_no_means() -> None:
    """An act and exploitation suffice; the act is stated, or follows from anything seen of a recruitment."""
    exploited = ["d4-excessive_hours", "d4-hazardous_work"]
    for more in ({"acts": (Act.HARBOURING,)}, {"yes": [*exploited, "d3-illegal_status"]}):
        found = assess(answers(Situation.CHILD_LABOUR, **{"yes": exploited, **more}))
        assert [one.element for one in found.elements] == [Element.ACT, Element.EXPLOITATION]
        assert found.proposal is SignalOutcome.PRESUMED_VICTIM
    without = assess(answers(Situation.CHILD_LABOUR, yes=exploited))
    assert without.elements[0].result is Answered.OPEN
    assert without.proposal is SignalOutcome.FURTHER_ASSESSMENT


def test_what_was_not_asked_is_never_a_no() -> None:
    """No finding is proposed only where the missing answers could not complete the case."""
    nothing = assess(answers())
    assert (nothing.proposal, nothing.reason) == (SignalOutcome.FURTHER_ASSESSMENT, ProposalReason.TOO_LITTLE_ASKED)
    exploitation = [
        one.removeprefix("ilo-ec:")
        for one in asked_in(Situation.ADULT_LABOUR)
        if dimension_of(one) is Dimension.EXPLOITATION
    ]
    denied = assess(answers(no=exploitation))
    assert (denied.proposal, denied.reason) == (SignalOutcome.NO_FINDING, ProposalReason.RULED_OUT)
    but_two = assess(answers(no=exploitation[:-2]))
    assert but_two.dimensions[3].result is Answered.NOT_POSITIVE
    assert assess(answers(no=exploitation[:-3])).dimensions[3].result is Answered.OPEN


def test_an_unknown_strength_weighs_nothing_and_is_no_no() -> None:
    """For sexual exploitation the catalogue lacks strengths: dimensions stay open, and no rule is claimed."""
    found = assess(
        answers(Situation.ADULT_SEXUAL, yes=["d5-violence", "d5-debt_bondage", "d5-forced_tasks_or_clients"])
    )
    coercion = found.dimensions[4]
    assert [one.strength for one in coercion.seen] == [S, None, None]
    assert (coercion.result, found.positive) == (Answered.OPEN, ())
    assert found.proposal is SignalOutcome.FURTHER_ASSESSMENT
    recorded = found.recorded(SignalOutcome.PRESUMED_VICTIM, on=date(2026, 11, 24))
    assert (recorded.rule, recorded.positive) == (AssessmentRule.PROFESSIONAL_JUDGEMENT, None)


def test_what_is_asked_elsewhere_is_named_and_not_weighed() -> None:
    """An indicator that the situation's list lacks counts in no dimension of it."""
    found = assess(answers(Situation.CHILD_LABOUR, yes=["d4-no_social_protection"]))
    assert found.elsewhere == ("ilo-ec:d4-no_social_protection",)
    assert found.dimensions[3].seen == ()


def test_the_assessment_can_be_recorded_and_the_person_decides() -> None:
    """The outcome is whatever the person chose, the dimensions are those of the rule."""
    recorded = assess(answers(yes=TRAFFICKED)).recorded(SignalOutcome.FURTHER_ASSESSMENT, on=date(2026, 11, 24))
    assert recorded.content() == {
        "assessed_on": "2026-11-24",
        "outcome": "further_assessment",
        "positive": ["D1", "D4", "D5"],
        "rule": "ilo_ec_2009",
        "situation": "adult_labour",
    }


def test_an_indicator_has_one_answer() -> None:
    """Two answers to one indicator are refused, as an unknown indicator is."""
    with pytest.raises(ValidationError, match="two answers"):
        answers(yes=["d5-violence"], no=["d5-violence"])
    with pytest.raises(ValidationError):
        Answers.model_validate_json('{"situation": "adult_labour", "yes": ["ilo-ec:d5-none"]}')


def test_answers_of_a_signal() -> None:
    """A signal without a situation cannot be assessed, unless one is named."""
    found = answers_of(observation())
    assert found is not None
    assert found.situation is Situation.ADULT_LABOUR
    bare = {name: value for name, value in CONTENTS["observation"].items() if name != "assessment"}
    plain = {"observation": parse_section("observation", bare)}
    assert answers_of(plain) is None
    assert answers_of(plain, Situation.CHILD_LABOUR) is not None
    assert answers_of({}, Situation.CHILD_LABOUR) is None


def test_a_signal_that_names_the_rule_states_what_the_rule_finds() -> None:
    """The issuer's own draft is held to it; professional judgement and situations without strengths are not."""
    assert rule_findings(observation()) == []
    (finding,) = rule_findings(observation(without="positive"))
    assert finding.path == "observation.assessment.positive"
    assert rule_findings(observation(situation="adult_sexual")) == []
    assert rule_findings(observation(without="positive", rule="professional_judgement")) == []

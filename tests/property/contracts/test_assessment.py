"""An assessment says no more than its answers: what is open may still become anything, what is decided stays."""

from __future__ import annotations

from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.assessment import Answers, answers_of, assess, rule_findings
from contracts.codes import Act, Answered, Indicator, ReporterClass, SignalOutcome, Situation
from contracts.indicators import asked_in
from contracts.places import CoarsePlace
from contracts.sections.observation import Indicators, Observation

EXAMPLES = settings(max_examples=100, deadline=None)
SAID = ("yes", "no", "not_asked", "")


@st.composite
def answered(draw: st.DrawFn) -> Answers:
    """Return answers of any situation, mostly to what it asks."""
    situation = draw(st.sampled_from(Situation))
    asked = st.sampled_from(asked_in(situation)) | st.sampled_from(list(Indicator))
    given_ = draw(st.dictionaries(asked, st.sampled_from(SAID), max_size=40))
    lists = {name: tuple(one for one, said in given_.items() if said == name) for name in SAID[:3]}
    acts = draw(st.lists(st.sampled_from(Act), unique=True, max_size=2))
    return Answers(
        situation=situation, yes=lists["yes"], no=lists["no"], not_asked=lists["not_asked"], acts=tuple(acts)
    )


@EXAMPLES
@given(answered(), st.randoms(use_true_random=False))
def test_the_order_of_answers_says_nothing(answers: Answers, chance: Random) -> None:
    """The same answers in another order give the same assessment, to the byte."""
    shuffled = [chance.sample(one, len(one)) for one in (answers.yes, answers.no)]
    again = Answers(situation=answers.situation, yes=tuple(shuffled[0]), no=tuple(shuffled[1]), acts=answers.acts)
    assert {**assess(again).to_json(), "dimensions": None} == {**assess(answers).to_json(), "dimensions": None}
    assert assess(again).positive == assess(answers).positive


@EXAMPLES
@given(answered(), st.data())
def test_further_answers_undo_nothing(answers: Answers, data: st.DataObject) -> None:
    """Answering what was open keeps what is positive and what is not positive, and no proposal gets weaker by a yes."""
    before = assess(answers)
    free = [one for one in asked_in(answers.situation) if one not in {*answers.yes, *answers.no}]
    chosen = data.draw(st.lists(st.sampled_from(free), unique=True) if free else st.just([]))
    more = data.draw(st.lists(st.booleans(), min_size=len(chosen), max_size=len(chosen)))
    seen = [one for one, so in zip(chosen, more, strict=True) if so]
    after = assess(
        Answers(
            situation=answers.situation,
            yes=(*answers.yes, *seen),
            no=(*answers.no, *(one for one in chosen if one not in seen)),
            acts=answers.acts,
        )
    )
    for then, now in zip((*before.dimensions, *before.elements), (*after.dimensions, *after.elements), strict=True):
        assert then.result in {Answered.OPEN, now.result}
    if before.proposal is SignalOutcome.PRESUMED_VICTIM:
        assert after.proposal is SignalOutcome.PRESUMED_VICTIM
    if seen:
        assert after.proposal is not SignalOutcome.NO_FINDING


@EXAMPLES
@given(answered(), st.sampled_from(SignalOutcome))
def test_every_assessment_can_be_recorded_in_a_signal(answers: Answers, outcome: SignalOutcome) -> None:
    """Whatever was answered and decided, the section takes it, and the issuer's check agrees with the rule."""
    if not (answers.yes or answers.no or answers.not_asked):
        return
    observation = Observation(
        observed_at="2026-05-31T12:00:00Z",
        place=CoarsePlace(country="NLD"),
        reporter=ReporterClass.ANONYMOUS,
        indicators=Indicators(
            yes=tuple(sorted(answers.yes)) or None,
            no=tuple(sorted(answers.no)) or None,
            not_asked=tuple(sorted(answers.not_asked)) or None,
        ),
        assessment=assess(answers).recorded(outcome, on=date(2026, 5, 31)),
    )
    sections = {"observation": Observation.model_validate_json(observation.model_dump_json(exclude_none=True))}
    assert rule_findings(sections) == []
    read = answers_of(sections)
    assert read is not None
    assert set(read.yes) == set(answers.yes)

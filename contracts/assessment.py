"""Assess the answers of a signal by the rule of the operational indicators (CONTRACTS 6), and explain how.

The result is an assessment and a proposal. What follows from it a person decides (Directive (EU) 2016/680
art. 7 and 11). What was not asked is never a no, and what the catalogue does not know weighs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

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
from contracts.errors import Code
from contracts.findings import Finding
from contracts.indicators import SITUATIONS, asked_in, dimension_of, eleven_of, strength_of
from contracts.parts import SectionModel
from contracts.sections.exploitation import Exploitation
from contracts.sections.observation import CHILD_SITUATIONS, Observation, SignalAssessment

_COMBINATIONS = (
    (Combination.TWO_STRONG, Counter({Strength.STRONG: 2})),
    (Combination.STRONG_AND_OTHER, Counter({Strength.STRONG: 1, Strength.MEDIUM: 1})),
    (Combination.STRONG_AND_OTHER, Counter({Strength.STRONG: 1, Strength.WEAK: 1})),
    (Combination.THREE_MEDIUM, Counter({Strength.MEDIUM: 3})),
    (Combination.TWO_MEDIUM_AND_WEAK, Counter({Strength.MEDIUM: 2, Strength.WEAK: 1})),
)
_ADULT: Mapping[Element, tuple[Dimension, ...]] = {
    Element.MEANS: (Dimension.DECEPTIVE_RECRUITMENT, Dimension.COERCIVE_RECRUITMENT),
    Element.EXPLOITATION: (Dimension.EXPLOITATION,),
    Element.COERCION: (Dimension.COERCION_AT_DESTINATION,),
}
"""Each element by the dimensions of which one suffices."""
_RECRUITMENT = (
    Dimension.DECEPTIVE_RECRUITMENT,
    Dimension.COERCIVE_RECRUITMENT,
    Dimension.VULNERABILITY_AT_RECRUITMENT,
)
REINFORCING = (Dimension.VULNERABILITY_AT_RECRUITMENT, Dimension.VULNERABILITY_AT_DESTINATION)
"""Abuse of vulnerability makes the means of an adult's case stronger and never stands for them in this rule."""


def _any_order(description: str) -> Any:
    return Field(default=(), max_length=len(Indicator), description=description)


class Answers(BaseModel):
    """What was answered, in any order. An indicator that is in no list was not considered."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    situation: Situation
    yes: tuple[Indicator, ...] = _any_order("Seen.")
    no: tuple[Indicator, ...] = _any_order("Asked or looked for, and not so.")
    not_asked: tuple[Indicator, ...] = _any_order("Not asked, or not to be known.")
    acts: tuple[Act, ...] = Field(default=(), max_length=len(Act), description="What was done with a child.")

    @model_validator(mode="after")
    def _one_answer_each(self) -> Self:
        if len({*self.yes, *self.no, *self.not_asked}) != len(self.yes) + len(self.no) + len(self.not_asked):
            raise ValueError("gives an indicator two answers")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """An indicator that was seen; `strength` is None where the catalogue does not know it."""

    indicator: Indicator
    strength: Strength | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionResult:
    """One dimension: what was seen of it, what made it positive, and how much of it was answered."""

    dimension: Dimension
    result: Answered
    combination: Combination | None
    seen: tuple[Weighed, ...]
    denied: int
    unanswered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementResult:
    """One element of trafficking, and the dimensions that make it positive."""

    element: Element
    result: Answered
    by: tuple[Dimension, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """All that the rule says of the answers. `elsewhere` was seen and is not asked in this situation."""

    situation: Situation
    rule: AssessmentRule
    dimensions: tuple[DimensionResult, ...]
    elements: tuple[ElementResult, ...]
    reinforced_by: tuple[Dimension, ...]
    eleven: tuple[Indicator, ...]
    elsewhere: tuple[Indicator, ...]
    proposal: SignalOutcome
    reason: ProposalReason

    @property
    def positive(self) -> tuple[Dimension, ...]:
        """The dimensions found positive, ascending."""
        return tuple(one.dimension for one in self.dimensions if one.result is Answered.POSITIVE)

    def recorded(self, outcome: SignalOutcome, *, on: date) -> SignalAssessment:
        """Return the assessment as a person records it in a signal.

        Where the catalogue lacks strengths the rule of the source was not applied, and none is named.
        """
        by_rule = self.rule is AssessmentRule.ILO_EC_2009
        return SignalAssessment(
            rule=self.rule,
            outcome=outcome,
            assessed_on=on.isoformat(),
            situation=self.situation,
            positive=(self.positive or None) if by_rule else None,
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON: codes alone."""
        return {
            "situation": self.situation.value,
            "rule": self.rule.value,
            "dimensions": [
                {
                    "dimension": one.dimension.value,
                    "result": one.result.value,
                    "combination": None if one.combination is None else one.combination.value,
                    "seen": [
                        {
                            "indicator": seen.indicator.value,
                            "strength": None if seen.strength is None else seen.strength.value,
                        }
                        for seen in one.seen
                    ],
                    "denied": one.denied,
                    "unanswered": one.unanswered,
                }
                for one in self.dimensions
            ],
            "elements": [
                {
                    "element": one.element.value,
                    "result": one.result.value,
                    "by": [dimension.value for dimension in one.by],
                }
                for one in self.elements
            ],
            "reinforced_by": [dimension.value for dimension in self.reinforced_by],
            "eleven": [indicator.value for indicator in self.eleven],
            "elsewhere": [indicator.value for indicator in self.elsewhere],
            "proposal": self.proposal.value,
            "reason": self.reason.value,
        }


def assess(answers: Answers) -> Assessment:
    """Assess `answers` by the rule of their situation.

    An adult's case has means (D1 or D2), exploitation (D4) and coercion at destination (D5). A child's has an
    act, which is stated or follows from anything seen of a recruitment, and exploitation; means are not
    needed (Directive 2011/36/EU art. 2(5)).
    """
    asked = asked_in(answers.situation)
    dimensions = tuple(_dimension(dimension, asked, answers) for dimension in Dimension)
    results = {one.dimension: one for one in dimensions}
    if answers.situation in CHILD_SITUATIONS:
        elements: tuple[ElementResult, ...] = (_act(answers, results), _element(Element.EXPLOITATION, results))
    else:
        elements = tuple(_element(element, results) for element in _ADULT)
    proposal, reason = _proposal(answers, elements)
    published = SITUATIONS[answers.situation].strengths == "published"
    return Assessment(
        situation=answers.situation,
        rule=AssessmentRule.ILO_EC_2009 if published else AssessmentRule.PROFESSIONAL_JUDGEMENT,
        dimensions=dimensions,
        elements=elements,
        reinforced_by=tuple(one for one in REINFORCING if results[one].result is Answered.POSITIVE),
        eleven=tuple(sorted({eleven for one in answers.yes for eleven in eleven_of(one)})),
        elsewhere=tuple(sorted(one for one in answers.yes if dimension_of(one) is not None and one not in asked)),
        proposal=proposal,
        reason=reason,
    )


def answers_of(sections: Mapping[str, SectionModel], situation: Situation | None = None) -> Answers | None:
    """Return the answers that a signal gives; None where neither it nor `situation` says what was assessed."""
    observation, exploitation = sections.get("observation"), sections.get("exploitation")
    if not isinstance(observation, Observation):
        return None
    stated = situation or (observation.assessment.situation if observation.assessment is not None else None)
    if stated is None:
        return None
    return Answers(
        situation=stated,
        yes=observation.indicators.yes or (),
        no=observation.indicators.no or (),
        not_asked=observation.indicators.not_asked or (),
        acts=(exploitation.acts or ()) if isinstance(exploitation, Exploitation) else (),
    )


def rule_findings(sections: Mapping[str, SectionModel]) -> list[Finding]:
    """Say where an issuer's own signal names the rule and states other dimensions than the rule finds.

    Asked of the issuer alone: a recipient may have a later catalogue. Where strengths are missing, an
    issuer who has the source's list may apply it, and only that something was seen is asked.
    """
    observation, answers = sections.get("observation"), answers_of(sections)
    if answers is None or not isinstance(observation, Observation) or observation.assessment is None:
        return []
    found = assess(answers)
    if AssessmentRule.ILO_EC_2009 not in {observation.assessment.rule} & {found.rule}:
        return []
    if found.positive == (observation.assessment.positive or ()):
        return []
    return [
        Finding(
            code=Code.A06_POLICY,
            path="observation.assessment.positive",
            rule="is not what the rule ilo_ec_2009 makes of the indicators",
            remedy="state the dimensions that `baken signal assess` finds, or the rule professional_judgement",
        )
    ]


def combination_of(strengths: Iterable[Strength]) -> Combination | None:
    """Return what makes a dimension positive, or None."""
    there = Counter(strengths)
    return next((name for name, needed in _COMBINATIONS if needed <= there), None)


def _dimension(dimension: Dimension, asked: tuple[Indicator, ...], answers: Answers) -> DimensionResult:
    of_it = [one for one in asked if dimension_of(one) is dimension]
    seen = [Weighed(indicator=one, strength=strength_of(one, answers.situation)) for one in of_it if one in answers.yes]
    known = [one.strength for one in seen if one.strength is not None]
    combination = combination_of(known)
    # At best everything that is not answered was seen, and what has no known strength is strong.
    undenied = [one for one in of_it if one not in answers.no]
    at_best = combination_of(strength_of(one, answers.situation) or Strength.STRONG for one in undenied)
    if combination is not None:
        result = Answered.POSITIVE
    else:
        result = Answered.NOT_POSITIVE if at_best is None else Answered.OPEN
    return DimensionResult(
        dimension=dimension,
        result=result,
        combination=combination,
        seen=tuple(seen),
        denied=len(of_it) - len(undenied),
        unanswered=len(undenied) - len(seen),
    )


def _element(element: Element, results: Mapping[Dimension, DimensionResult]) -> ElementResult:
    of_it = [results[dimension] for dimension in _ADULT[element]]
    by = tuple(one.dimension for one in of_it if one.result is Answered.POSITIVE)
    if by:
        result = Answered.POSITIVE
    else:
        result = Answered.OPEN if any(one.result is Answered.OPEN for one in of_it) else Answered.NOT_POSITIVE
    return ElementResult(element=element, result=result, by=by)


def _act(answers: Answers, results: Mapping[Dimension, DimensionResult]) -> ElementResult:
    by = tuple(dimension for dimension in _RECRUITMENT if results[dimension].seen)
    there = bool(answers.acts or by)
    return ElementResult(element=Element.ACT, result=Answered.POSITIVE if there else Answered.OPEN, by=by)


def _proposal(answers: Answers, elements: tuple[ElementResult, ...]) -> tuple[SignalOutcome, ProposalReason]:
    if all(one.result is Answered.POSITIVE for one in elements):
        return SignalOutcome.PRESUMED_VICTIM, ProposalReason.ALL_ELEMENTS
    if answers.yes:
        return SignalOutcome.FURTHER_ASSESSMENT, ProposalReason.SOMETHING_SEEN
    if any(one.result is Answered.NOT_POSITIVE for one in elements):
        return SignalOutcome.NO_FINDING, ProposalReason.RULED_OUT
    return SignalOutcome.FURTHER_ASSESSMENT, ProposalReason.TOO_LITTLE_ASKED

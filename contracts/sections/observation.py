"""Section `observation`: what was seen, by what kind of reporter, and how it was assessed."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from contracts.codes import AssessmentRule, Dimension, Indicator, ReporterClass, SignalOutcome, Situation
from contracts.indicators import dimension_of
from contracts.parts import Codes, ManyCodes, Part, SectionModel
from contracts.places import CoarsePlace
from contracts.values import Day, InstantText, PartialDate

CHILD_SITUATIONS = frozenset({Situation.CHILD_LABOUR, Situation.CHILD_SEXUAL})


class Indicators(Part):
    """Indicators by their answer. One that is in no list was not considered, which is never a no."""

    yes: ManyCodes[Indicator] | None = None
    no: ManyCodes[Indicator] | None = None
    not_asked: ManyCodes[Indicator] | None = None

    @model_validator(mode="after")
    def _one_answer_each(self) -> Self:
        lists = [stated for stated in (self.yes, self.no, self.not_asked) if stated is not None]
        if not lists:
            raise ValueError("says nothing")
        if len(set().union(*lists)) != sum(map(len, lists)):
            raise ValueError("gives an indicator two answers")
        return self


class SignalAssessment(Part):
    """An assessment by the person responsible (`handling.actor`): it names its rule and is never a finding.

    `positive` are the dimensions found positive; absent where none is, or where the rule has none.
    """

    rule: AssessmentRule
    outcome: SignalOutcome
    assessed_on: Day
    situation: Situation | None = None
    positive: Codes[Dimension] | None = None

    @model_validator(mode="after")
    def _rule_has_its_terms(self) -> Self:
        if self.rule is AssessmentRule.ILO_EC_2009 and self.situation is None:
            raise ValueError("the rule ilo_ec_2009 needs a situation")
        if self.rule is not AssessmentRule.ILO_EC_2009 and self.positive is not None:
            raise ValueError("only the rule ilo_ec_2009 has dimensions")
        return self


class Observation(SectionModel):
    """One observation, with or without persons: when, roughly where, who reports, what was asked and seen."""

    observed_at: InstantText | None = None
    observed_on: PartialDate | None = None
    place: CoarsePlace
    reporter: ReporterClass
    indicators: Indicators
    assessment: SignalAssessment | None = None

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.observed_at is None) == (self.observed_on is None):
            raise ValueError("needs either the instant or the date of the observation")
        if self.observed_on is not None and self.observed_on.bounds() is None:
            raise ValueError("needs a date of the observation that is at least partly known")
        return self

    @model_validator(mode="after")
    def _positive_dimensions_have_a_reason(self) -> Self:
        seen = {dimension_of(indicator) for indicator in self.indicators.yes or ()}
        if self.assessment is not None and not seen.issuperset(self.assessment.positive or ()):
            raise ValueError("a dimension is positive without an indicator of it")
        return self

    @property
    def about_child(self) -> bool:
        """Whether the assessment takes the person observed for a child."""
        return self.assessment is not None and self.assessment.situation in CHILD_SITUATIONS

"""Print an assessment so that a person can follow it: what was seen, what weighed, what it is called."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from broker.cli.signal_words import Phrase, word
from contracts.assessment import Assessment, DimensionResult
from contracts.codes import AssessmentRule, Indicator, Language
from contracts.indicators import DIMENSIONS, ENTRIES, SITUATIONS


def lines(assessment: Assessment, language: Language) -> Iterator[str]:
    """Yield the lines of an assessment in `language`."""

    def said(value: StrEnum, *inserted: object) -> str:
        return word(value, language, *inserted)

    by_rule = assessment.rule is AssessmentRule.ILO_EC_2009
    title = Phrase.ASSESSMENT if by_rule else Phrase.JUDGEMENT
    yield said(title, SITUATIONS[assessment.situation].text.in_(language))
    for one in assessment.dimensions:
        yield from _dimension(one, language)
    for element in assessment.elements:
        by = f" ({', '.join(element.by)})" if element.by else ""
        yield f"  {said(element.element)}: {said(element.result)}{by}"
    if assessment.reinforced_by:
        yield f"  {said(Phrase.REINFORCED, ', '.join(assessment.reinforced_by))}"
    for phrase, indicators in ((Phrase.ELEVEN, assessment.eleven), (Phrase.ELSEWHERE, assessment.elsewhere)):
        if indicators:
            yield f"  {said(phrase, _listed(indicators, language))}"
    yield said(Phrase.PROPOSAL, said(assessment.proposal), said(assessment.reason))
    yield said(Phrase.DECIDES)


def _dimension(one: DimensionResult, language: Language) -> Iterator[str]:
    why = f", {word(one.combination, language)}" if one.combination is not None else ""
    counts = word(Phrase.COUNTS, language, one.denied, one.unanswered)
    text = DIMENSIONS[one.dimension].in_(language)
    yield f"  {one.dimension} {text}: {word(one.result, language)}{why}; {counts}"
    for seen in one.seen:
        weight = word(Phrase.UNKNOWN if seen.strength is None else seen.strength, language)
        yield f"     {weight}: {ENTRIES[seen.indicator].in_(language)}"


def _listed(indicators: tuple[Indicator, ...], language: Language) -> str:
    return ", ".join(ENTRIES[one].in_(language) for one in indicators)

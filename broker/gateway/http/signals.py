"""Show the indicators and assess answers, for a form that a professional fills in elsewhere. Nothing is stored."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from broker.gateway.http.clients import Follower
from broker.gateway.http.problems import Closed, documented
from contracts import indicators as catalogue
from contracts.assessment import Answers, assess
from contracts.codes import (
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

router = APIRouter(tags=["signals"])

IndicatorCode = Annotated[Indicator, Field(examples=["ilo-ec:d5-debt_bondage"])]
EXAMPLE = {
    "situation": "adult_labour",
    "yes": ["ilo-ec:d5-confiscated_documents", "ilo-ec:d5-debt_bondage"],
    "no": ["ilo-ec:d5-violence"],
    "not_asked": ["ilo-ec:d4-excessive_hours"],
}
"""Answers that `assessSignal` takes as they stand; a test hands them in."""


class Texts(Closed):
    """One text in each language."""

    en: Annotated[str, Field(examples=["debt bondage"])]
    nl: Annotated[str, Field(examples=["schuldbinding"])]
    de: Annotated[str, Field(examples=["Schuldknechtschaft"])]


class Wording(Closed):
    """Whose the texts are."""

    en: Literal["source", "own"]
    nl: Literal["source", "own"]
    de: Literal["source", "own"]


class Source(Closed):
    """Where indicators and strengths come from; `secondary`: the source itself was not at hand."""

    id: Annotated[str, Field(examples=["delphi-2009"])]
    title: str
    publisher: str
    reference: Annotated[str, Field(examples=["WCMS_105023"])]
    seen: Literal["primary", "secondary"]
    year: int | None
    address: str | None
    note: str | None


class Catalogue(Closed):
    """A catalogue of indicators."""

    catalogue: Annotated[str, Field(examples=["ilo-ec"])]
    version: int
    text: Texts
    wording: Wording
    sources: list[Source]


class AskedSituation(Closed):
    """What is asked in a situation; `partial`: the source's strengths are not all here, and `note` says why."""

    situation: Situation
    source: Annotated[str, Field(examples=["delphi-2009"])]
    strengths: Literal["published", "partial"]
    indicators: Annotated[int, Field(examples=[67])]
    asks: Annotated[Situation, Field(description="Asked is what has a strength in this situation.")]
    text: Texts
    note: str | None


class NamedDimension(Closed):
    """A dimension in words."""

    dimension: Dimension
    text: Texts


class KnownIndicator(Closed):
    """One indicator; a situation that `strength` lacks has none that is known."""

    indicator: IndicatorCode
    dimension: Dimension | None
    strength: dict[Situation, Strength]
    eleven: Annotated[list[IndicatorCode], Field(description="Which of the eleven of forced labour it points to.")]
    source: Annotated[str, Field(examples=["delphi-2009"])]
    text: Texts


class Indicators(Closed):
    """All that the catalogues say."""

    catalogues: list[Catalogue]
    situations: list[AskedSituation]
    dimensions: list[NamedDimension]
    indicators: list[KnownIndicator]


class SeenIndicator(Closed):
    """An indicator that was seen, and what it weighs; null where that is not known."""

    indicator: IndicatorCode
    strength: Strength | None


class AssessedDimension(Closed):
    """One dimension: what was seen, what made it positive, how much was answered. `open` is never a no."""

    dimension: Dimension
    result: Answered
    combination: Combination | None
    seen: list[SeenIndicator]
    denied: Annotated[int, Field(examples=[1])]
    unanswered: Annotated[int, Field(examples=[12])]


class AssessedElement(Closed):
    """One element of trafficking, and the dimensions that make it positive."""

    element: Element
    result: Answered
    by: list[Dimension]


class SignalAssessment(Closed):
    """An assessment and a proposal. It is no finding, and what follows from it a person decides."""

    situation: Situation
    rule: Annotated[AssessmentRule, Field(description="What may be named in the signal's `assessment.rule`.")]
    dimensions: list[AssessedDimension]
    elements: list[AssessedElement]
    reinforced_by: list[Dimension]
    eleven: Annotated[list[IndicatorCode], Field(description="Indicators of forced labour that this points to.")]
    elsewhere: Annotated[list[IndicatorCode], Field(description="Seen, and not asked in this situation.")]
    proposal: SignalOutcome
    reason: ProposalReason


@router.get(
    "/v1/indicators", operation_id="listIndicators", summary="List what is asked of a signal",
    response_model=Indicators, responses=documented(),
)  # fmt: skip
def list_indicators(_client: Follower) -> dict[str, Any]:
    """Return the catalogues: indicators with texts, strengths by situation, and the source of each."""
    return catalogue.described()


@router.post(
    "/v1/signals/assessments", operation_id="assessSignal", summary="Assess the answers of a signal",
    response_model=SignalAssessment,
    responses=documented(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY),
    openapi_extra={"requestBody": {"content": {"application/json": {"example": EXAMPLE}}}},
)  # fmt: skip
def assess_signal(_client: Follower, answers: Answers) -> dict[str, Any]:
    """Explain what the rule makes of the answers. Nothing is stored: the signal is handed in as a submission."""
    return assess(answers).to_json()

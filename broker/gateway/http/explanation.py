"""Explain who sees what of an event, and which rule decided."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from broker.gateway.http.clients import Follower
from broker.gateway.http.events import EventName
from broker.gateway.http.interface import Here
from broker.gateway.http.models import EVENT
from broker.gateway.http.problems import Closed, documented
from contracts.codes import Condition, Minor
from contracts.explain import Verdict, read_changes
from contracts.identifiers import AUTHORITY_PATTERN

MAX_CHANGES = 8

router = APIRouter(tags=["alerts"])


class Ground(Closed):
    """One condition of a section, the rule that asks for it, and whether it holds."""

    condition: Condition
    holds: bool
    rule: Annotated[str, Field(examples=["minimisation-1/victim-alert/liaison/identity"])]
    why: Annotated[str, Field(examples=["purpose protect_victim serves a victim"])]


class ExplainedSection(Closed):
    """What becomes of a section, and the rule that decided. `not_seen_or_absent`: the issuer alone knows which."""

    section: Annotated[str, Field(examples=["identity"])]
    verdict: Verdict
    rule: Annotated[str, Field(examples=["minimisation-1/victim-alert/liaison/identity"])]
    why: Annotated[str, Field(examples=["victim_purpose: purpose protect_victim serves a victim"])]
    conditions: list[Ground]


class Explanation(Closed):
    """What a participant sees, or would see. Names sections, codes and rules, never content."""

    event: Annotated[str | None, Field(description="The event that stands in for the one asked for.", examples=[EVENT])]
    type: Annotated[str, Field(examples=["victim-alert.v1"])]
    for_: Annotated[str, Field(alias="for", examples=["DE-BKA"])]
    profile: Annotated[str | None, Field(description="Null: none for this type.", examples=["liaison"])]
    addressed: Annotated[bool, Field(description="The event goes to it.")]
    changed: Annotated[bool, Field(description="Something is supposed to be otherwise.")]
    purpose: Annotated[str, Field(examples=["protect_victim"])]
    minor: Minor | None
    policy: Annotated[str, Field(examples=["minimisation-1"])]
    sections: list[ExplainedSection]
    handling: Annotated[list[str], Field(examples=[["no use in court without the issuer's permission"]])]
    refused: Annotated[list[str], Field(description="Why such an event could not be sent to it.")]


class ExplanationQuery(Closed):
    """For whom, and what is supposed to be otherwise."""

    for_: Annotated[
        str | None, Field(alias="for", pattern=AUTHORITY_PATTERN, description="Of what was received: oneself.")
    ] = None
    what_if: Annotated[
        list[Annotated[str, Field(max_length=60)]],
        Field(
            max_length=MAX_CHANGES, description="`profile=`, `purpose=`, `age=` or `condition=`.", examples=[["age=16"]]
        ),
    ] = Field(default_factory=list)


@router.get(
    "/v1/events/{event}/explanation", operation_id="explainEvent", summary="See who sees what, and why",
    response_model=Explanation, responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
def explain_event(
    here: Here, _client: Follower, event: EventName, query: Annotated[ExplanationQuery, Query()]
) -> dict[str, Any]:
    """Say section by section what a participant sees of an event of yours, or you of one that you received."""
    gateway = here.gateway
    changes = read_changes(query.what_if)
    return gateway.explainer.event(event, query.for_, gateway.trust_memory.current(), changes).to_json()

"""Ask, answer and tell about what was received, and find what was said about an event."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query

from broker.gateway.entries import Wanted
from broker.gateway.http.clients import Follower, Orderer
from broker.gateway.http.inbox import Number
from broker.gateway.http.interface import Here
from broker.gateway.http.models import EVENT, UUID, Events, Message, MessageRequest
from broker.gateway.http.problems import documented
from broker.gateway.messages import read, stated
from broker.gateway.publish import Acknowledged, Pending, RefusedDraft
from contracts.errors import DraftRefused, Unknown
from contracts.events import spec

router = APIRouter()


@router.post(
    "/v1/inbox/{number}/messages", operation_id="sendMessage", summary="Answer an entry, or tell about it",
    tags=["inbox"], status_code=HTTPStatus.ACCEPTED, response_model=Message,
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
def send_message(here: Here, client: Orderer, number: Number, message: MessageRequest) -> dict[str, Any]:
    """Tell the issuer, or whom `to` names, something about this entry. Durable when this answers; again is the same.

    What is refused comes back with every finding. A message about no entry, or with an image, is handed in as a
    draft at `submit`.
    """
    entry = next(here.gateway.inbox.feed(wanted=Wanted(number=number)), None)
    if entry is None:
        raise Unknown("this inbox has no entry of that number")
    value = stated(
        spec(message.type.value),
        message.sections,
        entry=entry,
        purpose=message.purpose,
        basis=message.basis,
        urgency=message.urgency,
        validity_days=message.validity_days,
        claims=message.claims,
    )
    record = read(value, on=here.gateway.issuer.clock().date())
    if record.draft is None:
        raise DraftRefused(record.findings)
    (outcome,) = here.gateway.publish([record.draft], message.to, actor=client.name)
    if isinstance(outcome, RefusedDraft):
        raise DraftRefused(outcome.findings)
    return _shown(number, outcome)


@router.get(
    "/v1/events", operation_id="listEventsAbout", summary="See what was said about an event", tags=["alerts"],
    response_model=Events, responses=documented(HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
def list_events(
    here: Here,
    _client: Follower,
    about: Annotated[str, Query(pattern=UUID, description="Event id, of anybody.", examples=[EVENT])],
) -> dict[str, Any]:
    """Return own messages and disclosures about it with their ledgers; `listInbox` has those of others."""
    return {"events": [state.to_json() for state in here.gateway.ledger.about(about)]}


def _shown(number: int, told: Acknowledged | Pending) -> dict[str, Any]:
    shown: dict[str, Any] = {"alert": None, "approval": None, "event": None, "unchanged": False}
    if isinstance(told, Pending):
        shown["approval"] = told.approval
    else:
        shown |= {"alert": told.sub, "event": told.jti, "unchanged": told.unchanged}
    return {**shown, "number": number, "recipients": sorted(told.recipients)}

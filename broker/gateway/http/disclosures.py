"""Open further sections of own events to those who have them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from broker.gateway.http.clients import Orderer
from broker.gateway.http.events import REFUSALS, EventName
from broker.gateway.http.interface import Here
from broker.gateway.http.models import EVENT, AlertId, EventId
from broker.gateway.http.problems import Closed
from contracts.codes import Condition
from contracts.wire import MAX_RECIPIENTS

MAX_SECTIONS = 40
"""More than any event has."""

router = APIRouter(tags=["alerts"])


class DisclosureRequest(Closed):
    """Which sections of an event are opened, to whom who has it, and which conditions somebody says hold."""

    to: Annotated[list[str], Field(min_length=1, max_length=MAX_RECIPIENTS, examples=[["BE-FGP"]])]
    sections: Annotated[list[str], Field(min_length=1, max_length=MAX_SECTIONS, examples=[["identity", "image"]])]
    because: Annotated[tuple[Condition, ...], Field(max_length=len(Condition), examples=[["after_match"]])] = ()


class Disclosure(Closed):
    """A disclosure that is durable and on its way. `repeated`: it was issued before and nothing new was."""

    event: EventId
    about: Annotated[str, Field(description="The event that it opens more of.", examples=[EVENT])]
    alert: AlertId
    sections: Annotated[list[str], Field(examples=[["identity", "image"]])]
    recipients: Annotated[dict[str, str], Field(description="With their profiles.", examples=[{"BE-FGP": "border"}])]
    exp: Annotated[int, Field(description="End of validity, in seconds: that of the event it opens.")]
    repeated: bool


@router.post(
    "/v1/events/{event}/disclosures", operation_id="disclose", summary="Open further sections of an event",
    status_code=HTTPStatus.ACCEPTED, response_model=Disclosure, responses=REFUSALS,
)  # fmt: skip
def disclose(here: Here, client: Orderer, event: EventName, asked: DisclosureRequest) -> dict[str, Any]:
    """Open sections of an own event to recipients who have it, under the signature that it was sent with.

    What policy forbids is refused as `E13-opened` with every reason. Recipients find the sections in the entry
    that they have; they go with it. Durable when this answers; the same again is the same disclosure.
    """
    given = here.gateway.disclose(event, to=asked.to, sections=asked.sections, because=asked.because, actor=client.name)
    return given.to_json()

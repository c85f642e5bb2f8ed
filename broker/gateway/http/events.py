"""Show what became of own events, and order the end of own alerts."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path

from broker.gateway.http.clients import Follower, Orderer
from broker.gateway.http.interface import Here
from broker.gateway.http.models import ALERT, EVENT, UUID, Event, Order, OrderRequest, RestrictionRequest
from broker.gateway.http.problems import documented
from broker.gateway.orders import Ordered

REFUSALS = documented(HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY)

router = APIRouter(tags=["alerts"])

EventName = Annotated[str, Path(pattern=UUID, description="Event id.", examples=[EVENT])]
AlertName = Annotated[
    str, Path(pattern=UUID, description="Alert id. National ids stand in no address.", examples=[ALERT])
]


@router.get(
    "/v1/events/{event}", operation_id="getEvent", summary="See how far an event has come",
    response_model=Event, responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
def get_event(here: Here, _client: Follower, event: EventName) -> dict[str, Any]:
    """Return the delivery ledger: per recipient sent, admitted, delivered, opened, acted upon, refused, overdue."""
    return here.gateway.state(event).to_json()


@router.post(
    "/v1/alerts/{alert}/withdrawal", operation_id="withdrawAlert", summary="Withdraw an alert",
    status_code=HTTPStatus.ACCEPTED, response_model=Order, responses=REFUSALS,
)  # fmt: skip
def withdraw_alert(here: Here, client: Orderer, alert: AlertName, order: OrderRequest) -> dict[str, Any]:
    """Tell every recipient not to act on it any more. Durable when this answers; again is the same order."""
    return _ordered(here.gateway.order_withdrawal(alert, order.ground, actor=client.name))


@router.post(
    "/v1/alerts/{alert}/erasure", operation_id="eraseAlert", summary="Erase an alert everywhere",
    status_code=HTTPStatus.ACCEPTED, response_model=Order, responses=REFUSALS,
)  # fmt: skip
def erase_alert(here: Here, client: Orderer, alert: AlertName, order: OrderRequest) -> dict[str, Any]:
    """Erase it at everyone who ever received it, and here. Cannot be undone; again is the same order.

    Each event of the answer has its progress at `getEvent`: `erasure` there ends with `certified`.
    """
    return _ordered(here.gateway.order_erasure(alert, order.ground, actor=client.name))


@router.post(
    "/v1/alerts/{alert}/restriction", operation_id="restrictAlert", summary="Restrict the use of an alert",
    status_code=HTTPStatus.ACCEPTED, response_model=Order, responses=REFUSALS,
)  # fmt: skip
def restrict_alert(here: Here, client: Orderer, alert: AlertName, order: RestrictionRequest) -> dict[str, Any]:
    """Tell every recipient to keep it and not to act on it. Its next version is free of that; again is the same."""
    return _ordered(here.gateway.order_restriction(alert, order.reason, actor=client.name))


def _ordered(orders: Sequence[Ordered]) -> dict[str, Any]:
    (given,) = orders
    return {
        "alert": given.sub,
        "events": list(given.events),
        "recipients": list(given.recipients),
        "repeated": given.repeated,
        "unreachable": list(given.unreachable),
    }

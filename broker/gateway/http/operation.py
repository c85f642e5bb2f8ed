"""Answer operators and monitors: does it live, can it work, what stands in it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from broker.gateway.http.clients import Operator
from broker.gateway.http.interface import Here
from broker.gateway.http.models import Health, Readiness
from broker.gateway.http.problems import documented

router = APIRouter(tags=["operation"])


@router.get(
    "/healthz", operation_id="getHealth", summary="See that the process answers",
    response_model=Health, responses=documented(),
)  # fmt: skip
async def get_health(_client: Operator) -> dict[str, str]:
    """Answer; nothing is looked at. Restart a gateway that does not."""
    return {"status": "ok"}


@router.get(
    "/readyz", operation_id="getReadiness", summary="See whether it can do its work",
    response_model=Readiness,
    responses={
        **documented(),
        HTTPStatus.SERVICE_UNAVAILABLE.value: {"model": Readiness, "description": "Something stands in the way."},
    },
)  # fmt: skip
def get_readiness(here: Here, _client: Operator, response: Response) -> dict[str, Any]:
    """Try everything that the gateway needs, and name what stands in the way.

    Records that are handed in meanwhile are durable all the same, as long as the outbox can be written.
    """
    checks = here.vitals.checks()
    ready = all(check["ok"] for check in checks)
    if not ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return {"ready": ready, "checks": checks}


@router.get(
    "/metrics", operation_id="getMetrics", summary="Read the metrics", response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Text of Prometheus."},
               **documented()},
)  # fmt: skip
def get_metrics(here: Here, _client: Operator) -> Response:
    """Return the metrics of this gateway: counts and ages, nothing of any record."""
    return Response(here.metrics.text(), media_type=CONTENT_TYPE_LATEST)

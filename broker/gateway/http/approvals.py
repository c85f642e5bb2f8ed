"""Show what waits for a second officer, and take what one decides."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from broker.gateway.approvals import ApprovalState
from broker.gateway.http.approving import Approval, Approvals, Decision
from broker.gateway.http.clients import Approver
from broker.gateway.http.interface import Here
from broker.gateway.http.models import APPROVAL, UUID
from broker.gateway.http.problems import documented
from broker.gateway.outcomes import RefusedDraft
from contracts.errors import DraftRefused

MAX_PAGE = 200

router = APIRouter(tags=["approvals"])

ApprovalName = Annotated[str, Path(pattern=UUID, description="Approval id.", examples=[APPROVAL])]


@router.get(
    "/v1/approvals", operation_id="listApprovals", summary="See what waits for a second officer",
    response_model=Approvals, responses=documented(HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
def list_approvals(
    here: Here,
    _client: Approver,
    state: Annotated[ApprovalState, Query(description="What became of them.")] = ApprovalState.PENDING,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = MAX_PAGE,
) -> dict[str, Any]:
    """Return requests, the oldest first; what is decided goes from this list, and 90 days later altogether."""
    return {"approvals": [one.to_json() for one in here.gateway.approvals.listed(state, limit=limit)]}


@router.get(
    "/v1/approvals/{approval}", operation_id="getApproval", summary="Read what waits for a second officer",
    response_model=Approval, responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
def get_approval(here: Here, _client: Approver, approval: ApprovalName) -> dict[str, Any]:
    """Return one request with its record as it was handed in, and why it must not go out on one person's word."""
    return here.gateway.approvals.found(approval).to_json()


@router.post(
    "/v1/approvals/{approval}", operation_id="decideApproval", summary="Approve or reject",
    response_model=Approval,
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
def decide_approval(here: Here, client: Approver, approval: ApprovalName, decision: Decision) -> dict[str, Any]:
    """Let it go out, or not. Durable when this answers. Who handed it in cannot approve it (`X-not-another`).

    It is judged anew: when it would now say something else, or reach others, than was shown, it is refused
    with its findings and waits on.
    """
    if decision.decision == "reject":
        return here.gateway.reject(approval, actor=client.name).to_json()
    outcome = here.gateway.approve(approval, actor=client.name)
    if isinstance(outcome, RefusedDraft):
        raise DraftRefused(outcome.findings)
    return here.gateway.approvals.found(approval).to_json()

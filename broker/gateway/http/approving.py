"""Describe second approvals: what waits, and what another officer decides."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from broker.gateway.approvals import ApprovalState
from broker.gateway.http.models import AlertId, ApprovalId, EventId
from broker.gateway.http.problems import Closed, Finding

PSEUDONYM = "uF3n0mQ8cJt5y1RkzPWvB2aXh7LdEoS4g6iTqNCMrVY"
INSTANT = "2026-03-02T09:00:00.000Z"


class Approval(Closed):
    """A record that must not go out on one person's word, and what became of it. Persons are pseudonyms.

    `draft` is the record as it was handed in: whoever approves it reads it first. It is there while it waits.
    """

    approval: ApprovalId
    type: Annotated[str, Field(examples=["victim-alert.v1"])]
    state: ApprovalState
    actor: Annotated[str, Field(description="Who handed it in.", examples=[PSEUDONYM])]
    recipients: Annotated[dict[str, str], Field(description="With profiles.", examples=[{"DE-BKA": "liaison"}])]
    reasons: Annotated[list[Finding], Field(description="Why it needs a second approval.")]
    created: Annotated[str, Field(examples=[INSTANT])]
    expires: Annotated[str, Field(examples=[INSTANT])]
    decided: Annotated[str | None, Field(examples=[INSTANT])]
    decided_by: Annotated[str | None, Field(examples=[PSEUDONYM])]
    event: EventId | None
    alert: AlertId | None
    draft: dict[str, Any] | None


class Approvals(Closed):
    """Requests for a second approval, the oldest first, without their drafts; one gives its own."""

    approvals: list[Approval]


class Decision(Closed):
    """What another officer decides: `approve` or `reject`."""

    decision: Annotated[Literal["approve", "reject"], Field(examples=["approve"])]

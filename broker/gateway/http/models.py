"""Describe what the interface takes and gives. Every model is closed; every example is one that works."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from broker.gateway.entries import EntryState
from broker.gateway.http.problems import Closed, Finding
from broker.gateway.intake.submission import RecordStatus, Source, SubmissionStatus
from broker.gateway.outbox import Outcome, State
from broker.gateway.status import DeliveryState
from contracts.codes import Condition, ErasureGround, KeepReason, Purpose, ReceiptState, RefusalGround
from contracts.events import MESSAGES

EVENT = "019c8a5e-7e4c-7d8a-9c1b-2f6a4b1c0d9e"
ALERT = "5d1f0c52-8d7b-4a3e-9f60-7c9a2b4e8d11"
APPROVAL = "019c8a5e-8a11-7f02-b3c4-5d6e7f8091a2"
SUBMISSION = "019c8a5e-7d10-7a44-8b1f-0e5c9d3a7b62"
MILLISECONDS = 1_772_442_000_000

Milliseconds = Annotated[int, Field(description="Milliseconds since 1970.", examples=[MILLISECONDS])]
EventId = Annotated[str, Field(description="Event id (UUIDv7).", examples=[EVENT])]
AlertId = Annotated[str, Field(description="Alert id.", examples=[ALERT])]
ApprovalId = Annotated[str, Field(description="What waits for a second officer.", examples=[APPROVAL])]
UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


class Submission(Closed):
    """Where a submission stands. The counts are of records decided so far; `residue` counts national values."""

    submission: Annotated[str, Field(examples=[SUBMISSION])]
    state: SubmissionStatus
    source: Source
    adapter: Annotated[str, Field(examples=["nl-csv"])]
    bytes: Annotated[int, Field(examples=[5120])]
    decided: Annotated[int, Field(examples=[12])]
    acknowledged: Annotated[int, Field(examples=[10])]
    unchanged: Annotated[int, Field(examples=[1])]
    pending: Annotated[int, Field(description="Wait for a second officer.", examples=[0])]
    refused: Annotated[int, Field(examples=[1])]
    residue: Annotated[int, Field(examples=[34])]
    created: Annotated[str, Field(examples=["2026-03-02T09:00:00.000Z"])]
    changed: Annotated[str, Field(examples=["2026-03-02T09:00:00.412Z"])]


class Flag(Closed):
    """One thing that is probably wrong with a record that was taken all the same."""

    code: Annotated[str, Field(examples=["Q01-register-number"])]
    line: int | None
    field: Annotated[str | None, Field(description="National field.", examples=["BSN"])]
    path: Annotated[
        str, Field(description="Canonical place.", examples=["identity.identities[0].register_numbers[0].number"])
    ]
    rule: str
    remedy: str


class Residue(Closed):
    """One national value that the event does not carry as it was."""

    line: int
    field: Annotated[str | None, Field(examples=["bijnaam"])]
    path: str | None
    value: Annotated[str, Field(description="The national value itself.", examples=["onbekend"])]
    reason: Annotated[str, Field(examples=["null_word"])]
    rule: str


class SubmittedRecord(Closed):
    """What became of one record: its event and alert, or every finding; what is probably wrong, and its residue."""

    number: Annotated[int, Field(description="Place in the file, from 1.", examples=[1])]
    line: int
    state: RecordStatus
    approval: ApprovalId | None
    event: EventId | None
    alert: AlertId | None
    findings: list[Finding]
    flags: list[Flag]
    residue_count: int
    residue: list[Residue]


class SubmittedRecords(Closed):
    """One page of records, in file order."""

    records: list[SubmittedRecord]
    next: Annotated[str | None, Field(description="Address of the next page; null on the last.")]


class Delivery(Closed):
    """How far an event has come with one recipient, with the instant of each state."""

    to: Annotated[str, Field(examples=["DE-BKA"])]
    profile: Annotated[str, Field(examples=["liaison"])]
    state: DeliveryState
    code: Annotated[str | None, Field(description="Why the broker refused it.")]
    reason: Annotated[str | None, Field(description="Why the recipient cannot act.")]
    erasure: Annotated[str | None, Field(description="How an order to erase was answered.")]
    overdue: bool
    late: bool
    sent: Milliseconds | None
    admitted: Milliseconds | None
    delivered: Milliseconds | None
    opened: Milliseconds | None
    acted: Milliseconds | None
    certified: Milliseconds | None
    due: Annotated[Milliseconds | None, Field(description="Until when the recipient must answer.")]
    answered: Annotated[Milliseconds | None, Field(description="When its answer was admitted.")]
    answer_overdue: Annotated[bool, Field(description="That time is over and no answer was admitted.")]


class About(Closed):
    """The event that a message or a disclosure is about."""

    event: EventId
    issuer: Annotated[str, Field(alias="from", examples=["NL-POL"])]


class Event(Closed):
    """Where an own event stands. `now` differs from `event` when it was issued anew."""

    event: EventId
    now: EventId
    type: Annotated[str, Field(examples=["suspect-alert.v1"])]
    alert: AlertId | None
    version: int | None
    about: About | None
    state: State
    outcome: Outcome | None
    code: str | None
    erasure: str | None
    created: Milliseconds
    sent: Milliseconds | None
    closed: Milliseconds | None
    deliveries: list[Delivery]


class Entry(Closed):
    """A received event as this participant may see it. `sections` holds what its profile opens."""

    number: Annotated[int, Field(description="Place in the order of arrival.", examples=[17])]
    change: Annotated[int, Field(description="Grows with every change of an entry.", examples=[21])]
    event: EventId
    type: Annotated[str, Field(examples=["suspect-alert.v1"])]
    alert: AlertId | None
    version: int | None
    about: About | None
    superseded: Annotated[bool, Field(description="A later version is here too.")]
    state: EntryState
    code: str | None
    ended: Annotated[str | None, Field(description="`withdrawn`: do not act on it any more.")]
    restricted: Annotated[str | None, Field(description="Why its use is restricted: keep it, do not act on it.")]
    disclosed: Annotated[
        dict[str, str], Field(description="Sections opened later, each with the event that did.", examples=[{}])
    ]
    action: Annotated[str | None, Field(description="What the issuer was told last.")]
    reason: str | None
    profile: Annotated[str | None, Field(examples=["liaison"])]
    received: Milliseconds
    admitted: Milliseconds
    due: Annotated[Milliseconds | None, Field(description="Until when this participant must answer.")]
    answered: Annotated[Milliseconds | None, Field(description="When its answer was admitted.")]
    overdue: Annotated[bool, Field(description="That time is over and no answer was admitted.")]
    iat: Annotated[int, Field(description="Issued, in seconds.")]
    exp: Annotated[int, Field(description="End of validity, in seconds.")]
    claims: Annotated[dict[str, Any], Field(description="Signed claims; empty once the content is gone.")]
    sections: Annotated[
        dict[str, Any], Field(description="Sections by name; docs/schemas describes each.", examples=[{"markers": {}}])
    ]
    issuer: Annotated[str, Field(alias="from", examples=["NL-POL"])]


class Entries(Closed):
    """One page of the inbox, in the order of arrival."""

    entries: list[Entry]
    next: Annotated[str | None, Field(description="Address of the next page; null on the last.")]


class OrderRequest(Closed):
    """Why an alert is withdrawn or erased."""

    ground: Annotated[ErasureGround, Field(examples=["purpose_achieved"])]


class RestrictionRequest(Closed):
    """Why an alert is kept and not acted upon."""

    reason: Annotated[KeepReason, Field(examples=["contested"])]


class Order(Closed):
    """An order that is durable and on its way. `repeated`: it was given before and nothing new was issued."""

    alert: AlertId
    events: list[EventId]
    recipients: Annotated[list[str], Field(examples=[["BE-FGP", "DE-BKA"]])]
    unreachable: Annotated[list[str], Field(description="Left the exchange: tell them by other means.")]
    repeated: bool


class ActionRequest(Closed):
    """What is done about an entry; `reason` goes with `cannot_act` and with nothing else."""

    state: Annotated[
        Literal[ReceiptState.TASKED, ReceiptState.ACTED, ReceiptState.CANNOT_ACT], Field(examples=["tasked"])
    ]
    reason: RefusalGround | None = None


class Action(Closed):
    """The signed receipt that tells the issuer. `unchanged`: it had been told the very same last."""

    number: int
    receipt: EventId
    unchanged: bool


MessageType = StrEnum("MessageType", {name: name for name in MESSAGES})  # type: ignore[misc]  # shown in OpenAPI


class MessageRequest(Closed):
    """A message about an entry. Purpose and legal basis are those of the entry unless others are named."""

    type: Annotated[MessageType, Field(examples=["answer.v1"])]
    sections: Annotated[
        dict[str, Any],
        Field(
            description="Sections by name; docs/schemas/draft-<type>.json describes them.",
            examples=[{"report": {"answer": {"extent": "nothing_held"}}}],
        ),
    ]
    to: Annotated[
        list[Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{2,12}(:[a-z]+)?$")]] | None,
        Field(max_length=100, description="Of a request or an offer: recipients instead of the routes."),
    ] = None
    purpose: Purpose | None = None
    basis: Annotated[tuple[str, ...], Field(max_length=8)] = ()
    urgency: Annotated[str, Field(max_length=60)] = "routine"
    validity_days: Annotated[int | None, Field(ge=1)] = None
    claims: Annotated[tuple[Condition, ...], Field(description="Conditions that somebody responsible asserts.")] = ()


class Message(Closed):
    """A message that is durable and on its way, or waits for a second officer: then it has an `approval` alone.

    `unchanged`: the very same was issued before.
    """

    number: Annotated[int, Field(description="The entry that it is about.", examples=[17])]
    approval: ApprovalId | None
    event: EventId | None
    alert: Annotated[str | None, Field(description="Names it in orders: withdraw, erase.", examples=[ALERT])]
    recipients: Annotated[list[str], Field(examples=[["NL-POL"]])]
    unchanged: bool


class Events(Closed):
    """Own messages and disclosures about one event, oldest first."""

    events: list[Event]


class Health(Closed):
    """The process answers."""

    status: Literal["ok"]


class Check(Closed):
    """One thing that the gateway needs."""

    name: Annotated[str, Field(examples=["kafka"])]
    ok: bool
    found: Annotated[str, Field(examples=["heard 0.4 s ago"])]


class Readiness(Closed):
    """Whether the gateway can do its work now, and what stands in the way."""

    ready: bool
    checks: list[Check]

"""List the inbox, follow it live, and report what is done about an entry."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import islice
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Header, Path, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field

from broker.gateway.entries import EntryState, InboxEntry, Wanted
from broker.gateway.http.changes import LOOK_SECONDS
from broker.gateway.http.clients import Orderer, Reader
from broker.gateway.http.interface import Here, Interface
from broker.gateway.http.models import ALERT, EVENT, UUID, Action, ActionRequest, Entries, Entry
from broker.gateway.http.problems import Closed, documented
from contracts.codes import ConsultedFor
from contracts.encoding import canonical
from contracts.errors import TransientError, Unknown
from contracts.identifiers import AUTHORITY_PATTERN, milliseconds

MAX_PAGE = 200
STREAM_PAGE = 20
"""Entries that a stream holds at a time, however far behind its client is."""
RECONNECT_MILLISECONDS = 2_000
MAX_NUMBER = 2**53 - 1
WHY = "Why the content is looked at: noted for auditors (Directive (EU) 2016/680 art. 25)."

router = APIRouter(tags=["inbox"])

Why = Annotated[ConsultedFor, Query(description=WHY)]
Number = Annotated[int, Path(ge=1, le=MAX_NUMBER, description="Number of the entry.", examples=[17])]


class InboxQuery(Closed):
    """Which entries; an unknown parameter is refused, so that a typing mistake cannot widen the answer."""

    type: Annotated[str | None, Field(max_length=60, examples=["suspect-alert.v1"])] = None
    issuer: Annotated[str | None, Field(alias="from", pattern=AUTHORITY_PATTERN, examples=["NL-POL"])] = None
    alert: Annotated[str | None, Field(pattern=UUID, examples=[ALERT])] = None
    about: Annotated[
        str | None, Field(pattern=UUID, description="What is about the event of this id.", examples=[EVENT])
    ] = None
    state: EntryState | None = None
    since: Annotated[
        datetime | None, Field(description="Arrived at or after (RFC 3339).", examples=["2026-03-02T09:00:00Z"])
    ] = None
    due_before: Annotated[
        datetime | None,
        Field(description="Must be answered before then, and is not (RFC 3339).", examples=["2026-03-03T09:00:00Z"]),
    ] = None
    why: Annotated[ConsultedFor, Field(description=WHY)] = ConsultedFor.CASE_WORK
    after: Annotated[int, Field(ge=0, le=MAX_NUMBER, description="Behind this number.")] = 0
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50

    def wanted(self) -> Wanted:
        """Return the choice that the query makes; an instant without an offset is UTC."""
        since, due_before = _milliseconds(self.since), _milliseconds(self.due_before)
        return Wanted(
            type=self.type,
            iss=self.issuer,
            sub=self.alert,
            about=self.about,
            state=self.state,
            since=since,
            due_before=due_before,
        )


def _milliseconds(at: datetime | None) -> int | None:
    return None if at is None else milliseconds(at if at.tzinfo else at.replace(tzinfo=UTC))


@router.get(
    "/v1/inbox", operation_id="listInbox", summary="List what was received",
    response_model=Entries, responses=documented(HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
def list_inbox(here: Here, client: Reader, query: Annotated[InboxQuery, Query()]) -> dict[str, Any]:
    """Return entries in the order of arrival, each as it stands now. Follow `next` for more.

    Who looked at which opened entry, when and `why` is noted for auditors before this answers.
    """
    found = list(islice(here.gateway.inbox.feed(query.after, query.wanted()), query.limit + 1))
    more = len(found) > query.limit
    shown = here.gateway.shown(found[: query.limit], actor=client.name, why=query.why)
    following = None
    if more:
        asked = query.model_dump(mode="json", by_alias=True, exclude_none=True)
        following = f"/v1/inbox?{urlencode({**asked, 'after': shown[-1].number})}"
    return {"entries": [entry.to_json() for entry in shown], "next": following}


def _changes(here: Interface, change: int, client: str, why: ConsultedFor) -> Sequence[InboxEntry]:
    return here.gateway.shown(here.gateway.inbox.changes(change, STREAM_PAGE), actor=client, why=why)


async def _held(here: Here, client: Reader) -> AsyncIterator[None]:
    with here.streams.hold(client.name):
        yield


@router.get(
    "/v1/inbox/stream", operation_id="followInbox", summary="Follow the inbox live",
    response_class=EventSourceResponse, responses=documented(HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
async def follow_inbox(
    here: Here,
    client: Reader,
    _held_place: Annotated[None, Depends(_held)],
    after: Annotated[int, Query(ge=0, le=MAX_NUMBER, description="Begin behind this change.")] = 0,
    last_event_id: Annotated[
        int | None, Header(ge=0, le=MAX_NUMBER, description="The last change seen; goes before `after`.")
    ] = None,
    why: Why = ConsultedFor.CASE_WORK,
) -> AsyncIterator[ServerSentEvent]:
    """Send every entry, and every entry again whenever it changes: opened, ended, acted upon, erased.

    Each event is named `entry`; its id is the entry's `change`, its data the entry as `listInbox` gives it.
    Keep entries by `number` and replace what you have. A later version says of itself that it replaces
    the earlier ones of its alert. A comment comes every 15 s while nothing happens.
    """
    change = after if last_event_id is None else last_event_id
    yield ServerSentEvent(comment="following", retry=RECONNECT_MILLISECONDS)
    while await here.changes.beyond(change):
        try:
            page = await run_in_threadpool(_changes, here, change, client.name, why)
        except TransientError:
            await asyncio.sleep(LOOK_SECONDS)
            continue
        for entry in page:
            change = entry.change
            yield ServerSentEvent(event="entry", id=str(change), raw_data=canonical(entry.to_json()).decode())


@router.get(
    "/v1/inbox/{number}", operation_id="getEntry", summary="Read one entry",
    response_model=Entry, responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
def get_entry(here: Here, client: Reader, number: Number, why: Why = ConsultedFor.CASE_WORK) -> dict[str, Any]:
    """Return the entry as it stands now."""
    for entry in here.gateway.feed(wanted=Wanted(number=number), actor=client.name, why=why):
        return entry.to_json()
    raise Unknown("this inbox has no entry of that number")


@router.post(
    "/v1/inbox/{number}/actions", operation_id="reportAction", summary="Tell the issuer what is done",
    status_code=HTTPStatus.ACCEPTED, response_model=Action,
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
def report_action(here: Here, client: Orderer, number: Number, action: ActionRequest) -> dict[str, Any]:
    """Tell the issuer in a signed receipt; durable when this answers. The same again changes nothing."""
    told = here.gateway.report_action(number, action.state, action.reason, actor=client.name)
    return {"number": number, "receipt": told.jti, "unchanged": told.unchanged}

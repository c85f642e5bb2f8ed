"""Answer what became of an event: pending, sent, admitted or refused, and what recipients said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from broker.gateway.outbox import Outbox, Outcome, State, find
from broker.gateway.tables import deliveries, erasures
from contracts.errors import UsageError
from contracts.wire import Leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One recipient of an event. `receipt` is what it last said (`opened`, `erased`, ...), None before that."""

    to: str
    profile: str
    receipt: str | None
    receipt_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventState:
    """Where an own event stands. Instants in milliseconds.

    `jti` is the event asked for; when it was issued anew, the rest is about `now`, the one that stands
    in for it. `erasure` is the progress of an erase or recall order.
    """

    jti: str
    now: str
    type: str
    sub: str | None
    ver: int | None
    state: State
    outcome: Outcome | None
    code: str | None
    created: int
    sent: int | None
    closed: int | None
    leaf: Leaf | None
    erasure: str | None
    deliveries: tuple[Delivery, ...]


def state_of(outbox: Outbox, jti: str) -> EventState:
    """Return the state of an own event.

    Raises:
        UsageError: this gateway never issued it.
    """
    with outbox.store.read() as connection:
        row = _present(connection, jti)
        if row is None:
            raise UsageError("this gateway has issued no event of that id")
        query = select(deliveries).where(deliveries.c.jti == row.jti).order_by(deliveries.c.recipient)
        reached = tuple(
            Delivery(to=one.recipient, profile=one.profile, receipt=one.receipt, receipt_at=one.receipt_at)
            for one in connection.execute(query)
        )
        erasure = connection.scalar(select(erasures.c.state).where(erasures.c.jti == row.jti))
    return EventState(
        jti=jti,
        now=row.jti,
        type=row.type,
        sub=row.sub,
        ver=row.ver,
        state=State(row.state),
        outcome=None if row.outcome is None else Outcome(row.outcome),
        code=row.code,
        created=row.created,
        sent=row.sent,
        closed=row.closed,
        leaf=None if row.leaf is None else msgspec.json.decode(row.leaf, type=Leaf),
        erasure=erasure,
        deliveries=reached,
    )


def _present(connection: Connection, jti: str) -> Row[Any] | None:
    row = find(connection, jti=jti)
    while row is not None and row.replaced_by is not None:
        row = find(connection, jti=row.replaced_by)
    return row

"""Answer what became of own events: the delivery ledger, per event and recipient.

Receipts are the only source of what happened at a recipient; the broker's leaf of what happened before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, case, exists, func, select

from broker.gateway.deadlines import delivery_awaits
from broker.gateway.entries import about_of, as_plain
from broker.gateway.inbox import ANSWERS, ORDERS
from broker.gateway.outbox import Outbox, Outcome, State, present
from broker.gateway.tables import alerts, deliveries, erasures, events
from broker.ports import Clock
from contracts.codes import ReceiptState
from contracts.errors import Unknown
from contracts.identifiers import milliseconds
from contracts.wire import Leaf, Reference

COUNTED_MILLISECONDS = 30 * 86_400_000
"""`counts` looks at events admitted in the last 30 days: a figure to alarm on, cheap at any size of the outbox."""
MAX_EVENTS = 1000
"""Events of one alert that are shown, the latest ones."""
INSTANTS = ("sent", "admitted", "delivered", "opened", "acted", "certified", "due", "answered")
"""Names of the instants of a delivery, in the order in which they come; `due` may lie ahead."""


class DeliveryState(StrEnum):
    """How far an event has come with one recipient; `certified` only answers an erase or recall."""

    PENDING = "pending"
    SENT = "sent"
    REFUSED = "refused"
    ADMITTED = "admitted"
    DELIVERED = "delivered"
    OPENED = "opened"
    TASKED = "tasked"
    ACTED = "acted"
    CANNOT_ACT = "cannot_act"
    CERTIFIED = "certified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One recipient of an event, with the instant of each state (milliseconds, None before it).

    `acted` is when the latest of `tasked`, `acted` and `cannot_act` was said, `reason` why it cannot
    act. `certified` is when an order to erase was answered, `erasure` how (`erased`, `not_held`, ...).
    `overdue`: a receipt is expected and has not come in time; `late`: it came, after that time. Of what must be
    answered by law, `due` is until when, `answered` when that was admitted, `answer_overdue` that it still is not.
    """

    to: str
    profile: str
    state: DeliveryState
    code: str | None
    reason: str | None
    erasure: str | None
    overdue: bool
    late: bool
    sent: int | None
    admitted: int | None
    delivered: int | None
    opened: int | None
    acted: int | None
    certified: int | None
    due: int | None
    answered: int | None
    answer_overdue: bool

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "answer_overdue": self.answer_overdue,
            "code": self.code,
            "erasure": self.erasure,
            "late": self.late,
            "overdue": self.overdue,
            "profile": self.profile,
            "reason": self.reason,
            "state": self.state.value,
            "to": self.to,
            **{name: getattr(self, name) for name in INSTANTS},
        }


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
    about: Reference | None
    state: State
    outcome: Outcome | None
    code: str | None
    created: int
    sent: int | None
    closed: int | None
    leaf: Leaf | None
    erasure: str | None
    deliveries: tuple[Delivery, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON; the leaf is in the audit log."""
        return {
            "about": as_plain(self.about),
            "alert": self.sub,
            "closed": self.closed,
            "code": self.code,
            "created": self.created,
            "deliveries": [one.to_json() for one in self.deliveries],
            "erasure": self.erasure,
            "event": self.jti,
            "now": self.now,
            "outcome": self.outcome.value if self.outcome else None,
            "sent": self.sent,
            "state": self.state.value,
            "type": self.type,
            "version": self.ver,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Deliveries without an answer in time, and with an answer that came late."""

    overdue: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Read what the relay, the settlement and the receipts of others wrote down. Changes nothing.

    `resolve` finds the alerts that a name means; an answer is due `overdue_seconds` after admission.
    """

    outbox: Outbox
    resolve: Callable[[Connection, str], Sequence[str]]
    clock: Clock
    overdue_seconds: float

    def event(self, jti: str) -> EventState:
        """Return the state of an own event.

        Raises:
            Unknown: this gateway never issued it.
        """
        with self.outbox.store.read() as connection:
            row = present(connection, jti)
            if row is None:
                raise Unknown("this gateway has issued no event of that id")
            return self._state(connection, jti, row)

    def events(self, name: str) -> list[EventState]:
        """Return the states of what `name` means: one event, or every event of an alert or national id.

        Events that were issued anew are represented by what stands in for them, oldest first.

        Raises:
            Unknown: this gateway knows nothing of that name.
        """
        with self.outbox.store.read() as connection:
            row = present(connection, name)
            if row is not None:
                return [self._state(connection, name, row)]
            subs = self.resolve(connection, name)
            standing = select(events).where(events.c.sub.in_(subs), events.c.replaced_by.is_(None))
            rows = connection.execute(standing.order_by(events.c.number.desc()).limit(MAX_EVENTS)).all()
            return [self._state(connection, row.jti, row) for row in reversed(rows)]

    def about(self, jti: str) -> list[EventState]:
        """Return the states of own messages and disclosures about an event of anybody, oldest first."""
        with self.outbox.store.read() as connection:
            standing = select(events).where(events.c.about_jti == jti, events.c.replaced_by.is_(None))
            rows = connection.execute(standing.order_by(events.c.number.desc()).limit(MAX_EVENTS)).all()
            return [self._state(connection, row.jti, row) for row in reversed(rows)]

    def counts(self) -> Counts:
        """Return how many deliveries of recent events are overdue, and how many were answered late."""
        overdue, late = self._judgements()
        recent = events.c.admitted > milliseconds(self.clock()) - COUNTED_MILLISECONDS
        counted = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in (overdue, late)]
        query = select(*counted).select_from(deliveries.join(events)).where(recent)
        with self.outbox.store.read() as connection:
            first, second = connection.execute(query).one()
        return Counts(overdue=int(first), late=int(second))

    def _state(self, connection: Connection, asked: str, row: Row[Any]) -> EventState:
        overdue, late = self._judgements()
        now_ms = milliseconds(self.clock())
        reached = (
            select(deliveries, overdue.label("overdue"), late.label("late"), delivery_awaits(now_ms).label("awaits"))
            .select_from(deliveries.join(events))
            .where(deliveries.c.jti == row.jti)
            .order_by(deliveries.c.recipient)
        )
        return EventState(
            jti=asked,
            now=row.jti,
            type=row.type,
            sub=row.sub,
            ver=row.ver,
            about=about_of(row),
            state=State(row.state),
            outcome=None if row.outcome is None else Outcome(row.outcome),
            code=row.code,
            created=row.created,
            sent=row.sent,
            closed=row.closed,
            leaf=None if row.leaf is None else msgspec.json.decode(row.leaf, type=Leaf),
            erasure=connection.scalar(select(erasures.c.state).where(erasures.c.jti == row.jti)),
            deliveries=tuple(_delivery(row, one, now_ms) for one in connection.execute(reached)),
        )

    def _judgements(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """Return what makes a delivery overdue, and what makes it late.

        Nothing is expected of receipts, after `exp`, or of what an erasure or a later version ended:
        a recipient that was away never sees it.
        """
        now_ms, limit_ms = milliseconds(self.clock()), int(self.overdue_seconds * 1000)
        answered = case((events.c.type.in_(ORDERS), deliveries.c.erasure_at), else_=deliveries.c.opened)
        erased = exists().where(alerts.c.sub == events.c.sub, alerts.c.ended == "erased")
        later = events.alias("later")
        replaced = exists().where(
            later.c.sub == events.c.sub, later.c.ver > events.c.ver, later.c.outcome == Outcome.ADMITTED
        )
        expected = and_(
            events.c.type.not_in(ANSWERS),
            events.c.exp > now_ms // 1000,
            (events.c.type.in_(ORDERS) | ~erased),
            ~replaced,
        )
        overdue = and_(answered.is_(None), events.c.admitted < now_ms - limit_ms, expected)
        late = and_(answered.is_not(None), answered - events.c.admitted > limit_ms)
        return overdue, late


def _delivery(event: Row[Any], row: Row[Any], now_ms: int) -> Delivery:
    return Delivery(
        to=row.recipient,
        profile=row.profile,
        state=_reached(event, row),
        code=event.code,
        reason=row.reason,
        erasure=row.erasure,
        overdue=bool(row.overdue),
        late=bool(row.late),
        sent=event.sent,
        admitted=event.admitted,
        delivered=row.received,
        opened=row.opened,
        acted=row.action_at,
        certified=row.erasure_at,
        due=row.due,
        answered=row.answered,
        answer_overdue=bool(row.awaits) and row.due < now_ms,
    )


def _reached(event: Row[Any], row: Row[Any]) -> DeliveryState:
    """Return the furthest state; what the recipient says counts before the broker's notice of it is here."""
    if row.erasure is not None:
        return DeliveryState.CERTIFIED
    if row.action is not None:
        return DeliveryState(ReceiptState(row.action).value)
    if row.opened is not None:
        return DeliveryState.OPENED
    if row.received is not None:
        return DeliveryState.DELIVERED
    if event.outcome is None:
        return DeliveryState(event.state)
    return DeliveryState.ADMITTED if event.outcome == Outcome.ADMITTED else DeliveryState.REFUSED

"""Know what must be answered by when: what others put to this participant, and what it put to others.

Both sides compute the same end from the signed claims and the leaf (`contracts.deadlines`); it stands in
`due` beside what was received and beside each delivery of what was sent. An answer stops the clock when the
hub admits it: then `answered` holds that instant, at both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from broker.gateway.entries import awaits_answer
from broker.gateway.stores import Store
from broker.gateway.tables import alerts, deliveries, entries, events
from broker.ports import Clock
from contracts.identifiers import AuthorityId, milliseconds

MAX_ALARMS = 1000
"""Lines of one look at one side; who has more overdue needs no line for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """How much is not answered though its time is over: by this participant (`owed`), by others (`awaited`)."""

    owed: int
    awaited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """An event whose time passed without an answer of `to`. `due` is milliseconds."""

    iss: str
    jti: str
    type: str
    to: str
    due: int


def delivery_awaits(now_ms: int) -> ColumnElement[bool]:
    """Return what makes a delivery (joined with its event) one that its recipient still must answer."""
    ended = exists().where(alerts.c.sub == events.c.sub, alerts.c.ended.is_not(None))
    return and_(deliveries.c.due.is_not(None), deliveries.c.answered.is_(None), events.c.exp > now_ms // 1000, ~ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Look at both stores. Changes nothing: the columns belong to inbox and settlement."""

    outbox: Store
    inbox: Store
    participant: AuthorityId
    clock: Clock

    def overdue(self) -> Overdue:
        """Return how much is overdue now on either side."""
        now_ms = milliseconds(self.clock())
        owed = select(func.count()).select_from(entries).where(awaits_answer(), entries.c.due < now_ms)
        late = case((deliveries.c.due < now_ms, 1), else_=0)
        awaited = select(func.coalesce(func.sum(late), 0)).select_from(deliveries.join(events))
        with self.inbox.read() as inbox, self.outbox.read() as outbox:
            return Overdue(
                owed=int(inbox.scalar(owed) or 0),
                awaited=int(outbox.scalar(awaited.where(delivery_awaits(now_ms))) or 0),
            )

    def passed(self, after_ms: int, until_ms: int) -> Iterator[Passed]:
        """Yield what became overdue behind `after_ms` and up to `until_ms`, and is not answered yet; oldest first."""
        theirs = select(entries.c.iss, entries.c.jti, entries.c.type, entries.c.due)
        theirs = theirs.where(awaits_answer(), entries.c.due > after_ms, entries.c.due <= until_ms)
        with self.inbox.read() as connection:
            rows = connection.execute(theirs.order_by(entries.c.due).limit(MAX_ALARMS)).all()
        for row in rows:
            yield Passed(iss=row.iss, jti=row.jti, type=row.type, to=self.participant, due=row.due)
        ours = select(events.c.jti, events.c.type, deliveries.c.recipient, deliveries.c.due)
        ours = ours.select_from(deliveries.join(events)).where(
            delivery_awaits(until_ms), deliveries.c.due > after_ms, deliveries.c.due <= until_ms
        )
        with self.outbox.read() as connection:
            rows = connection.execute(ours.order_by(deliveries.c.due).limit(MAX_ALARMS)).all()
        for row in rows:
            yield Passed(iss=self.participant, jti=row.jti, type=row.type, to=row.recipient, due=row.due)

"""Erase at a recipient: ordered, shredded, purged, certified, each state durable.

Only a signed order deletes, never a tombstone. Every step can be repeated: it looks at the state on
disk and goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import msgspec
import structlog
from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from broker.gateway.entries import EntryState
from broker.gateway.inbox import Inbox
from broker.gateway.tables import entries, erased_alerts, erased_events, ordered_erasures
from broker.ports import Clock
from contracts.codes import ErasureState
from contracts.encoding import canonical
from contracts.identifiers import milliseconds
from contracts.wire import Claims

_log = structlog.get_logger()


class Progress(StrEnum):
    """States of an erasure, at issuer and recipient alike."""

    ORDERED = "ordered"
    SHREDDED = "shredded"
    PURGED = "purged"
    CERTIFIED = "certified"


class Kind(StrEnum):
    """`erase` ends an alert everywhere; `recall` takes named events back from the recipients it is sent to."""

    ERASE = "erase"
    RECALL = "recall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a recipient states about one order as a whole."""

    order: Claims
    state: ErasureState

    @property
    def origin(self) -> str:
        """Return the key under which the outbox issues this statement at most once."""
        return f"erasure/{self.order.iss}/{self.order.jti}"


_STATED = {EntryState.ERASED: ErasureState.ERASED, EntryState.EXPIRED: ErasureState.EXPIRED}


class Erasure:
    """Carry out signed orders of others. `certify` issues the receipt in the outbox, at most once per origin."""

    def __init__(self, *, inbox: Inbox, certify: Callable[[Certificate], None], clock: Clock) -> None:
        self._inbox = inbox
        self._certify = certify
        self._clock = clock

    def order(self, connection: Connection, claims: Claims, kind: Kind, *, now_ms: int) -> None:
        """Take an order on, in the transaction that stores the order's own entry.

        From this commit on the ids it names never come in again, whether they were here or not. Crash
        before: the feed brings the order again. Crash after: `step` carries it out.
        """
        connection.execute(
            insert(ordered_erasures).values(
                iss=claims.iss,
                jti=claims.jti,
                sub=claims.sub,
                kind=kind,
                claims=canonical(claims),
                state=Progress.ORDERED,
                changed=now_ms,
            )
        )
        for reference in claims.ref:
            known = and_(erased_events.c.iss == claims.iss, erased_events.c.jti == reference.jti)
            if connection.scalar(select(erased_events.c.by).where(known)) is None:
                connection.execute(insert(erased_events).values(iss=claims.iss, jti=reference.jti, by=claims.jti))
        alert = and_(erased_alerts.c.iss == claims.iss, erased_alerts.c.sub == claims.sub)
        if kind is Kind.ERASE and connection.scalar(select(erased_alerts.c.by).where(alert)) is None:
            connection.execute(insert(erased_alerts).values(iss=claims.iss, sub=claims.sub, by=claims.jti))

    def step(self) -> int:
        """Carry every open order one state further; return how many moved."""
        moved = 0
        with self._inbox.store.read() as connection:
            unfinished = select(ordered_erasures).where(ordered_erasures.c.state != Progress.CERTIFIED)
            orders = connection.execute(unfinished).all()
        purged = None
        for order in orders:
            if order.state == Progress.ORDERED:
                self._shred(order.iss, order.jti)
            elif order.state == Progress.SHREDDED:
                # One truncation serves every order that is shredded by now.
                purged = self._inbox.store.purge() if purged is None else purged
                if not purged:
                    continue
                # Crash before: truncated again, which is harmless. Crash after: only the receipt is owed.
                self._advance(order.iss, order.jti, Progress.PURGED)
            else:
                self._certify(self._certificate(order.claims))
                # Crash before: the outbox finds the receipt by its origin and adds none. Crash after: done.
                self._advance(order.iss, order.jti, Progress.CERTIFIED)
            moved += 1
        return moved

    def _shred(self, iss: str, order_id: str) -> None:
        """Delete the content in one transaction.

        Crash before: everything is still there, and so is the order. Crash after: the rows are empty,
        their old bytes may stand in the write-ahead log until `purged`.
        """
        with self._inbox.store.write() as connection:
            order = connection.execute(
                select(ordered_erasures).where(ordered_erasures.c.iss == iss, ordered_erasures.c.jti == order_id)
            ).one()
            named = select(erased_events.c.jti).where(erased_events.c.iss == iss, erased_events.c.by == order_id)
            concerned: ColumnElement[bool] = entries.c.jti.in_(named)
            if order.kind == Kind.ERASE:
                orders = select(ordered_erasures.c.jti).where(ordered_erasures.c.iss == iss)
                concerned = or_(concerned, and_(entries.c.sub == order.sub, entries.c.jti.not_in(orders)))
            held = (entries.c.iss == iss, entries.c.value.is_not(None), concerned)
            numbers = list(connection.scalars(select(entries.c.number).where(*held)))
            self._inbox.drop_content(connection, numbers, EntryState.ERASED, None)
            connection.execute(
                update(ordered_erasures)
                .where(ordered_erasures.c.iss == iss, ordered_erasures.c.jti == order_id)
                .values(state=Progress.SHREDDED, changed=milliseconds(self._clock()))
            )
        _log.info("erasure.shredded", iss=iss, jti=order_id, count=len(numbers))

    def _certificate(self, order: bytes) -> Certificate:
        """Say what became of what the order named: erased, if anything was there to erase."""
        claims = msgspec.json.decode(order, type=Claims)
        named = [reference.jti for reference in claims.ref]
        with self._inbox.store.read() as connection:
            query = select(entries.c.state).where(entries.c.iss == claims.iss, entries.c.jti.in_(named)).distinct()
            found = set(connection.scalars(query))
        for state, stated in _STATED.items():
            if state in found:
                return Certificate(order=claims, state=stated)
        return Certificate(order=claims, state=ErasureState.NOT_HELD)

    def _advance(self, iss: str, order_id: str, state: Progress) -> None:
        with self._inbox.store.write() as connection:
            connection.execute(
                update(ordered_erasures)
                .where(ordered_erasures.c.iss == iss, ordered_erasures.c.jti == order_id)
                .values(state=state, changed=milliseconds(self._clock()))
            )
        _log.info("erasure.advanced", iss=iss, jti=order_id, state=state.value)

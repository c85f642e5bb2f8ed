"""Erase at the issuer: its own disclosures, stored bytes and keyed hashes, until every receipt is in."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update

from broker.gateway.erasure import Kind, Progress
from broker.gateway.intake.intake import drop_residue
from broker.gateway.intake.tables import submission_records
from broker.gateway.outbox import Outbox, Outcome, State
from broker.gateway.tables import deliveries, erasures, events, known_victims
from broker.ports import Clock
from contracts.identifiers import milliseconds

PAGE_ROWS = 200

_log = structlog.get_logger()


class OwnErasure:
    """Carry this gateway's own erase and recall orders through their states."""

    def __init__(self, *, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    def begin(self, connection: Connection, *, jti: str, sub: str, kind: Kind) -> None:
        """Take an order on in the transaction that issues its event.

        Crash before: no order. Crash after: the event is sent by the relay and the states go on here.
        """
        connection.execute(
            insert(erasures).values(
                jti=jti, sub=sub, kind=kind, state=Progress.ORDERED, changed=milliseconds(self._clock())
            )
        )

    def forget(self, connection: Connection, sub: str) -> None:
        """Delete at once what is held about an alert that reached nobody."""
        self._forget(connection, events.c.sub == sub)
        drop_residue(connection, submission_records.c.sub == sub)
        connection.execute(delete(known_victims).where(known_victims.c.sub == sub))

    def step(self) -> int:
        """Carry every order of ours one state further where it can go; return how many moved."""
        with self._outbox.store.read() as connection:
            unfinished = select(erasures).where(erasures.c.state != Progress.CERTIFIED)
            orders = connection.execute(unfinished.order_by(erasures.c.changed)).all()
        moved, purged = 0, None
        for order in orders:
            if order.state == Progress.ORDERED:
                self._shred(order)
            elif order.state == Progress.SHREDDED:
                if not self._bytes_are_gone(order):
                    continue
                purged = self._outbox.store.purge() if purged is None else purged
                if not purged:
                    continue
                # Crash before: truncated again, which is harmless. Crash after: only receipts are owed.
                self._advance(order, Progress.PURGED)
            elif self._is_certified(order):
                self._advance(order, Progress.CERTIFIED)
            else:
                continue
            moved += 1
        return moved

    def expire(self, *, now_s: int) -> int:
        """Delete what is kept for events past their `exp`; return how many events that concerned."""
        over = select(events.c.jti, events.c.sub).where(events.c.exp <= now_s, events.c.disclosures_sealed.is_not(None))
        with self._outbox.store.read() as connection:
            rows = connection.execute(over.limit(PAGE_ROWS)).all()
        if not rows:
            return 0
        with self._outbox.store.write() as connection:
            over_now = [row.jti for row in rows]
            self._forget(connection, events.c.jti.in_(over_now))
            drop_residue(connection, submission_records.c.jti.in_(over_now))
            # A person stays known as a victim as long as one version of the alert is valid.
            valid = select(events.c.sub).where(events.c.exp > now_s, events.c.sub.is_not(None))
            ended = [row.sub for row in rows if row.sub is not None]
            connection.execute(
                delete(known_victims).where(known_victims.c.sub.in_(ended), known_victims.c.sub.not_in(valid))
            )
        return len(rows)

    def _shred(self, order: Row[Any]) -> None:
        """Delete what is held about the alert in one transaction; a recall deletes nothing at its issuer.

        Crash before: all of it is there, and so is the order. Crash after: the rows are empty; bytes of
        rows that still wait for their leaf go when they are closed.
        """
        with self._outbox.store.write() as connection:
            if order.kind == Kind.ERASE:
                self._forget(connection, _of_alert(order))
                drop_residue(connection, submission_records.c.sub == order.sub)
                connection.execute(delete(known_victims).where(known_victims.c.sub == order.sub))
            connection.execute(
                update(erasures)
                .where(erasures.c.jti == order.jti)
                .values(state=Progress.SHREDDED, changed=milliseconds(self._clock()))
            )
        _log.info("erasure.shredded", jti=order.jti, sub=order.sub)

    def _forget(self, connection: Connection, concerned: Any) -> None:
        connection.execute(update(events).where(concerned).values(disclosures_sealed=None, content_mark=None))

    def _bytes_are_gone(self, order: Row[Any]) -> bool:
        if order.kind == Kind.RECALL:
            return True
        with self._outbox.store.read() as connection:
            held = select(func.count()).select_from(events).where(_of_alert(order), events.c.state != State.CLOSED)
            return connection.scalar(held) == 0

    def _is_certified(self, order: Row[Any]) -> bool:
        """Tell whether the order was admitted and every recipient has answered it."""
        with self._outbox.store.read() as connection:
            outcome = connection.scalar(select(events.c.outcome).where(events.c.jti == order.jti))
            missing = (
                select(func.count())
                .select_from(deliveries)
                .where(deliveries.c.jti == order.jti, deliveries.c.erasure_at.is_(None))
            )
            return outcome == Outcome.ADMITTED and connection.scalar(missing) == 0

    def _advance(self, order: Row[Any], state: Progress) -> None:
        with self._outbox.store.write() as connection:
            connection.execute(
                update(erasures)
                .where(erasures.c.jti == order.jti)
                .values(state=state, changed=milliseconds(self._clock()))
            )
        _log.info("erasure.advanced", jti=order.jti, sub=order.sub, state=state.value)


def _of_alert(order: Row[Any]) -> Any:
    """Select every event of the alert but the orders themselves, which must still be sent and proved."""
    orders = select(erasures.c.jti).where(erasures.c.sub == order.sub, erasures.c.kind == Kind.ERASE)
    return and_(events.c.sub == order.sub, events.c.jti.not_in(orders))

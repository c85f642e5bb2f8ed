"""Tell issuers that their events were opened, and that their orders were carried out; each exactly once.

Two databases are involved and no transaction spans them. What makes a receipt happen once is its
*origin*: a key that follows from what it answers, unique in the outbox. A batch is fixed in the inbox
first, issued in the outbox under its origin, and then ticked off; each step finds what is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, Row, delete, insert, select, update

from broker.gateway.erasure import Certificate
from broker.gateway.issue import Issuer
from broker.gateway.outbox import find
from broker.gateway.statements import statement, validity_end
from broker.gateway.stores import Store
from broker.gateway.tables import receipts_due
from broker.ports import Clock
from broker.trust.view import TrustView
from contracts.codes import LegalRegime, ReceiptState
from contracts.errors import RecordError
from contracts.events import ERASURE_RECEIPT, RECEIPT, EventSpec
from contracts.identifiers import milliseconds, seconds
from contracts.sections.notice import Erased, Notice, Received
from contracts.wire import MAX_REFERENCES, Claims, Reference

GATEWAY_ACTOR = "gateway-automatic"
"""Pseudonym of whoever is responsible for what the gateway says by itself: nobody in person."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ReceiptsDue:
    """Receipts that this participant owes, in inbox.db."""

    store: Store

    def note(self, connection: Connection, claims: Claims, sections: Sequence[str], *, now_ms: int) -> None:
        """Owe a receipt, in the transaction that makes the event known."""
        connection.execute(
            insert(receipts_due).values(
                iss=claims.iss,
                jti=claims.jti,
                purpose=claims.purpose,
                basis=" ".join(claims.basis),
                sections=" ".join(sections),
                due=now_ms,
            )
        )

    def gather(self, *, before_ms: int) -> list[str]:
        """Fix which receipts go together: one issuer, purpose and basis, at most 500, the oldest first.

        Crash before the commit: nothing is fixed. Crash after: the same batch is issued at the next start.
        """
        waiting = (
            select(receipts_due)
            .where(receipts_due.c.batch.is_(None), receipts_due.c.due <= before_ms)
            .order_by(receipts_due.c.due, receipts_due.c.jti)
            .limit(MAX_REFERENCES)
        )
        fixed = select(receipts_due.c.batch).where(receipts_due.c.batch.is_not(None)).distinct()
        with self.store.read() as connection:
            rows = connection.execute(waiting).all()
        groups: dict[tuple[str, str, str], list[str]] = {}
        for row in rows:
            groups.setdefault((row.iss, row.purpose, row.basis), []).append(row.jti)
        if groups:
            with self.store.write() as connection:
                for (iss, _, _), jtis in groups.items():
                    mine = (receipts_due.c.iss == iss) & receipts_due.c.jti.in_(jtis)
                    connection.execute(update(receipts_due).where(mine).values(batch=_batch(iss, jtis)))
        with self.store.read() as connection:
            return list(connection.scalars(fixed.order_by(receipts_due.c.batch)))

    def batch(self, name: str) -> list[Row[Any]]:
        """Return the receipts of a batch, ascending by event."""
        with self.store.read() as connection:
            query = select(receipts_due).where(receipts_due.c.batch == name).order_by(receipts_due.c.jti)
            return list(connection.execute(query))

    def done(self, name: str) -> None:
        """Tick a batch off.

        Crash before: it is issued again, finds its origin taken, and is ticked off. Crash after: done.
        """
        with self.store.write() as connection:
            connection.execute(delete(receipts_due).where(receipts_due.c.batch == name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """Issue what is owed. The only writer of receipts."""

    due: ReceiptsDue
    issuer: Issuer
    clock: Clock
    delay_seconds: float

    def step(self, trust: TrustView) -> int:
        """Issue every batch that is ready; return how many receipts that were."""
        now_ms = milliseconds(self.clock())
        count = 0
        for name in self.due.gather(before_ms=now_ms - int(self.delay_seconds * 1000)):
            rows = self.due.batch(name)
            notice = Notice(
                received=tuple(
                    Received(jti=row.jti, state=ReceiptState.OPENED, sections=tuple(row.sections.split(" ")))
                    for row in rows
                )
            )
            self._issue(
                RECEIPT,
                notice,
                iss=rows[0].iss,
                purpose=rows[0].purpose,
                basis=tuple(rows[0].basis.split(" ")),
                named=[row.jti for row in rows],
                origin=f"receipt/{name}",
                trust=trust,
            )
            self.due.done(name)
            count += len(rows)
        return count

    def certify(self, certificate: Certificate, trust: TrustView) -> None:
        """Answer an order to erase: the reference is the order itself, so that an auditor can tick it off."""
        order = certificate.order
        self._issue(
            ERASURE_RECEIPT,
            Notice(erased=(Erased(jti=order.jti, state=certificate.state),)),
            iss=order.iss,
            purpose=order.purpose,
            basis=order.basis,
            named=[order.jti],
            origin=certificate.origin,
            trust=trust,
        )

    def _issue(
        self,
        type_: EventSpec,
        notice: Notice,
        *,
        iss: str,
        purpose: str,
        basis: tuple[str, ...],
        named: Sequence[str],
        origin: str,
        trust: TrustView,
    ) -> None:
        """Issue under `origin`, or find that it was.

        Crash before the commit: the caller tries again. Crash after: the origin is taken, nothing is added.
        """
        me = trust.participant(self.issuer.participant)
        regime = LegalRegime.LED if me is None else LegalRegime(me.regime.value)
        with self.issuer.outbox.store.write() as connection:
            if find(connection, origin=origin) is not None:
                return
            try:
                event = statement(
                    type_.type,
                    notice,
                    purpose=purpose,
                    basis=basis,
                    regime=regime,
                    actor=GATEWAY_ACTOR,
                    recipients=[iss],
                    ref=tuple(Reference(iss=iss, jti=jti) for jti in named),
                    trust=trust,
                )
            except RecordError as fault:
                # Who left the exchange cannot be told; what was owed to it is over, not stuck.
                _log.warning("receipt.undeliverable", to=iss, type=type_.type, code=fault.code.value)
                return
            end = validity_end(type_.type, seconds(self.clock()))
            jti = self.issuer.issue(connection, event, trust, exp=end, origin=origin)
        _log.info("receipt.issued", jti=jti, to=iss, type=type_.type, count=len(named))


def _batch(iss: str, jtis: Sequence[str]) -> str:
    """Name a batch by what is in it."""
    return f"{iss}/{hashlib.sha256(' '.join(sorted(jtis)).encode()).hexdigest()[:32]}"

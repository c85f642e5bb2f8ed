"""Tell issuers what became of their events here: received, opened, acted upon, erased; each exactly once.

Two databases are involved and no transaction spans them. What makes a receipt happen once is its
*origin*: a key that follows from what it answers, unique in the outbox. A batch is fixed in the inbox
first, issued in the outbox under its origin, and then ticked off; each step finds what is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from broker.gateway.erasure import Certificate
from broker.gateway.inbox import Inbox, Reportable
from broker.gateway.issue import Issuer
from broker.gateway.outbox import find
from broker.gateway.statements import statement, validity_end
from broker.gateway.stores import Store
from broker.gateway.tables import receipts_due
from broker.ports import Clock
from broker.trust.view import TrustView
from contracts.codes import LegalRegime, ReceiptState, RefusalGround
from contracts.errors import RecordError, UsageError
from contracts.events import ERASURE_RECEIPT, RECEIPT, EventSpec
from contracts.identifiers import milliseconds, seconds
from contracts.sections.notice import Erased, Notice, Received
from contracts.wire import MAX_REFERENCES, Claims, Reference

GATEWAY_ACTOR = "gateway-automatic"
"""Pseudonym of whoever is responsible for what the gateway says by itself: nobody in person."""
ACTIONS = (ReceiptState.TASKED, ReceiptState.ACTED, ReceiptState.CANNOT_ACT)
"""What an officer reports; the gateway says the other states by itself."""

_log = structlog.get_logger()
_DUE = receipts_due.c


@dataclass(frozen=True, slots=True)
class ReceiptsDue:
    """Receipts that this participant owes, in inbox.db."""

    store: Store

    def received(self, connection: Connection, claims: Claims, *, now_ms: int) -> None:
        """Owe word that an event is held and cannot be opened yet, in the transaction that stores it."""
        self._add(connection, claims, ReceiptState.RECEIVED, None, now_ms=now_ms)

    def opened(self, connection: Connection, claims: Claims, sections: Sequence[str], *, now_ms: int) -> None:
        """Owe word that an event was opened, in the transaction that does it.

        It says more than `received`, which is not sent any more unless it is on its way.
        """
        mine = (_DUE.iss == claims.iss) & (_DUE.jti == claims.jti)
        connection.execute(delete(receipts_due).where(mine, _DUE.batch.is_(None)))
        self._add(connection, claims, ReceiptState.OPENED, " ".join(sections), now_ms=now_ms)

    def _add(
        self, connection: Connection, claims: Claims, state: ReceiptState, sections: str | None, *, now_ms: int
    ) -> None:
        connection.execute(
            insert(receipts_due).values(
                iss=claims.iss,
                jti=claims.jti,
                state=state,
                purpose=claims.purpose,
                basis=" ".join(claims.basis),
                sections=sections,
                due=now_ms,
            )
        )

    def gather(self, *, before_ms: int) -> list[str]:
        """Fix which receipts go together: one issuer, purpose and basis, at most 500, the oldest first.

        Once the oldest of a group is due, the whole group goes along. Each group gives one batch a
        call, so that a busy issuer holds up nobody's receipts.

        Crash before the commit: nothing is fixed. Crash after: the same batch is issued at the next start.
        """
        waits = _DUE.batch.is_(None)
        group = (_DUE.iss, _DUE.purpose, _DUE.basis)
        ready = select(*group).where(waits).group_by(*group).having(func.min(_DUE.due) <= before_ms)
        fixed = select(_DUE.batch).where(_DUE.batch.is_not(None)).distinct().order_by(_DUE.batch)
        with self.store.read() as connection:
            groups = connection.execute(ready).all()
            if not groups:
                return list(connection.scalars(fixed))
        with self.store.write() as connection:
            for iss, purpose, basis in groups:
                mine = (waits, _DUE.iss == iss, _DUE.purpose == purpose, _DUE.basis == basis)
                oldest = select(_DUE.jti, _DUE.state).where(*mine).order_by(_DUE.due, _DUE.jti).limit(MAX_REFERENCES)
                state_of = {row.jti: row.state for row in connection.execute(oldest)}
                named = update(receipts_due).where(*mine, _DUE.jti.in_(state_of))
                connection.execute(named.values(batch=_batch(iss, state_of)))
            return list(connection.scalars(fixed))

    def count(self) -> int:
        """Return how many receipts are owed."""
        with self.store.read() as connection:
            return connection.scalar(select(func.count()).select_from(receipts_due)) or 0

    def batch(self, name: str) -> list[Row[Any]]:
        """Return the receipts of a batch, ascending by event."""
        with self.store.read() as connection:
            return list(connection.execute(select(receipts_due).where(_DUE.batch == name).order_by(_DUE.jti)))

    def done(self, name: str) -> None:
        """Tick a batch off.

        Crash before: it is issued again, finds its origin taken, and is ticked off. Crash after: done.
        """
        with self.store.write() as connection:
            connection.execute(delete(receipts_due).where(_DUE.batch == name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The receipt that says what was reported; `unchanged` when the very same was the last word already."""

    jti: str
    unchanged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """Issue what is owed and what officers report. The only writer of receipts."""

    due: ReceiptsDue
    inbox: Inbox
    issuer: Issuer
    clock: Clock
    delay_seconds: float

    def step(self, trust: TrustView) -> int:
        """Issue every batch that is ready; return how many receipts that were."""
        now_ms = milliseconds(self.clock())
        count = 0
        for name in self.due.gather(before_ms=now_ms - int(self.delay_seconds * 1000)):
            rows = self.due.batch(name)
            notice = Notice(received=tuple(_line(row) for row in rows))
            try:
                self._issue(
                    RECEIPT,
                    notice,
                    iss=rows[0].iss,
                    purpose=rows[0].purpose,
                    basis=tuple(rows[0].basis.split(" ")),
                    origin=f"receipt/{name}",
                    trust=trust,
                )
            except RecordError as fault:
                _give_up(rows[0].iss, RECEIPT, fault)
            self.due.done(name)
            count += len(rows)
        return count

    def certify(self, certificate: Certificate, trust: TrustView) -> None:
        """Answer an order to erase: the reference is the order itself, so that an auditor can tick it off."""
        order = certificate.order
        try:
            self._issue(
                ERASURE_RECEIPT,
                Notice(erased=(Erased(jti=order.jti, state=certificate.state),)),
                iss=order.iss,
                purpose=order.purpose,
                basis=order.basis,
                origin=certificate.origin,
                trust=trust,
            )
        except RecordError as fault:
            _give_up(order.iss, ERASURE_RECEIPT, fault)

    def report(
        self, number: int, state: ReceiptState, reason: RefusalGround | None, *, actor: str, trust: TrustView
    ) -> Reported:
        """Tell the issuer what is done about the inbox entry `number`; durable when this returns.

        Crash before the outbox commit: nothing was said. Crash between outbox and inbox: said, and
        reporting the same again finds it by its origin.

        Raises:
            UsageError: there is no such opened alert or withdrawal, its use is restricted, or the issuer cannot be
                told any more.
        """
        if state not in ACTIONS:
            raise UsageError(f"state: one of {', '.join(ACTIONS)}; the gateway says the others by itself")
        if (reason is not None) != (state is ReceiptState.CANNOT_ACT):
            raise UsageError("reason: stands exactly with cannot_act")
        entry = self.inbox.reportable(number)
        if entry.restricted is not None and state is not ReceiptState.CANNOT_ACT:
            raise UsageError(f"its issuer restricted its use ({entry.restricted}): only cannot_act can be reported")
        unchanged = (entry.action, entry.reason) == (state, reason)
        try:
            jti = self._issue(
                RECEIPT,
                Notice(received=(Received(jti=entry.claims.jti, state=state, reason=reason),)),
                iss=entry.claims.iss,
                purpose=entry.claims.purpose,
                basis=entry.claims.basis,
                origin=_action_origin(entry, state, reason, after=entry.actions - unchanged),
                trust=trust,
                actor=actor,
            )
        except RecordError as fault:
            raise UsageError(f"{entry.claims.iss} cannot be told: {fault.code.value}") from fault
        if not unchanged:
            self.inbox.reported(number, state, reason, actions=entry.actions + 1)
        return Reported(jti=jti, unchanged=unchanged)

    def _issue(
        self,
        type_: EventSpec,
        notice: Notice,
        *,
        iss: str,
        purpose: str,
        basis: tuple[str, ...],
        origin: str,
        trust: TrustView,
        actor: str = GATEWAY_ACTOR,
    ) -> str:
        """Issue under `origin`, or find that it was; return the event's id.

        Crash before the commit: the caller tries again. Crash after: the origin is taken, nothing is added.

        Raises:
            RecordError: whom it is for has left the exchange or may not receive it.
        """
        me = trust.participant(self.issuer.participant)
        regime = LegalRegime.LED if me is None else LegalRegime(me.regime.value)
        with self.issuer.outbox.store.write() as connection:
            known = find(connection, origin=origin)
            if known is not None:
                return str(known.jti)
            event = statement(
                type_.type,
                notice,
                purpose=purpose,
                basis=basis,
                regime=regime,
                actor=actor,
                recipients=[iss],
                ref=tuple(Reference(iss=iss, jti=jti) for jti in notice.events),
                participant=self.issuer.participant,
                trust=trust,
            )
            end = validity_end(event.type, seconds(self.clock()))
            issued = self.issuer.issue(connection, event, trust, exp=end, origin=origin)
        _log.info("receipt.issued", jti=issued, to=iss, type=event.type, count=len(notice.events))
        return issued


def _line(row: Row[Any]) -> Received:
    sections = None if row.sections is None else tuple(row.sections.split(" "))
    return Received(jti=row.jti, state=ReceiptState(row.state), sections=sections)


def _give_up(to: str, type_: EventSpec, fault: RecordError) -> None:
    """Log that who left the exchange cannot be told: what was owed to it is over, not stuck."""
    _log.warning("receipt.undeliverable", to=to, type=type_.type, code=fault.code.value)


def _batch(iss: str, states: Mapping[str, str]) -> str:
    """Name a batch by what is in it."""
    content = " ".join(f"{jti} {state}" for jti, state in sorted(states.items()))
    return f"{iss}/{hashlib.sha256(content.encode()).hexdigest()[:32]}"


def _action_origin(entry: Reportable, state: ReceiptState, reason: RefusalGround | None, *, after: int) -> str:
    """Name a report by what it follows and says, so that changing one's mind and back is three reports."""
    said = state.value if reason is None else f"{state.value}/{reason.value}"
    return f"action/{entry.claims.iss}/{entry.claims.jti}/{after}/{said}"

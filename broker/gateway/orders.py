"""Issue orders about own alerts: withdraw, erase, recall, restrict.

An order reaches everyone who ever got any event of the alert and names every one of those events:
the broker remembers nothing of who got what, so this gateway must.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, func, or_, select, update

from broker.gateway.approvals import Approvals
from broker.gateway.erasure import Kind
from broker.gateway.issue import Issuer
from broker.gateway.outbox import Outcome, find, stands
from broker.gateway.own_erasure import OwnErasure
from broker.gateway.statements import statement, validity_end
from broker.gateway.tables import alerts, deliveries, events, known_victims
from broker.gateway.vault import Vault
from broker.trust.view import TrustView
from contracts.codes import ErasureGround, KeepReason, LegalRegime
from contracts.errors import Unknown, UsageError
from contracts.events import ALERTS, ERASE, EVENTS, RECALL, RESTRICT, WITHDRAW, EventSpec, Lifecycle, versions_of
from contracts.identifiers import seconds
from contracts.sections.notice import Notice
from contracts.wire import MAX_REFERENCES, Claims, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order on its way. `unreachable` names recipients that left the exchange and cannot be told.

    `repeated`: it was given before, and nothing was issued now.
    """

    sub: str
    events: tuple[str, ...]
    recipients: tuple[str, ...]
    unreachable: tuple[str, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Issue orders inside a transaction of the caller."""

    issuer: Issuer
    erasure: OwnErasure
    approvals: Approvals
    vault: Vault

    def resolve(self, connection: Connection, name: str) -> list[str]:
        """Return the alerts that `name` means: an alert id, an event id, or a national id (it may have several).

        Raises:
            Unknown: this gateway knows no such alert.
        """
        marks = national_marks(self.vault, name)
        query = select(alerts.c.sub).where(or_(alerts.c.sub == name, alerts.c.national_mark.in_(marks)))
        subs = list(connection.scalars(query.order_by(alerts.c.sub)))
        row = None if subs else find(connection, jti=name)
        if row is not None and row.sub is not None:
            subs = [row.sub]
        if not subs:
            raise Unknown("no alert of this gateway has that alert id, event id or national id")
        return subs

    def erase(
        self, connection: Connection, sub: str, *, ground: ErasureGround, actor: str, trust: TrustView
    ) -> Ordered:
        """End an alert everywhere and forget it here; from this commit on its national id is free again.

        An alert that never reached anybody is forgotten at once: there is nobody to order.
        """
        if (given := _given(connection, sub, ERASE)) is not None:
            return given
        if not _delivered(connection, sub):
            self.forget(connection, sub)
            return Ordered(sub=sub, events=(), recipients=(), unreachable=())
        ordered = self._issue(connection, ERASE, sub, Notice(ground=ground), actor=actor, trust=trust)
        for jti in ordered.events:
            self.erasure.begin(connection, jti=jti, sub=sub, kind=Kind.ERASE)
        self._end(connection, sub, "erased")
        return ordered

    def forget(self, connection: Connection, sub: str) -> None:
        """Delete at once what is held about an alert, and end it: nobody is told."""
        self.erasure.forget(connection, sub)
        self._end(connection, sub, "erased")

    def withdraw(
        self, connection: Connection, sub: str, *, ground: ErasureGround, actor: str, trust: TrustView
    ) -> Ordered:
        """Say that an alert no longer stands; recipients keep what they have until `exp` or an erasure."""
        if (given := _given(connection, sub, WITHDRAW)) is not None:
            return given
        ordered = self._issue(connection, WITHDRAW, sub, Notice(ground=ground), actor=actor, trust=trust)
        self._end(connection, sub, "withdrawn")
        return ordered

    def restrict(
        self, connection: Connection, sub: str, *, reason: KeepReason, actor: str, trust: TrustView
    ) -> Ordered:
        """Say that what was sent of an alert may be kept and not acted upon; its next version is free of that.

        To restrict instead of erasing: Directive (EU) 2016/680 art. 16(3).
        """
        version = connection.scalar(select(func.max(events.c.ver)).where(events.c.sub == sub))
        mark = self.vault.mark("restriction", sub, str(version), reason.value)
        standing = select(events.c.jti, events.c.content_mark).where(*_standing(sub, RESTRICT))
        last = connection.execute(standing.order_by(events.c.number.desc()).limit(1)).first()
        if last is not None and last.content_mark == mark:
            return _repeated(connection, sub, [last.jti])
        notice = Notice(restricted=reason)
        return self._issue(connection, RESTRICT, sub, notice, actor=actor, trust=trust, content_mark=mark)

    def recall(
        self,
        connection: Connection,
        sub: str,
        *,
        recipients: Iterable[str],
        ground: ErasureGround,
        actor: str,
        trust: TrustView,
    ) -> Ordered:
        """Take back from `recipients` every event of the alert that they were sent."""
        only = frozenset(recipients)
        notice = Notice(ground=ground)
        ordered = self._issue(connection, RECALL, sub, notice, actor=actor, trust=trust, only=only)
        for jti in ordered.events:
            self.erasure.begin(connection, jti=jti, sub=sub, kind=Kind.RECALL)
        return ordered

    def _issue(
        self,
        connection: Connection,
        type_: EventSpec,
        sub: str,
        notice: Notice,
        *,
        actor: str,
        trust: TrustView,
        only: frozenset[str] | None = None,
        content_mark: str | None = None,
    ) -> Ordered:
        alert = connection.execute(select(alerts).where(alerts.c.sub == sub)).first()
        history = _delivered(connection, sub)
        if alert is None or not history:
            raise UsageError("nothing of that alert was ever sent: there is nothing to order")
        if alert.ended == "erased":
            raise UsageError("that alert is erased already")
        if not type_.removes:
            history = [row for row in history if EVENTS[row.type].lifecycle is not Lifecycle.ENDING]
        sent = _recipients(connection, [row.jti for row in history])
        wanted = sorted(set().union(*sent.values()) if only is None else only)
        named = [row for row in history if only is None or sent[row.jti] & only]
        purpose, basis = _grounds_of(history)
        issued, reached = [], set()
        for first in range(0, len(named), MAX_REFERENCES):
            part = named[first : first + MAX_REFERENCES]
            event = statement(
                type_.type,
                notice,
                purpose=purpose,
                basis=basis,
                regime=LegalRegime(alert.regime),
                actor=actor,
                recipients=wanted,
                ref=tuple(Reference(iss=self.issuer.participant, jti=row.jti) for row in part),
                participant=self.issuer.participant,
                trust=trust,
                sub=sub,
            )
            end = validity_end(event.type, seconds(self.issuer.clock()))
            issued.append(self.issuer.issue(connection, event, trust, exp=end, content_mark=content_mark))
            reached |= {entry.to for entry in event.audience}
        return Ordered(
            sub=sub,
            events=tuple(issued),
            recipients=tuple(sorted(reached)),
            unreachable=tuple(sorted(set(wanted) - reached)),
        )

    def _end(self, connection: Connection, sub: str, how: str) -> None:
        connection.execute(update(alerts).where(alerts.c.sub == sub).values(ended=how, national_mark=None))
        self.approvals.ended(connection, sub)
        if how == "erased":
            connection.execute(delete(known_victims).where(known_victims.c.sub == sub))


def national_marks(vault: Vault, national_id: str, type_: str | None = None, regime: str | None = None) -> list[str]:
    """Return the keyed hashes under which a national id may be known: per alert type and regime, of which it is one.

    Police and care alerts about one person are separate alerts: neither names the other.
    """
    kinds = {EVENTS[one].name: None for one in (ALERTS if type_ is None else (type_,))}
    regimes = [one.value for one in LegalRegime] if regime is None else [regime]
    return [vault.mark("national-id", one, under, national_id) for one in kinds for under in regimes]


def _delivered(connection: Connection, sub: str) -> Sequence[Row[Any]]:
    """Return every event of the alert that may have reached anybody, oldest first.

    Erase orders are not among them: nobody must erase the order itself. A row that was issued anew
    before it was ever sent, or refused, reached nobody.
    """
    query = select(events).where(
        events.c.sub == sub,
        events.c.type.not_in(versions_of(ERASE)),
        stands() | _maybe_admitted(),
    )
    return connection.execute(query.order_by(events.c.number)).all()


def _given(connection: Connection, sub: str, order: EventSpec) -> Ordered | None:
    """Return the order of that kind that stands already: to give it again says nothing new."""
    standing = select(events.c.jti).where(*_standing(sub, order))
    issued = list(connection.scalars(standing.order_by(events.c.number)))
    return _repeated(connection, sub, issued) if issued else None


def _standing(sub: str, order: EventSpec) -> tuple[Any, ...]:
    """Select the orders of a kind that were not refused."""
    return events.c.sub == sub, events.c.type.in_(versions_of(order)), stands()


def _repeated(connection: Connection, sub: str, issued: Sequence[str]) -> Ordered:
    reached = frozenset[str]().union(*_recipients(connection, issued).values())
    return Ordered(sub=sub, events=tuple(issued), recipients=tuple(sorted(reached)), unreachable=(), repeated=True)


def _maybe_admitted() -> Any:
    return (events.c.outcome == Outcome.REISSUED) & (events.c.attempts > 0)


def _recipients(connection: Connection, jtis: Sequence[str]) -> dict[str, frozenset[str]]:
    query = select(deliveries.c.jti, deliveries.c.recipient).where(deliveries.c.jti.in_(jtis))
    found: dict[str, set[str]] = {jti: set() for jti in jtis}
    for row in connection.execute(query):
        found[row.jti].add(row.recipient)
    return {jti: frozenset(names) for jti, names in found.items()}


def _grounds_of(history: Sequence[Row[Any]]) -> tuple[str, tuple[str, ...]]:
    """Return purpose and basis of the alert's last version: an order rests on what the alert rested on."""
    claims = msgspec.json.decode(history[-1].claims, type=Claims)
    return claims.purpose, claims.basis

"""Note who looked at opened content, when and why, and report it in batches for auditors alone.

Directive (EU) 2016/680 art. 25 wants each consultation logged so that it can be justified. A look is noted before
anything is shown: what cannot be noted is not shown. The same person who looks at the same event for the same
reason again within the hour makes no second line, so that a machine that reads its whole inbox over and over does
not drown the log.

As with receipts, two databases are involved: a batch is fixed in the inbox first, issued in the outbox under an
origin that follows from it, and then ticked off; each step finds what is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from broker.envelope.compose import Event
from broker.gateway.entries import EntryState, InboxEntry
from broker.gateway.issue import Issuer
from broker.gateway.outbox import find
from broker.gateway.receipts import GATEWAY_ACTOR
from broker.gateway.statements import codes_handling, validity_end
from broker.gateway.stores import Store
from broker.gateway.tables import consultations
from broker.ports import Clock
from broker.trust.view import TrustView
from contracts.codes import ConsultedFor, LegalRegime
from contracts.events import CONSULTATION_BATCH, EVENTS
from contracts.identifiers import instant, milliseconds, seconds
from contracts.policy import POLICY
from contracts.sections.consultations import MAX_CONSULTATIONS, Consultation, Consultations

HOUR_MILLISECONDS = 3_600_000
BASIS = {LegalRegime.LED: "dir-2016-680:art25", LegalRegime.GDPR: "gdpr:art5-2"}
"""Logging of consultations by police; accountability of everybody else."""
MAX_BATCHES = 20
"""Batches of one step: other writers of the outbox wait for no more than these."""
_IT = consultations.c

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulted:
    """Owner of the notes, in inbox.db, and the only one who issues batches."""

    store: Store
    issuer: Issuer
    clock: Clock
    delay_seconds: float

    def note(self, entries: Sequence[InboxEntry], *, actor: str, why: ConsultedFor) -> None:
        """Note that `actor` (a pseudonym) is about to see these entries; endings and receipts tell of nobody.

        Crash before the commit: nothing was shown. Crash after, before it was: noted all the same.

        Raises:
            StoreBusy: it cannot be noted now, so that nothing may be shown.
        """
        now = milliseconds(self.clock())
        seen = [one for one in entries if one.state is EntryState.OPENED and _about_somebody(one.type)]
        with self.store.read() as connection:
            fresh = _unnoted(connection, seen, actor, why, now)
        if not fresh:
            return
        with self.store.write() as connection:
            # Somebody may have noted the same since: the one who writes looks again.
            rows = [
                {
                    "iss": one.iss,
                    "jti": one.jti,
                    "actor": actor,
                    "why": why,
                    "hour": now // HOUR_MILLISECONDS,
                    "at": now,
                    "purpose": one.claims["purpose"],
                }
                for one in _unnoted(connection, fresh, actor, why, now)
            ]
            if rows:
                connection.execute(insert(consultations), rows)

    def step(self, trust: TrustView) -> int:
        """Issue every batch that is ready; return how many consultations that were."""
        count = 0
        for name in self._gather():
            with self.store.read() as connection:
                fixed = select(consultations).where(_IT.batch == name, _IT.issued.is_(False))
                rows = connection.execute(fixed.order_by(_IT.at, _IT.iss, _IT.jti, _IT.actor, _IT.why)).all()
            self._issue(name, rows, trust)
            with self.store.write() as connection:
                # Crash before: issued again, which finds its origin taken. Crash after: done.
                connection.execute(update(consultations).where(_IT.batch == name).values(issued=True))
            count += len(rows)
        return count

    def waiting(self) -> int:
        """Return how many consultations are not reported yet."""
        with self.store.read() as connection:
            return connection.scalar(select(func.count()).where(_IT.issued.is_(False))) or 0

    def retire(self) -> int:
        """Forget what is reported and can keep no later look out of the notes; return how much that was."""
        over = _IT.issued.is_(True) & (_IT.hour < milliseconds(self.clock()) // HOUR_MILLISECONDS)
        with self.store.read() as connection:
            if connection.scalar(select(_IT.jti).where(over).limit(1)) is None:
                return 0
        with self.store.write() as connection:
            return connection.execute(delete(consultations).where(over)).rowcount

    def _gather(self) -> list[str]:
        """Fix which consultations go together: of one purpose, at most 500, once so many wait or the oldest is due.

        Crash before the commit: nothing is fixed. Crash after: the same batch is issued at the next start.
        """
        due = milliseconds(self.clock()) - int(self.delay_seconds * 1000)
        waits = _IT.batch.is_(None)
        ready = select(_IT.purpose).where(waits).group_by(_IT.purpose)
        ready = ready.having(or_(func.count() >= MAX_CONSULTATIONS, func.min(_IT.at) <= due))
        fixed = select(_IT.batch).where(_IT.batch.is_not(None), _IT.issued.is_(False)).distinct().order_by(_IT.batch)
        with self.store.read() as connection:
            purposes = list(connection.scalars(ready))
            if not purposes:
                return list(connection.scalars(fixed.limit(MAX_BATCHES)))
        with self.store.write() as connection:
            for purpose in purposes:
                order = (_IT.at, _IT.iss, _IT.jti, _IT.actor, _IT.why)
                oldest = select(consultations).where(waits, _IT.purpose == purpose).order_by(*order)
                rows = connection.execute(oldest.limit(MAX_CONSULTATIONS)).all()
                name = _name(purpose, rows)
                for row in rows:
                    connection.execute(update(consultations).where(*_same(row)).values(batch=name))
            return list(connection.scalars(fixed.limit(MAX_BATCHES)))

    def _issue(self, name: str, rows: Sequence[Row[Any]], trust: TrustView) -> None:
        """Issue a batch under its origin, or find that it was.

        Crash before the commit: the caller tries again. Crash after: the origin is taken, nothing is added.
        """
        origin = f"consultations/{name}"
        me = trust.participant(self.issuer.participant)
        regime = LegalRegime.LED if me is None else LegalRegime(me.regime.value)
        content = Consultations(entries=tuple(_line(row) for row in rows)).content()
        with self.issuer.outbox.store.write() as connection:
            if find(connection, origin=origin) is not None:
                return
            event = Event(
                type=CONSULTATION_BATCH.type,
                purpose=rows[0].purpose,
                basis=(BASIS[regime],),
                urgency="routine",
                policy=POLICY,
                sections={"consultations": content, "handling": codes_handling(regime, GATEWAY_ACTOR).content()},
                audience=(),
            )
            end = validity_end(CONSULTATION_BATCH.type, seconds(self.clock()))
            jti = self.issuer.issue(connection, event, trust, exp=end, origin=origin)
        _log.info("consultations.issued", jti=jti, type=CONSULTATION_BATCH.type, count=len(rows))


def _unnoted(
    connection: Connection, entries: Sequence[InboxEntry], actor: str, why: ConsultedFor, now: int
) -> list[InboxEntry]:
    """Return the entries that this person has not been noted to look at for this reason within the hour."""
    within = (_IT.actor == actor, _IT.why == why, _IT.hour == now // HOUR_MILLISECONDS)
    known = select(_IT.iss, _IT.jti).where(*within, _IT.jti.in_([one.jti for one in entries]))
    noted = {(row.iss, row.jti) for row in connection.execute(known)} if entries else set()
    return [one for one in entries if (one.iss, one.jti) not in noted]


def _about_somebody(type_: str) -> bool:
    """Tell whether looking at an event of a type is noted; of a version that this release lacks, it is."""
    known = EVENTS.get(type_)
    return known is None or known.about_somebody


def _same(row: Row[Any]) -> tuple[Any, ...]:
    return tuple(_IT[name] == getattr(row, name) for name in ("iss", "jti", "actor", "why", "hour"))


def _name(purpose: str, rows: Sequence[Row[Any]]) -> str:
    """Name a batch by what is in it."""
    content = " ".join(f"{row.at} {row.iss} {row.jti} {row.actor} {row.why}" for row in rows)
    return f"{purpose}/{hashlib.sha256(content.encode()).hexdigest()[:32]}"


def _line(row: Row[Any]) -> Consultation:
    at = instant(row.at).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Consultation(iss=row.iss, jti=row.jti, at=at, actor=row.actor, why=ConsultedFor(row.why))

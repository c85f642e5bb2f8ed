"""Erase what this gateway said itself about an alert that is erased, its own or another's (DESIGN 9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection, or_, select

from broker.gateway.orders import Orders
from broker.gateway.tables import alerts, events
from broker.trust.view import TrustView
from contracts.codes import ErasureGround
from contracts.errors import RecordError
from contracts.events import MESSAGES
from contracts.identifiers import AuthorityId
from contracts.wire import Reference

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Find own messages by what they are about, and order their erasure like that of any alert."""

    orders: Orders
    participant: AuthorityId

    def own(self, connection: Connection, sub: str) -> list[Reference]:
        """Return every event of an own alert or message, by which messages may name it."""
        its = select(events.c.jti).where(events.c.sub == sub)
        return [Reference(iss=self.participant, jti=jti) for jti in connection.scalars(its)]

    def erase(self, connection: Connection, named: Iterable[Reference], *, actor: str, trust: TrustView) -> int:
        """Erase every own message about these events, and messages about those; return how many that were.

        Inside the caller's transaction: crash before its commit and nothing is ordered, crash after and the
        relay sends what is. Asked again it finds nothing left. It ends: a message names what was there before it.
        """
        count, wanted = 0, list(named)
        while wanted:
            subs = self._about(connection, wanted)
            wanted = [one for sub in subs for one in self.own(connection, sub)]
            for sub in subs:
                self._erase(connection, sub, actor=actor, trust=trust)
            count += len(subs)
        return count

    def _erase(self, connection: Connection, sub: str, *, actor: str, trust: TrustView) -> None:
        try:
            with connection.begin_nested():  # an order that cannot be composed gives its number back
                self.orders.erase(connection, sub, ground=ErasureGround.ORIGIN_DELETED, actor=actor, trust=trust)
        except RecordError as fault:
            # Whoever had it left the exchange and cannot be told: here it goes all the same.
            self.orders.forget(connection, sub)
            _log.warning("erasure.undeliverable", sub=sub, code=fault.code.value)

    def _about(self, connection: Connection, named: Iterable[Reference]) -> list[str]:
        by_issuer: dict[str, list[str]] = {}
        for one in named:
            by_issuer.setdefault(one.iss, []).append(one.jti)
        standing = or_(alerts.c.ended.is_(None), alerts.c.ended != "erased")
        its = select(events.c.sub).join(alerts, alerts.c.sub == events.c.sub)
        its = its.where(events.c.type.in_(MESSAGES), standing).distinct().order_by(events.c.sub)
        found: list[str] = []
        for iss, jtis in by_issuer.items():
            found += connection.scalars(its.where(events.c.about_iss == iss, events.c.about_jti.in_(jtis)))
        return found

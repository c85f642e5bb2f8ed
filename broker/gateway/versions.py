"""Find what a draft continues: the open alert that it is a version of, when that ends, and whom it drops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from broker.envelope.disclose import read
from broker.gateway.issue import Issuer
from broker.gateway.orders import Orders
from broker.gateway.outbox import stands
from broker.gateway.tables import alerts, events
from broker.trust.view import TrustView
from contracts.codes import ErasureGround
from contracts.content import ASSESSED, check_renewal
from contracts.errors import Code
from contracts.parts import SectionModel
from contracts.versions import read_event


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Know the versions of own alerts. State is in the outbox."""

    issuer: Issuer
    orders: Orders

    def known(
        self, connection: Connection, *, national_mark: str | None, content_mark: str, now: int
    ) -> tuple[str | None, Row[Any] | None]:
        """Return the open alert that a draft is about and its last version that was not refused.

        Without a national id only the very same content is recognised. An alert whose time is over is
        not continued: its record begins a new one.
        """
        if national_mark is None:
            same = select(events).where(events.c.content_mark == content_mark, stands(), events.c.exp > now)
            row = connection.execute(same.order_by(events.c.number.desc()).limit(1)).first()
            if row is None or connection.scalar(select(alerts.c.ended).where(alerts.c.sub == row.sub)) is not None:
                return None, None
            return row.sub, row
        sub: str | None = connection.scalar(select(alerts.c.sub).where(alerts.c.national_mark == national_mark))
        if sub is None:
            return None, None
        versions = select(events).where(events.c.sub == sub, events.c.ver.is_not(None), stands())
        before = connection.execute(versions.order_by(events.c.ver.desc(), events.c.number.desc()).limit(1)).first()
        if before is not None and before.exp <= now:
            connection.execute(update(alerts).where(alerts.c.sub == sub).values(national_mark=None))
            return None, None
        return sub, before

    def end(self, wanted: int, before: Row[Any] | None, sections: Mapping[str, SectionModel]) -> int:
        """Return `exp`. An update moves the end of its alert back only with a new recorded assessment.

        Renewal needs an assessment (Reg. 2018/1862 art. 53); correcting a record must not renew it.
        """
        if before is None or wanted <= before.exp:
            return wanted
        disclosures = self.issuer.outbox.disclosures(before) or {}
        assessed = {name: read(disclosures[name], code=Code.E12_DISCLOSURE) for name in ASSESSED if name in disclosures}
        renewed = not check_renewal(read_event(before.type, assessed), sections, extended=True)
        end: int = wanted if renewed else before.exp
        return end

    def recall_dropped(
        self,
        connection: Connection,
        before: Row[Any] | None,
        recipients: Mapping[str, str],
        trust: TrustView,
        *,
        actor: str,
    ) -> tuple[str, ...]:
        """Take the alert back from recipients of the version before that this one no longer addresses."""
        if before is None:
            return ()
        dropped = self.issuer.recipients(connection, before.jti).keys() - recipients.keys()
        reachable = {name for name in dropped if trust.participant(name) is not None}
        if reachable:
            self.orders.recall(
                connection,
                before.sub,
                recipients=reachable,
                ground=ErasureGround.PURPOSE_ACHIEVED,
                actor=actor,
                trust=trust,
            )
        return tuple(sorted(dropped))

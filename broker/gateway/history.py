"""Hold a message against what this gateway knows of the event that it is about: before signing, and on arrival.

One record does not show whether an answer answers a request that was put to its sender; the two stores
together do. An auditor asks the log the same (`contracts.history`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET
from sqlalchemy import Connection, Row, select

from broker.gateway.entries import EntryState
from broker.gateway.outbox import Outcome
from broker.gateway.stores import Store
from broker.gateway.tables import alerts, deliveries, entries, events
from contracts.draft import Draft
from contracts.errors import Code, refusal
from contracts.events import ALERTS, CORRECTION_PROPOSAL, ERROR_REPORT, MESSAGES, REQUEST, Refers, spec, versions_of
from contracts.findings import Finding
from contracts.history import about_fault, version_fault
from contracts.identifiers import AuthorityId
from contracts.wire import Claims, Reference

_EVEN_ENDED = frozenset(versions_of(CORRECTION_PROPOSAL, ERROR_REPORT, REQUEST))
"""What may be said of an event that was withdrawn or whose use is restricted: it is still held here."""
_GONE = {
    EntryState.AWAITING_GRANT: "is sealed still: its grant is awaited",
    EntryState.REFUSED: "was refused here",
    EntryState.ERASED: "is erased",
    EntryState.EXPIRED: "is past its validity",
}
_OF_ONE_SUB = frozenset({*ALERTS, *MESSAGES})


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Know events by the two stores of a gateway. Changes nothing."""

    outbox: Store
    inbox: Store
    participant: AuthorityId

    def findings(self, connection: Connection, draft: Draft) -> Iterator[Finding]:
        """Yield what is wrong with the event that a message is to be about; `connection` is of the outbox."""
        if draft.type not in MESSAGES or draft.ref is None:
            return
        own = draft.ref.iss == self.participant
        fault = self._own_fault(connection, draft) if own else self._their_fault(draft, draft.ref)
        if fault is not None:
            remedy = "name an event of the other side that stands opened in this inbox, by issuer and event id"
            yield Finding(code=Code.E13_HISTORY, path="ref", rule=fault, remedy=remedy)

    def check(self, connection: Connection, claims: Claims) -> None:
        """Refuse an event of another that does not fit what is known here; `connection` is of the inbox.

        Nothing is asked of an event that is not known: a version may have gone to others alone, and a
        request may name what only its sender knows.

        Raises:
            RecordError: E13-history.
        """
        fault = self._sub_fault(connection, claims)
        if fault is None and claims.type in ALERTS and claims.ref:
            fault = _version_fault(connection, claims)
        if fault is None and claims.type in MESSAGES and claims.ref:
            fault = self._answered_fault(claims, claims.ref[0])
        if fault is not None:
            raise refusal(Code.E13_HISTORY, fault)

    def _own_fault(self, connection: Connection, draft: Draft) -> str | None:
        if draft.ref is None or spec(draft.type).refers is Refers.ONE_THEIRS:
            return "is an own event, and the type is about somebody else's"
        its = select(events.c.type, events.c.outcome, alerts.c.ended)
        its = its.outerjoin(alerts, alerts.c.sub == events.c.sub).where(events.c.jti == draft.ref.jti)
        row = connection.execute(its).first()
        if row is None or row.outcome == Outcome.REFUSED:
            return "is no event of this gateway"
        return "is erased" if row.ended == "erased" else about_fault(draft.type, row.type, purpose=draft.purpose)

    def _their_fault(self, draft: Draft, ref: Reference) -> str | None:
        with self.inbox.read() as connection:
            row = _entry(connection, ref)
        if row is None:
            return "is not in this inbox"
        if row.state != EntryState.OPENED:
            return _GONE[EntryState(row.state)]
        if draft.type not in _EVEN_ENDED and (row.ended or row.restricted):
            return "was withdrawn or restricted by its issuer"
        return about_fault(draft.type, row.type, purpose=draft.purpose)

    def _answered_fault(self, claims: Claims, ref: Reference) -> str | None:
        """Judge a message about an own event: it was sent to whoever answers it, or the answer is made up."""
        if ref.iss != self.participant:
            return "answers somebody else's event" if spec(claims.type).answers else None
        its = select(events.c.type, events.c.outcome).join(deliveries)
        with self.outbox.read() as connection:
            sent = its.where(events.c.jti == ref.jti, deliveries.c.recipient == claims.iss)
            row = connection.execute(sent).first()
        if row is None or row.outcome == Outcome.REFUSED:
            return "is about an event that its issuer was never sent"
        return about_fault(claims.type, row.type, purpose=claims.purpose)

    def _sub_fault(self, connection: Connection, claims: Claims) -> str | None:
        """Require one `sub` to be one alert or one message: else an order about one would end the other."""
        if claims.type not in _OF_ONE_SUB or claims.sub is UNSET:
            return None
        known = select(entries.c.type).where(entries.c.iss == claims.iss, entries.c.sub == claims.sub).distinct()
        others = _OF_ONE_SUB & set(connection.scalars(known)) - {*versions_of(spec(claims.type))}
        return "has the sub of an event of another type" if others else None


def _version_fault(connection: Connection, claims: Claims) -> str | None:
    row = _entry(connection, claims.ref[0])
    if row is None or claims.sub is UNSET or claims.ver is UNSET:
        return None
    return version_fault(
        sub=claims.sub,
        type_=claims.type,
        ver=claims.ver,
        named_sub=row.sub,
        named_type=row.type,
        named_ver=row.ver or 0,
    )


def _entry(connection: Connection, ref: Reference) -> Row[Any] | None:
    return connection.execute(select(entries).where(entries.c.iss == ref.iss, entries.c.jti == ref.jti)).first()

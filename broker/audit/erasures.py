"""Follow orders to erase: what they must cover, who owes a receipt, and what is overdue (DESIGN 9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import UNSET

from broker.audit.findings import AuditFinding, FindingCode, Findings
from broker.audit.index import Kind, ReplayIndex, kind_of, unpacked
from broker.audit.report import Erasure
from contracts.events import ERASE, is_a
from contracts.identifiers import milliseconds
from contracts.wire import AudienceEntry, Claims, Leaf

NAMED = 5
"""Ids named in one finding; `count` says how many there are."""
ERASURE_DUE = timedelta(hours=24)
"""A recipient erases at once; a day covers a gateway that is down over night."""


_ORDERS = """
SELECT e.id, i.word, e.jti, t.word, e.sub, e.time, e.refs FROM events e
  JOIN words i ON i.id=e.iss JOIN words t ON t.id=e.type JOIN deliveries d ON d.event=e.id
  WHERE e.kind=3 AND e.code IS NULL GROUP BY e.id
  ORDER BY count(d.erased)<count(*) DESC, e.time, e.id
"""
_OWED = "SELECT word, erased FROM deliveries JOIN words ON words.id=recipient WHERE event=? ORDER BY word"


class Erasures:
    """Judge the lifecycle of alerts from admitted events in the order of the log. State is in the index."""

    def __init__(self, index: ReplayIndex, findings: Findings) -> None:
        self._index = index
        self._findings = findings

    def take(self, claims: Claims, audience: tuple[AudienceEntry, ...], leaf: Leaf, offset: int) -> None:
        """Follow one admitted event."""
        recipients = [line.to for line in audience]
        kind = kind_of(claims)
        if kind in {Kind.RECEIPT, Kind.ERASURE_RECEIPT}:
            self._index.receive(claims.iss, claims.ref, leaf.time, erasure=kind is Kind.ERASURE_RECEIPT)
        elif kind is Kind.UPDATE:
            self._index.replace(claims.ref, leaf.time)
        elif kind is Kind.ORDER and claims.sub is not UNSET:
            self._check(claims, claims.sub, recipients, leaf, offset)
            self._index.release(claims.iss, claims.sub, recipients, leaf.time)

    def results(self, now: datetime, *, due: timedelta = ERASURE_DUE) -> Iterator[Erasure]:
        """Yield every order with its receipts, those not complete first; what is overdue is a remark as well."""
        limit = int(due.total_seconds() * 1000)
        for event, iss, packed, kind, sub, ordered, events in self._index.db.execute(_ORDERS):
            owed = self._index.db.execute(_OWED, (event,)).fetchall()
            received = [instant for _, instant in owed if instant is not None]
            done = max(received, default=ordered) if len(received) == len(owed) else None
            overdue = (milliseconds(now) if done is None else done) > ordered + limit
            jti = unpacked(packed)
            if overdue:
                self._findings.add(
                    AuditFinding(
                        code=FindingCode.ERASURE_OVERDUE,
                        detail=f"{iss}/{jti}: {len(owed) - len(received)} of {len(owed)} receipts missing",
                    )
                )
            yield Erasure(
                iss=iss,
                jti=jti,
                type=kind,
                sub=unpacked(sub),
                ordered=ordered,
                events=events,
                due=tuple(holder for holder, _ in owed),
                received=tuple(holder for holder, instant in owed if instant is not None),
                done=done,
                overdue=overdue,
            )

    def _check(self, claims: Claims, sub: str, recipients: list[str], leaf: Leaf, offset: int) -> None:
        """Require an order to name every event of the alert, and an erasure to go to everybody who holds one."""
        named = {reference.jti for reference in claims.ref}
        held = self._index.held(claims.iss, sub, leaf.time // 1000)
        concerned = [(holder, jti) for holder, jti in held if is_a(claims.type, ERASE) or holder in recipients]
        unnamed = {jti for _, jti in concerned} - named
        forgotten = {holder for holder, _ in concerned} - set(recipients)
        for wrong, what in ((unnamed, "events not named"), (forgotten, "recipients not addressed")):
            if wrong:
                self._findings.add(
                    AuditFinding(
                        code=FindingCode.ERASURE_COVERAGE,
                        detail=f"{claims.iss}/{claims.jti}: {what}: {_first(wrong)}",
                        offset=offset,
                        position=leaf.position,
                        count=len(wrong),
                    )
                )


def _first(names: set[str]) -> str:
    shown = ", ".join(sorted(names)[:NAMED])
    return shown if len(names) <= NAMED else f"{shown} and {len(names) - NAMED} more"

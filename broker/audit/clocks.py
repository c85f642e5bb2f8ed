"""Follow what must be answered within a time: who owes an answer, by when, and what came (`contracts.clocks`)."""

# ruff: noqa: S608 - queries are put together from texts in this file; every value is bound
from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET

from broker.audit.findings import AuditFinding, FindingCode, Findings
from broker.audit.index import Kind, ReplayIndex, kind_of, packed, unpacked
from contracts.clocks import ANSWERING, limit_of
from contracts.deadlines import due_of
from contracts.events import REFUSAL, RESTRICT, is_a
from contracts.identifiers import instant, iso
from contracts.wire import AudienceEntry, Claims, Leaf

STATE = """
  CASE WHEN d.answered IS NOT NULL THEN CASE WHEN d.answered<=d.due THEN 'in_time' ELSE 'late' END
       WHEN min(coalesce(d.ended, 9e18), e.exp*1000)<=min(d.due, :now) THEN 'ended'
       WHEN d.due<:now THEN 'overdue' ELSE 'open' END"""
"""What a row `d` of `clocks`, of event `e`, is at `:now`; whoever asked may take the question back before it is due."""
_OVERDUE = f"""
SELECT i.word, e.jti, r.word, p.word, a.word, d.due FROM clocks d JOIN events e ON e.id=d.event
  JOIN words i ON i.id=e.iss JOIN words r ON r.id=d.recipient JOIN words p ON p.id=d.period
  JOIN words a ON a.id=d.article WHERE {STATE}='overdue' ORDER BY d.due, e.id, r.word
"""
_NAMED = "event IN (SELECT id FROM events WHERE iss=? AND jti=?) AND recipient=?"
_ANSWER = f"UPDATE clocks SET answered=?, refused=? WHERE {_NAMED} AND answered IS NULL"
_END = f"UPDATE clocks SET ended=? WHERE {_NAMED} AND ended IS NULL"


class Clocks:
    """Start, stop and judge clocks from admitted events in the order of the log. State is in the index."""

    def __init__(self, index: ReplayIndex, findings: Findings) -> None:
        self._index = index
        self._findings = findings

    def take(self, event: int, claims: Claims, audience: Iterable[AudienceEntry], leaf: Leaf) -> None:
        """Follow one admitted event, `event` in the index."""
        recipients = [line.to for line in audience]
        if claims.type in ANSWERING:
            word, refused = self._index.word, is_a(claims.type, REFUSAL)
            self._index.db.executemany(
                _ANSWER,
                [(leaf.time, refused, word(ref.iss), packed(ref.jti), word(claims.iss)) for ref in claims.ref],
            )
        elif kind_of(claims) in {Kind.ORDER, Kind.WITHDRAWAL} and not is_a(claims.type, RESTRICT):
            self._end(claims, recipients, leaf.time)
        else:
            self._start(event, claims, recipients, leaf.time)

    def overdue(self, now: int) -> None:
        """Report what is not answered though its time is over at `now` (milliseconds): remarks about participants."""
        for iss, jti, to, period, article, due in self._index.db.execute(_OVERDUE, {"now": now}):
            self._findings.add(
                AuditFinding(
                    code=FindingCode.ANSWER_OVERDUE,
                    detail=f"{iss}/{unpacked(jti)}: {to} has not answered within {period} ({article}), "
                    f"by {iso(instant(due))}",
                )
            )

    def _start(self, event: int, claims: Claims, recipients: Iterable[str], time: int) -> None:
        limit = limit_of(claims.type, claims.basis)
        if limit is None:
            return
        word = self._index.word
        self._index.db.executemany(
            "INSERT INTO clocks VALUES (?,?,?,?,?,NULL,NULL,NULL)",
            [
                (event, word(to), word(limit.article), word(limit.period), due_of(claims, to=to, admitted=time))
                for to in recipients
            ],
        )

    def _end(self, claims: Claims, recipients: Iterable[str], time: int) -> None:
        if claims.sub is UNSET:
            return
        word = self._index.word
        self._index.db.executemany(
            _END,
            [(time, word(ref.iss), packed(ref.jti), word(to)) for ref in claims.ref for to in recipients],
        )

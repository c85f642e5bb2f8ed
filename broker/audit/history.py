"""Hold an admitted event against what was admitted before it: may it be about what its `ref` names.

The gateways ask their own stores the same (`contracts.history`). What speaks against an event speaks
against its issuer, not against the log: findings here are remarks.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET

from broker.audit.findings import AuditFinding, FindingCode, Findings
from broker.audit.index import ReplayIndex, packed, unpacked
from contracts.events import Lifecycle, spec
from contracts.history import about_fault, version_fault
from contracts.wire import Claims, Leaf, Reference

_EARLIER = """
SELECT e.id, t.word, e.sub, e.ver FROM events e JOIN words t ON t.id=e.type
  WHERE e.iss=? AND e.jti=? AND e.code IS NULL ORDER BY e.id LIMIT 1
"""
_ADDRESSED = "SELECT 1 FROM deliveries WHERE event=? AND recipient=?"

Fault = tuple[FindingCode, str]


@dataclass(frozen=True, slots=True)
class _Earlier:
    number: int
    type: str
    sub: str | None
    ver: int


class History:
    """Judge events in the order of the log. State is in the index."""

    def __init__(self, index: ReplayIndex, findings: Findings) -> None:
        self._index = index
        self._findings = findings

    def take(self, claims: Claims, leaf: Leaf, offset: int) -> None:
        """Judge one admitted event; receipts and batches are no statements about one event."""
        lifecycle = spec(claims.type).lifecycle
        if lifecycle in {Lifecycle.RECEIPT, Lifecycle.BATCH}:
            return
        for reference in claims.ref:
            fault = self._fault(claims, lifecycle, reference)
            if fault is not None:
                code, rule = fault
                self._findings.add(
                    AuditFinding(
                        code=code,
                        detail=f"{claims.iss}/{claims.jti} {claims.type} {rule}: {reference.iss}/{reference.jti}",
                        offset=offset,
                        position=leaf.position,
                    )
                )

    def _fault(self, claims: Claims, lifecycle: Lifecycle, reference: Reference) -> Fault | None:
        earlier = self._earlier(reference)
        if earlier is None:
            # An order also names what was issued anew: its issuer cannot know whether the first was admitted.
            ending = lifecycle is Lifecycle.ENDING
            return None if ending else (FindingCode.HISTORY_UNKNOWN, "names what was not admitted before")
        if lifecycle is Lifecycle.MESSAGE:
            return self._message_fault(claims, reference, earlier)
        sub = None if claims.sub is UNSET else claims.sub
        if claims.ver is not UNSET and sub is not None:
            rule = version_fault(
                sub=sub,
                type_=claims.type,
                ver=claims.ver,
                named_sub=earlier.sub,
                named_type=earlier.type,
                named_ver=earlier.ver,
            )
            return None if rule is None else (FindingCode.HISTORY_VERSION, rule)
        return None if earlier.sub == sub else (FindingCode.HISTORY_ALERT, "names an event of another alert")

    def _message_fault(self, claims: Claims, reference: Reference, earlier: _Earlier) -> Fault | None:
        rule = about_fault(claims.type, earlier.type, purpose=claims.purpose)
        if rule is not None:
            return FindingCode.HISTORY_TYPE, rule
        if reference.iss == claims.iss or self._addressed(earlier, claims.iss):
            return None
        return FindingCode.HISTORY_RECIPIENT, "names what was not addressed to its issuer"

    def _earlier(self, reference: Reference) -> _Earlier | None:
        its = (self._index.word(reference.iss), packed(reference.jti))
        row = self._index.db.execute(_EARLIER, its).fetchone()
        if row is None:
            return None
        number, type_, sub, ver = row
        return _Earlier(number, type_, None if sub is None else unpacked(sub), ver or 0)

    def _addressed(self, earlier: _Earlier, to: str) -> bool:
        return self._index.db.execute(_ADDRESSED, (earlier.number, self._index.word(to))).fetchone() is not None

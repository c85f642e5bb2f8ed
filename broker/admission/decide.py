"""Turn a verdict into what is put on record. Pure: no clock, no log, no state."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET

from broker.envelope.states import Admitted, Refused, Repeat, Verdict
from broker.ports import Incoming, Outgoing
from contracts.audit_log import audit_key
from contracts.encoding import canonical, sha256
from contracts.errors import Code
from contracts.identifiers import Topics
from contracts.wire import Audit, Leaf, Position


def leaf_of(verdict: Verdict, record: Incoming, *, trust: int) -> Leaf:
    """Return the decision on `record`, judged with version `trust` of the trust list (DESIGN 4.5)."""
    decision: Literal["admitted", "repeat", "refused"]
    code: str | None
    match verdict:
        case Admitted():
            decision, code, gap = "admitted", None, verdict.gap
        case Repeat():
            decision, code, gap = "repeat", Code.E09_REPEAT.value, 0
        case Refused():
            decision, code, gap = "refused", verdict.code.value, 0
    return Leaf(
        code=code,
        decision=decision,
        gap=gap,
        jws=verdict.signing_input_hash,
        position=Position(offset=record.offset, partition=record.partition, topic=record.topic),
        record=sha256(record.value or b""),
        time=record.time,
        trust=trust,
    )


def audit_of(leaf: Leaf, verdict: Verdict) -> Audit:
    """Return the audit record: what passed steps 1 to 8 brings its signed part, so that auditors can judge again."""
    if not verdict.passed_eight or verdict.jws is None:
        return Audit(leaf=leaf)
    return Audit(leaf=leaf, jws=verdict.jws, disclosed=verdict.disclosed or UNSET)


def audit_record(audit: Audit, topics: Topics) -> Outgoing:
    """Return `audit` ready to be written; all leaves of one submit partition share a key."""
    position = audit.leaf.position
    return Outgoing(topic=topics.audit, key=audit_key(position.topic, position.partition), value=canonical(audit))

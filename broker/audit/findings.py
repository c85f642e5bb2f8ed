"""Say what an auditor finds: one code per kind, with the place where it was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.wire import Position


class FindingCode(StrEnum):
    """Stable public codes of findings. Those in `REMARKS` do not speak against the log."""

    AUDIT_FORM = "audit-form"
    AUDIT_KEY = "audit-key"
    AUDIT_OFFSET = "audit-offset"
    AUDIT_SIGNED_INPUT = "audit-signed-input"
    LEAF_CHANGED = "leaf-changed"
    LEAF_MISSING = "leaf-missing"
    LEAF_ADDED = "leaf-added"
    LEAF_MOVED = "leaf-moved"
    LEAF_UNSIGNED = "leaf-unsigned"
    CHECKPOINT_REFUSED = "checkpoint-refused"
    CHECKPOINT_OFFSET = "checkpoint-offset"
    CHECKPOINT_ROOT = "checkpoint-root"
    CHECKPOINT_LEAVES = "checkpoint-leaves"
    CHECKPOINT_FORK = "checkpoint-fork"
    CHECKPOINT_LATE = "checkpoint-late"
    POSITION_GAP = "position-gap"
    DECISION_DIFFERS = "decision-differs"
    TRUST_UNKNOWN = "trust-unknown"
    VOID_LEAF = "void-leaf"
    SEQUENCE_GAP = "sequence-gap"
    REPEAT_CONTENT = "repeat-other-content"
    ERASURE_COVERAGE = "erasure-coverage"
    ERASURE_OVERDUE = "erasure-overdue"
    ANSWER_OVERDUE = "answer-overdue"
    HISTORY_UNKNOWN = "history-unknown"
    HISTORY_TYPE = "history-type"
    HISTORY_RECIPIENT = "history-recipient"
    HISTORY_ALERT = "history-alert"
    HISTORY_VERSION = "history-version"
    EXPORT_LINE = "export-line"
    EXPORT_CHAIN = "export-chain"
    EXPORT_COUNT = "export-count"


REMARKS = frozenset(
    {
        FindingCode.LEAF_UNSIGNED,
        FindingCode.VOID_LEAF,
        FindingCode.SEQUENCE_GAP,
        FindingCode.REPEAT_CONTENT,
        FindingCode.ERASURE_COVERAGE,
        FindingCode.ERASURE_OVERDUE,
        FindingCode.ANSWER_OVERDUE,
        FindingCode.HISTORY_UNKNOWN,
        FindingCode.HISTORY_TYPE,
        FindingCode.HISTORY_RECIPIENT,
        FindingCode.HISTORY_ALERT,
        FindingCode.HISTORY_VERSION,
    }
)
"""Facts about participants or still open work; the log itself is whole and true all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinding:
    """One thing that an auditor should look at.

    `offset` is that of `audit` (of `checkpoints` where the code says so), `index` the leaf's rank in
    the tree, `line` that of an export file; `count` how many records in a row.
    """

    code: FindingCode
    detail: str
    offset: int | None = None
    index: int | None = None
    line: int | None = None
    position: Position | None = None
    count: int = 1

    @property
    def remark(self) -> bool:
        """Tell whether the log is whole in spite of this."""
        return self.code in REMARKS

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON, without the members that do not apply."""
        place = self.position
        plain: dict[str, Any] = {"code": self.code.value, "detail": self.detail, "remark": self.remark}
        places = {"offset": self.offset, "index": self.index, "line": self.line}
        plain |= {name: value for name, value in places.items() if value is not None}
        if place is not None:
            plain["position"] = {"offset": place.offset, "partition": place.partition, "topic": place.topic}
        if self.count != 1:
            plain["count"] = self.count
        return plain


class Findings:
    """Collect findings up to a bound, so that a log full of damage cannot fill the memory."""

    MAX = 10_000
    """More than a person reads; what comes after is counted."""

    def __init__(self) -> None:
        self.found: list[AuditFinding] = []
        self.unlisted = 0

    def add(self, finding: AuditFinding) -> None:
        """Keep `finding`, or count it once the list is full. Remarks never take the room of the last faults."""
        if len(self.found) < (self.MAX // 2 if finding.remark else self.MAX):
            self.found.append(finding)
        elif not finding.remark:
            self.unlisted += 1

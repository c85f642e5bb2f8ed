"""Judge every decision on record again: order, steps 3 to 10, repeats, and what followed from it."""

from __future__ import annotations

from collections import Counter
from typing import Any, Protocol

from msgspec import UNSET

from broker.audit.alignment import Standing
from broker.audit.clocks import Clocks
from broker.audit.erasures import Erasures
from broker.audit.findings import AuditFinding, FindingCode, Findings
from broker.audit.history import History
from broker.audit.index import ReplayIndex
from broker.audit.merkle import leaf_hash
from broker.envelope.disclose import CONSULTATIONS, HANDLING, read
from broker.envelope.order import Head
from broker.envelope.states import Addressed, Audited, Refused, Repeat
from broker.envelope.verify import verify_audited
from broker.ports import Incoming
from broker.trust.view import TrustView
from contracts.audit_log import audit_key, decode_audit, entry
from contracts.errors import AuditGap, Code
from contracts.reading import parse_section
from contracts.sections.consultations import Consultation, Consultations
from contracts.wire import Audit, Leaf, Position

HUB_ONLY_STEP = "E11"
"""Step 11 concerns bytes that only the hub saw: for an auditor its refusals pass steps 3 to 10."""
FIRST_EIGHT = tuple(f"E0{step}" for step in range(1, 9))
"""Codes of steps 1 to 8: such a record is on record by its leaf alone."""


class PastTrust(Protocol):
    """Verified trust lists, present and past, as `broker.trust.documents` keeps them."""

    @property
    def versions(self) -> tuple[int, ...]:
        """Versions of all accepted lists."""

    def version_at(self, version: int, /) -> TrustView | None:
        """Return the view of one version."""


class Decisions:
    """Walk the audit log record by record. Memory: one head for each submit partition, and counters."""

    def __init__(self, trust: PastTrust, index: ReplayIndex, findings: Findings) -> None:
        self._trust = trust
        self._index = index
        self._findings = findings
        self.erasures = Erasures(index, findings)
        self.clocks = Clocks(index, findings)
        self._history = History(index, findings)
        self._next_offset = 0
        self._heads: dict[tuple[str, int], Head] = {}
        self._highest: dict[tuple[str, int], int] = {}
        self.leaves = 0
        self.decisions: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.repeats: Counter[str] = Counter()
        self.gaps = 0
        self.void = 0
        self.reverified = 0

    def take(self, record: Incoming) -> Standing:
        """Judge one record of `audit` and return its leaf hash for the tree."""
        self._check_offset(record)
        self.leaves += 1
        try:
            audit = decode_audit(record.value, offset=record.offset)
        except AuditGap:
            self._add(FindingCode.AUDIT_FORM, "no leaf in its one spelling", record.offset)
            return Standing(leaf_hash(record.value or b""), record.offset)
        position = audit.leaf.position
        if record.key != audit_key(position.topic, position.partition) or record.headers:
            self._add(FindingCode.AUDIT_KEY, "key or headers do not belong to the leaf", record.offset, position)
        if self._decides(audit.leaf, record.offset):
            self._judge(audit, record.offset)
        return Standing(leaf_hash(entry(audit.leaf)), record.offset)

    def _check_offset(self, record: Incoming) -> None:
        """Offsets of a topic without transactions have no gaps: a missing one is a missing record."""
        missing = record.offset - self._next_offset
        if missing > 0:
            self._add(FindingCode.AUDIT_OFFSET, "offsets missing from here", self._next_offset, count=missing)
        elif missing < 0:
            self._add(FindingCode.AUDIT_OFFSET, "offset out of order", record.offset)
        self._next_offset = max(self._next_offset, record.offset + 1)

    def _decides(self, leaf: Leaf, offset: int) -> bool:
        """Tell whether a leaf is the first for its position, and whether positions follow each other."""
        position = leaf.position
        place = (position.topic, position.partition)
        highest = self._highest.get(place, -1)
        if position.offset <= highest:
            self.void += 1
            self._tally(leaf, "void")
            self._add(FindingCode.VOID_LEAF, "a later leaf for a decided position", offset, position)
            return False
        missing = position.offset - highest - 1
        if missing:
            self._add(FindingCode.POSITION_GAP, "submitted records without a decision", offset, position, missing)
        self._highest[place] = position.offset
        return True

    def _judge(self, audit: Audit, offset: int) -> None:
        leaf = audit.leaf
        self.decisions[leaf.decision] += 1
        self._tally(leaf, leaf.decision, leaf.code or "")
        if leaf.decision == "refused":
            self.refusals[leaf.code or ""] += 1
        if leaf.gap:
            self.gaps += leaf.gap
            self._tally(leaf, "gap", count=leaf.gap)
            self._add(FindingCode.SEQUENCE_GAP, "the issuer skipped numbers", offset, leaf.position, leaf.gap)
        early = leaf.decision == "refused" and (leaf.code or "").startswith(FIRST_EIGHT)
        if early != (audit.jws is UNSET):
            self._add(
                FindingCode.AUDIT_SIGNED_INPUT,
                "signed part is missing, or stands where none may",
                offset,
                leaf.position,
            )
        if audit.jws is not UNSET:
            self._verify(audit, offset)

    def _verify(self, audit: Audit, offset: int) -> None:
        leaf = audit.leaf
        trust = self._trust.version_at(leaf.trust)
        if trust is None:
            self._add(FindingCode.TRUST_UNKNOWN, f"judged by trust list {leaf.trust}, not here", offset, leaf.position)
            return
        place = (leaf.position.topic, leaf.position.partition)
        verdict = verify_audited(audit, trust=trust, head=self._heads.get(place, Head()))
        self._heads[place] = verdict.head
        self.reverified += 1
        if not _agrees(leaf, verdict):
            self._add(
                FindingCode.DECISION_DIFFERS,
                f"leaf says {leaf.code or leaf.decision}, steps 3 to 10 say {_word(verdict)}",
                offset,
                leaf.position,
            )
        self._follow(leaf, verdict, offset)

    def _follow(self, leaf: Leaf, verdict: Audited, offset: int) -> None:
        """Note what the decision did, as far as its claims are verified."""
        claims = verdict.claims
        if claims is None:
            return
        if isinstance(verdict, Repeat):
            first = self._index.number_of(claims)
            kind = "unknown" if first is None else "honest" if first == leaf.record else "other-content"
            self.repeats[kind] += 1
            self._tally(leaf, f"repeat-{kind}")
            if kind == "other-content":
                self._add(FindingCode.REPEAT_CONTENT, "a used number with other content", offset, leaf.position)
            return
        if leaf.decision != "admitted" or not isinstance(verdict, Addressed):
            self._index.add_event(claims, leaf)
            return
        self._history.take(claims, leaf, offset)
        event = self._index.add_event(claims, leaf, actor=_actor(verdict))
        self._index.add_deliveries(event, claims, verdict.audience)
        self._index.add_consultations(claims.iss, _consultations(verdict))
        self.clocks.take(event, claims, verdict.audience, leaf)
        self.erasures.take(claims, verdict.audience, leaf, offset)

    def _tally(self, leaf: Leaf, what: str, code: str = "", count: int = 1) -> None:
        self._index.tally(leaf.position.topic.rpartition(".")[2].upper(), what, code, leaf.time, count)

    def _add(
        self, code: FindingCode, detail: str, offset: int, position: Position | None = None, count: int = 1
    ) -> None:
        self._findings.add(AuditFinding(code=code, detail=detail, offset=offset, position=position, count=count))


def _actor(verdict: Addressed) -> str:
    """Return the pseudonym of the person responsible, from the handling block that step 10 accepted."""
    return str(_clear(verdict, HANDLING)["actor"])


def _consultations(verdict: Addressed) -> tuple[Consultation, ...]:
    """Return the lines of a batch, as step 10 accepted them; of anything else none."""
    if CONSULTATIONS not in verdict.placed.spec.clear:
        return ()
    section = parse_section(CONSULTATIONS, _clear(verdict, CONSULTATIONS), code=Code.E10_CONSULTATIONS)
    return section.entries if isinstance(section, Consultations) else ()


def _clear(verdict: Addressed, section: str) -> Any:
    return read(verdict.disclosed[verdict.placed.spec.clear.index(section)], code=Code.E10_DIGEST)


def _agrees(leaf: Leaf, verdict: Audited) -> bool:
    match verdict:
        case Addressed():
            admitted = leaf.decision == "admitted" and leaf.code is None and leaf.gap == verdict.gap
            return admitted or (leaf.decision == "refused" and (leaf.code or "").startswith(HUB_ONLY_STEP))
        case Repeat():
            return leaf.decision == "repeat" and leaf.code == Code.E09_REPEAT.value
        case Refused():
            return leaf.decision == "refused" and leaf.code == verdict.code.value


def _word(verdict: Audited) -> str:
    if isinstance(verdict, Refused):
        return verdict.code.value
    return "repeat" if isinstance(verdict, Repeat) else "admitted"

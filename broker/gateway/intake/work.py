"""Work submissions off: decode, publish, note what became of each record.

What was decided and how far the file is read stand in one transaction with the events themselves. A
crash at any instant therefore repeats nothing and leaves nothing out: the file is read again up to the
position, and goes on from there. That needs decoding to be repeatable: an adapter keeps no state, and
the day that ages are counted from is fixed when the submission is accepted.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

import structlog
from sqlalchemy import Row, insert, select, update

from adapters import interface
from adapters.interface import DecodedRecord, unsaid
from broker.gateway.intake.intake import Intake, residue_place
from broker.gateway.intake.submission import OPEN, RecordStatus, Source, SubmissionStatus
from broker.gateway.intake.tables import submission_records, submissions
from broker.gateway.outcomes import Acknowledged, Pending, Published, RefusedDraft, report
from broker.gateway.publish import Publisher
from broker.gateway.vault import Vault
from broker.ports import Clock
from broker.trust.view import TrustView
from contracts.draft import Draft
from contracts.encoding import canonical
from contracts.errors import Code, StoreCorrupt, UsageError
from contracts.findings import Finding
from contracts.identifiers import milliseconds

BATCH_RECORDS = 25
"""Records of one transaction: a flush for all of them, and other writers wait for no more than these."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Open:
    """A submission in hand and the records still to come. Owned by the worker; a crash needs nothing of it."""

    row: Row[Any]
    records: Iterator[DecodedRecord]
    position: int


class Worker:
    """Decide the records of submissions. Used by one task at a time.

    Each source is a lane: its submissions go in order of arrival, and lanes take turns, batch by batch. So a
    long file in the folder does not hold up what comes over HTTP.
    """

    def __init__(
        self,
        *,
        intake: Intake,
        publisher: Publisher,
        vault: Vault,
        clock: Clock,
        file: Callable[[str], bytes | None] | None,
    ) -> None:
        """`file` returns a submission of the folder, None when it is gone; without `file`, those wait."""
        self._intake = intake
        self._publisher = publisher
        self._vault = vault
        self._clock = clock
        self._file = file
        self._lanes = deque([Source.HTTP] if file is None else [Source.HTTP, Source.FOLDER])
        self._open: dict[Source, _Open] = {}

    def step(self, trust: TrustView) -> int:
        """Decide the next records of one submission; return how many, or 1 when it had none left.

        Raises:
            StoreBusy: whether this batch was decided is on record; the next call goes on from there.
        """
        for _ in range(len(self._lanes)):
            self._lanes.rotate()
            lane = self._lanes[0]
            in_hand = self._open.pop(lane, None) or self._next(lane)
            if in_hand is None:
                continue
            batch = list(islice(in_hand.records, BATCH_RECORDS))
            over = len(batch) < BATCH_RECORDS
            self._decide(in_hand, batch, trust, over=over)
            if not over:
                self._open[lane] = replace(in_hand, position=in_hand.position + len(batch))
            return len(batch) or 1
        return 0

    def _next(self, lane: Source) -> _Open | None:
        waiting = select(submissions).where(submissions.c.source == lane, submissions.c.state.in_(OPEN))
        with self._intake.store.read() as connection:
            row = connection.execute(waiting.order_by(submissions.c.number).limit(1)).first()
        return None if row is None else _Open(row=row, records=self._remaining(row), position=row.position)

    def _remaining(self, row: Row[Any]) -> Iterator[DecodedRecord]:
        """Return the records behind the position. A file that cannot be read (any more) ends with one that says so."""
        limit = self._intake.settings.max_file_bytes
        if row.bytes > limit:
            return _unusable(Code.A01_SIZE, f"the file is larger than {limit} bytes", "split it into several files")
        data = self._body(row)
        if data is None:
            return _unusable(Code.A02_FORMAT, "the file was taken away before all of it was read", "hand it in again")
        if self._intake.content_mark(row.adapter, row.recipients, data) != row.content_mark:
            return _unusable(Code.A02_FORMAT, "the file was changed after it was taken", "hand it in again")
        try:
            adapter = interface.find(row.adapter)
        except UsageError:
            return _unusable(Code.A02_FORMAT, "its adapter is not installed any more", "install it, hand it in again")
        return islice(adapter.decode(data, on=date.fromisoformat(row.day)), row.position, None)

    def _body(self, row: Row[Any]) -> bytes | None:
        if row.body_sealed is not None:
            return self._vault.open(row.body_sealed, place=f"submissions/{row.id}")
        return None if self._file is None else self._file(row.id)

    def _decide(self, in_hand: _Open, batch: Sequence[DecodedRecord], trust: TrustView, *, over: bool) -> None:
        """Publish a batch and note its outcome; `over` closes the submission with it and drops its body.

        Crash before the commit: none of these records was decided and no event exists. Crash after: all of
        them were, and the file goes on behind them, or is finished.
        """
        drafts: list[Draft] = [record.draft for record in batch if record.draft is not None]
        to = None if in_hand.row.recipients is None else in_hand.row.recipients.split(" ")
        this = submissions.c.id == in_hand.row.id
        with self._intake.store.write() as connection:
            row = connection.execute(select(submissions).where(this)).one()
            if row.position != in_hand.position:
                raise StoreCorrupt("a submission is not where this worker left it")
            outcomes = iter(self._publisher.decide(connection, drafts, trust, actor=row.actor, to=to))
            decided = [(record, None if record.draft is None else next(outcomes)) for record in batch]
            noted = [self._as_row(row.id, row.position + n, *one) for n, one in enumerate(decided, start=1)]
            if noted:
                connection.execute(insert(submission_records), noted)
            values = _counted(row, noted)
            values |= {"changed": milliseconds(self._clock()), "state": _state(values, over=over)}
            if over:
                values["body_sealed"] = None
            connection.execute(update(submissions).where(this).values(values))
        for _, outcome in decided:
            if outcome is not None:
                report(outcome)
        if over:
            _log.info("submission.finished", ref=row.id, state=values["state"].value, count=values["position"])

    def _as_row(self, id_: str, number: int, record: DecodedRecord, outcome: Published | None) -> dict[str, Any]:
        findings: Sequence[Finding] = record.findings
        residue = list(record.residue)
        state, jti, sub, approval = RecordStatus.REFUSED, None, None, None
        if isinstance(outcome, Acknowledged):
            state = RecordStatus.UNCHANGED if outcome.unchanged else RecordStatus.ACKNOWLEDGED
            jti, sub = outcome.jti, outcome.sub
            residue += [unsaid(one, line=record.line) for one in outcome.lost]
        elif isinstance(outcome, Pending):
            state, approval, findings = RecordStatus.PENDING, outcome.approval, outcome.findings
        elif isinstance(outcome, RefusedDraft):
            findings = outcome.findings
        said = [{**finding.to_json(), "line": finding.line or record.line} for finding in findings]
        # What a record that is known already leaves over is known too.
        kept, flags = (residue, record.flags) if state is not RecordStatus.UNCHANGED else ([], [])
        sealed = None
        if kept:
            plain = canonical([item.to_json() for item in kept])
            sealed = self._vault.seal(plain, place=residue_place(id_, number))
        return {
            "submission": id_,
            "number": number,
            "line": record.line,
            "state": state,
            "approval": approval,
            "jti": jti,
            "sub": sub,
            "findings": canonical(said) if state in {RecordStatus.REFUSED, RecordStatus.PENDING} else None,
            "flags": canonical([flag.to_json() for flag in flags]) if flags else None,
            "residue": len(residue),
            "residue_sealed": sealed,
        }


def _counted(row: Row[Any], noted: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the counts of a submission after these records."""
    states = Counter(one["state"] for one in noted)
    return {
        "position": row.position + len(noted),
        "acknowledged": row.acknowledged + states[RecordStatus.ACKNOWLEDGED],
        "unchanged": row.unchanged + states[RecordStatus.UNCHANGED],
        "pending": row.pending + states[RecordStatus.PENDING],
        "refused": row.refused + states[RecordStatus.REFUSED],
        "residue": row.residue + sum(one["residue"] for one in noted),
    }


def _state(counts: Mapping[str, Any], *, over: bool) -> SubmissionStatus:
    if not over:
        return SubmissionStatus.WORKING
    return SubmissionStatus.REFUSED if 0 < counts["refused"] == counts["position"] else SubmissionStatus.DONE


def _unusable(code: Code, rule: str, remedy: str) -> Iterator[DecodedRecord]:
    """Refuse a file that no adapter can be given, as a record of its own."""
    finding = Finding(code=code, path="", rule=rule, remedy=remedy, line=1)
    return iter([DecodedRecord(line=1, national_id=None, draft=None, residue=[], findings=[finding])])

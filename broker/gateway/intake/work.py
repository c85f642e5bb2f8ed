"""Work submissions off, oldest first: decode, publish, note what became of each record.

What was decided and how far the file is read stand in one transaction with the events themselves. A
crash at any instant therefore repeats nothing and leaves nothing out: the file is read again up to the
position, and goes on from there. That needs decoding to be repeatable: an adapter keeps no state, and
the day that ages are counted from is fixed when the submission is accepted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import structlog
from sqlalchemy import Connection, Row, insert, select, update

from adapters import interface
from adapters.interface import DecodedRecord
from broker.gateway.intake.intake import Intake, residue_place
from broker.gateway.intake.submission import OPEN, RecordStatus, SubmissionStatus
from broker.gateway.intake.tables import submission_records, submissions
from broker.gateway.publish import Acknowledged, Published, Publisher, RefusedDraft, report
from broker.gateway.vault import Vault
from broker.ports import Clock
from broker.trust.view import TrustView
from contracts.draft import Draft
from contracts.encoding import canonical
from contracts.errors import Code, StoreCorrupt
from contracts.findings import Finding
from contracts.identifiers import milliseconds

BATCH_RECORDS = 25
"""Records of one transaction: a flush for all of them, and other writers wait for no more than these."""

_log = structlog.get_logger()


@dataclass(slots=True)
class _Open:
    """A submission in hand and the records still to come. Owned by the worker; a crash needs nothing of it."""

    row: Row[Any]
    records: Iterator[DecodedRecord]
    position: int


class Worker:
    """Decide the records of submissions. Used by one task at a time."""

    def __init__(
        self,
        *,
        intake: Intake,
        publisher: Publisher,
        vault: Vault,
        clock: Clock,
        file: Callable[[str], bytes | None],
    ) -> None:
        """`file` returns the bytes of a submission that lies in the folder, None when it is gone."""
        self._intake = intake
        self._publisher = publisher
        self._vault = vault
        self._clock = clock
        self._file = file
        self._open: _Open | None = None

    def step(self, trust: TrustView) -> int:
        """Decide the next records; return how many, or 1 when a submission came to its end.

        Raises:
            StoreBusy: nothing of this batch was decided; the next call begins again at what is on record.
        """
        in_hand, self._open = self._open or self._next(), None
        if in_hand is None:
            return 0
        batch = list(islice(in_hand.records, BATCH_RECORDS))
        if not batch:
            self._finish(in_hand.row.id)
            return 1
        self._decide(in_hand, batch, trust)
        in_hand.position += len(batch)
        self._open = in_hand
        return len(batch)

    def _next(self) -> _Open | None:
        query = select(submissions).where(submissions.c.state.in_(OPEN)).order_by(submissions.c.number).limit(1)
        with self._intake.store.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        records = self._decoded(row)
        for _ in islice(records, row.position):
            pass
        return _Open(row=row, records=records, position=row.position)

    def _decoded(self, row: Row[Any]) -> Iterator[DecodedRecord]:
        limit = self._intake.settings.max_file_bytes
        if row.bytes > limit:
            return _unusable(Code.A01_SIZE, f"the file is larger than {limit} bytes", "split it into several files")
        data = self._body(row)
        if data is None:
            return _unusable(Code.A02_FORMAT, "the file was taken away before it was read", "hand it in again")
        return iter(interface.find(row.adapter).decode(data, on=date.fromisoformat(row.day)))

    def _body(self, row: Row[Any]) -> bytes | None:
        if row.body_sealed is None:
            return self._file(row.id)
        return self._vault.open(row.body_sealed, place=f"submissions/{row.id}")

    def _decide(self, in_hand: _Open, batch: Sequence[DecodedRecord], trust: TrustView) -> None:
        """Publish a batch and note its outcome.

        Crash before the commit: none of these records was decided and no event exists. Crash after: all of
        them were, and the file goes on behind them.
        """
        row = in_hand.row
        drafts: list[Draft] = [record.draft for record in batch if record.draft is not None]
        to = None if row.recipients is None else row.recipients.split(" ")
        with self._intake.store.write() as connection:
            known: int | None = connection.scalar(select(submissions.c.position).where(submissions.c.id == row.id))
            if known != in_hand.position:
                raise StoreCorrupt("a submission is not where this worker left it")
            outcomes = iter(self._publisher.decide(connection, drafts, trust, actor=row.actor, to=to))
            decided = [(record, None if record.draft is None else next(outcomes)) for record in batch]
            self._note(connection, in_hand, decided)
        for _, outcome in decided:
            if outcome is not None:
                report(outcome)

    def _note(
        self, connection: Connection, in_hand: _Open, decided: Sequence[tuple[DecodedRecord, Published | None]]
    ) -> None:
        id_, first = in_hand.row.id, in_hand.position + 1
        rows = [self._as_row(id_, first + n, record, outcome) for n, (record, outcome) in enumerate(decided)]
        connection.execute(insert(submission_records), rows)
        counts = Counter(row["state"] for row in rows)
        connection.execute(
            update(submissions)
            .where(submissions.c.id == id_)
            .values(
                state=SubmissionStatus.WORKING,
                position=submissions.c.position + len(rows),
                acknowledged=submissions.c.acknowledged + counts[RecordStatus.ACKNOWLEDGED],
                unchanged=submissions.c.unchanged + counts[RecordStatus.UNCHANGED],
                refused=submissions.c.refused + counts[RecordStatus.REFUSED],
                residue=submissions.c.residue + sum(row["residue"] for row in rows),
                changed=milliseconds(self._clock()),
            )
        )

    def _as_row(self, id_: str, number: int, record: DecodedRecord, outcome: Published | None) -> dict[str, Any]:
        findings: Sequence[Finding] = record.findings
        state, jti, sub = RecordStatus.REFUSED, None, None
        if isinstance(outcome, Acknowledged):
            state = RecordStatus.UNCHANGED if outcome.unchanged else RecordStatus.ACKNOWLEDGED
            jti, sub = outcome.jti, outcome.sub
        elif isinstance(outcome, RefusedDraft):
            findings = outcome.findings
        said = [{**finding.to_json(), "line": finding.line or record.line} for finding in findings]
        # What a record that is known already leaves over is known too.
        kept = record.residue if state is not RecordStatus.UNCHANGED else []
        sealed = None
        if kept:
            plain = canonical([item.to_json() for item in kept])
            sealed = self._vault.seal(plain, place=residue_place(id_, number))
        return {
            "submission": id_,
            "number": number,
            "line": record.line,
            "state": state,
            "jti": jti,
            "sub": sub,
            "findings": canonical(said) if state is RecordStatus.REFUSED else None,
            "residue": len(record.residue),
            "residue_sealed": sealed,
        }

    def _finish(self, id_: str) -> None:
        """Close a submission and drop its body.

        Crash before the commit: it is opened again, has no record left, and is closed then. Crash after: closed.
        """
        with self._intake.store.write() as connection:
            row = connection.execute(select(submissions).where(submissions.c.id == id_)).one()
            done = row.acknowledged + row.unchanged > 0
            connection.execute(
                update(submissions)
                .where(submissions.c.id == id_)
                .values(
                    state=SubmissionStatus.DONE if done else SubmissionStatus.REFUSED,
                    body_sealed=None,
                    changed=milliseconds(self._clock()),
                )
            )
        _log.info(
            "submission.finished",
            ref=id_,
            state=(SubmissionStatus.DONE if done else SubmissionStatus.REFUSED).value,
            count=row.position,
        )


def _unusable(code: Code, rule: str, remedy: str) -> Iterator[DecodedRecord]:
    """Refuse a file that no adapter can be given, as a record of its own."""
    finding = Finding(code=code, path="", rule=rule, remedy=remedy, line=1)
    return iter([DecodedRecord(line=1, national_id=None, draft=None, residue=[], findings=[finding])])

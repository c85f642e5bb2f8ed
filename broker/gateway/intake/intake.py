"""Accept submissions durably, answer what became of them, and forget them in time. The worker is in `work.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from broker.gateway.intake.submission import (
    OPEN,
    Accepted,
    Backlog,
    RecordStatus,
    Source,
    Submission,
    SubmissionStatus,
    SubmittedRecord,
)
from broker.gateway.intake.tables import submission_records, submissions
from broker.gateway.stores import Store
from broker.gateway.tables import alerts
from broker.gateway.vault import Vault
from broker.ports import Clock, Randomness
from broker.settings import IntakeSettings
from contracts.encoding import sha256
from contracts.errors import IdempotencyConflict, IntakeFull, Unknown, UsageError
from contracts.identifiers import EventId, event_id, milliseconds

RANDOM_BYTES = 10
PAGE_ROWS = 200
DAY_MILLISECONDS = 86_400_000
BACKLOG_RETRY_SECONDS = 5
"""What a full intake asks its clients to wait."""

_log = structlog.get_logger()


class Intake:
    """Owner of the submissions. All of its state is in the outbox database."""

    def __init__(
        self, *, store: Store, vault: Vault, settings: IntakeSettings, clock: Clock, randomness: Randomness
    ) -> None:
        self.store = store
        self.settings = settings
        self._vault = vault
        self._clock = clock
        self._randomness = randomness

    def new_id(self) -> EventId:
        """Return the id of a submission to be: a UUIDv7."""
        return event_id(self._clock(), self._randomness(RANDOM_BYTES))

    def accept(
        self,
        data: bytes,
        *,
        adapter: str,
        actor: str,
        client: str,
        to: Sequence[str] | None = None,
        idempotency_key: str | None = None,
    ) -> Accepted:
        """Take a file in; it is durable when this returns. `actor` is a pseudonym, `client` who handed it in.

        The same key with the same file means the same submission, as often as it comes.
        Crash before the commit: nothing was accepted, and the client hears nothing. Crash after, before it
        is told: its key finds the submission; without a key, every record will be found unchanged.

        Raises:
            UsageError: the file is empty.
            IdempotencyConflict: the key stands for another file.
            IntakeFull: too much waits already; nothing was taken.
            StoreBusy: the outbox cannot be written.
        """
        if not data:
            raise UsageError("the body is empty: send one national file")
        recipients = None if to is None else " ".join(to)
        content = self.content_mark(adapter, recipients, data)
        mark = None if idempotency_key is None else self._vault.mark("idempotency", client, idempotency_key)
        id_ = self.new_id()
        with self.store.write() as connection:
            known = None if mark is None else _by_mark(connection, mark)
            if known is not None:
                if known.content_mark != content:
                    raise IdempotencyConflict("this key was used for another file or other parameters: use a new key")
                return Accepted(id=known.id, repeated=True)
            self._check_room(connection, len(data))
            self._add(
                connection, id_, Source.HTTP, adapter=adapter, actor=actor, recipients=recipients, content=content,
                size=len(data), mark=mark, body=self._vault.seal(data, place=f"submissions/{id_}"),
            )  # fmt: skip
        _log.info("submission.received", ref=id_, bytes=len(data))
        return Accepted(id=id_, repeated=False)

    def adopt(self, id_: str, *, adapter: str, actor: str, size: int, data: bytes) -> None:
        """Take on the file that lies in the folder of `id_`; again changes nothing. One too large comes without `data`.

        Crash before the commit: the file lies there still and is adopted at the next look. Crash after: known.
        """
        with self.store.write() as connection:
            if _row(connection, id_) is None:
                content = self.content_mark(adapter, None, data)
                self._add(
                    connection, id_, Source.FOLDER, adapter=adapter, actor=actor, recipients=None, content=content,
                    size=size, mark=None, body=None,
                )  # fmt: skip
                _log.info("submission.received", ref=id_, bytes=size)

    def submission(self, id_: str) -> Submission:
        """Return where a submission stands.

        Raises:
            Unknown: there is none of that id.
        """
        with self.store.read() as connection:
            row = _row(connection, id_)
        if row is None:
            raise Unknown("this gateway has no submission of that id")
        return as_submission(row)

    def submissions(self, *, before: str | None = None, limit: int = PAGE_ROWS) -> list[Submission]:
        """Return submissions, the latest first, from those older than `before`."""
        query = select(submissions).order_by(submissions.c.number.desc()).limit(limit)
        if before is not None:
            older = select(submissions.c.number).where(submissions.c.id == before).scalar_subquery()
            query = query.where(submissions.c.number < older)
        with self.store.read() as connection:
            return [as_submission(row) for row in connection.execute(query)]

    def records(self, id_: str, *, after: int = 0, limit: int = PAGE_ROWS) -> list[SubmittedRecord]:
        """Return decided records of a submission, in file order, from behind the number `after`."""
        query = (
            select(submission_records)
            .where(submission_records.c.submission == id_, submission_records.c.number > after)
            .order_by(submission_records.c.number)
            .limit(limit)
        )
        with self.store.read() as connection:
            return [self._as_record(row) for row in connection.execute(query)]

    def backlog(self) -> Backlog:
        """Return how much waits, for readiness and metrics."""
        with self.store.read() as connection:
            return _backlog(connection, tuple(Source))

    def waiting(self, source: Source) -> frozenset[str]:
        """Return the submissions of `source` that are not finished."""
        query = select(submissions.c.id).where(submissions.c.source == source, submissions.c.state.in_(OPEN))
        with self.store.read() as connection:
            return frozenset(connection.scalars(query))

    def content_mark(self, adapter: str, recipients: str | None, data: bytes) -> str:
        """Return the keyed hash of what was handed in and how: equal only for the very same."""
        return self._vault.mark("submission", adapter, recipients or "", sha256(data))

    def erased(self) -> frozenset[str]:
        """Return the submissions of the folder with a record whose alert is erased."""
        query = (
            select(submissions.c.id)
            .join(submission_records, submission_records.c.submission == submissions.c.id)
            .join(alerts, alerts.c.sub == submission_records.c.sub)
            .where(submissions.c.source == Source.FOLDER, alerts.c.ended == "erased")
        )
        with self.store.read() as connection:
            return frozenset(connection.scalars(query.distinct()))

    def forget(self, *, now_ms: int) -> int:
        """Delete what is known of finished submissions after their term; return how many those were."""
        over = (
            select(submissions.c.id)
            .where(
                submissions.c.state.not_in(OPEN),
                submissions.c.changed <= now_ms - self.settings.keep_days * DAY_MILLISECONDS,
            )
            .limit(PAGE_ROWS)
        )
        with self.store.read() as connection:
            ids = list(connection.scalars(over))
        if ids:
            with self.store.write() as connection:
                connection.execute(delete(submission_records).where(submission_records.c.submission.in_(ids)))
                connection.execute(delete(submissions).where(submissions.c.id.in_(ids)))
        return len(ids)

    def _check_room(self, connection: Connection, size: int) -> None:
        waiting = _backlog(connection, (Source.HTTP,))
        limits = self.settings
        if waiting.submissions >= limits.max_backlog or waiting.bytes + size > limits.max_backlog_bytes:
            raise IntakeFull("too much waits to be worked off: try again later", retry_seconds=BACKLOG_RETRY_SECONDS)

    def _add(
        self,
        connection: Connection,
        id_: str,
        source: Source,
        *,
        adapter: str,
        actor: str,
        recipients: str | None,
        content: str,
        size: int,
        mark: str | None,
        body: bytes | None,
    ) -> None:
        now = self._clock()
        connection.execute(
            insert(submissions).values(
                id=id_,
                source=source,
                adapter=adapter,
                recipients=recipients,
                actor=actor,
                idempotency_mark=mark,
                content_mark=content,
                state=SubmissionStatus.RECEIVED,
                day=now.date().isoformat(),
                bytes=size,
                created=milliseconds(now),
                changed=milliseconds(now),
                body_sealed=body,
            )
        )

    def _as_record(self, row: Row[Any]) -> SubmittedRecord:
        residue: tuple[dict[str, Any], ...] = ()
        if row.residue_sealed is not None:
            residue = _listed(self._vault.open(row.residue_sealed, place=residue_place(row.submission, row.number)))
        return SubmittedRecord(
            number=row.number,
            line=row.line,
            state=RecordStatus(row.state),
            approval=row.approval,
            jti=row.jti,
            sub=row.sub,
            findings=_listed(row.findings),
            flags=_listed(row.flags),
            residue_count=row.residue,
            residue=residue,
        )


def residue_place(submission: str, number: int) -> str:
    """Name the row that a sealed residue belongs to."""
    return f"submission_records/{submission}/{number}"


def drop_residue(connection: Connection, concerned: Any) -> None:
    """Delete residue and flags of the records that `concerned` selects; that there was residue stays known."""
    connection.execute(update(submission_records).where(concerned).values(residue_sealed=None, flags=None))


def _listed(data: bytes | None) -> tuple[dict[str, Any], ...]:
    return () if data is None else msgspec.json.decode(data, type=tuple[dict[str, Any], ...])


def as_submission(row: Row[Any]) -> Submission:
    """Return a row as what the rest of the gateway sees."""
    return Submission(
        id=row.id,
        source=Source(row.source),
        adapter=row.adapter,
        state=SubmissionStatus(row.state),
        bytes=row.bytes,
        decided=row.position,
        acknowledged=row.acknowledged,
        unchanged=row.unchanged,
        pending=row.pending,
        refused=row.refused,
        residue=row.residue,
        created=row.created,
        changed=row.changed,
    )


def _row(connection: Connection, id_: str) -> Row[Any] | None:
    return connection.execute(select(submissions).where(submissions.c.id == id_)).first()


def _by_mark(connection: Connection, mark: str) -> Row[Any] | None:
    return connection.execute(select(submissions).where(submissions.c.idempotency_mark == mark)).first()


def _backlog(connection: Connection, sources: Sequence[Source]) -> Backlog:
    waiting = submissions.c.state.in_(OPEN) & submissions.c.source.in_(sources)
    query = select(func.count(), func.coalesce(func.sum(submissions.c.bytes), 0)).where(waiting)
    count, size = connection.execute(query).one()
    return Backlog(submissions=count, bytes=int(size))

"""Tell submissions what became of records that waited for a second officer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select, update

from broker.gateway.intake.submission import RecordStatus
from broker.gateway.intake.tables import submission_records, submissions
from contracts.encoding import canonical
from contracts.findings import Finding


def settle_records(
    connection: Connection, approval: str, *, jti: str | None, sub: str | None, finding: Finding | None
) -> None:
    """Note at every record that waits for `approval` its event, or the finding that says why there is none."""
    waits = (submission_records.c.approval == approval) & (submission_records.c.state == RecordStatus.PENDING)
    counts = select(submission_records.c.submission, func.count()).where(waits)
    state = RecordStatus.ACKNOWLEDGED if finding is None else RecordStatus.REFUSED
    column = submissions.c[state.value]
    for submission, count in connection.execute(counts.group_by(submission_records.c.submission)).all():
        connection.execute(
            update(submissions)
            .where(submissions.c.id == submission)
            .values({"pending": submissions.c.pending - count, column.name: column + count})
        )
    said = None if finding is None else canonical([finding.to_json()])
    values: dict[str, Any] = {"state": state, "jti": jti, "sub": sub, "findings": said}
    connection.execute(update(submission_records).where(waits).values(**values))

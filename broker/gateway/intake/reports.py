"""Write beside a file of the watched folder what became of it. Only the owner of the folder can read it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from broker.gateway.intake.intake import Intake
from broker.gateway.intake.submission import Submission, SubmittedRecord

REPORT, RESIDUE = ".report.json", ".residue.json"
ENDINGS = (REPORT, RESIDUE)
FILE_MODE = 0o600


def write_reports(place: Path, name: str, submission: Submission, intake: Intake) -> None:
    """Write the report of the file `name`, and what its events do not carry if there is any; again writes the same.

    Crash in the middle of one: a hidden part is left, and replaced the next time.
    """
    _write(place / f"{name}{REPORT}", _report(submission, intake))
    if submission.residue:
        _write(place / f"{name}{RESIDUE}", _residue(submission, intake))


def _report(submission: Submission, intake: Intake) -> Iterator[str]:
    """Spell the report page by page: a long file needs little memory."""
    head = json.dumps(submission.to_json(), indent=1)[:-2]
    yield f'{head},\n "records": ['
    for n, record in enumerate(_records(submission, intake)):
        yield f"{',' if n else ''}\n  {json.dumps(record.to_json(with_residue=False))}"
    yield "\n ]\n}\n"


def _residue(submission: Submission, intake: Intake) -> Iterator[str]:
    yield "["
    found = (record for record in _records(submission, intake) if record.residue)
    for n, record in enumerate(found):
        shown: dict[str, Any] = {"line": record.line, "number": record.number, "residue": list(record.residue)}
        yield f"{',' if n else ''}\n {json.dumps(shown, ensure_ascii=False)}"
    yield "\n]\n"


def _records(submission: Submission, intake: Intake) -> Iterator[SubmittedRecord]:
    after = 0
    while page := intake.records(submission.id, after=after):
        yield from page
        after = page[-1].number


def _write(path: Path, parts: Iterator[str]) -> None:
    """Write a file that appears whole."""
    part = path.with_name(f".{path.name}")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)

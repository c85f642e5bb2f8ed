"""Watch a folder: `in/ -> work/<submission>/ -> done/<submission>/ | refused/<submission>/`.

A file is moved by renaming, so it is always in exactly one place. Each submission has a folder of its own under
its id: two files of one name never meet, and file and report move on together in one rename. Names of files may
be personal; they stay in the folder and reach neither logs nor the database.

What a crash leaves in `work/` is enough to go on: a folder without a row is adopted, one whose row is finished is
reported and moved, one that is empty is removed. All four folders must lie on one file system.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from broker.gateway.intake.intake import Intake
from broker.gateway.intake.submission import OPEN, Submission, SubmissionStatus, SubmittedRecord
from contracts.errors import UsageError
from contracts.identifiers import is_event_id

REPORT, RESIDUE = ".report.json", ".residue.json"
UNFINISHED = (".part", ".tmp")
"""Endings of files that somebody still writes, beside names that begin with a dot."""
FOLDER_MODE, FILE_MODE = 0o700, 0o600

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a file looked like, and since when (monotonic seconds)."""

    inode: int
    size: int
    changed_ns: int
    since: float


class WatchedFolder:
    """Move files through the folder. Used by one task; `seen` is only patience and may be lost."""

    def __init__(
        self,
        root: Path,
        *,
        intake: Intake,
        adapter: str,
        actor: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = {name: root / name for name in ("in", "work", "done", "refused")}
        self._intake = intake
        self._adapter = adapter
        self._actor = actor
        self._monotonic = monotonic
        self._seen: dict[str, _Seen] = {}
        self._told: set[str] = set()

    def prepare(self) -> None:
        """Make the folders, for their owner alone.

        Raises:
            UsageError: one cannot be made, or they lie on several file systems.
        """
        try:
            for place in self._places.values():
                place.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            devices = {place.stat().st_dev for place in self._places.values()}
        except OSError as fault:
            raise UsageError(f"intake.folder: {fault.filename}: {fault.strerror}") from fault
        if len(devices) > 1:
            raise UsageError("intake.folder: in, work, done and refused must lie on one file system")

    def step(self) -> int:
        """Take what lies ready, adopt what a crash left, move on what is finished; return how many moved."""
        return self._finish() + self._take()

    def read(self, submission: str) -> bytes | None:
        """Return the file of a submission in work, None when somebody took it away."""
        file = _file(self._places["work"] / submission)
        try:
            return None if file is None else file.read_bytes()
        except OSError:
            return None

    def _take(self) -> int:
        taken = 0
        names = set()
        for entry in sorted(self._entries("in")):
            names.add(entry.name)
            if self._is_settled(entry):
                taken += self._move_in(entry)
        self._seen = {name: seen for name, seen in self._seen.items() if name in names}
        self._told &= names
        return taken

    def _is_settled(self, entry: Path) -> bool:
        """Tell whether a file has stood still long enough to be whole."""
        if entry.name.startswith(".") or entry.name.endswith(UNFINISHED):
            return False
        try:
            found = entry.lstat()
        except OSError:
            return False  # it went away again
        if not stat.S_ISREG(found.st_mode):
            self._tell(entry.name, "not-a-file")
            return False
        if not os.access(entry, os.R_OK):
            self._tell(entry.name, "not-readable")
            return False
        now, seen = self._monotonic(), self._seen.get(entry.name)
        if seen is None or (seen.inode, seen.size, seen.changed_ns) != (found.st_ino, found.st_size, found.st_mtime_ns):
            self._seen[entry.name] = _Seen(found.st_ino, found.st_size, found.st_mtime_ns, now)
            return False
        return now - seen.since >= self._intake.settings.settle_seconds

    def _move_in(self, entry: Path) -> int:
        """Give a file its submission.

        Crash after the folder is made: it is empty and removed. After the rename: the folder has no row
        and is adopted. After the row: the worker has it.
        """
        submission = self._intake.new_id()
        place = self._places["work"] / submission
        try:
            place.mkdir(mode=FOLDER_MODE)
            entry.rename(place / entry.name)
        except OSError:
            self._tell(entry.name, "not-movable")
            _remove_empty(place)
            return 0
        self._seen.pop(entry.name, None)
        return self._adopt(place)

    def _adopt(self, place: Path) -> int:
        file = _file(place)
        if file is None:
            _remove_empty(place)
            return 0
        self._intake.adopt(place.name, adapter=self._adapter, actor=self._actor, size=file.stat().st_size)
        return 1

    def _finish(self) -> int:
        moved = 0
        for place in sorted(self._entries("work")):
            if not is_event_id(place.name):
                self._tell(place.name, "not-ours")
                continue
            try:
                submission = self._intake.submission(place.name)
            except UsageError:
                moved += self._adopt(place)
                continue
            if submission.state not in OPEN:
                self._move_out(place, submission)
                moved += 1
        return moved

    def _move_out(self, place: Path, submission: Submission) -> None:
        """Write the report and move both on.

        Crash before the rename: report and rename again, with the same content. Crash after: nothing is left to do.
        """
        file = _file(place)
        name = "lost" if file is None else file.name
        _write(place / f"{name}{REPORT}", self._report(submission))
        if submission.residue:
            _write(place / f"{name}{RESIDUE}", self._residue(submission))
        target = "done" if submission.state is SubmissionStatus.DONE else "refused"
        place.rename(self._places[target] / place.name)
        _log.info("submission.moved", ref=submission.id, state=target)

    def _report(self, submission: Submission) -> Iterator[str]:
        """Spell the report page by page: a long file needs little memory."""
        head = json.dumps(submission.to_json(), indent=1)[:-2]
        yield f'{head},\n "records": ['
        for n, record in enumerate(self._records(submission)):
            yield f"{',' if n else ''}\n  {json.dumps(record.to_json(with_residue=False))}"
        yield "\n ]\n}\n"

    def _residue(self, submission: Submission) -> Iterator[str]:
        """Spell the values that the events do not carry; they are national data, for the owner of the file alone."""
        yield "["
        found = (record for record in self._records(submission) if record.residue)
        for n, record in enumerate(found):
            shown: dict[str, Any] = {"line": record.line, "number": record.number, "residue": list(record.residue)}
            yield f"{',' if n else ''}\n {json.dumps(shown, ensure_ascii=False)}"
        yield "\n]\n"

    def _records(self, submission: Submission) -> Iterator[SubmittedRecord]:
        after = 0
        while page := self._intake.records(submission.id, after=after):
            yield from page
            after = page[-1].number

    def _entries(self, name: str) -> list[Path]:
        try:
            return list(self._places[name].iterdir())
        except OSError as fault:
            _log.error("intake.unreadable", state=name, fault=type(fault).__name__)
            return []

    def _tell(self, name: str, reason: str) -> None:
        """Log once that an entry is left where it is; its name stays out of the log."""
        if name not in self._told:
            self._told.add(name)
            _log.warning("intake.left", reason=reason)


def _file(place: Path) -> Path | None:
    """Return the one file that was handed in: our reports beside it have its name and more."""
    try:
        files = [entry for entry in place.iterdir() if not entry.name.startswith(".") and entry.is_file()]
    except OSError:
        return None
    return min(files, key=lambda file: len(file.name), default=None)


def _write(path: Path, parts: Iterator[str]) -> None:
    """Write a file that appears whole and that its owner alone can read."""
    part = path.with_name(f".{path.name}")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _remove_empty(place: Path) -> None:
    try:
        place.rmdir()
    except OSError:
        return

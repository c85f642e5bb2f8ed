"""Watch a folder: `in/ -> work/<submission>/ -> done/<submission>/ | refused/<submission>/`.

A file is moved by renaming, so it is always in exactly one place. Each submission has a folder of its own under
its id: two files of one name never meet, and file and report move on together in one rename. Names of files may
be personal; they stay in the folder and reach neither logs nor the database.

What a crash leaves in `work/` is enough to go on: a folder without a row is adopted, one whose row is finished is
reported and moved, one that is empty is removed. All four folders must lie on one file system.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import structlog

from broker.gateway.intake.intake import DAY_MILLISECONDS, Intake
from broker.gateway.intake.reports import ENDINGS, REPORT, write_reports
from broker.gateway.intake.submission import OPEN, Source, Submission, SubmissionStatus
from contracts.errors import StoreBusy, Unknown, UsageError
from contracts.identifiers import is_event_id

UNFINISHED = (".part", ".tmp")
"""Endings of files that somebody still writes, beside names that begin with a dot."""
LOST = "lost"
"""What the report of a file is named after that was taken away from `work/`."""
FOLDER_MODE = 0o700
_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK

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
        self._told: set[Path] = set()

    def prepare(self) -> None:
        """Make the folders that are not there, for their owner alone.

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
        """Move on what is finished, adopt what a crash left, take what lies ready; return how many moved.

        Raises:
            StoreBusy: the folder cannot be read or written now; everything in it stays where it is.
        """
        try:
            waiting = self._intake.waiting(Source.FOLDER)
            return self._finish(waiting) + self._take(len(waiting))
        except OSError as fault:
            raise _unusable(fault) from fault

    def read(self, submission: str) -> bytes | None:
        """Return the file of a submission in work, None when somebody took it away, or the right to read it.

        Raises:
            StoreBusy: the disk does not give it now.
        """
        try:
            file = _file(self._places["work"] / submission)
            return None if file is None else _contents(file)
        except (FileNotFoundError, PermissionError):
            return None
        except OSError as fault:
            raise _unusable(fault) from fault

    def clean(self, *, now_ms: int) -> int:
        """Remove what is kept no longer: whole submissions after their term, files of which an alert was erased.

        A file goes as a whole: its other records are acknowledged, so whoever handed it in needs no copy here. The
        report stays. Crash in between: what is left is found again the next time.

        Raises:
            StoreBusy: the folder cannot be read or written now.
        """
        erased, gone = self._intake.erased(), 0
        term = now_ms - self._intake.settings.keep_days * DAY_MILLISECONDS
        try:
            for place in [*self._places["done"].iterdir(), *self._places["refused"].iterdir()]:
                if not is_event_id(place.name):
                    continue
                if _created(place.name) <= term and not self._is_known(place.name):
                    shutil.rmtree(place)
                    gone += 1
                elif place.name in erased:
                    gone += _remove_content(place)
        except OSError as fault:
            raise _unusable(fault) from fault
        return gone

    def _take(self, waiting: int) -> int:
        taken = 0
        names = set()
        for entry in sorted(self._places["in"].iterdir()):
            names.add(entry.name)
            if self._is_settled(entry) and waiting + taken < self._intake.settings.max_backlog:
                taken += self._move_in(entry)
        self._seen = {name: seen for name, seen in self._seen.items() if name in names}
        self._told = {path for path in self._told if path.is_symlink() or path.exists()}
        return taken

    def _is_settled(self, entry: Path) -> bool:
        """Tell whether a file has stood still long enough to be whole."""
        if entry.name.startswith(".") or entry.name.endswith(UNFINISHED):
            return False
        try:
            found = entry.lstat()
        except FileNotFoundError:
            return False  # it went away again
        if (reason := _unfit(entry, found)) is not None:
            self._leave(entry, reason)
            return False
        now, seen = self._monotonic(), self._seen.get(entry.name)
        if seen is None or (seen.inode, seen.size, seen.changed_ns) != (found.st_ino, found.st_size, found.st_mtime_ns):
            self._seen[entry.name] = _Seen(found.st_ino, found.st_size, found.st_mtime_ns, now)
            return False
        return now - seen.since >= self._intake.settings.settle_seconds

    def _move_in(self, entry: Path) -> int:
        """Give a file its submission.

        Crash after the folder is made: it is empty and removed. After the rename: the folder has no row
        and is adopted. After the row: the worker has it. The rename is on disk before the row is.
        """
        place = self._places["work"] / self._intake.new_id()
        place.mkdir(mode=FOLDER_MODE)
        try:
            entry.rename(place / entry.name)
        except OSError:
            place.rmdir()
            self._leave(entry, "not-movable")
            return 0
        for folder in (place, self._places["work"], self._places["in"]):
            _sync(folder)
        self._seen.pop(entry.name, None)
        return self._adopt(place)

    def _adopt(self, place: Path) -> int:
        file = _file(place)
        if file is None:
            if any(place.iterdir()):
                self._leave(place, "not-a-file")
            else:
                place.rmdir()
            return 0
        _sync(file)
        size = file.stat().st_size
        data = b"" if size > self._intake.settings.max_file_bytes else _contents(file)
        self._intake.adopt(place.name, adapter=self._adapter, actor=self._actor, size=size, data=data)
        return 1

    def _finish(self, waiting: Collection[str]) -> int:
        moved = 0
        for place in sorted(self._places["work"].iterdir()):
            if place.name in waiting:
                continue
            if not is_event_id(place.name):
                self._leave(place, "not-ours")
                continue
            try:
                submission = self._intake.submission(place.name)
            except Unknown:
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
        write_reports(place, LOST if file is None else file.name, submission, self._intake)
        target = "done" if submission.state is SubmissionStatus.DONE else "refused"
        place.rename(self._places[target] / place.name)
        _log.info("submission.moved", ref=submission.id, state=target)

    def _is_known(self, submission: str) -> bool:
        try:
            self._intake.submission(submission)
        except Unknown:
            return False
        return True

    def _leave(self, entry: Path, reason: str) -> None:
        """Log once that an entry is left where it is; its name stays out of the log."""
        if entry not in self._told:
            self._told.add(entry)
            _log.warning("intake.left", reason=reason)


def _unfit(entry: Path, found: os.stat_result) -> str | None:
    """Say why an entry is never taken, None when it may be."""
    if not stat.S_ISREG(found.st_mode):
        return "not-a-file"
    if entry.name.endswith(ENDINGS):
        return "report"
    return None if os.access(entry, os.R_OK) else "not-readable"


def _file(place: Path) -> Path | None:
    """Return the one file that was handed in: a regular one, and none of our reports."""
    found = (entry for entry in sorted(place.iterdir()) if not entry.name.startswith("."))
    own = (entry for entry in found if not entry.name.endswith(ENDINGS))
    return next((entry for entry in own if stat.S_ISREG(entry.lstat().st_mode)), None)


def _created(id_: str) -> int:
    """Return the instant in a UUIDv7, in milliseconds (RFC 9562 §5.7)."""
    return UUID(id_).int >> 80


def _contents(file: Path) -> bytes:
    """Read a file that is no link, even if somebody has put one there since."""
    with os.fdopen(os.open(file, _READING), "rb") as opened:
        return opened.read()


def _sync(path: Path) -> None:
    handle = os.open(path, _READING)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_content(place: Path) -> int:
    """Remove what holds national values; return how many files that were."""
    concerned = [entry for entry in place.iterdir() if not entry.name.endswith(REPORT)]
    for entry in concerned:
        entry.unlink()
    return len(concerned)


def _unusable(fault: OSError) -> StoreBusy:
    _log.error("intake.folder-fault", fault=type(fault).__name__)
    return StoreBusy(f"the watched folder cannot be used: {os.strerror(fault.errno or 0)}")

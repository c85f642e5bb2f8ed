"""Keep a store in one SQLite file: the default, for one gateway on one machine.

Write-ahead log, `synchronous=FULL` (a commit is on disk when it returns), `secure_delete` (freed
pages are overwritten), foreign keys on. `BEGIN IMMEDIATE` lets one writer in at a time.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from contracts.errors import BakenError, StoreBusy, StoreCorrupt, UsageError

BUSY_SECONDS = 30.0
"""How long a writer waits for another process (the command line beside the gateway) before it says `StoreBusy`."""
RETRY_SECONDS = 0.01
PURGE_MILLISECONDS = 100
"""How long a purge waits for readers of the old state."""
PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
)
WAL = "PRAGMA journal_mode=WAL"
_UNUSABLE = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM})
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CONSTRAINT})


class SqliteFile:
    """The file at `path`, readable by its owner alone; made when it is absent."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # SQLite gives its -wal and -shm files the mode of the main file. A file that exists is left
            # alone: closing it would give up the locks that other connections of this process hold.
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as fault:
            raise UsageError(f"cannot write {path}: {fault.strerror}") from fault
        self._path = path
        self.writing: Mapping[str, Any] = {"baken_begin": "BEGIN IMMEDIATE"}
        self.reading: Mapping[str, Any] = {"baken_begin": "BEGIN"}
        self.engine = create_engine(
            f"sqlite:///{path}",
            hide_parameters=True,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        )
        event.listen(self.engine, "connect", _connected)
        event.listen(self.engine, "begin", _begun)

    def claim(self, connection: Connection) -> None:
        """Do nothing: `BEGIN IMMEDIATE` has let this writer in."""

    def prepare(self, connection: Connection) -> None:
        """Do nothing: a file needs no schema."""

    def translated(self, fault: DBAPIError) -> BakenError:
        """Return what a failure of the driver means to the caller."""
        # Extended result codes carry the primary one in their low byte.
        primary = getattr(fault.orig, "sqlite_errorcode", 0) & 0xFF
        name = getattr(fault.orig, "sqlite_errorname", type(fault.orig).__name__)
        if primary in _UNUSABLE:
            return UsageError(f"cannot write {self._path} ({name})")
        if primary in _CORRUPT:
            return StoreCorrupt(f"the database contradicts itself or is damaged ({name})")
        return StoreBusy(f"the database did not take the transaction ({name})")

    def purge(self) -> bool:
        """Write the log back into the file and cut it to nothing, so that overwritten bytes are gone from both."""
        with self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - the URL says so
            # A waiting checkpoint would hold up every task of this process: look, and come again.
            driver.execute(f"PRAGMA busy_timeout={PURGE_MILLISECONDS}")
            busy: int = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            driver.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
        return busy == 0

    def sound(self, connection: Connection) -> bool:
        """Run SQLite's own integrity and foreign key checks."""
        whole = connection.scalar(text("PRAGMA integrity_check")) == "ok"
        return whole and connection.execute(text("PRAGMA foreign_key_check")).first() is None

    @contextmanager
    def only_one(self) -> Iterator[Callable[[], None]]:
        """Hold an exclusive lock on a file beside the database; the kernel gives it back however the process ends."""
        path = self._path.with_suffix(".lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                raise UsageError(f"another gateway process works on {path}: stop it first") from fault
            yield lambda: None
        finally:
            os.close(descriptor)


def _connected(driver: sqlite3.Connection, _record: Any) -> None:
    driver.isolation_level = None  # the driver must not begin transactions behind our back
    _use_log(driver)
    for pragma in PRAGMAS:
        driver.execute(pragma)


def _use_log(driver: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; for this lock alone, on a new file, SQLite does not wait by itself."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            driver.execute(WAL)
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def _begun(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("baken_begin", "BEGIN"))

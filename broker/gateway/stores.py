"""Open the two databases of a gateway with the guarantees that its promises rest on.

SQLite by default: write-ahead log, `synchronous=FULL` (a commit is on disk when it returns),
`secure_delete` (freed pages are overwritten), foreign keys on. The tables use nothing that
PostgreSQL lacks; the pragmas and `BEGIN IMMEDIATE` are applied on SQLite alone.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from contracts.errors import StoreBusy, StoreCorrupt, UsageError

BUSY_SECONDS = 30.0
"""How long a writer waits for another process (the command line beside the gateway) before it says `StoreBusy`."""
PURGE_MILLISECONDS = 100
"""How long a purge waits for readers of the old state."""
SCHEMA = 1
"""Version of the tables; a database of another version is refused, never guessed at."""

_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
)


def facts_table(metadata: MetaData) -> Table:
    """Return the table of single numbers that every database has: its schema, its generation."""
    return Table(
        "facts",
        metadata,
        Column("name", String(40), primary_key=True),
        Column("value", BigInteger, nullable=False),
    )


class Store:
    """One database. Each gateway process owns its connections; between processes SQLite's lock decides."""

    def __init__(self, engine: Engine, metadata: MetaData) -> None:
        self._engine = engine
        self._facts = metadata.tables["facts"]
        self._fact = select(self._facts.c.value).where(self._facts.c.name == bindparam("its_name"))
        with self.write() as connection:
            metadata.create_all(connection)
            schema = self.fact(connection, "schema")
            if schema is None:
                connection.execute(insert(self._facts).values(name="schema", value=SCHEMA))
        if schema not in (None, SCHEMA):
            self.close()
            raise UsageError(
                f"the database has schema {schema}, this version needs {SCHEMA}: use the version that wrote it"
            )

    @classmethod
    def open_file(cls, path: Path, metadata: MetaData) -> Store:
        """Open the SQLite file at `path`, readable by its owner alone; make it when it is absent.

        Raises:
            StoreBusy: another process holds it beyond `BUSY_SECONDS`, or the disk is full.
            StoreCorrupt: the file is not a sound database.
            UsageError: the folder cannot be written, or the tables have another version.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # SQLite gives its -wal and -shm files the mode of the main file.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as fault:
            raise UsageError(f"cannot write {path}: {fault.strerror}") from fault
        return cls(open_engine(f"sqlite:///{path}"), metadata)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run one writing transaction; it is on disk when the block ends without an exception."""
        with _translated(), self._engine.connect() as connection:
            connection.execution_options(baken_begin="BEGIN IMMEDIATE")
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Run one reading transaction over a single state of the database."""
        with _translated(), self._engine.connect() as connection, connection.begin():
            yield connection

    def fact(self, connection: Connection, name: str) -> int | None:
        """Return the number kept under `name`, if any."""
        value: int | None = connection.scalar(self._fact, {"its_name": name})
        return value

    def purge(self) -> bool:
        """Write the log back into the file and cut it to nothing, so that overwritten bytes are gone from both.

        Returns False when a reader of another process still needs the log: ask again later.
        """
        if self._engine.dialect.name != "sqlite":
            return True
        with _translated(), self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - the dialect says so
            # A waiting checkpoint would hold up every task of this process: look, and come again.
            driver.execute(f"PRAGMA busy_timeout={PURGE_MILLISECONDS}")
            busy: int = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            driver.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
        return busy == 0

    def close(self) -> None:
        """Give up every connection."""
        self._engine.dispose()


def open_engine(url: str) -> Engine:
    """Return an engine with our transaction rules; no statement value ever reaches an exception's text."""
    if not url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True)
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _connect(driver: sqlite3.Connection, _record: Any) -> None:
        driver.isolation_level = None  # the driver must not begin transactions behind our back
        for pragma in PRAGMAS:
            driver.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("baken_begin", "BEGIN"))

    return engine


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as fault:
        # Extended result codes carry the primary one in their low byte.
        primary = getattr(fault.orig, "sqlite_errorcode", 0) & 0xFF
        if primary in _CORRUPT:
            raise StoreCorrupt("the database file is damaged") from fault
        if primary == sqlite3.SQLITE_CONSTRAINT:
            raise StoreCorrupt("a row contradicts the database") from fault
        raise StoreBusy("the database did not take the transaction") from fault


def check(connection: Connection) -> bool:
    """Tell whether the database is sound (SQLite's own integrity and foreign key checks)."""
    if connection.dialect.name != "sqlite":
        return True
    sound = connection.scalar(text("PRAGMA integrity_check")) == "ok"
    return sound and connection.execute(text("PRAGMA foreign_key_check")).first() is None

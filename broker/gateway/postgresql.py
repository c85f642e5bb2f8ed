"""Keep a store in a schema of a PostgreSQL database: for gateways whose data must outlive one machine.

A transaction-level advisory lock lets one writer in at a time, as SQLite does: whoever writes sees
everything that was committed before (decision record 0011). Readers wait for nobody. Passwords come
from libpq's own places (`passfile`, `PGPASSFILE`, client certificates) and never stand in a URL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from contracts.errors import BakenError, StoreBusy, StoreCorrupt, UsageError

SCHEME = "postgresql+psycopg"
BUSY_MILLISECONDS = 30_000
"""How long a writer waits for another before it says `StoreBusy`."""
HUNG_MILLISECONDS = 60_000
"""After this long without a statement the server ends a transaction: a hung process holds up nobody for ever."""
CONNECTING = {
    # A database in SQL_ASCII, which `initdb` makes where no locale is set, would otherwise answer in bytes.
    "client_encoding": "utf8",
    "connect_timeout": 10,
    # A server that is gone without a word is noticed within a minute.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
_SESSION = (
    "SELECT set_config('search_path', %s, false), set_config('lock_timeout', %s, false), "
    "set_config('idle_in_transaction_session_timeout', %s, false), "
    # A commit is on disk when it returns, whatever the server's default is.
    "CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', false) END"
)
_FORBIDDEN = "42501"
_NO_ANSWER = "no answer: check that it runs, and the user, passfile and database name in the URL"
"""Why a connection failed is told in words alone, in the server's language; they are its own log's to tell."""
_CORRUPT = frozenset({"22", "23", "42", "XX"})
"""Classes of SQLSTATE: a value that does not fit, a broken constraint, other tables than ours, damage found."""


class PostgresSchema:
    """The schema `baken_<name>` of the database that `url` names; one database per gateway."""

    def __init__(self, url: str, name: str) -> None:
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError):
            raise UsageError(f"stores.{name}: not a URL") from None
        if parsed.drivername != SCHEME:
            raise UsageError(f"stores.{name}: a file path, or a URL that begins with {SCHEME}://")
        if parsed.password is not None:
            raise UsageError(f"stores.{name}: keep the password out of the URL; name a file with ?passfile=...")
        self._schema = f"baken_{name}"
        self.writing: Mapping[str, Any] = {"isolation_level": "READ COMMITTED"}
        self.reading: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self.engine: Engine = create_engine(
            parsed,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"application_name": self._schema, **CONNECTING},
        )
        settings = (self._schema, str(BUSY_MILLISECONDS), str(HUNG_MILLISECONDS))

        def connected(driver: Any, _record: Any) -> None:
            driver.autocommit = True
            driver.execute(_SESSION, settings)
            driver.autocommit = False

        event.listen(self.engine, "connect", connected)

    def claim(self, connection: Connection) -> None:
        """Wait until no other writer is at work; the lock goes with the transaction."""
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self._key("writer")})

    def prepare(self, connection: Connection) -> None:
        """Make the schema where it is absent."""
        if connection.scalar(text("SELECT to_regnamespace(:name)"), {"name": self._schema}) is None:
            connection.execute(text(f"CREATE SCHEMA {self._schema}"))

    def translated(self, fault: DBAPIError) -> BakenError:
        """Return what a failure of the driver or the server means to the caller.

        The server's own text may quote a row: only its SQLSTATE is told.
        """
        state = getattr(fault.orig, "sqlstate", None) or ""
        if state == _FORBIDDEN:
            return UsageError(f"{self._schema}: its role may not do this: let it own the database, or the schema in it")
        if state[:2] in _CORRUPT or type(fault.orig).__name__ == "DataError":
            return StoreCorrupt(f"the database contradicts itself or is damaged ({state or 'value'})")
        return StoreBusy(f"the database server did not take the transaction ({state or _NO_ANSWER})")

    def purge(self) -> bool:
        """Return True: old row versions go by the server's vacuum, and its log and backups are its operator's."""
        return True

    def sound(self, connection: Connection) -> bool:
        """Tell that the server answers: it checks constraints itself, and damage where checksums are on."""
        return bool(connection.scalar(text("SELECT 1")))

    @contextmanager
    def only_one(self) -> Iterator[Callable[[], None]]:
        """Hold an advisory lock on a session of its own; what is yielded makes sure that it is held still."""
        session = _Session(self.engine, self._key("gateway"))
        session.hold()
        try:
            yield session.hold
        finally:
            session.close()

    def _key(self, what: str) -> int:
        digest = hashlib.sha256(f"{self._schema}/{what}".encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)


class _Session:
    """A connection outside the pool whose only purpose is the lock it holds."""

    def __init__(self, engine: Engine, key: int) -> None:
        self._engine = engine
        self._key = key
        self._connection: Connection | None = None

    def hold(self) -> None:
        """Take the lock, or look whether it is held; when the session was lost, take it again.

        Raises:
            UsageError: another gateway process has it.
            StoreBusy: the server does not answer; nobody can write, so nobody needs the lock.
        """
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
            except DBAPIError:
                self.close()
            else:
                return
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}):
            connection.close()
            raise UsageError("another gateway process works on this database: stop it first")
        self._connection = connection

    def close(self) -> None:
        """End the session, and the lock with it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

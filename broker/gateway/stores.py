"""Open the two databases of a gateway with the guarantees that its promises rest on.

One writer at a time, who sees everything committed before; a commit is on disk when it returns;
readers see one state and wait for nobody. How SQLite and PostgreSQL give these guarantees stands in
`sqlite.py` and `postgresql.py`; everything else in the gateway is the same for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Select, String, bindparam, column, insert, select, table, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from broker.gateway.migrations import HEADS, VERSION_TABLE
from broker.gateway.sqlite import SqliteFile
from contracts.errors import BakenError, StoreBusy

_FACTS = table("facts", column("name"), column("value"))
_FACT = select(_FACTS.c.value).where(_FACTS.c.name == bindparam("its_name"))
_PROBE = update(_FACTS).where(_FACTS.c.name == "probe").values(value=bindparam("its_value"))
_FIRST_PROBE = insert(_FACTS).values(name="probe", value=bindparam("value"))
_VERSION: Select[str] = select(column("version_num", String)).select_from(table(VERSION_TABLE))


class Database(Protocol):
    """What differs between databases: options of a transaction, its lock, its failures, its remains."""

    engine: Engine
    writing: Mapping[str, Any]
    reading: Mapping[str, Any]

    def claim(self, connection: Connection) -> None:
        """Let this writer in once no other is at work."""

    def prepare(self, connection: Connection) -> None:
        """Make what tables stand in."""

    def translated(self, fault: DBAPIError) -> BakenError:
        """Return what a failure means to the caller, without any value of a row."""

    def purge(self) -> bool:
        """See `Store.purge`."""

    def sound(self, connection: Connection) -> bool:
        """Check what the database can check itself."""

    def only_one(self) -> AbstractContextManager[Callable[[], None]]:
        """See `Store.only_one`."""


class Store:
    """One database. Each gateway process owns its connections; between processes the database's lock decides."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._engine = database.engine
        with ExitStack() as failing:
            failing.callback(self.close)
            self._upgrade(name)
            failing.pop_all()

    @classmethod
    def open(cls, place: Path | str, name: str) -> Store:
        """Open the store `name` (`outbox` or `inbox`) at a file path or PostgreSQL URL; make or upgrade its tables.

        Raises:
            StoreBusy: another process holds it too long, the disk is full, or the server does not answer.
            StoreCorrupt: the file is not a sound database.
            UsageError: it cannot be written, or its tables are those of a newer version or another store.
        """
        if isinstance(place, Path):
            return cls(SqliteFile(place), name)
        from broker.gateway.postgresql import PostgresSchema  # noqa: PLC0415 - 0.2 s that only its users need

        return cls(PostgresSchema(place, name), name)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run one writing transaction; it is on disk when the block ends without an exception.

        A server that goes away during the commit leaves it undecided: `StoreBusy` then means that
        the transaction may have happened. Every caller can repeat what it did.
        """
        with self._translated(), self._engine.connect() as connection:
            connection.execution_options(**self._database.writing)
            with connection.begin():
                self._database.claim(connection)
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Run one reading transaction over a single state of the database."""
        with self._translated(), self._engine.connect() as connection:
            connection.execution_options(**self._database.reading)
            with connection.begin():
                yield connection

    def fact(self, connection: Connection, name: str) -> int | None:
        """Return the number kept under `name`, if any."""
        value: int | None = connection.scalar(_FACT, {"its_name": name})
        return value

    def probe(self, now: int) -> None:
        """Write something to the disk: that a transaction can begin says little of a disk that is full.

        Raises:
            StoreBusy: it cannot be written now.
        """
        with self.write() as connection:
            if not connection.execute(_PROBE, {"its_value": now}).rowcount:
                connection.execute(_FIRST_PROBE, {"value": now})

    def purge(self) -> bool:
        """Make overwritten bytes go from the files as far as this process can.

        Returns False when a reader of another process still needs them: ask again later.
        """
        with self._translated():
            return self._database.purge()

    def sound(self) -> bool:
        """Tell whether the database finds itself sound."""
        with self.read() as connection:
            return self._database.sound(connection)

    @contextmanager
    def only_one(self) -> Iterator[Callable[[], None]]:
        """Be the only gateway process on this store for the block; call what is yielded to make sure that it holds.

        Raises:
            UsageError: another gateway process has this store.
        """
        with self._translated(), self._database.only_one() as hold:

            def held() -> None:
                with self._translated():
                    hold()

            yield held

    def close(self) -> None:
        """Give up every connection."""
        self._engine.dispose()

    def _version(self, connection: Connection) -> str | None:
        if not connection.dialect.has_table(connection, VERSION_TABLE):
            return None
        version: str | None = connection.scalar(_VERSION)
        return version

    def _upgrade(self, name: str) -> None:
        """Bring the tables to this version, in one transaction.

        Crash before the commit: the tables are as they were. Crash after: they are as this version needs them.
        """
        with self.read() as connection:
            if self._version(connection) == HEADS[name]:
                return
        from broker.gateway.migrations.run import upgrade  # noqa: PLC0415 - 0.2 s that only new tables are worth

        with self.write() as connection:
            self._database.prepare(connection)
            upgrade(connection, name, self._version(connection))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as fault:
            # Neither as cause nor in the text: a server quotes rows in what it says of a failure.
            raise self._database.translated(fault) from None
        except PoolTimeoutError:
            raise StoreBusy("every connection is in use") from None

"""Start a throwaway PostgreSQL server from the machine's own packages and make databases in it.

It listens on a socket in a folder of its own, runs as an unprivileged user (PostgreSQL refuses root),
leaves out every flush to disk, and ends with the process that started it, however that ends.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest

from broker.gateway.stores import Store
from broker.settings import Stores
from tests.support.waiting import until

MakePlaces = Callable[[Path], Stores]
"""Says where the stores of a gateway with that folder are."""
ON_BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
"""For modules of gateway tests: once on each database."""
ABSENT = "no PostgreSQL server on this machine: install Debian's package `postgresql`"
TEMPLATE = "baken_template"
_PR_SET_PDEATHSIG = 1
_EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT schemaname, tablename FROM pg_tables
      WHERE schemaname LIKE 'baken%' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I.%I', one.schemaname, one.tablename);
  END LOOP;
  PERFORM setval(format('%I.%I', schemaname, sequencename), 1, false) FROM pg_sequences WHERE schemaname LIKE 'baken%';
END $$
"""
"""Takes every row out, whatever refers to it, after ending whoever is still at work."""
_UNSAFE = ("fsync=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=16MB", "max_connections=60")
"""Tests end processes, not machines."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server; its only user is `postgres`, who needs no password on this socket."""

    socket: Path
    _names: Iterator[int] = field(default_factory=count)
    _used: list[str] = field(default_factory=list)

    def url(self, database: str) -> str:
        """Return the URL of a database as an operator writes it into gateway.toml."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket}"

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run one statement of an administrator."""
        with psycopg.connect(f"host={self.socket} dbname={database} user=postgres", autocommit=True) as connection:
            connection.execute(statement)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Make a database without anything in it, and drop it afterwards."""
        name = f"empty_{next(self._names)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield name
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def database(self) -> Iterator[str]:
        """Give a database with our tables and no row in them; it serves others afterwards, which is faster."""
        if self._used:
            name = self._used.pop()
        else:
            name = f"gateway_{next(self._names)}"
            self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            yield name
        finally:
            self.run(_EMPTY, name)
            self._used.append(name)

    def make_template(self) -> None:
        """Make the database that others are copied from."""
        self.run(f"CREATE DATABASE {TEMPLATE}")
        for name in ("outbox", "inbox"):
            Store.open(self.url(TEMPLATE), name).close()


def programs() -> Path | None:
    """Return the folder with `initdb` and `postgres`, of the newest version where there are several."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def running(binaries: Path) -> Iterator[PostgresServer]:
    """Run a server for the block."""
    folder = Path(tempfile.mkdtemp(prefix="baken-pg-"))
    try:
        become = _unprivileged(folder)
        data = folder / "data"
        making = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"]
        subprocess.run(making, check=True, capture_output=True, cwd=folder, preexec_fn=become)
        options = [text for option in _UNSAFE for text in ("-c", option)]
        serving = [binaries / "postgres", "-D", data, "-k", folder, "-h", "", *options]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(serving, stdout=log, stderr=log, cwd=folder, preexec_fn=become)  # noqa: PLW1509
        try:
            until(lambda: _answers(folder, process))
            yield PostgresServer(folder)
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing here is worth a checkpoint
            process.wait(timeout=30)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server with a template database, for this process of the test run."""
    binaries = programs()
    if binaries is None:
        pytest.skip(ABSENT)
    with running(binaries) as server:
        server.make_template()
        yield server


def places(server: PostgresServer) -> Iterator[MakePlaces]:
    """Yield a function that makes stores in a database of their own; all are dropped at the end."""
    with ExitStack() as stack:

        def make(_folder: Path) -> Stores:
            url = server.url(stack.enter_context(server.database()))
            return Stores(outbox=url, inbox=url)

        yield make


def _answers(folder: Path, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise RuntimeError((folder / "log").read_text())
    try:
        psycopg.connect(f"host={folder} dbname=postgres user=postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _unprivileged(folder: Path) -> Callable[[], None]:
    """Return what a child does before it begins: drop root's rights, and end together with this process."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    account = None
    if os.geteuid() == 0:
        names = {user.pw_name: user for user in pwd.getpwall()}
        account = names.get("postgres") or names["nobody"]
        os.chown(folder, account.pw_uid, account.pw_gid)

    def become() -> None:
        if account is not None:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)

    return become

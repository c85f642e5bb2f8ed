"""A store on a PostgreSQL server needs only its own database, survives lost sessions and tells no secrets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from broker.gateway.stores import Store
from broker.gateway.tables import documents
from broker.settings import Stores
from contracts.errors import StoreBusy, StoreCorrupt, UsageError
from tests.support.postgres import PostgresServer

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = '{}'"
"""Ends every session of a database, as a restart of the server does."""


@pytest.fixture
def empty(postgres: PostgresServer) -> Iterator[str]:
    with postgres.empty() as name:
        yield name


def test_both_stores_share_a_database_and_no_table(postgres: PostgresServer, empty: str) -> None:
    """One URL serves outbox and inbox: each has a schema of its own, made at first use."""
    stores = [Store.open(postgres.url(empty), name) for name in ("outbox", "inbox")]
    for store in stores:
        with store.read() as connection:
            ours = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'baken%' ORDER BY nspname")
            assert list(connection.scalars(ours)) == ["baken_inbox", "baken_outbox"]
    with stores[0].read() as connection:
        assert connection.scalar(text("SELECT to_regclass('events') IS NOT NULL AND to_regclass('entries') IS NULL"))
    for store in stores:
        store.close()


def test_commits_are_flushed_whatever_the_server_prefers(postgres: PostgresServer, empty: str) -> None:
    """A server whose default is to flush later does so for others, not for a gateway."""
    postgres.run(f"ALTER DATABASE {empty} SET synchronous_commit = off")
    store = Store.open(postgres.url(empty), "outbox")
    with store.read() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
    store.close()


def test_a_reader_cannot_write(postgres: PostgresServer, empty: str) -> None:
    """What claims to read is held to it by the server."""
    store = Store.open(postgres.url(empty), "outbox")
    with pytest.raises(StoreBusy, match="25006"), store.read() as connection:
        connection.execute(insert(documents).values(name="fresh", value=b"x"))
    store.close()


def test_lost_sessions_are_replaced(postgres: PostgresServer, empty: str) -> None:
    """After a restart of the server the gateway goes on; a transaction it interrupts can be repeated."""
    store = Store.open(postgres.url(empty), "outbox")

    def write(*, interrupted: bool) -> None:
        with store.write() as connection:
            if interrupted:
                postgres.run(OTHERS.format(empty))
            connection.execute(insert(documents).values(name="fresh", value=b"x"))

    with pytest.raises(StoreBusy):
        write(interrupted=True)
    postgres.run(OTHERS.format(empty))
    write(interrupted=False)
    store.close()


def test_a_lock_whose_session_was_lost_is_taken_again(postgres: PostgresServer, empty: str) -> None:
    """A lost session loses the lock; the process takes it again, or learns that another was faster."""
    store, other = (Store.open(postgres.url(empty), "outbox") for _ in range(2))
    with store.only_one() as hold:
        postgres.run(OTHERS.format(empty))
        hold()
        with pytest.raises(UsageError, match="another gateway"), other.only_one():
            pass
        postgres.run(OTHERS.format(empty))
        with other.only_one(), pytest.raises(UsageError, match="another gateway"):
            hold()
    store.close()
    other.close()


def test_settings_take_a_path_or_a_url() -> None:
    """A path is relative to its file, a URL stays as it is written."""
    url = "postgresql+psycopg://gateway@db.example/gateway?passfile=/etc/baken/pgpass"
    read = Stores.model_validate({"outbox": "outbox.db", "inbox": url}, context={"base": Path("/etc/baken")})
    assert (read.outbox, read.inbox) == (Path("/etc/baken/outbox.db"), url)


def test_a_password_in_the_url_is_refused_without_a_word_of_it(postgres: PostgresServer) -> None:
    """Configuration files are copied and shown around: a password belongs into a file of its own."""
    with pytest.raises(UsageError, match="passfile") as caught:
        Store.open("postgresql+psycopg://gateway:PLANTED@localhost/gateway", "outbox")
    assert "PLANTED" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://localhost/gateway", "nonsense"])
def test_other_urls_are_refused(url: str) -> None:
    """Only PostgreSQL through this driver is supported, and a URL must be one."""
    with pytest.raises(UsageError, match=r"stores\.outbox"):
        Store.open(url, "outbox")


def test_a_role_without_rights_is_told_what_it_needs(postgres: PostgresServer, empty: str) -> None:
    """A role that may not make tables gets a remedy, not a stack of SQL."""
    postgres.run("CREATE ROLE guest LOGIN")
    try:
        with pytest.raises(UsageError, match="let it own the database"):
            Store.open(postgres.url(empty).replace("postgres@", "guest@"), "outbox")
    finally:
        postgres.run("DROP ROLE guest")


def test_a_server_that_does_not_answer_is_busy(postgres: PostgresServer) -> None:
    """Nothing is decided: the caller tries again, and an operator is told what to look at."""
    nobody = postgres.url("gateway").replace(str(postgres.socket), str(postgres.socket / "nobody"))
    for url in (nobody, postgres.url("absent")):
        with pytest.raises(StoreBusy, match="database name in the URL"):
            Store.open(url, "outbox")


def test_a_value_that_does_not_fit_is_corrupt_and_not_quoted(postgres: PostgresServer, empty: str) -> None:
    """Too long, or with a NUL that the server's text cannot hold: refused by the database, never cut."""
    store = Store.open(postgres.url(empty), "outbox")
    for value in ("PLANTED" * 20, "PLANTED\x00"):
        with pytest.raises(StoreCorrupt) as caught, store.write() as connection:
            connection.execute(insert(documents).values(name=value, value=b"x"))
        assert "PLANTED" not in str(caught.value)
    store.close()

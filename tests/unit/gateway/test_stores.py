"""The databases keep the guarantees that crash safety and erasure rest on."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from broker.gateway.outbox import Outbox
from broker.gateway.stores import Store, check
from broker.gateway.tables import INBOX, OUTBOX, documents
from contracts.errors import StoreBusy, StoreCorrupt, UsageError


def test_pragmas_hold_on_every_connection(outbox: Outbox) -> None:
    """Write-ahead log, full synchronisation, overwriting of freed pages and foreign keys are on."""
    with outbox.store.read() as one, outbox.store.read() as two:
        for connection in (one, two):
            values = [
                connection.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
            ]
            assert values == ["wal", 2, 1, 1]


def test_the_files_belong_to_their_owner_alone(outbox: Outbox, tmp_path: Path) -> None:
    """The database and its companion files cannot be read by others."""
    for name in ("outbox.db", "outbox.db-wal", "outbox.db-shm"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_failed_block_leaves_nothing(outbox: Outbox) -> None:
    """An exception inside a writing block undoes all of it."""

    def crash() -> None:
        with outbox.store.write() as connection:
            connection.execute(insert(documents).values(name="fresh", value=b"x"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    with outbox.store.read() as connection:
        assert connection.scalar(select(documents.c.name)) is None


def test_a_second_writer_waits_and_then_says_busy(
    outbox: Outbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two writers never interleave: the second is told that the store is busy."""
    monkeypatch.setattr("broker.gateway.stores.BUSY_SECONDS", 0.05)
    other = Store.open_file(tmp_path / "outbox.db", OUTBOX)
    with outbox.store.write() as connection:
        connection.execute(insert(documents).values(name="fresh", value=b"x"))
        with pytest.raises(StoreBusy), other.write():
            pass
    other.close()


def test_a_reader_sees_one_state_while_another_process_writes(outbox: Outbox, tmp_path: Path) -> None:
    """A reading block is not disturbed by a commit that happens meanwhile."""
    other = Store.open_file(tmp_path / "outbox.db", OUTBOX)
    with outbox.store.read() as connection:
        assert connection.scalar(select(documents.c.name)) is None
        with other.write() as writer:
            writer.execute(insert(documents).values(name="fresh", value=b"x"))
        assert connection.scalar(select(documents.c.name)) is None
    with outbox.store.read() as connection:
        assert connection.scalar(select(documents.c.name)) == "fresh"
    other.close()


def test_overwritten_bytes_are_gone_from_every_file_after_a_purge(outbox: Outbox, tmp_path: Path) -> None:
    """After deletion and purge no file of the database holds the old bytes, freed pages included."""
    planted = b"PLANTED-BYTES" * 1000
    with outbox.store.write() as connection:
        connection.execute(insert(documents).values(name="fresh", value=planted))
    with outbox.store.write() as connection:
        connection.execute(update(documents).values(value=b"gone"))
    assert outbox.store.purge()
    for file in tmp_path.iterdir():
        assert b"PLANTED-BYTES" not in file.read_bytes()


def test_a_purge_waits_for_readers(outbox: Outbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process reads an old state, a purge says that it is not done."""
    monkeypatch.setattr("broker.gateway.stores.BUSY_SECONDS", 0.05)
    brief = Store.open_file(tmp_path / "outbox.db", OUTBOX)
    with outbox.store.read() as reader:
        reader.scalar(select(documents.c.name))
        with brief.write() as connection:
            connection.execute(insert(documents).values(name="fresh", value=b"x"))
        assert not brief.purge()
    assert brief.purge()
    brief.close()


def test_a_damaged_file_is_named_corrupt(tmp_path: Path) -> None:
    """A file that is no database stops the gateway instead of being replaced."""
    (tmp_path / "inbox.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreCorrupt):
        Store.open_file(tmp_path / "inbox.db", INBOX)


def test_another_schema_is_refused(outbox: Outbox, tmp_path: Path) -> None:
    """Tables of another version are not guessed at."""
    with outbox.store.write() as connection:
        connection.execute(text("UPDATE facts SET value = 99 WHERE name = 'schema'"))
    with pytest.raises(UsageError, match="schema 99"):
        Store.open_file(tmp_path / "outbox.db", OUTBOX)


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    """A path that cannot be a database is a usage error with the path in it."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="outbox"):
        Store.open_file(tmp_path / "file" / "outbox.db", OUTBOX)


def test_exceptions_carry_no_values(outbox: Outbox) -> None:
    """What was being written appears in no exception text, not even in the cause."""
    rows = [{"name": "fresh", "value": b"PLANTED"}, {"name": "fresh", "value": b"PLANTED"}]
    with pytest.raises(StoreCorrupt) as caught, outbox.store.write() as connection:
        connection.execute(insert(documents), rows)
    assert "PLANTED" not in f"{caught.value}{caught.value.__cause__}"


def test_the_tables_exist_in_postgresql_words() -> None:
    """Every table can be spelt for PostgreSQL."""
    for metadata in (OUTBOX, INBOX):
        for table in metadata.sorted_tables:
            assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_a_fresh_database_is_sound(outbox: Outbox) -> None:
    """The integrity check passes on a new database."""
    with outbox.store.read() as connection:
        assert check(connection)

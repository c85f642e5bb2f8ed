"""A store in a file flushes, overwrites, belongs to its owner alone, and is never replaced when damaged."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from broker.gateway.outbox import Outbox
from broker.gateway.stores import Store
from broker.gateway.tables import documents
from contracts.errors import StoreCorrupt, UsageError


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


def test_a_purge_waits_for_readers(outbox: Outbox, tmp_path: Path) -> None:
    """While another process reads an old state, a purge says that it is not done."""
    other = Store.open(tmp_path / "outbox.db", "outbox")
    with outbox.store.read() as reader:
        reader.scalar(select(documents.c.name))
        with other.write() as connection:
            connection.execute(insert(documents).values(name="fresh", value=b"x"))
        assert not other.purge()
    assert other.purge()
    other.close()


def test_a_damaged_file_is_named_corrupt(tmp_path: Path) -> None:
    """A file that is no database stops the gateway instead of being replaced."""
    (tmp_path / "inbox.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreCorrupt):
        Store.open(tmp_path / "inbox.db", "inbox")


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    """A path that cannot be a database is a usage error with the path in it."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="outbox"):
        Store.open(tmp_path / "file" / "outbox.db", "outbox")

"""Both databases keep the guarantees that crash safety, order and erasure rest on."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import insert, select, text, update

from broker.gateway.migrations import HEADS
from broker.gateway.outbox import Outbox
from broker.gateway.stores import Store
from broker.gateway.tables import documents, outbox_facts
from broker.settings import Stores
from contracts.errors import StoreBusy, StoreCorrupt, UsageError
from tests.support.postgres import ON_BOTH

pytestmark = ON_BOTH


def counter(store: Store) -> int | None:
    """Return the number that these tests count with."""
    with store.read() as connection:
        return store.fact(connection, "counter")


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


def test_a_second_writer_waits_and_then_says_busy(outbox: Outbox, at: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two writers never interleave: the second is told that the store is busy, even where it would write elsewhere."""
    monkeypatch.setattr("broker.gateway.sqlite.BUSY_SECONDS", 0.05)
    monkeypatch.setattr("broker.gateway.postgresql.BUSY_MILLISECONDS", 50)
    other = Store.open(at.outbox, "outbox")
    with outbox.store.write() as connection:
        connection.execute(insert(documents).values(name="fresh", value=b"x"))
        with pytest.raises(StoreBusy), other.write():
            pass
    with other.write():
        pass
    other.close()


def test_writers_see_all_that_was_committed_before_them(outbox: Outbox, at: Stores) -> None:
    """Reading a number and writing the next is safe in a writing block: four writers lose no step."""
    with outbox.store.write() as connection:
        connection.execute(insert(outbox_facts).values(name="counter", value=0))

    def count() -> None:
        store = Store.open(at.outbox, "outbox")
        for _ in range(5):
            with store.write() as connection:
                before = store.fact(connection, "counter") or 0
                named = outbox_facts.c.name == "counter"
                connection.execute(update(outbox_facts).where(named).values(value=before + 1))
        store.close()

    writers = [threading.Thread(target=count) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert counter(outbox.store) == 20


def test_a_reader_sees_one_state_while_another_process_writes(outbox: Outbox, at: Stores) -> None:
    """A reading block is not disturbed by a commit that happens meanwhile, and holds up nobody."""
    other = Store.open(at.outbox, "outbox")
    with outbox.store.read() as connection:
        assert connection.scalar(select(documents.c.name)) is None
        with other.write() as writer:
            writer.execute(insert(documents).values(name="fresh", value=b"x"))
        assert connection.scalar(select(documents.c.name)) is None
    with outbox.store.read() as connection:
        assert connection.scalar(select(documents.c.name)) == "fresh"
    other.close()


def test_exceptions_carry_no_values(outbox: Outbox) -> None:
    """What was being written appears in no exception text, not even in a cause."""
    rows = [{"name": "PLANTED", "value": b"PLANTED"}, {"name": "PLANTED", "value": b"PLANTED"}]
    with pytest.raises(StoreCorrupt) as caught, outbox.store.write() as connection:
        connection.execute(insert(documents), rows)
    assert "PLANTED" not in f"{caught.value}{caught.value.__cause__}"
    assert caught.value.__suppress_context__


def test_one_process_holds_a_store_and_leaves_no_lock_behind(outbox: Outbox, at: Stores) -> None:
    """A second gateway process is refused; once the first is gone, another may begin."""
    other = Store.open(at.outbox, "outbox")
    with outbox.store.only_one() as hold:
        hold()
        with pytest.raises(UsageError, match="another gateway"), other.only_one():
            pass
        with other.write():  # commands beside it still work
            pass
    with other.only_one() as hold:
        hold()
    other.close()


def test_a_fresh_database_is_sound_and_purged(outbox: Outbox) -> None:
    """The database finds nothing wrong with itself."""
    assert outbox.store.sound()
    assert outbox.store.purge()


def test_tables_of_a_later_version_are_refused(outbox: Outbox, at: Stores) -> None:
    """Tables that this version does not know are not guessed at."""

    def name_version(version: str) -> None:
        with outbox.store.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})

    name_version("outbox_9999")
    with pytest.raises(UsageError, match="outbox_9999"):
        Store.open(at.outbox, "outbox")
    name_version(HEADS["outbox"])  # other tests use the same database afterwards

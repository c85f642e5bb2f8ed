"""Databases are brought to the tables of this version: completely, once, and quickly when nothing is to do."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.op import create_index
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from broker.gateway import migrations
from broker.gateway.intake.tables import submissions
from broker.gateway.migrations import HEADS
from broker.gateway.stores import Store
from broker.gateway.tables import INBOX
from contracts.errors import UsageError
from tests.support.postgres import ON_BOTH

METADATA = {"outbox": submissions.metadata, "inbox": INBOX}


@pytest.fixture
def place(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """Where there is no table yet."""
    if database == "sqlite":
        yield tmp_path / "new.db"
        return
    server = request.getfixturevalue("postgres")
    with server.empty() as name:
        yield server.url(name)


@ON_BOTH
@pytest.mark.parametrize("name", sorted(METADATA))
def test_the_migrated_tables_are_those_of_the_code(place: Path | str, name: str) -> None:
    """A new database has exactly the tables, columns, types and indexes that `tables.py` describes."""
    store = Store.open(place, name)
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA[name]) == []
    store.close()


@pytest.mark.parametrize("name", sorted(HEADS))
def test_the_heads_are_the_last_revisions(name: str) -> None:
    """What an up-to-date database is known by is the end of the one line of revisions."""
    folder = Path(migrations.__file__).parent
    script = ScriptDirectory(str(folder), version_locations=[str(folder / name)])
    assert script.get_heads() == [HEADS[name]]


@ON_BOTH
def test_a_database_of_the_other_kind_is_refused(place: Path | str) -> None:
    """An inbox file in the place of the outbox is not filled up with the other's tables."""
    if isinstance(place, str):
        pytest.skip("on PostgreSQL the schema's name keeps them apart")
    Store.open(place, "inbox").close()
    with pytest.raises(UsageError, match="inbox_0001"):
        Store.open(place, "outbox")


@ON_BOTH
def test_an_upgrade_that_fails_leaves_nothing(place: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are made in one transaction: all of them, or none and the next start tries again."""
    calls = 0

    def crash(*arguments: Any, **options: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise RuntimeError
        create_index(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.create_index", crash)
        with pytest.raises(RuntimeError):
            Store.open(place, "outbox")
    store = Store.open(place, "outbox")
    with store.read() as connection:
        assert len(inspect(connection).get_table_names()) == len(submissions.metadata.tables) + 1
    store.close()


@ON_BOTH
def test_processes_that_start_together_make_the_tables_once(place: Path | str) -> None:
    """A gateway and a command that open a new database at the same instant both find it complete."""
    failures: list[BaseException] = []

    def start() -> None:
        try:
            Store.open(place, "outbox").close()
        except BaseException as fault:
            failures.append(fault)

    starters = [threading.Thread(target=start) for _ in range(3)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert failures == []


def test_an_up_to_date_database_is_opened_without_alembic(tmp_path: Path) -> None:
    """Commands do not pay for what only a new version needs."""
    place = tmp_path / "outbox.db"
    Store.open(place, "outbox").close()
    program = (
        "import sys; from pathlib import Path; from broker.gateway.stores import Store; "
        "Store.open(Path(sys.argv[1]), 'outbox').close(); "
        "print(sorted({'alembic', 'psycopg'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program, place], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"

"""Give gateway tests real databases in a temporary folder, a clock they set and repeatable randomness."""

from __future__ import annotations

import random
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from broker.gateway import sqlite
from broker.gateway.inbox import Inbox
from broker.gateway.outbox import Outbox
from broker.gateway.stores import Store
from broker.gateway.vault import Vault
from broker.settings import Stores
from tests.support.gateway_parts import Maker
from tests.support.gateway_world import GATEWAYS, GatewayWorld
from tests.support.memory_log import SettableClock
from tests.support.postgres import MakePlaces, places

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(START)


@pytest.fixture
def randomness() -> Any:
    return random.Random(7).randbytes  # noqa: S311 - tests want the same bytes again


@pytest.fixture
def vault(randomness: Any) -> Vault:
    return Vault(b"k" * 32, randomness)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on; `ON_BOTH` runs a module on each."""
    return getattr(request, "param", "sqlite")


@pytest.fixture(scope="session")
def made_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both databases as they are made; copying them is many times faster than making them."""
    folder = tmp_path_factory.mktemp("made")
    for name in ("outbox", "inbox"):
        Store.open(folder / f"{name}.db", name).close()
    return folder


@pytest.fixture
def make_places(database: str, request: pytest.FixtureRequest) -> Iterator[MakePlaces]:
    """Return a function that says where the stores of a gateway are, given its folder."""
    if database == "postgresql":
        yield from places(request.getfixturevalue("postgres"))
        return
    made = request.getfixturevalue("made_files")

    def copy(folder: Path) -> Stores:
        return Stores(**{name: shutil.copy2(made / f"{name}.db", folder) for name in ("outbox", "inbox")})

    yield copy  # noqa: PT022 - the other branch has a teardown


@pytest.fixture
def at(make_places: MakePlaces, tmp_path: Path) -> Stores:
    """Where the stores of the one gateway of a small test are."""
    return make_places(tmp_path)


@pytest.fixture
def outbox(at: Stores, vault: Vault) -> Iterator[Outbox]:
    store = Store.open(at.outbox, "outbox")
    yield Outbox(store, vault)
    store.close()


@pytest.fixture
def inbox(at: Stores, vault: Vault, clock: SettableClock) -> Iterator[Inbox]:
    store = Store.open(at.inbox, "inbox")
    yield Inbox(store, vault, clock)
    store.close()


@pytest.fixture
def maker(clock: SettableClock, randomness: Any) -> Maker:
    return Maker(clock, randomness)


@pytest.fixture
def unflushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the flush to disk: these tests end processes, not machines, and are many times faster so."""
    pragmas = [pragma.replace("synchronous=FULL", "synchronous=OFF") for pragma in sqlite.PRAGMAS]
    monkeypatch.setattr(sqlite, "PRAGMAS", pragmas)


@pytest.fixture
async def exchange(tmp_path: Path, make_places: MakePlaces, unflushed: None) -> AsyncIterator[GatewayWorld]:
    """A world of three police gateways that know the trust list."""
    world = GatewayWorld(tmp_path, make_places)
    for name in world.services:
        await world.load_trust(name)
    yield world
    world.close()


@pytest.fixture
async def exchange_with_care(tmp_path: Path, make_places: MakePlaces, unflushed: None) -> AsyncIterator[GatewayWorld]:
    """The same with the gateway of a care organisation."""
    world = GatewayWorld(tmp_path, make_places, participants=GATEWAYS)
    for name in world.services:
        await world.load_trust(name)
    yield world
    world.close()

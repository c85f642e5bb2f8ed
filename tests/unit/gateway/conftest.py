"""Give gateway tests real databases in a temporary folder, a clock they set and repeatable randomness."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from broker.gateway import stores
from broker.gateway.inbox import Inbox
from broker.gateway.outbox import Outbox
from broker.gateway.stores import Store
from broker.gateway.tables import INBOX, OUTBOX
from broker.gateway.vault import Vault
from tests.support.gateway_parts import Maker
from tests.support.gateway_world import GATEWAYS, GatewayWorld
from tests.support.memory_log import SettableClock

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
def outbox(tmp_path: Path, vault: Vault) -> Iterator[Outbox]:
    store = Store.open_file(tmp_path / "outbox.db", OUTBOX)
    yield Outbox(store, vault)
    store.close()


@pytest.fixture
def inbox(tmp_path: Path, vault: Vault) -> Iterator[Inbox]:
    store = Store.open_file(tmp_path / "inbox.db", INBOX)
    yield Inbox(store, vault)
    store.close()


@pytest.fixture
def maker(clock: SettableClock, randomness: Any) -> Maker:
    return Maker(clock, randomness)


@pytest.fixture
def unflushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the flush to disk: these tests end processes, not machines, and are many times faster so."""
    pragmas = [pragma.replace("synchronous=FULL", "synchronous=OFF") for pragma in stores.PRAGMAS]
    monkeypatch.setattr(stores, "PRAGMAS", pragmas)


@pytest.fixture
async def exchange(tmp_path: Path, unflushed: None) -> AsyncIterator[GatewayWorld]:
    """A world of three police gateways that know the trust list."""
    world = GatewayWorld(tmp_path)
    for name in world.services:
        await world.load_trust(name)
    yield world
    world.close()


@pytest.fixture
async def exchange_with_care(tmp_path: Path, unflushed: None) -> AsyncIterator[GatewayWorld]:
    """The same with the gateway of a care organisation."""
    world = GatewayWorld(tmp_path, participants=GATEWAYS)
    for name in world.services:
        await world.load_trust(name)
    yield world
    world.close()

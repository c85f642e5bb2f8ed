"""A service follows the trust topic, keeps old trust when a document is wrong, and says when it is stale."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from structlog.testing import capture_logs

from broker.trust.documents import TrustStore
from broker.trust.follower import FRESH_KEY, TrustFollower, list_key
from contracts.errors import AuthorisationError, TrustStale
from tests.support.memory_log import MemoryLog
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def log(world: World) -> MemoryLog:
    return MemoryLog(world.clock)


def follower_of(world: World, log: MemoryLog) -> TrustFollower:
    return TrustFollower(log, world.topics, TrustStore(world.roots), world.clock)


@asynccontextmanager
async def running(follower: TrustFollower) -> AsyncIterator[None]:
    task = asyncio.ensure_future(follower.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_load_reads_to_the_end(world: World, log: MemoryLog) -> None:
    """After a load what is on the topic is in force."""
    world.publish(log)
    follower = follower_of(world, log)
    await follower.load()
    assert follower.fresh() == world.trust


async def test_waiting_ends_when_trust_arrives(world: World, log: MemoryLog) -> None:
    """A service that starts before trust is published waits for it."""
    follower = follower_of(world, log)
    async with running(follower), asyncio.timeout(5):
        waiting = asyncio.ensure_future(follower.wait_until_fresh())
        await asyncio.sleep(0)
        assert not waiting.done()
        world.publish(log)
        assert (await waiting).version == 1


async def test_new_versions_come_into_force(world: World, log: MemoryLog) -> None:
    """A list and its statement that are published later replace what is in force."""
    world.publish(log)
    follower = follower_of(world, log)
    await follower.load()
    world.relist()
    world.publish(log)
    await follower.load()
    assert follower.fresh().version == 2
    assert follower.store.version_at(1) is not None


async def test_wrong_documents_change_nothing(world: World, log: MemoryLog) -> None:
    """Forged lists, broken statements, unknown keys and tombstones are logged or passed, and old trust is kept."""
    world.publish(log)
    follower = follower_of(world, log)
    await follower.load()
    before = follower.fresh()
    log.append(world.topics.trust, world.sign(world.draft(2), keys=1), key=list_key(2))
    log.append(world.topics.trust, b"{}", key=FRESH_KEY)
    log.append(world.topics.trust, b"{}", key=b"other")
    log.append(world.topics.trust, None, key=list_key(1))
    with capture_logs() as lines:
        await follower.load()
    assert follower.fresh() is before
    assert [line["event"] for line in lines] == ["trust.refused"] * 3
    assert all(" " not in line["reason"] for line in lines)


async def test_stale_is_said_once_and_again_when_it_ends(world: World, log: MemoryLog) -> None:
    """The stale signal begins once, whoever asks how often, and ends with fresh trust."""
    world.publish(log)
    follower = follower_of(world, log)
    await follower.load()
    world.clock.advance(hours=25)
    with capture_logs() as lines:
        for _ in range(3):
            with pytest.raises(TrustStale):
                follower.fresh()
        world.refresh()
        world.publish(log)
        await follower.load()
        follower.fresh()
    assert [line["event"] for line in lines if line["event"] != "trust.listed"] == ["trust.stale", "trust.fresh"]


async def test_unavailable_log_is_tried_again(world: World, log: MemoryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Following goes on by itself after the log was away."""
    monkeypatch.setattr("broker.trust.follower.RETRY_SECONDS", 0.0)
    world.publish(log)
    log.fail_read(world.topics.trust, times=2)
    follower = follower_of(world, log)
    async with running(follower), asyncio.timeout(5):
        assert (await follower.wait_until_fresh()).version == 1


async def test_denied_topic_ends_the_follower(world: World, log: MemoryLog) -> None:
    """A principal that may not read trust learns it at once."""
    log.deny(world.topics.trust)
    with pytest.raises(AuthorisationError):
        await follower_of(world, log).run()

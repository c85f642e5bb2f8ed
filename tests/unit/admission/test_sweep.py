"""Tombstones that come again, and heartbeats that keep feeds moving."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import msgspec
import pytest
from structlog.testing import capture_logs

from broker.admission import sweep as sweep_module
from broker.admission.process import AdmissionProcess
from broker.ports import TopicPartition
from contracts.errors import AuditGap, LogUnavailable
from contracts.wire import Heartbeat, Reference
from tests.support import envelope_world as world
from tests.support.hub import AUDIT, SUBMIT, Hub, ending, receipt

DE_FEED = world.TOPICS.feed("DE-BKA")


def tombstones(hub: Hub, topic: str = DE_FEED) -> list[bytes | None]:
    return [record.key for record in hub.log.records(topic) if record.value is None]


def key(made: world.Made) -> bytes:
    return f"{made.claims.iss}/{made.claims.jti}".encode()


async def until(hub: Hub, topic: str, holds: Callable[[], bool]) -> None:
    """Wait until `holds`, looking again whenever `topic` moves."""
    async with asyncio.timeout(10):
        async for _ in hub.log.read(topic, follow=True):
            if holds():
                return


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def swept(hub: Hub, process: AdmissionProcess | None = None) -> int:
    process = process or hub.process()
    await hub.drive(process)
    return await process._sweep.sweep_once()


async def test_what_came_back_goes_again() -> None:
    """An old version that a paused instance writes behind its tombstone is removed by the next sweep."""
    hub = Hub()
    old = hub.submit()
    hub.submit(ver=2, ref=(Reference(iss="NL-POL", jti=old.claims.jti),))
    process = hub.process()
    await hub.drive(process)
    late = hub.log.records(DE_FEED)[0]
    hub.log.append(DE_FEED, late.value, key=late.key, headers=late.headers)
    assert old.claims.jti in hub.events("DE-BKA")
    assert await process._sweep.sweep_once() == 3
    assert hub.events("DE-BKA") == [hub.made[1].claims.jti]


async def test_expired_events_are_removed() -> None:
    """What is past `exp` is removed from every feed of its audience; what is not stays."""
    hub = Hub()
    short = hub.submit(days=1)
    long = hub.submit(days=3)
    assert await swept(hub) == 0
    hub.clock.advance(days=1)
    process = hub.process()
    assert await swept(hub, process) == 3
    assert hub.events("DE-BKA") == [long.claims.jti]
    assert tombstones(hub) == [key(short)]
    assert tombstones(hub, world.TOPICS.feed("FR-PNJ")) == [key(short)]


async def test_the_sweep_repeats_every_kind_of_ending_and_no_other() -> None:
    """Erase, recall and withdraw are repeated where they went; refused events, repeats and receipts end nothing."""
    hub = Hub()
    first = hub.submit()
    hub.submit(**ending("recall.v1", first, to=("DE-BKA",)))
    hub.submit(**ending("erase.v1", first, to=("BE-FGP", "DE-BKA")))
    hub.submit(seq=2, **ending("withdraw.v1", first, to=("FR-PNJ",)))
    hub.submit(**receipt("receipt.v1", first, to="DE-BKA"))
    process = hub.process()
    await hub.drive(process)
    assert hub.decisions()[:4] == ["admitted", "admitted", "admitted", "E09-repeat"]
    before = len(hub.log.writes)
    assert await process._sweep.sweep_once() == 3
    assert {(item.topic, item.key) for item in hub.log.writes[before:]} == {
        (DE_FEED, key(first)),
        (world.TOPICS.feed("BE-FGP"), key(first)),
    }


async def test_only_partitions_of_this_instance_are_swept() -> None:
    """An instance repeats tombstones of the partitions that it has, and of none that were revoked."""
    hub = Hub()
    first = hub.submit(iss="DE-BKA", audience=(world.entry("BE-FGP", world.BORDER),))
    hub.submit(iss="DE-BKA", **ending("erase.v1", first, to=("BE-FGP",)))
    other = TopicPartition(world.TOPICS.submit("DE-BKA"), 0)
    process = hub.process()
    await hub.drive(process, other)
    assert hub.decisions() == ["admitted", "admitted"]
    assert await process._sweep.sweep_once() == 1
    await process.revoked([other])
    await process.assigned(SUBMIT, None)
    assert await process._sweep.sweep_once() == 0


async def test_void_leaves_end_nothing() -> None:
    """A leaf that is not the decision for its position causes no tombstone."""
    hub = Hub()
    short = hub.submit(days=1)
    process = hub.process()
    await hub.drive(process)
    decided = hub.log.records(AUDIT)[0]
    hub.log.append(AUDIT, decided.value, key=decided.key)
    hub.clock.advance(days=2)
    assert await process._sweep.sweep_once() == 3
    assert tombstones(hub) == [key(short)]


async def test_many_tombstones_are_written_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much is due, no write is larger than its bound."""
    monkeypatch.setattr(sweep_module, "WRITE_RECORDS", 2)
    hub = Hub()
    for _ in range(3):
        hub.submit(days=1)
    process = hub.process()
    await hub.drive(process)
    hub.clock.advance(days=2)
    sizes = []
    write = hub.log.write

    async def watch(records: list) -> list[int]:  # type: ignore[type-arg]
        sizes.append(len(records))
        return await write(records)

    process._sweep._writer.write = watch  # type: ignore[method-assign, assignment]
    assert await process._sweep.sweep_once() == 9
    assert max(sizes) == 2


async def test_a_damaged_audit_log_stops_the_sweep() -> None:
    """The sweep does not guess: a leaf that admits without its signed part halts it, as does no leaf."""
    hub = Hub()
    hub.submit()
    process = hub.process()
    await hub.drive(process)
    hub.log.append(AUDIT, b"{}", key=hub.log.records(AUDIT)[0].key)
    with pytest.raises(AuditGap):
        await process._sweep.sweep_once()


async def test_the_sweep_runs_when_partitions_are_assigned_and_tries_again() -> None:
    """An assignment wakes the sweep; a log that does not answer makes it begin anew."""
    hub = Hub()
    hub.submit(days=1)
    await hub.drive(hub.process())
    hub.clock.advance(days=2)
    paused: list[float] = []

    async def pause(wait: float) -> None:
        paused.append(wait)
        await asyncio.sleep(0)

    process = hub.process(pause=pause)
    task = asyncio.create_task(process.run_sweeps())
    await asyncio.sleep(0)
    hub.log.fail_write(DE_FEED, stored=0)
    await process.assigned(SUBMIT, hub.committed[SUBMIT])
    await until(hub, DE_FEED, lambda: len(tombstones(hub)) == 1)
    await stop(task)
    assert paused == [sweep_module.RETRY_SECONDS]


async def test_the_sweep_runs_at_its_interval() -> None:
    """Without any assignment the sweep comes again after its interval."""
    hub = Hub()
    hub.submit(days=1)
    process = hub.process(sweep_seconds=0.01)
    await hub.drive(process)
    task = asyncio.create_task(process.run_sweeps())
    hub.clock.advance(days=2)
    await until(hub, DE_FEED, lambda: len(tombstones(hub)) >= 2)
    await stop(task)


async def test_every_feed_partition_gets_a_heartbeat() -> None:
    """Each participant's feed partitions get one heartbeat with the present instant, under one key."""
    hub = Hub()
    process = hub.process(feed_partitions=2)
    await process._heartbeats.write_once()
    for name in world.PROFILES:
        for partition in (0, 1):
            (record,) = hub.log.records(world.TOPICS.feed(name), partition)
            assert record.key == b"heartbeat"
            assert msgspec.json.decode(record.value or b"", type=Heartbeat).heartbeat == world.NOW_MS


async def test_an_auditor_has_no_feed() -> None:
    """Who neither issues nor receives has no feed to be written to."""
    hub = Hub()
    auditor = world.participant("FR-PNJ", issues=frozenset(), profiles={})
    hub.trust.views[7] = replace(world.trust(), participants={**world.trust().participants, auditor.id: auditor})
    await hub.process()._heartbeats.write_once()
    assert world.TOPICS.feed("FR-PNJ") not in hub.log.topics()
    assert DE_FEED in hub.log.topics()


async def test_one_feed_that_fails_costs_no_other_its_heartbeat() -> None:
    """A feed that does not answer or is forbidden is reported, and the others get theirs."""
    hub = Hub()
    hub.log.deny(DE_FEED)
    hub.log.fail_write(world.TOPICS.feed("BE-FGP"))
    with capture_logs() as lines:
        await hub.process()._heartbeats.write_once()
    assert [line["topic"] for line in lines] == [world.TOPICS.feed("BE-FGP"), DE_FEED]
    assert hub.log.latest(world.TOPICS.feed("NL-CARE")).keys() == {b"heartbeat"}


async def test_heartbeats_wait_for_trust_and_go_on() -> None:
    """While trust is stale nobody knows the feeds; when it is fresh the heartbeats come at their interval."""
    hub = Hub()
    hub.trust.stale = True
    waits: list[float] = []

    async def pause(wait: float) -> None:
        waits.append(wait)
        hub.trust.stale = False
        await asyncio.sleep(0)

    task = asyncio.create_task(hub.process(pause=pause, heartbeat_seconds=7.0).run_heartbeats())
    await until(hub, DE_FEED, lambda: len(hub.log.records(DE_FEED)) >= 2)
    await stop(task)
    assert set(waits) == {7.0}


async def test_a_sweep_that_cannot_write_raises_what_to_do() -> None:
    """One sweep by itself reports a log that does not answer to its caller."""
    hub = Hub()
    hub.submit(days=1)
    process = hub.process()
    await hub.drive(process)
    hub.clock.advance(days=2)
    hub.log.fail_write(DE_FEED)
    with pytest.raises(LogUnavailable):
        await process._sweep.sweep_once()

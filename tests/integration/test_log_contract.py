"""One suite over the log in memory and over Kafka: what the fake promises, the real one does."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest

from broker.embedded import pidfiles
from broker.ports import GroupReader, Groups, Incoming, LogReader, LogWriter, Outgoing
from broker.settings import Log, Tls
from broker.transport.group import KafkaGroups
from broker.transport.kafka_log import KafkaLog
from contracts.errors import AuthorisationError, LogUnavailable, UsageError
from tests.support.exchange import RunningNode
from tests.support.memory_log import MemoryLog
from tests.support.waiting import until

FEED = "baken.feed.be-fgp"
AUDIT = "baken.audit"
SUBMIT = "baken.submit.be-fgp"
BOUND_SECONDS = 30.0


class ReadWrite(LogReader, LogWriter, Protocol):
    """Both ports in one object."""


@pytest.fixture(params=["memory", "kafka"])
async def log(request: pytest.FixtureRequest) -> AsyncIterator[ReadWrite]:
    """The broker's log, which may read and write `audit`."""
    if request.param == "memory":
        yield MemoryLog()
        return
    node: RunningNode = request.getfixturevalue("kafka_node")
    async with asyncio.timeout(BOUND_SECONDS), KafkaLog(node.log("broker"), "broker-1") as kafka:
        yield kafka


@pytest.fixture(params=["memory", "kafka"])
async def group(request: pytest.FixtureRequest) -> AsyncIterator[tuple[LogWriter, Groups]]:
    """A writer of a feed, and the groups of its recipient."""
    if request.param == "memory":
        memory = MemoryLog()
        yield memory, memory
        return
    node: RunningNode = request.getfixturevalue("kafka_node")
    async with asyncio.timeout(BOUND_SECONDS), KafkaLog(node.log("broker"), "broker-1") as kafka:
        yield kafka, KafkaGroups(node.log("BE-FGP"), "gateway-be-fgp")


def outgoing(*values: bytes | None, topic: str = AUDIT) -> list[Outgoing]:
    return [Outgoing(topic=topic, key=f"k{number}".encode(), value=value) for number, value in enumerate(values)]


async def read(log: LogReader, topic: str, start: int) -> list[Incoming]:
    return [record async for batch in log.read(topic, start=start) for record in batch]


async def test_offsets_follow_each_other(log: ReadWrite) -> None:
    """A write returns the offsets of its records in order, beginning at the end."""
    end = await log.end(AUDIT)
    assert await log.write(outgoing(b"1", b"2", b"3")) == [end, end + 1, end + 2]
    assert await log.end(AUDIT) == end + 3
    assert await log.write([]) == []


async def test_a_write_of_several_batches_keeps_its_order(log: ReadWrite) -> None:
    """What one batch cannot hold goes in the next, and offsets still follow each other."""
    end = await log.end(AUDIT)
    values = [bytes([number]) * 300_000 for number in range(6)]
    assert await log.write(outgoing(*values)) == list(range(end, end + 6))
    assert [record.value for record in await read(log, AUDIT, end)] == values


async def test_bytes_come_back_untouched(log: ReadWrite) -> None:
    """Key, value, order and bytes of headers, and tombstones are what was written."""
    headers = (("b", b"\xff\x00"), ("a", b""), ("b", "é".encode()))
    (offset,) = await log.write([Outgoing(topic=AUDIT, key=b"\x00\xff", value=b"\xff", headers=headers)])
    await log.write([Outgoing(topic=AUDIT, key=b"gone", value=None)])
    record, tombstone = await read(log, AUDIT, offset)
    assert (record.topic, record.partition, record.offset) == (AUDIT, 0, offset)
    assert (record.key, record.value, record.headers) == (b"\x00\xff", b"\xff", headers)
    assert record.time == tombstone.time or 0 < tombstone.time - record.time < 60_000
    assert (tombstone.key, tombstone.value) == (b"gone", None)


async def test_reading_ends_where_the_log_ended(log: ReadWrite) -> None:
    """Without following, what is written meanwhile is not waited for; at and behind the end there is nothing."""
    first, last = await log.write(outgoing(b"1", b"2"))
    found = []
    async for batch in log.read(AUDIT, start=first):
        found += batch
        await log.write(outgoing(b"3"))
    assert [record.offset for record in found] == [first, last]
    end = await log.end(AUDIT)
    assert await read(log, AUDIT, end) == []
    assert await read(log, AUDIT, end + 100) == []


async def test_many_records_come_in_bounded_batches(log: ReadWrite) -> None:
    """A long log comes in batches of at most 500, in order and whole."""
    offsets = await log.write(outgoing(*[b"x" * 100] * 1200))
    sizes, found = [], []
    async for batch in log.read(AUDIT, start=offsets[0]):
        sizes.append(len(batch))
        found += [record.offset for record in batch]
    assert found == offsets
    assert max(sizes) <= 500


async def test_following_yields_while_nothing_arrives(log: ReadWrite) -> None:
    """A follower hears an empty batch within a second, and new records as they come."""
    reader = log.read(AUDIT, start=await log.end(AUDIT), follow=True)
    try:
        began = time.monotonic()
        assert await anext(reader) == []
        assert time.monotonic() - began < 1.5
        (offset,) = await log.write(outgoing(b"new"))
        while not (batch := await anext(reader)):
            assert time.monotonic() - began < 10
        assert [record.offset for record in batch] == [offset]
    finally:
        await reader.aclose()  # type: ignore[attr-defined] # both are generators


async def test_group_goes_on_where_it_committed(group: tuple[LogWriter, Groups]) -> None:
    """What is committed does not come again; what is not, does."""
    writer, groups = group
    offsets = await writer.write(outgoing(b"1", b"2", b"3", topic=FEED))

    async def take(reader: GroupReader, last: int) -> list[int]:
        found: list[int] = []
        async for batch in reader.batches():
            found += [record.offset for record in batch if record.offset >= offsets[0]]
            if found and found[-1] >= last:
                return found
        return found

    async with groups.open("gateway.be-fgp", [FEED]) as reader:
        assert await take(reader, offsets[2]) == offsets
        await reader.commit({(FEED, 0): offsets[1]})
    async with groups.open("gateway.be-fgp", [FEED]) as reader:
        assert await take(reader, offsets[2]) == offsets[1:]
        await reader.commit({(FEED, 0): offsets[2] + 1})


async def test_denied_topics_are_errors_at_once(kafka_node: RunningNode) -> None:
    """Reading, following, asking for the end of and writing to other people's topics fails within seconds."""
    async with asyncio.timeout(BOUND_SECONDS), KafkaLog(kafka_node.log("DE-BKA"), "gateway-de-bka") as other:
        began = time.monotonic()
        with pytest.raises(AuthorisationError):
            await read(other, SUBMIT, 0)
        with pytest.raises(AuthorisationError):
            await anext(other.read(AUDIT, follow=True))
        with pytest.raises(AuthorisationError):
            await other.end(FEED)
        with pytest.raises(AuthorisationError):
            await other.write(outgoing(b"x", topic=SUBMIT))
        with pytest.raises(AuthorisationError):
            await other.end("baken.nothing")
        with pytest.raises(AuthorisationError):
            async with KafkaGroups(kafka_node.log("DE-BKA"), "gateway-de-bka").open("gateway.be-fgp", [FEED]):
                pass
        assert time.monotonic() - began < 10
        assert await other.write(outgoing(b"x", topic="baken.submit.de-bka"))


async def test_own_write_only_topic_cannot_be_read(kafka_node: RunningNode) -> None:
    """A gateway cannot read back what lies on its own submit topic."""
    async with asyncio.timeout(BOUND_SECONDS), KafkaLog(kafka_node.log("BE-FGP"), "gateway-be-fgp") as own:
        await own.write(outgoing(b"x", topic=SUBMIT))
        with pytest.raises(AuthorisationError):
            await read(own, SUBMIT, 0)


async def test_records_that_no_topic_takes_are_refused(kafka_node: RunningNode) -> None:
    """A record above the topic's limit is an error of the caller, and the writer goes on."""
    async with asyncio.timeout(BOUND_SECONDS), KafkaLog(kafka_node.log("broker"), "broker-1") as kafka:
        with pytest.raises(UsageError):
            await kafka.write(outgoing(os.urandom(1_100_000)))
        with pytest.raises(LogUnavailable, match="no partition 7"):
            await kafka.write([Outgoing(topic=AUDIT, key=b"k", value=b"x", partition=7)])
        with pytest.raises(LogUnavailable, match="no partition 7"):
            await kafka.end(AUDIT, 7)
        assert await kafka.write(outgoing(b"x"))


async def test_log_that_ends_before_the_reader_is_not_read(kafka_node: RunningNode) -> None:
    """A follower whose position lies behind the end waits for a log that lags, instead of starting over."""
    async with asyncio.timeout(BOUND_SECONDS), KafkaLog(kafka_node.log("broker"), "broker-1") as kafka:
        end = await kafka.end(AUDIT)
        with pytest.raises(LogUnavailable, match="ends at"):
            await anext(kafka.read(AUDIT, start=end + 5, follow=True))


async def test_signing_certificate_opens_no_connection(kafka_node: RunningNode) -> None:
    """A certificate of a national CA is refused by name of the reason, for reading and for writing."""
    keys = kafka_node.home.participant("NL-POL") / "keys"
    tls = Tls(ca=kafka_node.home.transport_ca, certificate=keys / "signing.pem", key=keys / "signing.key")
    async with asyncio.timeout(BOUND_SECONDS), KafkaLog(Log(bootstrap=kafka_node.home.bootstrap, tls=tls), "x") as log:
        with pytest.raises(AuthorisationError, match="refuses our certificate"):
            await log.end(AUDIT)
        with pytest.raises(AuthorisationError, match="refuses our certificate"):
            await log.write(outgoing(b"x"))


async def test_absent_kafka_is_an_error_within_the_bound(kafka_node: RunningNode) -> None:
    """Nothing at the address: the error says so, at once."""
    away = kafka_node.log("broker").model_copy(update={"bootstrap": "127.0.0.1:1"})
    async with asyncio.timeout(BOUND_SECONDS), KafkaLog(away, "broker-1") as log:
        for attempt in (log.end(AUDIT), log.write(outgoing(b"x"))):
            with pytest.raises(LogUnavailable, match="nothing answers"):
                await attempt


async def test_writer_recovers_after_kafka_hung(kafka_node: RunningNode) -> None:
    """A write to a node that hangs ends at its bound, outcome unknown; a fresh producer then goes on."""
    running = pidfiles.read(kafka_node.home.run, "kafka")
    assert running is not None
    async with asyncio.timeout(BOUND_SECONDS), KafkaLog(kafka_node.log("broker"), "broker-1", write_seconds=1) as kafka:
        (before,) = await kafka.write(outgoing(b"before"))
        os.kill(running.pid, signal.SIGSTOP)
        try:
            until(lambda: stopped(running.pid))
            began = time.monotonic()
            with pytest.raises(LogUnavailable):
                await kafka.write(outgoing(b"during"))
            assert time.monotonic() - began < 3
        finally:
            os.kill(running.pid, signal.SIGCONT)
        await written(kafka, b"after")
        values = [record.value for record in await read(kafka, AUDIT, before)]
        assert values[0] == b"before"
        assert values[-1] == b"after"
        assert set(values) <= {b"before", b"during", b"after"}


def stopped(pid: int) -> bool:
    """Tell whether every thread of a process has taken its stop signal."""
    states = [task.read_text().rpartition(")")[2].split()[0] for task in Path(f"/proc/{pid}/task").glob("*/stat")]
    return set(states) == {"T"}


async def written(kafka: KafkaLog, value: bytes) -> None:
    """Write, as a relay does: again while the log is away."""
    while True:
        try:
            await kafka.write(outgoing(value))
        except LogUnavailable:
            continue
        return

"""The application over a real Kafka: positions survive restarts, members share the work, and halting ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from broker.ports import Commit, Incoming, Outgoing, TopicPartition
from broker.transport.application import Application
from broker.transport.kafka_log import KafkaLog
from contracts.errors import AuditGap, AuthorisationError, LogUnavailable
from tests.support.exchange import RunningNode

GROUP = "broker.admission"
BOUND_SECONDS = 60.0
TOPICS = {"NL-POL": "baken.submit.nl-pol", "DE-BKA": "baken.submit.de-bka"}


class Handler:
    """Notes what it is given; `answers` are given in turn, then every batch is done."""

    def __init__(self, *answers: BaseException | None) -> None:
        self.answers = list(answers)
        self.committed: dict[TopicPartition, Commit | None] = {}
        self.gone: list[TopicPartition] = []
        self.done: list[tuple[str, int]] = []
        self.batches: list[int] = []

    async def assigned(self, partition: TopicPartition, committed: Commit | None) -> None:
        self.committed[partition] = committed

    async def revoked(self, partitions: Sequence[TopicPartition]) -> None:
        self.gone += partitions

    async def batch(self, partition: TopicPartition, records: list[Incoming]) -> Commit | None:
        self.batches.append(len(records))
        if self.answers:
            answer = self.answers.pop(0)
            if answer is None:
                return None
            raise answer
        self.done += [(partition.topic, record.offset) for record in records]
        return Commit(offset=records[-1].offset + 1, metadata=f'{{"audit":{records[-1].offset}}}')


@asynccontextmanager
async def application(
    node: RunningNode, handler: Handler, instance: str = "broker-1"
) -> AsyncIterator[asyncio.Task[None]]:
    """Run a member of the admission group until the block ends."""
    stop, ready = asyncio.Event(), asyncio.Event()
    member = Application(
        node.log("broker"), client_id=instance, group=GROUP, topics=list(TOPICS.values()), handler=handler
    )
    task = asyncio.ensure_future(member.run(stop, ready=ready.set))
    async with asyncio.timeout(BOUND_SECONDS):
        waiting = asyncio.ensure_future(ready.wait())
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        try:
            yield task
        finally:
            stop.set()
            await asyncio.wait([task])


async def submit(node: RunningNode, participant: str, count: int) -> list[tuple[str, int]]:
    """Write records as a participant does, the first with a header that is no text."""
    topic = TOPICS[participant]
    records = [
        Outgoing(topic=topic, key=f"{participant}/0".encode(), value=b"x", headers=(("ce_id", b"\xff"),))
    ] * count
    async with KafkaLog(node.log(participant), "writer") as log:
        return [(topic, offset) for offset in await log.write(records)]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(BOUND_SECONDS):
        while not condition():  # noqa: ASYNC110 (the condition is plain state of the handler)
            await asyncio.sleep(0.01)


async def test_position_and_metadata_survive_a_restart(kafka_node: RunningNode) -> None:
    """The next run is told offset and metadata of the last commit, and gets nothing twice."""
    first = await submit(kafka_node, "NL-POL", 700)
    handler = Handler()
    async with application(kafka_node, handler):
        await until(lambda: set(first) <= set(handler.done))
        assert max(handler.batches) <= 500
    second = await submit(kafka_node, "NL-POL", 3)
    again = Handler()
    async with application(kafka_node, again):
        await until(lambda: set(second) <= set(again.done))
    assert [item for item in again.done if item[0] == TOPICS["NL-POL"]] == second
    last = first[-1][1]
    assert again.committed[TopicPartition(TOPICS["NL-POL"], 0)] == Commit(
        offset=last + 1, metadata=f'{{"audit":{last}}}'
    )


async def test_what_can_be_tried_again_is_not_lost(kafka_node: RunningNode) -> None:
    """A transient error and a partition given up bring the same records again, in order, once done."""
    wanted = await submit(kafka_node, "DE-BKA", 5)
    handler = Handler(LogUnavailable("ordered by the test"), None)
    async with application(kafka_node, handler):
        await until(lambda: set(wanted) <= set(handler.done))
    done = [item for item in handler.done if item[0] == TOPICS["DE-BKA"]]
    assert done[-5:] == wanted
    assert len(done) == len(set(done))


async def test_what_must_halt_ends_the_application(kafka_node: RunningNode) -> None:
    """The handler's error reaches the caller, and what it did not do is done by the next run."""
    wanted = await submit(kafka_node, "NL-POL", 2)
    async with application(kafka_node, Handler(AuditGap("ordered by the test"))) as task:
        async with asyncio.timeout(BOUND_SECONDS):
            await asyncio.wait([task])
        assert isinstance(task.exception(), AuditGap)
    handler = Handler()
    async with application(kafka_node, handler):
        await until(lambda: set(wanted) <= set(handler.done))


async def test_members_share_the_partitions(kafka_node: RunningNode) -> None:
    """A second member takes over a part; every record is done, and both commit without error."""
    one, two = Handler(), Handler()
    async with application(kafka_node, one):
        before = await submit(kafka_node, "NL-POL", 50)
        async with application(kafka_node, two, "broker-2"):
            await until(lambda: len(two.committed) == 1)
            after = await submit(kafka_node, "NL-POL", 50) + await submit(kafka_node, "DE-BKA", 50)
            await until(lambda: {*before, *after} <= {*one.done, *two.done})
            assert one.gone
            assert {topic for topic, _ in two.done if (topic, _) in after} == {next(iter(two.committed)).topic}


async def test_foreign_principals_do_not_start(kafka_node: RunningNode) -> None:
    """A participant's certificate cannot run admission."""
    member = Application(
        kafka_node.log("NL-POL"), client_id="x", group=GROUP, topics=list(TOPICS.values()), handler=Handler()
    )
    async with asyncio.timeout(BOUND_SECONDS):
        with pytest.raises(AuthorisationError):
            await member.run(asyncio.Event())


async def test_absent_kafka_is_waited_for(kafka_node: RunningNode) -> None:
    """Without Kafka the application keeps trying, and ends at once when it is told to."""
    away = kafka_node.log("broker").model_copy(update={"bootstrap": "127.0.0.1:1"})
    stop = asyncio.Event()
    member = Application(away, client_id="broker-1", group=GROUP, topics=["baken.submit.nl-pol"], handler=Handler())
    task = asyncio.ensure_future(member.run(stop))
    await asyncio.wait([task], timeout=0.5)
    assert not task.done()
    stop.set()
    async with asyncio.timeout(5):
        await task

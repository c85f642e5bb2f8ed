"""The worker drives a handler over assigned partitions: nothing overlaps, nothing is lost, what must stop stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from broker.ports import Commit, Incoming, TopicPartition
from broker.transport import worker as subject
from broker.transport.worker import Worker
from contracts.errors import AuditGap, LogUnavailable, TrustStale

A = TopicPartition("baken.submit.nl-pol", 0)
B = TopicPartition("baken.submit.de-bka", 0)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "FIRST_PAUSE_SECONDS", 0.001)


class Group:
    """A group's client in memory: positions, pauses and commits of assigned partitions."""

    def __init__(self) -> None:
        self.commits: dict[TopicPartition, Commit] = {}
        self.positions: dict[TopicPartition, int] = {}
        self.paused: set[TopicPartition] = set()
        self.begin: dict[TopicPartition, int] = {}
        self.away = 0

    async def committed(self, partition: TopicPartition) -> Commit | None:
        await asyncio.sleep(0)
        if self.away:
            self.away -= 1
            raise LogUnavailable("ordered by the test")
        return self.commits.get(partition)

    async def first(self, partition: TopicPartition) -> int:
        await asyncio.sleep(0)
        return self.begin.get(partition, 0)

    async def commit(self, partition: TopicPartition, commit: Commit) -> None:
        await asyncio.sleep(0)
        self.commits[partition] = commit

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.positions[partition] = offset

    def pause(self, partition: TopicPartition) -> None:
        self.paused.add(partition)

    def resume(self, partition: TopicPartition) -> None:
        self.paused.discard(partition)


class Handler:
    """Notes every call; `answers` are given in turn, then every batch is done."""

    def __init__(self, *answers: BaseException | None) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, TopicPartition, object]] = []
        self.at_work = 0
        self.hold: asyncio.Event | None = None

    async def assigned(self, partition: TopicPartition, committed: Commit | None) -> None:
        self.calls.append(("assigned", partition, committed))

    async def revoked(self, partitions: Sequence[TopicPartition]) -> None:
        self.calls += [("revoked", partition, None) for partition in partitions]

    async def batch(self, partition: TopicPartition, records: list[Incoming]) -> Commit | None:
        assert self.at_work == 0
        self.at_work += 1
        try:
            self.calls.append(("batch", partition, [record.offset for record in records]))
            await asyncio.sleep(0)
            if self.hold is not None:
                await self.hold.wait()
            if self.answers:
                answer = self.answers.pop(0)
                if answer is None:
                    return None
                raise answer
        finally:
            self.at_work -= 1
        return Commit(offset=records[-1].offset + 1, metadata="m")

    def batches(self) -> list[object]:
        return [what for kind, _, what in self.calls if kind == "batch"]


def records(partition: TopicPartition, *offsets: int) -> list[Incoming]:
    return [
        Incoming(topic=partition.topic, partition=partition.partition, offset=offset, time=0, key=None, value=b"x")
        for offset in offsets
    ]


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop run until `condition` holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 (the condition is plain state of several owners)
            await asyncio.sleep(0)


@asynccontextmanager
async def working(handler: Handler, group: Group, *partitions: TopicPartition) -> AsyncIterator[Worker]:
    """Run a worker with `partitions` assigned and open."""
    worker = Worker(handler, group)
    worker.assign(partitions)
    try:
        await until(lambda: set(partitions) <= set(group.positions))
        yield worker
    finally:
        await worker.close(5)


async def test_position_and_state_come_from_the_commit() -> None:
    """The handler is told what is committed, and reading goes on there."""
    group, handler = Group(), Handler()
    group.commits[A] = Commit(offset=7, metadata="m")
    async with working(handler, group, A) as worker:
        assert handler.calls == [("assigned", A, group.commits[A])]
        assert group.positions == {A: 7}
        assert group.paused == set()
        await worker.take(A, records(A, 7, 8))
    assert group.commits[A] == Commit(offset=9, metadata="m")


async def test_without_commit_reading_begins_at_the_first_kept_record() -> None:
    """A new group begins at the start, and a pruned topic where it begins."""
    group, handler = Group(), Handler()
    group.begin[A] = 3
    async with working(handler, group, A):
        assert handler.calls == [("assigned", A, None)]
        assert group.positions == {A: 3}


async def test_unavailable_coordinator_is_asked_again() -> None:
    """Taking over is tried again while the log is away."""
    group, handler = Group(), Handler()
    group.away = 2
    async with working(handler, group, A):
        assert handler.calls == [("assigned", A, None)]


async def test_batch_is_held_and_comes_again() -> None:
    """After a transient error the same records come again, nothing is committed, and the partition pauses meanwhile."""
    group, handler = Group(), Handler(TrustStale("x"), LogUnavailable("x"))
    async with working(handler, group, A) as worker:
        await worker.take(A, records(A, 0, 1))
        assert group.paused == {A}
        assert A not in group.commits
        await until(lambda: A in group.commits)
        await until(lambda: group.paused == set())
        assert handler.batches() == [[0, 1]] * 3
        assert group.positions[A] == 2


async def test_held_partition_does_not_stop_the_others() -> None:
    """While one partition waits, another goes on."""
    group, handler = Group(), Handler(LogUnavailable("x"))
    async with working(handler, group, A, B) as worker:
        await worker.take(A, records(A, 0))
        await worker.take(B, records(B, 0))
        assert group.commits[B].offset == 1
        await until(lambda: A in group.commits)


async def test_records_of_a_held_partition_wait() -> None:
    """What was fetched before the pause is dropped and read again after it."""
    group, handler = Group(), Handler(LogUnavailable("x"))
    async with working(handler, group, A) as worker:
        await worker.take(A, records(A, 0, 1))
        await worker.take(A, records(A, 2, 3))
        await until(lambda: A in group.commits)
        assert handler.batches() == [[0, 1], [0, 1]]
        assert group.positions[A] == 2


async def test_given_up_partition_is_taken_over_anew() -> None:
    """None commits nothing; the handler starts from what is committed by then."""
    group, handler = Group(), Handler(None)
    async with working(handler, group, A) as worker:
        group.positions.clear()
        group.commits[A] = Commit(offset=5, metadata="other")
        await worker.take(A, records(A, 0, 1))
        await until(lambda: group.positions == {A: 5})
        assert [kind for kind, _, _ in handler.calls] == ["assigned", "batch", "assigned"]
        assert handler.calls[-1][2] == Commit(offset=5, metadata="other")


async def test_records_behind_the_position_are_not_worked_on_again() -> None:
    """A batch that was fetched before a seek is cut or dropped."""
    group, handler = Group(), Handler()
    group.commits[A] = Commit(offset=5, metadata="m")
    async with working(handler, group, A) as worker:
        await worker.take(A, records(A, 3, 4))
        await worker.take(A, records(A, 4, 5))
        assert handler.batches() == [[5]]


async def test_records_ahead_of_the_position_are_read_in_order() -> None:
    """A batch that skips kept records is dropped and the position set back; one that retention cut is taken."""
    group, handler = Group(), Handler()
    async with working(handler, group, A) as worker:
        group.positions.clear()
        await worker.take(A, records(A, 4))
        assert handler.batches() == []
        assert group.positions == {A: 0}
        group.begin[A] = 4
        await worker.take(A, records(A, 4))
        assert handler.batches() == [[4]]


@pytest.mark.parametrize("fault", [AuditGap("x"), RuntimeError("a defect")], ids=["halt", "defect"])
async def test_other_errors_stop_everything(fault: BaseException) -> None:
    """What cannot be tried again ends the application, and no further batch is worked on."""
    group, handler = Group(), Handler(fault)
    async with working(handler, group, A, B) as worker:
        await worker.take(A, records(A, 0))
        assert worker.failed.exception() is fault
        await worker.take(B, records(B, 0))
        assert handler.batches() == [[0]]
        assert group.commits == {}


async def test_error_while_taking_over_stops_everything() -> None:
    """A partition whose state contradicts the log is not worked on."""

    class Contradicted(Handler):
        async def assigned(self, partition: TopicPartition, committed: Commit | None) -> None:
            await super().assigned(partition, committed)
            raise AuditGap("x")

    worker = Worker(Contradicted(), Group())
    worker.assign([A])
    with pytest.raises(AuditGap):
        await asyncio.wait_for(asyncio.shield(worker.failed), 5)
    await worker.close(5)


async def test_revocation_waits_for_the_batch_in_flight() -> None:
    """What is being worked on is finished and committed before the partition goes."""
    group, handler = Group(), Handler()
    handler.hold = asyncio.Event()
    async with working(handler, group, A) as worker:
        taking = asyncio.ensure_future(worker.take(A, records(A, 0)))
        await until(lambda: handler.at_work == 1)
        revoking = asyncio.ensure_future(worker.revoke([A]))
        await asyncio.sleep(0)
        assert not revoking.done()
        handler.hold.set()
        await asyncio.gather(taking, revoking)
        assert group.commits[A].offset == 1
        assert handler.calls[-1] == ("revoked", A, None)
        await worker.take(A, records(A, 1))
        assert handler.batches() == [[0]]


async def test_held_batch_ends_with_its_assignment() -> None:
    """After a revocation the held batch is forgotten: whoever has the partition next reads it."""
    group, handler = Group(), Handler(*[LogUnavailable("x")] * 3)
    async with working(handler, group, A) as worker:
        await worker.take(A, records(A, 0))
        await worker.revoke([A])
        tried = len(handler.batches())
        worker.assign([A])
        await until(lambda: handler.calls[-1][0] == "assigned")
        assert len(handler.batches()) == tried
        assert A not in group.commits


async def test_unknown_partitions_are_passed() -> None:
    """Records and revocations of a partition that is not ours change nothing."""
    handler = Handler()
    async with working(handler, Group(), A) as worker:
        await worker.take(B, records(B, 0))
        await worker.revoke([B])
        assert [kind for kind, _, _ in handler.calls] == ["assigned"]


async def test_close_lets_the_batch_in_flight_end() -> None:
    """Closing waits for the handler within the bound, and takes nothing afterwards."""
    group, handler = Group(), Handler()
    handler.hold = asyncio.Event()
    worker = Worker(handler, group)
    worker.assign([A])
    await until(lambda: A in group.positions)
    taking = asyncio.ensure_future(worker.take(A, records(A, 0)))
    await until(lambda: handler.at_work == 1)
    assert worker.busy
    closing = asyncio.ensure_future(worker.close(5))
    await asyncio.sleep(0)
    handler.hold.set()
    await asyncio.gather(taking, closing)
    assert group.commits[A].offset == 1
    worker.assign([B])
    await worker.revoke([A])
    assert [kind for kind, _, _ in handler.calls] == ["assigned", "batch"]


async def test_close_cuts_a_batch_that_hangs() -> None:
    """Beyond the bound the handler's call is cancelled, and nothing is committed."""
    group, handler = Group(), Handler()
    handler.hold = asyncio.Event()
    worker = Worker(handler, group)
    worker.assign([A])
    await until(lambda: A in group.positions)
    taking = asyncio.ensure_future(worker.take(A, records(A, 0)))
    await until(lambda: handler.at_work == 1)
    await worker.close(0.01)
    await taking
    assert group.commits == {}

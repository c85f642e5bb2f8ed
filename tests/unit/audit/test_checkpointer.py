"""The checkpointer: what it signs, where it takes up, and when it stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit import checkpoint, merkle, note
from broker.audit.checkpointer import Checkpointer
from broker.audit.window import WINDOW_LEAVES, TreeWindow
from broker.ports import Incoming, Outgoing
from contracts.audit_log import audit_key, entry
from contracts.encoding import canonical, sha256
from contracts.errors import AuditGap, CheckpointFork, LogUnavailable, TrustRefused
from contracts.identifiers import Environment, Topics
from contracts.wire import Audit, Leaf, Position
from tests.support.memory_log import MemoryLog

TOPICS = Topics(Environment.LIVE)
KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
SUBMIT = TOPICS.submit("NL-POL")


def leaf(number: int) -> Leaf:
    return Leaf(
        code=None,
        decision="admitted",
        gap=0,
        jws=sha256(b"j%d" % number),
        position=Position(topic=SUBMIT, partition=0, offset=number),
        record=sha256(b"r%d" % number),
        time=1_795_435_200_000 + number,
        trust=1,
    )


def fill(log: MemoryLog, start: int, end: int) -> None:
    for number in range(start, end):
        log.append(TOPICS.audit, canonical(Audit(leaf=leaf(number))), key=audit_key(SUBMIT, 0))


def root(size: int) -> bytes:
    return merkle.root_of(merkle.leaf_hash(entry(leaf(number))) for number in range(size))


def checkpointer(log: MemoryLog, key: Ed25519PrivateKey = KEY, interval: float = 1.0) -> Checkpointer:
    async def pause(_: float) -> None:
        await asyncio.sleep(0)

    return Checkpointer(
        reader=log,
        writer=log,
        topics=TOPICS,
        key=key,
        origin="baken/live",
        keys=[KEY.public_key().public_bytes_raw()],
        clock=log.clock,
        interval=interval,
        pause=pause,
    )


def published(log: MemoryLog) -> list[checkpoint.SignedCheckpoint]:
    keys = [KEY.public_key().public_bytes_raw()]
    return [checkpoint.read(record, origin="baken/live", keys=keys) for record in log.records(TOPICS.checkpoints)]


def put_checkpoint(log: MemoryLog, record: Outgoing) -> None:
    log.append(record.topic, record.value, key=record.key, headers=record.headers)


def composed(size: int, *, leaves: Sequence[bytes] = (), tree_root: bytes | None = None, hint: int = 0) -> Outgoing:
    tree = merkle.Frontier()
    for number in range(size):
        tree.append(merkle.leaf_hash(entry(leaf(number))))
    head = note.TreeHead(origin="baken/live", size=size, root=tree_root or tree.root())
    return checkpoint.compose(
        head, key=KEY, leaves=leaves, frontier=tree.hashes, audit_offset=hint, topic=TOPICS.checkpoints
    )


async def test_signs_what_stands_in_the_log() -> None:
    """A checkpoint has the root over all leaves, the new leaf hashes, the frontier and the next offset."""
    log = MemoryLog()
    fill(log, 0, 5)
    assert await checkpointer(log).catch_up() == 5
    (found,) = published(log)
    assert (found.head.size, found.head.root, found.audit_offset) == (5, root(5), 5)
    assert list(found.leaves) == [merkle.leaf_hash(entry(leaf(number))) for number in range(5)]
    tree = found.tree()
    assert tree is not None
    assert tree.root() == root(5)


async def test_an_empty_log_gets_no_checkpoint() -> None:
    """Nothing is signed while there is no leaf, and nothing again while there is no new one."""
    log = MemoryLog()
    assert await checkpointer(log).catch_up() == 0
    assert published(log) == []
    fill(log, 0, 1)
    running = checkpointer(log)
    assert await running.catch_up() == await running.catch_up() == 1
    assert len(published(log)) == 1


async def test_at_most_a_thousand_leaves_each() -> None:
    """A backlog of 2,500 leaves becomes three checkpoints that follow each other."""
    log = MemoryLog()
    fill(log, 0, 2_500)
    await checkpointer(log).catch_up()
    assert [(found.start, found.head.size) for found in published(log)] == [(0, 1_000), (1_000, 2_000), (2_000, 2_500)]
    assert published(log)[-1].head.root == root(2_500)


@pytest.mark.parametrize("stops", [(1,), (999, 1_000), (7, 7, 8, 1_500)])
async def test_restarts_anywhere(stops: tuple[int, ...]) -> None:
    """However often it is started anew, the roots are those of one uninterrupted run."""
    log = MemoryLog()
    done = 0
    for stop in (*stops, 1_501):
        fill(log, done, stop)
        done = stop
        await checkpointer(log).catch_up()
    assert all(found.head.root == root(found.head.size) for found in published(log))
    starts = [found.start for found in published(log)]
    assert starts == [0, *[found.head.size for found in published(log)][:-1]]


@pytest.mark.parametrize("stored", [0, None], ids=["not applied", "applied"])
async def test_write_of_unknown_fate(stored: int | None) -> None:
    """A checkpoint whose write failed is published at most once more, with the same root."""
    log = MemoryLog()
    fill(log, 0, 3)
    log.fail_write(TOPICS.checkpoints, stored=stored)
    with pytest.raises(LogUnavailable):
        await checkpointer(log).catch_up()
    assert len(published(log)) == (stored is None)
    await checkpointer(log).catch_up()
    assert [found.head.root for found in published(log)] == [root(3)]


async def test_two_instances_sign_one_tree() -> None:
    """A second instance that runs behind compares and publishes nothing that is signed already."""
    log = MemoryLog()
    fill(log, 0, 10)
    slow, fast = checkpointer(log), checkpointer(log)
    await slow.catch_up()
    fill(log, 10, 20)
    await fast.catch_up()
    fill(log, 20, 30)
    async for batch in log.read(TOPICS.audit, start=10):
        await slow._take(batch)
        await slow._publish()
    assert [found.head.size for found in published(log)] == [10, 20, 30]
    assert [found.head.root for found in published(log)] == [root(10), root(20), root(30)]


async def test_another_root_for_a_size_halts() -> None:
    """A signed checkpoint with another root, behind or ahead of our own tree, is a fork."""
    log = MemoryLog()
    fill(log, 0, 4)
    running = checkpointer(log)
    await running.catch_up()
    put_checkpoint(log, composed(3, tree_root=root(2)))
    fill(log, 4, 5)
    async for batch in log.read(TOPICS.audit, start=4):
        await running._take(batch)
    with pytest.raises(CheckpointFork):
        await running._publish()


async def test_another_root_ahead_halts_when_the_size_is_reached() -> None:
    """A checkpoint ahead of our tree is compared as soon as the tree has that size."""
    log = MemoryLog()
    fill(log, 0, 2)
    running = checkpointer(log)
    await running.catch_up()
    put_checkpoint(log, composed(3, tree_root=root(2)))
    await running._publish()
    fill(log, 2, 3)
    with pytest.raises(CheckpointFork):
        await running._take(log.records(TOPICS.audit)[2:])
    put_checkpoint(log, composed(3))
    with pytest.raises(CheckpointFork):
        await checkpointer(log).catch_up()


async def test_two_roots_ahead_of_the_tree_halt() -> None:
    """Two checkpoints that contradict each other are a fork before any leaf is read."""
    log = MemoryLog()
    running = checkpointer(log)
    put_checkpoint(log, composed(3, tree_root=root(2)))
    put_checkpoint(log, composed(3))
    with pytest.raises(CheckpointFork):
        await running._publish()


@pytest.mark.parametrize("hint", [0, 3, 9, 400], ids=["none", "too early", "too late", "beyond"])
async def test_a_wrong_hint_is_not_believed(hint: int) -> None:
    """With a hint that does not lead to the last leaf the tree is rebuilt from the first leaf."""
    log = MemoryLog()
    fill(log, 0, 10)
    last = [merkle.leaf_hash(entry(leaf(number))) for number in range(5)]
    put_checkpoint(log, composed(5, leaves=last, hint=hint))
    await checkpointer(log).catch_up()
    assert published(log)[-1].head.root == root(10)


async def test_an_audit_that_lost_leaves_halts() -> None:
    """When fewer leaves are kept than are signed, nothing more is signed."""
    log = MemoryLog()
    fill(log, 0, 3)
    put_checkpoint(log, composed(5, leaves=[b"\0" * 32]))
    with pytest.raises(AuditGap):
        await checkpointer(log).catch_up()


async def test_a_rewritten_audit_halts() -> None:
    """When the rebuilt root is not the signed one, nothing more is signed."""
    log = MemoryLog()
    fill(log, 0, 5)
    put_checkpoint(log, composed(5, tree_root=root(4)))
    with pytest.raises(CheckpointFork):
        await checkpointer(log).catch_up()
    other = MemoryLog()
    fill(other, 1, 6)
    put_checkpoint(other, composed(5))
    with pytest.raises(CheckpointFork):
        await checkpointer(other).catch_up()


@pytest.mark.parametrize("value", [b"{}", None, b'{"leaf":1}'])
async def test_a_record_that_is_no_leaf_halts(value: bytes | None) -> None:
    """What is not a leaf in its one spelling cannot be counted, so nothing is signed over it."""
    log = MemoryLog()
    log.append(TOPICS.audit, value)
    with pytest.raises(AuditGap):
        await checkpointer(log).catch_up()


async def test_foreign_records_on_checkpoints_halt() -> None:
    """A checkpoint of another key, of another form, or under another key of Kafka is not taken up."""
    log = MemoryLog()
    fill(log, 0, 1)
    await checkpointer(log, Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)).catch_up()
    with pytest.raises(TrustRefused):
        await checkpointer(log).catch_up()
    for value, key in ((b"{}", b"1"), (composed(1).value, b"2"), (composed(0, leaves=[b"\0" * 32]).value, b"0")):
        broken = MemoryLog()
        broken.append(TOPICS.checkpoints, value, key=key)
        with pytest.raises(TrustRefused):
            await checkpointer(broken).catch_up()


async def test_runs_until_stopped_and_waits_for_the_log() -> None:
    """The service follows the log, survives a log that does not answer, and signs what comes later."""
    log = MemoryLog()
    fill(log, 0, 2)
    log.fail_read(TOPICS.audit)
    log.fail_write(TOPICS.checkpoints)
    task = asyncio.create_task(checkpointer(log, interval=0.0).run())
    async with asyncio.timeout(10):
        async for _ in log.read(TOPICS.checkpoints, follow=True):
            if len(log.records(TOPICS.audit)) == 2 and published(log):
                fill(log, 2, 3)
            if published(log) and published(log)[-1].head.size == 3:
                break
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert published(log)[-1].head.root == root(3)


async def test_keeps_its_pace() -> None:
    """Between two checkpoints lies at least the interval, and a log that ends ends the service."""
    log = MemoryLog()
    fill(log, 0, 1)

    class Ended(MemoryLog):
        async def read(
            self, topic: str, partition: int = 0, *, start: int = 0, follow: bool = False
        ) -> AsyncIterator[list[Incoming]]:
            async for batch in log.read(topic, partition, start=start):
                yield batch
                log.clock.now += timedelta(seconds=0.9)  # type: ignore[attr-defined]
                if follow:
                    yield []

        end = log.end  # type: ignore[assignment]
        write = log.write  # type: ignore[assignment]

    await checkpointer(Ended(log.clock)).run()
    assert published(log) == []
    await checkpointer(Ended(log.clock), interval=0.9).run()
    assert len(published(log)) == 1


def test_window_forgets_what_is_far_back() -> None:
    """Recent sizes can be looked at again, older ones and coming ones cannot."""
    tree = TreeWindow()
    leaves = [merkle.leaf_hash(b"%d" % number) for number in range(3 * WINDOW_LEAVES)]
    for item in leaves:
        tree.append(item)
    size = len(leaves)
    for at in (size, size - 1, size - WINDOW_LEAVES):
        found = tree.tree_at(at)
        assert found is not None
        assert found.root() == merkle.root_of(leaves[:at])
    assert tree.tree_at(size + 1) is None
    assert tree.tree_at(1) is None
    assert tree.leaves(0, 2) is None
    assert tree.leaves(size - 2, size) == leaves[-2:]
    assert tree.leaves(size, size + 1) is None

"""Admit, put on record, read back, deliver, and only then say how far a partition is done (DESIGN 7).

At-least-once with idempotent effects. The order of effects is the whole promise:

1. verify each record of the batch;
2. append the leaves to `audit` and read them back: the first leaf for a position is the decision;
3. write feeds, notices and quarantine as the leaf on record says;
4. return the offset to commit, with where the last leaf stands and the head.

The other order could deliver what no auditor would ever see.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import structlog

from broker.admission.decide import audit_of, audit_record, leaf_of
from broker.admission.heads import MAX_BATCH, PartitionState, recover
from broker.admission.heartbeat import Heartbeats
from broker.admission.recorded import Recorded, recorded
from broker.admission.route import FEED_PARTITIONS, Router
from broker.admission.sweep import Sweep
from broker.admission.tail import AuditTail
from broker.envelope.order import Head
from broker.envelope.states import Verdict
from broker.envelope.verify import verify_submitted
from broker.ports import Clock, Commit, Incoming, LogReader, LogWriter, TopicPartition
from broker.trust.view import TrustView
from contracts.audit_log import audit_key
from contracts.errors import BakenError, ClockFault, TransientError
from contracts.identifiers import Topics, instant
from contracts.wire import Audit, Leaf

MAX_CLOCK_DIFFERENCE = timedelta(seconds=30)
"""Kafka's clock against ours: beyond this no time limit of step 7 can be judged."""

log = structlog.get_logger()


class Step(StrEnum):
    """Instants right after something durable; a crash there is mended as the comments say."""

    ON_RECORD = "on-record"
    READ_BACK = "read-back"
    DELIVERED = "delivered"


class Trust(Protocol):
    """Verified trust, as `broker.trust.documents` keeps it."""

    def current(self, now: datetime, /) -> TrustView:
        """Return the present view.

        Raises:
            TrustStale: it is not fresh; nothing may be judged.
        """

    def version_at(self, version: int, /) -> TrustView | None:
        """Return the view of an earlier version, None if it is not kept."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A record with this process's verdict and the leaf to write: None where a leaf is on record already."""

    record: Incoming
    verdict: Verdict | None
    audit: Audit | None


def with_feeds(trust: TrustView) -> list[str]:
    """Return the participants that have a gateway and so a feed; an auditor has none."""
    return [one.id for one in trust.participants.values() if one.issues or one.profiles]


class AdmissionProcess:
    """The broker's work on submit partitions: a `BatchHandler` with its background tasks.

    All state is a cache of the log. It is owned by the task that calls `assigned`, `revoked` and
    `batch`, which never overlap; the background tasks read only which partitions are assigned. After
    any failure the state of the partition is dropped and found anew from the last commit.
    """

    def __init__(
        self,
        *,
        reader: LogReader,
        writer: LogWriter,
        trust: Trust,
        topics: Topics,
        clock: Clock,
        heartbeat_seconds: float = 10.0,
        sweep_seconds: float = 86_400.0,
        feed_partitions: int = FEED_PARTITIONS,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        passed: Callable[[Step], None] = lambda _: None,
    ) -> None:
        """`passed` is called right after each durable step; fault tests stop the process there."""
        self._reader = reader
        self._writer = writer
        self._trust = trust
        self._topics = topics
        self._clock = clock
        self._passed = passed
        self._router = Router(topics, partitions=feed_partitions)
        self._states: dict[TopicPartition, PartitionState] = {}
        self._commits: dict[TopicPartition, Commit | None] = {}
        self._tail = AuditTail(reader, topics, clock)
        self._sweep = Sweep(
            reader=reader,
            writer=writer,
            topics=topics,
            clock=clock,
            router=self._router,
            partitions=lambda: set(self._commits),
            interval=sweep_seconds,
            pause=pause,
        )
        self._heartbeats = Heartbeats(
            writer=writer,
            topics=topics,
            clock=clock,
            participants=lambda: with_feeds(trust.current(clock())),
            partitions=feed_partitions,
        )
        self._heartbeat_seconds = heartbeat_seconds
        self._pause = pause

    async def run_heartbeats(self) -> None:
        """Write heartbeats into every feed partition, and note which partitions are read to their end, for ever."""
        while True:
            await self._heartbeats.write_once()
            await self._note_ends()
            await self._pause(self._heartbeat_seconds)

    async def run_sweeps(self) -> None:
        """Write tombstones again at start, after each assignment and at the interval, for ever."""
        await self._sweep.run()

    async def assigned(self, partition: TopicPartition, committed: Commit | None, /) -> None:
        """Take over `partition`: find its head and what is on record behind the commit.

        Raises:
            AuditGap: a committed position has no leaf.
            LogUnavailable: the log does not answer.
        """
        self._states.pop(partition, None)
        self._commits[partition] = committed
        await self._state(partition)
        self._sweep.wake()
        log.info("partition.assigned", topic=partition.topic, partition=partition.partition)

    async def revoked(self, partitions: Sequence[TopicPartition], /) -> None:
        """Forget `partitions`; what was not committed is done again by whoever has them next."""
        for partition in partitions:
            self._states.pop(partition, None)
            self._commits.pop(partition, None)
        if not self._commits:
            await self._tail.close()

    async def batch(self, partition: TopicPartition, records: list[Incoming], /) -> Commit | None:
        """Judge `records` and do everything that follows; return what to commit, None to give the partition up.

        Raises:
            TrustStale, LogUnavailable: nothing more is decided; call again.
            ClockFault: Kafka's clock and ours are too far apart; nothing was judged.
            AuditGap: the log contradicts the commit.
        """
        done = False
        try:
            for start in range(0, len(records), MAX_BATCH):
                if not await self._work(partition, records[start : start + MAX_BATCH]):
                    return None
            done = True
        except BakenError as fault:
            log.warning("batch.failed", code=fault.code.value, topic=partition.topic, partition=partition.partition)
            raise
        finally:
            # Whatever ended it, a cancellation too: some of the writes may be stored and some not.
            # Forget what we believe and ask the log; the next call begins behind the last commit.
            if not done:
                self._states.pop(partition, None)
        return self._commits[partition]

    async def _work(self, partition: TopicPartition, records: list[Incoming]) -> bool:
        state = await self._state(partition)
        fresh = [record for record in records if state.next is None or record.offset >= state.next]
        if not fresh:
            return True
        if state.next is not None and fresh[0].offset > state.next:
            # Retention took records that nobody judged. No leaf can be made without the bytes.
            log.error(
                "submit.gap", topic=partition.topic, partition=partition.partition,
                offset=state.next, count=fresh[0].offset - state.next,
            )  # fmt: skip
        await self._check_clock(state, fresh)
        judged = self._judge(state, fresh)
        if not await self._put_on_record(state, judged):
            return False

        # Feeds, notices and quarantine, event before tombstones. A crash before this leaves decisions
        # without effects; a crash after it, or within, the same records once more under the same keys:
        # either way the next owner finds the leaves behind the commit and writes all of them again.
        outgoing = [
            item
            for one in judged
            for item in self._router.records(state.on_record[one.record.offset], one.record, one.verdict)
        ]
        await self._writer.write(outgoing)
        self._passed(Step.DELIVERED)

        # The offset goes last. A crash before the commit repeats the batch, with the decisions on
        # record; after it the batch is done.
        last = fresh[-1].offset
        self._commits[partition] = Commit(offset=last + 1, metadata=state.metadata_after(last))
        for position in [position for position in state.on_record if position <= last]:
            del state.on_record[position]
        state.next = last + 1
        return True

    async def _state(self, partition: TopicPartition) -> PartitionState:
        state = self._states.get(partition)
        if state is None:
            state = await recover(self._reader, self._topics, partition, self._commits[partition])
            self._states[partition] = state
            self._tail.begin(state.cursor)
        return state

    async def _check_clock(self, state: PartitionState, fresh: list[Incoming]) -> None:
        """Compare append times with our clock, before anything is judged (DESIGN 5, Clocks).

        A record may lie long on the topic, so its age says nothing; but what comes after the partition
        was read to its end cannot be stamped before that.
        """
        now = self._clock()
        times = [instant(record.time) for record in fresh if record.offset not in state.on_record]
        late = state.read_to_end
        ahead = bool(times) and max(times) > now + MAX_CLOCK_DIFFERENCE
        behind = bool(times) and late is not None and min(times) < late - MAX_CLOCK_DIFFERENCE
        if ahead or behind:
            log.error("clock.fault", topic=fresh[0].topic, partition=fresh[0].partition, offset=fresh[0].offset)
            raise ClockFault(f"append times are {'ahead of' if ahead else 'behind'} the clock by more than 30 s")
        if await self._reader.end(fresh[0].topic, fresh[0].partition) == fresh[-1].offset + 1:
            state.read_to_end = now

    async def _note_ends(self) -> None:
        """Keep the bound for append times close on idle partitions: nothing waits there, so nothing is older."""
        for partition, state in list(self._states.items()):
            now = self._clock()
            try:
                end = await self._reader.end(partition.topic, partition.partition)
            except TransientError:
                return
            if state.next == end:
                state.read_to_end = now

    def _judge(self, state: PartitionState, fresh: list[Incoming]) -> list[Judged]:
        """Judge in order; the head moves with each record. A decision on record is followed, not made anew."""
        trust = self._trust.current(self._clock())
        judged = []
        for record in fresh:
            on_record = state.on_record.get(record.offset)
            if on_record is None:
                verdict = verify_submitted(record, at=record.time, trust=trust, head=state.head)
                leaf = leaf_of(verdict, record, trust=trust.version)
                judged.append(Judged(record, verdict, audit_of(leaf, verdict)))
                state.head = verdict.head
            else:
                judged.append(Judged(record, self._confirm(on_record, record, state.head), None))
                claims = on_record.claims()
                state.head = state.head if claims is None else state.head.after(claims)
        return judged

    def _confirm(self, on_record: Recorded, record: Incoming, head: Head) -> Verdict | None:
        """Judge as the leaf on record did; None when that cannot be repeated, and the leaf alone counts.

        That happens after a revocation, or with another version of the rules.
        """
        leaf = on_record.leaf
        trust = self._trust.version_at(leaf.trust)
        if trust is not None:
            verdict = verify_submitted(record, at=record.time, trust=trust, head=head)
            if leaf_of(verdict, record, trust=leaf.trust) == leaf:
                return verdict
        log.warning("decision.kept", topic=record.topic, partition=record.partition, offset=record.offset)
        return None

    async def _put_on_record(self, state: PartitionState, judged: list[Judged]) -> bool:
        """Append the new leaves and read them back; False when another writer decided first."""
        new = [one.audit for one in judged if one.audit is not None]
        if not new:
            return True
        # A crash before this write leaves nothing; after it, or when its fate is unknown, decisions
        # without effects behind the commit: the next owner reads them and follows them.
        written = [audit_record(audit, self._topics) for audit in new]
        offsets = await self._writer.write(written)
        self._passed(Step.ON_RECORD)
        own = {offset: (item.value, audit) for offset, item, audit in zip(offsets, written, new, strict=True)}
        await self._read_back(offsets[-1], own)
        self._passed(Step.READ_BACK)
        for audit, offset in zip(new, offsets, strict=True):
            decision = state.on_record.get(audit.leaf.position.offset)
            if decision is None or decision.offset != offset:
                # Somebody else has this partition, or had it and wrote late. Ours is void, and so is
                # whatever we would do next: drop the batch, give the partition up, start from the log.
                place = audit.leaf.position
                log.error("leaf.void", topic=place.topic, partition=place.partition, offset=place.offset)
                return False
            self._report(audit.leaf)
        return True

    async def _read_back(self, offset: int, own: Mapping[int, tuple[bytes | None, Audit]]) -> None:
        """Read `audit` to `offset`, for every partition of this instance.

        What comes back byte for byte as it was just written (`own`, by offset) need not be read again.
        """
        by_key = {audit_key(where.topic, where.partition): state for where, state in self._states.items()}

        def take(record: Incoming) -> None:
            state = by_key.get(record.key or b"")
            if state is not None and record.offset >= state.cursor:
                value, audit = own.get(record.offset, (None, None))
                if audit is not None and value == record.value:
                    state.take(Recorded(audit, record.offset))
                else:
                    state.take(recorded(record.value, offset=record.offset))
                state.cursor = record.offset + 1

        await self._tail.through(offset, take)

    def _report(self, leaf: Leaf) -> None:
        """Log what somebody should look at; what was simply admitted stands in the audit log."""
        place = {"topic": leaf.position.topic, "partition": leaf.position.partition, "offset": leaf.position.offset}
        if leaf.decision == "refused":
            log.warning("record.refused", code=leaf.code, record=leaf.record, **place)
        elif leaf.decision == "repeat":
            log.info("record.repeat", code=leaf.code, record=leaf.record, **place)
        elif leaf.gap:
            log.warning("record.gap", gap=leaf.gap, **place)

"""Keep a log in memory behind the same ports as Kafka, with faults that a test can order.

`LogWriter`, `LogReader` and `Groups` of `broker.ports` in one object. A topic comes into being when
it is first used, with as many partitions as are touched. Owner of all state: the test that made it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from broker.ports import Incoming, Outgoing
from contracts.errors import AuthorisationError, LogUnavailable
from contracts.identifiers import milliseconds

IDLE_SECONDS = 0.02
"""How long a following reader waits before it yields an empty batch; Kafka's takes up to a second."""


class SettableClock:
    """A `Clock` that stands still until it is moved."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Move on by `timedelta(**by)`."""
        self.now += timedelta(**by)


@dataclass
class _Partition:
    records: list[Incoming] = field(default_factory=list)
    end: int = 0


@dataclass
class _Fault:
    topic: str
    stored: int | None
    after: int


class MemoryLog:
    """An append-only log with partitions, timestamps, compaction and ordered faults."""

    def __init__(self, clock: Callable[[], datetime] | None = None, *, batch_records: int = 500) -> None:
        self.clock = clock or SettableClock()
        self.batch_records = batch_records
        self.committed: dict[tuple[str, str, int], int] = {}
        self.writes: list[Outgoing] = []
        self._partitions: defaultdict[tuple[str, int], _Partition] = defaultdict(_Partition)
        self._faults: list[_Fault] = []
        self._read_faults: Counter[str] = Counter()
        self._commit_faults = 0
        self._denied: set[str] = set()
        self._waiting: set[asyncio.Event] = set()

    # What a test does to the log.

    def append(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None = None,
        headers: tuple[tuple[str, bytes | None], ...] = (),
        partition: int = 0,
        time: int | None = None,
    ) -> Incoming:
        """Append one record as another client would; `time` in milliseconds, the clock's by default."""
        held = self._partitions[topic, partition]
        record = Incoming(
            topic=topic,
            partition=partition,
            offset=held.end,
            time=milliseconds(self.clock()) if time is None else time,
            key=key,
            value=value,
            headers=headers,
        )
        held.records.append(record)
        held.end += 1
        for event in self._waiting:
            event.set()
        return record

    def records(self, topic: str, partition: int = 0) -> list[Incoming]:
        """Return what is kept, in order."""
        return list(self._partitions[topic, partition].records)

    def latest(self, topic: str, partition: int = 0) -> dict[bytes | None, bytes | None]:
        """Return the last value of each key, as a compacted reader sees it (None: tombstone)."""
        return {record.key: record.value for record in self._partitions[topic, partition].records}

    def topics(self) -> set[str]:
        """Return the names of all topics that were used."""
        return {topic for topic, _ in self._partitions}

    def compact(self, topic: str, partition: int = 0, *, tombstones: bool = True) -> None:
        """Keep the last record of each key; with `tombstones` drop those that are tombstones too."""
        held = self._partitions[topic, partition]
        last = {record.key: record.offset for record in held.records}
        held.records = [
            record
            for record in held.records
            if last[record.key] == record.offset and not (tombstones and record.value is None)
        ]

    def prune(self, topic: str, before: int, partition: int = 0) -> None:
        """Drop what retention would drop: every record below the offset `before`."""
        held = self._partitions[topic, partition]
        held.records = [record for record in held.records if record.offset >= before]

    def fail_write(self, topic: str, *, stored: int | None = 0, after: int = 0) -> None:
        """Make a coming write that touches `topic` raise `LogUnavailable`, once.

        `stored` says how many records of that write are in the log all the same: 0 is "failed, not
        applied", None is "failed, but applied". `after` lets so many writes to `topic` pass first.
        """
        self._faults.append(_Fault(topic, stored, after))

    def fail_read(self, topic: str, times: int = 1) -> None:
        """Make the next `times` reads or end look-ups of `topic` raise `LogUnavailable`."""
        self._read_faults[topic] += times

    def fail_commit(self, times: int = 1) -> None:
        """Make the next `times` group commits raise `LogUnavailable`, not applied."""
        self._commit_faults += times

    def deny(self, topic: str) -> None:
        """Refuse this principal every access to `topic` from now on."""
        self._denied.add(topic)

    # LogWriter

    async def write(self, records: Sequence[Outgoing]) -> list[int]:
        """Append all in order, or fail as ordered."""
        await asyncio.sleep(0)
        for topic in {record.topic for record in records}:
            self._check_access(topic)
        fault = self._due({record.topic for record in records})
        keep = records if fault is None or fault.stored is None else records[: fault.stored]
        offsets = []
        for record in keep:
            self.writes.append(record)
            appended = self.append(
                record.topic, record.value, key=record.key, headers=record.headers, partition=record.partition
            )
            offsets.append(appended.offset)
        if fault is not None:
            raise LogUnavailable("ordered by the test")
        return offsets

    # LogReader

    async def end(self, topic: str, partition: int = 0) -> int:
        """Return the offset that the next record will get."""
        await asyncio.sleep(0)
        self._check_read(topic)
        return self._partitions[topic, partition].end

    async def read(
        self, topic: str, partition: int = 0, *, start: int = 0, follow: bool = False
    ) -> AsyncIterator[list[Incoming]]:
        """Yield batches up to the end seen at the call, or for ever with `follow`."""
        end = await self.end(topic, partition)
        position = start
        while follow or position < end:
            self._check_access(topic)
            batch = self._next(topic, partition, position, None if follow else end)
            if batch:
                position = batch[-1].offset + 1
                yield batch
            elif follow:
                await self._idle()
                if self._next(topic, partition, position, None) == []:
                    yield []
            else:
                return

    # Groups

    @asynccontextmanager
    async def open(self, group: str, topics: Sequence[str]) -> AsyncIterator[MemoryGroup]:
        """Join `group`: one member has every partition."""
        await asyncio.sleep(0)
        for topic in topics:
            self._check_access(topic)
        yield MemoryGroup(self, group, tuple(topics))

    def _next(self, topic: str, partition: int, position: int, end: int | None) -> list[Incoming]:
        kept = self._partitions[topic, partition].records
        found = [record for record in kept if record.offset >= position and (end is None or record.offset < end)]
        return found[: self.batch_records]

    async def _idle(self) -> None:
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            await asyncio.wait_for(event.wait(), IDLE_SECONDS)
        except TimeoutError:
            return
        finally:
            self._waiting.discard(event)

    def _due(self, topics: set[str]) -> _Fault | None:
        for fault in self._faults:
            if fault.topic not in topics:
                continue
            if fault.after:
                fault.after -= 1
                continue
            self._faults.remove(fault)
            return fault
        return None

    def _check_read(self, topic: str) -> None:
        self._check_access(topic)
        if self._read_faults[topic]:
            self._read_faults[topic] -= 1
            raise LogUnavailable("ordered by the test")

    def _check_access(self, topic: str) -> None:
        if topic in self._denied:
            raise AuthorisationError(topic)

    def _commit(self, group: str, offsets: Mapping[tuple[str, int], int]) -> None:
        if self._commit_faults:
            self._commit_faults -= 1
            raise LogUnavailable("ordered by the test")
        for (topic, partition), offset in offsets.items():
            self.committed[group, topic, partition] = offset

    def _partitions_of(self, topics: Sequence[str]) -> list[tuple[str, int]]:
        return sorted(pair for pair in self._partitions if pair[0] in topics)


class MemoryGroup:
    """The only member of a group. Positions start at what is committed."""

    def __init__(self, log: MemoryLog, group: str, topics: tuple[str, ...]) -> None:
        self._log = log
        self._group = group
        self._topics = topics
        self._positions: dict[tuple[str, int], int] = {}

    async def batches(self) -> AsyncIterator[list[Incoming]]:
        """Yield batches for ever, one partition at a time; empty ones while nothing arrives."""
        while True:
            found = False
            for topic, partition in self._log._partitions_of(self._topics):
                self._log._check_read(topic)
                known = self._log.committed.get((self._group, topic, partition), 0)
                position = self._positions.setdefault((topic, partition), known)
                batch = self._log._next(topic, partition, position, None)
                if batch:
                    found = True
                    self._positions[topic, partition] = batch[-1].offset + 1
                    yield batch
            if not found:
                await self._log._idle()
                yield []

    async def commit(self, offsets: Mapping[tuple[str, int], int]) -> None:
        """Keep the next offset to read for each (topic, partition)."""
        await asyncio.sleep(0)
        self._log._commit(self._group, offsets)

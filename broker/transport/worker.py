"""Drive a `BatchHandler` over the partitions that a group assigns, without losing a position.

What can be tried again is held while its partition pauses, so the others go on and the group sees
us poll; what must stop stops everything. Nothing here knows the client library.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from broker.ports import BatchHandler, Commit, Incoming, TopicPartition
from contracts.errors import TransientError

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
"""A cause that passes is met within seconds, one that stays costs a call every five."""

_LOG = structlog.get_logger()


class Position(Protocol):
    """What the worker asks of the group's client, for assigned partitions."""

    async def committed(self, partition: TopicPartition, /) -> Commit | None:
        """Return what the group has committed, with its metadata."""

    async def first(self, partition: TopicPartition, /) -> int:
        """Return the first kept offset."""

    async def commit(self, partition: TopicPartition, commit: Commit, /) -> None:
        """Commit, or log why not: what is not committed is done again, which is no error."""

    def seek(self, partition: TopicPartition, offset: int, /) -> None:
        """Read on from `offset`."""

    def pause(self, partition: TopicPartition, /) -> None:
        """Fetch nothing more of `partition`."""

    def resume(self, partition: TopicPartition, /) -> None:
        """Fetch `partition` again."""


@dataclass(slots=True, eq=False)
class _Assigned:
    """One assignment of one partition. `next` is the offset to work on; `open` while batches are taken."""

    partition: TopicPartition
    next: int = 0
    open: bool = False
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class Worker:
    """Owner of the assignments and of the lock that keeps the handler's calls apart.

    `failed` ends with the error that stops the application.
    """

    def __init__(self, handler: BatchHandler, position: Position) -> None:
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._handler = handler
        self._position = position
        self._assigned: dict[TopicPartition, _Assigned] = {}
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def busy(self) -> bool:
        """Tell whether the handler is at work."""
        return self._lock.locked()

    def assign(self, partitions: Iterable[TopicPartition]) -> None:
        """Take partitions over; they pause until the handler has found its state for them."""
        for partition in () if self._closed else partitions:
            this = _Assigned(partition)
            self._assigned[partition] = this
            self._take_over(this)

    async def revoke(self, partitions: Iterable[TopicPartition]) -> None:
        """Forget partitions, after the call in flight: what it did may still be committed."""
        gone = [this for partition in partitions if (this := self._assigned.pop(partition, None))]
        if not gone:
            return
        async with self._lock:
            for this in gone:
                for task in this.tasks:
                    task.cancel()
            if not self._closed:
                await self._watched(self._handler.revoked([this.partition for this in gone]))

    async def take(self, partition: TopicPartition, records: list[Incoming]) -> None:
        """Work through records of an assigned partition; returns when they are done or held."""
        this = self._assigned.get(partition)
        # What comes for a partition that is not open was fetched before its pause; it comes again.
        if this is not None and this.open and not self.failed.done():
            await self._watched(self._work(this, records))

    async def close(self, seconds: float) -> None:
        """Take nothing more, let the call in flight end within `seconds`, then cancel what is left."""
        self._closed = True
        self._assigned.clear()
        idle = asyncio.ensure_future(self._lock.acquire())
        await asyncio.wait([idle], timeout=seconds)
        for task in (idle, *self._tasks):
            task.cancel()
        await asyncio.gather(idle, *self._tasks, return_exceptions=True)
        if self.failed.done() and not self.failed.cancelled():
            self.failed.exception()
        else:
            self.failed.cancel()

    def _is_current(self, this: _Assigned) -> bool:
        return self._assigned.get(this.partition) is this and not self.failed.done()

    def _take_over(self, this: _Assigned) -> None:
        this.open = False
        self._position.pause(this.partition)
        self._spawn(self._find_state(this), this)

    async def _find_state(self, this: _Assigned) -> None:
        partition = this.partition
        pause = FIRST_PAUSE_SECONDS
        while True:
            async with self._lock:
                if not self._is_current(this):
                    return
                try:
                    committed = await self._position.committed(partition)
                    await self._handler.assigned(partition, committed)
                    first = await self._position.first(partition)
                except TransientError as fault:
                    self._report(fault, partition)
                else:
                    if self._is_current(this):
                        this.next = first if committed is None else max(first, committed.offset)
                        self._go_on(this)
                    return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _work(self, this: _Assigned, records: list[Incoming]) -> None:
        partition = this.partition
        wanted = [record for record in records if record.offset >= this.next]
        if not wanted:
            return
        if wanted[0].offset > this.next and await self._position.first(partition) <= this.next:
            # Fetched before a seek; retention did not take what lies between.
            self._position.seek(partition, this.next)
            return
        if not await self._attempt(this, wanted) and self._is_current(this):
            this.open = False
            self._position.pause(partition)
            self._spawn(self._retry(this, wanted), this)

    async def _retry(self, this: _Assigned, records: list[Incoming]) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            if await self._attempt(this, records):
                return

    async def _attempt(self, this: _Assigned, records: list[Incoming]) -> bool:
        """Have the handler work on `records`; False when the same call has to come again."""
        async with self._lock:
            if not self._is_current(this):
                return True
            try:
                done = await self._handler.batch(this.partition, records)
            except TransientError as fault:
                self._report(fault, this.partition)
                return False
            if done is None:
                if self._is_current(this):
                    self._take_over(this)
                return True
            # A crash before this commit brings the batch again, with its effects on record; after it, never.
            # Revocation waits for the lock, so a commit of a batch in flight is in time.
            await self._position.commit(this.partition, done)
            this.next = records[-1].offset + 1
            if not this.open and self._is_current(this):
                self._go_on(this)
            return True

    def _go_on(self, this: _Assigned) -> None:
        self._position.seek(this.partition, this.next)
        self._position.resume(this.partition)
        this.open = True

    def _report(self, fault: TransientError, partition: TopicPartition) -> None:
        _LOG.warning("batch.held", topic=partition.topic, partition=partition.partition, code=fault.code.value)

    async def _watched(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait for `work`; its error ends the application, whoever the caller is."""
        await asyncio.wait([self._spawn(work)])

    def _spawn(self, work: Coroutine[Any, Any, None], this: _Assigned | None = None) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        if this is not None:
            this.tasks.add(task)
            task.add_done_callback(this.tasks.discard)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None and not self.failed.done():
            self.failed.set_exception(fault)

"""Read the audit log back, once for all partitions of this instance."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from datetime import timedelta

from broker.ports import Clock, Incoming, LogReader
from contracts.errors import BakenError, LogUnavailable
from contracts.identifiers import Topics

READ_BACK = timedelta(seconds=30)
"""How long an own, acknowledged leaf may stay unseen: longer than the loss of two of three nodes."""


class AuditTail:
    """Follow `audit` with one reader that stays open.

    Owned by `AdmissionProcess`, whose calls never overlap. After a fault the next call opens a new
    reader where the last record was seen.
    """

    def __init__(self, reader: LogReader, topics: Topics, clock: Clock) -> None:
        self._reader = reader
        self._topic = topics.audit
        self._clock = clock
        self._next: int | None = None
        self._open: AsyncGenerator[list[Incoming], None] | None = None

    def begin(self, offset: int) -> None:
        """Start at `offset`, unless the reader is further back already and serves other partitions."""
        if self._next is None:
            self._next = offset

    async def through(self, offset: int, take: Callable[[Incoming], None]) -> None:
        """Hand every record up to `offset` to `take`, each once and in order.

        Raises:
            LogUnavailable: `offset` did not appear in time.
        """
        deadline = self._clock() + READ_BACK
        start = offset if self._next is None else self._next
        while start <= offset:
            try:
                for record in await self._batch(start):
                    take(record)
                    self._next = start = record.offset + 1
            except BakenError:
                await self._let_go()  # what is left of the batch would be missed by the open reader
                raise
            if start <= offset and self._clock() > deadline:
                await self._let_go()
                raise LogUnavailable(f"audit offset {offset} is acknowledged and cannot be read")

    async def close(self) -> None:
        """Let the reader go: no partition is left. The next `begin` says where to start."""
        await self._let_go()
        self._next = None

    async def _let_go(self) -> None:
        if self._open is not None:
            reader, self._open = self._open, None
            await reader.aclose()

    async def _batch(self, start: int) -> list[Incoming]:
        if self._open is None:
            self._open = self._follow(start)
        batch = await anext(self._open, None)
        if batch is None:  # the reader ended by itself: open another one
            self._open = None
        return batch or []

    async def _follow(self, start: int) -> AsyncGenerator[list[Incoming], None]:
        async for batch in self._reader.read(self._topic, start=start, follow=True):
            yield batch

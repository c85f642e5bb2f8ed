"""Write again the tombstones of everything replaced, erased, recalled or past `exp` (DESIGN 9).

A paused instance may put an event back into a feed behind its tombstone, and a tombstone vanishes
after its time. The sweep needs no memory of either: what ends what stands in `audit`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

import structlog

from broker.admission.recorded import Recorded, recorded
from broker.admission.route import Router
from broker.ports import Clock, Incoming, LogReader, LogWriter, Outgoing, TopicPartition
from contracts.audit_log import audit_key
from contracts.errors import TransientError
from contracts.identifiers import Topics, seconds

WRITE_RECORDS = 500
"""Tombstones written together: bounds memory and the wait for one acknowledgement."""
RETRY_SECONDS = 10.0
"""Pause after a log that did not answer, before the sweep begins anew."""

log = structlog.get_logger()


class Sweep:
    """Walk `audit` from its start for the partitions of this instance. Memory: one batch.

    Owned by the one task that runs `run`; `wake` may be called from any task of the same loop.
    """

    def __init__(
        self,
        *,
        reader: LogReader,
        writer: LogWriter,
        topics: Topics,
        clock: Clock,
        router: Router,
        partitions: Callable[[], Collection[TopicPartition]],
        interval: float,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._topics = topics
        self._clock = clock
        self._router = router
        self._partitions = partitions
        self._interval = interval
        self._pause = pause
        self._wanted = asyncio.Event()

    def wake(self) -> None:
        """Ask for a sweep: partitions were assigned."""
        self._wanted.set()

    async def run(self) -> None:
        """Sweep when woken and at the interval, for ever; what fails is begun anew."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), self._interval)
            self._wanted.clear()
            try:
                written = await self.sweep_once()
            except TransientError as fault:
                log.warning("sweep.waiting", code=fault.code.value, seconds=RETRY_SECONDS)
                self._wanted.set()
                await self._pause(RETRY_SECONDS)
            else:
                log.info("sweep.done", count=written)

    async def sweep_once(self) -> int:
        """Write every tombstone that is due now and return how many.

        A crash before or within leaves tombstones unwritten until the next sweep; after it they stand
        once more under the same keys, which changes nothing.
        """
        now = seconds(self._clock())
        highest: dict[bytes, int] = {}
        due: list[Outgoing] = []
        written = 0
        async for batch in self._reader.read(self._topics.audit):
            own = {audit_key(where.topic, where.partition) for where in self._partitions()}
            for record in batch:
                if record.key in own and (found := _decision(record, highest)) is not None:
                    due += self._due(found, now)
                if len(due) >= WRITE_RECORDS:
                    written += await self._write(due)
            await asyncio.sleep(0)
        return written + await self._write(due)

    def _due(self, found: Recorded, now: int) -> list[Outgoing]:
        claims = found.claims() if found.leaf.decision == "admitted" else None
        if claims is None:
            return []
        audience = found.audience()
        due = list(self._router.tombstones(claims, audience))
        if claims.exp <= now:
            due += self._router.expiry(claims, audience)
        return due

    async def _write(self, due: list[Outgoing]) -> int:
        count = len(due)
        for start in range(0, count, WRITE_RECORDS):
            await self._writer.write(due[start : start + WRITE_RECORDS])
        due.clear()
        return count


def _decision(record: Incoming, highest: dict[bytes, int]) -> Recorded | None:
    """Return the leaf in `record` unless it is void: a later one for a position that is decided."""
    found = recorded(record.value, offset=record.offset)
    key = record.key or b""
    position = found.leaf.position.offset
    if position <= highest.get(key, -1):
        return None
    highest[key] = position
    return found

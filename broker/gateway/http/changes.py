"""Tell streams that the inbox changed: one look at the database for all of them, whoever wrote there."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from broker.tasks import wait
from contracts.errors import Code, RequestRefused, TransientError

LOOK_SECONDS = 0.2
"""Pause between looks while somebody waits; nobody waits, nobody looks."""
STREAM_RETRY_SECONDS = 15


class Changes:
    """The number of the last change that is known. Used by the event loop's thread; `look` runs in another."""

    def __init__(self, look: Callable[[], int], stop: asyncio.Event) -> None:
        self._look = look
        self._stop = stop
        self._last = 0
        self._looking: asyncio.Task[None] | None = None

    async def beyond(self, change: int) -> bool:
        """Wait for a change behind `change`; return False when the gateway stops instead."""
        while self._last <= change and not self._stop.is_set():
            if self._looking is None:
                self._looking = asyncio.create_task(self._look_once())
            # Shielded: a stream that ends must not take the look away from the others.
            await asyncio.shield(self._looking)
        return not self._stop.is_set()

    async def _look_once(self) -> None:
        before = self._last
        try:
            with suppress(TransientError):  # the next look finds what this one could not
                self._last = await asyncio.to_thread(self._look)
            if self._last == before:
                await wait(self._stop, LOOK_SECONDS)
        finally:
            self._looking = None


class Places:
    """Places for streams, so many per client."""

    def __init__(self, each: int) -> None:
        self._each = each
        self._held: Counter[str] = Counter()

    @contextmanager
    def hold(self, client: str) -> Iterator[None]:
        """Hold a place for the block.

        Raises:
            RequestRefused: the client holds all of its places (H-streams).
        """
        if self._held[client] >= self._each:
            detail = f"you follow {self._each} streams already: end one first"
            raise RequestRefused(Code.H_STREAMS, detail, retry_seconds=STREAM_RETRY_SECONDS)
        self._held[client] += 1
        try:
            yield
        finally:
            self._held[client] -= 1

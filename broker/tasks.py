"""Repeat a step until told to stop, and end tasks without cutting what must still be done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from broker.ports import Randomness
from contracts.errors import AuthorisationError, TransientError

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 30.0
"""A pause doubles with each failure in a row up to this bound: an outage is felt at most this long after its end."""
LONGEST_END_SECONDS = 1.0
"""How long a cancelled task may take before it is cancelled again."""

_log = structlog.get_logger()


def pause_after(failures: int, randomness: Randomness) -> float:
    """Return seconds to wait after so many failures in a row: doubled each time, then spread by half (jitter)."""
    whole = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(failures - 1, 16))
    return whole * (0.5 + int.from_bytes(randomness(2), "big") / 0x1FFFE)


async def repeat(
    name: str,
    step: Callable[[], Awaitable[int]],
    *,
    stop: asyncio.Event,
    idle_seconds: float,
    randomness: Randomness,
) -> None:
    """Call `step` until `stop` is set: at once after work, after `idle_seconds` without, backing off on failures.

    `TransientError` and `AuthorisationError` are waited out, for ever: what waits is durable. Every
    other exception ends the task, and with it the service.
    """
    failures = 0
    while not stop.is_set():
        try:
            moved = await step()
            failures = 0
            pause = 0.0 if moved else idle_seconds
        except (TransientError, AuthorisationError) as fault:
            failures += 1
            pause = pause_after(failures, randomness)
            _log.warning("task.waits", task=name, code=fault.code.value, attempt=failures, seconds=round(pause, 3))
        await wait(stop, pause)


async def wait(stop: asyncio.Event, seconds: float) -> None:
    """Return after `seconds`, or as soon as `stop` is set; always lets other tasks run."""
    if seconds <= 0:
        await asyncio.sleep(0)
        return
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


async def end(task: asyncio.Task[None]) -> None:
    """Cancel `task` until it is over; how it ended is for the caller to ask.

    Once is not enough: `asyncio.wait_for` of Python 3.11 drops a cancellation that arrives together
    with the result it waits for.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=LONGEST_END_SECONDS)


async def finished(work: Coroutine[Any, Any, None]) -> None:
    """Wait for `work` to its end, however often the caller is cancelled meanwhile; then pass the cancellation on.

    For what a `finally` has to do in any case, such as to disconnect: `end` cancels again, and that
    would cut it. `work` sets its own bound.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as fault:
            cancelled = fault
    task.result()
    if cancelled is not None:
        raise cancelled

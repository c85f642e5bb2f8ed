"""Steps are repeated, failures are waited out with growing pauses, and tasks end for certain."""

from __future__ import annotations

import asyncio
import os

import pytest

from broker.tasks import LONGEST_PAUSE_SECONDS, end, finished, pause_after, repeat
from contracts.errors import AuditGap, LogUnavailable


def test_pauses_double_up_to_a_bound_and_are_spread() -> None:
    """A pause lies between half and one and a half of its whole, and never grows beyond the bound."""

    def lowest(size: int) -> bytes:
        return b"\x00" * size

    def highest(size: int) -> bytes:
        return b"\xff" * size

    assert pause_after(1, lowest) == pytest.approx(0.05)
    assert pause_after(2, highest) == pytest.approx(0.2, rel=0.01)
    assert pause_after(100, highest) == pytest.approx(LONGEST_PAUSE_SECONDS, rel=0.01)


async def test_a_transient_failure_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The step runs again after failures, until it is told to stop."""
    monkeypatch.setattr("broker.tasks.FIRST_PAUSE_SECONDS", 0.001)
    stop = asyncio.Event()
    calls = 0

    async def step() -> int:
        nonlocal calls
        calls += 1
        if calls < 4:
            raise LogUnavailable
        stop.set()
        return 0

    await repeat("test", step, stop=stop, idle_seconds=60, randomness=os.urandom)
    assert calls == 4


async def test_a_fault_of_our_own_state_ends_the_task() -> None:
    """What must halt the service is not waited out."""

    async def step() -> int:
        raise AuditGap

    with pytest.raises(AuditGap):
        await repeat("test", step, stop=asyncio.Event(), idle_seconds=60, randomness=os.urandom)


async def test_stopping_interrupts_a_pause() -> None:
    """A task that idles ends at once when it is told to."""
    stop = asyncio.Event()
    idle = asyncio.Event()

    async def step() -> int:
        idle.set()
        return 0

    task = asyncio.create_task(repeat("test", step, stop=stop, idle_seconds=3600, randomness=os.urandom))
    await idle.wait()
    stop.set()
    await asyncio.wait_for(task, 5)


async def test_a_task_that_misses_a_cancellation_is_cancelled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ending a task does not hang when the first cancellation was dropped."""
    monkeypatch.setattr("broker.tasks.LONGEST_END_SECONDS", 0.01)
    missed = 0

    async def deaf() -> None:
        nonlocal missed
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                missed += 1
                if missed == 2:
                    raise

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    await asyncio.wait_for(end(task), 5)
    assert (task.cancelled(), missed) == (True, 2)


async def test_what_must_be_done_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that disconnects when it ends does so to its end, though it is cancelled again, and ends cancelled."""
    monkeypatch.setattr("broker.tasks.LONGEST_END_SECONDS", 0.01)
    disconnected = asyncio.Event()

    async def disconnect() -> None:
        await asyncio.sleep(0.1)
        disconnected.set()

    async def serve() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await finished(disconnect())

    task = asyncio.create_task(serve())
    await asyncio.sleep(0)
    await asyncio.wait_for(end(task), 5)
    assert (task.cancelled(), disconnected.is_set()) == (True, True)


async def test_a_fault_in_what_must_be_done_is_raised() -> None:
    """It is not lost."""

    async def disconnect() -> None:
        raise LogUnavailable

    with pytest.raises(LogUnavailable):
        await finished(disconnect())

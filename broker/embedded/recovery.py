"""Recognise and end what a crashed run left behind. Kafka's data, databases and keys are never touched."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from broker.embedded import pidfiles
from broker.embedded.pidfiles import Running

STOP_SECONDS = 10.0
POLL_SECONDS = 0.05


def leftovers(home: Path) -> list[Running]:
    """Return processes that belong to `home` and still run: by pid file, and by the mark in their environment.

    Only what the kernel confirms to be the process that was started counts; a recycled id does not.
    """
    run = home / "run"
    stored = [running for name in pidfiles.names(run) if (running := pidfiles.read(run, name)) and running.alive()]
    known = {running.pid for running in stored} | {os.getpid()}
    return stored + [running for running in pidfiles.marked(home) if running.pid not in known]


def recover(home: Path) -> list[str]:
    """End every leftover and forget all pid files; return the names of what was ended.

    The caller holds the home's lock, so no live supervisor owns these processes.
    """
    found = leftovers(home)
    for running in found:
        _send(running, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while any(running.alive() for running in found) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    for running in found:
        _send(running, signal.SIGKILL)
    while any(running.alive() for running in found):
        time.sleep(POLL_SECONDS)
    for name in pidfiles.names(home / "run"):
        pidfiles.remove(home / "run", name)
    return [running.name for running in found]


def _send(running: Running, number: signal.Signals) -> None:
    if not running.alive():
        return
    try:
        os.kill(running.pid, number)
    except ProcessLookupError:
        return

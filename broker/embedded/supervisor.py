"""Start services as processes of their own, start them again after a crash, and stop them in order.

Each service leads a process group of its own, so that Ctrl-C in a terminal reaches the supervisor alone,
which then stops them in order. Its pid file lies in `run/`, its output in `logs/`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from broker.embedded import pidfiles
from broker.embedded.pidfiles import Running
from contracts.errors import ServiceFailed

POLL_SECONDS = 0.05
STOP_SECONDS = 20.0
"""Longer than the 15 s in which a service may finish the batch in hand; then it is killed."""
FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 0.5, 30.0
SETTLED_SECONDS = 60.0
"""A service that ran this long begins again with the first backoff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A process to keep running. Lower stages start first and stop last.

    `ready` is a text that its log shows when it serves; without one it is ready once started.
    """

    name: str
    command: Sequence[str]
    stage: int
    ready: str | None = None


@dataclass(slots=True)
class _Child:
    """Owned by the supervisor's thread. `log_start` is where this run's output begins in its log."""

    service: Service
    process: subprocess.Popen[bytes] | None = None
    log_start: int = 0
    started: float = 0.0
    restarts: int = 0
    failures: int = 0
    due: float | None = None


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """Own the processes of one home. Used by one thread; the home's lock is held by the caller."""

    home: Path
    monotonic: Callable[[], float] = time.monotonic
    _children: dict[str, _Child] = field(default_factory=dict)

    @property
    def run(self) -> Path:
        """Folder of the pid files."""
        return self.home / "run"

    def log(self, name: str) -> Path:
        """Return where the output of a service goes."""
        return self.home / "logs" / f"{name}.log"

    def start(self, service: Service) -> None:
        """Start a service and keep it running from now on."""
        child = self._children.setdefault(service.name, _Child(service))
        self._spawn(child)

    def wait_ready(
        self, names: Sequence[str], *, seconds: float, cancelled: Callable[[], bool] = lambda: False
    ) -> None:
        """Return when the log of each named service shows its ready line, or when `cancelled` says so.

        Raises:
            ServiceFailed: one ended before it was ready, or the time is over.
        """
        deadline = self.monotonic() + seconds
        waiting = list(names)
        while waiting and not cancelled():
            for name in list(waiting):
                child = self._children[name]
                if self._is_ready(child):
                    waiting.remove(name)
                elif child.process is not None and child.process.poll() is not None:
                    raise ServiceFailed(f"{name} ended with code {child.process.returncode}: see {self.log(name)}")
            if waiting and self.monotonic() > deadline:
                raise ServiceFailed(f"{waiting[0]} was not ready within {seconds:.0f} s: see {self.log(waiting[0])}")
            if waiting:
                time.sleep(POLL_SECONDS)

    def tick(self) -> None:
        """Notice services that ended, and start again those whose backoff is over."""
        now = self.monotonic()
        for child in self._children.values():
            if child.process is not None and child.process.poll() is not None:
                if now - child.started > SETTLED_SECONDS:
                    child.failures = 0
                child.due = now + min(FIRST_BACKOFF_SECONDS * 2**child.failures, LONGEST_BACKOFF_SECONDS)
                child.failures += 1
                child.process = None
                pidfiles.remove(self.run, child.service.name)
            if child.due is not None and now >= child.due:
                child.restarts += 1
                self._spawn(child)

    def stop(self, *, hurried: Callable[[], bool] = lambda: False) -> None:
        """Stop everything, highest stage first, those of one stage together; kill what does not end in time.

        When `hurried` turns true, what is left is killed at once.
        """
        for stage in sorted({child.service.stage for child in self._children.values()}, reverse=True):
            children = [child for child in self._children.values() if child.service.stage == stage]
            processes = [child.process for child in children if child.process is not None]
            for process in processes:
                _signal(process.pid, signal.SIGTERM)
            deadline = self.monotonic() + STOP_SECONDS
            while any(process.poll() is None for process in processes):
                if hurried() or self.monotonic() > deadline:
                    break
                time.sleep(POLL_SECONDS)
            for process in processes:
                # The whole group, even after its leader ended: nothing it started may outlive it.
                _signal_group(process.pid, signal.SIGKILL)
                process.wait()
            for child in children:
                child.process, child.due = None, None
                pidfiles.remove(self.run, child.service.name)
        self._children.clear()

    def _spawn(self, child: _Child) -> None:
        service = child.service
        log = self.log(service.name)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            child.log_start = output.seek(0, os.SEEK_END)
            child.process = subprocess.Popen(  # noqa: S603 - command lines are made by this package
                service.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, pidfiles.MARK: f"{self.home}|{service.name}", "PYTHONUNBUFFERED": "1"},
            )
        # A crash here leaves a process without a pid file; recovery finds it by the mark in its environment.
        child.started, child.due = self.monotonic(), None
        start = pidfiles.identity(child.process.pid)
        if start is not None:
            pidfiles.write(
                self.run,
                Running(
                    name=service.name,
                    pid=child.process.pid,
                    identity=start,
                    since=time.time(),
                    restarts=child.restarts,
                ),
            )

    def _is_ready(self, child: _Child) -> bool:
        if child.service.ready is None:
            return child.process is not None and child.process.poll() is None
        with self.log(child.service.name).open("rb") as output:
            output.seek(child.log_start)
            return child.service.ready.encode() in output.read()


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return

"""Bring a local exchange up, look at it, take it down. The command line and tests call these functions.

A supervisor process owns the home and everything in it. A caller in the foreground waits for it; when
the caller ends, however it ends, the supervisor takes everything down.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from broker.embedded import home as homes
from broker.embedded import jars, java, lock, pidfiles, recovery, services, setup, state
from broker.embedded.home import DEFAULT_PARTICIPANTS, Home
from broker.embedded.progress import Progress, silent
from broker.embedded.state import STEPS
from broker.topology.model import Compaction
from contracts.errors import ServiceFailed, UsageError

POLL_SECONDS = 0.05
UP_SECONDS = 240.0
"""Bound of the whole start; the supervisor bounds each step more tightly."""
DOWN_SECONDS = 120.0
"""Four stages of at most 20 s each, and some."""
SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """A process of an exchange. `state` is `running`, `stopped`, or `leftover`: running with no supervisor.

    `address` is where clients reach it, if they do.
    """

    name: str
    state: str
    pid: int | None
    restarts: int
    log: str
    address: str | None

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


@dataclass(slots=True, kw_only=True)
class Exchange:
    """A running exchange. As a context manager it is taken down at the end."""

    home: Home
    seconds: tuple[tuple[str, float], ...]
    _supervisor: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """Where clients reach Kafka."""
        return self.home.bootstrap

    def wait(self) -> None:
        """Return when the exchange is down: after Ctrl-C here, or `down` from elsewhere.

        Raises:
            ServiceFailed: its supervisor ended with a failure.
        """
        if self._supervisor is None:
            return
        try:
            code = self._supervisor.wait()
        except KeyboardInterrupt:
            self.stop()
            return
        if code != 0:
            raise ServiceFailed(f"the supervisor ended with code {code}: see {_supervisor_log(self.home)}")

    def stop(self) -> None:
        """Take everything down and return when it is."""
        down(self.home.folder)
        if self._supervisor is not None:
            self._supervisor.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()


def up(
    home: Path,
    *,
    participants: Sequence[str] = DEFAULT_PARTICIPANTS,
    compaction: Compaction = Compaction.PRODUCTION,
    detach: bool = False,
    only: Sequence[str] | None = None,
    progress: Progress = silent,
) -> Exchange:
    """Bring an exchange up and return when every service is ready. One that is up is returned as it is.

    `participants` and `compaction` are for a new home; one that is there is used as it is. Without
    `detach` the exchange lives no longer than this process. `only` names the services to start beside
    Kafka (`broker.embedded.services.names`); the others can be started by hand.

    Raises:
        UsageError: the folder holds something else, or a participant is named wrongly.
        FetchFailed, PinMismatch: Kafka or Java could not be had.
        ServiceFailed: something did not start; all is down again.
    """
    java.ensure(progress=progress)
    jars.ensure(progress=progress)
    made = setup.ensure(
        home, participants=participants, compaction=compaction, now=datetime.now(UTC), randomness=os.urandom
    )
    if made.cluster is not None:
        raise UsageError(f"{home} belongs to a cluster at {made.cluster}: start it there, as deploy/compose does")
    supervisor = None
    if not lock.is_held(made.lock):
        state.clear(made.run)
        supervisor = _spawn(made, detach=detach, only=only)
    told = None
    try:
        told = _wait_until_up(made, supervisor, progress)
    finally:
        # Ctrl-C while it starts, or a failure: nothing is left behind.
        if told is None and supervisor is not None:
            down(made.folder)
            supervisor.wait()
    return Exchange(home=homes.load(made.folder), seconds=told.steps, _supervisor=supervisor)


def down(home: Path) -> bool:
    """Take an exchange down in order, and end what a crashed one left; return whether anything ran.

    Raises:
        UsageError: there is no home.
        ServiceFailed: something that is no supervisor holds its lock.
    """
    present = homes.load(home)
    asked = False
    deadline = time.monotonic() + DOWN_SECONDS
    while lock.is_held(present.lock):
        owner = pidfiles.read(present.run, SUPERVISOR)
        late = time.monotonic() > deadline
        if owner is not None and owner.alive() and (late or not asked):
            # After the bound the services are killed as leftovers below, like those of a crash.
            os.kill(owner.pid, signal.SIGKILL if late else signal.SIGTERM)
            asked = True
        elif late:
            raise ServiceFailed(f"an unknown process holds {present.lock}: end it and run `baken down` again")
        time.sleep(POLL_SECONDS)
    with lock.owned(present.lock):
        ended = recovery.recover(present.folder)
        state.clear(present.run)
    return asked or bool(ended)


def status(home: Path) -> list[ServiceState]:
    """Return the state of each service.

    Raises:
        UsageError: there is no home.
    """
    present = homes.load(home)
    owned = lock.is_held(present.lock)
    addresses = {services.KAFKA: present.bootstrap}
    addresses |= {services.gateway_name(one): present.url(one) for one in present.gateways}
    found = []
    for name in (SUPERVISOR, *services.names(present)):
        running = pidfiles.read(present.run, name)
        alive = running is not None and running.alive()
        found.append(
            ServiceState(
                name=name,
                state=("running" if owned else "leftover") if alive else "stopped",
                pid=running.pid if running is not None and alive else None,
                restarts=running.restarts if running is not None else 0,
                log=str(present.logs / f"{name}.log"),
                address=addresses.get(name),
            )
        )
    return found


def _spawn(home: Home, *, detach: bool, only: Sequence[str] | None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "broker.embedded.run", "--home", str(home.folder)]
    if only is not None:
        command += ["--services", ",".join([services.KAFKA, *only])]
    if not detach:
        command += ["--bound-to", str(os.getpid())]
    with _supervisor_log(home).open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own module
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )


def _wait_until_up(home: Home, supervisor: subprocess.Popen[bytes] | None, progress: Progress) -> state.State:
    deadline = time.monotonic() + UP_SECONDS
    shown = 0
    progress(STEPS[0], 0, 1)
    while True:
        told = state.read(home.run)
        for name, _ in told.steps[shown:]:
            progress(name, 1, 1)
            shown += 1
            if shown < len(STEPS):
                progress(STEPS[shown], 0, 1)
        if told.ready:
            return told
        if told.fault is not None:
            raise ServiceFailed(told.fault)
        if supervisor is not None and supervisor.poll() is not None:
            raise ServiceFailed(f"the supervisor ended with code {supervisor.returncode}: see {_supervisor_log(home)}")
        if supervisor is None and not lock.is_held(home.lock):
            raise UsageError(f"the exchange at {home.folder} is just being taken down: try again")
        if time.monotonic() > deadline:
            raise ServiceFailed(f"the exchange was not up within {UP_SECONDS:.0f} s: see {home.logs}")
        time.sleep(POLL_SECONDS)


def _supervisor_log(home: Home) -> Path:
    return home.logs / f"{SUPERVISOR}.log"

"""The embedded exchange comes up, survives crashes, and goes down without a trace, on a real Kafka."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.embedded import doctor, exchange, lock, pidfiles, recovery
from broker.embedded import home as homes
from broker.embedded.home import Home
from broker.topology import cluster
from broker.topology.model import Compaction
from contracts.errors import LogUnavailable, ServiceFailed

DEADLINE_SECONDS = 60.0
ONLY = ["operator"]
"""Kafka and the operator: what the other services do is tested where they are."""
FOREGROUND = """
import sys
from pathlib import Path
from broker.embedded import exchange
with exchange.up(Path(sys.argv[1]), only=["operator"]) as running:
    try:
        print("up", flush=True)
        running.wait()
    except KeyboardInterrupt:
        pass
print("down", flush=True)
"""


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition, up to a deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.05)


def pid(home: Path, name: str) -> int | None:
    return next(state.pid for state in exchange.status(home) if state.name == name)


def cluster_id(home: Home) -> str | None:
    """Return the id that the node tells the operator, if it serves."""
    try:
        with cluster.connect(home.operator_log()) as session:
            return session.identify()
    except LogUnavailable:
        return None


@contextmanager
def foreground(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run an exchange as a command in a terminal does, from when it is up."""
    command = [sys.executable, "-c", FOREGROUND, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        yield process


def nothing_is_left(home: Path) -> bool:
    """No process of this home, no pid file, no lock."""
    present = homes.load(home)
    return not recovery.leftovers(home) and not pidfiles.names(present.run) and not lock.is_held(present.lock)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One home for all tests here: each leaves it down."""
    made = tmp_path_factory.mktemp("embedded") / "home"
    yield made
    if homes.exists(made):
        exchange.down(made)


def test_an_exchange_comes_up_mends_itself_and_goes_down(folder: Path) -> None:
    """Steps are told in order, a killed Kafka comes back with its data, and afterwards nothing is left."""
    told: list[tuple[str, int, int]] = []
    with exchange.up(
        folder, compaction=Compaction.TEST, only=ONLY, progress=lambda *step: told.append(step)
    ) as running:
        names = [name for name, done, total in told if done == total and name not in ("jars", "java")]
        assert names == ["leftovers", "format", "kafka", "topology", "trust", "services"]
        states = {state.name: state.state for state in exchange.status(folder)}
        assert {name for name, state in states.items() if state == "running"} == {"supervisor", "kafka", "operator"}
        assert exchange.up(folder).bootstrap == running.bootstrap
        assert {check.name for check in doctor.doctor(folder) if check.state == "failed"} == {"services", "http"}

        before, first = cluster_id(running.home), pid(folder, "kafka")
        assert first is not None
        os.kill(first, signal.SIGKILL)
        until(lambda: pid(folder, "kafka") not in (None, first))
        until(lambda: cluster_id(running.home) == before)
        assert next(state.restarts for state in exchange.status(folder) if state.name == "kafka") == 1
    assert nothing_is_left(folder)
    assert {state.state for state in exchange.status(folder)} == {"stopped"}
    assert exchange.down(folder) is False


def test_a_killed_supervisor_is_recovered_and_ctrl_c_leaves_nothing(folder: Path) -> None:
    """Its services are recognised, the next start ends them and goes on with their data, Ctrl-C takes all down."""
    first = exchange.up(folder, only=ONLY, detach=True)
    before, orphan = cluster_id(first.home), pid(folder, "kafka")
    supervisor = pid(folder, "supervisor")
    assert supervisor is not None
    os.kill(supervisor, signal.SIGKILL)
    with pytest.raises(ServiceFailed):
        first.wait()
    leftovers = next(check for check in doctor.doctor(folder) if check.name == "leftovers")
    assert leftovers.state == "failed"
    assert {state.name for state in exchange.status(folder) if state.state == "leftover"} == {"kafka", "operator"}
    with foreground(folder) as process:
        assert pid(folder, "kafka") not in (None, orphan)
        assert cluster_id(homes.load(folder)) == before
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stdout.read() == "down\n"
    assert process.returncode == 0
    assert nothing_is_left(folder)


def test_a_killed_command_leaves_nothing(folder: Path) -> None:
    """The supervisor notices that the command in the foreground is gone, and takes everything down."""
    with foreground(folder) as process:
        process.kill()
    until(lambda: nothing_is_left(folder))

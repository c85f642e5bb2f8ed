"""Supervisor: services run, come back after a crash, and stop in order."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broker.embedded import pidfiles, recovery
from broker.embedded import supervisor as module
from broker.embedded.supervisor import Service, Supervisor
from contracts.errors import ServiceFailed

DEADLINE_SECONDS = 10.0
SERVE = """
import signal, sys, time
def stop(*_):
    with open(sys.argv[1], "a") as order:
        order.write(sys.argv[2] + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("serving", flush=True)
signal.pause() if len(sys.argv) < 4 else None
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('serving', flush=True); signal.pause()"


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition, up to a deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.01)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(home=tmp_path)
    yield made
    made.stop(hurried=lambda: True)


def service(home: Path, name: str, stage: int = 0) -> Service:
    command = (sys.executable, "-c", SERVE, str(home / "order"), name)
    return Service(name=name, command=command, stage=stage, ready="serving")


def pid_of(home: Path, name: str) -> int:
    running = pidfiles.read(home / "run", name)
    return running.pid if running else 0


def test_a_service_leads_its_own_process_group_and_writes_its_log(tmp_path: Path, supervisor: Supervisor) -> None:
    """Ctrl-C in the terminal does not reach it, its pid file tells who it is, its output is kept."""
    supervisor.start(service(tmp_path, "alpha"))
    supervisor.wait_ready(["alpha"], seconds=DEADLINE_SECONDS)
    running = pidfiles.read(tmp_path / "run", "alpha")
    assert running is not None
    assert running.alive()
    assert os.getpgid(running.pid) == running.pid != os.getpgid(0)
    assert (tmp_path / "logs" / "alpha.log").read_text() == "serving\n"


def test_services_stop_in_the_order_of_stages(tmp_path: Path, supervisor: Supervisor) -> None:
    """The highest stage ends first, and nothing is left: no process, no pid file."""
    for stage, name in enumerate(("kafka", "broker", "gateway")):
        supervisor.start(service(tmp_path, name, stage))
    supervisor.wait_ready(["kafka", "broker", "gateway"], seconds=DEADLINE_SECONDS)
    pids = [pid_of(tmp_path, name) for name in ("kafka", "broker", "gateway")]
    supervisor.stop()
    assert (tmp_path / "order").read_text().split() == ["gateway", "broker", "kafka"]
    assert [pidfiles.identity(pid) for pid in pids] == [None, None, None]
    assert pidfiles.names(tmp_path / "run") == []


def test_a_killed_service_comes_back(tmp_path: Path, supervisor: Supervisor) -> None:
    """After a kill it runs again under a new pid, counted, and becomes ready by its new output."""
    supervisor.start(service(tmp_path, "alpha"))
    supervisor.wait_ready(["alpha"], seconds=DEADLINE_SECONDS)
    first = pid_of(tmp_path, "alpha")
    os.kill(first, signal.SIGKILL)

    def came_back() -> bool:
        supervisor.tick()
        return pid_of(tmp_path, "alpha") not in (0, first)

    until(came_back)
    supervisor.wait_ready(["alpha"], seconds=DEADLINE_SECONDS)
    running = pidfiles.read(tmp_path / "run", "alpha")
    assert running is not None
    assert running.restarts == 1


def test_restarts_are_spaced_further_and_further(tmp_path: Path) -> None:
    """A service that always fails is tried after 0.5, 1, 2 … seconds and at most every 30."""
    now = [0.0]
    supervisor = Supervisor(home=tmp_path, monotonic=lambda: now[0])
    supervisor.start(Service(name="broken", command=(sys.executable, "-c", ""), stage=0))
    waits = []
    for _ in range(9):
        child = supervisor._children["broken"]

        def noticed(child: object = child) -> bool:
            supervisor.tick()
            return supervisor._children["broken"].due is not None

        until(noticed)
        assert child.due is not None
        waits.append(child.due - now[0])
        now[0] = child.due
        supervisor.tick()
    supervisor.stop(hurried=lambda: True)
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_a_service_that_ends_early_is_named_with_its_log(tmp_path: Path, supervisor: Supervisor) -> None:
    """Waiting for it fails at once, with its exit code and the place of its output."""
    supervisor.start(Service(name="broken", command=(sys.executable, "-c", "exit(7)"), stage=0, ready="never"))
    with pytest.raises(ServiceFailed, match=r"broken ended with code 7: see .*broken\.log"):
        supervisor.wait_ready(["broken"], seconds=DEADLINE_SECONDS)


def test_a_service_that_never_becomes_ready_is_named(tmp_path: Path, supervisor: Supervisor) -> None:
    """The wait is bounded."""
    supervisor.start(service(tmp_path, "alpha"))
    supervisor.start(Service(name="mute", command=(sys.executable, "-c", "input()"), stage=0, ready="never"))
    with pytest.raises(ServiceFailed, match="mute"):
        supervisor.wait_ready(["mute"], seconds=0.1)


def test_what_ignores_the_request_to_stop_is_killed(
    tmp_path: Path, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the bounded wait nothing lives on."""
    monkeypatch.setattr(module, "STOP_SECONDS", 0.1)
    command = (sys.executable, "-c", STUBBORN)
    supervisor.start(Service(name="stubborn", command=command, stage=0, ready="serving"))
    supervisor.wait_ready(["stubborn"], seconds=DEADLINE_SECONDS)
    pid = pid_of(tmp_path, "stubborn")
    supervisor.stop()
    assert pidfiles.identity(pid) is None


def test_leftovers_of_a_killed_supervisor_are_ended(tmp_path: Path, supervisor: Supervisor) -> None:
    """Services are found by pid file, and without one by their mark; both are ended and forgotten."""
    for name in ("alpha", "beta"):
        supervisor.start(service(tmp_path, name))
    supervisor.wait_ready(["alpha", "beta"], seconds=DEADLINE_SECONDS)
    pidfiles.remove(tmp_path / "run", "beta")
    assert sorted(running.name for running in recovery.leftovers(tmp_path)) == ["alpha", "beta"]
    processes = [child.process for child in supervisor._children.values()]
    assert sorted(recovery.recover(tmp_path)) == ["alpha", "beta"]
    assert recovery.leftovers(tmp_path) == []
    assert pidfiles.names(tmp_path / "run") == []
    assert all(process is not None and process.wait() == 0 for process in processes)


def test_a_stranger_with_a_recycled_pid_is_left_alone(tmp_path: Path) -> None:
    """A pid file that names a live process of another start ends nobody."""
    stranger = pidfiles.Running(name="broker", pid=os.getpid(), identity="another:1", since=0)
    pidfiles.write(tmp_path / "run", stranger)
    assert recovery.recover(tmp_path) == []
    assert pidfiles.names(tmp_path / "run") == []

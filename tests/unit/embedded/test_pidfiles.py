"""Pid files: a process is known by its start, never by its number alone."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from broker.embedded import pidfiles
from broker.embedded.pidfiles import Running


def this_process() -> Running:
    start = pidfiles.identity(os.getpid())
    assert start is not None
    return Running(name="broker", pid=os.getpid(), identity=start, since=1.5, restarts=2)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """A stored process comes back as it was, and is listed by name."""
    running = this_process()
    pidfiles.write(tmp_path / "run", running)
    assert pidfiles.read(tmp_path / "run", "broker") == running
    assert pidfiles.names(tmp_path / "run") == ["broker"]
    assert running.alive()
    pidfiles.remove(tmp_path / "run", "broker")
    assert pidfiles.names(tmp_path / "run") == []


def test_a_recycled_pid_is_recognised() -> None:
    """A live process with the same number and another start is not the one that was stored."""
    assert not replace(this_process(), identity="boot:1").alive()


def test_an_ended_process_is_not_alive() -> None:
    """Neither before nor after it was collected."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    running = Running(name="x", pid=process.pid, identity=pidfiles.identity(process.pid) or "", since=0)
    assert running.alive()
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not running.alive()
    process.communicate()
    assert not running.alive()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', '{"other": 1}'])
def test_a_damaged_file_names_no_process(tmp_path: Path, content: str) -> None:
    """Whatever is left of a damaged file, no process is taken for ours because of it."""
    (tmp_path / "broker.pid").write_text(content)
    assert pidfiles.read(tmp_path, "broker") is None


def test_processes_are_found_by_their_mark(tmp_path: Path) -> None:
    """A process without a pid file is found by the mark of its home, and by no other home's."""
    process = subprocess.Popen(
        [sys.executable, "-c", "print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, pidfiles.MARK: f"{tmp_path}|gateway"},
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        assert [(found.name, found.pid) for found in pidfiles.marked(tmp_path)] == [("gateway", process.pid)]
        assert pidfiles.marked(tmp_path / "other") == []
    finally:
        process.kill()
        process.communicate()

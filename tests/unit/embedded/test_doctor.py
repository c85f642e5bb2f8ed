"""Doctor: what is wrong is named, with a remedy."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.embedded import doctor, pidfiles, places, ports, setup
from broker.embedded import home as homes
from broker.embedded.doctor import Check
from broker.embedded.home import Home
from tests.unit.embedded.conftest import HomeMaker


def check(home: Path, name: str) -> Check:
    return next(found for found in doctor.doctor(home) if found.name == name)


@pytest.fixture
def home(make_home: HomeMaker) -> Home:
    return make_home(now=datetime.now(UTC))


def test_a_new_home_is_healthy(home: Home) -> None:
    """Nothing fails while it is down, and every check has plain values."""
    found = doctor.doctor(home.folder)
    assert [one.name for one in found if one.state == "failed"] == []
    assert [one.name for one in found][-1] == "exchange"
    assert all(set(one.to_json()) == {"name", "state", "found", "remedy"} for one in found)


def test_a_missing_home_is_told(tmp_path: Path) -> None:
    """And how to make it, also when a crash left half of one."""
    assert check(tmp_path / "none", "home").remedy.startswith("`baken up --home")
    (tmp_path / setup.UNFINISHED).touch()
    assert check(tmp_path, "home").found == "unfinished"


def test_a_damaged_home_is_told(home: Home) -> None:
    """The file and what is wrong in it."""
    (home.folder / homes.MARKER).write_text("port = 'x'")
    assert "port" in check(home.folder, "home").found


def test_a_key_that_others_can_read_is_told(home: Home) -> None:
    """By its name."""
    (home.folder / "NL-POL" / "keys" / "signing.key").chmod(0o644)
    assert check(home.folder, "private keys").found == "readable by others: NL-POL/keys/signing.key"


@pytest.mark.parametrize(("age", "state"), [(0, "ok"), (340, "warning"), (400, "failed")])
def test_the_first_certificate_to_end_is_told(make_home: HomeMaker, age: int, state: str) -> None:
    """Thirty days before its end as a warning, afterwards as a failure."""
    old = make_home(now=datetime.now(UTC) - timedelta(days=age))
    assert check(old.folder, "certificates").state == state


@pytest.mark.parametrize(("age", "state"), [(0, "ok"), (70, "warning"), (100, "failed")])
def test_a_trust_list_near_its_end_is_told(make_home: HomeMaker, age: int, state: str) -> None:
    """The next start signs a new one."""
    old = make_home(now=datetime.now(UTC) - timedelta(days=age))
    assert check(old.folder, "trust list").state == state


def test_a_changed_trust_list_is_told(home: Home) -> None:
    """It no longer verifies."""
    path = home.trust / "list-1.json"
    path.write_bytes(path.read_bytes().replace(b"A", b"B"))
    assert check(home.folder, "trust list").state == "failed"


def test_ports_in_use_are_told(home: Home) -> None:
    """As a warning: the next start chooses others."""
    with socket.socket() as stranger:
        stranger.bind((ports.LOOPBACK, home.port))
        stranger.listen()
        found = check(home.folder, "ports")
    assert (found.state, found.found) == ("warning", f"in use: {home.port}")


def test_leftovers_are_told(home: Home) -> None:
    """A process of this home without a supervisor, by name and id."""
    process = subprocess.Popen(
        [sys.executable, "-c", "print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, pidfiles.MARK: f"{home.folder}|broker"},
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        found = check(home.folder, "leftovers")
    finally:
        process.kill()
        process.communicate()
    assert found.found == f"of a crashed run: broker ({process.pid})"
    assert "baken down" in found.remedy


def test_changed_jars_are_told(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Missing ones are a warning, changed ones a failure."""
    monkeypatch.setattr(places, "cache", lambda: tmp_path / "cache")
    assert check(home.folder, "jars").found == "46 to fetch"
    (tmp_path / "cache" / "jars").mkdir(parents=True)
    (tmp_path / "cache" / "jars" / "kafka-clients-4.3.1.jar").write_bytes(b"changed")
    assert check(home.folder, "jars").found == "changed: kafka-clients-4.3.1.jar"

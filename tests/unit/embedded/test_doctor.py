"""Doctor: what is wrong is named, with a remedy."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from broker.cli.main import app
from broker.embedded import doctor, pidfiles, pki, places, ports, setup
from broker.embedded import home as homes
from broker.embedded.doctor import Check
from broker.embedded.home import Home
from contracts.errors import UsageError
from tests.support.next_version import NEWER, OLDER, later_release
from tests.unit.embedded.conftest import HomeMaker


def check(home: Path, name: str) -> Check:
    return next(found for found in doctor.doctor(home) if found.name == name)


def trust(command: str, home: Home, *words: str, code: int = 0) -> Any:
    """Run a command on the trust list; return its JSON if it is asked for, or what it refused with."""
    ran = CliRunner().invoke(app, ["trust", command, "--home", str(home.folder), *words])
    assert (ran.exit_code != 0) is (code != 0), ran.output
    if code:
        return ran.exception
    return json.loads(ran.output) if "--json" in words else None


@pytest.fixture
def home(make_home: HomeMaker) -> Home:
    return make_home(now=datetime.now(UTC))


def test_a_new_home_is_healthy(home: Home) -> None:
    """Nothing fails while it is down, and every check has plain values."""
    found = doctor.doctor(home.folder)
    assert [one.name for one in found if one.state == "failed"] == []
    assert [one.name for one in found][-1] == "exchange"
    assert all(set(one.to_json()) - {"versions"} == {"name", "state", "found", "remedy"} for one in found)


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


def test_who_lags_behind_a_version_is_told(home: Home) -> None:
    """A later release finds every participant at the first version, and says what the coordinating body does."""
    assert check(home.folder, "event versions").state == "ok"
    with later_release():
        found = check(home.folder, "event versions")
        authorities = "BE-FGP, DE-BKA, NL-POL"
        assert found.state == "warning"
        assert found.found == f"{NEWER}: {authorities} cannot receive it; {authorities} cannot issue it"
        assert found.remedy.endswith(f"`baken trust allow --home {home.folder} VERSION PARTICIPANT...`")
        (shown,) = [one for one in found.to_json()["versions"] if one["cannot_issue"]]
        assert shown == {
            "type": NEWER,
            "cannot_receive": authorities.split(", "),
            "cannot_issue": authorities.split(", "),
            "beside": [OLDER],
        }
        trust("allow", home, NEWER, "BE-FGP", "DE-BKA", "--receive-only")
        trust("allow", home, NEWER, "NL-POL")
        assert check(home.folder, "event versions").found == f"{NEWER}: BE-FGP, DE-BKA cannot issue it"
        trust("allow", home, NEWER, "BE-FGP", "DE-BKA")
        assert check(home.folder, "event versions").state == "ok"


def test_a_list_that_knows_more_than_this_installation_is_told(home: Home) -> None:
    """Then it is this installation that lags, and it says so instead of refusing events one by one."""
    with later_release():
        trust("allow", home, NEWER, "DE-BKA")
    found = check(home.folder, "event versions")
    assert (found.state, found.found) == ("failed", f"unknown: {NEWER}")
    assert found.remedy.startswith("install the release of Baken that has them")


def test_a_version_leaves_the_lines_in_two_steps(home: Home) -> None:
    """First nobody issues it, then nobody receives it; saying it again changes nothing."""
    everybody = ("BE-FGP", "DE-BKA", "NL-POL")
    with later_release():
        refused = trust("retire", home, OLDER, "NL-POL", code=2)
        assert isinstance(refused, UsageError)
        assert "no other version of suspect-alert" in refused.detail
        trust("allow", home, NEWER, *everybody)
        assert trust("retire", home, OLDER, *everybody, "--issue-only", "--json") == {
            "changed": True, "published": False, "version": 3,
        }  # fmt: skip
        lines = {line.id: line for line in pki.current_list(home)[0].participants}
        assert OLDER not in lines["NL-POL"].issues
        assert lines["NL-POL"].profiles[OLDER] == lines["NL-POL"].profiles[NEWER] == "liaison"
        trust("retire", home, OLDER, *everybody)
        lines = {line.id: line for line in pki.current_list(home)[0].participants}
        assert OLDER not in lines["NL-POL"].profiles
        assert trust("retire", home, OLDER, *everybody, "--json")["changed"] is False


def test_lines_change_where_the_root_keys_are(home: Home) -> None:
    """Elsewhere nothing is signed, and a participant that is not listed is no one's line."""
    with later_release():
        assert "not on the trust list" in trust("allow", home, NEWER, "XX-NONE", code=2).detail
        assert "EU-AUD has no version" in trust("allow", home, NEWER, "EU-AUD", code=2).detail
        for key in home.trust.glob("root-*.key"):
            key.unlink()
        assert "no root keys" in trust("allow", home, NEWER, "NL-POL", code=2).detail
    assert [number for number, _ in pki.lists(home)] == [1]


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

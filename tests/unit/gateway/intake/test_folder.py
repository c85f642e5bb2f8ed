"""A file in the watched folder is in exactly one place, is taken whole, and comes out with a report beside it."""

from __future__ import annotations

import json
import os
import stat
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from broker.gateway.intake import folder as folders
from broker.gateway.intake.folder import WatchedFolder
from broker.gateway.intake.work import Worker
from contracts.errors import UsageError
from tests.support.gateway_world import GatewayWorld
from tests.support.records import suspects

SETTLED = 5.0


class Watched:
    """A watched folder and its worker, with a clock that the test moves."""

    def __init__(self, world: GatewayWorld, root: Path) -> None:
        self.world, self.root, self.now = world, root, 0.0
        self.restart()

    def restart(self) -> None:
        """Begin as a new process does."""
        gateway = self.world.gateway("NL-POL")
        self.folder = WatchedFolder(
            self.root, intake=gateway.intake, adapter="nl-csv", actor="folder", monotonic=lambda: self.now
        )
        self.folder.prepare()
        self.worker = Worker(
            intake=gateway.intake,
            publisher=gateway.publisher,
            vault=gateway.vault,
            clock=self.world.clock,
            file=self.folder.read,
        )

    def put(self, name: str, data: bytes) -> Path:
        path = self.root / "in" / name
        path.write_bytes(data)
        return path

    def settle(self) -> None:
        """Look twice, far enough apart."""
        self.folder.step()
        self.now += SETTLED
        self.folder.step()

    def work(self) -> None:
        while self.worker.step(self.world.services["NL-POL"].trust.fresh()):
            pass

    def run(self) -> None:
        self.settle()
        self.work()
        self.folder.step()

    def names(self, place: str) -> list[str]:
        return sorted(path.name for path in (self.root / place).rglob("*") if path.is_file())

    def acknowledged(self) -> int:
        return sum(one.acknowledged for one in self.world.gateway("NL-POL").intake.submissions())


@pytest.fixture
def watched(exchange: GatewayWorld, tmp_path: Path) -> Watched:
    return Watched(exchange, tmp_path / "intake")


async def test_a_good_file_goes_to_done_with_its_report(watched: Watched) -> None:
    """The report names event, alert and line of each record; only the owner can read any of it."""
    watched.put("export.csv", suspects(2))
    watched.run()
    assert watched.names("done") == ["export.csv", "export.csv.report.json"]
    assert watched.names("in") == watched.names("work") == []
    (path,) = (watched.root / "done").rglob("*.report.json")
    report = json.loads(path.read_text())
    assert (report["state"], report["acknowledged"]) == ("done", 2)
    assert [record["line"] for record in report["records"]] == [2, 3]
    assert all(record["event"] and record["alert"] for record in report["records"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((watched.root / "in").stat().st_mode) == 0o700


async def test_a_file_of_refused_records_goes_to_refused(watched: Watched) -> None:
    """One of which a record was good goes to done, and its report has the refusals."""
    watched.put("bad.csv", suspects(1).replace(b"UTO-T-1", b""))
    watched.put("mixed.csv", suspects(2).replace(b"UTO-T-1", b""))
    watched.run()
    assert watched.names("refused") == ["bad.csv", "bad.csv.report.json"]
    (path,) = (watched.root / "done").rglob("*.report.json")
    assert [len(record["findings"]) > 0 for record in json.loads(path.read_text())["records"]] == [True, False]


async def test_a_file_that_is_still_written_is_not_taken(watched: Watched) -> None:
    """It is taken when it has stood still, and whole."""
    data = suspects(2)
    path = watched.put("slow.csv", data[:200])
    watched.folder.step()
    watched.now += SETTLED
    path.write_bytes(data)
    watched.folder.step()
    assert watched.names("in") == ["slow.csv"]
    watched.now += SETTLED
    watched.run()
    assert watched.acknowledged() == 2


@pytest.mark.parametrize("name", [".hidden.csv", "export.csv.part", "export.csv.tmp"])
async def test_names_of_unfinished_files_are_left_alone(watched: Watched, name: str) -> None:
    """A writer renames into place when it is ready."""
    path = watched.put(name, suspects(1))
    watched.run()
    assert watched.names("in") == [name]
    path.rename(path.with_name("ready.csv"))
    watched.run()
    assert watched.acknowledged() == 1


async def test_what_is_no_file_is_left_where_it_is(watched: Watched, tmp_path: Path, capsys: Any) -> None:
    """A link, a folder and a pipe are neither followed nor read, and their names reach no log."""
    outside = tmp_path / "outside"
    outside.write_bytes(suspects(1))
    (watched.root / "in" / "link-Proefstra").symlink_to(outside)
    (watched.root / "in" / "folder-Proefstra").mkdir()
    os.mkfifo(watched.root / "in" / "pipe-Proefstra")
    watched.run()
    assert watched.acknowledged() == 0
    assert len(list((watched.root / "in").iterdir())) == 3
    said = capsys.readouterr()
    assert "not-a-file" in said.out + said.err
    assert "Proefstra" not in said.out + said.err


async def test_two_files_of_one_name_do_not_meet(watched: Watched) -> None:
    """Both are kept, each with its own report."""
    for first in (1, 2):
        watched.put("export.csv", suspects(1, first=first))
        watched.run()
    assert watched.names("done") == ["export.csv", "export.csv", *["export.csv.report.json"] * 2]
    assert watched.acknowledged() == 2


async def test_a_file_that_was_taken_away_is_reported(watched: Watched) -> None:
    """The submission is refused with a reason, and the worker goes on."""
    watched.put("gone.csv", suspects(1))
    watched.settle()
    (path,) = (watched.root / "work").rglob("gone.csv")
    path.unlink()
    watched.work()
    watched.folder.step()
    assert watched.names("refused") == ["lost.report.json"]


@pytest.mark.parametrize("crash", ["made", "renamed", "adopted", "worked", "reported"])
async def test_a_crash_between_any_two_steps_loses_and_repeats_nothing(
    watched: Watched, crash: str, monkeypatch: Any
) -> None:
    """Whatever the process had done when it died, the next one ends with one file, one report, each record once."""
    watched.put("export.csv", suspects(3))
    intake = watched.world.gateway("NL-POL").intake

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if crash == "made":
            patch.setattr(Path, "rename", dies)
        elif crash == "renamed":
            patch.setattr(type(intake), "adopt", dies)
        elif crash == "reported":
            watched.settle()
            watched.work()
            patch.setattr(Path, "rename", dies)
        if crash in {"adopted", "worked"}:
            watched.settle()
            if crash == "worked":
                watched.work()
        else:
            with pytest.raises(KeyboardInterrupt):
                watched.settle()
    watched.restart()
    watched.run()
    watched.run()
    assert watched.names("done") == ["export.csv", "export.csv.report.json"]
    assert watched.names("in") == watched.names("work") == []
    assert list((watched.root / "work").iterdir()) == []
    assert (watched.acknowledged(), len(intake.submissions())) == (3, 1)


async def test_residue_lies_beside_the_report_when_there_is_any(watched: Watched) -> None:
    """The report counts it; the values stand in a file of their own that the owner alone can read."""
    head, row, *_ = suspects(1).decode("cp1252").splitlines()
    watched.put("export.csv", f"Haarstijl;{head}\r\nkrullen;{row}\r\n".encode("cp1252"))
    watched.run()
    assert watched.names("done") == ["export.csv", "export.csv.report.json", "export.csv.residue.json"]
    (report,) = (watched.root / "done").rglob("*.report.json")
    (residue,) = (watched.root / "done").rglob("*.residue.json")
    assert "krullen" not in report.read_text()
    assert json.loads(residue.read_text())[0]["residue"][0]["value"] == "krullen"
    assert stat.S_IMODE(residue.stat().st_mode) == 0o600


async def test_folders_on_two_file_systems_are_refused(watched: Watched, monkeypatch: Any) -> None:
    """Moving by renaming needs one; the message names the setting."""
    devices = count()
    real = Path.stat

    def elsewhere(path: Path, **options: Any) -> Any:
        found = real(path, **options)
        if path.parent == watched.root:
            return os.stat_result((*found[:2], next(devices), *found[3:]))
        return found

    monkeypatch.setattr(folders.Path, "stat", elsewhere)
    with pytest.raises(UsageError, match=r"intake\.folder"):
        watched.folder.prepare()

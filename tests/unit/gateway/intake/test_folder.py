"""A file in the watched folder is in exactly one place, is taken whole, and comes out with a report beside it."""

from __future__ import annotations

import errno
import json
import os
import stat
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from broker.gateway.intake import folder as folders
from broker.gateway.intake.folder import WatchedFolder
from broker.gateway.intake.work import BATCH_RECORDS, Worker
from broker.settings import IntakeSettings
from contracts.codes import ErasureGround
from contracts.errors import StoreBusy, UsageError
from tests.support.gateway_world import GatewayWorld
from tests.support.records import suspects

SETTLED = 5.0


class Watched:
    """A watched folder and its worker, with a clock that the test moves."""

    def __init__(self, world: GatewayWorld, root: Path) -> None:
        self.world, self.root, self.now = world, root, 0.0
        self.trust = world.services["NL-POL"].trust.fresh()
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

    def work_once(self) -> int:
        return self.worker.step(self.trust)

    def work(self) -> None:
        while self.work_once():
            pass

    def run(self) -> None:
        self.settle()
        self.work()
        self.folder.step()

    def report(self, place: str = "done") -> dict[str, Any]:
        (path,) = (self.root / place).rglob("*.report.json")
        report: dict[str, Any] = json.loads(path.read_text())
        return report

    def clean(self) -> int:
        return self.folder.clean(now_ms=int(self.world.clock().timestamp() * 1000))

    def names(self, place: str) -> list[str]:
        return sorted(path.name for path in (self.root / place).rglob("*") if path.is_file())

    def acknowledged(self) -> int:
        return sum(one.acknowledged for one in self.world.gateway("NL-POL").intake.submissions())


def dies(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def full(*_: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def forbidden(*_: Any) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


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


@pytest.mark.parametrize("crash", [False, True])
async def test_a_file_that_was_taken_away_is_reported(watched: Watched, monkeypatch: Any, *, crash: bool) -> None:
    """The submission is refused with a reason, and the worker goes on; a crash at the report changes nothing."""
    watched.put("gone.csv", suspects(1))
    watched.settle()
    (path,) = (watched.root / "work").rglob("gone.csv")
    path.unlink()
    watched.work()
    if crash:
        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", dies)
            with pytest.raises(KeyboardInterrupt):
                watched.folder.step()
    watched.folder.step()
    assert watched.names("refused") == ["lost.report.json"]


@pytest.mark.parametrize("how", ["gone", "changed", "link", "unreadable"])
async def test_a_file_that_is_touched_halfway_does_not_end_well(
    watched: Watched, tmp_path: Path, monkeypatch: Any, how: str
) -> None:
    """What was decided stands; that the rest was not is a refusal of its own in the report, not silence."""
    watched.put("long.csv", suspects(BATCH_RECORDS * 2))
    watched.settle()
    watched.work_once()
    watched.restart()
    (path,) = (watched.root / "work").rglob("long.csv")
    if how == "changed":
        path.write_bytes(suspects(BATCH_RECORDS * 2, mark="X"))
    elif how == "unreadable":
        monkeypatch.setattr(folders, "_contents", forbidden)
    else:
        path.unlink()
    if how == "link":
        (tmp_path / "other.csv").write_bytes(suspects(BATCH_RECORDS * 2))
        path.symlink_to(tmp_path / "other.csv")
    watched.work()
    watched.folder.step()
    report = watched.report()
    assert (report["acknowledged"], report["refused"]) == (BATCH_RECORDS, 1)
    assert [finding["code"] for finding in report["records"][-1]["findings"]] == ["A02-format"]


async def test_a_link_that_is_put_in_place_of_a_file_is_not_followed(
    watched: Watched, tmp_path: Path, monkeypatch: Any
) -> None:
    """Whoever may write to `in` cannot make the gateway read what only the gateway may: it stays in work, told once."""
    (tmp_path / "secret.csv").write_bytes(suspects(1))
    path = watched.put("export.csv", suspects(1))
    real = Path.rename

    def swaps(self: Path, target: Path) -> Path:
        path.unlink()
        path.symlink_to(tmp_path / "secret.csv")
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", swaps)
        watched.settle()
    watched.run()
    assert watched.world.gateway("NL-POL").intake.submissions() == []
    assert len(list((watched.root / "work").rglob("export.csv"))) == 1


async def test_a_full_disk_is_waited_out(watched: Watched, monkeypatch: Any) -> None:
    """Nothing moves while the report cannot be written, and all does afterwards."""
    watched.put("export.csv", suspects(1))
    watched.settle()
    watched.work()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreBusy, match="No space"):
            watched.folder.step()
    assert watched.names("done") == []
    watched.folder.step()
    assert watched.names("done") == ["export.csv", "export.csv.report.json"]


async def test_a_vanished_folder_is_waited_out(watched: Watched) -> None:
    """Its file system may be gone for a while: no submission is refused for it."""
    (watched.root / "in").rename(watched.root / "away")
    with pytest.raises(StoreBusy):
        watched.folder.step()
    (watched.root / "away").rename(watched.root / "in")
    watched.put("export.csv", suspects(1))
    watched.run()
    assert watched.acknowledged() == 1


async def test_files_wait_in_the_folder_while_too_many_are_in_work(watched: Watched) -> None:
    """They are taken when there is room, and none is lost."""
    watched.world.gateway("NL-POL").close()
    watched.world.start("NL-POL", intake=IntakeSettings(max_backlog=2))
    watched.restart()
    for n in range(3):
        watched.put(f"{n}.csv", suspects(1, first=n + 1))
    watched.settle()
    assert (watched.names("in"), watched.names("work")) == (["2.csv"], ["0.csv", "1.csv"])
    watched.work()
    watched.run()
    assert watched.acknowledged() == 3


async def test_a_file_that_is_too_large_is_refused_unread(watched: Watched) -> None:
    """With the limit and a remedy."""
    watched.world.gateway("NL-POL").close()
    watched.world.start("NL-POL", intake=IntakeSettings(max_file_bytes=100))
    watched.restart()
    watched.put("large.csv", suspects(1))
    watched.run()
    assert watched.report("refused")["records"][0]["findings"][0]["code"] == "A01-size"


async def test_a_report_is_not_taken_for_a_national_file(watched: Watched) -> None:
    """One that was copied back by mistake is left where it is."""
    watched.put("export.csv.report.json", b"{}")
    watched.run()
    assert watched.names("in") == ["export.csv.report.json"]


async def test_what_somebody_else_puts_into_work_is_left_alone(watched: Watched) -> None:
    """It is neither read nor removed."""
    (watched.root / "work" / "notes").mkdir()
    watched.put("export.csv", suspects(1))
    watched.run()
    assert [path.name for path in (watched.root / "work").iterdir()] == ["notes"]


async def test_finished_submissions_leave_the_folder_after_their_term(watched: Watched) -> None:
    """Only what is old and forgotten goes: an outbox that was set up anew takes nothing with it."""
    watched.put("export.csv", suspects(1))
    watched.run()
    watched.world.clock.advance(seconds=91 * 86_400)
    assert watched.clean() == 0
    watched.world.gateway("NL-POL").intake.forget(now_ms=int(watched.world.clock().timestamp() * 1000))
    watched.put("young.csv", suspects(1, first=2))
    watched.run()
    assert watched.clean() == 1
    assert watched.names("done") == ["young.csv", "young.csv.report.json"]


async def test_erasing_an_alert_erases_the_copies_in_the_folder(watched: Watched) -> None:
    """File and residue go, the report without values stays; other submissions keep theirs."""
    head, row, *_ = suspects(1).decode("cp1252").splitlines()
    watched.put("export.csv", f"Haarstijl;{head}\r\nkrullen;{row}\r\n".encode("cp1252"))
    watched.run()
    watched.put("other.csv", suspects(1, first=2))
    watched.run()
    await watched.world.run()
    watched.world.gateway("NL-POL").order_erasure("UTO-T-1", ErasureGround.UNLAWFUL)
    assert watched.clean() == 2
    assert watched.names("done") == ["export.csv.report.json", "other.csv", "other.csv.report.json"]
    assert watched.clean() == 0


@pytest.mark.parametrize("crash", ["made", "renamed", "adopted", "worked", "reported"])
async def test_a_crash_between_any_two_steps_loses_and_repeats_nothing(
    watched: Watched, crash: str, monkeypatch: Any
) -> None:
    """Whatever the process had done when it died, the next one ends with one file, one report, each record once."""
    watched.put("export.csv", suspects(3))
    intake = watched.world.gateway("NL-POL").intake

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

    monkeypatch.setattr(Path, "stat", elsewhere)
    with pytest.raises(UsageError, match=r"intake\.folder"):
        watched.folder.prepare()

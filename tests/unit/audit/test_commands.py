"""The auditor's commands over an export: no exchange, no network, root keys alone."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from broker.cli import audit_source
from tests.support import envelope_world as world
from tests.support.audited import busy
from tests.support.command import Ran, baken
from tests.support.proved import Proved, erased_alert


class Files:
    """An export with an erased alert, and the root keys of its exchange."""

    def __init__(self, folder: Path, hub: Proved, first: world.Made) -> None:
        self.folder = folder
        self.hub = hub
        self.event = first.claims.jti
        self.alert = str(first.claims.sub)
        self.export = folder / "audit.jsonl"
        self.roots = folder / "roots.json"

    def run(self, command: str, *arguments: str | Path) -> Ran:
        return baken("audit", command, *arguments, "--file", self.export, "--roots", self.roots)

    def check(self, proof: Path, *arguments: str) -> Ran:
        return baken("audit", "check-proof", proof, "--roots", self.roots, *arguments)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("audit")

    async def make() -> Files:
        hub, first, _ = await erased_alert()
        made = Files(folder, hub, first)
        await hub.export(made.export)
        hub.save_roots(folder)
        return made

    return asyncio.run(make())


def test_an_event_is_proven_and_checked(files: Files, tmp_path: Path) -> None:
    """`prove` writes a file that only its owner can read, `check-proof` lists every check and confirms it."""
    proof = tmp_path / "proof.json"
    written = files.run("prove", files.event, "--out", proof, "--json")
    assert written.code == 0
    assert written.json()["verified"]
    assert written.json()["file"] == str(proof)
    assert proof.stat().st_mode & 0o777 == 0o600
    checked = files.check(proof, "--json")
    assert (checked.code, checked.json()["proven"][0]["event"]) == (0, files.event)
    shown = files.check(proof)
    assert "VERIFIED under the checkpoint of size 13 of baken/live" in shown.out
    assert shown.out.count("held") == 16
    assert "DE-BKA (liaison" in shown.out


def test_an_erasure_is_proven_by_issuer_and_id(files: Files, tmp_path: Path) -> None:
    """`ISSUER/ID` names an event, `--erasure` adds the order and the receipts."""
    proof = tmp_path / "proof.json"
    told = files.run("prove", f"NL-POL/{files.event}", "--out", proof, "--erasure", "--json").json()
    assert [one["type"] for one in told["proven"]] == ["suspect-alert.v1", "erase.v1", *["erasure-receipt.v1"] * 3]
    assert files.check(proof).code == 0


def test_a_changed_proof_is_refused(files: Files, tmp_path: Path) -> None:
    """Exit code 1 and the code of what is wrong; nothing is said to be proven."""
    proof = tmp_path / "proof.json"
    files.run("prove", files.event, "--out", proof)
    value = json.loads(proof.read_bytes())
    value["entries"][0]["index"] += 1
    proof.write_text(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")
    refused = files.check(proof)
    assert refused.code == 1
    assert "P05-inclusion" in refused.out
    assert "nothing in this file is proven" in refused.err
    assert files.check(proof, "--json").json()["proven"] == []


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\xfe"])
def test_what_is_no_proof_is_refused(files: Files, tmp_path: Path, content: bytes | None) -> None:
    """A missing file is a usage error, any other file a refusal."""
    proof = tmp_path / "proof.json"
    if content is not None:
        proof.write_bytes(content)
    assert files.check(proof).code == (2 if content is None else 1)


def test_an_unknown_event_is_a_usage_error(files: Files, tmp_path: Path) -> None:
    """No file is written for what is not in the log."""
    missing = files.run("prove", "01a20846-0000-7000-8000-000000000000", "--out", tmp_path / "p")
    assert missing.code == 2
    assert "no event" in missing.err
    assert not (tmp_path / "p").exists()


def test_a_place_that_cannot_be_written_is_a_usage_error(files: Files, tmp_path: Path) -> None:
    """The message names the path; nothing fails inside."""
    nowhere = tmp_path / "missing" / "file"
    for ran in (files.run("prove", files.event, "--out", nowhere), files.run("report", "--html", nowhere)):
        assert ran.code == 2
        assert f"cannot write {nowhere}" in ran.err


def test_a_report_is_printed_as_tables(files: Files) -> None:
    """Without options the terminal shows operations, days, disclosures, receipts, erasures and the verdict."""
    shown = files.run("report", "--alert", files.alert)
    assert shown.code == 0
    for word in (
        "collection",
        "combination",
        "Sections opened",
        "Erasures",
        "Events of the alert",
        "verified: 13 leaves",
    ):
        assert word in shown.out


def test_a_report_is_written_as_json_and_page(files: Files, tmp_path: Path) -> None:
    """Both forms come from one run; the page is for its owner's eyes."""
    page = tmp_path / "report.html"
    told = files.run("report", "--from", "2026-11-01", "--to", "2026-11-30", "--json", "--html", page).json()
    assert told["scope"] == {"alert": None, "from": "2026-11-01", "participant": None, "to": "2026-11-30"}
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert page.stat().st_mode & 0o777 == 0o600
    assert "verified" in files.run("report", "--html", page).out


@pytest.mark.parametrize(
    "wrong", [("--participant", "nobody"), ("--alert", "x"), ("--from", "2026-02-01", "--to", "2026-01-01")]
)
def test_a_scope_that_means_nothing_is_a_usage_error(files: Files, wrong: tuple[str, ...]) -> None:
    """Exit code 2 and a message that names the option."""
    ran = files.run("report", *wrong)
    assert ran.code == 2
    assert wrong[0] in ran.err


def test_a_damaged_export_gives_no_good_report(files: Files, tmp_path: Path) -> None:
    """The report says so and the exit code is 1."""
    damaged = tmp_path / "damaged.jsonl"
    lines = files.export.read_bytes().splitlines(keepends=True)
    damaged.write_bytes(b"".join([*lines[:3], *lines[4:]]))
    ran = baken("audit", "report", "--file", damaged, "--roots", files.roots, "--json")
    assert ran.code == 1
    assert not ran.json()["integrity"]["verified"]


async def test_progress_is_drawn_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leaves done of the latest offset stand on a terminal's standard error; with `--json` and in pipes nothing."""
    monkeypatch.setenv("TERM", "xterm")  # a terminal that can move its cursor, whatever the tests run on
    hub = await busy()
    path = await hub.export(tmp_path / "audit.jsonl")
    world_ = Proved()
    roots = world_.save_roots(tmp_path)

    async def drawn(*, terminal: bool, quiet: bool) -> str:
        out = io.StringIO()
        monkeypatch.setattr(audit_source, "complaints", Console(file=out, force_terminal=terminal, width=100))
        async with audit_source.auditing(None, None, path, roots, quiet=quiet) as audited:
            read = [record async for batch in audited.log.read(audited.topics.audit) for record in batch]
        assert len(read) == 55
        return out.getvalue()

    assert "55/55" in await drawn(terminal=True, quiet=False)
    assert await drawn(terminal=True, quiet=True) == ""
    assert await drawn(terminal=False, quiet=False) == ""


def test_neither_home_nor_file_is_a_usage_error() -> None:
    """Both are named in the message."""
    ran: Any = baken("audit", "report")
    assert ran.code == 2
    assert "--home" in ran.err

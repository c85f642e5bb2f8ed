"""The commands that the README shows do what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from broker.cli.main import app
from broker.embedded.exchange import Exchange
from tests.support.command import baken

ROOT = Path(__file__).resolve().parents[2]
FLAG = re.compile(r"Q[0-9]{2}-")
SHOWN = "/tmp/exchange"  # noqa: S108 - the README's own example


def commands() -> list[list[str]]:
    """Return the `baken` commands of the README, without those that start and stop the exchange."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    found = [shlex.split(line)[1:] for line in lines if line.startswith("baken ")]
    return [command for command in found if command[0] not in ("up", "down")]


@pytest.fixture(scope="module")
def alert(exchange: Exchange) -> str:
    """Return an alert to erase."""
    sample = ROOT / "adapters" / "samples" / "nl-csv" / "suspects.csv"
    ran = baken("publish", "--home", exchange.home.folder, "--as", "NL-POL", "--json", sample)
    chosen: str = ran.json()["events"][-1]["alert"]
    return chosen


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_each_command_works(
    exchange: Exchange, alert: str, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It exits with 0, prints something, and complains of nothing but what is probably wrong in a sample."""
    monkeypatch.chdir(ROOT)
    known = {SHOWN: str(exchange.home.folder), "ALERT": alert}
    ran = baken(*(known.get(word, word) for word in command))
    assert (ran.code, [line for line in ran.err.splitlines() if not FLAG.match(line)]) == (0, [])
    assert ran.out


def test_every_command_explains_itself() -> None:
    """Each command has a help page with an example, but groups, which list their commands."""
    for words in (
        ["demo"], ["up"], ["down"], ["status"], ["doctor"], ["publish"], ["approve"], ["explain"], ["feed"], ["erase"],
        ["withdraw"], ["restrict"], ["disclose"], ["broker"], ["checkpointer"], ["gateway"], ["keys", "list"],
        ["adapter", "list"], ["adapter", "convert"], ["audit", "verify"], ["audit", "replay"], ["audit", "export"],
        ["audit", "prove"],
        ["audit", "check-proof"], ["audit", "report"], ["topology", "plan"], ["topology", "apply"], ["intake"],
        ["trust", "allow"], ["trust", "retire"],
        ["signal", "new"], ["signal", "assess"], ["signal", "indicators"],
        ["action"], ["hit"], ["request"], ["answer"], ["refuse"], ["propose-correction"], ["report-error"],
        ["offer"], ["decide"],
    ):  # fmt: skip
        ran = CliRunner().invoke(app, [*words, "--help"], terminal_width=200)
        assert ran.exit_code == 0
        assert f"baken {' '.join(words)}" in ran.output
        assert "Example" in ran.output

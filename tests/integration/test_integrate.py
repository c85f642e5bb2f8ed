"""docs/integrate.md: a reader who types every command gets what the page shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from broker.embedded.exchange import Exchange

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "integrate.md"
SHOWN = "/tmp/exchange"  # noqa: S108 - the page's own example
ELSEWHERE = ("make ", "baken up ", "baken down ")
"""Commands that the test set-up does in its own way."""
MARK = "=== end of block {} ==="
PATIENCE_SECONDS = 100
VARYING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|\d+(\.\d+)?"
)


@dataclass(frozen=True, slots=True)
class Block:
    """Commands of the page, and the output that it shows below them."""

    commands: str
    output: str


def blocks() -> list[Block]:
    """Return what a reader would type, in order."""
    found: list[Block] = []
    for language, text in re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        if language == "sh":
            lines = [line for line in text.splitlines() if not line.startswith(ELSEWHERE)]
            found.append(Block("\n".join(lines), ""))
        else:
            found[-1] = Block(found[-1].commands, found[-1].output + text)
    return found


def missing(shown: str, printed: str) -> list[str]:
    """Return what the page shows and was not printed; `...` stands for anything, and ids and numbers vary."""
    there = VARYING.sub("#", printed)
    parts = [part for line in shown.splitlines() for part in VARYING.sub("#", line).split("...")]
    return [part for part in parts if part.strip() and part.strip() not in there]


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page uses curl, which this machine does not have")
def test_every_command_does_what_the_page_shows(exchange: Exchange) -> None:
    """All commands succeed, one after another in one shell, and each prints what stands below it."""
    page = blocks()
    script = "\n".join(f"{block.commands}\necho '{MARK.format(n)}'" for n, block in enumerate(page))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(SHOWN, str(exchange.home.folder))],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr
    rest = ran.stdout
    for n, block in enumerate(page):
        printed, mark, rest = rest.partition(MARK.format(n))
        assert mark
        assert missing(block.output, printed) == [], f"{block.commands}\nprinted:\n{printed[:3000]}"

"""Run the command `baken` as its users do: a process of its own, with arguments and an exit code."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

DEADLINE_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left: exit code and both outputs."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return the one JSON document printed."""
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        """Return the JSON documents printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def argv(*arguments: str | Path) -> list[str]:
    """Return the command line of `baken` with `arguments`."""
    return [sys.executable, "-m", "broker.cli", *map(str, arguments)]


def baken(*arguments: str | Path, stdin: bytes = b"") -> Ran:
    """Run the command and return when it ends."""
    done = subprocess.run(argv(*arguments), input=stdin, capture_output=True, timeout=DEADLINE_SECONDS, check=False)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def until(look: Callable[[], T], enough: Callable[[T], bool] = bool, seconds: float = DEADLINE_SECONDS) -> T:
    """Return what `look` finds as soon as it is enough; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if enough(found):
            return found
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.1)

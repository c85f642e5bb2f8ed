"""Run the command `baken` with arguments, and return its exit code and what it printed."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from broker.cli.main import main
from tests.support.waiting import DEADLINE_SECONDS


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
    """Run the command's own entry point in this process, which spares a second of imports each time."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    before = sys.argv, sys.stdin, sys.stdout, sys.stderr
    logged = structlog.get_config()
    sys.argv = ["baken", *map(str, arguments)]
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin)), out, err
    try:
        main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = before
        structlog.configure(**logged)  # a command shows errors alone; the tests after it want every line
    return Ran(code, _text(out), _text(err))


def baken_process(*arguments: str | Path, stdin: bytes = b"") -> Ran:
    """Run the command as its users do, in a process of its own, and return when it ends."""
    done = subprocess.run(argv(*arguments), input=stdin, capture_output=True, timeout=DEADLINE_SECONDS, check=False)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode()

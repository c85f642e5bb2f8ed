"""Translate national files, and show what a translation could not carry over."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters import interface
from adapters.interface import Converted, ResidueItem
from broker.cli.output import AsJson, ExitCode, complain, finding_text, print_json, say, table
from broker.cli.places import now

app = typer.Typer(help="National formats: which there are, and what they carry over.", no_args_is_help=True)


@app.command("list")
def list_adapters(*, as_json: AsJson = False) -> None:
    """List the installed adapters.

    Example: `baken adapter list`
    """
    found = interface.installed()
    if as_json:
        print_json([{"description": adapter.description, "name": name} for name, adapter in found.items()])
        return
    table("Adapters", ("name", "format"), [(name, adapter.description) for name, adapter in found.items()])


@app.command()
def convert(
    file: Annotated[Path, typer.Argument(help="A national file; `-` reads standard input.")],
    source: Annotated[str, typer.Option("--from", metavar="ADAPTER", help="Format of FILE.")],
    target: Annotated[
        str | None, typer.Option("--to", metavar="ADAPTER", help="Format to write; without it, canonical JSON lines.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write; without it, standard output.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Translate FILE without sending anything; residue, quality flags and refusals go to standard error.

    Examples:
    `baken adapter convert --from nl-csv suspects.csv`

    `baken adapter convert --from nl-csv --to nl-csv --out again.csv suspects.csv`
    """
    result = interface.convert(read_input(file), source=source, target=target, on=now().date())
    if as_json:
        print_json(_as_json(result))
    elif out is not None:
        out.write_bytes(result.data)
        say(f"{result.accepted} records written to {out}")
    else:
        sys.stdout.buffer.write(result.data)
        sys.stdout.buffer.flush()
    if not as_json:
        for item in result.residue:
            complain(residue_text(item))
        for flag in result.flags:
            complain(finding_text(flag))
        for finding in result.findings:
            complain(finding_text(finding))
    if result.findings:
        raise typer.Exit(ExitCode.REFUSED)


def read_input(file: Path) -> bytes:
    """Return the bytes of a file, or of standard input for `-`."""
    if str(file) == "-":
        return sys.stdin.buffer.read()
    if not file.is_file():
        raise typer.BadParameter(f"{file} is not a file")
    return file.read_bytes()


def residue_text(item: ResidueItem) -> str:
    """Spell one item of residue; it holds national data and is for its owner's terminal alone."""
    return f"residue line {item.line}, {item.field or item.path}: {item.reason.value} ({item.rule}): {item.value}"


def _as_json(result: Converted) -> dict[str, Any]:
    return {
        "accepted": result.accepted,
        "findings": [finding.to_json() for finding in result.findings],
        "flags": [flag.to_json() for flag in result.flags],
        "output": result.data.decode("utf-8", errors="replace"),
        "residue": [item.to_json() for item in result.residue],
    }

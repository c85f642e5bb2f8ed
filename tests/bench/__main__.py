"""Run the benchmarks: `make bench`, or `python -m tests.bench --help`."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.live import Live

from broker import logging
from tests.bench import admission, envelope, formats, measure, show, stored, trail, workload
from tests.bench.measure import Row

PARTS = ("envelope", "stored", "replay", "adapters", "admission")


def rows(parts: list[str], *, full: bool) -> Iterator[Row]:
    """Yield the rows of the chosen parts."""
    effort = measure.FULL if full else measure.QUICK
    counts = workload.COUNTS
    if "envelope" in parts:
        yield from envelope.rows(counts, effort)
    if "stored" in parts:
        yield from stored.rows(counts, effort)
    if "replay" in parts:
        yield from trail.rows(counts, effort, records=200)
    if "adapters" in parts:
        yield from formats.rows(effort)
    if "admission" in parts:
        yield from admission.rows(counts, admission.FULL if full else admission.QUICK)


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Ratios to bare baselines, in CPU time.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure; everything without it")
    parser.add_argument("--full", action="store_true", help="more and longer rounds: half an hour instead of minutes")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document")
    form.add_argument("--markdown", action="store_true", help="a table for the README")
    chosen = parser.parse_args()
    where = show.machine()
    with open(os.devnull, "w", encoding="ascii") as nowhere:  # noqa: PTH123 - lines are made and counted, not shown
        logging.configure(service="bench", instance="bench", stream=nowhere)
        _show(rows(chosen.parts or list(PARTS), full=chosen.full), where, chosen)


def _show(found: Iterator[Row], where: dict[str, Any], chosen: argparse.Namespace) -> None:
    if chosen.json:
        print(json.dumps({"machine": where, "rows": [show.plain(row) for row in found]}, indent=2))  # noqa: T201
        return
    if chosen.markdown:
        print(f"{show.heading(where)}\n")  # noqa: T201
        for line in show.markdown(found):
            print(line, flush=True)  # noqa: T201
        return
    console = Console(highlight=False)
    console.print(show.heading(where))
    table = show.table()
    with Live(table, console=console, refresh_per_second=1, vertical_overflow="visible"):
        for row in found:
            table.add_row(*show.cells(row))


if __name__ == "__main__":
    main()

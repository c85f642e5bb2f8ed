"""Show rows as a table for people, and as JSON for machines."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from tests.bench.measure import Row, micros, per_second


def machine() -> dict[str, Any]:
    """Say where and when: processor, cores, load before the start, Python, date."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
    }


def heading(where: dict[str, Any]) -> str:
    """Return the machine in one line."""
    return (
        f"{where['cpu']}, {where['cores']} cores, Python {where['python']}, {where['date']}, "
        f"load {where['load']} at the start"
    )


def table() -> Table:
    """Return an empty table; `add` fills it."""
    made = Table(title="CPU time against a bare baseline in the same run", caption="µs: CPU microseconds per operation")
    made.add_column("what")
    made.add_column("to", justify="right")
    made.add_column("ours µs", justify="right")
    made.add_column("bare µs", justify="right")
    made.add_column("ratio", justify="right")
    made.add_column("spread", justify="right")
    made.add_column("target", justify="right")
    made.add_column("per wall second", justify="right")
    made.add_column("baseline")
    return made


def cells(row: Row) -> list[str]:
    """Return a row as text; the mark says whether a target is met."""
    met = row.target is None or row.target.met_by(row.ratio)
    target = "" if row.target is None else f"{row.target} {'✓' if met else '✗'}"
    return [
        row.name,
        row.size,
        f"{micros(row.ours):.0f}",
        f"{micros(row.bare):.0f}",
        f"{row.ratio:.2f}",
        f"{min(row.ratios):.2f}-{max(row.ratios):.2f}",
        target,
        f"{per_second(row.ours):,.0f}",
        row.baseline,
    ]


def plain(row: Row) -> dict[str, Any]:
    """Return a row for machines."""
    return {
        "name": row.name,
        "recipients": int(row.size) if row.size else None,
        "ours_cpu_us": round(micros(row.ours), 2),
        "bare_cpu_us": round(micros(row.bare), 2),
        "ratio": round(row.ratio, 3),
        "ratios": [round(one, 3) for one in row.ratios],
        "target": None if row.target is None else str(row.target),
        "met": None if row.target is None else row.target.met_by(row.ratio),
        "ours_per_wall_second": round(per_second(row.ours), 1),
        "bare_per_wall_second": round(per_second(row.bare), 1),
        "baseline": row.baseline,
    }


def markdown(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of the table as Markdown, for the README, as rows come in."""
    yield "| what | recipients | ratio | spread | target | baseline |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        name, size, _, _, ratio, spread, target, _, baseline = cells(row)
        yield f"| {name} | {size} | {ratio} | {spread} | {target} | {baseline} |"

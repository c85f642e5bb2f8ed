"""The benchmarks run: once each, with tiny sizes and no judgement about time."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from tests.bench import envelope, formats, measure, show, stored, trail
from tests.bench.measure import TINY, Row, Spent, Target

SPENT = (
    Spent(operations=10, cpu=0.02, wall=0.04),
    Spent(operations=10, cpu=0.03, wall=0.04),
    Spent(operations=10, cpu=0.01, wall=0.04),
)
BARE = (Spent(operations=20, cpu=0.02, wall=0.02),) * 3


def row(*, at_least: bool = False) -> Row:
    target = Target(bound=0.5 if at_least else 1.5, at_least=at_least)
    return Row(name="x", size="3", ours=SPENT, bare=BARE, baseline="bare", target=target, inverse=at_least)


def test_publishing_and_receiving_run() -> None:
    """Sealing, the whole way from a draft, and opening, for one recipient and for both profiles."""
    found = list(envelope.rows((1, 3), TINY))
    assert {one.size for one in found} == {"1", "3"}
    assert {one.name for one in found} == {
        "publish: sign and seal", "publish: draft to record", "receive: verify and open", "receive: with content",
    }  # fmt: skip


def test_publishing_into_the_outbox_runs() -> None:
    """A whole batch is acknowledged, beside a bare table."""
    (found,) = stored.rows((3,), TINY)
    assert found.ours[0].operations % 50 == 0


def test_the_replay_runs() -> None:
    """Every record is judged again."""
    (found,) = trail.rows((3,), TINY, records=3)
    assert found.ours[0].operations == found.bare[0].operations == 3


def test_every_adapter_runs() -> None:
    """Reading and writing of each installed adapter with samples, beside its library."""
    found = list(formats.rows(TINY))
    assert {"nl-csv: read", "nl-csv: write"} <= {one.name for one in found}


def test_a_ratio_is_the_median_of_its_rounds() -> None:
    """Costs are ours by bare, rates bare by ours, per operation; the spread is the lowest and highest round."""
    assert row().ratio == pytest.approx(2.0)
    assert row(at_least=True).ratio == pytest.approx(0.5)
    assert show.cells(row())[2:7] == ["2000", "1000", "2.00", "1.00-3.00", "≤ 1.5 ✗"]
    assert show.cells(row(at_least=True))[6] == "≥ 0.5 ✓"


def test_rounds_alternate() -> None:
    """Neither side always goes first, so that neither always finds the warmer machine."""
    calls: list[str] = []
    measure.compare(lambda: calls.append("ours"), lambda: calls.append("bare"), measure.Effort(rounds=2, seconds=0.0))
    assert calls[-4:] == ["ours", "bare", "bare", "ours"]


def test_rows_are_shown_for_people_and_for_machines() -> None:
    """A table, a line of Markdown and plain values say the same."""
    console = Console(width=200, record=True, file=None, quiet=True)
    table = show.table()
    table.add_row(*show.cells(row()))
    console.print(table)
    assert json.loads(json.dumps(show.plain(row())))["ratios"] == [2.0, 3.0, 1.0]
    assert list(show.markdown([row()]))[2].startswith("| x | 3 | 2.00 |")
    assert "cores" in show.heading(show.machine())

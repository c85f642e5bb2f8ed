"""Time two ways of doing the same work against each other, in CPU seconds of the processes that do it.

A machine is shared and its clock speed moves, so no figure stands alone: rounds alternate between ours
and the bare baseline, each round gives one ratio, and the median of the ratios is the result.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Work = Callable[[], object]
"""One operation: one event, one record, one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What some operations cost: CPU seconds of user and system time, and wall seconds for information."""

    operations: int
    cpu: float
    wall: float

    @property
    def micros(self) -> float:
        """CPU microseconds of one operation."""
        return self.cpu / self.operations * 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to measure: rounds of each side, and the CPU seconds of one side of one round."""

    rounds: int
    seconds: float


TINY = Effort(rounds=1, seconds=0.0)
"""Each side once: shows that a benchmark runs, measures nothing."""
QUICK = Effort(rounds=5, seconds=0.15)
FULL = Effort(rounds=15, seconds=0.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A bound of DESIGN 16 for a ratio: at most, or at least."""

    bound: float
    at_least: bool = False

    def met_by(self, ratio: float) -> bool:
        """Tell whether `ratio` keeps the bound."""
        return ratio >= self.bound if self.at_least else ratio <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. `ratios` has one ratio for each round; `inverse` puts the baseline above.

    The ratio of a cost is ours by bare; that of a rate, bare by ours: records per CPU second are the
    inverse of CPU seconds per record.
    """

    name: str
    size: str
    ours: tuple[Spent, ...]
    bare: tuple[Spent, ...]
    baseline: str
    target: Target | None = None
    inverse: bool = False

    @property
    def ratios(self) -> list[float]:
        """One ratio for each round."""
        pairs = zip(self.ours, self.bare, strict=True)
        return [bare.micros / ours.micros if self.inverse else ours.micros / bare.micros for ours, bare in pairs]

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.ratios)


def micros(spent: Sequence[Spent]) -> float:
    """Return the median of CPU microseconds per operation."""
    return statistics.median(one.micros for one in spent)


def per_second(spent: Sequence[Spent]) -> float:
    """Return the median of operations per wall second."""
    return statistics.median(one.operations / one.wall for one in spent)


def compare(ours: Work, bare: Work, effort: Effort, *, unit: int = 1) -> tuple[tuple[Spent, ...], tuple[Spent, ...]]:
    """Run both in alternating order, after a warm-up of each, and return what each round spent.

    One call of either does `unit` operations.
    """
    counts = [_count(work, effort.seconds) for work in (ours, bare)]
    spent: tuple[list[Spent], list[Spent]] = ([], [])
    for number in range(effort.rounds):
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            spent[side].append(_run((ours, bare)[side], counts[side], unit))
    return tuple(spent[0]), tuple(spent[1])


def _count(work: Work, seconds: float) -> int:
    """Warm up and find how many operations take `seconds`."""
    count = 1
    work()
    while (spent := _run(work, count)).cpu < seconds / 4:
        count *= 2
    return max(1, round(count * seconds / max(spent.cpu, 1e-9)))


def _run(work: Work, count: int, unit: int = 1) -> Spent:
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Spent(operations=count * unit, cpu=max(cpu, 1e-9), wall=max(wall, 1e-9))

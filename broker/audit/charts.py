"""Lay charts out: numbers in, rectangles and labels out. The page draws them as SVG; nothing here is markup.

Lengths are SVG units. A `series` is a name that the style sheet gives a colour; every figure also
stands in a table below its chart, so that no one depends on colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from broker.audit.figures import Day

WIDTH = 720
COLUMN_HEIGHT = 220
AXIS = 44
"""Room for the numbers left of a column chart."""
FOOT = 28
HEAD = 14
ROW = 30
BAR = 16
LABEL = 150
"""Room for the names left of a row chart."""
TOTAL = 84
"""Room for the sums right of a row chart."""
MAX_LABELS = 12
GAP = 0.28
"""Part of a column's place that stays empty."""
DAYS_SHOWN = 45
"""Days that have a column each; longer periods are shown by week, then by month."""
WEEKS_SHOWN = 45 * 7
TICKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A rectangle of one series with what it says."""

    series: str
    x: float
    y: float
    width: float
    height: float
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text with its anchor point."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What to draw; `grid` are values with their line's height, `legend` the series that occur."""

    width: int
    height: float
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    totals: tuple[Label, ...] = ()
    grid: tuple[Label, ...] = ()
    legend: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Figures of a day, a week (named by its Monday) or a month; `short` is its name below a column."""

    label: str
    short: str
    figures: Mapping[str, int]


def spans(days: Sequence[Day], names: Sequence[str]) -> list[Span]:
    """Add days up to at most some forty spans without a hole: days, weeks (their Monday), or months."""
    if not days:
        return []
    first, length = date.fromisoformat(days[0].day), _length(days)
    found: dict[str, dict[str, int]] = {}
    for number in range(length + 1):
        found.setdefault(_span(first + timedelta(days=number), length), dict.fromkeys(names, 0))
    for day in days:
        figures = found[_span(date.fromisoformat(day.day), length)]
        for name in names:
            figures[name] += getattr(day, name)
    return [Span(label=label, short=_short(label), figures=figures) for label, figures in found.items()]


def step(days: Sequence[Day]) -> str:
    """Say what one span of `spans` is."""
    length = _length(days) if days else 0
    return "Day" if length < DAYS_SHOWN else "Week of" if length < WEEKS_SHOWN else "Month"


def columns(found: Sequence[Span], series: Sequence[str]) -> Chart:
    """Draw spans side by side as columns, the series beside each other."""
    highest = max((span.figures[name] for span in found for name in series), default=0)
    tick, top = _scale(highest)
    plot, height = WIDTH - AXIS, COLUMN_HEIGHT - FOOT - HEAD
    place = plot / max(1, len(found))
    width = min(36.0, place * (1 - GAP) / len(series))
    bars = []
    for number, span in enumerate(found):
        left = AXIS + place * number + (place - width * len(series)) / 2
        for order, name in enumerate(series):
            tall = height * span.figures[name] / top
            if tall:
                bars.append(
                    Bar(
                        series=name,
                        x=left + width * order,
                        y=HEAD + height - tall,
                        width=width - 1,
                        height=tall,
                        says=f"{span.label}: {span.figures[name]} {name}",
                    )
                )
    every = -(-len(found) // MAX_LABELS)
    return Chart(
        width=WIDTH,
        height=COLUMN_HEIGHT,
        bars=tuple(bars),
        labels=tuple(
            Label(x=AXIS + place * (number + 0.5), y=COLUMN_HEIGHT - 8, text=span.short)
            for number, span in enumerate(found)
            if number % every == 0
        ),
        grid=tuple(
            Label(x=AXIS, y=HEAD + height - height * value / top, text=f"{value:,}".replace(",", " "))
            for value in range(0, top + 1, tick)
        ),
        legend=tuple(series),
    )


def rows(found: Sequence[tuple[str, Mapping[str, int]]], series: Sequence[str], *, share: bool = False) -> Chart:
    """Draw a bar for each name, its series behind each other; with `share` every bar is as long as the others."""
    sums = {name: sum(figures.get(one, 0) for one in series) for name, figures in found}
    longest = max(sums.values(), default=0)
    plot = WIDTH - LABEL - TOTAL
    bars, labels, totals = [], [], []
    for number, (name, figures) in enumerate(found):
        x, y = float(LABEL), float(HEAD + ROW * number)
        whole = sums[name] if share else longest
        for one in series:
            width = plot * figures.get(one, 0) / max(1, whole)
            if width:
                bars.append(
                    Bar(series=one, x=x, y=y, width=max(width - 1, 1), height=BAR, says=f"{name}: {figures[one]} {one}")
                )
            x += width
        labels.append(Label(x=LABEL - 10, y=y + BAR - 3, text=name))
        totals.append(Label(x=x + 8, y=y + BAR - 3, text=f"{sums[name]:,}".replace(",", " ")))
    used = [one for one in series if any(figures.get(one, 0) for _, figures in found)]
    return Chart(
        width=WIDTH,
        height=HEAD + ROW * len(found),
        bars=tuple(bars),
        labels=tuple(labels),
        totals=tuple(totals),
        legend=tuple(used),
    )


def _length(days: Sequence[Day]) -> int:
    return (date.fromisoformat(days[-1].day) - date.fromisoformat(days[0].day)).days


def _span(day: date, length: int) -> str:
    if length < DAYS_SHOWN:
        return day.isoformat()
    if length < WEEKS_SHOWN:
        return (day - timedelta(days=day.weekday())).isoformat()
    return day.isoformat()[:7]


def _short(label: str) -> str:
    if len(label) == len("2026-11"):
        return label
    day = date.fromisoformat(label)
    return f"{day.day} {day:%b}"


def _scale(highest: int) -> tuple[int, int]:
    """Return the step of the grid and the value at its top: 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            tick = digit * power
            if tick * TICKS >= highest:
                return tick, max(tick, -(-highest // tick) * tick)
        power *= 10

"""Render a report as one page that needs nothing else: no script, no font, no picture, no network."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from broker.audit import charts
from broker.audit.activity import RECEIPT_DUE
from broker.audit.art25 import Art25Report
from broker.audit.erasures import ERASURE_DUE
from contracts.encoding import encode_base64url
from contracts.events import EVENTS, Lifecycle
from contracts.identifiers import instant, iso

TABLE_ROWS = 200
"""Lines of the long tables that a page shows; the JSON has all of them."""
MINUTE, HOUR, DAY = 60, 3_600, 86_400
_OVER_TIME = ("disclosed", "receipts", "refused")
_ANSWERS = ("in_time", "late", "missing", "open", "ended")
_CLOCKS = ("in_time", "late", "overdue", "open", "ended")
_ERASURES = ("complete", "late", "open", "overdue")


def render(report: Art25Report) -> str:
    """Return the page of `report`: HTML with its style sheet and charts inside, under a policy that allows no more."""
    folder = files("broker.audit.page")
    style = folder.joinpath("report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"number": _number, "duration": _duration, "words": _words}
    template = environment.from_string(folder.joinpath("report.html.j2").read_text(encoding="utf-8"))
    acts = report.activities
    spans = charts.spans(acts.days, _OVER_TIME)
    times = acts.times
    return template.render(
        style=Markup(style),  # noqa: S704 - a file of ours, under its own digest
        digest=digest,
        report=report,
        acts=acts,
        operations=report.operations(),
        period=_period(report),
        made=iso(report.made),
        root=encode_base64url(report.result.root),
        faults=Counter(finding.code.value for finding in report.result.findings),
        spans=spans,
        step=charts.step(acts.days),
        told=[line for line in acts.disclosures if EVENTS[line.type].lifecycle is not Lifecycle.RECEIPT],
        over_time=charts.columns(spans, _OVER_TIME),
        recipients=charts.rows(_by_recipient(report), [one.name for one in acts.profiles]),
        flows=_matrix([(flow.iss, flow.to, flow.count) for flow in acts.flows]),
        sections=_matrix([(one.section, one.profile, one.count) for one in acts.opened]),
        answers=charts.rows(
            [(one.to, {name: getattr(one, name) for name in _ANSWERS}) for one in acts.answers], _ANSWERS, share=True
        ),
        clocks=charts.rows(_by_answerer(report), _CLOCKS, share=True),
        erasures=charts.rows(
            [
                (
                    "all orders",
                    {
                        "complete": times.complete - times.late,
                        "late": times.late,
                        "open": times.open,
                        "overdue": times.overdue,
                    },
                )
            ]
            if times.ordered
            else [],
            _ERASURES,
            share=True,
        ),
        refusals=charts.rows([(one.code, {"refused": one.count}) for one in acts.refusals[:12]], ["refused"]),
        limit=TABLE_ROWS,
        at=lambda milliseconds: iso(instant(milliseconds)).replace("T", " ").removesuffix("Z"),
        day=lambda milliseconds: instant(milliseconds).date().isoformat(),
        hours=int(RECEIPT_DUE.total_seconds()) // HOUR,
        erasure_hours=int(ERASURE_DUE.total_seconds()) // HOUR,
    )


def _by_recipient(report: Art25Report) -> list[tuple[str, Counter[str]]]:
    found: dict[str, Counter[str]] = {}
    for line in report.activities.disclosures:
        if EVENTS[line.type].lifecycle is Lifecycle.ALERT:
            found.setdefault(line.to, Counter())[line.profile] += line.count
    return sorted(found.items(), key=lambda item: (-item[1].total(), item[0]))


def _by_answerer(report: Art25Report) -> list[tuple[str, Counter[str]]]:
    found: dict[str, Counter[str]] = {}
    for line in report.activities.clocks:
        found.setdefault(line.to, Counter()).update({name: getattr(line, name) for name in _CLOCKS})
    return sorted(found.items())


class _Matrix:
    """Counts by row and column, with how dark each is to be: 0 to 5."""

    def __init__(self, cells: list[tuple[str, str, int]]) -> None:
        self.rows = sorted({row for row, _, _ in cells})
        self.columns = sorted({column for _, column, _ in cells})
        self._counts = Counter({(row, column): count for row, column, count in cells})
        self._most = max(self._counts.values(), default=0)

    def count(self, row: str, column: str) -> int:
        """Return the count of a cell."""
        return self._counts[row, column]

    def shade(self, row: str, column: str) -> int:
        """Return how dark a cell is."""
        return -(-5 * self._counts[row, column] // self._most) if self._most else 0


def _matrix(cells: list[tuple[str, str, int]]) -> _Matrix:
    return _Matrix(cells)


def _period(report: Art25Report) -> str:
    scope, days = report.scope, report.activities.days
    first = scope.start.isoformat() if scope.start else (days[0].day if days else None)
    last = scope.end.isoformat() if scope.end else report.made.date().isoformat()
    return f"{first} to {last}" if first else f"up to {last}"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _words(code: str) -> str:
    return code.replace("_", " ")


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min"
    if seconds < 2 * DAY:
        return f"{seconds / HOUR:.1f} h"
    return f"{seconds / DAY:.1f} days"

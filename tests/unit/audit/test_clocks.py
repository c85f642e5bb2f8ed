"""Clocks in the audit log: what had to be answered, by whom and by when, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from broker.audit.art25 import report
from broker.audit.figures import Clocked
from broker.audit.page import render
from broker.audit.report import AuditResult
from broker.audit.scope import Scope
from broker.cli.audit import show_verdict
from tests.support import envelope_world as world
from tests.support.asked import SEVEN_DAYS, URGENT_8_HOURS, message
from tests.support.audited import TOPICS, Audited
from tests.support.hub import ending

EMPTY = Clocked(
    to="DE-BKA", article="dir-2023-977:art5-1-a", period="8 hours", asked=0, in_time=0, late=0, refused=0, overdue=0,
    open=0, ended=0, median=None, longest=None,
)  # fmt: skip


def request(hub: Audited, *to: str, **changes: Any) -> world.Made:
    return message(hub, "request.v1", "NL-POL", *(to or ("DE-BKA",)), **{**URGENT_8_HOURS, **changes})


def remarks(result: AuditResult) -> list[str]:
    return [f"{finding.code.value}: {finding.detail}" for finding in result.findings]


async def test_a_clock_runs_from_admission_to_admission() -> None:
    """Open until it is due, overdue after, and late or in time with the answer; a refusal is an answer too."""
    hub = Audited()
    slow, quick, refused = request(hub), request(hub), request(hub)
    await hub.work()
    assert (await hub.replay()).clocks == (replace(EMPTY, asked=3, open=3),)
    hub.clock.advance(hours=8)
    message(hub, "answer.v1", "DE-BKA", "NL-POL", about=quick)
    message(hub, "refusal.v1", "DE-BKA", "NL-POL", about=refused)
    await hub.work()
    in_time = replace(EMPTY, asked=3, in_time=2, refused=1, median=8 * 3600.0, longest=8 * 3600.0)
    assert (await hub.replay()).clocks == (replace(in_time, open=1),)
    late = await hub.replay(now=hub.clock() + timedelta(seconds=1))
    assert late.clocks == (replace(in_time, overdue=1),)
    assert late.verified
    due = "by 2026-11-23T20:00:00Z"
    article = "dir-2023-977:art5-1-a"
    assert remarks(late) == [
        f"answer-overdue: NL-POL/{slow.claims.jti}: DE-BKA has not answered within 8 hours ({article}), {due}"
    ]
    hub.clock.advance(minutes=30)
    message(hub, "answer.v1", "DE-BKA", "NL-POL", about=slow)
    message(hub, "refusal.v1", "DE-BKA", "NL-POL", about=slow)
    await hub.work()
    done = await hub.replay()
    assert done.clocks == (replace(in_time, late=1, longest=8.5 * 3600),)
    assert remarks(done) == []


async def test_each_recipient_has_its_own_clock() -> None:
    """The answer of one stops nobody else's, and somebody who was not asked stops none."""
    hub = Audited()
    asked = request(hub, "DE-BKA", "FR-PNJ", **SEVEN_DAYS)
    message(hub, "answer.v1", "FR-PNJ", "NL-POL", about=asked)
    message(hub, "answer.v1", "BE-FGP", "NL-POL", about=asked, audience=_liaison("NL-POL"))
    await hub.work()
    lines = (await hub.replay()).clocks
    assert [(line.to, line.period, line.in_time, line.open) for line in lines] == [
        ("DE-BKA", "7 days", 0, 1),
        ("FR-PNJ", "7 days", 1, 0),
    ]


def _liaison(name: str) -> tuple[Any, ...]:
    return (world.entry(name, ("handling", "report")),)


async def test_what_is_taken_back_before_it_is_due_owes_no_answer() -> None:
    """A request that was withdrawn, erased or past its validity has ended; one that was overdue before stays so."""
    hub = Audited()
    withdrawn, erased = request(hub), request(hub)
    hub.submit(**ending("withdraw.v1", withdrawn, to=("DE-BKA",)))
    hub.submit(**ending("erase.v1", erased, to=("DE-BKA",)))
    overdue = request(hub)
    request(hub, days=1, **SEVEN_DAYS)
    await hub.work()
    hub.clock.advance(hours=9)
    hub.submit(**ending("withdraw.v1", overdue, to=("DE-BKA",)))
    hub.submit(**ending("restrict.v1", overdue, to=("DE-BKA",)))
    await hub.work()
    lines = (await hub.replay(now=world.NOW + timedelta(days=2))).clocks
    assert [(line.period, line.ended, line.overdue) for line in lines] == [("8 hours", 2, 1), ("7 days", 1, 0)]


async def test_an_error_report_is_due_on_the_second_working_day() -> None:
    """Its limit needs no article: whoever's alert it is about must answer on the second day that works for both."""
    hub = Audited()
    alert = hub.submit()
    message(hub, "error-report.v1", "DE-BKA", "NL-POL", about=alert)
    await hub.work()
    (line,) = (await hub.replay(now=world.NOW + timedelta(days=2, hours=10, minutes=59))).clocks
    assert (line.to, line.period, line.open) == ("NL-POL", "2 working days", 1)
    (line,) = (await hub.replay(now=world.NOW + timedelta(days=2, hours=11, seconds=1))).clocks
    assert line.overdue == 1


async def test_a_report_shows_requests_by_time_limit(capsys: Any) -> None:
    """The figures stand in the JSON, on the page and under the verdict, within the scope of the report."""
    hub = Audited()
    message(hub, "answer.v1", "DE-BKA", "NL-POL", about=request(hub))
    request(hub, "FR-PNJ")
    await hub.work()
    hub.clock.advance(hours=9)
    whole = await report(hub.log, hub.trust, topics=TOPICS, now=hub.clock(), scope=Scope())
    told = whole.to_json()["clocks"]
    assert [(one["to"], one["in_time"], one["overdue"], one["median"]) for one in told] == [
        ("DE-BKA", 1, 0, 0.0),
        ("FR-PNJ", 0, 1, None),
    ]
    page = render(whole)
    assert '<table id="requests">' in page
    assert "dir-2023-977:art5-1-a" in page
    french = await report(hub.log, hub.trust, topics=TOPICS, now=hub.clock(), scope=Scope(participant="FR-PNJ"))
    assert [one.to for one in french.activities.clocks] == ["FR-PNJ"]
    show_verdict(whole.result)
    assert "requests: 2 with a time limit, 1 answered in time, 0 late, 1 overdue" in capsys.readouterr().out

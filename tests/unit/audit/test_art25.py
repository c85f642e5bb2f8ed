"""Reports under Directive (EU) 2016/680 art. 25: counted by the product, recounted here from what was submitted."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from broker.audit.art25 import Art25Report, report
from broker.audit.page import render
from broker.audit.scope import Scope
from contracts.encoding import decode_base64url
from contracts.errors import Code, UsageError
from contracts.identifiers import instant, iso
from contracts.wire import Reference
from tests.support import envelope_world as world
from tests.support.audited import TOPICS, busy
from tests.support.hub import ending, receipt
from tests.support.month import Month, month
from tests.support.proved import Proved

_MADE: list[tuple[Month, Art25Report]] = []


async def past() -> tuple[Month, Art25Report]:
    """Return a hub after four weeks and the report on all of it, made once."""
    if not _MADE:
        hub = await month()
        _MADE.append((hub, await made(hub)))
    return _MADE[0]


async def made(hub: Proved, now: datetime | None = None, **scope: Any) -> Art25Report:
    return await report(hub.log, hub.world.store, topics=TOPICS, now=now or hub.clock(), scope=Scope(**scope))


def recounted(hub: Month) -> list[tuple[dict[str, Any], list[dict[str, Any]], int]]:
    """Return (claims, audience, time) of every admitted event, read from the log by other means than the product's."""
    found = []
    for audit in hub.audits():
        if audit.leaf.decision != "admitted":
            continue
        assert isinstance(audit.jws, str)
        assert isinstance(audit.disclosed, tuple)
        claims = json.loads(decode_base64url(audit.jws.split(".")[1], code=Code.E03_BASE64))
        audience = json.loads(decode_base64url(audit.disclosed[0], code=Code.E10_DIGEST))[2]
        found.append((claims, audience, audit.leaf.time))
    return found


def alert(number: int) -> str:
    return f"73a9bef4-99bb-44dc-bbd2-a4f2c8af5bd{number}"


def is_alert(claims: dict[str, Any]) -> bool:
    return "ver" in claims


async def test_figures_of_a_month_are_those_of_the_log() -> None:
    """Who, when, why, on what basis and to whom: each count equals one made from the raw log."""
    hub, whole = await past()
    told = whole.to_json()
    events = recounted(hub)
    flows = Counter((c["iss"], line["to"]) for c, audience, _ in events if is_alert(c) for line in audience)
    assert {(f["from"], f["to"]): f["count"] for f in told["flows"]} == flows
    lines = Counter(
        (c["iss"], line["to"], line["profile"], c["type"], c["purpose"], tuple(c["basis"]))
        for c, audience, _ in events
        for line in audience
    )
    assert lines == {
        (d["from"], d["to"], d["profile"], d["type"], d["purpose"], tuple(d["basis"])): d["count"]
        for d in told["disclosures"]
    }
    opened = Counter(
        (section, line["profile"])
        for c, audience, _ in events
        if is_alert(c)
        for line in audience
        for section in line["sections"]
    )
    assert {(o["section"], o["profile"]): o["count"] for o in told["opened"]} == opened
    urgency = Counter(c["urgency"] for c, _, _ in events if is_alert(c))
    assert {u["name"]: u["count"] for u in told["urgency"]} == urgency
    because = Counter(word for c, a, _ in events if is_alert(c) for line in a for word in line["because"])
    assert {u["name"]: u["count"] for u in told["conditions"]} == because
    assert told["integrity"]["verified"]
    assert told["integrity"]["leaves"] == len(hub.audits())


async def test_days_add_up() -> None:
    """Every day has its figures, and the sum over days is the whole."""
    hub, whole = await past()
    told = whole.to_json()
    events = recounted(hub)
    days = Counter(iso(instant(t))[:10] for c, a, t in events if is_alert(c) for _ in a)
    assert {d["day"]: d["disclosed"] for d in told["days"] if d["disclosed"]} == days
    refused = [audit for audit in hub.audits() if audit.leaf.decision == "refused"]
    assert sum(d["refused"] for d in told["days"]) == sum(r["count"] for r in told["refusals"]) == len(refused)
    assert sum(d["receipts"] for d in told["days"]) == sum("receipt" in c["type"] for c, _, _ in events)
    operations = {one["name"]: one["count"] for one in told["operations"]}
    assert operations["collection"] == sum(c.get("ver") == 1 for c, _, _ in events)
    assert operations["disclosure"] == sum(days.values())
    assert operations["combination"] is None


async def test_a_period_has_its_days_and_no_others() -> None:
    """Days of two halves are the days of the whole, and a period without events is empty."""
    hub, all_ = await past()
    whole = all_.to_json()
    middle = date.fromisoformat(whole["days"][10]["day"])
    first = (await made(hub, end=middle)).to_json()
    second = (await made(hub, start=middle + timedelta(days=1))).to_json()
    assert first["days"] + second["days"] == whole["days"]
    assert sum(f["count"] for f in first["flows"] + second["flows"]) == sum(f["count"] for f in whole["flows"])
    assert (first["erasures"]["ordered"], second["erasures"]["ordered"]) > (0, 0)
    empty = (await made(hub, start=date(2020, 1, 1), end=date(2020, 12, 31))).to_json()
    assert empty["days"] == empty["flows"] == empty["refusals"] == empty["erasures"]["orders"] == []
    assert empty["integrity"] == whole["integrity"]


async def test_a_participant_has_what_it_sent_and_received() -> None:
    """No line of its report is about two others."""
    hub, _ = await past()
    told = (await made(hub, participant="FR-PNJ")).to_json()
    assert told["flows"]
    assert all("FR-PNJ" in {line["from"], line["to"]} for line in told["flows"] + told["disclosures"])
    assert told["refusals"] == []
    dutch = (await made(hub, participant="NL-POL")).to_json()
    assert {line["from"] for line in dutch["refusals"]} == {"NL-POL"}


async def test_an_alert_is_told_from_its_first_event_to_its_erasure() -> None:
    """Each event with when, who (issuer and pseudonym), why, on what basis and to whom."""
    hub = Proved()
    first = hub.submit(sub=alert(1))
    hub.submit(sub=alert(2))
    hub.submit(ver=2, ref=(), sub=first.claims.sub)
    hub.submit(**ending("erase.v1", first, to=("BE-FGP", "DE-BKA", "FR-PNJ")))
    await hub.work()
    told = (await made(hub, alert=first.claims.sub)).to_json()
    assert [(line["type"], line["ver"], line["code"]) for line in told["events"]] == [
        ("suspect-alert.v1", 1, None),
        ("suspect-alert.v1", 2, "E09-reference"),
        ("erase.v1", None, None),
    ]
    line = told["events"][0]
    assert (line["actor"], line["purpose"]) == ("k3JfT0qWvX2a", "locate_suspect")
    assert list(line["basis"]) == ["dir-2023-977:art7"]
    assert list(line["to"]) == ["BE-FGP", "DE-BKA", "FR-PNJ"]
    assert told["refusals"] == [{"from": "NL-POL", "code": "E09-reference", "count": 1}]
    assert [(one["complete"], one["alert"]) for one in told["erasures"]["orders"]] == [(False, first.claims.sub)]


async def test_receipts_are_in_time_late_missing_open_or_over() -> None:
    """Half a day is the time; what was erased or replaced before owes nothing."""
    hub = Proved()
    audience = (world.AUDIENCE[1],)
    quick, slow, silent, replaced, erased = (hub.submit(sub=alert(n), audience=audience) for n in range(5))
    before = Reference(iss="NL-POL", jti=replaced.claims.jti)
    hub.submit(ver=2, sub=replaced.claims.sub, audience=audience, ref=(before,))
    hub.submit(**ending("erase.v1", erased, to=("DE-BKA",)))
    hub.submit(iss="DE-BKA", **receipt("receipt.v1", quick))
    await hub.work()
    (early,) = (await made(hub)).activities.answers
    assert (early.due, early.in_time, early.open, early.missing, early.ended) == (6, 1, 3, 0, 2)
    hub.clock.advance(hours=13)
    hub.submit(iss="DE-BKA", **receipt("receipt.v1", slow))
    await hub.work()
    (answers,) = (await made(hub)).activities.answers
    assert (answers.in_time, answers.late, answers.open) == (1, 1, 0)
    assert (answers.missing, answers.ended) == (2, 2)
    assert (answers.median, answers.longest) == (0.0, 13 * 3600)
    assert silent.claims.jti not in json.dumps((await made(hub)).to_json())


async def test_erasures_have_their_times() -> None:
    """Complete, late, open and overdue orders are counted, with the median and the longest completion."""
    hub = Proved()
    made_ = [hub.submit(sub=alert(n), audience=(world.AUDIENCE[1],)) for n in range(4)]
    orders = [hub.submit(**ending("erase.v1", one, to=("DE-BKA",))) for one in made_]
    await hub.work()
    for order, hours in ((orders[0], 1), (orders[1], 2), (orders[2], 27)):
        hub.clock.advance(hours=hours)
        if hours > 24:
            hub.world.refresh()
        hub.submit(iss="DE-BKA", **receipt("erasure-receipt.v1", order))
        await hub.work()
    times = (await made(hub)).activities.times
    assert (times.ordered, times.complete, times.late, times.open, times.overdue) == (4, 3, 1, 0, 1)
    assert (times.median, times.longest) == (3 * 3600, 30 * 3600)
    (first, *_) = (await made(hub)).erasures
    assert (first.jti, first.missing, first.overdue) == (orders[3].claims.jti, ("DE-BKA",), True)


async def test_disorder_is_counted() -> None:
    """Repeats by kind, skipped numbers and void leaves are part of a report."""
    hub = await busy()
    made_ = await report(hub.log, hub.trust, topics=TOPICS, now=hub.clock(), scope=Scope())
    assert made_.activities.disorder == {
        "gap": 0, "repeat-honest": 5, "repeat-other-content": 0, "repeat-unknown": 0, "void": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "scope",
    [{"participant": "nl-pol"}, {"alert": "all"}, {"start": date(2026, 2, 1), "end": date(2026, 1, 1)}],
)
def test_a_scope_that_means_nothing_is_refused(scope: dict[str, Any]) -> None:
    """No participant id, no alert id, a period that ends before it begins: usage errors in words."""
    with pytest.raises(UsageError):
        Scope(**scope)


async def test_a_report_holds_no_content() -> None:
    """Neither the JSON nor the page has a name, and the page asks for nothing from outside."""
    _, told = await past()
    page = render(told)
    for text in (json.dumps(told.to_json()), page):
        assert "Voorbeeld" not in text
    assert "http:" not in page
    assert "https:" not in page
    assert "<script" not in page
    assert "default-src 'none'" in page


async def test_a_damaged_log_is_said_on_the_page() -> None:
    """The verdict stands in the header, whatever the figures are."""
    hub = Proved()
    hub.submit()
    hub.submit()
    await hub.work()
    held = hub.log._partitions[TOPICS.audit, 0]
    held.records[1] = held.records[0]
    told = await made(hub)
    assert not told.result.verified
    assert "Not verified" in render(told)

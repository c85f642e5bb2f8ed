"""When the time to answer is over: the table of Directive (EU) 2023/977 and of the other acts, day by day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from contracts.clocks import CORRECTION, LIMITS, TimeLimit, Unit
from contracts.deadlines import ZONES, due, due_of, is_working_day
from contracts.identifiers import instant, iso, milliseconds
from contracts.wire import Claims
from tests.support import envelope_world as world

BY_PERIOD = {limit.period: limit for limit in (*reversed(LIMITS), CORRECTION)}

TABLE = [
    # Hours run through nights, weekends, holidays and the change of summer time.
    ("8 hours", "NL", "DE", "2026-03-02T09:00:00Z", "2026-03-02T17:00:00Z", "on a working day"),
    ("8 hours", "NL", "DE", "2026-03-06T21:30:00Z", "2026-03-07T05:30:00Z", "into a Saturday"),
    ("8 hours", "NL", "DE", "2026-04-02T20:30:00Z", "2026-04-03T04:30:00Z", "into Good Friday"),
    ("8 hours", "NL", "DE", "2026-03-28T20:00:00Z", "2026-03-29T04:00:00Z", "over the hour that summer time skips"),
    ("8 hours", "NL", "DE", "2026-10-24T20:00:00Z", "2026-10-25T04:00:00Z", "over the hour that winter time repeats"),
    # Three days: the day of admission does not count, the last hour of the last day does.
    ("3 days", "NL", "DE", "2026-03-02T09:00:00Z", "2026-03-05T23:00:00Z", "Monday to Thursday"),
    ("3 days", "NL", "DE", "2026-03-02T22:59:59Z", "2026-03-05T23:00:00Z", "the last second of Monday in Berlin"),
    ("3 days", "NL", "DE", "2026-03-02T23:00:00Z", "2026-03-06T23:00:00Z", "the first second of Tuesday in Berlin"),
    ("3 days", "NL", "DE", "2026-03-04T09:00:00Z", "2026-03-09T23:00:00Z", "ends on a Saturday: Monday"),
    (
        "3 days",
        "NL",
        "DE",
        "2026-03-05T09:00:00Z",
        "2026-03-09T23:00:00Z",
        "ends on a Sunday: Monday, two working days",
    ),
    ("3 days", "NL", "DE", "2026-03-06T09:00:00Z", "2026-03-10T23:00:00Z", "Friday: Monday is one working day only"),
    ("3 days", "NL", "DE", "2026-03-07T09:00:00Z", "2026-03-10T23:00:00Z", "Saturday to Tuesday"),
    ("3 days", "NL", "DE", "2026-03-27T09:00:00Z", "2026-03-31T22:00:00Z", "over the change to summer time"),
    ("3 days", "NL", "DE", "2026-10-23T09:00:00Z", "2026-10-27T23:00:00Z", "over the change to winter time"),
    ("3 days", "NL", "DE", "2026-04-02T09:00:00Z", "2026-04-08T22:00:00Z", "over Easter: Tuesday and Wednesday work"),
    ("3 days", "DE", "NL", "2026-04-24T09:00:00Z", "2026-04-29T22:00:00Z", "King's Day does not count here"),
    ("3 days", "NL", "DE", "2026-04-24T09:00:00Z", "2026-04-28T22:00:00Z", "King's Day of the asking side does"),
    ("3 days", "NL", "BE", "2026-07-18T09:00:00Z", "2026-07-22T22:00:00Z", "ends on a national day"),
    # Seven days.
    ("7 days", "NL", "DE", "2026-03-02T09:00:00Z", "2026-03-09T23:00:00Z", "Monday to Monday"),
    ("7 days", "NL", "DE", "2026-03-07T09:00:00Z", "2026-03-16T23:00:00Z", "ends on a Saturday: Monday"),
    ("7 days", "NL", "DE", "2026-03-08T09:00:00Z", "2026-03-16T23:00:00Z", "ends on a Sunday: Monday"),
    ("7 days", "NL", "DE", "2026-03-30T09:00:00Z", "2026-04-07T22:00:00Z", "ends on Easter Monday: Tuesday"),
    ("7 days", "NL", "DE", "2026-04-03T09:00:00Z", "2026-04-10T22:00:00Z", "begins on Good Friday"),
    ("7 days", "NL", "RO", "2026-04-03T09:00:00Z", "2026-04-14T21:00:00Z", "ends on Orthodox Good Friday"),
    ("7 days", "NL", "DE", "2026-12-18T09:00:00Z", "2026-12-28T23:00:00Z", "ends on Christmas Day"),
    ("7 days", "NL", "DE", "2026-12-25T09:00:00Z", "2027-01-04T23:00:00Z", "ends on New Year's Day"),
    ("7 days", "NL", "PT", "2026-03-02T09:00:00Z", "2026-03-10T00:00:00Z", "midnight in Lisbon"),
    ("7 days", "NL", "FI", "2026-03-02T09:00:00Z", "2026-03-09T22:00:00Z", "midnight in Helsinki"),
    ("7 days", "NL", "FI", "2026-03-01T22:30:00Z", "2026-03-09T22:00:00Z", "already Monday in Helsinki"),
    # The other acts.
    ("12 hours", "NL", "DE", "2026-04-04T22:00:00Z", "2026-04-05T10:00:00Z", "SIS, on Easter Sunday"),
    ("48 hours", "NL", "DE", "2026-03-28T09:00:00Z", "2026-03-30T09:00:00Z", "Prüm II, over the change to summer time"),
    # Working days are those of both sides.
    ("2 working days", "NL", "DE", "2026-03-02T09:00:00Z", "2026-03-04T23:00:00Z", "Tuesday and Wednesday"),
    ("2 working days", "NL", "DE", "2026-03-06T09:00:00Z", "2026-03-10T23:00:00Z", "Monday and Tuesday"),
    (
        "2 working days",
        "NL",
        "DE",
        "2026-04-24T09:00:00Z",
        "2026-04-29T22:00:00Z",
        "not on King's Day of the asking side",
    ),
    ("2 working days", "DE", "NL", "2026-04-30T09:00:00Z", "2026-05-05T22:00:00Z", "not on 1 May of the asking side"),
    (
        "2 working days",
        "NL",
        "DE",
        "2026-12-23T09:00:00Z",
        "2026-12-28T23:00:00Z",
        "24 December works, 25 and 26 do not",
    ),
]


@pytest.mark.parametrize("case", TABLE, ids=[f"{case[0]}: {case[5]}" for case in TABLE])
def test_clock_table(case: tuple[str, str, str, str, str, str]) -> None:
    """Each case of the table ends when the rule says."""
    period, asking, answering, admitted, over, _ = case
    start = datetime.fromisoformat(admitted)
    assert iso(due(BY_PERIOD[period], start, asking=f"{asking}-POL", answering=f"{answering}-POL")) == over


def test_the_page_shows_cases_of_the_table() -> None:
    """The examples in `docs/clocks.md` are cases of the table."""
    page = (Path(__file__).parents[3] / "docs" / "clocks.md").read_text(encoding="utf-8")
    shown = re.findall(
        r"^\| ([A-Z]{2}) asks ([A-Z]{2}) \| ([0-9a-z ]+) \| ([0-9TZ:-]+) \| ([0-9TZ:-]+) \|$", page, re.MULTILINE
    )
    assert len(shown) > 5
    assert {(limit, asks, answers, *instants) for asks, answers, limit, *instants in shown} <= {
        case[:5] for case in TABLE
    }


@pytest.mark.parametrize("amount", [1, 2, 3, 7])
def test_days_never_end_early_nor_on_a_free_day(amount: int) -> None:
    """Whatever the day of admission in a year: an end is a working day there, and no day of the period is lost."""
    limit = TimeLimit(article="x:art1", types=frozenset(), amount=amount, unit=Unit.DAYS)
    zone = ZoneInfo(ZONES["DE"])
    for number in range(365):
        admitted = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)
        last = (
            due(limit, admitted, asking="NL-POL", answering="DE-BKA").astimezone(zone) - timedelta(seconds=1)
        ).date()
        first = admitted.astimezone(zone).date()
        days = [first + timedelta(days=step) for step in range(1, (last - first).days + 1)]
        assert is_working_day(last, {"DE"})
        assert len(days) >= amount
        assert amount < 2 or sum(is_working_day(day, {"DE"}) for day in days) >= 2


def test_a_body_of_the_union_and_an_unknown_country_have_weekends_alone() -> None:
    """`EU` is in the zone of Brussels, what is not in the table is in UTC, and neither has public holidays."""
    limit = BY_PERIOD["7 days"]
    admitted = datetime(2026, 3, 30, 9, tzinfo=UTC)
    assert iso(due(limit, admitted, asking="NL-POL", answering="EU-EUROPOL")) == "2026-04-06T22:00:00Z"
    assert iso(due(limit, admitted, asking="NL-POL", answering="ZZ-POL")) == "2026-04-07T00:00:00Z"
    assert is_working_day(date(2026, 4, 6), {"EU", "ZZ"})


def test_zones_exist() -> None:
    """Every zone of the table is one of the time zone database."""
    assert all(ZoneInfo(name).key == name for name in ZONES.values())


def test_claims_alone_decide() -> None:
    """The same claims and instant of admission give the same end at every side; an alert has none."""
    claims = msgspec.structs.replace(
        world.make().claims, type="request.v1", basis=("dir-2023-977:art5-1-a",), urgency="urgent:life_at_risk"
    )
    admitted = milliseconds(datetime(2026, 3, 2, 9, tzinfo=UTC)) + 7
    assert due_of(claims, to="DE-BKA", admitted=admitted) == admitted + 8 * 3_600_000
    assert due_of(_alert(claims), to="DE-BKA", admitted=admitted) is None
    assert instant(admitted).microsecond == 7_000


def _alert(claims: Claims) -> Claims:
    return msgspec.structs.replace(claims, type="suspect-alert.v1")

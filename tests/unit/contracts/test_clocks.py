"""Which time limit an event sets, by type and legal basis, and which urgency it needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.clocks import ANSWERING, CLOCKED, CORRECTION, LIMITS, Unit, clock_fault, clock_remedy, limit_of
from contracts.events import EVENTS
from contracts.stated import basis_fault

REQUEST, HIT, ERROR, PROPOSAL = "request.v1", "hit.v1", "error-report.v1", "correction-proposal.v1"
EIGHT, THREE, SEVEN = ("dir-2023-977:art5-1-a",), ("dir-2023-977:art5-1-b",), ("dir-2023-977:art5-1-c",)
SIRENE, CORE = ("reg-2018-1862:art8",), ("reg-2024-982:art47",)
URGENT, IMMEDIATE, ROUTINE = "urgent:life_at_risk", "immediate:child_at_risk", "routine"


@pytest.mark.parametrize(
    ("event_type", "basis", "period"),
    [
        (REQUEST, EIGHT, "8 hours"),
        (REQUEST, THREE, "3 days"),
        (REQUEST, ("dir-2023-977:art4", *SEVEN), "7 days"),
        (REQUEST, SIRENE, "12 hours"),
        (REQUEST, ("reg-2018-1862:art61",), "12 hours"),
        (REQUEST, CORE, "48 hours"),
        (HIT, CORE, "48 hours"),
        (HIT, ("reg-2018-1862:art33",), "12 hours"),
        (HIT, ("reg-2018-1862:art36",), None),
        (HIT, EIGHT, None),
        (ERROR, ("reg-2018-1862:art59",), "2 working days"),
        (PROPOSAL, ("nat-nl:art1",), "2 working days"),
        (REQUEST, (*EIGHT, *SEVEN), None),
        (REQUEST, ("dir-2023-977:art4",), None),
        ("suspect-alert.v1", EIGHT, None),
        ("answer.v1", EIGHT, None),
        ("unknown.v9", EIGHT, None),
    ],
)
def test_the_limit_follows_from_type_and_basis(event_type: str, basis: tuple[str, ...], period: str | None) -> None:
    """The article that the basis cites sets the period; what reports an error has its own; others have none."""
    limit = limit_of(event_type, basis)
    assert (limit and limit.period) == period


@pytest.mark.parametrize(
    ("event_type", "basis", "urgency", "fault"),
    [
        (REQUEST, EIGHT, URGENT, None),
        (REQUEST, EIGHT, IMMEDIATE, None),
        (REQUEST, THREE, URGENT, None),
        (REQUEST, SEVEN, ROUTINE, None),
        (REQUEST, SIRENE, ROUTINE, None),
        (REQUEST, SIRENE, IMMEDIATE, None),
        (REQUEST, EIGHT, ROUTINE, "is for urgent requests"),
        (REQUEST, THREE, ROUTINE, "is for urgent requests"),
        (REQUEST, SEVEN, URGENT, "is for routine requests"),
        (REQUEST, ("dir-2023-977:art4",), ROUTINE, "cites no article that sets a time limit"),
        (REQUEST, ("dir-2023-977:art5",), URGENT, "cites no article that sets a time limit"),
        (REQUEST, (*EIGHT, *SEVEN), URGENT, "cites articles of different time limits"),
        (REQUEST, (*SIRENE, "reg-2018-1862:art61"), ROUTINE, "cites articles of different time limits"),
        (HIT, ("reg-2018-1862:art36",), ROUTINE, None),
        (HIT, CORE, ROUTINE, None),
        (HIT, ("reg-2018-1862:art33", *CORE), ROUTINE, "cites articles of different time limits"),
        (ERROR, ("nat-nl:art1",), ROUTINE, None),
        ("suspect-alert.v1", (*EIGHT, *SEVEN), ROUTINE, None),
    ],
)
def test_a_limit_is_one_and_fits_the_urgency(
    event_type: str, basis: tuple[str, ...], urgency: str, fault: str | None
) -> None:
    """A request sets exactly one limit and a hit one at most; 8 hours and 3 days are for what is urgent."""
    found = clock_fault(event_type, basis, urgency)
    assert found is None if fault is None else found is not None and fault in found


def test_every_limit_cites_an_article_that_a_basis_may_cite() -> None:
    """The words of the table are legal bases in their one spelling, and no type has one of them twice."""
    assert basis_fault(tuple(limit.article for limit in (*LIMITS, CORRECTION))) is None
    assert len({(kind, limit.article) for limit in LIMITS for kind in limit.types}) == sum(
        len(limit.types) for limit in LIMITS
    )


def test_clocks_are_started_and_stopped_by_known_types() -> None:
    """What starts a clock and what stops it are types of the contract, and not the same."""
    assert EVENTS.keys() >= CLOCKED | ANSWERING
    assert not CLOCKED & ANSWERING


def test_the_remedy_names_every_choice() -> None:
    """Whoever has cited nothing is shown the articles with their periods."""
    assert clock_remedy(REQUEST).startswith("cite one of dir-2023-977:art5-1-a (8 hours, urgent), ")
    assert "reg-2024-982:art47 (48 hours)" in clock_remedy(HIT)


def test_only_corrections_count_working_days() -> None:
    """Working days are no unit of the acts that a basis may cite here."""
    assert [limit for limit in LIMITS if limit.unit is Unit.WORKING_DAYS] == []
    assert CORRECTION.unit is Unit.WORKING_DAYS


def test_the_page_shows_the_table() -> None:
    """`docs/clocks.md` has a line for every limit, and none besides."""
    page = (Path(__file__).parents[3] / "docs" / "clocks.md").read_text(encoding="utf-8")
    shown = re.findall(
        r"^\| (?:`([^`]+)`|any) \| ([a-z, -]+) \| ([0-9a-z ]+) \| (urgent|routine|either) \|$", page, re.MULTILINE
    )
    urgency = {True: "urgent", False: "routine", None: "either"}
    assert shown == [
        (
            "" if limit is CORRECTION else limit.article,
            ", ".join(sorted({kind.partition(".")[0] for kind in limit.types})),
            limit.period,
            urgency[limit.urgent],
        )
        for limit in (*LIMITS, CORRECTION)
    ]

"""Until when something must be answered, as both gateways show it: open, answered, overdue, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import structlog

from broker.cli.feed import FAR_AHEAD, show
from broker.gateway.deadlines import Overdue
from broker.gateway.entries import InboxEntry, Wanted
from broker.gateway.status import Delivery
from contracts.codes import ErasureGround
from contracts.identifiers import milliseconds
from contracts.wire import Reference
from tests.support.gateway_world import GatewayWorld, suspect
from tests.support.messages import message, ref, told
from tests.support.postgres import ON_BOTH

EIGHT_HOURS: dict[str, Any] = {"basis": ("dir-2023-977:art5-1-a",), "urgency": "urgent:life_at_risk"}
HOUR = 3_600_000
NOBODY = Overdue(owed=0, awaited=0)


async def request(world: GatewayWorld, to: Sequence[str] = ("DE-BKA",), *, days: int = 30) -> Reference:
    """Put an urgent request of NL-POL that is opened."""
    (one,) = told(
        world, "NL-POL", message("request.v1", None, "objects", validity_days=days, **EIGHT_HOURS), to=list(to)
    )
    await world.run()
    return ref("NL-POL", one)


def owed(world: GatewayWorld, name: str, asked: Reference) -> InboxEntry:
    """Return the entry of a request in an inbox."""
    (entry,) = (one for one in world.gateway(name).feed() if one.jti == asked.jti)
    return entry


def awaited(world: GatewayWorld, asked: Reference, *, of: str = "NL-POL") -> dict[str, Delivery]:
    """Return the deliveries of a request by recipient."""
    return {one.to: one for one in world.gateway(of).state(asked.jti).deliveries}


def alarms(world: GatewayWorld, name: str) -> list[tuple[str, str, str]]:
    """Return the alarms of one look of a gateway: who asked, what, and who does not answer."""
    with structlog.testing.capture_logs() as lines:
        world.services[name].alarm_overdue(milliseconds(world.clock()))
    return [(line["iss"], line["jti"], line["to"]) for line in lines if line["event"] == "alarm.overdue"]


@ON_BOTH
async def test_both_sides_see_the_same_end_and_the_answer_stops_the_clock(exchange: GatewayWorld) -> None:
    """The instants are those of the leaves: of the request, and of the answer at both gateways."""
    asked = await request(exchange)
    entry, delivery = owed(exchange, "DE-BKA", asked), awaited(exchange, asked)["DE-BKA"]
    assert entry.due == delivery.due == entry.admitted + 8 * HOUR
    assert delivery.admitted == entry.admitted
    assert (entry.answered, entry.overdue, delivery.answered, delivery.answer_overdue) == (None, False, None, False)
    exchange.clock.advance(hours=1)
    (answer,) = told(exchange, "DE-BKA", message("answer.v1", asked, "objects"))
    await exchange.run()
    at = exchange.gateway("DE-BKA").state(answer.jti).deliveries[0].admitted
    assert at is not None
    assert owed(exchange, "DE-BKA", asked).answered == awaited(exchange, asked)["DE-BKA"].answered == at
    exchange.clock.advance(hours=9)
    told(exchange, "DE-BKA", message("refusal.v1", asked))
    await exchange.run()
    assert owed(exchange, "DE-BKA", asked).answered == at
    assert exchange.gateway("NL-POL").deadlines.overdue() == NOBODY


@ON_BOTH
async def test_what_is_overdue_shows_at_both_sides_and_alarms_once(exchange: GatewayWorld) -> None:
    """A second after its end: in the feed, in the ledger, in the counts, and in one log line of each gateway."""
    asked = await request(exchange, ("DE-BKA", "BE-FGP"))
    told(exchange, "BE-FGP", message("refusal.v1", asked))
    await exchange.run()
    assert alarms(exchange, "DE-BKA") == []
    exchange.clock.advance(hours=8, seconds=1)
    assert owed(exchange, "DE-BKA", asked).overdue
    assert not owed(exchange, "BE-FGP", asked).overdue
    late = awaited(exchange, asked)
    assert (late["DE-BKA"].answer_overdue, late["BE-FGP"].answer_overdue) == (True, False)
    assert exchange.gateway("DE-BKA").deadlines.overdue() == Overdue(owed=1, awaited=0)
    assert exchange.gateway("NL-POL").deadlines.overdue() == Overdue(owed=0, awaited=1)
    line = ("NL-POL", asked.jti, "DE-BKA")
    assert [alarms(exchange, name) for name in ("DE-BKA", "NL-POL", "BE-FGP")] == [[line], [line], []]
    assert alarms(exchange, "DE-BKA") == alarms(exchange, "NL-POL") == []
    exchange.restart("DE-BKA")
    assert alarms(exchange, "DE-BKA") == [line]


async def test_what_is_taken_back_is_not_overdue(exchange: GatewayWorld) -> None:
    """A request that its issuer withdraws or erases asks for nothing any more, at either side."""
    withdrawn, erased = await request(exchange), await request(exchange, days=31)
    exchange.gateway("NL-POL").order_withdrawal(withdrawn.jti, ErasureGround.PURPOSE_ACHIEVED)
    exchange.gateway("NL-POL").order_erasure(erased.jti, ErasureGround.ISSUED_IN_ERROR)
    await exchange.run()
    exchange.clock.advance(hours=9)
    assert [owed(exchange, "DE-BKA", one).overdue for one in (withdrawn, erased)] == [False, False]
    assert exchange.gateway("DE-BKA").deadlines.overdue() == NOBODY
    assert exchange.gateway("NL-POL").deadlines.overdue() == NOBODY
    assert alarms(exchange, "NL-POL") == alarms(exchange, "DE-BKA") == []


async def test_an_error_report_has_a_clock_and_an_answer_stops_it(exchange: GatewayWorld) -> None:
    """Whoever's alert is said to be wrong answers it within two working days, and needs no request for that."""
    (alert,) = told(exchange, "NL-POL", suspect())
    await exchange.run()
    (one,) = told(exchange, "DE-BKA", message("error-report.v1", ref("NL-POL", alert)))
    await exchange.run()
    report = ref("DE-BKA", one)
    entry = owed(exchange, "NL-POL", report)
    assert entry.due is not None
    assert entry.due - entry.admitted > timedelta(days=2) / timedelta(milliseconds=1)
    told(exchange, "NL-POL", message("answer.v1", report, "objects"))
    await exchange.run()
    assert owed(exchange, "NL-POL", report).answered is not None
    assert awaited(exchange, report, of="DE-BKA")["NL-POL"].answered is not None
    assert awaited(exchange, ref("NL-POL", alert))["DE-BKA"].due is None


async def test_entries_are_chosen_by_their_end(exchange: GatewayWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what is still to be answered before an instant; a person reads the end in the feed."""
    asked, answered = await request(exchange), await request(exchange, days=31)
    told(exchange, "DE-BKA", message("answer.v1", answered, "objects"))
    await exchange.run()
    entry = owed(exchange, "DE-BKA", asked)
    assert entry.due is not None

    def before(at: int) -> list[str]:
        return [one.jti for one in exchange.gateway("DE-BKA").feed(wanted=Wanted(due_before=at))]

    assert (before(entry.due), before(entry.due + 1), before(FAR_AHEAD)) == ([], [asked.jti], [asked.jti])
    exchange.clock.advance(hours=9)
    show(owed(exchange, "DE-BKA", asked))
    show(owed(exchange, "DE-BKA", answered))
    shown = [line for line in capsys.readouterr().out.splitlines() if "answer due" in line]
    assert [line.endswith(", OVERDUE") for line in shown] == [True, False]
    assert ", answered 2" in shown[1]


async def test_a_crash_between_the_two_stores_loses_no_answer(exchange: GatewayWorld) -> None:
    """A batch that comes again stops the clock again, with the same instant."""
    asked = await request(exchange)
    told(exchange, "DE-BKA", message("answer.v1", asked, "objects"))
    await exchange.step("DE-BKA")
    await exchange.admit()
    exchange.receive("DE-BKA", commit=False)
    first = owed(exchange, "DE-BKA", asked).answered
    exchange.restart("DE-BKA")
    await exchange.run()
    assert first is not None
    assert owed(exchange, "DE-BKA", asked).answered == first

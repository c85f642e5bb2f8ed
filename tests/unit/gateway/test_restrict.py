"""An issuer restricts the use of its alert: recipients keep it, and act on it no more until the next version."""

from __future__ import annotations

from typing import Any

import pytest

from broker.gateway.orders import Ordered
from broker.gateway.outbox import Outcome
from broker.gateway.publish import Acknowledged
from contracts.codes import ErasureGround, KeepReason, ReceiptState, RefusalGround
from contracts.errors import Unknown, UsageError
from tests.support.gateway_world import GatewayWorld, suspect


async def published(world: GatewayWorld, **changes: Any) -> Acknowledged:
    """Publish an alert of NL-POL and let it arrive."""
    (told,) = world.gateway("NL-POL").publish([suspect(**changes)])
    assert isinstance(told, Acknowledged)
    await world.run()
    return told


async def restricted(world: GatewayWorld, name: str, reason: KeepReason = KeepReason.CONTESTED) -> Ordered:
    """Restrict an alert of NL-POL and let the order arrive."""
    (ordered,) = world.gateway("NL-POL").order_restriction(name, reason)
    await world.run()
    return ordered


def received(world: GatewayWorld, name: str) -> list[tuple[str, int | None, str | None]]:
    """Return type, version and restriction of what a participant holds."""
    return [(entry.type, entry.ver, entry.restricted) for entry in world.gateway(name).feed()]


async def test_a_restricted_alert_is_marked_kept_and_not_acted_upon(exchange: GatewayWorld) -> None:
    """Every recipient sees the reason and keeps the content; of actions only cannot_act is left."""
    told = await published(exchange)
    ordered = await restricted(exchange, told.sub)
    assert (ordered.recipients, ordered.repeated) == (("BE-FGP", "DE-BKA"), False)
    for name in ("DE-BKA", "BE-FGP"):
        assert received(exchange, name) == [("suspect-alert.v1", 1, "contested"), ("restrict.v1", None, None)]
    officer = exchange.gateway("DE-BKA")
    entry = next(iter(officer.feed()))
    assert entry.sections
    assert entry.to_json()["restricted"] == "contested"
    for state in (ReceiptState.TASKED, ReceiptState.ACTED):
        with pytest.raises(UsageError, match="restricted its use"):
            officer.report_action(entry.number, state)
    officer.report_action(entry.number, ReceiptState.CANNOT_ACT, RefusalGround.INACCURATE_OR_OUTDATED)


async def test_the_issuer_sees_who_opened_the_restriction(exchange: GatewayWorld) -> None:
    """It is receipted as any event, and the ledger tells."""
    told = await published(exchange)
    (event,) = (await restricted(exchange, told.sub)).events
    state = exchange.gateway("NL-POL").state(event)
    assert state.outcome is Outcome.ADMITTED
    assert {one.to: one.state for one in state.deliveries} == {"BE-FGP": "opened", "DE-BKA": "opened"}


async def test_followers_see_a_restricted_entry_again(exchange: GatewayWorld) -> None:
    """The mark is a change of the entry."""
    told = await published(exchange)
    inbox = exchange.gateway("DE-BKA").inbox
    before = inbox.last_change()
    await restricted(exchange, told.sub)
    assert ("suspect-alert.v1", "contested") in [(one.type, one.restricted) for one in inbox.changes(before, 10)]


async def test_the_next_version_is_free_of_it(exchange: GatewayWorld) -> None:
    """The corrected alert may be acted upon, the one before may not; and it can be restricted in its turn."""
    told = await published(exchange)
    await restricted(exchange, told.sub)
    await published(exchange, urgency="urgent:flight_risk")
    marks = {ver: mark for kind, ver, mark in received(exchange, "DE-BKA") if kind == "suspect-alert.v1"}
    assert marks == {1: "contested", 2: None}
    entry = next(one for one in exchange.gateway("DE-BKA").feed() if one.ver == 2)
    exchange.gateway("DE-BKA").report_action(entry.number, ReceiptState.TASKED)
    again = await restricted(exchange, told.sub)
    assert not again.repeated
    marks = {ver: mark for kind, ver, mark in received(exchange, "DE-BKA") if kind == "suspect-alert.v1"}
    assert marks == {1: "contested", 2: "contested"}


async def test_the_same_restriction_again_says_nothing_new(exchange: GatewayWorld) -> None:
    """Another reason replaces the one before; the same reason is the same order."""
    told = await published(exchange)
    first = await restricted(exchange, "N-1")
    same = await restricted(exchange, told.jti)
    assert (same.events, same.repeated) == (first.events, True)
    other = await restricted(exchange, told.sub, KeepReason.EVIDENCE)
    assert not other.repeated
    assert ("suspect-alert.v1", 1, "evidence") in received(exchange, "BE-FGP")
    back = await restricted(exchange, told.sub)
    assert not back.repeated
    assert ("suspect-alert.v1", 1, "contested") in received(exchange, "BE-FGP")


async def test_a_restriction_that_is_opened_late_marks_only_what_it_names(exchange: GatewayWorld) -> None:
    """Its key comes after the next version: that one stays free, as its issuer meant it."""
    issuer, service = exchange.services["NL-POL"], exchange.services["DE-BKA"]
    (told,) = issuer.gateway.publish([suspect()])
    assert isinstance(told, Acknowledged)
    await issuer.keys_step()
    issuer.gateway.order_restriction(told.sub, KeepReason.CONTESTED)
    issuer.gateway.publish([suspect(urgency="urgent:flight_risk")])
    await issuer.relay.step()
    await exchange.admit()
    exchange.receive("DE-BKA")
    waiting = service.gateway.inbox.waiting_kids()
    await service.gateway.granted.step(exchange.log, service.trust.fresh())
    for kid in sorted(waiting, key=lambda name: "1y" not in name):  # those of the alert before that of the order
        service.subscriber.open_waiting([kid], service.trust.fresh())
    assert {entry.state for entry in service.gateway.feed()} == {"opened"}
    marks = {ver: mark for kind, ver, mark in received(exchange, "DE-BKA") if kind == "suspect-alert.v1"}
    assert marks == {1: "contested", 2: None}


async def test_an_erasure_takes_a_restricted_alert_too(exchange: GatewayWorld) -> None:
    """The order names the restriction as well, and what was kept is gone."""
    told = await published(exchange)
    (event,) = (await restricted(exchange, told.sub)).events
    (erasure,) = exchange.gateway("NL-POL").order_erasure(told.sub, ErasureGround.UNLAWFUL)
    await exchange.run()
    assert {entry.type: entry.state for entry in exchange.gateway("DE-BKA").feed()} == {
        "suspect-alert.v1": "erased",
        "restrict.v1": "erased",
        "erase.v1": "opened",
    }
    assert exchange.gateway("NL-POL").state(erasure.events[0]).erasure == "certified"
    assert event
    with pytest.raises(UsageError):
        exchange.gateway("NL-POL").order_restriction(told.sub, KeepReason.EVIDENCE)


async def test_only_an_own_alert_that_was_sent_is_restricted(exchange: GatewayWorld) -> None:
    """A recipient restricts nothing of the issuer's."""
    told = await published(exchange)
    with pytest.raises(Unknown):
        exchange.gateway("DE-BKA").order_restriction(told.sub, KeepReason.CONTESTED)

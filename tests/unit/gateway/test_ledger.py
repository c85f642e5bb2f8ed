"""The ledger tells per recipient how far an event has come; receipts are batched and never go backwards."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from broker.gateway.entries import EntryState
from broker.gateway.receipts import ReceiptsDue
from broker.gateway.status import Delivery, DeliveryState
from broker.gateway.tables import receipts_due
from contracts.codes import ErasureGround, ReceiptState, RefusalGround
from contracts.errors import UsageError
from contracts.sections.notice import Notice, Received
from contracts.wire import Claims, Reference
from tests.support.gateway_parts import Maker
from tests.support.gateway_world import GatewayWorld, suspect
from tests.support.postgres import ON_BOTH

ISSUER, RECIPIENT = "NL-POL", "DE-BKA"


def publish(world: GatewayWorld, *people: str) -> list[str]:
    """Publish one alert a person to the one recipient and return the event ids."""
    drafts = [suspect(person) for person in people or ("N-1",)]
    return [told.jti for told in world.gateway(ISSUER).publish(drafts, to=[RECIPIENT])]


def delivery(world: GatewayWorld, jti: str) -> Delivery:
    """Return the ledger line of the one recipient."""
    (line,) = world.gateway(ISSUER).state(jti).deliveries
    return line


async def deliver_without_grant(world: GatewayWorld) -> str:
    """Bring an alert to its recipient before its grant."""
    (jti,) = publish(world)
    await world.services[ISSUER].relay.step()
    await world.admit()
    world.receive(RECIPIENT)
    return jti


def said(world: GatewayWorld) -> list[list[tuple[str, str]]]:
    """Return what each receipt of the recipient says, in the order of arrival."""
    return [
        [(line["jti"], line["state"]) for line in entry.sections["notice"]["received"]]
        for entry in world.gateway(ISSUER).feed()
        if entry.type == "receipt.v1"
    ]


async def test_every_state_has_its_instant(exchange: GatewayWorld) -> None:
    """Pending, sent, admitted, opened: each is told as soon as it is known, none of them later than the next."""
    (jti,) = publish(exchange)
    assert delivery(exchange, jti).state is DeliveryState.PENDING
    await exchange.services[ISSUER].relay.step()
    assert delivery(exchange, jti).state is DeliveryState.SENT
    await exchange.admit()
    exchange.clock.advance(milliseconds=30)
    exchange.receive(ISSUER)
    assert delivery(exchange, jti).state is DeliveryState.ADMITTED
    await exchange.run()
    line = delivery(exchange, jti)
    assert (line.state, line.overdue, line.late, line.code) == (DeliveryState.OPENED, False, False, None)
    instants = [line.sent, line.admitted, line.delivered, line.opened]
    assert None not in instants
    assert instants == sorted(instants, key=lambda at: at or 0)


async def test_a_refused_event_tells_its_code_for_every_recipient(exchange: GatewayWorld) -> None:
    """What the hub refuses reaches nobody."""
    exchange.world.relist([line for line in exchange.world.lines() if line.id != RECIPIENT])
    (jti,) = publish(exchange)
    await exchange.services[ISSUER].relay.step()
    await exchange.admit()
    exchange.receive(ISSUER)
    line = delivery(exchange, jti)
    assert (line.state, line.code, line.overdue) == (DeliveryState.REFUSED, "E10-recipient", False)


async def test_what_awaits_its_grant_is_delivered_and_then_opened(exchange: GatewayWorld) -> None:
    """The issuer learns that the event is held before it can be opened, by a receipt of its own."""
    jti = await deliver_without_grant(exchange)
    exchange.clock.advance(seconds=2)
    await exchange.services[RECIPIENT].answers_step()
    await exchange.services[RECIPIENT].relay.step()
    await exchange.services[RECIPIENT].keys_step()
    await exchange.admit()
    await exchange.services[ISSUER].grants_step()
    exchange.receive(ISSUER)
    assert delivery(exchange, jti).state is DeliveryState.DELIVERED
    await exchange.run()
    line = delivery(exchange, jti)
    assert line.state is DeliveryState.OPENED
    assert (line.delivered or 0) < (line.opened or 0)
    assert said(exchange) == [[(jti, "received")], [(jti, "opened")]]


async def test_a_grant_that_comes_in_time_costs_no_second_receipt(exchange: GatewayWorld) -> None:
    """Opened before its `received` went out, an event is receipted once; so is one that never waited."""
    jti = await deliver_without_grant(exchange)
    await exchange.services[ISSUER].keys_step()
    await exchange.services[RECIPIENT].grants_step()
    await exchange.run()
    (other,) = publish(exchange, "N-2")
    await exchange.run()
    assert said(exchange) == [[(jti, "opened")], [(other, "opened")]]


@ON_BOTH
async def test_receipts_never_go_backwards(exchange: GatewayWorld, maker: Maker) -> None:
    """A receipt that comes again or late changes neither a later state nor the first instant of one."""
    (jti,) = publish(exchange)
    settlement = exchange.services[ISSUER].subscriber.settlement

    def tell(state: ReceiptState, at_ms: int, **more: Any) -> Delivery:
        claims: Claims = maker.claims(iss=RECIPIENT, ref=(Reference(iss=ISSUER, jti=jti),))
        notice = Notice(received=(Received(jti=jti, state=state, **more),))
        with exchange.gateway(ISSUER).outbox.store.write() as connection:
            settlement.receipt(connection, claims, notice, at_ms=at_ms)
        return delivery(exchange, jti)

    line = tell(ReceiptState.OPENED, 200, sections=("role",))
    assert (line.state, line.delivered, line.opened) == (DeliveryState.OPENED, 200, 200)
    assert tell(ReceiptState.RECEIVED, 300) == line
    assert tell(ReceiptState.OPENED, 400, sections=("role",)) == line
    last = tell(ReceiptState.CANNOT_ACT, 600, reason=RefusalGround.NOT_AVAILABLE)
    assert tell(ReceiptState.TASKED, 500) == last
    assert (last.state, last.reason, last.acted) == (DeliveryState.CANNOT_ACT, "not_available", 600)
    line = tell(ReceiptState.ACTED, 700)
    assert (line.state, line.reason, line.opened) == (DeliveryState.ACTED, None, 200)


async def test_a_receipt_about_an_event_it_was_never_sent_changes_nothing(exchange: GatewayWorld, maker: Maker) -> None:
    """Whoever was not a recipient, or does not name the event as ours, is not believed."""
    (jti,) = publish(exchange)
    before = delivery(exchange, jti)
    settlement = exchange.services[ISSUER].subscriber.settlement
    notice = Notice(received=(Received(jti=jti, state=ReceiptState.ACTED),))
    for iss, named in (("BE-FGP", ISSUER), (RECIPIENT, "BE-FGP")):
        claims: Claims = maker.claims(iss=iss, ref=(Reference(iss=named, jti=jti),))
        with exchange.gateway(ISSUER).outbox.store.write() as connection:
            settlement.receipt(connection, claims, notice, at_ms=5)
    assert delivery(exchange, jti) == before


@ON_BOTH
async def test_a_missing_receipt_is_overdue_and_a_late_one_counts(exchange: GatewayWorld) -> None:
    """Twelve hours after admission without an opening is overdue; the receipt that comes then is late."""
    jti = await deliver_without_grant(exchange)
    exchange.receive(ISSUER)
    ledger = exchange.gateway(ISSUER).ledger
    exchange.clock.advance(hours=11, minutes=59)
    assert (delivery(exchange, jti).overdue, ledger.counts().overdue) == (False, 0)
    exchange.clock.advance(minutes=2)
    assert (delivery(exchange, jti).overdue, ledger.counts().overdue) == (True, 1)
    exchange.world.refresh()
    exchange.world.publish(exchange.log)
    await exchange.run()
    line, counts = delivery(exchange, jti), ledger.counts()
    assert (line.state, line.overdue, line.late) == (DeliveryState.OPENED, False, True)
    assert (counts.overdue, counts.late) == (0, 1)


@ON_BOTH
async def test_nothing_is_expected_of_what_was_replaced_or_erased(exchange: GatewayWorld) -> None:
    """A recipient that was away sees the last version only, and nothing of an erased alert; its order is awaited."""
    first = await deliver_without_grant(exchange)
    exchange.gateway(ISSUER).publish([suspect(urgency="urgent:flight_risk")], to=[RECIPIENT])
    await exchange.services[ISSUER].relay.step()
    await exchange.admit()
    exchange.receive(ISSUER)
    exchange.clock.advance(hours=13)
    second = exchange.gateway(ISSUER).ledger.events("N-1")[1]
    assert [delivery(exchange, jti).overdue for jti in (first, second.jti)] == [False, True]
    (ordered,) = exchange.gateway(ISSUER).order_erasure("N-1", ErasureGround.EXPIRED)
    await exchange.services[ISSUER].relay.step()
    await exchange.admit()
    exchange.receive(ISSUER)
    exchange.clock.advance(hours=13)
    overdue = [delivery(exchange, jti).overdue for jti in (first, second.jti, *ordered.events)]
    assert overdue == [False, False, True]


async def test_an_erasure_is_certified_in_the_ledger(exchange: GatewayWorld) -> None:
    """The line of an order says how it was answered, and when."""
    publish(exchange)
    await exchange.run()
    (ordered,) = exchange.gateway(ISSUER).order_erasure("N-1", ErasureGround.EXPIRED)
    await exchange.run()
    line = delivery(exchange, ordered.events[0])
    assert (line.state, line.erasure, line.certified is not None) == (DeliveryState.CERTIFIED, "erased", True)


@ON_BOTH
async def test_an_alert_or_national_id_shows_all_its_events(exchange: GatewayWorld) -> None:
    """Every version and order is listed, oldest first; an event id shows that event alone."""
    (first,) = publish(exchange)
    await exchange.run()
    ledger = exchange.gateway(ISSUER).ledger
    (sub,) = {state.sub for state in ledger.events(first)}
    exchange.gateway(ISSUER).publish([suspect(urgency="urgent:flight_risk")], to=[RECIPIENT])
    exchange.gateway(ISSUER).order_withdrawal("N-1", ErasureGround.PURPOSE_ACHIEVED)
    assert [state.jti for state in ledger.events(first)] == [first]
    shown = [state.type for state in ledger.events(str(sub))]
    assert shown == ["suspect-alert.v1", "suspect-alert.v1", "withdraw.v1"]
    with pytest.raises(UsageError, match="no alert"):
        ledger.events("N-2")


@ON_BOTH
async def test_twelve_hundred_events_are_three_receipts(exchange: GatewayWorld, maker: Maker) -> None:
    """Five hundred events a receipt, once the oldest is due; another issuer's receipt does not wait behind them."""
    due = exchange.gateway(RECIPIENT).receipts.due
    with due.store.write() as connection:
        for number in range(1200):
            due.opened(connection, maker.claims(), ("audience", "handling", "role"), now_ms=1000 + number)
        due.opened(connection, maker.claims(iss="BE-FGP"), ("role",), now_ms=3000)
    assert due.gather(before_ms=999) == []
    sizes = []
    for name in iter(lambda: next(iter(due.gather(before_ms=3000)), None), None):
        sizes.append((name.partition("/")[0], len(due.batch(name))))
        due.done(name)
        assert len(sizes) > 1 or sizes[0][0] == "BE-FGP"
    assert sorted(sizes) == [("BE-FGP", 1), ("NL-POL", 200), ("NL-POL", 500), ("NL-POL", 500)]


async def test_a_full_receipt_is_admitted(exchange: GatewayWorld) -> None:
    """Five hundred opened events with many sections fit into one record, which says them all."""
    await exchange.run()
    maker = Maker(exchange.clock, exchange.world.randomness)
    due = exchange.gateway(RECIPIENT).receipts.due
    sections = ALL_SECTIONS
    with due.store.write() as connection:
        for _ in range(500):
            due.opened(connection, maker.claims(), sections, now_ms=0)
    await exchange.run()
    (lines,) = said(exchange)
    assert len(lines) == 500


ALL_SECTIONS = (
    "biometric_refs", "documents", "evaluation", "exploitation", "handling", "handling_note", "identity",
    "image", "markers", "match_keys", "movement", "narrative", "objects", "physical", "references", "role", "summary",
)  # fmt: skip


async def test_receipts_that_are_fixed_stay_fixed(exchange: GatewayWorld, maker: Maker) -> None:
    """What is `received` in a batch on its way is told apart from its opening, and both are told."""
    due: ReceiptsDue = exchange.gateway(RECIPIENT).receipts.due
    claims = maker.claims()
    with due.store.write() as connection:
        due.received(connection, claims, now_ms=0)
    (first,) = due.gather(before_ms=5)
    with due.store.write() as connection:
        due.opened(connection, claims, ("role",), now_ms=0)
    assert len(set(due.gather(before_ms=5)) - {first}) == 1
    with due.store.read() as connection:
        assert sorted(connection.scalars(select(receipts_due.c.state))) == ["opened", "received"]


@ON_BOTH
async def test_an_officer_reports_what_is_done(exchange: GatewayWorld) -> None:
    """Tasked, acted, cannot act: each reaches the ledger; the same again is told once; a change of mind counts."""
    (jti,) = publish(exchange)
    await exchange.run()
    recipient = exchange.gateway(RECIPIENT)
    number = recipient.inbox.number_of(jti)
    assert recipient.inbox.number_of(str(number)) == number
    first = recipient.report_action(number, ReceiptState.TASKED, actor="officer")
    again = recipient.report_action(number, ReceiptState.TASKED, actor="another")
    assert (again.jti, first.unchanged, again.unchanged) == (first.jti, False, True)
    await exchange.run()
    assert delivery(exchange, jti).state is DeliveryState.TASKED
    recipient.report_action(number, ReceiptState.CANNOT_ACT, RefusalGround.ONGOING_INVESTIGATION)
    await exchange.run()
    assert delivery(exchange, jti).reason == "ongoing_investigation"
    assert not recipient.report_action(number, ReceiptState.TASKED).unchanged
    await exchange.run()
    line = delivery(exchange, jti)
    assert (line.state, line.reason) == (DeliveryState.TASKED, None)
    entry = next(entry for entry in recipient.feed() if entry.jti == jti)
    assert (entry.action, entry.reason) == ("tasked", None)
    assert [lines[0][1] for lines in said(exchange)] == ["opened", "tasked", "cannot_act", "tasked"]


async def test_a_report_that_crashed_between_the_databases_is_told_once(
    exchange: GatewayWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said in the outbox, not yet noted in the inbox: reporting it again finds it."""
    (jti,) = publish(exchange)
    await exchange.run()
    recipient = exchange.gateway(RECIPIENT)
    number = recipient.inbox.number_of(jti)

    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("broker.gateway.inbox.Inbox.reported", crash)
        with pytest.raises(RuntimeError):
            recipient.report_action(number, ReceiptState.ACTED)
    recipient.report_action(number, ReceiptState.ACTED)
    await exchange.run()
    assert [lines[0][1] for lines in said(exchange)] == ["opened", "acted"]


async def test_only_what_can_be_acted_upon_can_be_reported(exchange: GatewayWorld) -> None:
    """Wrong states, missing reasons, unknown or erased entries and receipts are refused with the rule."""
    (jti,) = publish(exchange)
    await exchange.run()
    recipient, issuer = exchange.gateway(RECIPIENT), exchange.gateway(ISSUER)
    number = recipient.inbox.number_of(jti)
    with pytest.raises(UsageError, match="state"):
        recipient.report_action(number, ReceiptState.OPENED)
    with pytest.raises(UsageError, match="reason"):
        recipient.report_action(number, ReceiptState.CANNOT_ACT)
    with pytest.raises(UsageError, match="reason"):
        recipient.report_action(number, ReceiptState.ACTED, RefusalGround.DISPROPORTIONATE)
    receipt = next(entry.number for entry in issuer.feed() if entry.type == "receipt.v1")
    with pytest.raises(UsageError, match="no opened"):
        issuer.report_action(receipt, ReceiptState.ACTED)
    with pytest.raises(UsageError, match="no entry"):
        recipient.inbox.number_of("99999999999999999999")
    issuer.order_erasure("N-1", ErasureGround.EXPIRED)
    await exchange.run()
    assert next(iter(recipient.feed())).state is EntryState.ERASED
    with pytest.raises(UsageError, match="no opened"):
        recipient.report_action(number, ReceiptState.ACTED)


async def test_an_issuer_that_left_cannot_be_told(exchange: GatewayWorld) -> None:
    """An officer learns that the report goes nowhere, and nothing is noted."""
    (jti,) = publish(exchange)
    await exchange.run()
    exchange.world.relist([line for line in exchange.world.lines() if line.id != ISSUER])
    exchange.world.publish(exchange.log)
    await exchange.load_trust(RECIPIENT)
    recipient = exchange.gateway(RECIPIENT)
    with pytest.raises(UsageError, match="cannot be told"):
        recipient.report_action(recipient.inbox.number_of(jti), ReceiptState.ACTED)
    assert next(iter(recipient.feed())).action is None

"""Gateways and the hub together, in memory: what is published arrives minimised, is receipted and erased."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from broker.gateway.entries import EntryState
from broker.gateway.outbox import Outcome, State
from broker.gateway.publish import Acknowledged
from broker.gateway.tables import events
from contracts.codes import ErasureGround
from contracts.errors import LogUnavailable, TrustStale
from contracts.wire import Claims
from tests.support.gateway_world import POLICE, GatewayWorld, sections, suspect, victim

PLANTED = "PLANTEDNARRATIVE"


def published(world: GatewayWorld, *drafts: Any, **options: Any) -> list[Acknowledged]:
    """Publish as NL-POL and require that nothing is refused."""
    outcomes = world.gateway("NL-POL").publish(drafts, **options)
    assert all(isinstance(one, Acknowledged) for one in outcomes), outcomes
    return outcomes  # type: ignore[return-value]


def alerts(world: GatewayWorld, name: str) -> list[Any]:
    """Return the alerts in an inbox."""
    return [entry for entry in world.gateway(name).feed() if entry.type.endswith("-alert.v1")]


def holds(folder: Path, text: str) -> bool:
    """Tell whether any database file in a folder has a text in clear."""
    return any(text.encode() in file.read_bytes() for file in folder.rglob("*.db*"))


def claims_on_record(world: GatewayWorld, kind: str) -> list[Claims]:
    """Return the claims of every own event of a type, oldest first."""
    with world.gateway("NL-POL").outbox.store.read() as connection:
        query = select(events.c.claims).where(events.c.type == kind).order_by(events.c.number)
        return [msgspec.json.decode(value, type=Claims) for value in connection.scalars(query)]


async def test_each_recipient_opens_what_its_profile_allows(exchange: GatewayWorld) -> None:
    """Liaison sees the person, the border post only keys and markers, and the issuer learns of every receipt."""
    (told,) = published(exchange, suspect())
    await exchange.run()
    (liaison,), (border,) = alerts(exchange, "DE-BKA"), alerts(exchange, "BE-FGP")
    assert {"identity", "role", "narrative", "documents"} <= liaison.sections.keys()
    assert border.sections.keys() == {"handling", "markers", "match_keys"}
    state = exchange.gateway("NL-POL").state(told.jti)
    assert state.outcome is Outcome.ADMITTED
    assert {one.to: one.state for one in state.deliveries} == {"BE-FGP": "opened", "DE-BKA": "opened"}


async def test_a_border_post_sees_markers_and_handling_of_a_victim_alone(exchange: GatewayWorld) -> None:
    """No reason is shown at the border."""
    published(exchange, victim())
    await exchange.run()
    (border,) = alerts(exchange, "BE-FGP")
    assert border.sections.keys() == {"handling", "markers"}


async def test_care_gets_an_alert_of_its_own_that_names_no_police_event(exchange_with_care: GatewayWorld) -> None:
    """One record for police and one for care under the same national id are two alerts without a link."""
    exchange = exchange_with_care
    police, care = published(exchange, victim(), victim(care=True))
    await exchange.run()
    assert police.sub != care.sub
    assert care.recipients == {"NL-CARE": "care"}
    assert all(claims.ref == () for claims in claims_on_record(exchange, "victim-alert.v1"))
    (entry,) = alerts(exchange, "NL-CARE")
    assert {"needs", "safety", "status"} <= entry.sections.keys()
    assert not entry.sections.keys() & {"handling", "narrative", "identity"}
    assert {one.state for one in exchange.gateway("NL-POL").state(care.jti).deliveries} == {"opened"}


async def test_an_update_replaces_the_version_before(exchange: GatewayWorld) -> None:
    """The same national id with other content is the next version and references the one before."""
    (first,) = published(exchange, suspect())
    await exchange.run()
    (second,) = published(exchange, suspect(urgency="urgent:flight_risk"))
    await exchange.run()
    assert (second.sub, second.ver, second.recalled) == (first.sub, 2, ())
    assert [reference.jti for reference in claims_on_record(exchange, "suspect-alert.v1")[1].ref] == [first.jti]
    assert [(entry.ver, entry.superseded) for entry in alerts(exchange, "DE-BKA")] == [(1, True), (2, False)]


async def test_an_update_recalls_what_a_dropped_recipient_has(exchange: GatewayWorld) -> None:
    """Who is no longer addressed loses what it was sent; who is addressed again gets the new version."""
    (first,) = published(exchange, suspect())
    await exchange.run()
    (second,) = published(exchange, suspect(), to=["DE-BKA:liaison"])
    await exchange.run()
    assert (second.ver, second.recalled) == (2, ("BE-FGP",))
    (recall,) = claims_on_record(exchange, "recall.v1")
    assert [reference.jti for reference in recall.ref] == [first.jti]
    assert [entry.state for entry in alerts(exchange, "BE-FGP")] == [EntryState.ERASED]
    assert {entry.state for entry in alerts(exchange, "DE-BKA")} == {EntryState.OPENED}
    published(exchange, suspect(urgency="urgent:flight_risk"))
    await exchange.run()
    assert [(entry.ver, entry.state) for entry in alerts(exchange, "BE-FGP")] == [
        (1, EntryState.ERASED),
        (3, EntryState.OPENED),
    ]


async def test_an_unchanged_record_is_not_issued_again(exchange: GatewayWorld) -> None:
    """Handing the same file in twice says so and sends nothing, with and without a national id."""
    drafts = [suspect(), suspect(None, urgency="urgent:flight_risk")]
    before = published(exchange, *drafts)
    await exchange.run()
    again = published(exchange, *drafts)
    assert [one.unchanged for one in again] == [True, True]
    assert [one.jti for one in again] == [one.jti for one in before]
    assert len(claims_on_record(exchange, "suspect-alert.v1")) == 2


async def test_an_erasure_reaches_everybody_and_comes_back_certified(exchange: GatewayWorld, tmp_path: Path) -> None:
    """After the order the planted text is in no database; each recipient certifies; the national id is free."""
    text = sections("narrative", narrative={"text": PLANTED})
    (first,) = published(exchange, suspect(sections={**suspect().sections, **text}))
    await exchange.run()
    published(exchange, suspect(), to=["DE-BKA:liaison"])
    await exchange.run()
    (ordered,) = exchange.gateway("NL-POL").order_erasure("N-1", ErasureGround.ISSUED_IN_ERROR)
    await exchange.run()
    assert (ordered.sub, ordered.recipients, ordered.unreachable) == (first.sub, ("BE-FGP", "DE-BKA"), ())
    (order,) = claims_on_record(exchange, "erase.v1")
    told = [*claims_on_record(exchange, "suspect-alert.v1"), *claims_on_record(exchange, "recall.v1")]
    assert {reference.jti for reference in order.ref} == {claims.jti for claims in told}
    state = exchange.gateway("NL-POL").state(ordered.events[0])
    assert (state.erasure, {one.erasure for one in state.deliveries}) == ("certified", {"erased"})
    for name in ("DE-BKA", "BE-FGP"):
        assert {entry.state for entry in alerts(exchange, name)} == {EntryState.ERASED}
    assert not holds(tmp_path, PLANTED)
    (anew,) = published(exchange, suspect())
    assert (anew.ver, anew.unchanged) == (1, False)
    assert anew.sub != first.sub


async def test_a_withdrawn_alert_is_marked_and_kept(exchange: GatewayWorld) -> None:
    """Recipients see that the alert no longer stands; its content stays until its end or an erasure."""
    (told,) = published(exchange, suspect())
    await exchange.run()
    exchange.gateway("NL-POL").order_withdrawal(told.jti, ErasureGround.PURPOSE_ACHIEVED)
    await exchange.run()
    (entry,) = alerts(exchange, "DE-BKA")
    assert (entry.ended, entry.state) == ("withdrawn", EntryState.OPENED)


async def test_a_record_that_comes_before_its_grant_is_opened_later(exchange: GatewayWorld) -> None:
    """Without the epoch key the record waits sealed; with it, it is opened and receipted."""
    published(exchange, suspect())
    for name in ("NL-POL", "DE-BKA"):
        await exchange.load_trust(name)
    await exchange.services["NL-POL"].relay.step()
    await exchange.admit()
    exchange.receive("DE-BKA")
    assert [entry.state for entry in alerts(exchange, "DE-BKA")] == [EntryState.AWAITING_GRANT]
    await exchange.run()
    (entry,) = alerts(exchange, "DE-BKA")
    assert (entry.state, "identity" in entry.sections) == (EntryState.OPENED, True)


async def test_a_batch_that_was_taken_but_not_committed_changes_nothing_twice(exchange: GatewayWorld) -> None:
    """A kill between the inbox and the offset brings the batch again; every event is known."""
    published(exchange, suspect(), victim())
    for _ in range(3):
        await exchange.step("NL-POL")
    await exchange.admit()
    await exchange.services["DE-BKA"].grants_step()
    assert exchange.receive("DE-BKA", commit=False) > 0
    exchange.restart("DE-BKA")
    await exchange.run()
    assert len(alerts(exchange, "DE-BKA")) == 2
    receipts = [entry for entry in exchange.gateway("NL-POL").feed() if entry.type == "receipt.v1"]
    assert len([entry for entry in receipts if entry.iss == "DE-BKA"]) == 2


async def test_restarts_between_any_two_steps_lose_and_repeat_nothing(exchange: GatewayWorld) -> None:
    """Every gateway is ended and started again after each step of the whole life of an alert."""
    (told,) = published(exchange, suspect())

    async def round_with_restarts() -> None:
        for _ in range(8):
            for name in POLICE:
                await exchange.step(name)
                exchange.restart(name)
            exchange.hub = exchange.new_hub()
            await exchange.admit()
            exchange.clock.advance(seconds=2)

    await round_with_restarts()
    assert len(alerts(exchange, "DE-BKA")) == len(alerts(exchange, "BE-FGP")) == 1
    assert {one.state for one in exchange.gateway("NL-POL").state(told.jti).deliveries} == {"opened"}
    (ordered,) = exchange.gateway("NL-POL").order_erasure(told.sub, ErasureGround.EXPIRED)
    await round_with_restarts()
    assert exchange.gateway("NL-POL").state(ordered.events[0]).erasure == "certified"
    for name in POLICE:
        for store in (exchange.gateway(name).outbox.store, exchange.gateway(name).inbox.store):
            assert store.sound()


async def test_a_write_that_was_applied_but_failed_is_admitted_once(exchange: GatewayWorld) -> None:
    """The copy becomes a repeat, which the gateway knows to ignore."""
    (told,) = published(exchange, suspect())
    topic = exchange.world.topics.submit("NL-POL")
    exchange.log.fail_write(topic, stored=None)
    await exchange.load_trust("NL-POL")
    with pytest.raises(LogUnavailable):
        await exchange.services["NL-POL"].relay.step()
    await exchange.run()
    assert len(exchange.log.records(topic)) == 2
    assert exchange.gateway("NL-POL").state(told.jti).now == told.jti
    assert len(alerts(exchange, "DE-BKA")) == 1


async def test_an_outbox_that_went_back_in_time_begins_a_new_generation(exchange: GatewayWorld) -> None:
    """Numbers that were used before are not lost events: the record is issued anew, at last above the head."""
    published(exchange, suspect())
    await exchange.run()
    with exchange.gateway("NL-POL").outbox.store.write() as connection:
        connection.exec_driver_sql("UPDATE slots SET seq = 1000 WHERE slot = 0")
    published(exchange, suspect("N-2"))
    await exchange.run()
    with exchange.gateway("NL-POL").outbox.store.write() as connection:
        connection.exec_driver_sql("UPDATE slots SET seq = 500 WHERE slot = 0")
    (told,) = published(exchange, suspect("N-3"))
    await exchange.run()
    state = exchange.gateway("NL-POL").state(told.jti)
    assert (state.outcome, state.now != told.jti) == (Outcome.ADMITTED, True)
    assert len(alerts(exchange, "DE-BKA")) == 3
    third = claims_on_record(exchange, "suspect-alert.v1")
    assert (third[-1].gen > third[0].gen, third[-1].seq) == (True, 1)


async def test_an_event_that_waited_too_long_is_issued_anew(exchange: GatewayWorld) -> None:
    """After sixty hours offline the record arrives under a fresh signature, once."""
    (told,) = published(exchange, suspect())
    exchange.clock.advance(hours=61)
    exchange.world.refresh()
    exchange.world.publish(exchange.log)
    await exchange.run()
    state = exchange.gateway("NL-POL").state(told.jti)
    assert (state.outcome, state.now != told.jti) == (Outcome.ADMITTED, True)
    (entry,) = alerts(exchange, "DE-BKA")
    assert entry.jti == state.now


async def test_stale_trust_refuses_nothing_and_publishes_nothing(exchange: GatewayWorld) -> None:
    """Without fresh trust a command says so, and the feed is neither taken nor passed over."""
    published(exchange, suspect())
    await exchange.step("NL-POL")
    await exchange.step("NL-POL")
    await exchange.admit()
    exchange.clock.advance(hours=25)
    with pytest.raises(TrustStale):
        exchange.gateway("NL-POL").publish([suspect("N-2")])
    with pytest.raises(TrustStale):
        exchange.receive("DE-BKA")
    assert alerts(exchange, "DE-BKA") == []


async def test_a_gateway_publishes_without_the_log(exchange: GatewayWorld) -> None:
    """What is remembered of trust is enough to sign and store; the relay sends it later."""
    exchange.log.deny(exchange.world.topics.trust)
    exchange.restart("NL-POL")
    (told,) = published(exchange, suspect())
    assert exchange.gateway("NL-POL").state(told.jti).state is State.PENDING


async def test_what_is_past_its_end_is_deleted_on_both_sides(exchange: GatewayWorld) -> None:
    """At `exp` recipient and issuer delete on their own, without an event."""
    (told,) = published(exchange, victim(validity_days=1))
    await exchange.run()
    exchange.clock.advance(days=1, seconds=1)
    for name in ("NL-POL", "DE-BKA"):
        await exchange.services[name].expiry_step()
    assert [entry.state for entry in alerts(exchange, "DE-BKA")] == [EntryState.EXPIRED]
    with exchange.gateway("NL-POL").outbox.store.read() as connection:
        sealed = select(events.c.disclosures_sealed).where(events.c.jti == told.jti)
        assert connection.scalar(sealed) is None

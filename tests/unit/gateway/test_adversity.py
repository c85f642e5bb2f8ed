"""What goes wrong between gateways is mended, refused for a reason, or named: never lost, never stuck."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from broker.gateway.entries import EntryState
from broker.gateway.outbox import Outcome
from broker.gateway.settle import MAX_REISSUES
from broker.gateway.tables import documents, epoch_keys, events, receipts_due
from broker.trust.models import Revocation
from contracts.codes import ErasureGround
from contracts.errors import Code, TrustStale
from contracts.identifiers import AuthorityId
from contracts.wire import Leaf, Position
from tests.support.gateway_world import GatewayWorld, suspect
from tests.support.postgres import ON_BOTH

ISSUER = "NL-POL"


def alerts(world: GatewayWorld, name: str) -> list[Any]:
    """Return the alerts in an inbox."""
    return [entry for entry in world.gateway(name).feed() if entry.type.endswith("-alert.v1")]


async def deliver_without_grant(world: GatewayWorld) -> None:
    """Bring an alert to DE-BKA before its grant."""
    world.gateway(ISSUER).publish([suspect()], to=["DE-BKA"])
    await world.services[ISSUER].relay.step()
    await world.admit()
    world.receive("DE-BKA")
    assert [entry.state for entry in alerts(world, "DE-BKA")] == [EntryState.AWAITING_GRANT]


async def test_a_record_under_a_newer_trust_list_waits_for_that_list(exchange: GatewayWorld) -> None:
    """A recipient whose list is behind refuses nothing: it stops until the list has come."""
    world = exchange.world
    world.enrolled[AuthorityId(ISSUER)] = world.enrol(ISSUER)
    world.enrolled[AuthorityId(ISSUER)].save(exchange.folder / ISSUER / "keys")
    world.relist()
    world.publish(exchange.log)
    exchange.restart(ISSUER)
    await exchange.load_trust(ISSUER)
    exchange.gateway(ISSUER).publish([suspect()])
    await exchange.services[ISSUER].relay.step()
    await exchange.admit()
    with pytest.raises(TrustStale, match="newer"):
        exchange.receive("DE-BKA")
    await exchange.run()
    assert [entry.state for entry in alerts(exchange, "DE-BKA")] == [EntryState.OPENED]


async def test_a_waiting_record_whose_key_is_revoked_meanwhile_is_refused(exchange: GatewayWorld) -> None:
    """When the grant comes, the record is judged by the trust of that moment, and nothing of it is kept."""
    await deliver_without_grant(exchange)
    world = exchange.world
    await exchange.services[ISSUER].keys_step()
    exchange.clock.advance(seconds=30)
    kid = exchange.gateway(ISSUER).issuer.signer.kid
    since = int(exchange.clock().timestamp()) - 60
    grants = exchange.gateway("DE-BKA").granted
    await grants.step(exchange.log, exchange.services["DE-BKA"].trust.fresh())
    world.refresh([Revocation(kid=kid, since=since, status="withdrawn")])
    world.publish(exchange.log)
    await exchange.load_trust("DE-BKA")
    await exchange.services["DE-BKA"].grants_step()
    (entry,) = alerts(exchange, "DE-BKA")
    assert (entry.state, entry.code, entry.claims) == (EntryState.REFUSED, Code.E06_REVOKED, {})
    assert list(exchange.gateway("DE-BKA").raw_feed()) == []


async def test_waiting_records_are_opened_after_a_crash_that_kept_the_grant(exchange: GatewayWorld) -> None:
    """A kill between keeping the grant and opening what waited leaves nothing waiting for ever."""
    await deliver_without_grant(exchange)
    await exchange.services[ISSUER].keys_step()
    service = exchange.services["DE-BKA"]
    assert await service.gateway.granted.step(exchange.log, service.trust.fresh())
    exchange.restart("DE-BKA")
    await exchange.load_trust("DE-BKA")
    await exchange.services["DE-BKA"].grants_step()
    assert [entry.state for entry in alerts(exchange, "DE-BKA")] == [EntryState.OPENED]


async def test_what_is_owed_to_somebody_who_left_is_over(exchange: GatewayWorld) -> None:
    """Receipts to an issuer that is no longer listed are given up, with a line in the log."""
    exchange.gateway(ISSUER).publish([suspect()], to=["DE-BKA"])
    for _ in range(2):
        await exchange.step(ISSUER)
    await exchange.admit()
    await exchange.services["DE-BKA"].grants_step()
    exchange.receive("DE-BKA")
    exchange.world.relist([line for line in exchange.world.lines() if line.id != ISSUER])
    exchange.world.publish(exchange.log)
    await exchange.load_trust("DE-BKA")
    exchange.clock.advance(seconds=2)
    with structlog.testing.capture_logs() as lines:
        await exchange.services["DE-BKA"].answers_step()
    assert "receipt.undeliverable" in [line["event"] for line in lines]
    with exchange.gateway("DE-BKA").inbox.store.read() as connection:
        assert connection.execute(select(receipts_due)).first() is None


async def test_an_erasure_names_recipients_that_left_and_reaches_the_others(exchange: GatewayWorld) -> None:
    """Who left the exchange cannot be told; the order says so and is certified by the rest."""
    (told,) = exchange.gateway(ISSUER).publish([suspect()])
    await exchange.run()
    exchange.world.relist([line for line in exchange.world.lines() if line.id != "BE-FGP"])
    exchange.world.publish(exchange.log)
    await exchange.load_trust(ISSUER)
    (ordered,) = exchange.gateway(ISSUER).order_erasure(told.sub, ErasureGround.UNLAWFUL)
    await exchange.run()
    assert (ordered.recipients, ordered.unreachable) == (("DE-BKA",), ("BE-FGP",))
    assert exchange.gateway(ISSUER).state(ordered.events[0]).erasure == "certified"


async def test_erased_content_is_not_issued_anew(exchange: GatewayWorld) -> None:
    """A row that was never sent before its alert was erased ends there; the order itself is issued anew and sent."""
    (told,) = exchange.gateway(ISSUER).publish([suspect()])
    (ordered,) = exchange.gateway(ISSUER).order_erasure(told.sub, ErasureGround.ISSUED_IN_ERROR)
    exchange.gateway(ISSUER).own_erasure.step()
    exchange.clock.advance(hours=61)
    exchange.world.refresh()
    exchange.world.publish(exchange.log)
    await exchange.run()
    state = exchange.gateway(ISSUER).state(told.jti)
    assert (state.outcome, state.code) == (Outcome.REFUSED, Code.E07_EXPIRED)
    order = exchange.gateway(ISSUER).state(ordered.events[0])
    assert (order.now != ordered.events[0], order.outcome, order.erasure) == (True, Outcome.ADMITTED, "certified")
    assert alerts(exchange, "DE-BKA") == []


def quarantine_leaf(exchange: GatewayWorld, jti: str, code: Code) -> Leaf:
    """Return the refusal of an own row as the hub writes it."""
    with exchange.gateway(ISSUER).outbox.store.read() as connection:
        row = connection.execute(select(events).where(events.c.jti == jti)).one()
    return Leaf(
        code=code.value,
        decision="refused",
        gap=0,
        jws=row.signing,
        position=Position(topic="baken.submit.nl-pol", partition=0, offset=0),
        record=row.record,
        time=0,
        trust=1,
    )


async def test_a_record_that_comes_late_again_and_again_is_refused_in_the_end(exchange: GatewayWorld) -> None:
    """Issuing anew has a bound: then the refusal stands and is told."""
    settlement = exchange.services[ISSUER].subscriber.settlement
    (told,) = exchange.gateway(ISSUER).publish([suspect()])
    for _ in range(MAX_REISSUES + 1):
        now = exchange.gateway(ISSUER).state(told.jti).now
        with exchange.gateway(ISSUER).outbox.store.write() as connection:
            assert settlement.quarantined(connection, quarantine_leaf(exchange, now, Code.E07_LATE))
    state = exchange.gateway(ISSUER).state(told.jti)
    assert (state.outcome, state.code) == (Outcome.REFUSED, Code.E07_LATE)


async def test_a_refused_copy_does_not_undo_an_admission(exchange: GatewayWorld) -> None:
    """Once admitted, an event stays admitted whatever the hub says of later copies."""
    (told,) = exchange.gateway(ISSUER).publish([suspect()])
    await exchange.run()
    settlement = exchange.services[ISSUER].subscriber.settlement
    with exchange.gateway(ISSUER).outbox.store.write() as connection:
        assert settlement.quarantined(connection, quarantine_leaf(exchange, told.jti, Code.E07_LATE))
    assert exchange.gateway(ISSUER).state(told.jti).outcome is Outcome.ADMITTED


async def test_an_admission_that_was_not_known_when_the_row_was_issued_anew_counts(exchange: GatewayWorld) -> None:
    """An order names both: the event whose notice came late and the one that replaced it."""
    (told,) = exchange.gateway(ISSUER).publish([suspect()])
    await exchange.services[ISSUER].relay.step()
    await exchange.admit()
    with exchange.gateway(ISSUER).outbox.store.write() as connection:
        trust = exchange.gateway(ISSUER).trust_memory.current()
        renewed = exchange.gateway(ISSUER).issuer.reissue(connection, told.jti, trust)
    await exchange.run()
    (ordered,) = exchange.gateway(ISSUER).order_erasure(told.sub, ErasureGround.EXPIRED)
    await exchange.run()
    assert exchange.gateway(ISSUER).state(ordered.events[0]).erasure == "certified"
    assert {entry.jti for entry in alerts(exchange, "DE-BKA")} == {told.jti, renewed}
    assert {entry.state for entry in alerts(exchange, "DE-BKA")} == {EntryState.ERASED}


async def test_a_destroyed_epoch_key_is_never_made_again(exchange: GatewayWorld) -> None:
    """A `kid` has one key for all time: without it the record is refused, not sealed with another."""
    await exchange.run()
    with exchange.gateway(ISSUER).outbox.store.write() as connection:
        connection.execute(epoch_keys.update().values(key_sealed=None))
    (refused,) = exchange.gateway(ISSUER).publish([suspect()])
    assert {finding.code for finding in refused.findings} == {Code.E10_RECIPIENT}


@pytest.mark.parametrize("damage", ["absent", "list", "fresh"])
async def test_remembered_trust_is_verified_again(exchange: GatewayWorld, damage: str) -> None:
    """What stands in the database is no root of trust: changed or absent documents stop publishing."""
    with exchange.gateway(ISSUER).outbox.store.write() as connection:
        if damage == "absent":
            connection.execute(documents.delete())
        else:
            named = documents.c.name.startswith(damage)
            connection.execute(documents.update().where(named).values(value=b'{"jws":"a.b.c"}'))
    with pytest.raises(TrustStale):
        exchange.gateway(ISSUER).publish([suspect()])


@ON_BOTH
async def test_many_officers_publish_at_once_without_gaps(exchange: GatewayWorld) -> None:
    """Commands in several threads share the numbers of a slot: every number once, in one order."""

    def publish(person: int) -> None:
        with exchange.open_beside(ISSUER) as gateway:
            gateway.publish([suspect(f"N-{person}-{number}") for number in range(3)])

    await asyncio.gather(*(asyncio.to_thread(publish, person) for person in range(4)))
    await exchange.run()
    with exchange.gateway(ISSUER).outbox.store.read() as connection:
        numbers = list(connection.scalars(select(events.c.seq).order_by(events.c.number)))
    assert numbers == list(range(1, 13))
    assert len(alerts(exchange, "DE-BKA")) == 12

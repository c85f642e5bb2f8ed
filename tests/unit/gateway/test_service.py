"""The gateway process: hostile and strange records, alarms, keys, and starting and stopping."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from broker.gateway.entries import EntryState
from broker.gateway.outbox import Outcome
from broker.gateway.tables import epoch_keys, quarantine, receipts_due
from broker.ports import Incoming
from contracts.codes import ErasureGround
from contracts.encoding import canonical, sha256
from contracts.errors import Code, UsageError
from contracts.wire import Leaf, Notice, Position, Quarantine
from tests.support.gateway_world import GatewayWorld, suspect
from tests.support.postgres import ON_BOTH


def alerts(world: GatewayWorld, name: str) -> list[Any]:
    """Return the alerts in an inbox."""
    return [entry for entry in world.gateway(name).feed() if entry.type.endswith("-alert.v1")]


def leaf(**changes: Any) -> Leaf:
    """Return a leaf as a hub would write it."""
    values: dict[str, Any] = {
        "code": None,
        "decision": "admitted",
        "gap": 0,
        "jws": sha256(b"strange"),
        "position": Position(topic="baken.submit.nl-pol", partition=0, offset=0),
        "record": sha256(b"bytes"),
        "time": 1_700_000_000_000,
        "trust": 1,
    }
    return Leaf(**{**values, **changes})


def reasons(world: GatewayWorld, name: str) -> list[str]:
    """Return the codes in an inbox's quarantine."""
    with world.gateway(name).inbox.store.read() as connection:
        return list(connection.scalars(select(quarantine.c.code)))


async def test_a_notice_for_an_event_never_signed_is_an_alarm(exchange: GatewayWorld) -> None:
    """Somebody else signs with our key: the gateway says so and goes on."""
    feed = exchange.world.topics.feed("NL-POL")
    exchange.log.append(feed, canonical(Notice(leaf=leaf())), key=b"notice/01920000-0000-7000-8000-000000000001")
    with structlog.testing.capture_logs() as lines:
        exchange.receive("NL-POL")
    assert [line["log_level"] for line in lines if line["event"] == "alarm.key-compromise"] == ["error"]


async def test_a_refusal_of_unknown_bytes_is_an_alarm(exchange: GatewayWorld) -> None:
    """Bytes on our submit topic that are not ours come from somebody with our principal."""
    topic = exchange.world.topics.quarantine("NL-POL")
    refused = leaf(decision="refused", code="E03-form", jws=None)
    exchange.log.append(topic, canonical(Quarantine(detail="form", leaf=refused)), key=b"0/0")
    with structlog.testing.capture_logs() as lines:
        exchange.receive("NL-POL")
    assert "alarm.unknown-refusal" in [line["event"] for line in lines]


async def test_a_refused_record_closes_its_row_with_the_code(exchange: GatewayWorld) -> None:
    """What the hub refuses is final for those bytes, and the command line can say why."""
    (told,) = exchange.gateway("NL-POL").publish([suspect()])
    await exchange.run()
    (again,) = exchange.gateway("NL-POL").publish([suspect(urgency="urgent:flight_risk")])
    exchange.world.relist([line for line in exchange.world.lines() if line.id != "BE-FGP"])
    await exchange.run()
    state = exchange.gateway("NL-POL").state(again.jti)
    assert (state.outcome, state.code) == (Outcome.REFUSED, Code.E10_RECIPIENT)
    (third,) = exchange.gateway("NL-POL").publish([suspect()], to=["DE-BKA"])
    assert (third.ver, third.sub) == (2, told.sub)


async def test_records_that_do_not_verify_are_noted_and_passed(exchange: GatewayWorld) -> None:
    """Poison blocks nobody behind it: its code is kept, its bytes are not, and the next record is opened."""
    poison = {b"not json": "E02-json", b"{}": "E02-member", b"x" * 600_000: "E01-size", b"": "E01-empty"}
    for value in poison:
        exchange.log.append(exchange.world.topics.feed("DE-BKA"), value, key=b"NL-POL/x")
    exchange.gateway("NL-POL").publish([suspect()])
    await exchange.run()
    assert reasons(exchange, "DE-BKA") == list(poison.values())
    assert len(alerts(exchange, "DE-BKA")) == 1


async def test_heartbeats_and_tombstones_are_passed_over(exchange: GatewayWorld) -> None:
    """A tombstone deletes nothing in an inbox: only a signed order or `exp` does."""
    (told,) = exchange.gateway("NL-POL").publish([suspect()])
    await exchange.run()
    feed = exchange.world.topics.feed("DE-BKA")
    exchange.log.append(feed, None, key=f"NL-POL/{told.jti}".encode())
    exchange.log.append(feed, canonical({"heartbeat": 1}), key=b"heartbeat")
    exchange.receive("DE-BKA")
    assert [entry.state for entry in alerts(exchange, "DE-BKA")] == [EntryState.OPENED]
    assert reasons(exchange, "DE-BKA") == []


async def test_a_late_copy_of_an_erased_event_is_dropped(exchange: GatewayWorld) -> None:
    """A hub that delivers an old record again after the erasure brings nothing back."""
    (told,) = exchange.gateway("NL-POL").publish([suspect()])
    await exchange.run()
    old = exchange.log.latest(exchange.world.topics.feed("DE-BKA"))[f"NL-POL/{told.jti}".encode()]
    exchange.gateway("NL-POL").order_erasure(told.sub, ErasureGround.EXPIRED)
    await exchange.run()
    copy: Incoming = next(r for r in exchange.log.records(exchange.world.topics.feed("DE-BKA")) if r.value == old)
    exchange.log.append(copy.topic, copy.value, key=copy.key, headers=copy.headers)
    exchange.receive("DE-BKA")
    assert [entry.state for entry in alerts(exchange, "DE-BKA")] == [EntryState.ERASED]


async def test_a_grant_that_changes_its_key_is_refused_with_an_alarm(exchange: GatewayWorld) -> None:
    """The same `kid` with another key never replaces the key that was opened first."""
    exchange.gateway("NL-POL").publish([suspect()])
    await exchange.run()
    store = exchange.gateway("NL-POL").outbox.store
    with store.write() as connection:
        kid = connection.scalar(select(epoch_keys.c.kid).where(epoch_keys.c.recipient == "DE-BKA").limit(1))
        connection.execute(epoch_keys.delete().where(epoch_keys.c.kid == kid))
    before = exchange.gateway("DE-BKA").granted.get(str(kid))
    await exchange.services["NL-POL"].keys_step()
    with structlog.testing.capture_logs() as lines:
        await exchange.services["DE-BKA"].grants_step()
    assert [line["kid"] for line in lines if line["event"] == "alarm.grant-conflict"] == [kid]
    assert exchange.gateway("DE-BKA").granted.get(str(kid)) == before


async def test_keys_are_destroyed_and_tombstoned_after_their_term(exchange: GatewayWorld) -> None:
    """Once the term is over neither end has the key, and the bulletin has a tombstone for its grant."""
    await exchange.run()
    made = [key for key in exchange.gateway("NL-POL").grants() if key.made_here and key.retention == "suspect-90d"]
    exchange.clock.advance(days=100)
    exchange.world.relist()
    exchange.world.publish(exchange.log)
    await exchange.run()
    mine = {key.kid: key for key in exchange.gateway("NL-POL").grants()}
    theirs = {key.kid: key for key in exchange.gateway("DE-BKA").grants()}
    bulletin = exchange.log.latest(exchange.world.topics.bulletin("NL-POL"))
    for key in made:
        assert (mine[key.kid].destroyed, bulletin[key.key]) == (True, None)
    assert all(theirs[key.kid].destroyed for key in made if key.to == "DE-BKA")
    assert any(not key.destroyed for key in mine.values())


async def test_keys_list_shows_grants_as_on_the_wire_and_no_key(exchange: GatewayWorld) -> None:
    """What is made here and what was granted is listed with its bulletin record."""
    await exchange.run()
    keys = exchange.gateway("DE-BKA").grants()
    assert {key.made_here for key in keys} == {True, False}
    bulletin = exchange.log.latest(exchange.world.topics.bulletin("NL-POL"))
    granted = [key for key in keys if key.iss == "NL-POL"]
    assert granted
    assert all(bulletin[key.key] == key.value for key in granted)
    assert all("jws" in json.loads(key.value or b"") for key in granted)


async def test_a_grant_that_does_not_come_raises_one_alarm(exchange: GatewayWorld) -> None:
    """After five minutes the missing key is named once."""
    exchange.gateway("NL-POL").publish([suspect()])
    await exchange.services["NL-POL"].relay.step()
    await exchange.admit()
    exchange.receive("DE-BKA")
    exchange.clock.advance(seconds=301)
    with structlog.testing.capture_logs() as lines:
        await exchange.services["DE-BKA"].grants_step()
        await exchange.services["DE-BKA"].grants_step()
    assert [line["event"] for line in lines].count("alarm.grant-missing") == 1


@ON_BOTH
async def test_receipts_are_batched_and_issued_once(exchange: GatewayWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """One receipt covers many events; a crash between outbox and inbox issues no second one."""
    exchange.gateway("NL-POL").publish([suspect(f"N-{number}") for number in range(5)])
    for _ in range(2):
        await exchange.step("NL-POL")
    await exchange.admit()
    service = exchange.services["DE-BKA"]
    await service.grants_step()
    exchange.receive("DE-BKA")
    exchange.clock.advance(seconds=2)

    def crash(*_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("broker.gateway.receipts.ReceiptsDue.done", crash)
        with pytest.raises(RuntimeError):
            await service.answers_step()
    exchange.restart("DE-BKA")
    await exchange.run()
    receipts = [entry for entry in exchange.gateway("NL-POL").feed() if entry.iss == "DE-BKA"]
    assert [len(entry.sections["notice"]["received"]) for entry in receipts] == [5]
    with exchange.gateway("DE-BKA").inbox.store.read() as connection:
        assert connection.execute(select(receipts_due)).first() is None


async def test_states_of_unknown_events_are_refused(exchange: GatewayWorld) -> None:
    """A state is told of own events alone."""
    with pytest.raises(UsageError, match="no event"):
        exchange.gateway("NL-POL").state("01920000-0000-7000-8000-000000000001")


async def test_waiting_ends_with_the_leaf_or_at_the_deadline(exchange: GatewayWorld) -> None:
    """A command learns whether its events were decided in time."""
    (told,) = exchange.gateway("NL-POL").publish([suspect()])
    assert exchange.gateway("NL-POL").wait_closed([told.jti], 0.01) is False
    await exchange.run()
    assert exchange.gateway("NL-POL").wait_closed([told.jti], 0) is True


async def until(condition: Any) -> None:
    """Wait for a condition with a deadline."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.01)


@ON_BOTH
async def test_services_run_together_and_stop_cleanly(exchange: GatewayWorld) -> None:
    """Started for real, gateways deliver and answer; stopped, they leave neither task nor lock."""
    services = [exchange.services[name] for name in ("NL-POL", "DE-BKA")]
    running = [asyncio.create_task(service.run()) for service in services]
    (told,) = exchange.gateway("NL-POL").publish([suspect()], to=["DE-BKA"])

    async def hub() -> None:
        while True:
            await exchange.admit()
            exchange.clock.advance(milliseconds=200)
            await asyncio.sleep(0.01)

    driving = asyncio.create_task(hub())
    await until(lambda: {one.state for one in exchange.gateway("NL-POL").state(told.jti).deliveries} == {"opened"})
    with pytest.raises(UsageError, match="another gateway"):
        await exchange.start("NL-POL").run()
    for service in services:
        service.stop()
    await asyncio.gather(*running)
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving
    assert len(asyncio.all_tasks()) == 1
    last = exchange.start("NL-POL")
    last.stop()
    await last.run()
    exchange.start("DE-BKA")
    exchange.start("NL-POL")


async def test_a_fault_in_one_task_ends_the_service(exchange: GatewayWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that contradicts itself stops the process instead of being worked around."""
    service = exchange.services["NL-POL"]

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(service.gateway.outbox, "due", broken)
    with pytest.raises(RuntimeError):
        async with asyncio.timeout(20):
            await service.run()
    exchange.start("NL-POL")

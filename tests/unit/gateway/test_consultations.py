"""Who looks at content is noted before it is shown, and reported to auditors alone."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select

from broker.audit.art25 import report
from broker.audit.findings import FindingCode
from broker.audit.page import render
from broker.audit.scope import Scope
from broker.gateway.entries import InboxEntry
from broker.gateway.tables import consultations
from contracts.codes import ConsultedFor, ErasureGround
from contracts.encoding import canonical, decode_base64url
from contracts.errors import Code, StoreBusy
from contracts.events import CONSULTATION_BATCH
from contracts.sections.consultations import MAX_CONSULTATIONS
from tests.support.gateway_world import GatewayWorld, suspect, victim
from tests.support.postgres import ON_BOTH

BATCH = CONSULTATION_BATCH.type


async def received(world: GatewayWorld, *drafts: Any) -> list[InboxEntry]:
    """Publish as NL-POL and return what DE-BKA holds then, without anybody having looked."""
    world.gateway("NL-POL").publish(drafts or [suspect()])
    await world.run()
    return list(world.gateway("DE-BKA").inbox.feed())


def noted(world: GatewayWorld) -> list[Any]:
    """Return the notes of DE-BKA."""
    with world.gateway("DE-BKA").inbox.store.read() as connection:
        return list(connection.execute(select(consultations).order_by(consultations.c.at)))


def look(world: GatewayWorld, actor: str = "officer", why: ConsultedFor = ConsultedFor.CASE_WORK) -> int:
    """Read the whole inbox of DE-BKA; return how many entries that were."""
    return len(list(world.gateway("DE-BKA").feed(actor=actor, why=why)))


def batches(world: GatewayWorld) -> list[Any]:
    """Return the audit records of what was reported."""
    return [row for row in world.log.records(world.world.topics.audit) if (claims_of(row) or {}).get("type") == BATCH]


def claims_of(record: Any) -> Any:
    """Return the claims of an audit record."""
    jws = json.loads(record.value).get("jws")
    return None if jws is None else json.loads(decode_base64url(jws.split(".")[1], code=Code.E03_BASE64))


@ON_BOTH
async def test_a_look_is_noted_once_an_hour(exchange: GatewayWorld) -> None:
    """By person, event, reason and hour; who comes again later, or for another reason, is noted again."""
    await received(exchange)
    assert look(exchange) == 1
    look(exchange)
    (note,) = noted(exchange)
    assert note.actor == exchange.gateway("DE-BKA").pseudonym("officer")
    assert (note.why, note.purpose, note.issued) == ("case_work", "locate_suspect", False)
    look(exchange, "another")
    look(exchange, why=ConsultedFor.OPERATION)
    assert len(noted(exchange)) == 3
    exchange.clock.advance(hours=1)
    look(exchange)
    assert len(noted(exchange)) == 4


async def test_nothing_is_shown_that_cannot_be_noted(exchange: GatewayWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that cannot be written shows nobody anything."""
    await received(exchange)
    store = exchange.gateway("DE-BKA").inbox.store

    def full() -> Any:
        raise StoreBusy("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(store, "write", full)
        with pytest.raises(StoreBusy):
            look(exchange)
    assert noted(exchange) == []
    assert look(exchange) == 1


async def test_what_tells_of_nobody_is_no_consultation(exchange: GatewayWorld) -> None:
    """Endings, receipts and entries whose content is gone are shown and not noted."""
    (entry,) = await received(exchange)
    gateway = exchange.gateway("NL-POL")
    gateway.order_withdrawal(entry.sub or "", ErasureGround.PURPOSE_ACHIEVED)
    gateway.order_erasure(entry.sub or "", ErasureGround.PURPOSE_ACHIEVED)
    await exchange.run()
    assert look(exchange) == 3
    assert noted(exchange) == []
    assert len(list(gateway.feed())) > 0


@ON_BOTH
async def test_looks_are_reported_after_a_day_to_auditors_alone(exchange: GatewayWorld) -> None:
    """One batch for each purpose, in order; it reaches nobody, and its issuer hears that it was admitted."""
    await received(exchange, suspect(), victim())
    gateway = exchange.gateway("DE-BKA")
    look(exchange)
    await exchange.run()
    assert gateway.consulted.waiting() == 2
    exchange.clock.advance(seconds=gateway.settings.consultation_seconds)
    refresh(exchange)
    await exchange.run()
    found = [claims_of(row) for row in batches(exchange)]
    assert sorted(one["purpose"] for one in found) == ["locate_suspect", "protect_victim"]
    assert {tuple(one["basis"]) for one in found} == {("dir-2016-680:art25",)}
    assert all(one["sealed"] == {} and "sub" not in one for one in found)
    assert gateway.consulted.waiting() == 0
    assert all(gateway.state(one["jti"]).outcome == "admitted" for one in found)
    for name in ("NL-POL", "BE-FGP"):
        assert not [one for one in exchange.gateway(name).inbox.feed() if one.type == BATCH]
    assert gateway.consulted.retire() == 2
    assert noted(exchange) == []


async def test_five_hundred_make_a_batch_at_once(exchange: GatewayWorld) -> None:
    """No day is waited for; what is beyond waits on, and what was reported is not noted again within its hour."""
    (entry,) = await received(exchange)
    gateway = exchange.gateway("DE-BKA")
    gateway.shown([entry], actor="officer 0")
    with gateway.inbox.store.write() as connection:
        (first,) = connection.execute(select(consultations)).mappings()
        others = [{**first, "actor": gateway.pseudonym(f"officer {n}")} for n in range(1, MAX_CONSULTATIONS + 1)]
        connection.execute(insert(consultations), others)
    await exchange.run()
    (batch,) = batches(exchange)
    assert gateway.consulted.waiting() == 1
    assert gateway.consulted.retire() == 0
    gateway.shown([entry], actor="officer 0")
    assert gateway.consulted.waiting() == 1
    assert len(batch.value) < 256 * 1024


async def test_a_batch_is_issued_once_whatever_fails_in_between(
    exchange: GatewayWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issued, and the tick lost: the next step finds it by its origin."""
    await received(exchange)
    look(exchange)
    service = exchange.services["DE-BKA"]
    consulted = service.gateway.consulted
    exchange.clock.advance(seconds=service.gateway.settings.consultation_seconds)
    refresh(exchange)
    await exchange.load_trust("DE-BKA")
    store = service.gateway.inbox.store
    write, calls = store.write, []

    def failing() -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise StoreBusy("killed")
        return write()

    with monkeypatch.context() as patch:
        patch.setattr(store, "write", failing)
        with pytest.raises(StoreBusy):
            consulted.step(service.trust.fresh())
    assert consulted.waiting() == 1
    assert consulted.step(service.trust.fresh()) == 1
    assert consulted.waiting() == 0
    await exchange.run()
    assert len(batches(exchange)) == 1


async def test_auditors_count_looks_by_participant_reason_and_alert(exchange: GatewayWorld) -> None:
    """The report of art. 25 has them, within its scope, and no finding speaks against a batch."""
    (entry,) = await received(exchange)
    for actor in ("one", "two"):
        look(exchange, actor)
    look(exchange, "one", ConsultedFor.OPERATION)
    exchange.clock.advance(seconds=exchange.gateway("DE-BKA").settings.consultation_seconds)
    refresh(exchange)
    await exchange.run()

    async def told(**scope: Any) -> Any:
        return await report(
            exchange.log,
            exchange.world.store,
            topics=exchange.world.topics,
            now=exchange.clock(),
            scope=Scope(**scope),
        )

    whole = await told()
    assert [(one.by, one.why, one.iss, one.alert, one.count, one.persons) for one in whole.activities.looked] == [
        ("DE-BKA", "case_work", "NL-POL", entry.sub, 2, 2),
        ("DE-BKA", "operation", "NL-POL", entry.sub, 1, 1),
    ]
    assert {one.name: one.count for one in whole.operations()}["consultation"] == 3
    assert not [one for one in whole.result.findings if one.code is FindingCode.DECISION_DIFFERS]
    assert "case_work" in canonical(whole.to_json()["looked"]).decode()
    assert 'id="consultations"' in render(whole)
    assert (await told(alert=entry.sub)).activities.looks == 3
    assert (await told(participant="BE-FGP")).activities.looks == 0
    assert (await told(start=date(2030, 1, 1))).activities.looked == []


def refresh(world: GatewayWorld) -> None:
    """Publish a fresh statement of trust for the day that has come."""
    world.world.refresh()
    world.world.publish(world.log)

"""The relay sends the stored bytes in order, again after a failure, anew when they are too old."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select

from broker.gateway.outbox import Outbox, Outcome
from broker.gateway.relay import Relay
from broker.gateway.tables import events
from contracts.errors import AuthorisationError, LogUnavailable
from contracts.identifiers import AuthorityId, Topic
from tests.support.memory_log import MemoryLog, SettableClock
from tests.support.postgres import ON_BOTH

pytestmark = ON_BOTH

TOPIC = Topic("baken.submit.nl-pol")


@pytest.fixture
def log(clock: SettableClock) -> MemoryLog:
    return MemoryLog(clock)


@pytest.fixture
def relay(outbox: Outbox, log: MemoryLog, clock: SettableClock) -> Relay:
    def reissue(connection: Connection, jti: str) -> str | None:
        outbox.close(connection, jti, Outcome.REISSUED, now_ms=0)
        return None

    return Relay(
        outbox=outbox,
        writer=log,
        reissue=reissue,
        participant=AuthorityId("NL-POL"),
        topic=TOPIC,
        clock=clock,
        resend_seconds=43_200,
        reissue_seconds=216_000,
    )


def fill(outbox: Outbox, maker: Any, count: int, slot: int = 0) -> list[str]:
    """Add rows to a slot and return their ids."""
    ids = []
    for _ in range(count):
        with outbox.store.write() as connection:
            number = outbox.take_number(connection, slot, now=1000)
            claims = maker.claims(gen=number.gen, slot=number.slot, seq=number.seq)
            outbox.add(connection, maker.row(claims), now_ms=1)
        ids.append(claims.jti)
    return ids


def sent(log: MemoryLog, partition: int = 0) -> list[str]:
    """Return the ids on the submit topic by their header."""
    return [(dict(record.headers)["ce_id"] or b"").decode() for record in log.records(TOPIC, partition)]


def states(outbox: Outbox) -> list[str]:
    """Return the states of all rows in order."""
    with outbox.store.read() as connection:
        return list(connection.scalars(select(events.c.state).order_by(events.c.number)))


async def test_rows_arrive_in_the_order_of_their_numbers(
    outbox: Outbox, relay: Relay, log: MemoryLog, maker: Any
) -> None:
    """Every slot gets its rows in order, under the key of issuer and slot, and then nothing is due."""
    first, second = fill(outbox, maker, 3), fill(outbox, maker, 2, slot=1)
    assert await relay.step() == 5
    assert (sent(log), sent(log, 1)) == (first, second)
    assert {record.key for record in log.records(TOPIC, 1)} == {b"NL-POL/1"}
    assert await relay.step() == 0


async def test_a_failed_write_that_was_not_applied_is_sent_again(
    outbox: Outbox, relay: Relay, log: MemoryLog, maker: Any
) -> None:
    """After a failure the rows are pending as before and arrive once."""
    ids = fill(outbox, maker, 2)
    log.fail_write(TOPIC)
    with pytest.raises(LogUnavailable):
        await relay.step()
    assert states(outbox) == ["pending", "pending"]
    await relay.step()
    assert sent(log) == ids


async def test_a_failed_write_that_was_applied_sends_the_same_bytes_twice(
    outbox: Outbox, relay: Relay, log: MemoryLog, maker: Any
) -> None:
    """What may be on the topic is sent again byte for byte: the broker calls the copy a repeat."""
    ids = fill(outbox, maker, 2)
    log.fail_write(TOPIC, stored=None)
    with pytest.raises(LogUnavailable):
        await relay.step()
    await relay.step()
    assert sent(log) == [*ids, *ids]
    values = [record.value for record in log.records(TOPIC)]
    assert values[:2] == values[2:]


async def test_a_crash_before_the_mark_sends_again(
    outbox: Outbox, relay: Relay, log: MemoryLog, maker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between Kafka's acknowledgement and the mark a crash leaves the row pending."""
    (jti,) = fill(outbox, maker, 1)

    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "mark_sent", crash)
        with pytest.raises(RuntimeError):
            await relay.step()
    assert states(outbox) == ["pending"]
    await relay.step()
    assert (sent(log), states(outbox)) == ([jti, jti], ["sent"])


async def test_a_row_without_leaf_is_sent_again_after_the_interval(
    outbox: Outbox, relay: Relay, log: MemoryLog, maker: Any, clock: SettableClock
) -> None:
    """Twelve hours without a leaf make a sent row due again."""
    (jti,) = fill(outbox, maker, 1)
    await relay.step()
    clock.advance(hours=11)
    assert await relay.step() == 0
    clock.advance(hours=1)
    assert await relay.step() == 1
    assert sent(log) == [jti, jti]


async def test_a_row_that_is_too_old_is_issued_anew_and_not_sent(
    outbox: Outbox, relay: Relay, log: MemoryLog, maker: Any, clock: SettableClock
) -> None:
    """Sixty hours after its signature a row would be late: it is replaced before anything is sent."""
    fill(outbox, maker, 1)
    clock.advance(hours=60, seconds=1)
    assert await relay.step() == 1
    assert (sent(log), states(outbox)) == ([], ["closed"])


async def test_a_refused_principal_is_an_error_of_its_own(
    outbox: Outbox, relay: Relay, log: MemoryLog, maker: Any
) -> None:
    """Kafka's refusal is no transient failure, and the row stays."""
    fill(outbox, maker, 1)
    log.deny(TOPIC)
    with pytest.raises(AuthorisationError):
        await relay.step()
    assert states(outbox) == ["pending"]


async def test_a_write_is_bounded(
    outbox: Outbox, relay: Relay, log: MemoryLog, maker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows and bytes of one write have bounds; a single row always fits."""
    monkeypatch.setattr("broker.gateway.relay.BATCH_BYTES", 10)
    fill(outbox, maker, 2)
    assert [await relay.step(), await relay.step(), await relay.step()] == [1, 1, 0]

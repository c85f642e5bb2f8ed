"""Rows get consecutive numbers, keep their exact bytes and are closed by leaves alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from broker.gateway.outbox import Outbox, Outcome, State, find
from broker.gateway.tables import deliveries, events
from contracts.errors import StoreCorrupt
from tests.support.postgres import ON_BOTH

pytestmark = ON_BOTH


def add(outbox: Outbox, maker: Any, *, now: int = 1000, **changes: Any) -> str:
    """Add one row with the next number of slot 0."""
    with outbox.store.write() as connection:
        number = outbox.take_number(connection, 0, now=now)
        claims = maker.claims(gen=number.gen, slot=number.slot, seq=number.seq)
        outbox.add(connection, maker.row(claims, **changes), now_ms=now * 1000)
    return str(claims.jti)


def test_numbers_are_consecutive_within_a_slot(outbox: Outbox, maker: Any) -> None:
    """Each slot counts from one, without gaps, in one generation."""
    for _ in range(3):
        add(outbox, maker)
    with outbox.store.write() as connection:
        assert outbox.take_number(connection, 1, now=5).seq == 1
        assert outbox.take_number(connection, 0, now=5).seq == 4


def test_a_number_returns_when_its_transaction_fails(outbox: Outbox, maker: Any) -> None:
    """A crash before the commit leaves neither row nor gap."""
    add(outbox, maker)

    def crash() -> None:
        with outbox.store.write() as connection:
            outbox.take_number(connection, 0, now=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    with outbox.store.write() as connection:
        assert outbox.take_number(connection, 0, now=1).seq == 2


def test_a_new_generation_counts_from_one(outbox: Outbox) -> None:
    """A higher generation starts again at one and is above the clock and the one before."""
    with outbox.store.write() as connection:
        old = outbox.take_number(connection, 0, now=1000)
        assert old.gen == 1000
        assert outbox.begin_generation(connection, now=900) == 1001
        fresh = outbox.take_number(connection, 0, now=2000)
    assert (fresh.gen, fresh.seq) == (1001, 1)


def test_the_same_number_is_never_stored_twice(outbox: Outbox, maker: Any) -> None:
    """Two rows with one number contradict the database."""
    add(outbox, maker)
    again = maker.row(maker.claims(gen=1000))
    with pytest.raises(StoreCorrupt), outbox.store.write() as connection:
        outbox.add(connection, again, now_ms=1)


def test_a_pending_row_survives_a_restart_with_its_bytes(outbox: Outbox, maker: Any) -> None:
    """After the commit the exact bytes and headers are there to be sent, in order."""
    jtis = [add(outbox, maker) for _ in range(3)]
    due = outbox.due(now_ms=0, resend_ms=1000, limit=10)
    assert [row.jti for row in due] == jtis
    assert due[0].headers == (("ce_id", jtis[0].encode()),)
    assert jtis[0].encode() in due[0].value


def test_a_sent_row_waits_for_its_leaf_and_is_sent_again_after_the_bound(outbox: Outbox, maker: Any) -> None:
    """A sent row is not due until the resend interval is over."""
    jti = add(outbox, maker)
    outbox.mark_sent([jti], now_ms=10_000)
    assert outbox.due(now_ms=10_999, resend_ms=1000, limit=10) == []
    assert [row.jti for row in outbox.due(now_ms=11_000, resend_ms=1000, limit=10)] == [jti]


def test_a_closed_row_has_no_bytes_and_stays_closed(outbox: Outbox, maker: Any) -> None:
    """Closing drops the bytes; a late acknowledgement does not open the row again."""
    jti = add(outbox, maker)
    with outbox.store.write() as connection:
        outbox.close(connection, jti, Outcome.REFUSED, now_ms=5, code="E06-type")
    outbox.mark_sent([jti], now_ms=6)
    with outbox.store.read() as connection:
        row = find(connection, jti=jti)
    assert row is not None
    assert (row.state, row.outcome, row.code, row.value) == (State.CLOSED, Outcome.REFUSED, "E06-type", None)
    assert outbox.backlog() == {"closed": 1}


def test_disclosures_are_sealed_at_rest(outbox: Outbox, maker: Any, tmp_path: Path) -> None:
    """What an event discloses opens with the local key and stands in no file in clear."""
    jti = add(outbox, maker)
    with outbox.store.read() as connection:
        row = find(connection, jti=jti)
    assert row is not None
    assert outbox.disclosures(row) == {"role": "PLANTED-DISCLOSURE"}
    assert all(b"PLANTED" not in file.read_bytes() for file in tmp_path.iterdir())


def test_deliveries_name_each_recipient(outbox: Outbox, maker: Any) -> None:
    """The outbox knows who was sent what, under which profile."""
    jti = add(outbox, maker, recipients={"DE-BKA": "liaison", "BE-FGP": "border"})
    with outbox.store.read() as connection:
        query = select(deliveries.c.recipient, deliveries.c.profile).where(deliveries.c.jti == jti)
        assert {tuple(row) for row in connection.execute(query)} == {("DE-BKA", "liaison"), ("BE-FGP", "border")}


def test_open_events_are_counted_through_what_replaced_them(outbox: Outbox, maker: Any) -> None:
    """An event that was issued anew is open as long as its successor is."""
    old, new = add(outbox, maker), add(outbox, maker)
    with outbox.store.write() as connection:
        outbox.close(connection, old, Outcome.REISSUED, now_ms=5)
        connection.execute(events.update().where(events.c.jti == old).values(replaced_by=new))
    assert outbox.open_count([old]) == 1
    with outbox.store.write() as connection:
        outbox.close(connection, new, Outcome.ADMITTED, now_ms=6)
    assert outbox.open_count([old]) == 0

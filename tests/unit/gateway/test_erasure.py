"""A recipient erases in durable states and never lets an erased event in again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET
from sqlalchemy import select

from broker.gateway.entries import EntryState
from broker.gateway.erasure import Certificate, Erasure, Kind, Progress
from broker.gateway.inbox import Inbox
from broker.gateway.tables import ordered_erasures
from contracts.codes import ErasureState
from contracts.wire import Claims
from tests.support.gateway_parts import arrival, receive, reference
from tests.support.postgres import ON_BOTH

pytestmark = ON_BOTH


class Certified:
    """Remembers certificates by origin, as the outbox does."""

    def __init__(self) -> None:
        self.by_origin: dict[str, Certificate] = {}
        self.calls = 0

    def __call__(self, certificate: Certificate) -> None:
        self.calls += 1
        self.by_origin.setdefault(certificate.origin, certificate)


@pytest.fixture
def certified() -> Certified:
    return Certified()


@pytest.fixture
def erasure(inbox: Inbox, certified: Certified, clock: Any) -> Erasure:
    return Erasure(inbox=inbox, certify=certified, clock=clock)


def order(inbox: Inbox, erasure: Erasure, maker: Any, alert: Claims, kind: Kind = Kind.ERASE, **changes: Any) -> Claims:
    """Take an order about `alert` on, with its own entry, as the feed reader does."""
    claims: Claims = maker.claims(type=f"{kind}.v1", sub=alert.sub, ver=UNSET, ref=(reference(alert),), **changes)
    with inbox.store.write() as connection:
        inbox.add(connection, arrival(claims), now_ms=5, admitted=4)
        erasure.order(connection, claims, kind, now_ms=5)
    return claims


def progress(inbox: Inbox) -> list[str]:
    """Return the states of all orders."""
    with inbox.store.read() as connection:
        return list(connection.scalars(select(ordered_erasures.c.state)))


def test_an_order_goes_through_every_state(
    inbox: Inbox, erasure: Erasure, certified: Certified, maker: Any, tmp_path: Path
) -> None:
    """Ordered, shredded, purged, certified; at the end the content is in no file and the order is stated once."""
    alert = maker.claims()
    receive(inbox, arrival(alert))
    given = order(inbox, erasure, maker, alert)
    seen = [progress(inbox)[0]]
    while erasure.step():
        seen.append(progress(inbox)[0])
    assert seen == [Progress.ORDERED, Progress.SHREDDED, Progress.PURGED, Progress.CERTIFIED]
    (certificate,) = certified.by_origin.values()
    assert (certificate.order, certificate.state) == (given, ErasureState.ERASED)
    assert [entry.state for entry in inbox.feed()] == [EntryState.ERASED, EntryState.OPENED]
    assert all(alert.jti.encode() not in raw.value for raw in inbox.raw() if raw.value)


def test_a_late_duplicate_of_an_erased_event_is_dropped(inbox: Inbox, erasure: Erasure, maker: Any) -> None:
    """An id that an order names stays out, whether the event was here before or not."""
    alert = maker.claims()
    order(inbox, erasure, maker, alert)
    with inbox.store.read() as connection:
        assert inbox.dropped(connection, alert) == "erased"
        assert inbox.dropped(connection, maker.claims(sub=alert.sub, ver=2)) == "erased"
        assert inbox.dropped(connection, maker.claims(sub=alert.sub, iss="BE-FGP")) is None


def test_a_recall_takes_named_events_and_leaves_the_alert_open(inbox: Inbox, erasure: Erasure, maker: Any) -> None:
    """After a recall a later version of the alert may come in again."""
    alert = maker.claims()
    receive(inbox, arrival(alert))
    order(inbox, erasure, maker, alert, Kind.RECALL)
    while erasure.step():
        pass
    assert next(iter(inbox.feed())).state is EntryState.ERASED
    with inbox.store.read() as connection:
        assert inbox.dropped(connection, alert) == "known"
        assert inbox.dropped(connection, maker.claims(sub=alert.sub, ver=3)) is None


def test_an_order_of_one_issuer_touches_nothing_of_another(inbox: Inbox, erasure: Erasure, maker: Any) -> None:
    """The same ids under another issuer are other events."""
    alert = maker.claims()
    receive(inbox, arrival(alert))
    order(inbox, erasure, maker, alert, iss="BE-FGP")
    while erasure.step():
        pass
    assert next(iter(inbox.feed())).state is EntryState.OPENED


def test_an_event_that_was_never_held_is_certified_as_such(
    inbox: Inbox, erasure: Erasure, certified: Certified, maker: Any
) -> None:
    """The receipt says that there was nothing to delete."""
    order(inbox, erasure, maker, maker.claims())
    while erasure.step():
        pass
    assert [one.state for one in certified.by_origin.values()] == [ErasureState.NOT_HELD]


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_restart_at_any_state_finishes_the_order(
    inbox: Inbox, erasure: Erasure, certified: Certified, maker: Any, steps: int
) -> None:
    """A new process goes on from the state on disk."""
    alert = maker.claims()
    receive(inbox, arrival(alert))
    order(inbox, erasure, maker, alert)
    for _ in range(steps):
        erasure.step()
    after = Erasure(inbox=inbox, certify=certified, clock=erasure._clock)
    while after.step():
        pass
    assert progress(inbox) == [Progress.CERTIFIED]
    assert [one.state for one in certified.by_origin.values()] == [ErasureState.ERASED]


def test_a_crash_between_receipt_and_state_makes_no_second_receipt(
    inbox: Inbox, erasure: Erasure, certified: Certified, maker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receipt is issued under its origin, so that repeating the step adds none."""
    order(inbox, erasure, maker, maker.claims())
    erasure.step()
    erasure.step()

    def crash(*_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(Erasure, "_advance", crash)
        with pytest.raises(RuntimeError):
            erasure.step()
    assert progress(inbox) == [Progress.PURGED]
    erasure.step()
    assert (certified.calls, len(certified.by_origin), progress(inbox)) == (2, 1, [Progress.CERTIFIED])


def test_a_busy_log_keeps_the_order_shredded(
    inbox: Inbox, erasure: Erasure, maker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as the write-ahead log cannot be cut, nothing is called purged."""
    order(inbox, erasure, maker, maker.claims())
    erasure.step()
    monkeypatch.setattr(inbox.store, "purge", lambda: False)
    assert erasure.step() == 0
    assert progress(inbox) == [Progress.SHREDDED]

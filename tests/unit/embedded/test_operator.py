"""Operator: the trust of a home is published, accepted by services, and renewed in time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from broker.embedded import operator, pki
from broker.trust.documents import TrustStore
from broker.trust.follower import TrustFollower
from broker.trust.roots import Roots
from contracts.errors import LogUnavailable, TrustStale
from contracts.identifiers import Topics
from tests.support.memory_log import MemoryLog, SettableClock
from tests.unit.embedded.conftest import NOW, HomeMaker


async def test_services_accept_what_is_published(make_home: HomeMaker) -> None:
    """A service that starts later finds every participant, fresh for a day and no longer."""
    home, clock, log = make_home(), SettableClock(NOW), MemoryLog()
    await operator.publish(home, log, now=clock())
    follower = TrustFollower(log, Topics(home.environment), TrustStore(Roots.load(home.trust / "roots.json")), clock)
    await follower.load()
    view = follower.fresh()
    assert sorted(view.participants) == ["BE-FGP", "DE-BKA", "EU-AUD", "NL-CARE", "NL-POL"]
    assert view.checkpoint_origin == "baken/live"
    clock.advance(hours=24, seconds=1)
    with pytest.raises(TrustStale):
        follower.fresh()
    await operator.publish(home, log, now=clock())
    await follower.load()
    assert follower.fresh().version == 1


async def test_a_list_near_its_end_is_signed_anew(make_home: HomeMaker) -> None:
    """Thirty days before its end a next version with the same participants takes over."""
    home, clock, log = make_home(), SettableClock(NOW), MemoryLog()
    clock.advance(days=61)
    await operator.publish(home, log, now=clock())
    follower = TrustFollower(log, Topics(home.environment), TrustStore(Roots.load(home.trust / "roots.json")), clock)
    await follower.load()
    view = follower.fresh()
    assert view.version == 2
    assert len(view.participants) == 5
    assert [number for number, _ in pki.lists(home)] == [1, 2]
    assert pki.renew_list(home, now=clock()).version == 2


async def test_without_the_root_keys_freshness_goes_on_and_the_list_stays(make_home: HomeMaker) -> None:
    """A coordinating body keeps its root keys elsewhere: what publishes freshness must not need them."""
    home, clock, log = make_home(), SettableClock(NOW), MemoryLog()
    for key in home.trust.glob(pki.ROOT_FILES):
        key.unlink()
    clock.advance(days=61)
    await operator.publish(home, log, now=clock())
    follower = TrustFollower(log, Topics(home.environment), TrustStore(Roots.load(home.trust / "roots.json")), clock)
    await follower.load()
    assert follower.fresh().version == 1


async def test_freshness_is_renewed_after_a_quarter_of_its_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before, and again after a failure at the next look."""
    monkeypatch.setattr(operator, "LOOK_SECONDS", 0.0)
    clock, stop = SettableClock(NOW), asyncio.Event()
    published: list[timedelta] = []

    async def publishing() -> None:
        if len(published) == 1 and clock() - NOW < timedelta(hours=7):
            raise LogUnavailable
        published.append(clock() - NOW)
        if len(published) == 3:
            stop.set()

    async def pass_time() -> None:
        while not stop.is_set():
            clock.advance(minutes=10)
            await asyncio.sleep(0)

    async with asyncio.timeout(10):
        await asyncio.gather(operator.serve(publishing, clock, stop), pass_time())
    first, second, third = published
    assert first < timedelta(hours=1)
    assert timedelta(hours=7) <= second < timedelta(hours=9)
    assert third - second >= operator.RENEW_AFTER

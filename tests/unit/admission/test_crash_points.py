"""Each step of the order of effects: failed and not applied, failed but applied, killed right after."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from broker.admission.process import Step
from broker.admission.tail import READ_BACK
from contracts.errors import LogUnavailable
from contracts.wire import Reference
from tests.support import envelope_world as world
from tests.support.hub import AUDIT, SUBMIT, Hub, Killed, ending
from tests.support.memory_log import MemoryLog

FEEDS = tuple(world.TOPICS.feed(name) for name in ("BE-FGP", "DE-BKA", "FR-PNJ", "NL-POL"))
QUARANTINE = world.TOPICS.quarantine("NL-POL")
DECISIONS = ["admitted", "E02-member", "admitted", "E09-repeat", "admitted", "admitted", "admitted"]


def scenario() -> Hub:
    """Seven records: two versions of an alert, bytes, a repeat, a gap, an erasure, and one more."""
    hub = Hub()
    first = hub.submit()
    hub.submit_bytes(b"{}")
    second = hub.submit(ver=2, ref=(Reference(iss="NL-POL", jti=first.claims.jti),))
    hub.submit(second)
    hub.submit(seq=9)
    hub.submit(**ending("erase.v1", first, second, to=("DE-BKA", "BE-FGP")))
    hub.submit()
    return hub


def outcome(hub: Hub) -> dict[str, object]:
    """What readers end up with: the deciding leaves by position, compacted feeds and quarantine, the commit."""
    decided: dict[int, object] = {}
    for audit in hub.audits():
        decided.setdefault(audit.leaf.position.offset, audit)
    feeds = {topic: hub.log.latest(topic) for topic in (*FEEDS, QUARANTINE)}
    return {"decided": decided, "feeds": feeds, "offset": hub.committed[SUBMIT].offset}


@cache
def undisturbed() -> str:
    """The outcome of a run in which nothing fails, for comparison."""
    return str(sorted((key, str(value)) for key, value in _run().items()))


def _run() -> dict[str, object]:
    import asyncio  # noqa: PLC0415 - only here a loop of one's own is needed

    hub = scenario()
    asyncio.run(hub.drive(hub.process(), batch=3))
    assert hub.decisions() == DECISIONS
    return outcome(hub)


@pytest.fixture(scope="module")
def expected() -> str:
    """Run the scenario once, undisturbed, before a loop of a test runs."""
    return undisturbed()


def as_expected(hub: Hub, expected: str) -> bool:
    return str(sorted((key, str(value)) for key, value in outcome(hub).items())) == expected


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize("batch", [1, 3, 500])
@pytest.mark.parametrize("step", list(Step))
async def test_killed_right_after_a_durable_step(expected: str, step: Step, batch: int, after: int) -> None:
    """A process killed after any step, in any batch, is mended by the next one: same decisions, same feeds."""
    hub = scenario()
    if batch == 500 and after:
        after = 0
    with pytest.raises(Killed):
        await hub.drive(hub.killed_at(step, after=after), batch=batch)
    await hub.drive(hub.process(), batch=3)
    assert as_expected(hub, expected)
    assert hub.decisions() == DECISIONS


@pytest.mark.parametrize("step", list(Step))
async def test_killed_again_and_again(expected: str, step: Step) -> None:
    """Processes that die one after the other at the same step of their second batch lose and double nothing."""
    hub = scenario()
    kills = 0
    for _ in range(9):
        try:
            await hub.drive(hub.killed_at(step, after=1), batch=1)
        except Killed:
            kills += 1
    assert kills >= 3
    await hub.drive(hub.process())
    assert as_expected(hub, expected)


@pytest.mark.parametrize("stored", [0, 1, 2, None], ids=["not applied", "one", "two", "applied"])
@pytest.mark.parametrize("topic", [AUDIT, *FEEDS, QUARANTINE])
@pytest.mark.parametrize("same_process", [True, False], ids=["goes on", "restarts"])
async def test_a_write_of_unknown_fate(expected: str, topic: str, stored: int | None, *, same_process: bool) -> None:
    """A failed write, stored not at all, in part or whole, is mended by the same call or by a restart."""
    hub = scenario()
    hub.log.fail_write(topic, stored=stored)
    process = hub.process()
    if same_process:
        await hub.drive(process)
    else:
        with pytest.raises(AssertionError):
            await hub.drive(process, tries=1)
        await hub.drive(hub.process(), batch=2)
    assert as_expected(hub, expected)
    assert hub.decisions() == DECISIONS


@pytest.mark.parametrize("topic", [AUDIT, SUBMIT.topic])
async def test_a_read_that_fails(expected: str, topic: str) -> None:
    """A log that does not answer a read decides nothing; the same call goes on later."""
    hub = scenario()
    hub.log.fail_read(topic, times=2)
    await hub.drive(hub.process(), batch=2)
    assert as_expected(hub, expected)


async def test_the_follower_of_the_audit_log_is_opened_again(expected: str) -> None:
    """When the open reader fails between two batches, a new one reads on where it stopped."""
    hub = scenario()
    process = hub.process()
    await process.assigned(SUBMIT, None)
    records = hub.log.records(SUBMIT.topic)
    done = await process.batch(SUBMIT, records[:2])
    assert done is not None
    hub.committed[SUBMIT] = done
    await process._tail._let_go()
    await hub.drive(process, assign=False)
    assert as_expected(hub, expected)


async def test_a_commit_that_was_lost(expected: str) -> None:
    """A batch whose commit never arrived comes again after the next assignment and changes nothing."""
    hub = scenario()
    process = hub.process()
    await process.assigned(SUBMIT, None)
    await process.batch(SUBMIT, hub.log.records(SUBMIT.topic)[:4])
    await hub.drive(process)
    assert as_expected(hub, expected)
    assert hub.decisions() == DECISIONS


class Hidden(MemoryLog):
    """A log whose end of `audit` stays invisible to followers."""

    def _next(self, topic: str, partition: int, position: int, end: int | None) -> list:  # type: ignore[type-arg]
        if topic == AUDIT and end is None:
            self.clock.advance(seconds=READ_BACK.total_seconds() + 1)  # type: ignore[attr-defined]
            return []
        return super()._next(topic, partition, position, end)


async def test_a_leaf_that_cannot_be_read_back_delivers_nothing() -> None:
    """While the own leaf stays invisible, nothing goes to any feed, and the wait is bounded."""
    hub = Hub()
    hub.submit()
    records = hub.log.records(SUBMIT.topic)
    hub.log = Hidden(hub.clock)
    process = hub.process()
    await process.assigned(SUBMIT, None)
    hub.log._partitions[SUBMIT.topic, 0].records.extend(records)
    with pytest.raises(LogUnavailable):
        await process.batch(SUBMIT, records)
    assert {item.topic for item in hub.log.writes} == {AUDIT}


@pytest.mark.parametrize("breaks", [lambda log: log.fail_write(AUDIT, stored=0), lambda log: log.fail_read(AUDIT)])
async def test_no_audit_no_service(breaks: Callable[[MemoryLog], None]) -> None:
    """While `audit` cannot be written or read, nothing is delivered and nothing is committed."""
    hub = scenario()
    breaks(hub.log)
    with pytest.raises(AssertionError):
        await hub.drive(hub.process(), tries=1)
    assert hub.log.writes == []
    assert hub.committed == {}

"""What admission puts on record and sends, batch by batch, when nothing fails."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import msgspec
import pytest
from structlog.testing import capture_logs

from broker.ports import Commit, TopicPartition
from contracts.audit_log import audit_key
from contracts.encoding import sha256
from contracts.errors import AuthorisationError, ClockFault, TrustStale
from contracts.wire import Feed, Notice, Quarantine, Reference
from tests.support import envelope_world as world
from tests.support.hub import AUDIT, SUBMIT, Hub, ending, receipt


async def test_an_admitted_event_reaches_its_recipients_and_its_issuer() -> None:
    """Each recipient gets its own copy, the issuer a notice, and the audit log the signed part."""
    hub = Hub()
    made = hub.submit()
    await hub.drive(hub.process())
    (audit,) = hub.audits()
    leaf = audit.leaf
    assert (leaf.decision, leaf.code, leaf.gap, leaf.trust) == ("admitted", None, 0, 7)
    assert (leaf.record, leaf.jws) == (made.composed.record_hash, made.composed.signing_input_hash)
    assert audit.disclosed == (made.composed.disclosures["audience"], made.composed.disclosures["handling"])
    assert hub.log.records(AUDIT)[0].key == audit_key(SUBMIT.topic, 0)
    for to in ("BE-FGP", "DE-BKA", "FR-PNJ"):
        (record,) = hub.log.records(world.TOPICS.feed(to))
        assert record.key == f"NL-POL/{made.claims.jti}".encode()
        assert record.headers == made.submitted().headers
        assert msgspec.json.decode(record.value or b"", type=Feed).leaf == leaf
    notice = hub.feed("NL-POL")[f"notice/{made.claims.jti}".encode()]
    assert msgspec.json.decode(notice or b"", type=Notice).leaf == leaf
    assert hub.committed[SUBMIT] == Commit(offset=1, metadata='{"audit":0,"gen":1,"seq":1}')


async def test_a_refused_record_blocks_nobody() -> None:
    """Bytes that are no record get a leaf and a quarantine record, and the records around them go on."""
    hub = Hub()
    first = hub.submit()
    hub.submit_bytes(b"{}")
    hub.submit_bytes(None)
    hub.submit_bytes(b"\xff" * 100)
    second = hub.submit()
    await hub.drive(hub.process())
    assert hub.decisions() == ["admitted", "E02-member", "E01-empty", "E02-json", "admitted"]
    assert hub.events("DE-BKA") == [first.claims.jti, second.claims.jti]
    assert list(hub.quarantined()) == [b"0/1", b"0/2", b"0/3"]
    record = msgspec.json.decode(hub.quarantined()[b"0/2"] or b"", type=Quarantine)
    assert record.leaf.record == sha256(b"")
    assert record.leaf.jws is None
    assert all(audit.jws is msgspec.UNSET for audit in hub.audits()[1:4])


async def test_a_repeat_is_noted_and_not_delivered() -> None:
    """The same number again: leaf `repeat`, its own notice beside the admission notice, no second delivery."""
    hub = Hub()
    made = hub.submit()
    hub.submit(made)
    await hub.drive(hub.process())
    assert hub.decisions() == ["admitted", "E09-repeat"]
    assert len(hub.log.records(world.TOPICS.feed("DE-BKA"))) == 1
    jti = made.claims.jti
    assert list(hub.feed("NL-POL")) == [f"notice/{jti}".encode(), f"repeat/{jti}/0/1".encode()]
    assert hub.quarantined() == {}


async def test_a_gap_is_admitted_and_counted() -> None:
    """Skipped numbers are admitted, stand in the leaf and are reported."""
    hub = Hub()
    hub.submit()
    hub.submit(seq=5)
    with capture_logs() as lines:
        await hub.drive(hub.process())
    assert [audit.leaf.gap for audit in hub.audits()] == [0, 3]
    assert [line["gap"] for line in lines if line["event"] == "record.gap"] == [3]


async def test_a_record_refused_at_order_still_moves_the_head() -> None:
    """A newer generation that does not begin with 1 is refused and nothing can take its number later."""
    hub = Hub()
    hub.submit()
    hub.submit(gen=2, seq=4)
    hub.submit(gen=2, seq=4)
    hub.submit(gen=2)
    await hub.drive(hub.process())
    assert hub.decisions() == ["admitted", "E09-generation", "E09-repeat", "admitted"]
    assert hub.committed[SUBMIT].metadata == '{"audit":3,"gen":2,"seq":5}'


async def test_an_update_is_delivered_before_the_old_version_goes() -> None:
    """The tombstone of the version before stands behind the new version in every feed of its audience."""
    hub = Hub()
    old = hub.submit()
    new = hub.submit(ver=2, ref=(Reference(iss="NL-POL", jti=old.claims.jti),))
    await hub.drive(hub.process())
    for to in ("BE-FGP", "DE-BKA", "FR-PNJ"):
        keys = [(record.key, record.value is None) for record in hub.log.records(world.TOPICS.feed(to))]
        before, after = f"NL-POL/{old.claims.jti}".encode(), f"NL-POL/{new.claims.jti}".encode()
        assert keys == [(before, False), (after, False), (before, True)]


@pytest.mark.parametrize("kind", ["erase.v1", "recall.v1", "withdraw.v1"])
async def test_an_ending_event_removes_what_it_names_where_it_goes(kind: str) -> None:
    """Everything named is removed from the feeds of the event's own audience, and from no other."""
    hub = Hub()
    first = hub.submit()
    second = hub.submit(ver=2, ref=(Reference(iss="NL-POL", jti=first.claims.jti),))
    end = hub.submit(**ending(kind, first, second, to=("DE-BKA", "BE-FGP")))
    await hub.drive(hub.process())
    assert hub.decisions() == ["admitted"] * 3
    assert hub.events("DE-BKA") == hub.events("BE-FGP") == [end.claims.jti]
    assert hub.events("FR-PNJ") == [second.claims.jti]


async def test_a_receipt_removes_nothing() -> None:
    """An answer names events of somebody else, and they stay."""
    hub = Hub()
    made = hub.submit()
    answer = hub.submit(iss="DE-BKA", **receipt("receipt.v1", made))
    process = hub.process()
    await hub.drive(process)
    await hub.drive(process, TopicPartition(answer.composed.topic, 0))
    assert hub.decisions() == ["admitted", "admitted"]
    assert hub.events("DE-BKA") == [made.claims.jti]
    assert hub.events("NL-POL") == [answer.claims.jti]


async def test_partitions_share_one_reader() -> None:
    """Two partitions in turn, interleaved on the audit log, keep their own heads."""
    hub = Hub()
    process = hub.process()
    other = TopicPartition(world.TOPICS.submit("DE-BKA"), 0)
    for _ in range(3):
        hub.submit()
        await hub.drive(process, assign=SUBMIT not in hub.committed)
        hub.submit(iss="DE-BKA", audience=(world.entry("BE-FGP", world.BORDER),))
        await hub.drive(process, other, assign=other not in hub.committed)
    assert hub.decisions() == ["admitted"] * 6
    assert hub.committed[SUBMIT].metadata == '{"audit":4,"gen":1,"seq":3}'
    assert hub.committed[other].metadata == '{"audit":5,"gen":1,"seq":3}'


async def test_a_batch_larger_than_the_bound_is_worked_off_in_parts() -> None:
    """More records than are put on record together are taken in order, part by part."""
    hub = Hub()
    for _ in range(1_100):
        hub.submit_bytes(b"x")
    await hub.drive(hub.process(), batch=2_000)
    assert hub.decisions() == ["E02-json"] * 1_100
    assert hub.committed[SUBMIT].offset == 1_100


async def test_what_is_done_is_not_done_again() -> None:
    """Records that come once more in the same assignment change nothing."""
    hub = Hub()
    hub.submit()
    process = hub.process()
    await hub.drive(process)
    written = len(hub.log.writes)
    assert await process.batch(SUBMIT, hub.log.records(SUBMIT.topic)) == hub.committed[SUBMIT]
    assert len(hub.log.writes) == written


async def test_stale_trust_decides_nothing() -> None:
    """Without fresh trust nothing is refused and nothing written; afterwards everything is admitted."""
    hub = Hub()
    hub.submit()
    hub.trust.stale = True
    process = hub.process()
    await process.assigned(SUBMIT, None)
    with pytest.raises(TrustStale):
        await process.batch(SUBMIT, hub.log.records(SUBMIT.topic))
    assert hub.log.writes == []
    hub.trust.stale = False
    await hub.drive(process, assign=False)
    assert hub.decisions() == ["admitted"]


async def test_a_record_ahead_of_our_clock_halts() -> None:
    """An append time more than 30 s ahead of our clock: nothing is judged, nothing is refused."""
    hub = Hub()
    hub.clock.advance(seconds=31)
    hub.submit_bytes(b"x")
    hub.clock.advance(seconds=-31)
    with capture_logs() as lines, pytest.raises(ClockFault):
        await hub.drive(hub.process())
    assert hub.log.writes == []
    assert "clock.fault" in [line["event"] for line in lines]
    hub.clock.advance(seconds=1)
    await hub.drive(hub.process())
    assert hub.decisions() == ["E02-json"]


async def test_a_record_stamped_before_the_end_was_read_halts() -> None:
    """What comes after the partition was read to its end cannot be stamped 30 s before that."""
    hub = Hub()
    hub.submit_bytes(b"x")
    process = hub.process()
    await hub.drive(process)
    hub.clock.advance(seconds=-31)
    hub.submit_bytes(b"y")
    hub.clock.advance(seconds=31)
    with pytest.raises(ClockFault):
        await hub.drive(process, assign=False)
    assert hub.decisions() == ["E02-json"]


async def test_an_idle_partition_keeps_the_bound_close() -> None:
    """What is known to be read to its end again and again cannot bring a record from before, however long it idled."""
    hub = Hub()
    hub.submit_bytes(b"x")
    process = hub.process()
    await hub.drive(process)
    hub.clock.advance(hours=5)
    await process._note_ends()
    hub.log.fail_read(SUBMIT.topic)
    await process._note_ends()
    hub.clock.advance(seconds=-31)
    hub.submit_bytes(b"y")
    hub.clock.advance(seconds=31)
    with pytest.raises(ClockFault):
        await hub.drive(process, assign=False)


async def test_a_cancelled_batch_leaves_no_belief_behind() -> None:
    """A batch that is cancelled half way is worked off from the log by the next call, with the right head."""
    hub = Hub()
    hub.submit()
    process = hub.process()
    await process.assigned(SUBMIT, None)
    task = asyncio.create_task(process.batch(SUBMIT, hub.log.records(SUBMIT.topic)))
    async for _ in hub.log.read(AUDIT, follow=True):
        if hub.log.records(AUDIT):
            break
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await hub.drive(process, assign=False)
    assert set(hub.decisions()) == {"admitted"}
    assert len(hub.events("DE-BKA")) == 1


async def test_an_old_backlog_is_no_clock_fault() -> None:
    """Records that waited on the topic for two days are judged by their append time."""
    hub = Hub()
    hub.submit()
    hub.submit()
    hub.clock.advance(days=2)
    process = hub.process()
    await hub.drive(process, batch=1)
    assert hub.decisions() == ["admitted", "admitted"]


async def test_records_lost_before_they_were_judged_are_reported() -> None:
    """When retention took undecided records, the loss is reported and the rest goes on."""
    hub = Hub()
    for _ in range(4):
        hub.submit_bytes(b"x")
    process = hub.process()
    await process.assigned(SUBMIT, None)
    records = hub.log.records(SUBMIT.topic)
    await process.batch(SUBMIT, records[:1])
    with capture_logs() as lines:
        await process.batch(SUBMIT, records[3:])
    (gap,) = [line for line in lines if line["event"] == "submit.gap"]
    assert (gap["offset"], gap["count"]) == (1, 2)
    assert [audit.leaf.position.offset for audit in hub.audits()] == [0, 3]


async def test_what_the_log_refuses_is_not_swallowed() -> None:
    """A feed that the broker may not write stops the batch before its commit."""
    hub = Hub()
    hub.submit()
    hub.log.deny(world.TOPICS.feed("DE-BKA"))
    with pytest.raises(AuthorisationError):
        await hub.drive(hub.process())
    assert hub.committed == {}


async def test_log_lines_carry_codes_and_places_only() -> None:
    """No line of a refusal names more than code, place and hash."""
    hub = Hub()
    hub.submit_bytes(b'{"surname":"Voorbeeld"}')
    with capture_logs() as lines:
        await hub.drive(hub.process())
    (line,) = [line for line in lines if line["event"] == "record.refused"]
    assert line.keys() <= {"event", "log_level", "code", "record", "topic", "partition", "offset"}
    assert "Voorbeeld" not in str(lines)


async def test_revoked_partitions_are_forgotten() -> None:
    """After a revocation the next assignment begins from the log."""
    hub = Hub()
    hub.submit()
    process = hub.process()
    await hub.drive(process)
    await process.revoked([SUBMIT])
    assert process._states == {}
    hub.submit()
    await hub.drive(process)
    assert hub.decisions() == ["admitted", "admitted"]

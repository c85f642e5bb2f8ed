"""Where a partition stands after a restart, and what a second writer cannot do."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from structlog.testing import capture_logs

from broker.admission import heads
from broker.admission.heads import recover
from broker.admission.process import AdmissionProcess, Step
from broker.admission.recorded import recorded
from broker.envelope.order import Head
from broker.ports import Commit, Incoming
from contracts.audit_log import audit_key
from contracts.encoding import canonical, sha256
from contracts.errors import AuditGap
from contracts.wire import Audit
from tests.support import envelope_world as world
from tests.support.hub import AUDIT, SUBMIT, Hub, Killed


async def admitted(count: int) -> Hub:
    hub = Hub()
    for _ in range(count):
        hub.submit()
    await hub.drive(hub.process(), batch=2)
    return hub


async def test_restart_from_metadata_reads_from_the_last_leaf() -> None:
    """With metadata the head is known at once and `audit` is read from the last committed leaf on."""
    hub = await admitted(5)
    hub.log.prune(AUDIT, 4)
    state = await recover(hub.log, world.TOPICS, SUBMIT, hub.committed[SUBMIT])
    assert (state.next, state.head, state.on_record, state.cursor) == (5, Head(1, 5), {}, 5)


@pytest.mark.parametrize("metadata", ["", "null", '{"audit":0,"gen":1}', '{"gen":1,"audit":0,"seq":9}'])
async def test_metadata_that_is_not_ours_is_rebuilt(metadata: str) -> None:
    """Without metadata in its one spelling the head is rebuilt from `audit`."""
    hub = await admitted(3)
    hub.committed[SUBMIT] = Commit(offset=3, metadata=metadata)
    state = await recover(hub.log, world.TOPICS, SUBMIT, hub.committed[SUBMIT])
    assert (state.next, state.head) == (3, Head(1, 3))
    hub.submit(seq=3)
    hub.submit()
    await hub.drive(hub.process())
    assert hub.decisions() == ["admitted"] * 3 + ["E09-repeat", "admitted"]


async def test_without_any_commit_decisions_stand_and_feeds_come_again() -> None:
    """When the group's offsets are lost, every record keeps its decision; the last ones are delivered again."""
    hub = await admitted(4)
    before = {topic: hub.log.latest(topic) for topic in hub.log.topics()}
    hub.committed.clear()
    await hub.drive(hub.process())
    assert {topic: hub.log.latest(topic) for topic in hub.log.topics()} == before
    assert len(hub.audits()) == 4
    assert hub.committed[SUBMIT] == Commit(offset=4, metadata='{"audit":3,"gen":1,"seq":4}')


async def test_a_rebuild_keeps_a_bounded_number_of_decisions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long history only the last decisions are held; older records are done for sure and are skipped."""
    monkeypatch.setattr(heads, "REDELIVERED", 3)
    hub = await admitted(8)
    state = await recover(hub.log, world.TOPICS, SUBMIT, None)
    assert (state.next, list(state.on_record), state.head) == (5, [5, 6, 7], Head(1, 5))
    hub.committed.clear()
    written = len(hub.log.writes)
    await hub.drive(hub.process())
    assert len(hub.audits()) == 8
    assert len(hub.log.writes) - written == 3 * 4
    assert hub.committed[SUBMIT].metadata == '{"audit":7,"gen":1,"seq":8}'


async def test_nothing_committed_and_nothing_on_record() -> None:
    """A new partition begins with an empty head, whatever its first kept offset is."""
    hub = Hub()
    state = await recover(hub.log, world.TOPICS, SUBMIT, None)
    assert (state.next, state.head) == (None, Head(0, 0))
    state = await recover(hub.log, world.TOPICS, SUBMIT, Commit(offset=0, metadata=""))
    assert (state.next, state.head) == (0, Head(0, 0))


@pytest.mark.parametrize("metadata", ["", '{"audit":2,"gen":1,"seq":3}'], ids=["without", "with metadata"])
async def test_a_committed_position_without_leaf_halts(metadata: str) -> None:
    """An audit log that lost the leaf of a committed position stops the broker before it judges anything."""
    hub = await admitted(3)
    hub.log._partitions[AUDIT, 0].records.pop()
    hub.committed[SUBMIT] = Commit(offset=3, metadata=metadata)
    with pytest.raises(AuditGap):
        await hub.drive(hub.process())


@pytest.mark.parametrize("value", [None, b"{}", b"x"])
async def test_a_damaged_audit_log_halts(value: bytes | None) -> None:
    """A record of the partition that is no leaf stops the broker."""
    hub = Hub()
    hub.log.append(AUDIT, value, key=audit_key(SUBMIT.topic, 0))
    hub.submit()
    with pytest.raises(AuditGap):
        await hub.drive(hub.process())


async def test_damage_that_appears_between_batches_halts_too() -> None:
    """The reader that is open meets the damage, and the next call would meet it again."""
    hub = await admitted(1)
    process = hub.process()
    await process.assigned(SUBMIT, hub.committed[SUBMIT])
    hub.log.append(AUDIT, b"{}", key=audit_key(SUBMIT.topic, 0))
    hub.submit()
    for _ in range(2):
        with pytest.raises(AuditGap):
            await process.batch(SUBMIT, hub.log.records(SUBMIT.topic)[1:])


async def test_a_zombie_gives_the_partition_up() -> None:
    """A paused first owner finds its leaves void, delivers nothing and follows the decisions of the second."""
    hub = Hub()
    made = [hub.submit() for _ in range(3)]
    zombie, owner = hub.process(), hub.process()
    await zombie.assigned(SUBMIT, None)
    await hub.drive(owner)
    fed = len(hub.log.records(world.TOPICS.feed("DE-BKA")))
    with capture_logs() as lines:
        assert await zombie.batch(SUBMIT, hub.log.records(SUBMIT.topic)) is None
    assert "leaf.void" in [line["event"] for line in lines]
    assert len(hub.log.records(world.TOPICS.feed("DE-BKA"))) == fed
    assert len(hub.audits()) == 6
    hub.submit()
    await hub.drive(zombie)
    assert hub.events("DE-BKA") == [*(item.claims.jti for item in made), hub.made[-1].claims.jti]
    assert hub.decisions()[-1] == "admitted"


async def test_a_zombie_that_writes_first_decides() -> None:
    """When the paused instance's leaf comes first, it is the decision, and the new owner gives way and follows."""
    hub = Hub()
    hub.submit()
    hub.submit()
    owner = hub.process()
    await owner.assigned(SUBMIT, None)
    with pytest.raises(Killed):
        await hub.drive(hub.killed_at(Step.ON_RECORD), batch=1)
    assert await owner.batch(SUBMIT, hub.log.records(SUBMIT.topic)) is None
    assert hub.events("DE-BKA") == []
    await hub.drive(owner)
    assert hub.events("DE-BKA") == [made.claims.jti for made in hub.made]
    deciding = {}
    for audit in hub.audits():
        deciding.setdefault(audit.leaf.position.offset, audit.leaf.decision)
    assert deciding == {0: "admitted", 1: "admitted"}


async def test_an_instance_behind_cannot_decide_a_position_left_out() -> None:
    """A leaf below the highest decided position is void, so an instance far behind gives the partition up."""
    hub = Hub()
    for _ in range(3):
        hub.submit_bytes(b"x")
    late = hub.process()
    await late.assigned(SUBMIT, None)
    other = hub.process()
    await other.assigned(SUBMIT, None)
    await other.batch(SUBMIT, hub.log.records(SUBMIT.topic)[2:])
    assert await late.batch(SUBMIT, hub.log.records(SUBMIT.topic)[:1]) is None


async def killed_with_decisions(hub: Hub) -> AdmissionProcess:
    for _ in range(2):
        hub.submit()
    hub.submit_bytes(b"{}")
    hub.submit(hub.made[0])
    with pytest.raises(Killed):
        await hub.drive(hub.killed_at(Step.READ_BACK))
    return hub.process()


async def test_decisions_on_record_outlive_a_revocation() -> None:
    """What was admitted before a key was revoked is delivered as it stands on record, and is not judged anew."""
    hub = Hub()
    process = await killed_with_decisions(hub)
    hub.trust.views[7] = world.trust_with_key(revoked_from=world.NOW_S - 60)
    with capture_logs() as lines:
        await hub.drive(process)
    assert hub.decisions() == ["admitted", "admitted", "E02-member", "E09-repeat"]
    assert hub.events("DE-BKA") == [made.claims.jti for made in hub.made]
    assert [line["event"] for line in lines].count("decision.kept") == 3
    assert len(hub.quarantined()) == 1
    assert len([key for key in hub.feed("NL-POL") if (key or b"").startswith(b"repeat/")]) == 1


async def test_decisions_are_repeated_with_the_trust_that_they_name() -> None:
    """A restart under a newer trust list judges what is on record by the list that the leaf names."""
    hub = Hub()
    process = await killed_with_decisions(hub)
    gone = world.trust_with_key(revoked_from=world.NOW_S - 60)
    hub.trust.views[8] = replace(gone, version=8)
    with capture_logs() as lines:
        await hub.drive(process)
    assert "decision.kept" not in [line["event"] for line in lines]
    hub.submit()
    await hub.drive(process)
    assert hub.decisions()[-1] == "E06-revoked"
    assert hub.audits()[-1].leaf.trust == 8


async def test_a_trust_list_that_is_not_kept_leaves_the_leaf_alone_to_count() -> None:
    """Without the list that the leaf names the decision is followed from the log."""
    hub = Hub()
    process = await killed_with_decisions(hub)
    hub.trust.views = {9: replace(world.trust(), version=9)}
    await hub.drive(process)
    assert hub.events("DE-BKA") == [made.claims.jti for made in hub.made]


async def test_other_bytes_at_a_decided_position_halt() -> None:
    """When the submit topic has other bytes at a position than the leaf says, nothing is delivered."""
    hub = Hub()
    process = await killed_with_decisions(hub)
    held = hub.log._partitions[SUBMIT.topic, 0].records
    held[0] = replace(held[0], value=b"other")
    with pytest.raises(AuditGap):
        await hub.drive(process)
    assert hub.events("DE-BKA") == []


def on_record(audit: Audit, hub: Hub) -> Incoming:
    return hub.log.append(AUDIT, canonical(audit), key=audit_key(SUBMIT.topic, 0))


@pytest.mark.parametrize("jws", [None, "a.b", "a.!.c", "a.e30.c"], ids=["none", "two parts", "base64", "claims"])
async def test_an_admission_on_record_that_cannot_be_followed_halts(jws: str | None) -> None:
    """A leaf that admits without a readable signed part stops the broker."""
    hub = Hub()
    made = hub.submit()
    leaf = made.leaf(position=world.Position(topic=SUBMIT.topic, partition=0, offset=0), trust=1)
    on_record(Audit(leaf=leaf) if jws is None else Audit(leaf=leaf, jws=jws), hub)
    with pytest.raises(AuditGap):
        await hub.drive(hub.process())


async def test_an_admission_on_record_without_audience_halts() -> None:
    """So does one whose audience cannot be read, or that admits bytes that are no record."""
    hub = Hub()
    made = hub.submit()
    leaf = made.leaf(position=world.Position(topic=SUBMIT.topic, partition=0, offset=0), trust=1)
    on_record(Audit(leaf=leaf, jws=_jws(made)), hub)
    with pytest.raises(AuditGap):
        await hub.drive(hub.process())
    other = Hub()
    other.submit_bytes(b"{}")
    on_record(
        Audit(
            leaf=msgspec.structs.replace(leaf, record=sha256(b"{}")),
            jws=_jws(made),
            disclosed=(made.composed.disclosures["audience"], made.composed.disclosures["handling"]),
        ),
        other,
    )
    with pytest.raises(AuditGap):
        await other.drive(other.process())


def _jws(made: world.Made) -> str:
    return str(msgspec.json.decode(made.composed.record)["jws"])


async def test_claims_of_a_leaf_alone_are_none() -> None:
    """A record that did not pass step 8 has no claims on record, and does not move the head."""
    hub = Hub()
    hub.submit_bytes(b"x")
    await hub.drive(hub.process())
    assert recorded(hub.log.records(AUDIT)[0].value, offset=0).claims() is None
    hub.committed[SUBMIT] = Commit(offset=1, metadata="")
    assert (await recover(hub.log, world.TOPICS, SUBMIT, hub.committed[SUBMIT])).head == Head()

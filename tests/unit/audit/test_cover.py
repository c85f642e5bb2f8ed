"""Replayed leaves against checkpoints that are forged, bent, missing, repeated or forked."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from broker.audit.findings import FindingCode
from contracts.encoding import canonical
from contracts.wire import Checkpoint
from tests.support.audited import TOPICS, Audited, busy
from tests.support.hub import AUDIT


async def test_a_forged_checkpoint_is_refused() -> None:
    """A checkpoint whose signature does not hold counts for nothing, and the leaves stay covered by the others."""
    hub = await busy()
    held = hub.log._partitions[TOPICS.checkpoints, 0].records
    held[2] = replace(held[2], value=(held[2].value or b"").replace(b"baken/live ", b"baken/live x"))
    result = await hub.replay()
    assert [(finding.code, finding.offset) for finding in result.findings] == [(FindingCode.CHECKPOINT_REFUSED, 2)]
    assert (result.checkpoints, result.signed) == (4, 55)


@pytest.mark.parametrize("member", ["leaves", "frontier"])
async def test_what_stands_beside_the_note_is_checked(member: str) -> None:
    """Leaf hashes or a frontier that do not belong to the signed root are found at their checkpoint."""
    hub = await busy()
    held = hub.log._partitions[TOPICS.checkpoints, 0].records
    value = msgspec.json.decode(held[1].value or b"", type=Checkpoint)
    wrong = msgspec.structs.replace(value, **{member: tuple(reversed(getattr(value, member)))})
    held[1] = replace(held[1], value=canonical(wrong))
    result = await hub.replay()
    assert [(finding.code, finding.offset) for finding in result.findings] == [(FindingCode.CHECKPOINT_LEAVES, 1)]


async def test_a_missing_checkpoint_is_found_and_bridged() -> None:
    """A gap in the checkpoints is found; the root of the next one covers its leaves."""
    hub = await busy()
    del hub.log._partitions[TOPICS.checkpoints, 0].records[1]
    result = await hub.replay()
    assert [(finding.code, finding.offset) for finding in result.findings] == [(FindingCode.CHECKPOINT_OFFSET, 2)]
    assert result.signed == 55


async def test_a_repeated_checkpoint_is_no_finding_and_another_root_is() -> None:
    """The same size with the same root may stand twice; with another root it is a fork."""
    hub = await busy()
    again = hub.log.records(TOPICS.checkpoints)[1]
    hub.log.append(again.topic, again.value, key=again.key)
    result = await hub.replay()
    assert (result.verified, result.checkpoints) == (True, 6)
    other = await busy()
    fork = Audited()
    for _ in range(22):
        fork.submit_bytes(b"other")
    await fork.drive(fork.process())
    await fork.checkpointer().catch_up()
    lie = fork.log.records(TOPICS.checkpoints)[0]
    other.log.append(lie.topic, lie.value, key=lie.key)
    result = await other.replay()
    assert [(finding.code, finding.offset) for finding in result.findings] == [(FindingCode.CHECKPOINT_FORK, 5)]


async def test_a_checkpoint_far_back_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint too far back to be compared is not passed over."""
    monkeypatch.setattr("broker.audit.window.WINDOW_LEAVES", 10)
    hub = await busy()
    again = hub.log.records(TOPICS.checkpoints)[0]
    hub.log.append(again.topic, again.value, key=again.key)
    assert [item.code.value for item in (await hub.replay()).findings] == ["checkpoint-late"]


@pytest.mark.parametrize("frontier", [True, False])
async def test_a_root_that_nothing_gives_is_reported_with_its_range(frontier: bool) -> None:
    """When neither log nor leaf hashes give a signed root, the range in doubt is named and the next ones go on."""
    hub = await busy()
    held = hub.log._partitions[AUDIT, 0].records
    held[13] = replace(held[13], value=(held[13].value or b"").replace(b'"trust":7', b'"trust":6'))
    points = hub.log._partitions[TOPICS.checkpoints, 0].records
    value = msgspec.json.decode(points[1].value or b"", type=Checkpoint)
    wrong = msgspec.structs.replace(value, leaves=(), **({} if frontier else {"frontier": ()}))
    points[1] = replace(points[1], value=canonical(wrong))
    result = await hub.replay()
    found = [
        (item.code, item.offset, item.index) for item in result.findings if item.code is FindingCode.CHECKPOINT_ROOT
    ]
    assert found[0] == (FindingCode.CHECKPOINT_ROOT, 1, 11)
    assert not result.verified
    if frontier:
        assert (len(found), result.signed) == (1, 55)

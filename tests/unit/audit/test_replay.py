"""The auditor's replay: what it confirms, and what it finds in a log that is whole or is not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from broker.audit import findings as findings_module
from broker.audit.findings import AuditFinding, FindingCode, Findings
from broker.audit.replay import load_trust, replay
from broker.audit.report import AuditResult
from contracts.audit_log import audit_key
from contracts.encoding import canonical
from contracts.errors import TrustRefused, UsageError
from contracts.wire import Audit, Position
from tests.support import envelope_world as world
from tests.support.audited import TOPICS, Audited, busy, dishonest
from tests.support.hub import AUDIT, SUBMIT
from tests.support.memory_log import MemoryLog
from tests.support.world import World


def codes(result: AuditResult) -> list[str]:
    return [finding.code.value for finding in result.findings]


async def test_a_whole_log_is_verified() -> None:
    """Every leaf is covered by a checkpoint, every decision is confirmed, every disclosure is listed."""
    hub = await busy()
    result = await hub.replay()
    assert result.verified
    assert (result.leaves, result.signed, result.checkpoints) == (55, 55, 5)
    assert result.decisions == {"admitted": 45, "refused": 5, "repeat": 5}
    assert result.refusals == {"E02-json": 5}
    assert result.repeats == {"honest": 5}
    assert (result.gaps, result.void, result.reverified) == (0, 0, 50)
    assert codes(result) == []
    lines = {(line.to, line.type): line for line in result.disclosures if line.iss == "NL-POL"}
    line = lines["DE-BKA", "suspect-alert.v1"]
    assert (line.count, line.purpose, line.basis, line.profile) == (
        25,
        "locate_suspect",
        ("dir-2023-977:art7",),
        "liaison",
    )
    assert line.last - line.first == 4 * 60_000


async def test_the_result_is_plain_json() -> None:
    """The verdict can be written as JSON as it is, and names no content."""
    result = await (await busy()).replay()
    text = json.dumps(result.to_json())
    assert json.loads(text)["verified"] is True
    assert "Voorbeeld" not in text
    assert all(erasure["complete"] for erasure in json.loads(text)["erasures"])


async def test_leaves_behind_the_last_checkpoint_are_a_remark() -> None:
    """What nobody signed yet is counted and does not speak against the log."""
    hub = await busy()
    hub.submit()
    hub.submit()
    await hub.drive(hub.process())
    result = await hub.replay()
    assert result.verified
    (finding,) = result.findings
    assert (finding.code, finding.offset, finding.count) == (FindingCode.LEAF_UNSIGNED, 55, 2)
    assert (result.leaves, result.signed) == (57, 55)


async def test_an_empty_log_is_whole() -> None:
    """Nothing was decided and nothing signed."""
    result = await Audited().replay()
    assert result.verified
    assert result.leaves == result.signed == 0


async def test_a_large_log_over_many_checkpoints() -> None:
    """Thousands of leaves in full checkpoints have the signed root at every one."""
    hub = Audited()
    for _ in range(3_200):
        hub.submit_bytes(b"x")
    await hub.drive(hub.process())
    await hub.checkpointer().catch_up()
    result = await hub.replay()
    assert (result.verified, result.checkpoints, result.signed) == (True, 4, 3_200)


async def test_no_trust_no_audit() -> None:
    """Without a trust list no checkpoint key is known, and the caller is told so."""
    hub = await busy()
    hub.trust.views = {}
    with pytest.raises(UsageError):
        await hub.replay()


async def test_repeats_tell_a_resend_from_other_content() -> None:
    """The same bytes are an honest resend, other content under a used number is a remark, a skipped number unknown."""
    hub = Audited()
    first = hub.submit()
    hub.submit(first)
    hub.submit(seq=1)
    hub.submit(seq=4)
    hub.submit(seq=3)
    await hub.work()
    result = await hub.replay()
    assert hub.decisions() == ["admitted", "E09-repeat", "E09-repeat", "admitted", "E09-repeat"]
    assert result.repeats == {"honest": 1, "other-content": 1, "unknown": 1}
    assert result.gaps == 2
    assert result.verified
    assert sorted(codes(result)) == ["repeat-other-content", "sequence-gap"]


async def test_void_leaves_are_listed_and_decide_nothing() -> None:
    """A later leaf for a position is counted as void; the first one stands."""
    hub = Audited()
    hub.submit()
    hub.submit()
    zombie = hub.process()
    await zombie.assigned(SUBMIT, None)
    await hub.drive(hub.process())
    assert await zombie.batch(SUBMIT, hub.log.records(SUBMIT.topic)) is None
    await hub.checkpointer().catch_up()
    result = await hub.replay()
    assert (result.verified, result.leaves, result.void) == (True, 4, 2)
    assert result.decisions == {"admitted": 2}
    assert codes(result) == ["void-leaf", "void-leaf"]


async def test_a_position_without_decision_is_found() -> None:
    """Positions of a submit partition follow each other; what was left out is located."""
    hub = Audited()
    for _ in range(4):
        hub.submit_bytes(b"x")
    process = hub.process()
    await process.assigned(SUBMIT, None)
    records = hub.log.records(SUBMIT.topic)
    await process.batch(SUBMIT, records[:1])
    await process.batch(SUBMIT, records[3:])
    await hub.checkpointer().catch_up()
    result = await hub.replay()
    (finding,) = result.findings
    assert (finding.code, finding.offset, finding.count) == (FindingCode.POSITION_GAP, 1, 2)
    assert finding.position == Position(topic=SUBMIT.topic, partition=0, offset=3)
    assert not result.verified
    assert finding.to_json()["position"] == {"topic": SUBMIT.topic, "partition": 0, "offset": 3}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"gap": 4}, "admitted"),
        ({"decision": "repeat", "code": "E09-repeat"}, "admitted"),
        ({"decision": "refused", "code": "E10-section"}, "admitted"),
        ({"code": "E10-section"}, "admitted"),
        ({"time": world.NOW_MS - 121_000}, "E07-future"),
        ({"jws": "A" * 43}, "E08-place"),
    ],
)
async def test_a_wrong_decision_is_found(changes: dict[str, object], says: str) -> None:
    """A broker that writes another decision than steps 3 to 10 give is found at that leaf, though it is signed."""
    hub = Audited()
    made = hub.make()
    leaf = {"position": Position(topic=SUBMIT.topic, partition=0, offset=0), **changes}
    hub.log.append(AUDIT, dishonest(made, **leaf), key=audit_key(SUBMIT.topic, 0))
    await hub.checkpointer().catch_up()
    result = await hub.replay()
    differs = [finding for finding in result.findings if finding.code is FindingCode.DECISION_DIFFERS]
    assert [finding.offset for finding in differs] == [0]
    assert differs[0].detail.endswith(f"say {says}")
    assert not result.verified


async def test_a_refusal_by_what_only_the_hub_saw_is_believed() -> None:
    """Step 11 concerns ciphertexts that no auditor sees: its refusals pass steps 3 to 10."""
    hub = Audited()
    leaf = {"position": Position(topic=SUBMIT.topic, partition=0, offset=0), "decision": "refused", "code": "E11-hash"}
    hub.log.append(AUDIT, dishonest(hub.make(), **leaf), key=audit_key(SUBMIT.topic, 0))
    await hub.checkpointer().catch_up()
    result = await hub.replay()
    assert result.verified
    assert result.disclosures == ()


async def test_refusals_of_steps_9_and_10_are_confirmed() -> None:
    """What the hub refused behind step 8 is refused again, with the same code."""
    hub = Audited()
    hub.submit()
    hub.submit(gen=2, seq=3)
    hub.submit(audience=(world.entry("DE-BKA", ("handling", "physical")),), seq=7, gen=2, sections={
        **world.SUSPECT, "physical": {"height_cm": 180},
    })  # fmt: skip
    await hub.work()
    result = await hub.replay()
    assert hub.decisions() == ["admitted", "E09-generation", "E10-section"]
    assert result.verified
    assert result.refusals == {"E09-generation": 1, "E10-section": 1}


async def test_a_trust_list_that_is_missing_is_named() -> None:
    """A leaf that names a list which is not here cannot be confirmed."""
    hub = Audited()
    hub.submit()
    await hub.work()
    hub.trust.views = {8: replace(hub.trust.views[7], version=8)}
    result = await hub.replay()
    assert codes(result) == ["trust-unknown"]
    assert not result.verified


async def test_a_leaf_with_the_wrong_parts_is_found() -> None:
    """A signed part that is missing behind step 8, or stands before it, is found; so is a foreign key."""
    hub = Audited()
    made = hub.make()
    place = {"position": Position(topic=SUBMIT.topic, partition=0, offset=0)}
    hub.log.append(AUDIT, canonical(Audit(leaf=made.leaf(**place))), key=audit_key(SUBMIT.topic, 0))
    place = {
        "position": Position(topic=SUBMIT.topic, partition=0, offset=1),
        "decision": "refused",
        "code": "E04-signature",
    }
    hub.log.append(AUDIT, dishonest(made, **place), key=audit_key(SUBMIT.topic, 1))
    hub.log.append(AUDIT, b"{}", key=audit_key(SUBMIT.topic, 0))
    result = await hub.replay()
    found = [(finding.code, finding.offset) for finding in result.findings if not finding.remark]
    assert (FindingCode.AUDIT_SIGNED_INPUT, 0) in found
    assert (FindingCode.AUDIT_SIGNED_INPUT, 1) in found
    assert (FindingCode.AUDIT_KEY, 1) in found
    assert (FindingCode.AUDIT_FORM, 2) in found


def test_findings_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log full of damage fills no memory: what is not listed is counted, and the verdict is no."""
    monkeypatch.setattr(findings_module.Findings, "MAX", 4)
    findings = Findings()
    for code in [FindingCode.VOID_LEAF] * 5 + [FindingCode.LEAF_CHANGED] * 5:
        findings.add(AuditFinding(code=code, detail="x"))
    assert [finding.remark for finding in findings.found] == [True, True, False, False]
    assert findings.unlisted == 3


async def test_trust_is_loaded_from_the_log_itself() -> None:
    """An auditor needs the roots alone; an old freshness statement counts as of when it was published."""
    world_ = World()
    log = MemoryLog(world_.clock)
    world_.publish(log)
    world_.clock.advance(days=400)
    store = await load_trust(log, TOPICS, world_.roots)
    assert store.versions == (1,)
    result = await replay(log, store, topics=TOPICS, now=world_.clock())
    assert result.verified
    log.append(TOPICS.trust, None, key=b"list/0")
    await load_trust(log, TOPICS, world_.roots)
    log.append(TOPICS.trust, b"{}", key=b"other")
    with pytest.raises(TrustRefused, match="trust offset 3: unknown key"):
        await load_trust(log, TOPICS, world_.roots)

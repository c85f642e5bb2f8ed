"""Proofs of single events: complete, checked from root keys alone, refused with one code when anything is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from broker.audit.export import ExportLog
from broker.audit.proof import MAX_PROOF_BYTES, Proof, decode_proof, encode_proof
from broker.audit.proof_check import ProofVerdict, check_proof
from broker.trust.models import Revocation
from contracts.errors import AuditGap, Code, TrustRefused, UsageError
from contracts.wire import Reference
from tests.support import envelope_world as world
from tests.support.audited import TOPICS
from tests.support.hub import ending, receipt
from tests.support.proof_changes import CHANGES, changed, set_in
from tests.support.proved import RECIPIENTS, Proved, erased_alert
from tests.support.world import World

EVERY_CHECK = [
    "form", "trust list", "freshness statement", "checkpoint", "inclusion", "trust list of the decision",
    "signed part", "signature", "claims", "issuer and certificate", "time", "place", "decision",
    "disclosed", "references", "audience",
]  # fmt: skip

_MADE: list[tuple[Proved, world.Made, world.Made, bytes, bytes]] = []


async def made() -> tuple[Proved, world.Made, world.Made, bytes, bytes]:
    """Return a hub, an erased alert's first event and its order, and both kinds of proof; made once."""
    if not _MADE:
        hub, first, order = await erased_alert()
        small, whole = await hub.prove(first), await hub.prove(first, erasure=True)
        _MADE.append((hub, first, order, encode_proof(small), encode_proof(whole)))
    return _MADE[0]


def codes(verdict: ProofVerdict) -> list[str]:
    return [check.code for check in verdict.checks if check.code]


async def test_a_proof_holds_and_says_who_sent_what_to_whom() -> None:
    """Every check is listed as held, and what is proven is told in plain values."""
    hub, first, _, small, _ = await made()
    verdict = check_proof(small, hub.world.roots)
    assert [check.name for check in verdict.checks] == EVERY_CHECK
    assert verdict.verified
    told = verdict.to_json()
    assert told["checkpoint"]["size"] == 13
    (proven,) = told["proven"]
    assert (proven["event"], proven["from"], proven["leaf"]) == (first.claims.jti, "NL-POL", 6)
    assert [line["to"] for line in proven["audience"]] == ["BE-FGP", "DE-BKA", "FR-PNJ"]
    assert (proven["decision"], proven["purpose"], proven["trust"]) == ("admitted", "locate_suspect", 1)
    assert len(small) < 32_000


async def test_an_erasure_is_proven_with_its_event() -> None:
    """The same file can hold the order over the event and the receipt of every recipient."""
    hub, _, order, _, whole = await made()
    verdict = check_proof(whole, hub.world.roots)
    assert verdict.verified
    assert verdict.checks[-1].name == "erasure"
    kinds = [(one.claims.type, one.claims.iss) for one in verdict.proven]
    assert kinds[1:] == [("erase.v1", "NL-POL"), *(("erasure-receipt.v1", name) for name in RECIPIENTS)]
    assert verdict.proven[1].claims.jti == order.claims.jti


async def test_an_export_proves_the_same(tmp_path: Path) -> None:
    """The file of an event is the same byte for byte from the log and from an export of it."""
    hub, first, _, small, _ = await made()
    path = await hub.export(tmp_path / "audit.jsonl")
    assert encode_proof(await hub.prove(first, source=ExportLog(path), issuer="NL-POL")) == small


@pytest.mark.parametrize("what", CHANGES)
async def test_each_changed_part_is_refused_with_its_code(what: str) -> None:
    """Whatever part of the file is changed, one check fails, its code says which, and nothing is proven."""
    hub, _, _, small, _ = await made()
    change, code = CHANGES[what]
    verdict = check_proof(changed(small, change), hub.world.roots)
    assert codes(verdict) == [code]
    assert not verdict.verified
    assert verdict.to_json()["proven"] == []


async def test_any_changed_or_cut_byte_is_refused() -> None:
    """No byte of the file can be flipped, and no tail cut, without a refusal."""
    hub, _, _, small, _ = await made()
    for place in range(0, len(small), 487):
        flipped = bytearray(small)
        flipped[place] ^= 0x01
        assert not check_proof(bytes(flipped), hub.world.roots).verified, place
        assert codes(check_proof(small[:place], hub.world.roots)) == ["P01-form"]
    assert codes(check_proof(small + b"\n", hub.world.roots)) == ["P01-form"]
    assert codes(check_proof(small.replace(b",", b", ", 1), hub.world.roots)) == ["P01-form"]
    assert codes(check_proof(b" " * (MAX_PROOF_BYTES + 1), hub.world.roots)) == ["P01-form"]


async def test_the_roots_decide() -> None:
    """The same file proves nothing to who has other root keys."""
    _, _, _, small, _ = await made()
    assert codes(check_proof(small, World(seed=9).roots)) == ["P02-list"]


async def test_a_true_event_under_a_foreign_order_is_no_erasure() -> None:
    """Entries that neither end the event nor answer such an order are refused, though each of them holds."""
    hub, _, _, small, whole = await made()
    other = await hub.prove(hub.made[0])
    mixed = Proof(
        checkpoint=other.checkpoint,
        entries=(*decode_proof(small).entries, *other.entries),
        lists=other.lists,
        proof="baken-proof-1",
    )
    assert codes(hub.check(mixed)) == ["P08-erasure"]
    parts = decode_proof(whole).entries
    without_order = Proof(
        checkpoint=other.checkpoint, entries=(parts[0], *parts[2:]), lists=other.lists, proof="baken-proof-1"
    )
    assert codes(hub.check(without_order)) == ["P08-erasure"]


def test_every_code_of_proofs_is_explained() -> None:
    """docs/auditing.md has a line for each P code, and the members of the file."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "auditing.md").read_text(encoding="utf-8")
    assert [code.value for code in Code if code.value.startswith("P0") and f"`{code.value}`" not in page] == []
    assert [name for name in Proof.__struct_fields__ if f"| `{name}` |" not in page] == []


async def test_a_note_may_carry_signatures_of_witnesses() -> None:
    """Signature lines of keys that the list does not name do not disturb: cosignatures have room in the note."""
    hub, _, _, small, _ = await made()
    line = "— witness.example/w1 " + "QUFBQUFBQUFBQUFB" * 5 + "\n"
    assert check_proof(changed(small, set_in("checkpoint", to=lambda note: note + line)), hub.world.roots).verified


async def test_a_certificate_that_was_revoked_then_proves_nothing() -> None:
    """A revocation since an instant before the event speaks against it, whenever it became known."""
    hub = Proved()
    first = hub.submit()
    await hub.work()
    hub.world.clock.advance(minutes=1)
    revocation = Revocation(kid=hub.signer("NL-POL").kid, since=first.claims.iat - 10, status="withdrawn")
    hub.log.append(TOPICS.trust, hub.world.sign_fresh(hub.world.list, [revocation]), key=b"fresh")
    assert codes(hub.check(await hub.prove(first))) == ["E06-revoked"]


async def test_a_refusal_behind_step_8_can_be_proven() -> None:
    """A refused event has a leaf too; its file says so and lists no audience."""
    hub = Proved()
    made_ = hub.submit(gen=2, seq=3)
    await hub.work()
    verdict = hub.check(await hub.prove(made_))
    assert verdict.verified
    assert (verdict.proven[0].leaf.code, verdict.proven[0].audience) == ("E09-generation", ())


async def test_an_event_sent_twice_is_proven_as_admitted() -> None:
    """The leaf that admitted it is taken, not those of its repeats."""
    hub = Proved()
    first = hub.submit()
    hub.submit(first)
    await hub.work()
    verdict = hub.check(await hub.prove(first))
    assert (verdict.proven[0].leaf.decision, verdict.proven[0].index) == ("admitted", 0)


async def test_a_void_leaf_proves_nothing() -> None:
    """Of two leaves for a position the first is the decision, and the one that is proven."""
    hub = Proved()
    first = hub.submit()
    await hub.work()
    (record,) = hub.log.records(TOPICS.audit)
    hub.log.append(TOPICS.audit, record.value, key=record.key)
    await hub.checkpointer().catch_up()
    proof = await hub.prove(first)
    assert proof.entries[0].index == 0
    assert hub.check(proof).verified


async def test_what_cannot_be_proven_is_said() -> None:
    """An unknown id, an event behind the last checkpoint, and a log without checkpoints are refused in words."""
    hub = Proved()
    first = hub.submit()
    with pytest.raises(UsageError, match="no checkpoint"):
        await hub.prove(first)
    await hub.work()
    late = hub.submit()
    await hub.drive(hub.process())
    with pytest.raises(UsageError, match="no event"):
        await hub.prove(late)
    with pytest.raises(UsageError, match="no event"):
        await hub.prove(first, issuer="DE-BKA")


async def test_a_log_shorter_than_its_checkpoint_proves_nothing() -> None:
    """Where leaves are gone the auditor is told so instead of getting a file."""
    hub = Proved()
    first = hub.submit()
    hub.submit()
    await hub.work()
    hub.log._partitions[TOPICS.audit, 0].records.pop()
    with pytest.raises(AuditGap, match="audit holds 1 leaves, 2 are signed"):
        await hub.prove(first)


async def test_a_changed_log_gives_a_proof_that_fails() -> None:
    """Who edited another leaf of the log cannot make a proof of this one any more."""
    hub = Proved()
    first = hub.submit()
    hub.submit()
    await hub.work()
    held = hub.log._partitions[TOPICS.audit, 0]
    held.records[1] = held.records[0]
    assert codes(hub.check(await hub.prove(first))) == ["P05-inclusion"]


async def test_an_old_event_is_proven_by_the_list_of_its_time() -> None:
    """The file brings the list that the decision names, whatever lists came after it."""
    hub = Proved()
    first = hub.submit()
    await hub.work()
    hub.world.clock.advance(minutes=5)
    hub.world.relist()
    hub.world.publish(hub.log)
    hub.submit()
    await hub.work()
    proof = await hub.prove(first)
    verdict = hub.check(proof)
    assert verdict.verified
    assert [decode_proof(encode_proof(proof)).lists[0].fresh is None, len(proof.lists)] == [False, 1]
    assert verdict.head is not None
    assert verdict.head.size == 2


async def test_a_receipt_for_two_orders_belongs_to_both() -> None:
    """A recall and an erase of one alert are proven together, each with its answers."""
    hub = Proved()
    first = hub.submit()
    recall = hub.submit(**ending("recall.v1", first, to=("FR-PNJ",)))
    erase = hub.submit(**ending("erase.v1", first, to=("BE-FGP", "DE-BKA")))
    hub.submit(iss="FR-PNJ", **receipt("erasure-receipt.v1", recall))
    hub.submit(iss="DE-BKA", **receipt("erasure-receipt.v1", erase))
    hub.submit(iss="DE-BKA", **receipt("receipt.v1", first))
    await hub.work()
    verdict = hub.check(await hub.prove(first, erasure=True))
    assert verdict.verified
    assert [one.claims.type for one in verdict.proven[1:]] == [
        "recall.v1", "erase.v1", "erasure-receipt.v1", "erasure-receipt.v1",
    ]  # fmt: skip
    assert (
        Reference(iss="NL-POL", jti=erase.claims.jti) in verdict.proven[-2].claims.ref + verdict.proven[-1].claims.ref
    )


async def test_trust_that_does_not_verify_makes_no_proof() -> None:
    """The auditor's own reading of the lists comes first."""
    hub = Proved()
    first = hub.submit()
    await hub.work()
    hub.log.append(TOPICS.trust, b"{}", key=b"list/9")
    with pytest.raises(TrustRefused):
        await hub.prove(first)


async def test_an_id_that_two_issuers_used_needs_its_issuer() -> None:
    """An event is identified by issuer and id; the id alone is refused when it names two."""
    hub = Proved()
    dutch = hub.submit()
    hub.made.clear()
    german = hub.submit(iss="DE-BKA", audience=(world.AUDIENCE[0],))
    assert german.claims.jti == dutch.claims.jti
    hub.made.append(dutch)
    await hub.work()
    with pytest.raises(UsageError, match="two issuers"):
        await hub.prove(dutch)
    for made_ in (dutch, german):
        verdict = hub.check(await hub.prove(made_, issuer=made_.claims.iss))
        assert [one.claims.iss for one in verdict.proven] == [made_.claims.iss]

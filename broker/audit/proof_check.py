"""Check a proof file offline, from root keys alone: one numbered list of checks, each with its result.

The numbers of the codes are the order: P01 to P04 for the file, its trust lists and its checkpoint;
then for each entry P05, P06, the steps 3 to 8 and 10 of `docs/wire.md` with their codes, and P07; at
last P08. What is *not* checked here, because one leaf cannot show it: that nothing is missing before
it (`audit verify`), step 9 (order) and what recipients opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET

from broker.audit import note
from broker.audit.merkle import leaf_hash, verify_inclusion
from broker.audit.note import TreeHead
from broker.audit.proof import MAX_PROOF_BYTES, Entry, Proof, ProofTrust, decode_proof
from broker.envelope.states import Placed
from broker.envelope.steps_form import step_03_form, step_03_header, step_05_claims
from broker.envelope.steps_policy import step_10_audience, step_10_digests
from broker.envelope.steps_trust import (
    step_04_signature,
    step_06_issuer,
    step_07_time,
    step_08_place_of_leaf,
    step_09_references,
)
from broker.trust.documents import TrustStore
from broker.trust.roots import Roots
from broker.trust.view import TrustView
from contracts.audit_log import entry
from contracts.encoding import canonical, decode_base64url, encode_base64url
from contracts.errors import Code, RecordError, TrustRefused, refusal
from contracts.events import ERASE, ERASURE_RECEIPT, RECALL, is_a, versions_of
from contracts.identifiers import instant, iso
from contracts.wire import AudienceEntry, Claims, Leaf, Reference

BEHIND_EIGHT = ("E09", "E10", "E11")
"""Steps whose refusals leave the signed part on record."""
ORDERS = frozenset(versions_of(ERASE, RECALL))


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at. `code` is None when it held; `entry` is the number of its entry, if it has one."""

    name: str
    held: bool
    code: str | None = None
    detail: str = ""
    entry: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"check": self.name, "code": self.code, "detail": self.detail, "entry": self.entry, "held": self.held}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What one entry proves, once all of its checks held."""

    claims: Claims
    leaf: Leaf
    index: int
    audience: tuple[AudienceEntry, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        claims, leaf = self.claims, self.leaf
        return {
            "alert": None if claims.sub is UNSET else claims.sub,
            "appended": iso(instant(leaf.time)),
            "audience": [
                {"because": list(e.because), "profile": e.profile, "sections": list(e.sections), "to": e.to}
                for e in self.audience
            ],
            "basis": list(claims.basis),
            "code": leaf.code,
            "decision": leaf.decision,
            "event": claims.jti,
            "expires": iso(instant(claims.exp * 1000)),
            "from": claims.iss,
            "issued": iso(instant(claims.iat * 1000)),
            "leaf": self.index,
            "purpose": claims.purpose,
            "trust": leaf.trust,
            "type": claims.type,
            "urgency": claims.urgency,
        }


@dataclass(slots=True, kw_only=True)
class ProofVerdict:
    """Every check that was made, in order. The first that fails ends its entry, or the whole before entries."""

    checks: list[Check] = field(default_factory=list)
    head: TreeHead | None = None
    proven: list[Proven] = field(default_factory=list)

    @property
    def verified(self) -> bool:
        """Tell whether every check held."""
        return bool(self.checks) and all(check.held for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        head = self.head
        return {
            "checkpoint": head and {"origin": head.origin, "root": encode_base64url(head.root), "size": head.size},
            "checks": [check.to_json() for check in self.checks],
            "proven": [one.to_json() for one in self.proven] if self.verified else [],
            "verified": self.verified,
        }

    @contextmanager
    def check(self, name: str, code: Code | None = None, entry_: int | None = None) -> Iterator[None]:
        """Note whether the block held, under `code` if given. What it raises goes on and ends what depends on it."""
        try:
            yield
        except (RecordError, TrustRefused) as fault:
            named = (code or fault.code).value
            self.checks.append(Check(name=name, held=False, code=named, detail=fault.detail, entry=entry_))
            raise
        self.checks.append(Check(name=name, held=True, entry=entry_))


def check_proof(data: bytes, roots: Roots) -> ProofVerdict:
    """Check the bytes of a proof file against root keys that were not in it."""
    verdict = ProofVerdict()
    with suppress(RecordError, TrustRefused):
        proof = _read(data, verdict)
        views = [_trust(listed, roots, verdict) for listed in proof.lists]
        verdict.head = _checkpoint(proof, views, verdict)
        by_version = {view.version: view for view in views}
        for number, one in enumerate(proof.entries):
            with suppress(RecordError, TrustRefused):
                verdict.proven.append(_entry(one, number, verdict.head, by_version, verdict))
        if len(proof.entries) > 1 and verdict.verified:
            with verdict.check("erasure", Code.P08_ERASURE):
                _check_erasure(verdict.proven)
    return verdict


def _read(data: bytes, verdict: ProofVerdict) -> Proof:
    with verdict.check("form", Code.P01_FORM):
        if len(data) > MAX_PROOF_BYTES:
            raise refusal(Code.P01_FORM, f"more than {MAX_PROOF_BYTES} bytes")
        return decode_proof(data)


def _trust(listed: ProofTrust, roots: Roots, verdict: ProofVerdict) -> TrustView:
    store = TrustStore(roots)
    with verdict.check("trust list", Code.P02_LIST):
        version = store.accept_list(canonical(listed.list))
        view = store.version_at(version)
        if view is None:
            raise refusal(Code.P02_LIST, "not accepted")
    if listed.fresh is None:
        return view
    with verdict.check("freshness statement", Code.P03_FRESHNESS):
        return store.accept_freshness(canonical(listed.fresh), None)


def _checkpoint(proof: Proof, views: list[TrustView], verdict: ProofVerdict) -> TreeHead:
    with verdict.check("checkpoint", Code.P04_CHECKPOINT):
        versions = [view.version for view in views]
        if versions != sorted(set(versions)):
            raise refusal(Code.P04_CHECKPOINT, "trust lists twice or out of order")
        keys = {key for view in views for key in view.checkpoint_keys.values()}
        return note.verify(proof.checkpoint, origin=views[-1].checkpoint_origin, keys=keys)


def _entry(one: Entry, number: int, head: TreeHead, views: dict[int, TrustView], verdict: ProofVerdict) -> Proven:
    audit = one.audit
    leaf = audit.leaf
    with verdict.check("inclusion", Code.P05_INCLUSION, number):
        path = [decode_base64url(item, code=Code.P05_INCLUSION) for item in one.path]
        hashed = leaf_hash(entry(leaf))
        if not verify_inclusion(hashed, index=one.index, size=head.size, path=path, root=head.root):
            raise refusal(Code.P05_INCLUSION, "the path does not lead from the leaf to the signed root")
    with verdict.check("trust list of the decision", Code.P06_VERSION, number):
        if leaf.trust not in views:
            raise refusal(Code.P06_VERSION, f"trust list {leaf.trust} is not in the file")
        trust = views[leaf.trust]
    with verdict.check("signed part", None, number):
        token = step_03_form(audit.jws or "")
        key = step_03_header(token, trust)
    with verdict.check("signature", None, number):
        signed = step_04_signature(token, key)
    with verdict.check("claims", None, number):
        claimed = step_05_claims(signed, trust)
    with verdict.check("issuer and certificate", None, number):
        authentic = step_06_issuer(claimed, trust, at=leaf.time)
    with verdict.check("time", None, number):
        timely = step_07_time(authentic, at=leaf.time)
    with verdict.check("place", None, number):
        placed = step_08_place_of_leaf(timely, leaf)
    with verdict.check("decision", Code.P07_DECISION, number):
        _check_decision(leaf, one)
    audience = _audience(placed, one, trust, number, verdict)
    return Proven(claims=placed.claims, leaf=leaf, index=one.index, audience=audience)


def _check_decision(leaf: Leaf, one: Entry) -> None:
    """Require code and parts that a record behind step 8 has: admitted whole, or refused by a later step."""
    if leaf.decision == "admitted":
        fits = leaf.code is None and one.audit.disclosed is not UNSET
    elif leaf.decision == "repeat":
        fits = leaf.code == Code.E09_REPEAT.value
    else:
        fits = (leaf.code or "").startswith(BEHIND_EIGHT)
    if not fits:
        raise refusal(Code.P07_DECISION, "code and parts do not belong to the decision")


def _audience(
    placed: Placed, one: Entry, trust: TrustView, number: int, verdict: ProofVerdict
) -> tuple[AudienceEntry, ...]:
    """Check what is disclosed against the signed digests, and of what was admitted also references and audience."""
    if one.audit.disclosed is UNSET:
        return ()
    with verdict.check("disclosed", None, number):
        contents = step_10_digests(placed, one.audit.disclosed)
    if one.audit.leaf.decision != "admitted":
        return ()
    with verdict.check("references", None, number):
        step_09_references(placed)
    with verdict.check("audience", None, number):
        return step_10_audience(placed, contents, trust)


def _check_erasure(proven: list[Proven]) -> None:
    """Require every further entry to be an admitted order of the issuer over the event, or a receipt for one."""
    event = proven[0].claims
    orders: dict[Reference, frozenset[str]] = {}
    for one in proven[1:]:
        claims = one.claims
        if one.leaf.decision != "admitted":
            raise refusal(Code.P08_ERASURE, "an order or a receipt that was not admitted")
        if claims.type in ORDERS and claims.iss == event.iss and Reference(iss=event.iss, jti=event.jti) in claims.ref:
            orders[Reference(iss=claims.iss, jti=claims.jti)] = frozenset(line.to for line in one.audience)
        elif not is_a(claims.type, ERASURE_RECEIPT) or not any(claims.iss in orders.get(r, ()) for r in claims.ref):
            raise refusal(Code.P08_ERASURE, "an entry that neither orders the erasure nor answers an order")

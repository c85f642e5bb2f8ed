"""Make the proof file of one event from the log or an export of it, in two passes and bounded memory.

The first pass finds the event (and the orders and receipts that end it), the second collects the
paths of its leaves. Nothing here is believed: whoever calls checks the result as everybody will.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass

import msgspec
from msgspec import UNSET

from broker.audit import checkpoint, note
from broker.audit.checkpoint import SignedCheckpoint
from broker.audit.merkle import leaf_hash
from broker.audit.paths import PathBuilder
from broker.audit.proof import MAX_ENTRIES, Entry, Proof, ProofTrust
from broker.audit.proof_check import ORDERS
from broker.ports import Incoming, LogReader
from broker.trust.documents import TrustStore
from broker.trust.follower import FRESH_KEY, list_key
from broker.trust.models import Freshness, SignedList
from broker.trust.view import TrustView
from contracts.audit_log import decode_audit, entry
from contracts.encoding import decode_base64url, encode_base64url
from contracts.errors import AuditGap, Code, RecordError, TrustRefused, UsageError
from contracts.events import ERASURE_RECEIPT, is_a
from contracts.identifiers import Topics
from contracts.wire import Audit, Claims, Position, Reference, Signed

RECENT_CHECKPOINTS = 100
"""Checkpoints looked at from the end, for the largest whose signature holds."""

_CLAIMS = msgspec.json.Decoder(Claims)
_SIGNED = msgspec.json.Decoder(Signed)
_LIST = msgspec.json.Decoder(SignedList)
_FRESHNESS = msgspec.json.Decoder(Freshness)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    index: int
    audit: Audit
    claims: Claims


async def prove(
    source: LogReader,
    store: TrustStore,
    *,
    topics: Topics,
    event: str,
    issuer: str | None = None,
    erasure: bool = False,
) -> Proof:
    """Return the proof of `event` under the largest checkpoint; with `erasure` also of its orders and their receipts.

    An event that was admitted is proven as admitted, however often it was sent.

    Raises:
        UsageError: no such event, two issuers have one of that id, or it is not under a checkpoint yet.
        AuditGap: the log is shorter than what is signed.
    """
    views = [view for version in store.versions if (view := store.version_at(version)) is not None]
    signed = await _largest_checkpoint(source, topics, views)
    size = signed.head.size
    found = await _find(source, topics, size, event=event, issuer=issuer, erasure=erasure)
    builder = PathBuilder(size, [one.index for one in found])
    async with aclosing(_records(source, topics, size)) as records:
        async for _, record in records:
            audit = _decode(record)
            builder.append(leaf_hash((record.value or b"") if audit is None else entry(audit.leaf)))
    if builder.count < size:
        raise AuditGap(f"audit holds {builder.count} leaves, {size} are signed: run `baken audit verify`")
    versions = {one.audit.leaf.trust for one in found}
    if not any(_signs(view, signed) for view in views if view.version in versions):
        versions |= {next((view.version for view in reversed(views) if _signs(view, signed)), views[-1].version)}
    return Proof(
        checkpoint=signed.signed_note,
        entries=tuple(
            Entry(audit=one.audit, index=one.index, path=tuple(map(encode_base64url, builder.path(one.index))))
            for one in found
        ),
        lists=await _lists(source, topics, versions),
        proof="baken-proof-1",
    )


async def _largest_checkpoint(source: LogReader, topics: Topics, views: list[TrustView]) -> SignedCheckpoint:
    keys = {key for view in views for key in view.checkpoint_keys.values()}
    best: SignedCheckpoint | None = None
    start = max(0, await source.end(topics.checkpoints) - RECENT_CHECKPOINTS)
    async for batch in source.read(topics.checkpoints, start=start):
        for record in batch:
            try:
                found = checkpoint.read(record, origin=views[-1].checkpoint_origin, keys=keys)
            except TrustRefused:
                continue
            best = found if best is None or found.head.size > best.head.size else best
    if best is None:
        raise UsageError(
            "no checkpoint of this log is signed by a key of its trust lists: there is nothing to prove by"
        )
    return best


def _signs(view: TrustView, signed: SignedCheckpoint) -> bool:
    try:
        note.verify(signed.signed_note, origin=view.checkpoint_origin, keys=view.checkpoint_keys.values())
    except TrustRefused:
        return False
    return True


async def _records(source: LogReader, topics: Topics, size: int) -> AsyncGenerator[tuple[int, Incoming], None]:
    """Yield the records of the first `size` leaves with their ranks. The few behind them are read too, and left out."""
    index = 0
    async for batch in source.read(topics.audit):
        for record in batch:
            if index < size:
                yield index, record
            index += 1


def _decode(record: Incoming) -> Audit | None:
    """Read a record of `audit`; a damaged one proves nothing, and only its bytes count in the tree."""
    try:
        return decode_audit(record.value, offset=record.offset)
    except AuditGap:
        return None


class _Search:
    """Pick the leaves of one event, and those that end it, while the log streams by."""

    def __init__(self, event: str, issuer: str | None, *, erasure: bool) -> None:
        self._event = event
        self._issuer = issuer
        self._erasure = erasure
        self._marks = [_mark(event)]
        self._decided: dict[tuple[str, int], int] = {}
        self._orders: set[Reference] = set()
        self.event: _Found | None = None
        self.others: list[_Found] = []

    def take(self, index: int, audit: Audit) -> None:
        """Look at one record. Ids are looked for as bytes first: most records are somebody else's."""
        first = self._decides(audit.leaf.position)
        payload = _payload(audit)
        if not first or not any(mark in payload for mark in self._marks):
            return
        try:
            claims = _CLAIMS.decode(payload)
        except msgspec.MsgspecError:
            return
        found = _Found(index=index, audit=audit, claims=claims)
        if claims.jti == self._event and self._issuer in {None, claims.iss}:
            self._take_event(found)
        elif self._erasure and audit.leaf.decision == "admitted":
            self._take_other(found)

    def _take_event(self, found: _Found) -> None:
        known = self.event
        if known is not None and known.claims.iss != found.claims.iss:
            raise UsageError(f"two issuers have an event {self._event}: name one, as {found.claims.iss}/{self._event}")
        if known is None or (found.audit.leaf.decision == "admitted" != known.audit.leaf.decision):
            self.event = found

    def _take_other(self, found: _Found) -> None:
        claims = found.claims
        own = Reference(iss=claims.iss, jti=claims.jti)
        event = self.event.claims if self.event else None
        if event is None:
            return
        if claims.type in ORDERS and Reference(iss=event.iss, jti=event.jti) in claims.ref and claims.iss == event.iss:
            self._orders.add(own)
            self._marks.append(_mark(claims.jti))
            self.others.append(found)
        elif is_a(claims.type, ERASURE_RECEIPT) and self._orders.intersection(claims.ref):
            self.others.append(found)
        if len(self.others) >= MAX_ENTRIES:
            raise UsageError(f"more than {MAX_ENTRIES - 1} orders and receipts: prove them one by one")

    def _decides(self, position: Position) -> bool:
        """Tell whether a leaf is the first for its position: a later one is void."""
        place = (position.topic, position.partition)
        if position.offset <= self._decided.get(place, -1):
            return False
        self._decided[place] = position.offset
        return True


async def _find(
    source: LogReader, topics: Topics, size: int, *, event: str, issuer: str | None, erasure: bool
) -> list[_Found]:
    search = _Search(event, issuer, erasure=erasure)
    async with aclosing(_records(source, topics, size)) as records:
        async for index, record in records:
            audit = _decode(record)
            if audit is not None:
                search.take(index, audit)
    if search.event is None:
        raise UsageError(
            f"no event {event} among the {size} leaves that are signed: check the id, or ask again when it is signed"
        )
    return [search.event, *search.others]


async def _lists(source: LogReader, topics: Topics, versions: Iterable[int]) -> tuple[ProofTrust, ...]:
    """Return the documents of some versions as published, each with its latest freshness statement still there."""
    keys = {list_key(version): version for version in versions}
    lists: dict[int, SignedList] = {}
    fresh: dict[int, Signed] = {}
    async for batch in source.read(topics.trust):
        for record in batch:
            if record.key in keys and record.value is not None:
                lists[keys[record.key]] = _LIST.decode(record.value)
            elif record.key == FRESH_KEY and record.value is not None:
                statement = _SIGNED.decode(record.value)
                fresh[_FRESHNESS.decode(_part(statement.jws)).version] = statement
    return tuple(ProofTrust(fresh=fresh.get(version), list=lists[version]) for version in sorted(lists))


def _mark(event: str) -> bytes:
    """Return how an id stands in canonical claims, its own or a reference."""
    return f'"jti":"{event}"'.encode()


def _payload(audit: Audit) -> bytes:
    """Return the claims as they were signed, unread; nothing where a record came no further than step 8."""
    return b"" if audit.jws is UNSET else _part(audit.jws)


def _part(jws: str) -> bytes:
    try:
        return decode_base64url(jws.split(".")[1], code=Code.E03_BASE64)
    except (IndexError, RecordError):
        return b""

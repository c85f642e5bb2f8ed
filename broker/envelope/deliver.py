"""Spell Kafka keys, headers and partitions, and make the feed record of one recipient.

Nothing here is personal: keys and headers repeat ids and codes that stand in the signed claims in clear.
"""

from __future__ import annotations

import hashlib
from typing import Final

from msgspec import UnsetType

from contracts.encoding import canonical
from contracts.identifiers import topics_of
from contracts.wire import (
    Claims,
    Feed,
    FlattenedJwe,
    Heartbeat,
    Leaf,
    Notice,
    Position,
    RecipientHeader,
    Reference,
    SealedPart,
    Submit,
)

HEARTBEAT_KEY: Final = b"heartbeat"
_CUT: Final = "<wrap>"
"""Stands where a recipient's wrap goes; neither base64url nor a topic, a code or a hash holds it."""

Headers = tuple[tuple[str, bytes], ...]


def cloudevents_headers(*, jti: str, iss: str, type_: str) -> Headers:
    """Return the Kafka headers of an event (CloudEvents Kafka binding, binary mode); they repeat signed claims."""
    return (
        ("ce_id", jti.encode()),
        ("ce_source", iss.encode()),
        ("ce_specversion", b"1.0"),
        ("ce_type", type_.encode()),
        ("content-type", b"application/json"),
    )


def submit_key(*, iss: str, slot: int) -> bytes:
    """Return the key of a record on a submit topic."""
    return f"{iss}/{slot}".encode()


def feed_key(*, iss: str, jti: str) -> bytes:
    """Return the key of an event in every feed: a tombstone under it removes the event."""
    return f"{iss}/{jti}".encode()


def tombstone_key(reference: Reference) -> bytes:
    """Return the key under which a referenced event stands in feeds."""
    return feed_key(iss=reference.iss, jti=reference.jti)


def notice_key(jti: str) -> bytes:
    """Return the key of an admission notice in the issuer's feed."""
    return f"notice/{jti}".encode()


def repeat_key(jti: str, position: Position) -> bytes:
    """Return the key of a repeat notice: its own, so that it never replaces the admission notice."""
    return f"repeat/{jti}/{position.partition}/{position.offset}".encode()


def quarantine_key(position: Position) -> bytes:
    """Return the key of a quarantine record."""
    return f"{position.partition}/{position.offset}".encode()


def slot_of(*, sub: str | None, jti: str, slots: int) -> int:
    """Return the slot that keeps an alert's events in order: by its alert, else by the event itself."""
    return _share(sub or jti, slots)


def feed_partition(claims: Claims, partitions: int) -> int:
    """Return the partition of an event in a feed; all events of an alert share it, tombstones too."""
    subject = claims.jti if isinstance(claims.sub, UnsetType) else claims.sub
    return _share(f"{claims.iss}/{subject}", partitions)


def feed_topic(claims: Claims, participant: str) -> str:
    """Return the feed of `participant` in the environment of the event."""
    return topics_of(claims.env).feed(participant)


def feed_values(submit: Submit, leaf: Leaf) -> dict[str, bytes]:
    """Return the feed record of each recipient of an admitted record: a flattened JWE beside the signed part.

    Step 11 held: `sealed` is sorted by profile and has exactly the profiles of `wraps`, and wraps hold plain
    ASCII. The disclosures of `audience` and `handling` stay behind: recipients do not learn of each other.

    Recipients of a profile differ in their wrap alone, so the canonical bytes are made once for a profile
    and cut where the wrap stands.
    """
    profiles = sorted({wrap.profile for wrap in submit.wraps})
    pieces = {
        profile: _around_wrap(submit.jws, leaf, part) for profile, part in zip(profiles, submit.sealed, strict=True)
    }
    values = {}
    for wrap in submit.wraps:
        begin, middle, end = pieces[wrap.profile]
        values[wrap.to] = b"".join((begin, wrap.encrypted_key.encode(), middle, wrap.kid.encode(), end))
    return values


def _around_wrap(jws: str, leaf: Leaf, part: SealedPart) -> tuple[bytes, bytes, bytes]:
    """Return the canonical bytes of a feed record before, between and behind its `encrypted_key` and `kid`."""
    sealed = FlattenedJwe(
        ciphertext=part.ciphertext,
        encrypted_key=_CUT,
        header=RecipientHeader(kid=_CUT),
        iv=part.iv,
        protected=part.protected,
        tag=part.tag,
    )
    begin, middle, end = canonical(Feed(jws=jws, leaf=leaf, sealed=sealed)).split(_CUT.encode())
    return begin, middle, end


def notice_value(leaf: Leaf) -> bytes:
    """Return the value of an admission or repeat notice."""
    return canonical(Notice(leaf=leaf))


def heartbeat_value(milliseconds: int) -> bytes:
    """Return the value of a heartbeat."""
    return canonical(Heartbeat(heartbeat=milliseconds))


def _share(text: str, count: int) -> int:
    """Spread by the first 8 bytes of SHA-256, big-endian, modulo `count`."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % count

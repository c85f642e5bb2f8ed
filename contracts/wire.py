"""Give every record on Kafka one closed type. `docs/wire.md` shows the same in JSON.

Hashes and keys are base64url text without padding; `iat`, `exp`, `nbf` are seconds, `leaf.time`
is milliseconds since the epoch, as Kafka stamps records.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from contracts.encoding import SAFE_INTEGER
from contracts.identifiers import ALERT_ID_PATTERN, AUTHORITY_PATTERN, EVENT_ID_PATTERN, HASH_PATTERN

MAX_RECORD_BYTES = 512 * 1024
"""A record's value: below the producer batch (768 KiB) and the topic limit (1 MiB, counted per batch)."""
MAX_REFERENCES = 500
"""References in one event: what a batch of receipts covers."""
MAX_RECIPIENTS = 200
"""Recipients of one event: far above the member states, and it bounds the wraps."""
MAX_PROFILES = 8
"""Ciphertexts in one event: above the profiles that exist, and it bounds what step 11 hashes."""
MAX_DISCLOSED = 3
"""Sections that the hub and auditors open: `audience` and `handling`, and `consultations` of a batch."""
SALT_BYTES = 16
CONTENT_KEY_BYTES = 32
NONCE_BYTES = 12
WRAPPED_KEY_CHARACTERS = 54
"""40 bytes of A256KW output; a longer or shorter wrap would carry another key size."""


def _whole(pattern: str) -> Meta:
    """Anchor at the very end: in Python's `re`, which msgspec uses, `$` also matches before a final newline."""
    return Meta(pattern=pattern.removesuffix("$") + r"\Z")


Hash = Annotated[str, _whole(HASH_PATTERN)]
Authority = Annotated[str, _whole(AUTHORITY_PATTERN)]
EventIdText = Annotated[str, _whole(EVENT_ID_PATTERN)]
AlertIdText = Annotated[str, _whole(ALERT_ID_PATTERN)]
Count = Annotated[int, Meta(ge=0, le=SAFE_INTEGER)]
Seconds = Annotated[int, Meta(ge=0, le=253_402_300_799)]
"""Instant up to the year 9999: a time that is signed is always a date that can be computed with."""
Positive = Annotated[int, Meta(ge=1, le=SAFE_INTEGER)]
Word = Annotated[str, _whole(r"^[a-z0-9][a-z0-9_:./-]{0,79}$")]
Base64 = Annotated[str, Meta(min_length=1)]
"""base64url text; its one spelling is judged by the step that decodes it, once."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all wire types: closed, immutable, built by name."""


class Reference(Record, frozen=True, kw_only=True):
    """An event by its issuer and id; never by signature bytes, which can be re-encoded."""

    iss: Authority
    jti: EventIdText


class SectionDigest(Record, frozen=True, kw_only=True):
    """The one digest (or decoy) of a section."""

    sd: tuple[Hash] = msgspec.field(name="_sd")


class Claims(Record, frozen=True, kw_only=True):
    """The signed claims in clear, none of them content (DESIGN 4.2)."""

    sd_alg: Literal["sha-256"] = msgspec.field(name="_sd_alg")
    basis: Annotated[tuple[Word, ...], Meta(min_length=1, max_length=8)]
    env: Literal["live", "exercise"]
    exp: Seconds
    gen: Positive
    iat: Seconds
    iss: Authority
    jti: EventIdText
    place: Annotated[str, _whole(r"^(baken|exercise)\.submit\.[a-z]{2}-[a-z0-9]{2,12}$")]
    policy: Word
    purpose: Word
    ref: Annotated[tuple[Reference, ...], Meta(max_length=MAX_REFERENCES)]
    sealed: dict[str, Hash]
    sections: dict[str, SectionDigest]
    seq: Positive
    slot: Count
    sub: AlertIdText | UnsetType = UNSET
    type: Annotated[str, _whole(r"^[a-z]+(-[a-z]+)*\.v[0-9]{1,3}$")]
    urgency: Word
    ver: Positive | UnsetType = UNSET


class AudienceEntry(Record, frozen=True, kw_only=True):
    """One line of the section `audience`: who may open what, and on which condition."""

    because: tuple[Word, ...]
    profile: Word
    sections: tuple[Word, ...]
    to: Authority


class SealedPart(Record, frozen=True, kw_only=True):
    """One JWE ciphertext, shared by the recipients of a profile."""

    ciphertext: Base64
    iv: Base64
    protected: Base64
    tag: Base64


class Wrap(Record, frozen=True, kw_only=True):
    """The content key of a profile, wrapped for one recipient with its epoch key.

    No patterns here: step 11 compares every member with what the signed part demands.
    """

    encrypted_key: str
    kid: str
    profile: str
    to: str


class Submit(Record, frozen=True, kw_only=True):
    """What a gateway hands in. `disclosed` holds the disclosures of what the type shows to hub and auditors."""

    disclosed: Annotated[tuple[Base64, ...], Meta(min_length=2, max_length=MAX_DISCLOSED)]
    jws: Annotated[str, Meta(min_length=1)]
    sealed: Annotated[tuple[SealedPart, ...], Meta(max_length=MAX_PROFILES)]
    wraps: Annotated[tuple[Wrap, ...], Meta(max_length=MAX_RECIPIENTS)]


class RecipientHeader(Record, frozen=True, kw_only=True):
    """Unprotected JWE header: compared, never obeyed."""

    kid: str


class FlattenedJwe(Record, frozen=True, kw_only=True):
    """A standard flattened JWE (RFC 7516 §7.2.2) for one recipient."""

    ciphertext: Base64
    encrypted_key: Base64
    header: RecipientHeader
    iv: Base64
    protected: Base64
    tag: Base64


class Position(Record, frozen=True, kw_only=True):
    """Where a record stands on its submit topic."""

    offset: Count
    partition: Count
    topic: str


class Leaf(Record, frozen=True, kw_only=True):
    """The decision on one record, and the only thing that the audit tree hashes."""

    code: str | None
    decision: Literal["admitted", "repeat", "refused"]
    gap: Count
    jws: Hash | None
    position: Position
    record: Hash
    time: Count
    trust: Count


class Feed(Record, frozen=True, kw_only=True):
    """What the broker delivers to one recipient."""

    jws: str
    leaf: Leaf
    sealed: FlattenedJwe


class Notice(Record, frozen=True, kw_only=True):
    """Admission notice, in the issuer's own feed."""

    leaf: Leaf


class Heartbeat(Record, frozen=True, kw_only=True):
    """Keeps compaction going on an idle feed; readers skip it before step 1."""

    heartbeat: Count


class Audit(Record, frozen=True, kw_only=True):
    """A leaf with what lets an auditor repeat steps 3 to 10."""

    disclosed: tuple[str, ...] | UnsetType = UNSET
    jws: str | UnsetType = UNSET
    leaf: Leaf


class Quarantine(Record, frozen=True, kw_only=True):
    """Why a record was refused: the leaf and the rule, never the bytes."""

    detail: str
    leaf: Leaf


class Checkpoint(Record, frozen=True, kw_only=True):
    """A signed note with the leaf hashes that are new since the one before, and the frontier."""

    frontier: tuple[Hash, ...]
    leaves: tuple[Hash, ...]
    note: str


class Signed(Record, frozen=True, kw_only=True):
    """A signed statement on a bulletin or on `trust`, as a compact JWS."""

    jws: str


class Grant(Record, frozen=True, kw_only=True):
    """Claims of a `baken-grant+jwt`: one epoch key, sealed to one recipient with HPKE (DESIGN 4.4)."""

    retention: Annotated[str, _whole(r"^(suspect|victim|care)-(90d|1y|5y)$")] = msgspec.field(name="class")
    enc: Base64
    env: Literal["live", "exercise"]
    exp: Seconds
    iss: Authority
    kid: str
    nbf: Seconds
    suite: Literal["MLKEM768_X25519,HKDF_SHA256,AES_256_GCM"]
    to: Authority

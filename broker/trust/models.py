"""Give the two trust documents closed types (a JSON profile of ETSI TS 119 602, as in TUF).

Both are canonical JSON. Certificates are base64url of DER, keys base64url of their raw bytes,
instants seconds since the epoch. `docs/wire.md` shows them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from broker.trust.view import HybridPublicKey
from contracts.encoding import canonical, encode_base64url
from contracts.identifiers import Environment
from contracts.wire import Authority, Base64, Count, Hash, Positive, Record, Word

LIST_VALIDITY_SECONDS = 90 * 86_400
"""A list that nobody renews for a quarter is nobody's list."""
FRESHNESS_VALIDITY_SECONDS = 24 * 3_600
"""How long a suspension may take to be known at the latest."""
LIST_CONTEXT = "baken-trust-list-1."
"""Put before the payload when a root key signs it, so that it is no signature for anything else."""
POSSESSION_CONTEXT = "baken-encryption-key-1."
"""Put before the listed encryption key when its owner's signing key vouches for it."""

EventType = Annotated[str, Meta(pattern=r"^[a-z]+(-[a-z]+)*\.v[0-9]{1,3}$")]


class RootSignature(Record, frozen=True, kw_only=True):
    """Ed25519 signature of one root key. `kid` is SHA-256 of the key."""

    kid: Hash
    signature: Base64


class SignedList(Record, frozen=True, kw_only=True):
    """The trust list as published: k of n root keys sign `baken-trust-list-1.` and the payload text."""

    payload: Base64
    signatures: Annotated[tuple[RootSignature, ...], Meta(min_length=1, max_length=64)]


class Status(Record, frozen=True, kw_only=True):
    """One line of a certificate's history: what it has been since an instant."""

    since: Count
    status: Literal["granted", "suspended", "withdrawn"]


class ListedCertificate(Record, frozen=True, kw_only=True):
    """A signing certificate with its history, oldest first, beginning with `granted`."""

    der: Base64
    history: Annotated[tuple[Status, ...], Meta(min_length=1)]


class Possession(Record, frozen=True, kw_only=True):
    """Signature of the participant's signing key `kid` over its own encryption key."""

    kid: Hash
    signature: Base64


class ListedEncryption(Record, frozen=True, kw_only=True):
    """HPKE key. A certificate cannot carry the hybrid key, so a proof of possession stands with it."""

    kem: Literal["MLKEM768_X25519"]
    mlkem: Base64
    proof: Possession
    x25519: Base64


class ListedParticipant(Record, frozen=True, kw_only=True):
    """What one participant is and may do. `ca` is its national CA; an auditor has none."""

    ca: Base64 | None
    certificates: tuple[ListedCertificate, ...]
    encryption: ListedEncryption | None
    id: Authority
    issues: tuple[EventType, ...]
    profiles: dict[EventType, Word]
    regime: Literal["led", "gdpr"]
    roles: Annotated[tuple[Literal["authority", "care", "auditor"], ...], Meta(min_length=1)]
    slots: Count
    third_country: bool


class ListedLog(Record, frozen=True, kw_only=True):
    """The audit log of the environment: origin of its checkpoints and the key that signs them."""

    key: Base64
    origin: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9./-]{0,79}$")]


class ListedWitness(Record, frozen=True, kw_only=True):
    """A witness that may cosign checkpoints."""

    key: Base64
    name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,79}$")]


class TrustList(Record, frozen=True, kw_only=True):
    """Who takes part, with which keys, for what. Participants stand in the order of their ids."""

    env: Literal["live", "exercise"]
    exp: Count
    freshness: Annotated[tuple[Base64, ...], Meta(min_length=1)]
    iat: Count
    log: ListedLog
    participants: tuple[ListedParticipant, ...]
    version: Positive
    witnesses: tuple[ListedWitness, ...]


class Revocation(Record, frozen=True, kw_only=True):
    """A listed certificate that does not count from an instant on."""

    kid: Hash
    since: Count
    status: Literal["suspended", "withdrawn"]


class Freshness(Record, frozen=True, kw_only=True):
    """Says which list is in force, and what was suspended or withdrawn since. It never adds."""

    env: Literal["live", "exercise"]
    exp: Count
    hash: Hash
    iat: Count
    revocations: tuple[Revocation, ...]
    version: Positive


class RootsFile(Record, frozen=True, kw_only=True):
    """`roots.json`: the keys of the coordinating body and how many of them must sign."""

    environment: Literal["live", "exercise"]
    keys: Annotated[tuple[Base64, ...], Meta(min_length=1, max_length=16)]
    threshold: Positive


def possession_input(authority: str, public: HybridPublicKey, environment: Environment) -> bytes:
    """Return what a participant signs to show that an encryption key is its own."""
    claims = {
        "env": environment.value,
        "id": authority,
        "mlkem": encode_base64url(public.mlkem),
        "x25519": encode_base64url(public.x25519),
    }
    return POSSESSION_CONTEXT.encode("ascii") + canonical(claims)

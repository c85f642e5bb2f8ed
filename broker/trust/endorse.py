"""Sign the trust documents: the list with root keys, the freshness statement with the online key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from broker.trust.models import (
    FRESHNESS_VALIDITY_SECONDS,
    LIST_CONTEXT,
    LIST_VALIDITY_SECONDS,
    Freshness,
    ListedLog,
    ListedParticipant,
    ListedWitness,
    Revocation,
    RootsFile,
    RootSignature,
    SignedList,
    TrustList,
)
from broker.trust.signer import Signer, bare_kid, sign_compact
from broker.trust.view import TokenType
from contracts.encoding import canonical, encode_base64url, sha256
from contracts.identifiers import Environment, seconds
from contracts.wire import Signed


def roots_file(environment: Environment, threshold: int, keys: Iterable[Ed25519PublicKey]) -> bytes:
    """Return `roots.json`: what every service is given by hand, and trusts before anything else."""
    texts = tuple(encode_base64url(key.public_bytes_raw()) for key in keys)
    return canonical(RootsFile(environment=environment.value, keys=texts, threshold=threshold))


def draft_list(
    environment: Environment,
    version: int,
    participants: Iterable[ListedParticipant],
    *,
    now: datetime,
    freshness: Sequence[Ed25519PublicKey],
    checkpoint_origin: str,
    checkpoint_key: Ed25519PublicKey,
    witnesses: Sequence[ListedWitness] = (),
) -> TrustList:
    """Return a list that is valid for 90 days from `now`, participants in the order of their ids."""
    issued = seconds(now)
    return TrustList(
        env=environment.value,
        exp=issued + LIST_VALIDITY_SECONDS,
        freshness=tuple(encode_base64url(key.public_bytes_raw()) for key in freshness),
        iat=issued,
        log=ListedLog(key=encode_base64url(checkpoint_key.public_bytes_raw()), origin=checkpoint_origin),
        participants=tuple(sorted(participants, key=lambda line: line.id)),
        version=version,
        witnesses=tuple(sorted(witnesses, key=lambda witness: witness.name)),
    )


def sign_list(trust_list: TrustList, roots: Iterable[Ed25519PrivateKey]) -> bytes:
    """Return the value of `list/<version>`: the list with one signature of each root key given."""
    payload = encode_base64url(canonical(trust_list))
    signed = (LIST_CONTEXT + payload).encode("ascii")
    signatures = [
        RootSignature(kid=bare_kid(key.public_key()), signature=encode_base64url(key.sign(signed))) for key in roots
    ]
    return canonical(SignedList(payload=payload, signatures=tuple(sorted(signatures, key=lambda one: one.kid))))


def list_hash(trust_list: TrustList) -> str:
    """Return what a freshness statement names the list by."""
    return sha256(canonical(trust_list))


def sign_freshness(
    trust_list: TrustList, signer: Signer, *, now: datetime, revocations: Iterable[Revocation] = ()
) -> bytes:
    """Return the value of `fresh`: the list in force for the next 24 hours, and who lost trust since."""
    issued = seconds(now)
    statement = Freshness(
        env=trust_list.env,
        exp=issued + FRESHNESS_VALIDITY_SECONDS,
        hash=list_hash(trust_list),
        iat=issued,
        revocations=tuple(sorted(revocations, key=lambda one: one.kid)),
        version=trust_list.version,
    )
    return canonical(Signed(jws=sign_compact(signer, TokenType.FRESHNESS, canonical(statement))))

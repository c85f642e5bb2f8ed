"""Turn a signed trust list into the view that verification asks: every certificate is checked once, here."""

from __future__ import annotations

from itertools import pairwise

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from broker.trust.certificates import check_authority, check_signing, parse
from broker.trust.hpke import MLKEM_PUBLIC_BYTES, X25519_BYTES
from broker.trust.jws import decode_signature, protected_header, verify_signature
from broker.trust.models import (
    LIST_VALIDITY_SECONDS,
    ListedCertificate,
    ListedParticipant,
    Status,
    TrustList,
    possession_input,
)
from broker.trust.roots import public_key
from broker.trust.signer import thumbprint
from broker.trust.view import (
    HybridPublicKey,
    ListedKey,
    Participant,
    Regime,
    Role,
    SigningPublicKey,
    TokenType,
    TrustView,
)
from contracts.encoding import decode_base64url
from contracts.errors import Code, RecordError, TrustRefused
from contracts.identifiers import AuthorityId, Environment, instant, seconds

_TOKENS = (TokenType.EVENT, TokenType.GRANT)
"""What a participant's signing key may sign."""


def build_view(trust_list: TrustList) -> TrustView:
    """Return the view of a list whose root signatures hold; it is fresh until the list ends.

    Raises:
        TrustRefused: one entry breaks a rule; the list is refused whole.
    """
    if not 0 < trust_list.exp - trust_list.iat <= LIST_VALIDITY_SECONDS:
        raise TrustRefused("trust list: not valid for at most 90 days")
    ids = [line.id for line in trust_list.participants]
    if any(before >= after for before, after in pairwise(ids)):
        raise TrustRefused("trust list: participants twice or out of order")
    environment = Environment(trust_list.env)
    headers: dict[str, ListedKey] = {}
    owners: dict[bytes, str] = {}
    participants: dict[AuthorityId, Participant] = {}
    for line in trust_list.participants:
        try:
            participants[AuthorityId(line.id)] = _participant(line, environment, trust_list.iat, headers, owners)
        except TrustRefused as fault:
            raise TrustRefused(f"trust list: {line.id}: {fault.detail}") from fault
    for witness in trust_list.witnesses:
        public_key(witness.key)
    return TrustView(
        version=trust_list.version,
        environment=environment,
        expires=trust_list.exp,
        participants=participants,
        headers=headers,
        checkpoint_origin=trust_list.log.origin,
        checkpoint_keys={trust_list.log.origin: public_key(trust_list.log.key).public_bytes_raw()},
    )


def _participant(
    line: ListedParticipant,
    environment: Environment,
    issued: int,
    headers: dict[str, ListedKey],
    owners: dict[bytes, str],
) -> Participant:
    keys = {}
    for listed in line.certificates:
        for key in _keys(line, listed, issued):
            raw = key.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            if owners.setdefault(raw, line.id) != line.id:
                raise TrustRefused("the signing key of another participant")
            header = protected_header(key.key, key.kid, key.token)
            if header in headers:
                raise TrustRefused("a certificate stands twice")
            headers[header] = key
            keys[key.kid] = key
    if line.issues and not keys:
        raise TrustRefused("issues events without a signing certificate")
    return Participant(
        id=AuthorityId(line.id),
        roles=frozenset(Role(role) for role in line.roles),
        regime=Regime(line.regime),
        third_country=line.third_country,
        slots=line.slots,
        issues=frozenset(line.issues),
        profiles=dict(line.profiles),
        encryption=_encryption(line, environment, issued, keys),
    )


def _keys(line: ListedParticipant, listed: ListedCertificate, issued: int) -> list[ListedKey]:
    if line.ca is None:
        raise TrustRefused("certificates without a national CA")
    authority = parse(line.ca)
    check_authority(authority)
    leaf = parse(listed.der)
    key: SigningPublicKey = check_signing(leaf, authority, line.id, at=instant(issued * 1000))
    revoked_from, lifted = _read_history(listed.history)
    return [
        ListedKey(
            issuer=AuthorityId(line.id),
            key=key,
            kid=thumbprint(leaf),
            token=token,
            not_before=max(seconds(leaf.not_valid_before_utc), listed.history[0].since),
            not_after=seconds(leaf.not_valid_after_utc),
            types=frozenset(line.issues),
            revoked_from=revoked_from,
            lifted=lifted,
        )
        for token in _TOKENS
    ]


def _read_history(history: tuple[Status, ...]) -> tuple[int | None, tuple[tuple[int, int], ...]]:
    """Return the instant from which the key no longer counts, and the suspensions that are over."""
    if history[0].status != "granted":
        raise TrustRefused("a certificate's history does not begin with granted")
    lifted = []
    for before, after in pairwise(history):
        if before.since >= after.since or before.status in {"withdrawn", after.status}:
            raise TrustRefused("a certificate's history is out of order")
        if before.status == "suspended" and after.status == "granted":
            lifted.append((before.since, after.since))
    last = history[-1]
    if last.status == "granted":
        return None, tuple(lifted)
    suspended_before = len(history) > 1 and last.status == "withdrawn" and history[-2].status == "suspended"
    return (history[-2].since if suspended_before else last.since), tuple(lifted)


def _encryption(
    line: ListedParticipant, environment: Environment, issued: int, keys: dict[str, ListedKey]
) -> HybridPublicKey | None:
    listed = line.encryption
    if listed is None:
        if line.profiles:
            raise TrustRefused("receives events without an encryption key")
        return None
    try:
        mlkem = decode_base64url(listed.mlkem, code=Code.E03_BASE64)
        x25519 = decode_base64url(listed.x25519, code=Code.E03_BASE64)
        if len(mlkem) != MLKEM_PUBLIC_BYTES or len(x25519) != X25519_BYTES:
            raise TrustRefused("an encryption key of another size")
        public = HybridPublicKey(mlkem=mlkem, x25519=x25519)
        owner = keys.get(listed.proof.kid)
        if owner is None:
            raise TrustRefused("the proof of possession is by another key than the participant's own")
        verify_signature(
            owner.key, possession_input(line.id, public, environment), decode_signature(listed.proof.signature)
        )
    except RecordError as fault:
        raise TrustRefused("the proof of possession does not hold") from fault
    # A key that its owner no longer vouches for gets nothing sealed to it; the rest of the list stands,
    # so that withdrawing a signing key in a hurry needs no new proof first.
    return None if owner.revoked_at(issued) else public

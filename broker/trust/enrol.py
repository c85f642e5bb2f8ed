"""Enrol participants: make their keys, have them certified, and write their line of the trust list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from broker.ports import Randomness
from broker.trust import hpke
from broker.trust.issue import CertificateAuthority, p256_key
from broker.trust.keyfiles import SigningPrivateKey, certificate_pem, private_pem, write_private
from broker.trust.models import (
    ListedCertificate,
    ListedEncryption,
    ListedParticipant,
    Possession,
    Status,
    possession_input,
)
from broker.trust.signer import PemSigner, Signer, thumbprint
from broker.trust.view import HybridPublicKey, Regime, Role
from contracts.codes import Profile
from contracts.encoding import encode_base64url
from contracts.events import CONSULTATION_BATCH, EVENTS, SHELTER_OFFER, SIGNAL, is_a, versions_of
from contracts.identifiers import AuthorityId, Environment, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the coordinating body allows one participant; `profiles` gives one profile per type."""

    roles: tuple[Role, ...]
    regime: Regime
    slots: int
    issues: tuple[str, ...]
    profiles: Mapping[str, str]
    third_country: bool = False


def _police(profile: str) -> Terms:
    return Terms(
        roles=(Role.AUTHORITY,),
        regime=Regime.LED,
        slots=1,
        issues=tuple(sorted(known.type for known in EVENTS.values() if not is_a(known.type, SHELTER_OFFER))),
        profiles={known.type: profile for known in EVENTS.values() if profile in known.profiles},
    )


_CARE_TYPES = tuple(
    sorted(
        known.type for known in EVENTS.values() if Profile.CARE.value in known.profiles and not is_a(known.type, SIGNAL)
    )
)
DEFAULT_TERMS: Mapping[str, Terms] = {
    "BE-FGP": _police("border"),
    "DE-BKA": _police("liaison"),
    "EU-AUD": Terms(roles=(Role.AUDITOR,), regime=Regime.LED, slots=0, issues=(), profiles={}),
    "NL-CARE": Terms(
        roles=(Role.CARE,),
        regime=Regime.GDPR,
        slots=1,
        issues=tuple(sorted((*_CARE_TYPES, *versions_of(CONSULTATION_BATCH)))),
        profiles=dict.fromkeys(_CARE_TYPES, "care"),
    ),
    "NL-POL": _police("liaison"),
}
"""The participants of the embedded exchange (DESIGN 14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A participant with its own keys, as only its own gateway has them."""

    id: AuthorityId
    terms: Terms
    national: CertificateAuthority
    key: SigningPrivateKey = field(repr=False)
    certificate: x509.Certificate
    encryption: hpke.HybridPrivateKey = field(repr=False)
    since: int

    def signer(self) -> PemSigner:
        """Return a signer over the key in memory."""
        return PemSigner(self.key, thumbprint(self.certificate))

    def listed(self, environment: Environment) -> ListedParticipant:
        """Return its line of the trust list, with the proof that it holds its encryption key."""
        return list_participant(
            self.id,
            self.terms,
            ca=self.national.certificate,
            certificate=self.certificate,
            since=self.since,
            encryption=listed_encryption(self.id, self.encryption.public(), self.signer(), environment),
        )

    def save(self, folder: Path) -> None:
        """Write `signing.key`, `signing.pem` and `encryption.key` into `folder`."""
        write_private(folder / "signing.key", private_pem(self.key))
        (folder / "signing.pem").write_bytes(certificate_pem(self.certificate))
        hpke.store(self.encryption, folder / "encryption.key")


def enrol(
    authority: AuthorityId,
    terms: Terms,
    *,
    national: CertificateAuthority,
    now: datetime,
    randomness: Randomness,
) -> Enrolled:
    """Make the keys of a participant and have its national CA certify the signing key."""
    key = p256_key(randomness)
    return Enrolled(
        id=authority,
        terms=terms,
        national=national,
        key=key,
        certificate=national.signing(authority, key.public_key(), now=now, randomness=randomness),
        encryption=hpke.generate(randomness),
        since=seconds(now),
    )


def list_auditor(authority: AuthorityId, terms: Terms) -> ListedParticipant:
    """Return the line of a participant that signs nothing and receives nothing."""
    return _line(authority, terms, ca=None, certificates=(), encryption=None)


def list_participant(
    authority: AuthorityId,
    terms: Terms,
    *,
    ca: x509.Certificate,
    certificate: x509.Certificate,
    since: int,
    encryption: ListedEncryption,
) -> ListedParticipant:
    """Return the line of a participant whose certificate is granted from `since` (seconds) on."""
    listed = ListedCertificate(der=_der(certificate), history=(Status(since=since, status="granted"),))
    return _line(authority, terms, ca=_der(ca), certificates=(listed,), encryption=encryption)


def listed_encryption(
    authority: str, public: HybridPublicKey, signer: Signer, environment: Environment
) -> ListedEncryption:
    """Return the encryption key as listed, vouched for by the participant's signing key."""
    signature = signer.sign(possession_input(authority, public, environment))
    return ListedEncryption(
        kem="MLKEM768_X25519",
        mlkem=encode_base64url(public.mlkem),
        x25519=encode_base64url(public.x25519),
        proof=Possession(kid=signer.kid, signature=encode_base64url(signature)),
    )


def _line(
    authority: AuthorityId,
    terms: Terms,
    *,
    ca: str | None,
    certificates: tuple[ListedCertificate, ...],
    encryption: ListedEncryption | None,
) -> ListedParticipant:
    return ListedParticipant(
        ca=ca,
        certificates=certificates,
        encryption=encryption,
        id=authority,
        issues=tuple(sorted(terms.issues)),
        profiles=dict(terms.profiles),
        regime=terms.regime.value,
        roles=tuple(sorted(role.value for role in terms.roles)),
        slots=terms.slots,
        third_country=terms.third_country,
    )


def _der(certificate: x509.Certificate) -> str:
    return encode_base64url(certificate.public_bytes(Encoding.DER))

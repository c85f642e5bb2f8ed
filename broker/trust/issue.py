"""Issue certificates: national CAs for signing, the exchange's transport CA for TLS (DESIGN 10).

Names are built in the order C, O, OU, CN: Kafka reads them in reverse and maps the OU to the
principal `User:<ou>`. Every instant and every random byte comes from the caller.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from broker.ports import Randomness
from broker.trust.certificates import DOCUMENT_SIGNING, participant_name
from broker.trust.keyfiles import certificate_pem, load_certificate, load_private, private_pem, write_private
from broker.trust.view import SigningPublicKey
from contracts.errors import UsageError

ORGANISATION = "Baken"
HUB_COUNTRY = "XX"
"""User-assigned ISO 3166 code for what belongs to no country: nodes and services of the hub."""
SIGNING_LIFE = timedelta(days=730)
TLS_LIFE = timedelta(days=365)
AUTHORITY_LIFE = timedelta(days=3_650)
BACKDATED = timedelta(minutes=5)
"""Certificates begin a little earlier, so that a clock slightly behind accepts them at once."""
_SERIAL_BYTES = 16
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SCALAR_BYTES = 40
"""64 bits more than the order, so that the reduction shows no bias (FIPS 186-5 A.2.1)."""
_ED25519_SEED_BYTES = 32


def p256_key(randomness: Randomness) -> ec.EllipticCurvePrivateKey:
    """Make a P-256 key from 40 random bytes."""
    scalar = int.from_bytes(randomness(_SCALAR_BYTES), "big") % (_P256_ORDER - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP256R1())


def ed25519_key(randomness: Randomness) -> Ed25519PrivateKey:
    """Make an Ed25519 key from 32 random bytes."""
    return Ed25519PrivateKey.from_private_bytes(randomness(_ED25519_SEED_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateAuthority:
    """A CA with its key: a national one for signing, or the exchange's own for TLS."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate

    @classmethod
    def create(cls, name: str, country: str, *, now: datetime, randomness: Randomness) -> Self:
        """Make a self-signed CA that issues leaves only."""
        key = p256_key(randomness)
        subject = _name(country, "CA", name)
        usage = _usage(key_cert_sign=True)
        builder = _builder(subject, subject, key.public_key(), now=now, life=AUTHORITY_LIFE, randomness=randomness)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        return cls(key=key, certificate=builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True))

    @classmethod
    def load(cls, key_path: Path, certificate_path: Path) -> Self:
        """Read a CA.

        Raises:
            UsageError: a file cannot be read, or the two do not belong together.
        """
        key, certificate = load_private(key_path), load_certificate(certificate_path)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
            raise UsageError(f"{certificate_path} is not the CA certificate of {key_path}")
        return cls(key=key, certificate=certificate)

    def save(self, key_path: Path, certificate_path: Path) -> None:
        """Write the key, readable by its owner only, and the certificate."""
        write_private(key_path, private_pem(self.key))
        certificate_path.write_bytes(certificate_pem(self.certificate))

    def signing(
        self, authority: str, key: SigningPublicKey, *, now: datetime, randomness: Randomness
    ) -> x509.Certificate:
        """Issue a certificate that signs events of `authority`, and nothing else."""
        subject = _name(authority[:2], authority.lower(), f"signing {authority}")
        alternative = x509.UniformResourceIdentifier(participant_name(authority))
        builder = self._leaf(subject, key, now, SIGNING_LIFE, randomness)
        builder = builder.add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        return self._sign(builder.add_extension(x509.SubjectAlternativeName([alternative]), critical=False))

    def client(
        self, instance: str, unit: str, key: SigningPublicKey, *, now: datetime, randomness: Randomness
    ) -> x509.Certificate:
        """Issue a TLS certificate for one client: `unit` becomes its Kafka principal `User:<unit>`."""
        subject = _name(_country(unit), unit, instance)
        builder = self._leaf(subject, key, now, TLS_LIFE, randomness)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        return self._sign(builder.add_extension(usage, critical=False))

    def node(
        self, instance: str, hosts: list[str], key: SigningPublicKey, *, now: datetime, randomness: Randomness
    ) -> x509.Certificate:
        """Issue the TLS certificate of a Kafka node: principal `User:nodes`, server and client."""
        subject = _name(HUB_COUNTRY, "nodes", instance)
        builder = self._leaf(subject, key, now, TLS_LIFE, randomness)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        builder = builder.add_extension(usage, critical=False)
        names = x509.SubjectAlternativeName([_host(host) for host in hosts])
        return self._sign(builder.add_extension(names, critical=False))

    def server(
        self,
        instance: str,
        unit: str,
        hosts: list[str],
        key: SigningPublicKey,
        *,
        now: datetime,
        randomness: Randomness,
    ) -> x509.Certificate:
        """Issue the TLS certificate of a server that is no client, for the names and addresses in `hosts`."""
        builder = self._leaf(_name(_country(unit), unit, instance), key, now, TLS_LIFE, randomness)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(usage, critical=False)
        names = x509.SubjectAlternativeName([_host(host) for host in hosts])
        return self._sign(builder.add_extension(names, critical=False))

    def _leaf(
        self, subject: x509.Name, key: SigningPublicKey, now: datetime, life: timedelta, randomness: Randomness
    ) -> x509.CertificateBuilder:
        issuer = self.certificate.subject
        builder = _builder(subject, issuer, key, now=now, life=life, randomness=randomness)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(digital_signature=True), critical=True)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return builder.add_extension(identifier, critical=False)

    def _sign(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        return builder.sign(self.key, hashes.SHA256(), ecdsa_deterministic=True)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: SigningPublicKey,
    *,
    now: datetime,
    life: timedelta,
    randomness: Randomness,
) -> x509.CertificateBuilder:
    begin = now - BACKDATED
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(int.from_bytes(randomness(_SERIAL_BYTES), "big") + 1)
        .not_valid_before(begin)
        .not_valid_after(begin + life)
    )


def _name(country: str, unit: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _country(unit: str) -> str:
    country, _, rest = unit.partition("-")
    return country.upper() if rest else HUB_COUNTRY


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )

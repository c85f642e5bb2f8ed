"""Issued certificates have the names that Kafka maps, and CAs survive being stored."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from broker.trust.enrol import DEFAULT_TERMS, enrol
from broker.trust.hpke import load as load_encryption
from broker.trust.issue import CertificateAuthority, p256_key
from broker.trust.signer import PemSigner
from contracts.errors import UsageError
from contracts.identifiers import AuthorityId
from tests.support.seeds import seeded

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def transport() -> CertificateAuthority:
    return CertificateAuthority.create("transport", "XX", now=NOW, randomness=seeded(4))


def test_client_name_is_in_the_order_that_kafka_reverses() -> None:
    """C, O, OU, CN: Kafka sees CN first and takes the OU as principal."""
    key = p256_key(seeded(5)).public_key()
    certificate = transport().client("gateway-nl-pol", "nl-pol", key, now=NOW, randomness=seeded(6))
    assert certificate.subject.rfc4514_string() == "CN=gateway-nl-pol,OU=nl-pol,O=Baken,C=NL"
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    service = transport().client("broker-1", "broker", key, now=NOW, randomness=seeded(6))
    assert service.subject.rfc4514_string() == "CN=broker-1,OU=broker,O=Baken,C=XX"


def test_node_has_its_addresses() -> None:
    """A node's certificate names its hosts and addresses, for both sides of TLS."""
    key = p256_key(seeded(5)).public_key()
    certificate = transport().node("node-1", ["localhost", "127.0.0.1"], key, now=NOW, randomness=seeded(6))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert certificate.subject.rfc4514_string() == "CN=node-1,OU=nodes,O=Baken,C=XX"


def test_authority_is_stored_and_loaded(tmp_path: Path) -> None:
    """A CA issues the same after it was stored; its key is readable by its owner only."""
    made = transport()
    made.save(tmp_path / "ca.key", tmp_path / "ca.pem")
    assert stat.S_IMODE((tmp_path / "ca.key").stat().st_mode) == 0o600
    loaded = CertificateAuthority.load(tmp_path / "ca.key", tmp_path / "ca.pem")
    assert loaded.certificate == made.certificate
    other = CertificateAuthority.create("other", "XX", now=NOW, randomness=seeded(9))
    other.save(tmp_path / "other.key", tmp_path / "other.pem")
    with pytest.raises(UsageError, match=r"ca\.pem"):
        CertificateAuthority.load(tmp_path / "other.key", tmp_path / "ca.pem")


def test_enrolled_keys_are_stored_and_loaded(tmp_path: Path) -> None:
    """A gateway finds its signer and its encryption key where enrolment put them."""
    national = CertificateAuthority.create("national NL", "NL", now=NOW, randomness=seeded(1))
    who = enrol(AuthorityId("NL-POL"), DEFAULT_TERMS["NL-POL"], national=national, now=NOW, randomness=seeded(2))
    who.save(tmp_path)
    signer = PemSigner.load(tmp_path / "signing.key", tmp_path / "signing.pem")
    assert signer.kid == who.signer().kid
    assert signer.sign(b"x") == who.signer().sign(b"x")
    assert load_encryption(tmp_path / "encryption.key") == who.encryption
    national.save(tmp_path / "ca.key", tmp_path / "ca.pem")
    with pytest.raises(UsageError, match=r"ca\.pem"):
        PemSigner.load(tmp_path / "signing.key", tmp_path / "ca.pem")

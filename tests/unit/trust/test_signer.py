"""Signers load what belongs together and say which file is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from broker.trust.keyfiles import private_pem, write_private
from broker.trust.signer import PemSigner, bare_kid
from contracts.errors import UsageError


def test_bare_key_is_named_by_its_hash(tmp_path: Path) -> None:
    """A freshness key without certificate has the hash of its public key as `kid`."""
    key = Ed25519PrivateKey.generate()
    write_private(tmp_path / "fresh.key", private_pem(key))
    assert PemSigner.load_bare(tmp_path / "fresh.key").kid == bare_kid(key.public_key())


def test_bare_key_is_ed25519(tmp_path: Path) -> None:
    """A P-256 key cannot stand without a certificate."""
    write_private(tmp_path / "fresh.key", private_pem(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(UsageError, match="Ed25519"):
        PemSigner.load_bare(tmp_path / "fresh.key")


def test_other_keys_are_refused(tmp_path: Path) -> None:
    """RSA, another curve and files that hold no key are usage errors."""
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    rsa_pem = rsa_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content in (rsa_pem, private_pem(ec.generate_private_key(ec.SECP384R1())), b"no key"):
        (tmp_path / "signing.key").write_bytes(content)
        with pytest.raises(UsageError, match=r"signing\.key"):
            PemSigner.load_bare(tmp_path / "signing.key")


def test_file_that_holds_no_certificate_is_refused(tmp_path: Path) -> None:
    """A certificate file of another form is a usage error that names it."""
    write_private(tmp_path / "signing.key", private_pem(ec.generate_private_key(ec.SECP256R1())))
    (tmp_path / "signing.pem").write_bytes(b"no certificate")
    with pytest.raises(UsageError, match=r"signing\.pem"):
        PemSigner.load(tmp_path / "signing.key", tmp_path / "signing.pem")

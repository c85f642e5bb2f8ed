"""Sign with a participant's key, wherever that key lives."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from broker.trust.jws import protected_header
from broker.trust.keyfiles import SigningPrivateKey, load_certificate, load_private
from broker.trust.view import TokenType
from contracts.encoding import encode_base64url, sha256
from contracts.errors import UsageError

_ES256 = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
"""RFC 6979: a key in a file must not depend on the quality of a nonce."""
_COORDINATE_BYTES = 32


class Signer(Protocol):
    """A signing key that one may use but not see."""

    @property
    def kid(self) -> str:
        """`x5t#S256` of the certificate: SHA-256 of its DER, whole (shorter ids can be ground)."""

    def header(self, token: TokenType) -> str:
        """Return the exact protected header for `token`, as base64url text."""

    def sign(self, signing_input: bytes) -> bytes:
        """Return the 64 bytes of the signature, as a JWS carries them."""


class PemSigner:
    """Sign with a private key that was read from a PEM file."""

    def __init__(self, key: SigningPrivateKey, kid: str) -> None:
        self.kid = kid
        self._key = key
        self._headers = {token: protected_header(key.public_key(), kid, token) for token in TokenType}

    @classmethod
    def load(cls, key_path: Path, certificate_path: Path) -> Self:
        """Read a key and its certificate.

        Raises:
            UsageError: a file cannot be read, or the two do not belong together.
        """
        key, certificate = load_private(key_path), load_certificate(certificate_path)
        if certificate.public_key() != key.public_key():
            raise UsageError(f"{certificate_path} is not the certificate of {key_path}")
        return cls(key, thumbprint(certificate))

    @classmethod
    def load_bare(cls, key_path: Path) -> Self:
        """Read an Ed25519 key that stands in the trust list without a certificate."""
        key = load_private(key_path)
        if not isinstance(key, Ed25519PrivateKey):
            raise UsageError(f"{key_path} is not an Ed25519 key")
        return cls(key, bare_kid(key.public_key()))

    def header(self, token: TokenType) -> str:
        """Return the exact protected header for `token`, as base64url text."""
        return self._headers[token]

    def sign(self, signing_input: bytes) -> bytes:
        """Return the 64 bytes of the signature, as a JWS carries them."""
        if isinstance(self._key, Ed25519PrivateKey):
            return self._key.sign(signing_input)
        r, s = decode_dss_signature(self._key.sign(signing_input, _ES256))
        return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")


def sign_compact(signer: Signer, token: TokenType, payload: bytes) -> str:
    """Sign `payload` as `token` and return the compact JWS."""
    signing_input = f"{signer.header(token)}.{encode_base64url(payload)}"
    return f"{signing_input}.{encode_base64url(signer.sign(signing_input.encode('ascii')))}"


def thumbprint(certificate: x509.Certificate) -> str:
    """Return `x5t#S256` of a certificate (RFC 7515 §4.1.8)."""
    return sha256(certificate.public_bytes(serialization.Encoding.DER))


def bare_kid(key: Ed25519PublicKey) -> str:
    """Return the `kid` of a key without certificate: SHA-256 of its 32 bytes."""
    return sha256(key.public_bytes_raw())

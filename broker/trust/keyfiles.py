"""Read and write key material: private keys are files that only their owner can read."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.errors import UsageError

SigningPrivateKey = ec.EllipticCurvePrivateKey | Ed25519PrivateKey
PRIVATE_MODE = 0o600


def write_private(path: Path, data: bytes) -> None:
    """Write `data` so that it is never readable by others, not even for a moment.

    The file appears whole under its name: a crash before the rename leaves a `.new` file that the
    next call replaces, a crash after it leaves the new content.
    """
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def private_pem(key: SigningPrivateKey) -> bytes:
    """Return `key` as unencrypted PKCS#8 in PEM."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """Return `certificate` in PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def read(path: Path) -> bytes:
    """Return the bytes of `path`; a file that cannot be read is a `UsageError` with its name."""
    try:
        return path.read_bytes()
    except OSError as fault:
        raise UsageError(f"cannot read {path}: {fault.strerror}") from fault


def load_private(path: Path) -> SigningPrivateKey:
    """Read a P-256 or Ed25519 private key in PEM."""
    try:
        key = serialization.load_pem_private_key(read(path), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise UsageError(f"{path} is not an unencrypted private key in PEM") from fault
    if isinstance(key, Ed25519PrivateKey):
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise UsageError(f"{path} is neither a P-256 nor an Ed25519 key")


def load_certificate(path: Path) -> x509.Certificate:
    """Read one certificate in PEM."""
    try:
        return x509.load_pem_x509_certificate(read(path))
    except ValueError as fault:
        raise UsageError(f"{path} is not a certificate in PEM") from fault

"""Seal what a gateway keeps at rest with a key that never leaves the machine.

One key file of 32 random bytes, readable by its owner alone. Two keys are derived from it (HKDF,
RFC 5869): one seals (AES-256-GCM, random 96-bit nonce), the other makes keyed hashes, so that a
stolen database can be neither read nor searched by guessing names or document numbers.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from broker.ports import Randomness
from contracts.encoding import canonical, encode_base64url
from contracts.errors import StoreCorrupt, UsageError

KEY_BYTES = 32
NONCE_BYTES = 12
"""Random nonces are safe for 2^32 seals under one key (NIST SP 800-38D §8.3)."""


class Vault:
    """Seal, open and mark with the local key. Holds no other state."""

    def __init__(self, key: bytes, randomness: Randomness) -> None:
        if len(key) != KEY_BYTES:
            raise UsageError(f"the local key must have {KEY_BYTES} bytes")
        self._sealer = AESGCM(_derive(key, b"baken-vault-seal-1"))
        self._marker = _derive(key, b"baken-vault-mark-1")
        self._randomness = randomness

    @classmethod
    def load(cls, path: Path, randomness: Randomness) -> Vault:
        """Read the key at `path`; make it on first use.

        Raises:
            UsageError: others may read the file, or it is not a key; the text names the remedy.
        """
        if not path.exists():
            _create(path, randomness(KEY_BYTES))
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            key = path.read_bytes()
        except OSError as fault:
            raise UsageError(f"cannot read {path}: {fault.strerror}") from fault
        if mode & 0o077:
            raise UsageError(f"{path} can be read by others: chmod 600 {path}")
        if len(key) != KEY_BYTES:
            raise UsageError(f"{path} is not a local key of {KEY_BYTES} bytes: restore it from your backup")
        return cls(key, randomness)

    def seal(self, plaintext: bytes, *, place: str) -> bytes:
        """Return nonce and ciphertext, bound to `place` (table and row), so that no blob can be moved."""
        nonce = self._randomness(NONCE_BYTES)
        return nonce + self._sealer.encrypt(nonce, plaintext, place.encode())

    def open(self, blob: bytes, *, place: str) -> bytes:
        """Return what was sealed for `place`.

        Raises:
            StoreCorrupt: the bytes were changed or moved, or the local key is another one.
        """
        try:
            return self._sealer.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as fault:
            raise StoreCorrupt(f"a sealed value does not open at {place.partition('/')[0]}") from fault

    def mark(self, *parts: str) -> str:
        """Return a keyed hash (HMAC-SHA-256) of `parts`; equal parts give equal marks on this machine only."""
        code = hmac.HMAC(self._marker, hashes.SHA256())
        code.update(canonical(parts))
        return encode_base64url(code.finalize())


def _derive(key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)


def _create(path: Path, key: bytes) -> None:
    """Write a new key so that it is never seen half, and the first of two processes wins."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link never replaces: if the other process was first, its key stays. A crash before
            # leaves a stray temporary file and no key; a crash after leaves the whole key.
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as fault:
        raise UsageError(f"cannot write {path}: {fault.strerror}") from fault

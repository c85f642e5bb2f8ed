"""Seal epoch keys to a participant with HPKE over ML-KEM-768 and X25519 (RFC 9180, base mode).

Base mode names no sender: who sealed is known from the signature around the grant, and `info` ties
the ciphertext to that grant. What is recorded today stays closed to a quantum computer tomorrow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from broker.ports import Randomness
from broker.trust.keyfiles import read, write_private
from broker.trust.view import HybridPublicKey
from contracts.encoding import canonical, decode_base64url, decode_canonical, encode_base64url
from contracts.errors import Code, RecordError, UsageError, refusal

MLKEM_SEED_BYTES = 64
X25519_BYTES = 32
MLKEM_PUBLIC_BYTES = 1_184
OVERHEAD_BYTES = 1_136
"""What sealing adds: 1,120 bytes of encapsulation and a 16-byte tag."""

_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class _KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kem: Literal["MLKEM768_X25519"]
    mlkem_seed: str
    x25519: str


_KEY_FILE = msgspec.json.Decoder(_KeyFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class HybridPrivateKey:
    """A participant's HPKE key: the ML-KEM seed and the X25519 scalar, as they are stored."""

    mlkem_seed: bytes = field(repr=False)
    x25519: bytes = field(repr=False)

    def public(self) -> HybridPublicKey:
        """Return what the trust list shows of this key."""
        return HybridPublicKey(
            mlkem=MLKEM768PrivateKey.from_seed_bytes(self.mlkem_seed).public_key().public_bytes_raw(),
            x25519=X25519PrivateKey.from_private_bytes(self.x25519).public_key().public_bytes_raw(),
        )


def generate(randomness: Randomness) -> HybridPrivateKey:
    """Make a key from 96 random bytes."""
    return HybridPrivateKey(mlkem_seed=randomness(MLKEM_SEED_BYTES), x25519=randomness(X25519_BYTES))


def store(key: HybridPrivateKey, path: Path) -> None:
    """Write `encryption.key`, readable by its owner only."""
    document = {
        "kem": "MLKEM768_X25519",
        "mlkem_seed": encode_base64url(key.mlkem_seed),
        "x25519": encode_base64url(key.x25519),
    }
    write_private(path, canonical(document))


def load(path: Path) -> HybridPrivateKey:
    """Read `encryption.key`.

    Raises:
        UsageError: the file is absent or not such a key.
    """
    data = read(path)
    code = Code.A02_FORMAT
    try:
        document = decode_canonical(data, _KEY_FILE, syntax=code, schema=code, spelling=code)
        seed = decode_base64url(document.mlkem_seed, code=code)
        scalar = decode_base64url(document.x25519, code=code)
    except RecordError as fault:
        raise UsageError(f"{path} is not an encryption key file") from fault
    if len(seed) != MLKEM_SEED_BYTES or len(scalar) != X25519_BYTES:
        raise UsageError(f"{path} holds a key of another size")
    return HybridPrivateKey(mlkem_seed=seed, x25519=scalar)


def seal(public: HybridPublicKey, kek: bytes, info: bytes) -> bytes:
    """Seal `kek` to `public`; only the same `info` opens it."""
    key = hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public.mlkem), X25519PublicKey.from_public_bytes(public.x25519)
    )
    return _SUITE.encrypt(kek, key, info=info)


def open_(private: HybridPrivateKey, enc: bytes, info: bytes) -> bytes:
    """Open what `seal` made.

    Raises:
        ForbiddenSection: `E12-open`; another key, another `info` or other bytes, never told apart.
    """
    key = hpke.MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(private.mlkem_seed), X25519PrivateKey.from_private_bytes(private.x25519)
    )
    try:
        return _SUITE.decrypt(enc, key, info=info)
    except InvalidTag as fault:
        raise refusal(Code.E12_OPEN, "epoch key") from fault

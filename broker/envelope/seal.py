"""Seal disclosures for a profile and wrap the content key for a recipient (RFC 7516, RFC 7518 §4.4, §5.3).

Headers are computed from verified claims and compared, never read. AES-GCM does not commit to its
key: what makes a ciphertext mean one thing is that its whole plaintext must be disclosures with
signed digests followed by zeros, so `unpad` is total.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from contracts.encoding import canonical, decode_base64url, encode_base64url, sha256
from contracts.errors import Code, refusal
from contracts.wire import CONTENT_KEY_BYTES, NONCE_BYTES, WRAPPED_KEY_CHARACTERS, FlattenedJwe, SealedPart

TAG_BYTES: Final = 16
SMALL_CLASSES: Final = (512, 1024, 2048, 4096)
LARGE_STEP: Final = 4096
"""Size classes of plaintexts in bytes: the length of a record must not tell what is in it."""

_WRAPPED_KEY: Final = re.compile(rf"[A-Za-z0-9_-]{{{WRAPPED_KEY_CHARACTERS - 1}}}[AEIMQUYcgkosw048]")
"""40 bytes: the last of 54 characters carries four bits."""
_OPEN_FAILED: Final = "the sealed part does not open with this epoch key"


def size_class(length: int) -> int:
    """Return the smallest size class that holds `length` bytes."""
    for size in SMALL_CLASSES:
        if length <= size:
            return size
    return -(-length // LARGE_STEP) * LARGE_STEP


def pad(disclosures: Sequence[str]) -> bytes:
    """Join disclosures with `~` and fill up with zeros to the size class."""
    text = "~".join(disclosures).encode("ascii")
    return text.ljust(size_class(len(text)), b"\x00")


def unpad(plaintext: bytes) -> list[str]:
    """Return the disclosures in a plaintext.

    Raises:
        ForbiddenSection: `E12-padding`, when it is not text and zeros filling the smallest class that
            fits; `E12-disclosure`, when an item is empty or not ASCII.
    """
    text = plaintext.partition(b"\x00")[0]
    if plaintext != text.ljust(size_class(len(text)), b"\x00"):
        raise refusal(Code.E12_PADDING, "not the size class of its content")
    if not text.isascii():
        raise refusal(Code.E12_DISCLOSURE, "not text")
    items = text.decode("ascii").split("~")
    if not all(items):
        raise refusal(Code.E12_DISCLOSURE, "an empty item")
    return items


def protected_header(*, env: str, iss: str, jti: str, profile: str) -> str:
    """Return the one protected header, in base64url, that the sealed part of `profile` may have."""
    return encode_base64url(
        canonical(
            {
                "alg": "A256KW",
                "cty": "baken-disclosures",
                "enc": "A256GCM",
                "env": env,
                "iss": iss,
                "jti": jti,
                "profile": profile,
            }
        )
    )


def seal(plaintext: bytes, *, key: bytes, nonce: bytes, protected: str) -> SealedPart:
    """Encrypt for one profile, with `protected` as additional data; `key` and `nonce` serve this call only."""
    sealed = AESGCM(key).encrypt(nonce, plaintext, protected.encode("ascii"))
    return SealedPart(
        ciphertext=encode_base64url(sealed[:-TAG_BYTES]),
        iv=encode_base64url(nonce),
        protected=protected,
        tag=encode_base64url(sealed[-TAG_BYTES:]),
    )


def sealed_hash(part: SealedPart | FlattenedJwe) -> str:
    """Hash a ciphertext as the claim `sealed` does: over its text on the wire; base64url has no dot."""
    return sha256(f"{part.protected}.{part.iv}.{part.ciphertext}.{part.tag}".encode())


def wrap_key(content_key: bytes, *, epoch_key: bytes) -> str:
    """Wrap a content key for one recipient (RFC 3394, default initial value)."""
    return encode_base64url(aes_key_wrap(epoch_key, content_key))


def check_form(part: SealedPart | FlattenedJwe) -> bytes:
    """Return nonce, ciphertext and tag, decoded and joined.

    Raises:
        ForbiddenSection: `E11-hash`, when one is not strict base64url or has a length that no sealed part has.
    """
    nonce = decode_base64url(part.iv, code=Code.E11_HASH, detail="iv is not strict base64url")
    ciphertext = decode_base64url(part.ciphertext, code=Code.E11_HASH, detail="ciphertext is not strict base64url")
    tag = decode_base64url(part.tag, code=Code.E11_HASH, detail="tag is not strict base64url")
    if len(nonce) != NONCE_BYTES or len(tag) != TAG_BYTES or len(ciphertext) != size_class(len(ciphertext)):
        raise refusal(Code.E11_HASH, "iv, tag or ciphertext has a length that no sealed part has")
    return nonce + ciphertext + tag


def check_wrap(encrypted_key: str) -> None:
    """Require 40 bytes in strict base64url: a shorter wrap would silently give a shorter AES key.

    Raises:
        ForbiddenSection: `E11-wrap`.
    """
    if not _WRAPPED_KEY.fullmatch(encrypted_key):
        raise refusal(Code.E11_WRAP, "encrypted_key is not 40 bytes in strict base64url")


def unseal(nonce_ciphertext_tag: bytes, *, encrypted_key: str, protected: str, epoch_key: bytes) -> bytes:
    """Unwrap the content key and open the ciphertext.

    Raises:
        ForbiddenSection: `E12-open`, the same for a wrap and for a ciphertext that does not open.
    """
    wrapped = decode_base64url(encrypted_key, code=Code.E12_OPEN, detail=_OPEN_FAILED)
    try:
        content_key = aes_key_unwrap(epoch_key, wrapped)
        if len(content_key) != CONTENT_KEY_BYTES:
            raise refusal(Code.E12_OPEN, _OPEN_FAILED)
        return AESGCM(content_key).decrypt(
            nonce_ciphertext_tag[:NONCE_BYTES], nonce_ciphertext_tag[NONCE_BYTES:], protected.encode("ascii")
        )
    except (InvalidUnwrap, InvalidTag, ValueError) as fault:
        raise refusal(Code.E12_OPEN, _OPEN_FAILED) from fault

"""Take a compact JWS apart and check its signature, without obeying anything that it says.

Nothing in a header selects a key or an algorithm: the caller looks the whole header up in a
`TrustView` and hands over the key found there (RFC 8725 §3.1). What is *not* checked here: whether
the key was valid or revoked, and what the payload means.
"""

from __future__ import annotations

from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from broker.trust.view import SigningPublicKey, TokenType
from contracts.encoding import canonical, decode_base64url, encode_base64url
from contracts.errors import Code, refusal

SIGNATURE_BYTES = 64
"""ES256 is r||s of 32 bytes each (RFC 7518 §3.4), and Ed25519 has the same length (RFC 8032 §5.1.6)."""
_HALF = SIGNATURE_BYTES // 2
_ES256 = ec.ECDSA(hashes.SHA256())


class Parts(NamedTuple):
    """The three parts of a compact JWS, as text that arrived."""

    header: str
    payload: str
    signature: str

    @property
    def signing_input(self) -> bytes:
        """What is signed, and what identifies a signed event: never the signature bytes."""
        return f"{self.header}.{self.payload}".encode("ascii")


def split(jws: str) -> Parts:
    """Cut a compact JWS into its three parts; anything else is refused with `E03-form`."""
    parts = jws.split(".")
    if len(parts) != 3 or not all(parts) or not jws.isascii():  # noqa: PLR2004 (RFC 7515 §3.1: three parts)
        raise refusal(Code.E03_FORM, "not three parts of ASCII text")
    return Parts(*parts)


def decode_signature(text: str) -> bytes:
    """Decode the signature of a JWS; any spelling but strict base64url is refused with `E03-base64`."""
    return decode_base64url(text, code=Code.E03_BASE64, detail="signature")


def verify_signature(key: SigningPublicKey, signing_input: bytes, signature: bytes) -> None:
    """Check `signature` over the bytes as received.

    Raises:
        BadSignature: `E04-signature`, another length or another signature.
    """
    if len(signature) != SIGNATURE_BYTES:
        raise refusal(Code.E04_SIGNATURE, "not 64 bytes")
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, signing_input)
        else:
            r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
            key.verify(encode_dss_signature(r, s), signing_input, _ES256)
    except InvalidSignature as fault:
        raise refusal(Code.E04_SIGNATURE, "does not hold") from fault


def protected_header(key: SigningPublicKey, kid: str, token: TokenType) -> str:
    """Return the one protected header that `key` may use for `token`, as base64url text."""
    algorithm = "Ed25519" if isinstance(key, Ed25519PublicKey) else "ES256"
    return encode_base64url(canonical({"alg": algorithm, "kid": kid, "typ": token.value}))

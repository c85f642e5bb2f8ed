"""The compact JWS is taken apart strictly and verified by key type, never by its header."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.trust.jws import SIGNATURE_BYTES, decode_signature, protected_header, split, verify_signature
from broker.trust.keyfiles import SigningPrivateKey
from broker.trust.signer import PemSigner, sign_compact
from broker.trust.view import TokenType
from contracts.encoding import decode_base64url, encode_base64url, sha256
from contracts.errors import BadSignature, Code, MalformedRecord

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
KEYS: list[SigningPrivateKey] = [ec.generate_private_key(ec.SECP256R1()), Ed25519PrivateKey.generate()]


@pytest.mark.parametrize("key", KEYS, ids=["ES256", "Ed25519"])
def test_signature_round_trip(key: SigningPrivateKey) -> None:
    """What a signer made holds under its public key, and not over one byte more."""
    parts = split(sign_compact(PemSigner(key, "k"), TokenType.EVENT, b"{}"))
    signature = decode_signature(parts.signature)
    verify_signature(key.public_key(), parts.signing_input, signature)
    with pytest.raises(BadSignature):
        verify_signature(key.public_key(), parts.signing_input + b"x", signature)


def test_es256_is_deterministic() -> None:
    """The same bytes get the same signature (RFC 6979)."""
    signer = PemSigner(KEYS[0], "k")
    assert signer.sign(b"data") == signer.sign(b"data")


def test_both_spellings_of_an_ecdsa_signature_verify() -> None:
    """(r, s) and (r, n-s) both hold, which is why no signature bytes identify an event."""
    signature = PemSigner(KEYS[0], "k").sign(b"data")
    other = signature[:32] + (P256_ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    verify_signature(KEYS[0].public_key(), b"data", other)


@pytest.mark.parametrize("text", ["a.b", "a.b.c.d", "a..c", ".b.c", "a.b.", "", "a.b.é"])
def test_other_forms_are_refused(text: str) -> None:
    """Anything but three non-empty ASCII parts is E03-form."""
    with pytest.raises(MalformedRecord) as caught:
        split(text)
    assert caught.value.code is Code.E03_FORM


@pytest.mark.parametrize("key", KEYS, ids=["ES256", "Ed25519"])
@pytest.mark.parametrize(
    "signature",
    [b"", bytes(SIGNATURE_BYTES - 1), bytes(SIGNATURE_BYTES + 1), bytes(SIGNATURE_BYTES), b"\xff" * SIGNATURE_BYTES],
)
def test_impossible_signatures_are_refused(key: SigningPrivateKey, signature: bytes) -> None:
    """Another length, zero and values beyond the group order are E04-signature, never a crash."""
    with pytest.raises(BadSignature):
        verify_signature(key.public_key(), b"data", signature)


@pytest.mark.parametrize("change", ["+", "=", "trailing"])
def test_other_spellings_of_base64_are_refused(change: str) -> None:
    """A signature in another alphabet, padded or with stray bits is E03-base64."""
    signature = encode_base64url(PemSigner(KEYS[0], "k").sign(b"data"))
    spelt = {"+": "+" + signature[1:], "=": signature + "==", "trailing": signature[:-1] + "_"}[change]
    with pytest.raises(MalformedRecord) as caught:
        decode_signature(spelt)
    assert caught.value.code is Code.E03_BASE64


def test_header_bytes_are_exact() -> None:
    """The protected header is the canonical JSON that the contract shows, one per algorithm."""
    kid = sha256(b"certificate")
    header = decode_base64url(protected_header(KEYS[0].public_key(), kid, TokenType.EVENT), code=Code.E03_BASE64)
    assert header == f'{{"alg":"ES256","kid":"{kid}","typ":"baken+sd-jwt"}}'.encode()
    header = decode_base64url(protected_header(KEYS[1].public_key(), kid, TokenType.GRANT), code=Code.E03_BASE64)
    assert header == f'{{"alg":"Ed25519","kid":"{kid}","typ":"baken-grant+jwt"}}'.encode()

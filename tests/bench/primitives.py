"""The bare cryptography of one event, with `cryptography` and `hashlib` alone: the baseline of the envelope.

Every call here is one that the event cannot do without, on the same bytes: nothing is encoded, parsed,
compared or decided. Signing takes the same deterministic nonces as ours.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from broker.envelope.disclose import DECOY_BYTES
from broker.envelope.seal import check_form, unseal
from contracts.encoding import decode_base64url
from contracts.errors import Code
from contracts.wire import CONTENT_KEY_BYTES, NONCE_BYTES, SALT_BYTES, FlattenedJwe, SealedPart
from tests.bench import workload
from tests.support import envelope_world as world

_SIGN = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_VERIFY = ec.ECDSA(hashes.SHA256())


def publishing(sent: workload.Sent) -> Callable[[], None]:
    """Return those of publishing: randomness, digests, one signature, a seal per profile, a wrap per recipient."""
    claims, submit = sent.composed.claims, sent.submit
    signing_input = submit.jws.rpartition(".")[0].encode()
    digested = [
        *(text.encode() for text in sent.composed.disclosures.values()),
        *[bytes(DECOY_BYTES)] * (len(claims.sections) - len(sent.composed.disclosures)),
        *[bytes(DECOY_BYTES)] * (len(claims.sealed) - len(submit.sealed)),
        *(_hashed(part) for part in submit.sealed),
        signing_input,
        sent.composed.record,
    ]
    sealed = [(_plaintext(sent, part), part.protected.encode()) for part in submit.sealed]
    epoch_keys = [sent.keys.get(wrap.kid) or b"" for wrap in submit.wraps]
    key = world.signing_key(world.ISSUER)
    drawn = SALT_BYTES * len(claims.sections) + (CONTENT_KEY_BYTES + NONCE_BYTES) * len(claims.sealed)

    def work() -> None:
        fresh = os.urandom(drawn)
        content_key, nonce = fresh[:CONTENT_KEY_BYTES], fresh[-NONCE_BYTES:]
        for data in digested:
            hashlib.sha256(data).digest()
        for plaintext, header in sealed:
            AESGCM(content_key).encrypt(nonce, plaintext, header)
        for epoch_key in epoch_keys:
            aes_key_wrap(epoch_key, content_key)
        key.sign(signing_input, _SIGN)

    return work


def receiving(sent: workload.Sent) -> Callable[[], None]:
    """Return the primitives of receiving: one verification, the digests, one unwrap, one opening."""
    wrap, part = sent.submit.wraps[0], sent.submit.sealed[_index(sent, sent.submit.wraps[0].profile)]
    signing_input, _, text = sent.submit.jws.rpartition(".")
    signed = signing_input.encode()
    signature = _der(text)
    opened = sent.composed.disclosures
    digested = [_hashed(part), signed]
    digested += [opened[name].encode() for name in sent.event.audience[0].sections]
    epoch_key = sent.keys.get(wrap.kid) or b""
    wrapped = decode_base64url(wrap.encrypted_key, code=Code.E12_OPEN)
    blob = check_form(part)
    nonce, ciphertext, header = blob[:NONCE_BYTES], blob[NONCE_BYTES:], part.protected.encode()
    key = world.signing_key(world.ISSUER).public_key()

    def work() -> None:
        key.verify(signature, signed, _VERIFY)
        for data in digested:
            hashlib.sha256(data).digest()
        AESGCM(aes_key_unwrap(epoch_key, wrapped)).decrypt(nonce, ciphertext, header)

    return work


def verifying(jws: str) -> Callable[[], None]:
    """Return the verification of one signature."""
    signing_input, _, text = jws.rpartition(".")
    signed, signature = signing_input.encode(), _der(text)
    key = world.signing_key(world.ISSUER).public_key()
    return lambda: key.verify(signature, signed, _VERIFY)


def _der(text: str) -> bytes:
    raw = decode_base64url(text, code=Code.E03_BASE64)
    return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


def _hashed(part: SealedPart | FlattenedJwe) -> bytes:
    return f"{part.protected}.{part.iv}.{part.ciphertext}.{part.tag}".encode()


def _index(sent: workload.Sent, profile: str) -> int:
    return sorted({wrap.profile for wrap in sent.submit.wraps}).index(profile)


def _plaintext(sent: workload.Sent, part: SealedPart) -> bytes:
    wrap = next(one for one in sent.submit.wraps if sent.submit.sealed[_index(sent, one.profile)] is part)
    epoch_key = sent.keys.get(wrap.kid) or b""
    return unseal(check_form(part), encrypted_key=wrap.encrypted_key, protected=part.protected, epoch_key=epoch_key)

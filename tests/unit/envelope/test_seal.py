"""Padding, sealing, hashing and wrapping."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from broker.envelope.seal import (
    check_form,
    check_wrap,
    pad,
    protected_header,
    seal,
    sealed_hash,
    size_class,
    unpad,
    unseal,
    wrap_key,
)
from contracts.encoding import decode_base64url, encode_base64url
from contracts.errors import Code, ForbiddenSection
from contracts.wire import SealedPart

KEY, EPOCH_KEY, NONCE = bytes(range(32)), bytes(range(32, 64)), bytes(12)
PROTECTED = protected_header(env="live", iss="NL-POL", jti="0", profile="liaison")


@pytest.mark.parametrize(
    ("length", "size"),
    [(1, 512), (512, 512), (513, 1024), (1025, 2048), (2049, 4096), (4096, 4096), (4097, 8192), (8193, 12288)],
)
def test_size_classes(length: int, size: int) -> None:
    """A plaintext fills the smallest class that holds it."""
    assert size_class(length) == size
    assert len(pad(["x" * length])) == size


@pytest.mark.parametrize("items", [["a"], ["a" * 511], ["a" * 512], ["a" * 3000, "b"], ["a", "b", "c"]])
def test_padding_comes_off_again(items: list[str]) -> None:
    """What was padded is what is read."""
    assert unpad(pad(items)) == items


@pytest.mark.parametrize(
    ("plaintext", "code"),
    [
        (b"a".ljust(511, b"\0"), Code.E12_PADDING),
        (b"a".ljust(1024, b"\0"), Code.E12_PADDING),
        (b"a".ljust(8192, b"\0"), Code.E12_PADDING),
        (b"a\0b".ljust(512, b"\0"), Code.E12_PADDING),
        (b"", Code.E12_PADDING),
        (bytes(512), Code.E12_DISCLOSURE),
        (b"a~~b".ljust(512, b"\0"), Code.E12_DISCLOSURE),
        (b"~a".ljust(512, b"\0"), Code.E12_DISCLOSURE),
        (b"a~".ljust(512, b"\0"), Code.E12_DISCLOSURE),
        (b"a\xff".ljust(512, b"\0"), Code.E12_DISCLOSURE),
    ],
)
def test_every_other_plaintext_is_refused(plaintext: bytes, code: Code) -> None:
    """Another class, inner zeros, empty items and other bytes are refused: the check is total."""
    with pytest.raises(ForbiddenSection) as caught:
        unpad(plaintext)
    assert caught.value.code is code


def test_the_protected_header_is_computed() -> None:
    """Its canonical members are constants and signed claims."""
    assert json.loads(decode_base64url(PROTECTED, code=Code.E11_HEADER)) == {
        "alg": "A256KW",
        "cty": "baken-disclosures",
        "enc": "A256GCM",
        "env": "live",
        "iss": "NL-POL",
        "jti": "0",
        "profile": "liaison",
    }


def opened(part: SealedPart, *, wrapped: str, epoch_key: bytes = EPOCH_KEY, protected: str = PROTECTED) -> bytes:
    check_wrap(wrapped)
    return unseal(check_form(part), encrypted_key=wrapped, protected=protected, epoch_key=epoch_key)


def test_what_is_sealed_opens_again() -> None:
    """Wrap, unwrap, seal and open are inverse."""
    plaintext = pad(["abc", "def"])
    part = seal(plaintext, key=KEY, nonce=NONCE, protected=PROTECTED)
    assert opened(part, wrapped=wrap_key(KEY, epoch_key=EPOCH_KEY)) == plaintext


@pytest.mark.parametrize("changed", ["epoch_key", "wrap", "ciphertext", "tag", "iv", "protected"])
def test_nothing_else_opens(changed: str) -> None:
    """Another key, wrap, ciphertext, tag, nonce or header all give the same refusal."""
    part = seal(pad(["abc"]), key=KEY, nonce=NONCE, protected=PROTECTED)
    wrapped = wrap_key(KEY, epoch_key=EPOCH_KEY)
    arguments: dict[str, Any] = {"wrapped": wrapped}
    if changed == "epoch_key":
        arguments["epoch_key"] = KEY
    elif changed == "wrap":
        arguments["wrapped"] = wrap_key(bytes(32), epoch_key=EPOCH_KEY)
    elif changed == "protected":
        arguments["protected"] = protected_header(env="live", iss="NL-POL", jti="1", profile="liaison")
    else:
        text = getattr(part, changed)
        part = msgspec.structs.replace(part, **{changed: ("A" if text[0] != "A" else "B") + text[1:]})
    with pytest.raises(ForbiddenSection) as caught:
        opened(part, **arguments)
    assert (caught.value.code, caught.value.detail) == (
        Code.E12_OPEN,
        "the sealed part does not open with this epoch key",
    )


def test_a_shorter_content_key_is_refused_before_and_after_unwrapping() -> None:
    """A wrap of a 16-byte key would silently make AES-128 of it."""
    short = encode_base64url(aes_key_wrap(EPOCH_KEY, bytes(16)))
    with pytest.raises(ForbiddenSection) as caught:
        check_wrap(short)
    assert caught.value.code is Code.E11_WRAP
    ciphertext = NONCE + AESGCM(bytes(16)).encrypt(NONCE, pad(["a"]), PROTECTED.encode())
    with pytest.raises(ForbiddenSection) as caught:
        unseal(ciphertext, encrypted_key=short, protected=PROTECTED, epoch_key=EPOCH_KEY)
    assert caught.value.code is Code.E12_OPEN


def test_a_wrap_of_impossible_length_is_a_refusal() -> None:
    """What the unwrapping throws for a bad length is a refusal like any other."""
    with pytest.raises(ForbiddenSection) as caught:
        unseal(bytes(540), encrypted_key="AAAA", protected=PROTECTED, epoch_key=EPOCH_KEY)
    assert caught.value.code is Code.E12_OPEN


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("iv", "A" * 15),
        ("iv", "A" * 17),
        ("iv", "AAAA"),
        ("tag", "A" * 21 + "B"),
        ("tag", "A" * 22 + "=="),
        ("tag", "AAAA"),
        ("ciphertext", "AAAA"),
        ("ciphertext", "A" * 682 + "B"),
        ("ciphertext", "é" * 683),
    ],
)
def test_other_forms_of_a_sealed_part_are_refused(member: str, value: str) -> None:
    """Lengths and spellings that no sealed part has are refused before any hash is compared."""
    part = msgspec.structs.replace(seal(pad(["a"]), key=KEY, nonce=NONCE, protected=PROTECTED), **{member: value})
    with pytest.raises(ForbiddenSection) as caught:
        check_form(part)
    assert caught.value.code is Code.E11_HASH


def test_the_hash_covers_the_four_texts_on_the_wire() -> None:
    """Moving one character between members changes the hash."""
    part = SealedPart(protected="ab", iv="c", ciphertext="d", tag="e")
    assert sealed_hash(part) != sealed_hash(SealedPart(protected="a", iv="bc", ciphertext="d", tag="e"))

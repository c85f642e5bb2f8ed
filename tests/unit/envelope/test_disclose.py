"""Disclosures, digests and decoys."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from broker.envelope.disclose import decoy, digest, disclosure, read
from contracts.encoding import encode_base64url
from contracts.errors import Code, ForbiddenSection

SALT = bytes(range(16))
SALT_TEXT = "AAECAwQFBgcICQoLDA0ODw"


def test_a_disclosure_is_base64url_of_a_canonical_array() -> None:
    """Salt, the constant name and the content stand in one canonical array."""
    text = disclosure({"b": 1, "a": "ß"}, salt=SALT)
    assert "=" not in text
    decoded = base64.urlsafe_b64decode(text + "==").decode()
    assert decoded == f'["{SALT_TEXT}","v",{{"a":"ß","b":1}}]'


def test_the_digest_covers_the_text_and_not_the_json() -> None:
    """RFC 9901 §4.2.3 hashes the base64url text."""
    text = disclosure({"a": 1}, salt=SALT)
    expected = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    assert digest(text) == expected


def test_a_decoy_has_the_form_of_a_digest() -> None:
    """Nothing in its form tells a decoy from a digest."""
    assert len(decoy(bytes(32))) == len(digest("x")) == 43


def test_reading_gives_the_content_back() -> None:
    """What was disclosed is what is read."""
    content = {"names": ["Ångström", "Ω"], "count": 3, "flag": True, "none": None}
    assert read(disclosure(content, salt=SALT), code=Code.E12_DISCLOSURE) == content


@pytest.mark.parametrize(
    "raw",
    [
        f'["{SALT_TEXT}","v"]',
        f'["{SALT_TEXT}","v",{{}},1]',
        f'["{SALT_TEXT}","w",{{}}]',
        f'["{SALT_TEXT[:-1]}","v",{{}}]',
        f'["{SALT_TEXT[:-1]}x","v",{{}}]',
        f'["{SALT_TEXT}A","v",{{}}]',
        f'["{SALT_TEXT}\\n","v",{{}}]',
        '["","v",{}]',
        '[1,"v",{}]',
        f'{{"salt":"{SALT_TEXT}"}}',
        f'["{SALT_TEXT}", "v",{{}}]',
        f'["{SALT_TEXT}","v",{{"b":1,"a":2}}]',
        f'["{SALT_TEXT}","v",{{"a":1,"a":1}}]',
        f'["{SALT_TEXT}","v",{{"a":"\\u00e9"}}]',
        f'["{SALT_TEXT}","v",NaN]',
        f'["{SALT_TEXT}","v",9007199254740993]',
        f'["{SALT_TEXT}","v",{"[" * 400}{"]" * 400}]',
        "nonsense",
        "",
    ],
)
def test_every_other_form_is_refused(raw: str) -> None:
    """Another length, name, salt, order, spelling, number or depth is refused with the caller's code."""
    with pytest.raises(ForbiddenSection) as caught:
        read(encode_base64url(raw.encode()), code=Code.E12_DISCLOSURE)
    assert caught.value.code is Code.E12_DISCLOSURE


@pytest.mark.parametrize(
    "spoil", [lambda t: t + "=", lambda t: t[:-1], lambda t: t + "\n", lambda t: t[:5] + "+" + t[6:]]
)
def test_every_other_base64_spelling_is_refused(spoil: Any) -> None:
    """Padding, white space, another alphabet and cut text are refused."""
    text = disclosure({"a": 12}, salt=SALT)
    with pytest.raises(ForbiddenSection):
        read(spoil(text), code=Code.E12_DISCLOSURE)


def test_trailing_bits_are_refused() -> None:
    """Two texts that decode to the same bytes are not both accepted."""
    data = json.dumps([SALT_TEXT, "v", 1], separators=(",", ":")).encode()
    text = encode_base64url(data)
    assert len(data) % 3 != 0
    other = text[:-1] + chr(ord(text[-1]) + 1)
    assert base64.urlsafe_b64decode(other + "===") == base64.urlsafe_b64decode(text + "===") == data
    with pytest.raises(ForbiddenSection):
        read(other, code=Code.E12_DISCLOSURE)

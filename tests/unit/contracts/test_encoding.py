"""One spelling per value: what is not spelt canonically is refused with its own code."""

from __future__ import annotations

import msgspec
import pytest

from contracts import encoding
from contracts.errors import Code, RecordError


class Pair(msgspec.Struct, forbid_unknown_fields=True):
    a: int
    b: str = ""


DECODER = msgspec.json.Decoder(Pair)


def decode(data: bytes) -> Pair:
    return encoding.decode_canonical(
        data, DECODER, syntax=Code.E02_JSON, schema=Code.E02_MEMBER, spelling=Code.E02_CANONICAL
    )


@pytest.mark.parametrize("data", [b"", b"\x00", b"abc", b"\xff" * 33])
def test_base64url_returns_what_went_in(data: bytes) -> None:
    """Encoding and decoding are inverse."""
    assert encoding.decode_base64url(encoding.encode_base64url(data), code=Code.E03_BASE64) == data


@pytest.mark.parametrize("text", ["QQ==", "QR", "Q", "Q+", "Q/", "Q Q", "QQ\n", "é", "Q-Q-Q"])
def test_base64url_has_one_spelling(text: str) -> None:
    """Padding, trailing bits, other alphabets and white space are refused."""
    with pytest.raises(RecordError) as refused:
        encoding.decode_base64url(text, code=Code.E03_BASE64)
    assert refused.value.code is Code.E03_BASE64


def test_canonical_json_sorts_and_leaves_unset_members_out() -> None:
    """Names are sorted, white space is absent, text stays UTF-8."""
    assert encoding.canonical({"b": "é", "a": [1, True, None]}) == '{"a":[1,true,null],"b":"é"}'.encode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", Code.E02_JSON),
        (b"{", Code.E02_JSON),
        (b'{"a":NaN}', Code.E02_JSON),
        (b'{"a":1e400}', Code.E02_JSON),
        (b'{"a":1}x', Code.E02_JSON),
        (b'\xef\xbb\xbf{"a":1}', Code.E02_JSON),
        (b'{"a":1,"b":"\xff"}', Code.E02_JSON),
        (b'{"a":1,"b":"\\ud800"}', Code.E02_JSON),
        (b'{"a":1,"a":1}', Code.E02_JSON),
        (b'{"a":9007199254740993}', Code.E02_JSON),
        (b"[" * 100_000, Code.E02_JSON),
        (b"[" * 300 + b"]" * 300, Code.E02_JSON),
        (b"[]", Code.E02_MEMBER),
        (b'{"b":"x"}', Code.E02_MEMBER),
        (b'{"a":1,"c":2}', Code.E02_MEMBER),
        (b'{"a":1.5}', Code.E02_MEMBER),
        (b'{"a":true}', Code.E02_MEMBER),
        (b'{"a": 1}', Code.E02_CANONICAL),
        (b'{"b":"x","a":1}', Code.E02_CANONICAL),
        (b'{"a":1,"b":"\\u00e9"}', Code.E02_CANONICAL),
        (b'{"a":1,"b":"\\/"}', Code.E02_CANONICAL),
        (b'{"a":-0}', Code.E02_CANONICAL),
    ],
)
def test_other_spellings_are_refused_with_their_code(data: bytes, code: Code) -> None:
    """Syntax, schema and spelling have a code each, whatever the parser throws."""
    with pytest.raises(RecordError) as refused:
        decode(data)
    assert refused.value.code is code


def test_canonical_bytes_are_accepted() -> None:
    """The canonical spelling decodes to the typed value."""
    assert decode(b'{"a":1,"b":"x"}') == Pair(a=1, b="x")


def test_a_refusal_names_the_path_and_never_the_value() -> None:
    """The detail of a refusal holds no content."""
    with pytest.raises(RecordError) as refused:
        decode(b'{"a":"Jansen"}')
    assert "Jansen" not in str(refused.value)
    assert "$.a" in refused.value.detail

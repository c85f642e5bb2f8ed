"""Records with exactly one fault of form, as the hub meets them: steps 1 to 5."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from broker.envelope.disclose import decoy
from broker.trust.view import TokenType
from contracts.encoding import canonical, decode_base64url, encode_base64url
from contracts.errors import Code
from contracts.identifiers import Environment
from contracts.wire import MAX_RECORD_BYTES
from tests.support.envelope_world import signer
from tests.support.wire_bench import Bench, issue

Spoil = Callable[[Bench], Bench]
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HEADER = {"alg": "ES256", "kid": signer("NL-POL").kid, "typ": "baken+sd-jwt"}


def text(change: Callable[[bytes], bytes]) -> Spoil:
    """Change the record's bytes."""
    return lambda bench: bench.raw(change(canonical(bench.record)))


def payload(change: Callable[[bytes], bytes]) -> Spoil:
    """Change the payload's bytes and sign them."""
    return lambda bench: bench.sign(payload=change(canonical(bench.claims)))


def headed(header: Any) -> Spoil:
    """Sign under a header that is not listed."""
    data = header if isinstance(header, bytes) else canonical(header)
    return lambda bench: bench.sign(header=encode_base64url(data))


def signature(change: Callable[[bytes], bytes]) -> Spoil:
    """Change the signature's bytes."""

    def spoil(bench: Bench) -> Bench:
        data = change(decode_base64url(bench.signature, code=Code.E03_BASE64))
        bench.signature = encode_base64url(data)
        return bench.join()

    return spoil


def parts(change: Callable[[list[str]], list[str]]) -> Spoil:
    """Change the text of the JWS part by part."""
    return lambda bench: bench.jws(".".join(change(bench.record["jws"].split("."))))


def section(name: str, value: Any) -> Spoil:
    """Change the entry of one section in the claims; None removes it."""

    def spoil(bench: Bench) -> Bench:
        if value is None:
            del bench.claims["sections"][name]
        else:
            bench.claims["sections"][name] = value
        return bench.sign()

    return spoil


def sealed(name: str, value: str | None) -> Spoil:
    """Change the entry of one profile in the claims; None removes it."""

    def spoil(bench: Bench) -> Bench:
        if value is None:
            del bench.claims["sealed"][name]
        else:
            bench.claims["sealed"][name] = value
        return bench.sign()

    return spoil


def twice(data: bytes, member: bytes = b'"jws"') -> bytes:
    """Repeat the first member."""
    begin = data.index(member)
    end = data.index(b',"', begin) + 1
    return data[:begin] + data[begin:end] + data[begin:]


def reverse(value: dict[str, Any]) -> bytes:
    """Spell an object with its members in reverse order."""
    members = (canonical(name) + b":" + canonical(value[name]) for name in sorted(value, reverse=True))
    return b"{" + b",".join(members) + b"}"


def next_character(text_: str) -> str:
    """Change the last character so that only unused trailing bits change."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text_[:-1] + alphabet[alphabet.index(text_[-1]) + 1]


def der(raw: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


def halves(r: int | None = None, s: int | None = None) -> Callable[[bytes], bytes]:
    def change(raw: bytes) -> bytes:
        old = decode_dss_signature(der(raw))
        return b"".join((old[i] if new is None else new).to_bytes(32, "big") for i, new in enumerate((r, s)))

    return change


FORM: list[tuple[Code, str, Spoil]] = [
    (Code.E01_EMPTY, "no value", lambda b: b.raw(None)),
    (Code.E01_EMPTY, "empty value", lambda b: b.raw(b"")),
    (Code.E01_SIZE, "one byte too long", lambda b: b.raw(b" " * (MAX_RECORD_BYTES + 1))),
    (Code.E02_JSON, "cut off", text(lambda d: d[:-1])),
    (Code.E02_JSON, "trailing bytes", text(lambda d: d + b"x")),
    (Code.E02_JSON, "byte order mark", text(lambda d: b"\xef\xbb\xbf" + d)),
    (Code.E02_JSON, "invalid UTF-8", text(lambda d: d[:-1] + b"\xff}")),
    (Code.E02_JSON, "member twice", text(twice)),
    (Code.E02_JSON, "NaN", text(lambda d: d[:-1] + b',"x":NaN}')),
    (Code.E02_JSON, "overflow", text(lambda d: d[:-1] + b',"x":1e400}')),
    (Code.E02_JSON, "nested 300 deep", text(lambda d: d[:-1] + b',"x":' + b"[" * 300 + b"]" * 300 + b"}")),
    (Code.E02_JSON, "nested 100,000 deep", lambda b: b.raw(b"[" * 100_000)),
    (Code.E02_JSON, "lone surrogate", text(lambda d: d[:-1] + b',"x":"\\ud800"}')),
    (Code.E02_MEMBER, "not an object", lambda b: b.raw(b"[]")),
    (Code.E02_MEMBER, "unknown member", lambda b: b.member(extra=1)),
    (Code.E02_MEMBER, "missing member", lambda b: b.member(wraps=None)),
    (Code.E02_MEMBER, "wrong type", lambda b: b.member(jws=7)),
    (Code.E02_MEMBER, "one disclosure", lambda b: b.member(disclosed=b.record["disclosed"][:1])),
    (Code.E02_MEMBER, "four disclosures", lambda b: b.member(disclosed=b.record["disclosed"] * 2)),
    (Code.E02_MEMBER, "201 wraps", lambda b: b.member(wraps=b.record["wraps"][:1] * 201)),
    (Code.E02_MEMBER, "nine sealed parts", lambda b: b.member(sealed=b.record["sealed"][:1] * 9)),
    (Code.E02_CANONICAL, "a space", text(lambda d: d.replace(b":", b": ", 1))),
    (Code.E02_CANONICAL, "order", lambda b: b.raw(reverse(b.record))),
    (Code.E02_CANONICAL, "escaped letter", text(lambda d: d.replace(b"NL-POL/BE", b"\\u004eL-POL/BE", 1))),
    (Code.E02_CANONICAL, "trailing newline", text(lambda d: d + b"\n")),
    (Code.E03_FORM, "two parts", parts(lambda p: p[:2])),
    (Code.E03_FORM, "four parts", parts(lambda p: [*p, "AA"])),
    (Code.E03_FORM, "five parts, as a JWE", parts(lambda p: [*p, "AA", "AA"])),
    (Code.E03_FORM, "no signature", parts(lambda p: [p[0], p[1], ""])),
    (Code.E03_FORM, "JSON serialisation", lambda b: b.jws(json.dumps({"payload": b.payload}))),
    (Code.E03_FORM, "a disclosure behind the JWS, beyond ASCII", parts(lambda p: [p[0], p[1], p[2] + "ü"])),
    (Code.E03_BASE64, "padded header", parts(lambda p: [p[0] + "=", p[1], p[2]])),
    (Code.E03_BASE64, "padded payload", parts(lambda p: [p[0], p[1] + "=", p[2]])),
    (Code.E03_BASE64, "padded signature", parts(lambda p: [p[0], p[1], p[2] + "=="])),
    (Code.E03_BASE64, "white space", parts(lambda p: [p[0], p[1][:8] + "\n" + p[1][8:], p[2]])),
    (Code.E03_BASE64, "other alphabet", parts(lambda p: [p[0], p[1], "+" + p[2][1:]])),
    (Code.E03_BASE64, "trailing bits", parts(lambda p: [p[0], p[1], next_character(p[2])])),
    (Code.E03_BASE64, "impossible length", parts(lambda p: [p[0], p[1], p[2][:-1]])),
    (Code.E03_BASE64, "disclosure appended", parts(lambda p: [p[0], p[1], p[2] + "~AA"])),
    (Code.E03_HEADER, "alg none", headed({**HEADER, "alg": "none"})),
    (Code.E03_HEADER, "alg HS256", headed({**HEADER, "alg": "HS256"})),
    (Code.E03_HEADER, "alg EdDSA", headed({**HEADER, "alg": "EdDSA"})),
    (Code.E03_HEADER, "unknown kid", headed({**HEADER, "kid": "A" * 43})),
    (Code.E03_HEADER, "typ JWT", headed({**HEADER, "typ": "JWT"})),
    (Code.E03_HEADER, "key inside", headed({**HEADER, "jwk": {"kty": "EC"}})),
    (Code.E03_HEADER, "key by link", headed({**HEADER, "jku": "https://example.org"})),
    (Code.E03_HEADER, "crit", headed({**HEADER, "crit": []})),
    (Code.E03_HEADER, "b64", headed({**HEADER, "b64": False})),
    (Code.E03_HEADER, "zip", headed({**HEADER, "zip": "DEF"})),
    (Code.E03_HEADER, "order", headed(json.dumps(dict(reversed(HEADER.items())), separators=(",", ":")).encode())),
    (Code.E03_HEADER, "space", headed(json.dumps(HEADER).encode())),
    (Code.E03_HEADER, "member twice", headed(canonical(HEADER)[:-1] + b',"typ":"baken+sd-jwt"}')),
    (Code.E03_HEADER, "header of a grant", lambda b: b.sign(header=signer("NL-POL").header(TokenType.GRANT))),
    (Code.E03_HEADER, "not JSON", headed(b"\x00\x01\x02")),
    (Code.E04_SIGNATURE, "key of another participant", lambda b: b.sign(header=b.header, by="DE-BKA")),
    (
        Code.E04_SIGNATURE,
        "header of another participant",
        lambda b: b.sign(header=signer("DE-BKA").header(TokenType.EVENT)),
    ),
    (Code.E04_SIGNATURE, "one bit", signature(lambda d: bytes([d[0] ^ 1]) + d[1:])),
    (
        Code.E04_SIGNATURE,
        "one bit of the payload",
        parts(lambda p: [p[0], p[1][:40] + ("A" if p[1][40] != "A" else "B") + p[1][41:], p[2]]),
    ),
    (Code.E04_SIGNATURE, "DER", signature(der)),
    (Code.E04_SIGNATURE, "63 bytes", signature(lambda d: d[:63])),
    (Code.E04_SIGNATURE, "65 bytes", signature(lambda d: d + b"\0")),
    (Code.E04_SIGNATURE, "r is zero", signature(halves(r=0))),
    (Code.E04_SIGNATURE, "s is zero", signature(halves(s=0))),
    (Code.E04_SIGNATURE, "r and s are zero", signature(halves(r=0, s=0))),
    (Code.E04_SIGNATURE, "r is the order", signature(halves(r=P256_ORDER))),
    (Code.E04_SIGNATURE, "s is the order", signature(halves(s=P256_ORDER))),
]
CLAIMS: list[tuple[Code, str, Spoil]] = [
    (Code.E05_SCHEMA, "unknown claim", lambda b: b.claim(aud="DE-BKA")),
    (Code.E05_SCHEMA, "missing claim", lambda b: b.claim(policy=None)),
    (Code.E05_SCHEMA, "claim twice", payload(lambda d: twice(d, b'"iat"'))),
    (Code.E05_SCHEMA, "not an object", payload(lambda _: b"7")),
    (Code.E05_SCHEMA, "not JSON", payload(lambda d: d[:-1])),
    (Code.E05_SCHEMA, "float", payload(lambda d: d.replace(b'"gen":1,', b'"gen":1.0,'))),
    (Code.E05_SCHEMA, "exponent", payload(lambda d: d.replace(b'"gen":1,', b'"gen":1e0,'))),
    (Code.E05_SCHEMA, "minus zero", payload(lambda d: d.replace(b'"slot":0', b'"slot":-0.0'))),
    (Code.E05_SCHEMA, "NaN", payload(lambda d: d.replace(b'"gen":1,', b'"gen":NaN,'))),
    (Code.E05_SCHEMA, "boolean for a number", lambda b: b.claim(gen=True)),
    (Code.E05_SCHEMA, "text for a number", lambda b: b.claim(gen="1")),
    (Code.E05_SCHEMA, "above 2^53", payload(lambda d: d.replace(b'"seq":1,', b'"seq":9007199254740992,'))),
    (Code.E05_SCHEMA, "above 2^64", payload(lambda d: d.replace(b'"seq":1,', b'"seq":99999999999999999999999,'))),
    (Code.E05_SCHEMA, "seq 0", lambda b: b.claim(seq=0)),
    (Code.E05_SCHEMA, "invalid UTF-8", payload(lambda d: d.replace(b"locate", b"loc\xfft"))),
    (Code.E05_SCHEMA, "nested", payload(lambda d: d.replace(b'"ref":[]', b'"ref":' + b"[" * 300 + b"]" * 300))),
    (Code.E05_SCHEMA, "jti is not a UUIDv7", lambda b: b.claim(jti="3b241101-e2bb-4255-8caf-4136c566a962")),
    (Code.E05_SCHEMA, "newline at the end", lambda b: b.claim(purpose="locate_suspect\n")),
    (Code.E05_SCHEMA, "other hash", lambda b: b.claim(_sd_alg="sha-512")),
    (Code.E05_SCHEMA, "no hash named", lambda b: b.claim(_sd_alg=None)),
    (Code.E05_SCHEMA, "unknown purpose", lambda b: b.claim(purpose="curiosity")),
    (Code.E05_SCHEMA, "urgency without reason", lambda b: b.claim(urgency="urgent")),
    (Code.E05_SCHEMA, "unknown reason", lambda b: b.claim(urgency="urgent:hurry")),
    (Code.E05_SCHEMA, "unknown policy", lambda b: b.claim(policy="minimisation-99")),
    (Code.E05_SCHEMA, "no basis", lambda b: b.claim(basis=[])),
    (Code.E05_SCHEMA, "two digests", section("role", {"_sd": [decoy(b"1"), decoy(b"2")]})),
    (Code.E05_SCHEMA, "no digest", section("role", {"_sd": []})),
    (Code.E05_SCHEMA, "clear value beside a digest", section("role", {"_sd": [decoy(b"1")], "v": 1})),
    (Code.E05_SCHEMA, "digest of another length", section("role", {"_sd": ["A" * 42]})),
    (Code.E05_SCHEMA, "digest with trailing bits", section("role", {"_sd": ["A" * 42 + "B"]})),
    (Code.E05_CANONICAL, "space", payload(lambda d: d.replace(b'"iat":', b'"iat": '))),
    (Code.E05_CANONICAL, "escaped letter", payload(lambda d: d.replace(b'"NL-POL"', b'"\\u004eL-POL"'))),
    (Code.E05_CANONICAL, "escaped slash", payload(lambda d: d.replace(b"minimisation-1", b"minimisation\\u002d1"))),
    (Code.E05_CANONICAL, "order", lambda b: b.sign(payload=reverse(b.claims))),
    (Code.E05_TYPE, "unknown type", lambda b: b.claim(type="rumour.v1")),
    (Code.E05_TYPE, "unknown version", lambda b: b.claim(type="suspect-alert.v2")),
    (Code.E05_ENVIRONMENT, "exercise", lambda _: Bench(issue=issue(env=Environment.EXERCISE))),
    (Code.E05_SECTIONS, "section missing", section("narrative", None)),
    (Code.E05_SECTIONS, "section of another type", section("needs", {"_sd": [decoy(b"1")]})),
    (Code.E05_SECTIONS, "digest twice", lambda b: section("role", b.claims["sections"]["markers"])(b)),
    (Code.E05_SECTIONS, "profile missing", sealed("border", None)),
    (Code.E05_SECTIONS, "profile of another type", sealed("care", decoy(b"1"))),
    (Code.E05_SECTIONS, "sealed hash twice", lambda b: sealed("border", b.claims["sealed"]["liaison"])(b)),
]

"""Steps 1, 2, 3 and 5: size, container, JWS form and claims, judged on the bytes that arrived."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, TypeVar

import msgspec

from broker.envelope.states import Claimed, Signed, Submitted, Token
from broker.trust.jws import decode_signature, split
from broker.trust.view import ListedKey, TokenType, TrustView
from contracts.encoding import decode_base64url, decode_canonical
from contracts.errors import Code, refusal
from contracts.events import spec
from contracts.stated import check_stated
from contracts.wire import MAX_RECORD_BYTES, Claims, Feed, Record, Submit
from contracts.wire import Signed as SignedStatement

R = TypeVar("R", bound=Record)
T = TypeVar("T")

SUBMIT: Final = msgspec.json.Decoder(Submit)
FEED: Final = msgspec.json.Decoder(Feed)
STATEMENT: Final = msgspec.json.Decoder(SignedStatement)
_CLAIMS: Final = msgspec.json.Decoder(Claims)


def step_01_size(value: bytes | None) -> bytes:
    """Bound the work before any of it is done.

    Raises:
        OversizeRecord: `E01-empty`, `E01-size`.
    """
    if not value:
        raise refusal(Code.E01_EMPTY, "no value")
    if len(value) > MAX_RECORD_BYTES:
        raise refusal(Code.E01_SIZE, f"more than {MAX_RECORD_BYTES} bytes")
    return value


def step_02_container(value: bytes, decoder: msgspec.json.Decoder[R]) -> Submitted[R]:
    """Decode the record: strict JSON, exactly the known members, in canonical form.

    Raises:
        MalformedRecord: `E02-json`, `E02-member`, `E02-canonical`.
    """
    return Submitted(
        decode_canonical(value, decoder, syntax=Code.E02_JSON, schema=Code.E02_MEMBER, spelling=Code.E02_CANONICAL)
    )


def step_03_form(jws: str) -> Token:
    """Cut the JWS into three parts, each strict base64url. The payload is decoded here and parsed in step 5.

    Raises:
        MalformedRecord: `E03-form`, `E03-base64`.
    """
    parts = split(jws)
    decode_base64url(parts.header, code=Code.E03_BASE64, detail="protected header")
    payload = decode_base64url(parts.payload, code=Code.E03_BASE64, detail="payload")
    return Token(jws, parts.header, parts.signing_input, payload, decode_signature(parts.signature))


def step_03_header(token: Token, trust: TrustView, *, typ: TokenType = TokenType.EVENT) -> ListedKey:
    """Look the whole protected header up; nothing in it is read, so nothing in it can choose an algorithm or a key.

    Raises:
        UnknownKey: `E03-header`.
    """
    key = trust.key_for(token.header)
    if key is None or key.token is not typ:
        raise refusal(Code.E03_HEADER, "not a protected header of the trust list for this kind of token")
    return key


def step_05_claims(signed: Signed, trust: TrustView) -> Claimed:
    """Decode the claims and hold them against the contract of their type.

    Raises:
        MalformedRecord: `E05-schema`, `E05-canonical`, `E05-environment`, `E05-sections`.
        UnknownEventType: `E05-type`.
    """
    claims = decode_claims(signed.token.payload, _CLAIMS)
    known = spec(claims.type)
    check_stated(claims)
    if claims.env != trust.environment.value:
        raise refusal(Code.E05_ENVIRONMENT, "signed for another environment")
    sections, profiles = _shape(known.type)
    if claims.sections.keys() != sections:
        raise refusal(Code.E05_SECTIONS, "not exactly the sections of the type")
    if claims.sealed.keys() != profiles:
        raise refusal(Code.E05_SECTIONS, "not exactly the profiles of the type")
    digests = {section.sd[0] for section in claims.sections.values()}
    if len(digests) != len(claims.sections):
        raise refusal(Code.E05_SECTIONS, "a digest stands twice")
    if len(set(claims.sealed.values())) != len(claims.sealed):
        raise refusal(Code.E05_SECTIONS, "a sealed hash stands twice")
    return Claimed(signed.token, signed.key, claims, known)


@lru_cache(maxsize=256)
def _shape(event_type: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the sections and profiles of a known type, worked out once: every record asks."""
    known = spec(event_type)
    return frozenset(known.sections), frozenset(known.profiles)


def decode_claims(payload: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode a signed payload into its closed type.

    Raises:
        MalformedRecord: `E05-schema`, `E05-canonical`.
    """
    return decode_canonical(
        payload, decoder, syntax=Code.E05_SCHEMA, schema=Code.E05_SCHEMA, spelling=Code.E05_CANONICAL
    )

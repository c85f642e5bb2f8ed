"""Spell every value one way: strict base64url and canonical JSON.

Canonical JSON here is RFC 8785 restricted to strings, integers within ±(2^53-1), booleans, null,
arrays and objects with names in the basic multilingual plane; for that subset `orjson` with sorted
keys gives the same bytes. What differs from its own re-encoding is refused, never repaired.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, NoReturn, TypeVar

import msgspec
import orjson
import pybase64

from contracts.errors import Code, refusal

T = TypeVar("T")

SAFE_INTEGER = 2**53 - 1
"""Largest integer that every JSON reader holds exactly (RFC 7493 §2.2)."""

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def encode_base64url(data: bytes) -> str:
    """Encode as base64url without padding (RFC 4648 §5)."""
    return pybase64.b64encode_as_string(data, b"-_").rstrip("=")


def decode_base64url(text: str, *, code: Code, detail: str = "") -> bytes:
    """Decode the one spelling that `encode_base64url` would give; refuse every other with `code`."""
    if len(text) % 4 == 1 or "+" in text or "/" in text:
        raise refusal(code, detail)
    try:
        data = pybase64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as fault:
        raise refusal(code, detail) from fault
    if encode_base64url(data) != text:
        raise refusal(code, detail)
    return data


def sha256(data: bytes) -> str:
    """Return SHA-256 as 43 base64url characters."""
    return encode_base64url(hashlib.sha256(data).digest())


def canonical(value: Any) -> bytes:
    """Encode builtin values or msgspec structs as canonical JSON bytes.

    Values come from our own types, so a value that cannot be encoded is a defect, not a refusal.
    """
    return orjson.dumps(value, default=msgspec.to_builtins, option=_OPTIONS)


def loads_canonical(data: bytes, *, code: Code, detail: str = "") -> Any:
    """Decode JSON of any shape, refusing every spelling but the canonical one with `code`.

    Floats survive here and nowhere else: the closed model that judges the value refuses them.
    """
    try:
        value = orjson.loads(data)
        again = orjson.dumps(value, option=_OPTIONS)
    except (ValueError, TypeError, RecursionError) as fault:
        raise refusal(code, detail) from fault
    if again != data:
        raise refusal(code, detail)
    return value


def decode_canonical(
    data: bytes,
    decoder: msgspec.json.Decoder[T],
    *,
    syntax: Code,
    schema: Code,
    spelling: Code,
) -> T:
    """Decode `data` into the closed type of `decoder`, refusing every spelling but the canonical one.

    Three codes say what is wrong: `syntax` (not JSON, duplicate names, too deep), `schema` (members,
    types, floats), `spelling` (valid, but not canonical). orjson bounds the nesting while it parses.
    """
    try:
        loaded = orjson.loads(data)
        again = orjson.dumps(loaded, option=_OPTIONS)
    except (ValueError, TypeError, RecursionError) as fault:
        raise refusal(syntax, "not strict JSON") from fault
    try:
        value = decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as fault:
        if again != data and _has_duplicate_names(data):
            raise refusal(syntax, "duplicate member") from fault
        raise refusal(schema, _where(fault)) from fault
    if again != data:
        _refuse_spelling(data, syntax, spelling)
    return value


def _refuse_spelling(data: bytes, syntax: Code, spelling: Code) -> NoReturn:
    if _has_duplicate_names(data):
        raise refusal(syntax, "duplicate member")
    raise refusal(spelling, "not canonical when re-encoded")


def _where(fault: BaseException) -> str:
    """Keep the path that msgspec reports and drop the rest: the message may quote a value."""
    path = str(fault).rpartition(" - at `")[2]
    return f"at {path.rstrip('`')}" if path.startswith("$") else "wrong member or type"


def _has_duplicate_names(data: bytes) -> bool:
    found = False

    def watch(pairs: list[tuple[str, Any]]) -> None:
        nonlocal found
        found = found or len({name for name, _ in pairs}) != len(pairs)

    try:
        json.loads(data, object_pairs_hook=watch)
    except (ValueError, RecursionError):
        return False
    return found

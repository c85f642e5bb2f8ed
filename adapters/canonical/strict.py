"""Read one JSON value as every reader would read it: no name twice, no number out of range, no deep nesting."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from contracts.errors import Code
from contracts.findings import Finding
from contracts.sections import SECTION_MODELS

MAX_DEPTH = 16
"""Containers inside each other: a point of a route of a movement lies in eight."""

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


_OUR_NAMES = frozenset(SECTION_MODELS)


class _Twice(dict[str, Any]):
    """An object that has a name twice."""


def read_value(data: bytes, *, line: int) -> Any | Finding:
    """Return the value, or why it is none that all readers read alike."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _fault(line, "", "the record has bytes that are not UTF-8", "write UTF-8", Code.A01_ENCODING)
    if _depth(data) > MAX_DEPTH:
        return _fault(line, "", f"the record is nested deeper than {MAX_DEPTH}", "write it as the schema says")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        where = f"line {line + fault.lineno - 1}, column {fault.colno}"
        return _fault(line, "", f"the record is not JSON from {where} on", "write strict JSON (RFC 8259)")
    twice = next(_doubled(json.loads(data, object_pairs_hook=_watched, parse_int=float), ""), None)
    return value if twice is None else _fault(line, twice, "has a member twice", "keep one of them")


def _depth(data: bytes) -> int:
    depth = deepest = 0
    for token in _TOKEN.finditer(data):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _watched(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Twice(found)


def _doubled(value: Any, path: str) -> Iterator[str]:
    """Yield where an object has a name twice: the section, for names deeper down may be the record's own."""
    if isinstance(value, _Twice):
        yield path
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _doubled(member, name if name in _OUR_NAMES else path)
    elif isinstance(value, list):
        for item in value:
            yield from _doubled(item, path)


def _fault(line: int, path: str, rule: str, remedy: str, code: Code = Code.A02_FORMAT) -> Finding:
    return Finding(code=code, path=path, rule=rule, remedy=remedy, line=line)

"""Take a file of drafts apart: one JSON value, an array of them, or one on each line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from contracts.errors import Code
from contracts.findings import Finding

FILE_BYTES = 256 * 1024 * 1024
RECORD_BYTES = 400_000
"""Bytes of one draft: a picture of 128 KiB in base64 and everything else at its limit fit."""
BROKEN_RECORDS = 200
"""Records that are no JSON before the rest is given up: nobody reads more findings of that kind."""

_BLANK = b" \t\r\n"
_SOLID = re.compile(rb"[^ \t\r\n]")
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|["\[\]{},]', re.DOTALL)
"""Whole strings and structure. A quote alone is a string that never closes."""
_MARKS = ((codecs.BOM_UTF8, "UTF-8"), (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The bytes of one value, and the line of the file on which they begin."""

    line: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Bytes that are no draft, and why."""

    line: int
    finding: Finding


def refused(line: int, rule: str, remedy: str, *, code: Code = Code.A02_FORMAT) -> Refused:
    """Refuse what begins on `line`."""
    return Refused(line=line, finding=Finding(code=code, path="", rule=rule, remedy=remedy, line=line))


def split_file(data: bytes) -> Iterator[Value | Refused]:
    """Yield the values of a file in order, without a copy of more than one of them."""
    fault = _file_fault(data)
    if fault is not None:
        yield fault
        return
    start = _begin(data)
    line = 1 + data.count(b"\n", 0, start)
    if data.startswith(b"[", start):
        yield from _elements(data, start, line)
    elif _is_one_value(data):
        yield _value(data.strip(_BLANK), line)
    else:
        yield from _lines(data)


def _file_fault(data: bytes) -> Refused | None:
    if len(data) > FILE_BYTES:
        rule = f"the file is larger than {FILE_BYTES} bytes"
        return refused(1, rule, "split it", code=Code.A01_SIZE)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            rule = f"the file begins with a byte order mark of {encoding}"
            remedy = "write UTF-8 without a byte order mark"
            return refused(1, rule, remedy, code=Code.A01_ENCODING)
    if _begin(data) == len(data):
        return refused(1, "the file holds no record", "write one JSON value, an array, or one on each line")
    return None


def _begin(data: bytes, at: int = 0) -> int:
    """Return the place of the first byte from `at` on that is not blank."""
    found = _SOLID.search(data, at)
    return len(data) if found is None else found.start()


def _is_one_value(data: bytes) -> bool:
    """Tell a value that runs over several lines from one value on each line, of which some may be broken."""
    if len(data) > RECORD_BYTES:
        return False
    first, *others = data.strip(_BLANK).split(b"\n")
    if not others or _parses(first):
        return not others
    return _parses(data) or not any(line.startswith(b"{") and line.rstrip(_BLANK).endswith(b"}") for line in others)


def _parses(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True


def _value(data: bytes, line: int) -> Value | Refused:
    if len(data) > RECORD_BYTES:
        rule = f"the record is larger than {RECORD_BYTES} bytes"
        return refused(line, rule, "shorten it, or check where it ends", code=Code.A01_SIZE)
    return Value(line=line, data=bytes(data))


def _lines(data: bytes) -> Iterator[Value | Refused]:
    start, line = 0, 1
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        text = data[start:end].strip(_BLANK)
        if text:
            yield _value(text, line)
        start, line = end + 1, line + 1


def _elements(data: bytes, start: int, line: int) -> Iterator[Value | Refused]:
    """Yield the elements of the array that begins at `start`, found by its structure alone."""
    depth, begin, commas = 0, start + 1, 0
    for token in _TOKEN.finditer(data, start):
        mark = token[0]
        if mark == b'"':
            break
        if mark in (b"[", b"{"):
            depth += 1
        elif mark in (b"]", b"}"):
            depth -= 1
        if depth == 0 and mark != b"]":
            break
        if depth == 0 or (depth == 1 and mark == b","):
            element, line = _element(data, begin, token.start(), line)
            yield element or (
                refused(line, "an element of the array is empty", "remove the comma")
                if depth or commas
                else refused(line, "the array holds no record", "write at least one")
            )
            begin, commas = token.end(), commas + 1
        if depth == 0:
            if _begin(data, token.end()) < len(data):
                yield refused(line, "something stands behind the array", "write one array, or no array")
            return
    yield refused(line, "the array is not closed", "send the whole file")


def _element(data: bytes, begin: int, end: int, line: int) -> tuple[Value | Refused | None, int]:
    """Return the element between two places, None if it is blank, and the line on which it begins."""
    text = data[begin:end]
    bare = text.lstrip(_BLANK)
    first = line + text.count(b"\n", 0, len(text) - len(bare))
    element = _value(bare.rstrip(_BLANK), first) if bare else None
    return element, line + text.count(b"\n")

"""A file of drafts is one value, an array, or one on each line, and what is broken costs as little as it can."""

from __future__ import annotations

import codecs
from typing import Any

import pytest

from adapters.canonical import split as module
from adapters.canonical.split import Refused, Value, split_file

CODES = {"A01-encoding", "A01-size", "A02-format"}


def taken(data: bytes) -> list[tuple[int, Any]]:
    """Return each item as its line and its bytes, or its code."""
    return [(item.line, item.data if isinstance(item, Value) else item.finding.code.value) for item in split_file(data)]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'{"a":1}', [(1, b'{"a":1}')]),
        (b'\n\n {"a":\n 1}\n', [(3, b'{"a":\n 1}')]),
        (b'{"a":1}\r\n\r\n{"b":2}', [(1, b'{"a":1}'), (3, b'{"b":2}')]),
        (b'{"a":\n{"b":1}}', [(1, b'{"a":\n{"b":1}}')]),
        (b'broken\n{"b":2}\n', [(1, b"broken"), (2, b'{"b":2}')]),
        (b'{"a":\n{"b":2}\n', [(1, b'{"a":'), (2, b'{"b":2}')]),
        (b'{\n "a": x\n}', [(1, b'{\n "a": x\n}')]),
        (b'[{"a":"],{"},\n{"b":[1,2]}]', [(1, b'{"a":"],{"}'), (2, b'{"b":[1,2]}')]),
        (b'[\n{"a":"\\"]"}\n]', [(2, b'{"a":"\\"]"}')]),
    ],
)
def test_values_come_in_order_with_their_lines(data: bytes, found: list[tuple[int, Any]]) -> None:
    """A value over several lines is one; of values on lines each stands alone, broken ones too."""
    assert taken(data) == found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", [(1, "A02-format")]),
        (b" \n ", [(1, "A02-format")]),
        (b"[]", [(1, "A02-format")]),
        (b"[1,]", [(1, b"1"), (1, "A02-format")]),
        (b"[,1]", [(1, "A02-format"), (1, b"1")]),
        (b"[1,\n2", [(1, b"1"), (1, "A02-format")]),
        (b'[1,"2', [(1, b"1"), (1, "A02-format")]),
        (b"[1}", [(1, "A02-format")]),
        (b"[1]\n[2]", [(1, b"1"), (1, "A02-format")]),
        (b"[" * 100_000, [(1, "A02-format")]),
        (codecs.BOM_UTF8 + b"{}", [(1, "A01-encoding")]),
        (codecs.BOM_UTF16_LE + b"{}", [(1, "A01-encoding")]),
    ],
)
def test_what_is_no_value_is_refused(data: bytes, found: list[tuple[int, Any]]) -> None:
    """Emptiness, open arrays and byte order marks have a code, and values before them are kept."""
    assert taken(data) == found
    assert all(item.finding.remedy for item in split_file(data) if isinstance(item, Refused))


def test_limits_of_file_and_record_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record above its limit costs itself; a file above its limit is not read."""
    monkeypatch.setattr(module, "RECORD_BYTES", 10)
    assert taken(b'{"a":12345678}\n{"a":1}') == [(1, "A01-size"), (2, b'{"a":1}')]
    assert taken(b'[{"a":12345678},{"a":1}]') == [(1, "A01-size"), (1, b'{"a":1}')]
    monkeypatch.setattr(module, "FILE_BYTES", 20)
    assert taken(b'{"a":1}\n' * 3) == [(1, "A01-size")]

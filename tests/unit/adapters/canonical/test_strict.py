"""JSON is read as every reader would read it, or refused with the place of the fault."""

from __future__ import annotations

import pytest

from adapters.canonical.strict import MAX_DEPTH, read_value
from contracts.errors import Code
from contracts.findings import Finding


def test_strict_json_is_a_value() -> None:
    """Numbers, texts and containers come as they are."""
    assert read_value(b'{"a":[1,-2,"\\u00e9",true,null]}', line=1) == {"a": [1, -2, "\u00e9", True, None]}
    assert read_value(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, line=1) is not None


@pytest.mark.parametrize(
    ("data", "path", "code"),
    [
        (b'{"a":1,"a":1}', "", Code.A02_FORMAT),
        (b'{"sections":{"identity":{"x":{"Jansen":1,"Jansen":2}}}}', "identity", Code.A02_FORMAT),
        (b'{"sections":[{"role":[{"a":1,"a":2}]}]}', "role", Code.A02_FORMAT),
        (b'{"a":NaN}', "", Code.A02_FORMAT),
        (b'{"a":Infinity}', "", Code.A02_FORMAT),
        (b'{"a":01}', "", Code.A02_FORMAT),
        (b"{'a':1}", "", Code.A02_FORMAT),
        (b'{"a":1,}', "", Code.A02_FORMAT),
        (b'{"a":1} {"b":2}', "", Code.A02_FORMAT),
        (b'{"a":"\\ud800"}', "", Code.A02_FORMAT),
        (b'{"a":"\n"}', "", Code.A02_FORMAT),
        (b'{"a":"\xff"}', "", Code.A01_ENCODING),
        (b'{"a":"\xed\xa0\x80"}', "", Code.A01_ENCODING),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "", Code.A02_FORMAT),
        (b'{"a":' * 50_000, "", Code.A02_FORMAT),
    ],
)
def test_other_spellings_are_refused(data: bytes, path: str, code: Code) -> None:
    """Each has its code and place; names below a section are the record's own and are not shown."""
    found = read_value(data, line=7)
    assert isinstance(found, Finding)
    assert (found.path, found.code, found.line) == (path, code, 7)
    assert "Jansen" not in found.rule + found.remedy + found.path


def test_numbers_of_any_length_are_judged_without_being_computed() -> None:
    """A number with thousands of digits is no way to make the reader fail."""
    assert not isinstance(read_value(b'{"a":' + b"9" * 10_000 + b"}", line=1), int)

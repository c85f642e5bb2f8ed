"""JSON of strangers is read strictly, value by value, and whatever is wrong costs as little as it can."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.formats.json import Dialect, Limits, Value, as_text, can_write, read_values, write_values
from adapters.formats.national import Unreadable

DIALECT = Dialect(wrappers=("response",))
SMALL = Dialect(limits=Limits(value_characters=200, members=20, depth=4, file_bytes=2_000, broken_lines=2))


def read(text: str | bytes, dialect: Dialect = DIALECT) -> list[Value | Unreadable]:
    return list(read_values(text if isinstance(text, bytes) else text.encode(), dialect))


def values(text: str | bytes, dialect: Dialect = DIALECT) -> list[Any]:
    return [one.value for one in read(text, dialect) if isinstance(one, Value)]


def faults(text: str | bytes, dialect: Dialect = DIALECT) -> list[tuple[int, str, bool]]:
    found = [one for one in read(text, dialect) if isinstance(one, Unreadable)]
    assert all(one.finding.rule and one.finding.remedy and one.finding.line == one.line for one in found)
    return [(one.line, one.finding.code.value, one.whole_file) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        '{"a":"1"}\n{"a":"2"}\n',
        '[{"a":"1"},\n{"a":"2"}]',
        '{"response":[{"a":"1"},{"a":"2"}]}',
        ' { "response" : [ {"a":"1"} ,\r\n {"a":"2"} ] } ',
        '{"a":"1"}{"a":"2"}',
        '[{"a":"1"}]\n[{"a":"2"}]',
    ],
)
def test_every_form_of_file_gives_its_values(text: str) -> None:
    """One value, a list, a list in its wrapper and values one after another are all read."""
    assert values(text) == [{"a": "1"}, {"a": "2"}]
    assert faults(text) == []


def test_values_know_their_lines() -> None:
    """A value begins and ends where it stands in the file."""
    found = read('[\n{"a":\n"1"},\n\n{"a":"2"}\n]')
    assert [(one.line, one.last_line) for one in found if isinstance(one, Value)] == [(2, 3), (5, 5)]


def test_numbers_stay_the_text_that_they_are() -> None:
    """Nothing is rounded, and a number of another spelling stays one."""
    assert values("[[1.10, -0, 1e5, 12345678901234567890, true, null]]") == [
        ["1.10", "-0", "1e5", "12345678901234567890", True, None]
    ]
    assert as_text(values('[{"a":1.10}]')[0]) == '{"a":"1.10"}'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "A02-format"),
        (b" \n ", "A02-format"),
        (b"\xef\xbb\xbf{}", "A01-encoding"),
        (b"\xff\xfe{\0}\0", "A01-encoding"),
        (b'{"a":"\xe9"}', "A01-encoding"),
        (b'{"a":"\xed\xa0\x80"}', "A01-encoding"),
        (b"{\0}", "A02-format"),
        (b"{'a':1}", "A02-format"),
        (b'{"a":1,}', "A02-format"),
        (b"[1,]", "A02-format"),
        (b"[1 2]", "A02-format"),
        (b'{"response":[{}],"more":1}', "A02-format"),
        (b'{"a":"\x07"}', "A02-format"),
        (b"// a\n{}", "A02-format"),
        (b"[" * 200_000, "A02-format"),
        (b'{"a":' * 200_000, "A02-format"),
    ],
)
def test_what_cannot_be_trusted_ends_the_file(text: bytes, code: str) -> None:
    """A fault of encoding or syntax has a code and a line, and nothing behind it is read."""
    found = faults(text)
    assert found[-1][1:] == (code, True)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ('{"a":1,"a":1}', "A02-format"),
        ('{"b":{"a":1,"\\u0061":2}}', "A02-format"),
        ('{"a":NaN}', "A02-format"),
        ('{"a":-Infinity}', "A02-format"),
        ('{"a":"\\u0000"}', "A01-encoding"),
        ('{"a":"\\ud800"}', "A01-encoding"),
        ('{"\\udfff":1}', "A01-encoding"),
        ('{"a":' + "9" * 5_000 + "}", "A02-format"),
        ("[" * 60 + "]" * 60, "A02-format"),
    ],
)
def test_a_bad_value_costs_itself_alone(value: str, code: str) -> None:
    """Duplicate names, NaN, half characters, endless numbers and depth refuse a value; the one behind is read."""
    text = f'[{value},\n{{"good":"1"}}]'
    assert faults(text) == [(1, code, False)]
    assert values(text) == [{"good": "1"}]


def test_values_that_are_no_containers_are_values() -> None:
    """The codec judges form; what a value must be is for the format to say."""
    assert values('[1, "a", true, null, "\\u0041"]') == ["1", "a", True, None, "A"]


def test_whole_characters_of_two_escapes_are_read() -> None:
    """A pair of surrogate escapes is one character, and no fault."""
    assert values('{"a":"\\ud83d\\ude00"}') == [{"a": "\U0001f600"}]


def test_a_broken_line_of_json_lines_costs_itself_alone() -> None:
    """In JSON lines the next line is read; too many broken ones end the file."""
    assert values('{"a":"1"}\n{"a":\n{"a":"3"}\n') == [{"a": "1"}, {"a": "3"}]
    found = faults('{"a\n' * 9 + '{"a":"1"}', SMALL)
    assert [whole for _, _, whole in found] == [False, False, True]


def test_a_list_that_is_cut_keeps_what_was_read() -> None:
    """Values before the cut are whole; the cut itself is a finding."""
    assert values('[{"a":"1"},{"a":') == [{"a": "1"}]
    assert faults('[{"a":"1"},\n{"a":')[0][:2] == (2, "A02-format")


def test_limits_hold_before_anything_is_built() -> None:
    """Size of file and value, and the count of members, are refused with a code of their own."""
    assert faults("[" + "1," * 1_500 + "1]", SMALL)[0][1] == "A01-size"
    assert faults("[[" + "1," * 90 + "1]]", SMALL) == [(1, "A01-size", True)]
    assert faults('[{"a":"' + "x" * 300 + '"}]', SMALL) == [(1, "A01-size", False)]
    assert faults('[{"a":{"b":{"c":{"d":{}}}}}]', SMALL) == [(1, "A02-format", False)]


def test_a_flood_of_small_texts_is_refused_unread() -> None:
    """Forty million characters of short texts are refused by counting, not by building them."""
    assert faults(b'[["' + b'aa","' * 8_000_000 + b'"]]') == [(1, "A01-size", True)]


def test_written_values_are_read_again() -> None:
    """Values come back as they were, one a line."""
    data = write_values([{"a": "\u00e9\n\U0001f600"}, {"b": [True, None]}], wrapper="response")
    assert values(data) == [{"a": "\u00e9\n\U0001f600"}, {"b": [True, None]}]
    assert [one.line for one in read(data)] == [2, 3]
    assert not can_write("a\0")
    assert not can_write("\ud800")

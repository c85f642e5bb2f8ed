"""The CSV codec: one declared dialect, strict quoting, stated limits, guarded formulas."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.formats.csv import CHUNK_BYTES, CsvCodec, Dialect, Limits, guard, unguard
from adapters.formats.national import NationalRecord, Unreadable
from contracts.errors import Code, UsageError

CODEC = CsvCodec(Dialect(encoding="cp1252", delimiter=";"))
HEADER = b"A;B\r\n"


def read(data: bytes, codec: CsvCodec = CODEC, required: Sequence[str] = ("A",)) -> list[NationalRecord | Unreadable]:
    return list(codec.read(data, required=required))


def rows(data: bytes, codec: CsvCodec = CODEC) -> list[dict[str, str]]:
    return [dict(record.fields) for record in read(data, codec) if isinstance(record, NationalRecord)]


def faults(data: bytes, codec: CsvCodec = CODEC) -> list[tuple[int, Code, bool]]:
    found = [record for record in read(data, codec) if isinstance(record, Unreadable)]
    return [(record.line, record.finding.code, record.whole_file) for record in found]


def test_records_are_named_by_the_header() -> None:
    """Each record maps column names to texts decoded from the declared encoding."""
    assert rows(HEADER + b"\xe9\xe9n;twee\r\n") == [{"A": "één", "B": "twee"}]


def test_line_numbers_span_quoted_line_breaks() -> None:
    """A record that spans lines says its first and last line, and the next one begins after it."""
    found = read(HEADER + b'1;"x\r\ny\nz"\r\n2;b\n')
    assert [(record.line, getattr(record, "last_line", None)) for record in found] == [(2, 4), (5, 5)]


def test_quotes_carry_delimiters_quotes_and_line_breaks() -> None:
    """What stands in quotes is text, and a doubled quote is one quote."""
    assert rows(HEADER + b'"a;""b""\r\nc";\r\n') == [{"A": 'a;"b"\r\nc', "B": ""}]


def test_a_last_line_without_end_and_blank_lines_are_read() -> None:
    """A missing last line end and wholly blank lines lose nothing."""
    assert rows(HEADER + b"1;2\r\n\r\n\n3;4") == [{"A": "1", "B": "2"}, {"A": "3", "B": "4"}]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (b"1", Code.A02_FORMAT),
        (b"1;2;3", Code.A02_FORMAT),
        (b'1;a"b', Code.A02_FORMAT),
        (b'1;"a"b', Code.A02_FORMAT),
        (b'1;"never closed', Code.A02_FORMAT),
        (b"1;a\rb", Code.A02_FORMAT),
        (b"1;a\0b", Code.A02_FORMAT),
        (b'1;"a\0b"', Code.A02_FORMAT),
        (b"1;\x81", Code.A01_ENCODING),
    ],
)
def test_a_broken_record_costs_itself_alone(broken: bytes, code: Code) -> None:
    """The record is refused with its line, and the ones before and behind it are read."""
    data = HEADER + b"0;before\r\n" + broken + b"\r\n9;behind\r\n"
    assert faults(data) == [(3, code, False)]
    assert [row["A"] for row in rows(data)] == ["0", "9"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", Code.A02_FORMAT),
        (b"\r\n\r\n", Code.A02_FORMAT),
        (b"A;A\r\n1;2\r\n", Code.A02_FORMAT),
        (b"A;\r\n1;2\r\n", Code.A02_FORMAT),
        (b"A; B\r\n1;2\r\n", Code.A02_FORMAT),
        (b"B;C\r\n1;2\r\n", Code.A02_FORMAT),
        (b'A;"B\r\n', Code.A02_FORMAT),
        (b"A;\x81\r\n", Code.A01_ENCODING),
        (codecs.BOM_UTF8 + HEADER, Code.A01_ENCODING),
        (codecs.BOM_UTF16_LE + HEADER, Code.A01_ENCODING),
        (codecs.BOM_UTF16_BE + HEADER, Code.A01_ENCODING),
        ("A;B\r\n1;2\r\n".encode("utf-16-le"), Code.A01_ENCODING),
    ],
)
def test_a_bad_header_or_mark_ends_the_file(data: bytes, code: Code) -> None:
    """A fault of the file as a whole is one finding on line 1 or where it stands, and nothing is read."""
    found = faults(data)
    assert [(fault[1], fault[2]) for fault in found] == [(code, True)]
    assert rows(data) == []


def test_limits_bound_every_dimension() -> None:
    """Too long a field, record, list of lines or fields, or file is refused, and reading goes on."""
    limits = Limits(file_bytes=2000, field_characters=20, record_characters=60, record_lines=3, columns=4)
    codec = CsvCodec(Dialect(encoding="cp1252", delimiter=";", limits=limits))
    long_field = b"1;" + b"x" * 21
    long_record = b'1;"' + b"x" * 90 + b'"'
    endless = b'1;"' + b"y" * 90
    many_lines = b'1;"a\nb\nc\nd"'
    many_fields = b"1;2;3;4;5"
    for bad in (long_field, long_record, endless, many_lines, many_fields):
        data = HEADER + bad + b"\r\n9;z\r\n"
        assert [fault[1] for fault in faults(data, codec)][:1] == [Code.A02_FORMAT]
        assert {"A": "9", "B": "z"} in rows(data, codec)
    assert faults(HEADER + b"1;2\r\n" * 500, codec) == [(1, Code.A02_FORMAT, True)]


def test_too_many_broken_records_end_the_file() -> None:
    """A file that is broken all over is given up, so that it costs no more than a bounded number of scans."""
    codec = CsvCodec(Dialect(encoding="cp1252", delimiter=";", limits=Limits(broken_records=3)))
    found = faults(HEADER + b'1;a"b\r\n' * 10, codec)
    assert [fault[2] for fault in found] == [False, False, False, True]


def test_records_cross_chunks() -> None:
    """A record, a quoted field or a line end on the edge of a chunk is read like any other."""
    for edge in range(-6, 3):
        filler = b"f;" + b"x" * (CHUNK_BYTES - len(HEADER) - 4 + edge) + b"\r\n"
        codec = CsvCodec(
            Dialect(encoding="cp1252", delimiter=";", limits=Limits(field_characters=10**6, record_characters=10**6))
        )
        found = rows(HEADER + filler + b'"q""q";"a\r\nb"\r\n', codec)
        assert found[1] == {"A": 'q"q', "B": "a\r\nb"}


def test_reading_streams() -> None:
    """The first record comes before the last byte is looked at: memory does not grow with the file."""
    data = HEADER + b"1;2\r\n" * 200_000
    first = next(CODEC.read(data, required=["A"]))
    assert first.line == 2


def test_utf_8_with_its_mark_is_an_option() -> None:
    """A dialect may accept the mark of its own encoding; another mark is still refused."""
    codec = CsvCodec(Dialect(encoding="utf-8", delimiter=";", byte_order_mark=True))
    assert rows(codecs.BOM_UTF8 + HEADER + "ș;β\r\n".encode(), codec) == [{"A": "ș", "B": "β"}]
    assert faults(codecs.BOM_UTF16_LE + HEADER, codec) == [(1, Code.A01_ENCODING, True)]
    assert faults(HEADER + b"1;\xff\r\n2;b\r\n", codec) == [(2, Code.A01_ENCODING, False)]


def test_utf_16_is_read_and_its_damage_ends_the_file() -> None:
    """UTF-16 with its mark can be declared; where it breaks, the rest cannot be read."""
    codec = CsvCodec(Dialect(encoding="utf-16", delimiter=";", byte_order_mark=True))
    good = codecs.BOM_UTF16_LE + "A;B\r\nж;2\r\n".encode("utf-16-le")
    assert rows(good, codec) == [{"A": "ж", "B": "2"}]
    assert faults(good + b"\x00\xdc\x00", codec)[-1][1:] == (Code.A01_ENCODING, True)


@pytest.mark.parametrize("cell", ["=1+1", "+31", "-1", "@x", "\tx", "\rx", "'=1", "''+1", "'tis", "plain", "'"])
def test_formula_guard_is_lossless(cell: str) -> None:
    """What a spreadsheet would run gets an apostrophe, and reading gives the text back."""
    assert unguard(guard(cell)) == cell
    assert not guard(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert rows(CODEC.write([{"A": cell}], fields=["A", "B"])) == [{"A": cell, "B": ""}]


@settings(deadline=None)  # a busy machine is no fault of the code
@given(st.lists(st.text(st.characters(codec="cp1252", exclude_characters="\0"), min_size=1), min_size=1, max_size=5))
def test_writing_reads_back(cells: list[str]) -> None:
    """Any texts of the encoding come back from a written file, character by character."""
    records = [{"A": cell, "B": "x"} for cell in cells]
    assert rows(CODEC.write(records, fields=["A", "B"])) == records


def test_what_the_encoding_lacks_cannot_be_written() -> None:
    """`can_write` tells beforehand; writing it anyway is an error that names no text."""
    assert CODEC.can_write("é€")
    assert not CODEC.can_write("ș")
    assert not CODEC.can_write("a\0b")
    with pytest.raises(UsageError, match="cp1252"):
        CODEC.write([{"A": "ș"}], fields=["A"])

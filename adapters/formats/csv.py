"""Read and write CSV strictly: one declared dialect, RFC 4180 quoting, a header row, stated limits.

Nothing is guessed: encoding, delimiter and byte order mark are declared by the country. A record that
breaks a rule is refused alone, and reading goes on at the line after the one it began on. Spreadsheets
run a cell as a formula when it begins with `=`, `+`, `-`, `@`, tab or return, so such a cell is written
with an apostrophe before it. The guard is lossless: it also guards what already looks guarded, and
reading takes exactly one apostrophe away.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.formats.national import NationalRecord, Unreadable
from contracts.errors import Code, UsageError
from contracts.findings import Finding

CHUNK_BYTES = 64 * 1024
"""Bytes decoded at a time: memory is bounded by this and the longest record, not by the file."""

_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_UNDECODABLE = re.compile("[\udc80-\udcff]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one file. They are far above real exports and keep hostile input cheap to refuse."""

    file_bytes: int = 256 * 1024 * 1024
    field_characters: int = 32 * 1024
    record_characters: int = 256 * 1024
    record_lines: int = 500
    columns: int = 512
    broken_records: int = 200
    """Records with broken quoting before the rest of the file is given up: each one costs a second scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a country writes CSV. `byte_order_mark` accepts a mark of the declared encoding at the start."""

    encoding: str
    delimiter: str = ","
    byte_order_mark: bool = False
    line_end: str = "\r\n"
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    last_line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Broken:
    line: int
    rule: str
    remedy: str
    code: Code = Code.A02_FORMAT
    whole_file: bool = False
    bounded: bool = False
    """The record's end is known although it is broken, so reading goes on after that end."""


class CsvCodec:
    """The codec of one dialect; it keeps no state between files."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def read(self, data: bytes, *, required: Sequence[str]) -> Iterator[NationalRecord | Unreadable]:
        """Yield records and what cannot be read, in file order. A bad header ends the file at once."""
        columns: tuple[str, ...] | None = None
        for row in _rows(data, self.dialect):
            if isinstance(row, _Broken):
                yield _unreadable(row, whole_file=row.whole_file or columns is None)
                if row.whole_file or columns is None:
                    return
            elif columns is None:
                fault = _header_fault(row, required)
                if fault is not None:
                    yield _unreadable(fault, whole_file=True)
                    return
                columns = row.cells
            elif len(row.cells) != len(columns):
                rule = f"the record has {len(row.cells)} fields, the header {len(columns)}"
                yield _unreadable(
                    _Broken(row.line, rule, "write one field per column, in quotes where it holds a delimiter or quote")
                )
            else:
                cells = (unguard(cell) for cell in row.cells)
                yield NationalRecord(
                    line=row.line, last_line=row.last_line, fields=dict(zip(columns, cells, strict=True))
                )
        if columns is None:
            fault = _Broken(1, "the file has no header row", "write the column names on the first line")
            yield _unreadable(fault, whole_file=True)

    def write(self, records: Iterable[Mapping[str, str]], *, fields: Sequence[str]) -> bytes:
        """Write a header and one row per record, in the dialect's encoding, formulas guarded.

        Raises:
            UsageError: a text has a character that the encoding lacks; see `can_write`.
        """
        lines = [self._line(fields)]
        lines += [self._line([guard(record.get(name, "")) for name in fields]) for record in records]
        try:
            return "".join(lines).encode(self.dialect.encoding)
        except UnicodeEncodeError as fault:
            raise UsageError(f"a text cannot be written in {self.dialect.encoding}") from fault

    def can_write(self, text: str) -> bool:
        """Tell whether the encoding has every character of `text` and CSV can carry it."""
        if "\0" in text:
            return False
        try:
            text.encode(self.dialect.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def _line(self, cells: Sequence[str]) -> str:
        return self.dialect.delimiter.join(self._cell(cell) for cell in cells) + self.dialect.line_end

    def _cell(self, cell: str) -> str:
        if any(mark in cell for mark in (self.dialect.delimiter, '"', "\r", "\n")):
            return '"' + cell.replace('"', '""') + '"'
        return cell


def guard(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would run, or that looks guarded already."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def unguard(cell: str) -> str:
    """Undo `guard`: take one apostrophe away from a guarded cell, leave every other as it is."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _unreadable(fault: _Broken, *, whole_file: bool = False) -> Unreadable:
    finding = Finding(code=fault.code, path="", rule=fault.rule, remedy=fault.remedy, line=fault.line, field=None)
    return Unreadable(line=fault.line, finding=finding, whole_file=whole_file)


def _header_fault(row: _Row, required: Sequence[str]) -> _Broken | None:
    names = row.cells
    if any(not name or name != name.strip() for name in names):
        return _Broken(row.line, "a column has no name, or spaces around it", "name every column exactly")
    if len(set(names)) != len(names):
        return _Broken(row.line, "two columns have the same name", "keep one of them")
    missing = [name for name in required if name not in names]
    if missing:
        rule = f"columns are missing: {', '.join(missing)}"
        return _Broken(row.line, rule, "add these columns, and check delimiter and encoding of the file")
    return None


def _rows(data: bytes, dialect: Dialect) -> Iterator[_Row | _Broken]:
    """Yield rows of cells; the first fault that concerns the file as a whole is the last item."""
    fault = _file_fault(data, dialect)
    if fault is not None:
        yield fault
        return
    yield from _Scanner(data, dialect).rows()


def _file_fault(data: bytes, dialect: Dialect) -> _Broken | None:
    if len(data) > dialect.limits.file_bytes:
        return _Broken(1, f"the file is larger than {dialect.limits.file_bytes} bytes", "split it", whole_file=True)
    for mark, encoding in _MARKS:
        same = dialect.byte_order_mark and codecs.lookup(encoding) == codecs.lookup(dialect.encoding)
        if data.startswith(mark) and not same:
            return _Broken(
                1,
                f"the file begins with a {encoding} byte order mark, {dialect.encoding} is declared",
                f"export the file as {dialect.encoding} without a byte order mark",
                code=Code.A01_ENCODING,
                whole_file=True,
            )
    if codecs.lookup(dialect.encoding).name != "utf-16" and b"\0" in data[:4]:
        rule = f"the file has NUL bytes at its start, so it is not {dialect.encoding}"
        return _Broken(1, rule, f"export the file as {dialect.encoding}", code=Code.A01_ENCODING, whole_file=True)
    return None


class _Scanner:
    """Own the position in one file: the decoded text not yet consumed, and the line it begins on."""

    def __init__(self, data: bytes, dialect: Dialect) -> None:
        self._data = memoryview(data)
        self._dialect = dialect
        self._decoder = codecs.getincrementaldecoder(_decoding(dialect))("surrogateescape")
        self._taken = 0
        self._text = ""
        self._at = 0
        self._line = 1
        quoted = r'"((?:[^"]++|"")*+)"'
        self._cell = re.compile(rf'{quoted}|([^{re.escape(dialect.delimiter)}"\r\n\0]*+)')

    def rows(self) -> Iterator[_Row | _Broken]:
        """Yield rows and faults until the text ends or too much of it is broken."""
        try:
            yield from self._walk()
        except UnicodeDecodeError:
            encoding = self._dialect.encoding
            rule, remedy = f"the file is not {encoding} from here on", f"export it as {encoding}"
            yield _Broken(self._line, rule, remedy, code=Code.A01_ENCODING, whole_file=True)

    def _walk(self) -> Iterator[_Row | _Broken]:
        broken = 0
        while self._fill():
            found = self._scan()
            while found is None:
                found = self._scan() if self._more() else self._scan(final=True)
            if isinstance(found, _Broken) and not found.bounded:
                broken += 1
                self._skip_line()
                if broken > self._dialect.limits.broken_records:
                    remedy = "check delimiter, quoting and encoding of the whole file"
                    yield _Broken(
                        found.line, "too many records are broken; the rest is not read", remedy, whole_file=True
                    )
                    return
            elif isinstance(found, _Row) and found.cells == ("",):
                continue
            yield found

    def _fill(self) -> bool:
        """Drop what is consumed and make sure that there is text to scan, unless the file has ended."""
        if self._at > CHUNK_BYTES or self._at == len(self._text):
            self._text, self._at = self._text[self._at :], 0
        while not self._text:
            if not self._more():
                return False
        return self._at < len(self._text)

    def _more(self) -> bool:
        if self._taken >= len(self._data):
            return False
        chunk = bytes(self._data[self._taken : self._taken + CHUNK_BYTES])
        self._taken += len(chunk)
        final = self._taken >= len(self._data)
        self._text = self._text[self._at :] + self._decoder.decode(chunk, final)
        self._at = 0
        return True

    def _scan(self, *, final: bool = False) -> _Row | _Broken | None:
        """Read one record from the present position; None asks for more text."""
        limits = self._dialect.limits
        final = final or self._taken >= len(self._data)
        text, at, cells = self._text, self._at, []
        while True:
            match = self._cell.match(text, at)
            if match is None or (match[1] is None and text.startswith('"', at)):
                return self._unclosed(final=final)
            cells.append(match[2] if match[1] is None else match[1].replace('""', '"'))
            at = match.end()
            if at - self._at > limits.record_characters:
                return self._too_long()
            if at < len(text) and text.startswith(self._dialect.delimiter, at):
                at += 1
                continue
            return self._end(cells, at, final=final)

    def _end(self, cells: list[str], at: int, *, final: bool) -> _Row | _Broken | None:
        """Take the record if it ends at `at`; whatever else stands there breaks it."""
        text = self._text
        if at == len(text):
            return self._finish(cells, at, at) if final else None
        if text[at] == "\n":
            return self._finish(cells, at, at + 1)
        if text.startswith("\r\n", at):
            return self._finish(cells, at, at + 2)
        if text[at] == "\r" and at + 1 == len(text) and not final:
            return None
        return self._misplaced(text[at])

    def _finish(self, cells: list[str], end: int, after: int) -> _Row | _Broken:
        """Take a record whose end is known: everything wrong with it from here on costs only itself."""
        first, text = self._line, self._text[self._at : end]
        lines = text.count("\n")
        self._line += lines + (after > end)
        self._at = after
        fault = self._excess(cells, lines)
        if fault is not None:
            return _Broken(first, *fault, bounded=True)
        if _UNDECODABLE.search(text):
            rule = f"the record has bytes that are not {self._dialect.encoding}"
            remedy = f"export it as {self._dialect.encoding}"
            return _Broken(first, rule, remedy, code=Code.A01_ENCODING, bounded=True)
        return _Row(first, first + lines, tuple(cells))

    def _excess(self, cells: list[str], lines: int) -> tuple[str, str] | None:
        limits = self._dialect.limits
        if len(cells) > limits.columns:
            return f"the record has more than {limits.columns} fields", "check the delimiter"
        if lines >= limits.record_lines:
            return f"the record spans more than {limits.record_lines} lines", "check its quotes"
        if max(map(len, cells)) > limits.field_characters:
            return f"a field is longer than {limits.field_characters} characters", "shorten the text"
        if any("\0" in cell for cell in cells):
            return "the record has a NUL character", "remove it"
        return None

    def _unclosed(self, *, final: bool) -> _Broken | None:
        if len(self._text) - self._at > self._dialect.limits.record_characters:
            return self._too_long()
        return self._broken("a quoted field is not closed", 'close it with "') if final else None

    def _too_long(self) -> _Broken:
        limit = self._dialect.limits.record_characters
        return self._broken(f"the record is longer than {limit} characters", "check its quotes and line ends")

    def _misplaced(self, character: str) -> _Broken:
        if character == "\0":
            return self._broken("the record has a NUL character", "remove it")
        if character == "\r":
            return self._broken("a line ends in a lone carriage return", "end lines with CR LF or LF")
        return self._broken("a quote stands inside a field, or text after a closing quote", 'write " as "" in quotes')

    def _broken(self, rule: str, remedy: str) -> _Broken:
        return _Broken(self._line, rule, remedy)

    def _skip_line(self) -> None:
        """Go to the line after the one on which the broken record began, holding no more than a chunk."""
        while (end := self._text.find("\n", self._at)) < 0:
            self._at = len(self._text)
            if not self._more():
                return
        self._at = end + 1
        self._line += 1


def _decoding(dialect: Dialect) -> str:
    marked = dialect.byte_order_mark and codecs.lookup(dialect.encoding).name == "utf-8"
    return "utf-8-sig" if marked else dialect.encoding

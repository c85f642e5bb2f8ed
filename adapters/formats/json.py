"""Read JSON of strangers strictly and one value at a time, and write it in one form.

A file is one value, a list of values, a list in a wrapper (`{"response": […]}`), or values one after
another, as in JSON lines. Each is judged alone: encoding, depth, length and count of values, duplicate
names, NaN, numbers nobody can hold, NUL and lone surrogates. Numbers stay the text that they are: nothing is
rounded. Where the syntax breaks, nothing behind it can be trusted: the rest of the list is given up, and
of values one a line only that line.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from adapters.formats.national import Unreadable
from contracts.errors import Code
from contracts.findings import Finding

_BLANK = re.compile(r"[ \t\r\n]*+")
_MARKS = (
    codecs.BOM_UTF8,
    codecs.BOM_UTF32_LE,
    codecs.BOM_UTF32_BE,
    codecs.BOM_UTF16_LE,
    codecs.BOM_UTF16_BE,
)
_UNSOUND = re.compile("[\x00\ud800-\udfff]")
_UNSOUND_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one file. They are above real exports and keep hostile input cheap to refuse."""

    file_bytes: int = 256 * 1024 * 1024
    value_characters: int = 64 * 1024 * 1024
    """Of one value of the list: what is held in memory as objects at a time."""
    members: int = 2_500_000
    """Of one value. Commas within its reach are counted before anything is built: real members take more room."""
    depth: int = 40
    digits: int = 100
    broken_lines: int = 200
    """Broken values of JSON lines before the rest of the file is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a format writes JSON: always UTF-8 without a byte order mark (RFC 8259 §8.1).

    `wrappers` are the names of a single member around the list of values.
    """

    wrappers: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a file; `line` and `last_line` are where it begins and ends. Its numbers are texts."""

    line: int
    last_line: int
    value: Any


class _Fault(ValueError):
    """What is wrong with one value, found while it was parsed."""

    def __init__(self, rule: str, remedy: str, code: Code = Code.A02_FORMAT) -> None:
        super().__init__(rule)
        self.rule = rule
        self.remedy = remedy
        self.code = code


def read_values(data: bytes, dialect: Dialect) -> Iterator[Value | Unreadable]:
    """Yield the values in file order, each as soon as it is parsed, and what cannot be read."""
    limit = dialect.limits.file_bytes
    if len(data) > limit:
        yield _unreadable(1, _Fault(f"the file is larger than {limit} bytes", "split it", Code.A01_SIZE))
        return
    if data.startswith(_MARKS):
        rule, remedy = "the file begins with a byte order mark", "export it as UTF-8 without one"
        yield _unreadable(1, _Fault(rule, remedy, Code.A01_ENCODING))
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        yield _unreadable(line, _Fault("the file is not UTF-8 from here on", "export it as UTF-8", Code.A01_ENCODING))
        return
    yield from _Reader(text, dialect).values()


def write_values(values: list[Any], *, wrapper: str) -> bytes:
    """Write values as a list in a wrapper, one a line, names in the order given."""
    lines = ",\n".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)
    return f'{{"{wrapper}":[\n{lines}\n]}}\n'.encode()


def as_text(value: Any) -> str:
    """Return a value as the text that a field holds: a string as it is, anything else as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def can_write(text: str) -> bool:
    """Tell whether a string can hold `text`."""
    return _UNSOUND.search(text) is None


def _unreadable(line: int, fault: _Fault, *, whole_file: bool = True) -> Unreadable:
    finding = Finding(code=fault.code, path="", rule=fault.rule, remedy=fault.remedy, line=line)
    return Unreadable(line=line, finding=finding, whole_file=whole_file)


class _Reader:
    """Own the position in one file, the line it is on, and what the parser has met in the present value."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self._text = text
        self._limits = dialect.limits
        names = "|".join(map(re.escape, dialect.wrappers))
        self._wrapper = re.compile(rf'\{{\s*+"(?:{names})"\s*+:\s*+\[') if names else None
        self._at = 0
        self._counted = 0
        self._line = 1
        self._members = 0
        self._fault: _Fault | None = None
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=self._number,
            parse_float=self._number,
            parse_constant=self._constant,
        )

    def values(self) -> Iterator[Value | Unreadable]:
        """Yield values until the text ends or can no longer be trusted."""
        self._skip_blank()
        if self._at == len(self._text):
            yield _unreadable(1, _Fault("the file is empty", "export at least one record"))
        broken = 0
        while self._at < len(self._text):
            start = self._at
            try:
                yield from self._document()
            except _Fault as fault:
                broken += 1
                resumes = self._next_line(start) and broken <= self._limits.broken_lines
                yield _unreadable(self._line_at(start if resumes else self._at), fault, whole_file=not resumes)
                if not resumes:
                    return
                self._at = self._text.index("\n", start) + 1
            self._skip_blank()

    def _document(self) -> Iterator[Value | Unreadable]:
        """Read one value of the top level, or each value of a list there."""
        wrapped = self._wrapper.match(self._text, self._at) if self._wrapper is not None else None
        if wrapped is not None:
            self._at = wrapped.end()
            yield from self._list()
            self._skip_blank()
            self._expect("}", "a member stands beside the list of records", "export the list alone")
        elif self._text.startswith("[", self._at):
            self._at += 1
            yield from self._list()
        else:
            yield self._value()

    def _list(self) -> Iterator[Value | Unreadable]:
        self._skip_blank()
        if self._text.startswith("]", self._at):
            self._at += 1
            return
        while True:
            yield self._value()
            self._skip_blank()
            if self._text.startswith("]", self._at):
                self._at += 1
                return
            self._expect(",", "the list is not closed, or a comma is missing", "export the file again")
            self._skip_blank()

    def _value(self) -> Value | Unreadable:
        """Parse one value. A fault that leaves its end known costs it alone; raises _Fault for the others."""
        self._members, self._fault = 0, None
        self._check_flood()
        line = self._line_at(self._at)
        try:
            value, end = self._decoder.raw_decode(self._text, self._at)
        except RecursionError:
            raise self._too_deep() from None
        except json.JSONDecodeError as fault:
            self._at = max(self._at, min(fault.pos, len(self._text)))
            raise _Fault("the JSON is broken here", "export the file again, as strict JSON") from None
        start, self._at = self._at, end
        last_line = self._line_at(end)
        if end - start > self._limits.value_characters:
            limit = self._limits.value_characters
            self._fault = _Fault(f"the record is longer than {limit} characters", "split it", Code.A01_SIZE)
        wrong = self._fault or self._content_fault(
            value, texts=_UNSOUND_ESCAPE.search(self._text, start, end) is not None
        )
        if wrong is not None:
            return _unreadable(line, wrong, whole_file=False)
        return Value(line=line, last_line=last_line, value=value)

    def _check_flood(self) -> None:
        """Bound what the parser may build: count commas ahead, no further than one value may reach."""
        window = self._at + self._limits.value_characters
        if self._text.count(",", self._at, window) > self._limits.members:
            raise self._too_many()

    def _content_fault(self, value: Any, *, texts: bool) -> _Fault | None:
        """Look at every container once, and at every text if escapes could have put something into one."""
        kinds = (dict, list, str) if texts else (dict, list)
        left: list[tuple[Any, int]] = [(value, 1)] if isinstance(value, kinds) else []
        while left:
            found, depth = left.pop()
            if isinstance(found, str):
                if _UNSOUND.search(found):
                    return _Fault("a text holds NUL or half a character", "remove it", Code.A01_ENCODING)
                continue
            if depth > self._limits.depth:
                return self._too_deep()
            inside = found
            if isinstance(found, dict):
                inside = [*found, *found.values()] if texts else found.values()
            left += [(one, depth + 1) for one in inside if isinstance(one, kinds)]
        return None

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self._count(len(pairs))
        found = dict(pairs)
        if len(found) != len(pairs):
            self._fault = _Fault("an object has two members of one name", "keep one of them")
        return found

    def _number(self, text: str) -> str:
        self._count(1)
        if len(text) > self._limits.digits:
            self._fault = _Fault(f"a number has more than {self._limits.digits} digits", "write it as text")
        return text

    def _constant(self, _: str) -> None:
        self._fault = _Fault("NaN and Infinity are no JSON", "leave the member out")

    def _count(self, number: int) -> None:
        self._members += number
        if self._members > self._limits.members:
            raise self._too_many()

    def _too_many(self) -> _Fault:
        return _Fault(f"a record has more than {self._limits.members} members", "split it", Code.A01_SIZE)

    def _too_deep(self) -> _Fault:
        return _Fault(f"the JSON is nested deeper than {self._limits.depth} levels", "export the file again")

    def _expect(self, mark: str, rule: str, remedy: str) -> None:
        if not self._text.startswith(mark, self._at):
            raise _Fault(rule, remedy)
        self._at += 1

    def _skip_blank(self) -> None:
        match = _BLANK.match(self._text, self._at)
        self._at = match.end() if match is not None else self._at

    def _next_line(self, start: int) -> bool:
        """Tell whether the line behind the one at `start` begins with a value, as in JSON lines."""
        end = self._text.find("\n", start)
        return end >= 0 and self._text.startswith('{"', end + 1) and self._text.startswith("{", start)

    def _line_at(self, position: int) -> int:
        if position < self._counted:
            return self._text.count("\n", 0, position) + 1
        self._line += self._text.count("\n", self._counted, position)
        self._counted = position
        return self._line

"""Read XML of strangers one message at a time: no document type, no entities, nothing from outside, stated limits.

A document type is found before any parser sees it, and without one there is nothing to expand or to fetch. The
text is decoded strictly in the encoding that the file declares, out of a stated few; a control character
costs the record that holds it alone. Where the file is no longer XML, nothing behind can be trusted: messages before
that point stand, the rest is not read.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree

from contracts.errors import Code

CHUNK_BYTES = 64 * 1024
"""Bytes decoded at a time: memory is bounded by this and the largest message, not by the file."""
SPOILED = "\ufdd0"
"""Stands for a character that XML forbids, until the record that holds it is refused (a Unicode noncharacter)."""

_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_SPOIL = dict.fromkeys(_CONTROLS, SPOILED)
_DECLARATION = re.compile(
    rb"""<\?xml\s+version\s*=\s*["']1\.0["']"""
    rb"""(?:\s+encoding\s*=\s*["'](?P<encoding>[A-Za-z][A-Za-z0-9._-]{0,39})["'])?"""
    rb"""(?:\s+standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>"""
)
_MISC = re.compile(rb"(?:[ \t\r\n]++|<!--.*?-->|<\?(?!xml[\s?]).*?\?>)*+", re.DOTALL)
_ROOT = re.compile(rb"<[^!?/\s<>]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one file. They are far above real exports and keep hostile input cheap to refuse."""

    file_bytes: int = 256 * 1024 * 1024
    message_bytes: int = 16 * 1024 * 1024
    message_marks: int = 400_000
    """Of `<` in one message: an element with its end has two."""
    depth: int = 24
    attributes: int = 32
    text_characters: int = 180_000
    """Of one text: a JPEG of 128 KiB in base64."""
    subjects: int = 500
    """Records in one message."""
    record_fields: int = 5_000
    message_fields: int = 200_000
    """Of all records of a message: things that many persons share stand in the record of each."""


def line_of(element: etree._Element) -> int:
    """Return the line on which an element begins; behind line 65,535 it is the parser's guess, a few lines off."""
    return cast("int | None", element.sourceline) or 1


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a record, a message or the rest of the file."""

    line: int
    rule: str
    remedy: str
    code: Code = Code.A02_FORMAT
    whole_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file: its bytes, the names of its root and of its messages, and the encodings that it may declare."""

    data: bytes
    root: str
    message: str
    encodings: tuple[str, ...]
    limits: Limits

    def messages(self) -> Iterator[etree._Element | Fault]:
        """Yield messages and faults in file order; a message is gone when the next one is asked for."""
        start = self._start()
        if isinstance(start, Fault):
            yield start
            return
        yield from _Walk(self, *start).messages()

    def _start(self) -> tuple[int, str] | Fault:
        """Return where the text begins and its encoding, or why no parser is to see the file."""
        data = self.data
        if len(data) > self.limits.file_bytes:
            rule = f"the file is larger than {self.limits.file_bytes} bytes"
            return Fault(1, rule, "split it", Code.A01_SIZE, whole_file=True)
        begin = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        declaration = _DECLARATION.match(data, begin)
        encoding = (declaration["encoding"] or b"utf-8").decode("ascii").lower() if declaration else "utf-8"
        if encoding not in self.encodings or (begin and encoding != "utf-8") or b"\0" in data[:4]:
            rule = "the encoding that the file declares, or shows, is not one of this format"
            remedy = f"export the file as one of {', '.join(self.encodings)}, and declare which"
            return Fault(1, rule, remedy, Code.A01_ENCODING, whole_file=True)
        misc = _MISC.match(data, declaration.end() if declaration else begin)
        at = misc.end() if misc else begin
        line = data.count(b"\n", 0, at) + 1
        if data[at : at + 9].upper() == b"<!DOCTYPE":
            rule, remedy = "the file declares a document type", "export it without one"
            return Fault(line, rule, remedy, whole_file=True)
        if not _ROOT.match(data, at):
            return Fault(line, "the file is no XML", "export it as XML of this format", whole_file=True)
        return begin, encoding


class _Walk:
    """Own the parser of one file, and how much of the present message it has taken."""

    def __init__(self, source: Source, begin: int, encoding: str) -> None:
        self._source = source
        self._data = source.data
        self._begin = begin
        self._encoding = encoding
        self._bytes = 0
        self._marks = 0
        self._parser = etree.XMLPullParser(
            events=("end",),
            tag=(source.message,),
            encoding="utf-8",
            resolve_entities="internal",  # type: ignore[arg-type]  # the stubs know only bool
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            attribute_defaults=False,
            huge_tree=False,
            recover=False,
            remove_comments=True,
            remove_pis=True,
        )

    def messages(self) -> Iterator[etree._Element | Fault]:
        """Feed the parser and yield what it completes."""
        for chunk in self._chunks():
            fault = chunk if isinstance(chunk, Fault) else self._feed(chunk)
            for found in self._completed():
                yield found
                if isinstance(found, Fault) and found.whole_file:
                    return
            fault = fault or self._excess()
            if fault is not None:
                yield fault
                return
        try:
            root = self._parser.close()
        except etree.XMLSyntaxError as broken:
            yield self._broken(broken)
            return
        if root.tag not in {self._source.root, self._source.message}:
            yield self._foreign(root)
        elif root.tag == self._source.root:
            yield from self._beside(root, None)

    def _chunks(self) -> Iterator[bytes | Fault]:
        """Yield the text as UTF-8, piece by piece, and as the last what cannot be decoded."""
        decoder = codecs.getincrementaldecoder(self._encoding)("strict")
        for at in range(self._begin, len(self._data), CHUNK_BYTES):
            chunk = self._data[at : at + CHUNK_BYTES]
            held = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, at + CHUNK_BYTES >= len(self._data))
            except UnicodeDecodeError as broken:
                yield bytes(broken.object[: broken.start]).decode(self._encoding).encode()
                yield self._undecodable(at - held + broken.start)
                return
            spoiled = len(chunk.translate(None, _CONTROLS)) < len(chunk)
            yield (text.translate(_SPOIL) if spoiled else text).encode()

    def _feed(self, chunk: bytes) -> Fault | None:
        self._bytes += len(chunk)
        self._marks += chunk.count(b"<")
        try:
            self._parser.feed(chunk)
        except etree.XMLSyntaxError as broken:
            return self._broken(broken)
        return None

    def _completed(self) -> Iterator[etree._Element | Fault]:
        """Yield completed messages, each with what stands before it, and clear them away."""
        for _, found in self._parser.read_events():
            message = cast("etree._Element", found)  # noqa: SLF001 - lxml has no other name for it
            parent = message.getparent()
            if parent is not None:
                root = message.getroottree().getroot()
                if root.tag not in {self._source.root, self._source.message}:
                    yield self._foreign(root)
                    return
                if parent is not root or root.tag == self._source.message:
                    continue
                yield from self._beside(parent, message)
            yield message
            self._bytes = self._marks = 0
            message.clear(keep_tail=True)  # type: ignore[call-arg]  # the stubs lack it

    def _beside(self, root: etree._Element, message: etree._Element | None) -> Iterator[Fault]:
        """Remove what stands before a message, and refuse what is no message."""
        stray = [root.text]
        while len(root) and root[0] is not message:
            stray.append(root[0].tail)
            if root[0].tag != self._source.message:
                yield Fault(line_of(root[0]), "an element stands beside the messages", "put it into a message")
            del root[0]
        root.text = None
        if any(text and text.strip() for text in stray):
            line = line_of(root if message is None else message)
            yield Fault(line, "text stands between the messages", "put it into a message")

    def _excess(self) -> Fault | None:
        limits = self._source.limits
        if self._bytes <= limits.message_bytes and self._marks <= limits.message_marks:
            return None
        rule = f"a message has more than {limits.message_bytes} bytes or {limits.message_marks // 2} elements"
        return Fault(self._last_line(), rule, "split it", Code.A01_SIZE, whole_file=True)

    def _last_line(self) -> int:
        return self._data.count(b"\n") + 1

    def _foreign(self, root: etree._Element) -> Fault:
        rule = "the root element is not that of this format"
        return Fault(line_of(root), rule, "check format, version and namespace", whole_file=True)

    def _undecodable(self, offset: int) -> Fault:
        line = self._data.count(b"\n", 0, offset) + 1
        rule = f"the file is not {self._encoding}, as it declares, from byte {offset} on"
        return Fault(line, rule, f"export it as {self._encoding}", Code.A01_ENCODING, whole_file=True)

    def _broken(self, broken: etree.XMLSyntaxError) -> Fault:
        line = max(broken.lineno or 1, 1)
        rule = f"the file is no well-formed XML from byte {self._offset(line, broken.offset or 0)} on"
        return Fault(line, rule, "export it again; what stands before this point was read", whole_file=True)

    def _offset(self, line: int, column: int) -> int:
        """Return the byte at which a line has this column, which the parser counts in characters."""
        start = 0
        for _ in range(line - 1):
            start = self._data.index(b"\n", start) + 1
        column = max(column, 0)
        text = self._data[start : start + 4 * column].decode(self._encoding, "ignore")
        return start + len(text[:column].encode(self._encoding, "ignore"))

"""Files that an adapter must refuse: broken encodings, broken structure, and floods, made from a good one."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

Named = tuple[str, bytes]


def hostile_files(seed: bytes) -> Iterator[Named]:
    """Yield what breaks any format without byte order mark; `seed` is a good file with one record."""
    yield from _everywhere(seed)
    yield "a UTF-8 byte order mark", codecs.BOM_UTF8 + seed


def broken_tables(seed: bytes) -> Iterator[Named]:
    """Yield what breaks any format, and tables with a header that are broken behind it."""
    yield from hostile_files(seed)
    header, _, body = seed.partition(b"\n")
    yield "a header alone, repeated as a record", header + b"\n" + header + b"\n"
    yield "a quote never closed", header + b'\n"' + body.replace(b'"', b"")
    yield "a flood of quotes behind the header", header + b"\n" + b'"\n' * 5_000
    yield "a flood of delimiters behind the header", header + b"\n" + b";" * 100_000 + b"\n"
    yield "lone carriage returns", seed.replace(b"\r\n", b"\r")


def broken_markup(seed: bytes) -> Iterator[Named]:
    """Yield what breaks any format, and XML that is more, less or other than it says. XML may have a mark of UTF-8."""
    yield from _everywhere(seed)
    declaration, _, body = seed.partition(b"\n")
    half = body.index(b">", len(body) // 2) + 1
    inside = body.index(b">") + 1
    latin = b'<?xml version="1.0" encoding="ISO-8859-1"?>\n'
    yield "a mark that contradicts the declaration", codecs.BOM_UTF8 + latin + body
    yield "an encoding that nobody declared", b'<?xml version="1.0" encoding="UTF-32"?>\n' + body
    yield "a file cut in its middle", seed[: len(seed) // 2]
    yield "a document type", declaration + b"\n<!DOCTYPE a SYSTEM 'http://example.invalid/a.dtd'>\n" + body
    yield "a document type behind a comment", declaration + b"<!-- --><!DOCTYPE a []>" + body
    yield "an entity that nobody declared", seed[: -len(body) + inside] + b"&entity;" + body[inside:]
    yield "a byte that is no UTF-8", seed[: -len(body) + half] + b"\xff" + body[half:]
    yield "a reference to a forbidden character", body[:half] + b"&#2;" + body[half:]
    yield "elements without end", body[:inside] + b"<a>" * 200_000
    yield "a root of another kind", b"<a><b>" + body.replace(b"?>", b"") + b"</b></a>"
    yield (
        "a flood of attributes",
        body[: inside - 1] + b" ".join(b" a%d='x'" % n for n in range(20_000)) + body[inside - 1 :],
    )


def _everywhere(seed: bytes) -> Iterator[Named]:
    half = len(seed) // 2
    yield "an empty file", b""
    yield "a file of NUL bytes", b"\0" * 4096
    yield "a UTF-16 byte order mark", codecs.BOM_UTF16_LE + seed
    yield "UTF-16 without a mark", seed.decode("latin-1").encode("utf-16-le")
    yield "random bytes", bytes((index * 167 + 13) % 256 for index in range(8192))
    yield "a file cut at its start", seed[:3]
    yield "a NUL in the record", seed[:half] + b"\0" + seed[half:]
    yield "an archive", b"PK\x03\x04" + b"\0" * 100
    yield "a spreadsheet of the old kind", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512
    yield "markup", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///x">]><a>&b;</a>'
    yield "deep brackets", b"[" * 100_000
    yield "one endless line", b"a" * 2_000_000
    yield "a flood of quotes", b'"\n' * 5_000
    yield "a flood of delimiters", b";" * 100_000 + b"\n"

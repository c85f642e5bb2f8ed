"""Files that an adapter must refuse: broken encodings, broken structure, and floods, made from a good one."""

from __future__ import annotations

import codecs
from collections.abc import Iterator


def hostile_files(seed: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield named files that no format takes; `seed` is a good file with one record."""
    half = len(seed) // 2
    yield "an empty file", b""
    yield "a file of NUL bytes", b"\0" * 4096
    yield "a UTF-8 byte order mark", codecs.BOM_UTF8 + seed
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


def broken_tables(seed: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what no format takes, and tables with a header that are broken behind it."""
    yield from hostile_files(seed)
    header, _, body = seed.partition(b"\n")
    yield "a header alone, repeated as a record", header + b"\n" + header + b"\n"
    yield "a quote never closed", header + b'\n"' + body.replace(b'"', b"")
    yield "a flood of quotes behind the header", header + b"\n" + b'"\n' * 5_000
    yield "a flood of delimiters behind the header", header + b"\n" + b";" * 100_000 + b"\n"
    yield "lone carriage returns", seed.replace(b"\r\n", b"\r")

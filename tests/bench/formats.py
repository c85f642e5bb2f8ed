"""Measure every installed adapter against the library of its format alone, over its own samples."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from adapters.interface import Adapter, EventContent, installed
from tests.bench.measure import Effort, Row, compare

SAMPLES = Path(__file__).resolve().parents[2] / "adapters" / "samples"


class Library(NamedTuple):
    """How a format's library alone reads a file and writes it again."""

    name: str
    read: Callable[[bytes], Any]
    write: Callable[[Any], object]


def _read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("latin-1"), newline=""), delimiter=";"))


def _write_csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def _read_json(data: bytes) -> list[Any]:
    try:
        return [json.loads(data)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in data.splitlines()]


def _write_json(values: list[Any]) -> bytes:
    return b"\n".join(json.dumps(value, ensure_ascii=False).encode() for value in values)


LIBRARIES = {
    ".csv": Library("csv", _read_csv, _write_csv),
    ".xml": Library("lxml", etree.fromstring, etree.tostring),
    ".json": Library("json", _read_json, _write_json),
    ".jsonl": Library("json", _read_json, _write_json),
}
"""By the ending of a sample's name."""


def rows(effort: Effort) -> Iterator[Row]:
    """Yield reading and writing for every installed adapter that ships samples."""
    for name, adapter in installed().items():
        samples = [path for path in sorted((SAMPLES / name).glob("*")) if _is_read(path)]
        if samples:
            yield from _of(name, adapter, samples, effort)


def _is_read(path: Path) -> bool:
    """Tell whether the library reads a sample: some are there to be refused."""
    try:
        LIBRARIES[path.suffix].read(path.read_bytes())
    except (KeyError, ValueError, SyntaxError):  # lxml's is a SyntaxError
        return False
    return True


def _of(name: str, adapter: Adapter, samples: list[Path], effort: Effort) -> Iterator[Row]:
    library = LIBRARIES[samples[0].suffix]
    files = [path.read_bytes() for path in samples]
    decoded = [list(adapter.decode(data)) for data in files]
    drafts = [record.draft for records in decoded for record in records if record.draft is not None]
    events = [EventContent.of(draft) for draft in drafts]
    written = adapter.encode(events).data
    parsed = library.read(written)

    def decode() -> None:
        for data in files:
            for _ in adapter.decode(data):
                pass

    def parse() -> None:
        for path, data in zip(samples, files, strict=True):
            LIBRARIES[path.suffix].read(data)

    baseline = f"{library.name} alone"
    ours, bare = compare(decode, parse, effort, unit=sum(map(len, decoded)))
    yield Row(name=f"{name}: read", size="", ours=ours, bare=bare, baseline=baseline)
    ours, bare = compare(lambda: adapter.encode(events), lambda: library.write(parsed), effort, unit=len(events))
    yield Row(name=f"{name}: write", size="", ours=ours, bare=bare, baseline=baseline)

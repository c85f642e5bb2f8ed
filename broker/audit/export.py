"""Write the audit log to a file, and read such a file as if it were the log.

JSON lines, one per record: `{"chain": <hash>, "record": {...}}`. `chain` is SHA-256 over the chain
value before it and the canonical `record`. Signatures protect what matters; the chain finds the line
where a file was damaged, also in what no signature covers. The first line names the environment, the
last one counts the records, so that a cut file is seen.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, Literal, Self

import msgspec
from msgspec import Meta

from broker.audit.findings import AuditFinding, FindingCode
from broker.ports import Incoming, LogReader
from contracts.encoding import canonical, decode_base64url, decode_canonical, encode_base64url
from contracts.errors import Code, RecordError, UsageError
from contracts.identifiers import Environment, Topics
from contracts.wire import Count, Hash

FORMAT = 1
MAX_LINE_BYTES = 2 * 1024 * 1024
"""A topic holds at most 1 MiB per record; base64 makes it a third longer."""
BATCH_RECORDS = 500
FILE_MODE = 0o600
"""Who works with whom on what: for the auditor's eyes only."""
START = hashlib.sha256(b"baken-export-1").digest()

Text = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]*\Z")]


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="head"):
    environment: Literal["live", "exercise"]
    format: int


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="record"):
    headers: tuple[tuple[str, Text | None], ...]
    key: Text | None
    offset: Count
    time: Count
    topic: str
    value: Text | None


class _Tail(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="tail"):
    counts: dict[str, Count]


class _Chained(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    chain: Hash
    record: _Head | _Line | _Tail


_DECODER = msgspec.json.Decoder(_Chained)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export holds. `chain` is the hash to hand over by another way than the file."""

    counts: dict[str, int]
    chain: str


async def write_export(reader: LogReader, topics: Topics, path: Path) -> Exported:
    """Write `audit`, `checkpoints` and `trust`, each to the end seen now, into the file `path`.

    Checkpoints are read before the audit log, so that the file never holds a signed leaf hash without
    its leaf. A crash before the rename leaves a temporary file and no export; after it, the whole one.

    Raises:
        UsageError: no file can be written there.
    """
    ends = {topic: await reader.end(topic) for topic in (topics.checkpoints, topics.audit, topics.trust)}
    temporary = path.with_name(path.name + ".part")
    with _Writer(temporary) as writer:
        writer.put(_Head(environment=topics.environment.value, format=FORMAT))
        for topic in (topics.audit, topics.checkpoints, topics.trust):
            async for batch in reader.read(topic):
                for record in batch:
                    if record.offset < ends[topic]:
                        writer.record(record)
        exported = writer.finish()
    temporary.replace(path)
    _sync_folder(path.parent)
    return exported


class ExportLog:
    """Read an export through the interface of the log: `audit.replay` cannot tell the difference.

    What is wrong with the file itself is collected in `findings`, each with its line; a line that
    cannot be read is left out, so the replay sees its offset missing.
    """

    def __init__(self, path: Path) -> None:
        """Look through the whole file once.

        Raises:
            UsageError: the file cannot be read or is no export.
        """
        self._path = path
        self._ends: dict[str, int] = {}
        self.findings: list[AuditFinding] = []
        self.environment = self._survey()

    @property
    def topics(self) -> Topics:
        """Topic names of the environment that the file was written from."""
        return Topics(self.environment)

    async def end(self, topic: str, partition: int = 0) -> int:
        """Return one more than the highest offset of `topic` in the file."""
        return self._ends.get(topic, 0) if partition == 0 else 0

    async def read(
        self,
        topic: str,
        partition: int = 0,
        *,
        start: int = 0,
        follow: bool = False,  # noqa: ARG002 - the port's, a file does not grow
    ) -> AsyncIterator[list[Incoming]]:
        """Yield the records of `topic` in the order of the file; a file never grows, so `follow` ends too."""
        batch: list[Incoming] = []
        for _, line in self._lines():
            if line is None or not isinstance(line.record, _Line) or line.record.topic != topic:
                continue
            if line.record.offset >= start and partition == 0:
                batch.append(_incoming(line.record))
            if len(batch) == BATCH_RECORDS:
                yield batch
                batch = []
        if batch:
            yield batch

    def _survey(self) -> Environment:
        chain, counts, environment, tail = START, dict[str, int](), None, None
        number = 0
        for number, line in self._lines():
            if tail is not None:
                self._find(FindingCode.EXPORT_LINE, number, "line behind the end")
            if line is None:
                self._find(FindingCode.EXPORT_LINE, number, "line has the wrong form")
                continue
            record = line.record
            expected = _chain(chain, canonical(record))
            if encode_base64url(expected) != line.chain:
                self._find(FindingCode.EXPORT_CHAIN, number, "line changed, or a line missing or added before it")
            chain = decode_base64url(line.chain, code=Code.E02_MEMBER)
            if isinstance(record, _Head):
                if environment is None and number == 1 and record.format == FORMAT:
                    environment = Environment(record.environment)
                else:
                    self._find(FindingCode.EXPORT_LINE, number, "second head")
            elif isinstance(record, _Tail):
                tail = record
            else:
                counts[record.topic] = counts.get(record.topic, 0) + 1
                self._ends[record.topic] = max(self._ends.get(record.topic, 0), record.offset + 1)
        if environment is None:
            raise UsageError(f"{self._path} is not an export of format {FORMAT}; write one with `baken audit export`")
        if tail is None or tail.counts != counts:
            self._find(FindingCode.EXPORT_COUNT, number, "records missing or added against the count at the end")
        return environment

    def _lines(self) -> Iterator[tuple[int, _Chained | None]]:
        try:
            with self._path.open("rb") as file:
                number = 0
                while raw := file.readline(MAX_LINE_BYTES):
                    number += 1
                    yield number, _decode(raw)
        except OSError as fault:
            raise UsageError(f"cannot read {self._path}: {fault.strerror}") from fault

    def _find(self, code: FindingCode, line: int, detail: str) -> None:
        self.findings.append(AuditFinding(code=code, line=line, detail=detail))


class _Writer:
    """Owns the open file, the chain and the counts of one export."""

    def __init__(self, path: Path) -> None:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        except OSError as fault:
            raise UsageError(f"cannot write {path}: {fault.strerror}") from fault
        self._file: BinaryIO = os.fdopen(handle, "wb")
        self._chain = START
        self._counts: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def record(self, record: Incoming) -> None:
        self._counts[record.topic] = self._counts.get(record.topic, 0) + 1
        self.put(
            _Line(
                topic=record.topic,
                offset=record.offset,
                time=record.time,
                key=_text(record.key),
                value=_text(record.value),
                headers=tuple((name, _text(value)) for name, value in record.headers),
            )
        )

    def put(self, record: _Head | _Line | _Tail) -> None:
        self._chain = _chain(self._chain, canonical(record))
        self._file.write(canonical(_Chained(chain=encode_base64url(self._chain), record=record)) + b"\n")

    def finish(self) -> Exported:
        self.put(_Tail(counts=self._counts))
        self._file.flush()
        os.fsync(self._file.fileno())
        return Exported(counts=dict(self._counts), chain=encode_base64url(self._chain))


def _chain(before: bytes, record: bytes) -> bytes:
    return hashlib.sha256(before + record).digest()


def _decode(raw: bytes) -> _Chained | None:
    if not raw.endswith(b"\n"):
        return None
    try:
        return decode_canonical(
            raw[:-1], _DECODER, syntax=Code.E02_JSON, schema=Code.E02_MEMBER, spelling=Code.E02_CANONICAL
        )
    except RecordError:
        return None


def _incoming(line: _Line) -> Incoming:
    return Incoming(
        topic=line.topic,
        partition=0,
        offset=line.offset,
        time=line.time,
        key=_bytes(line.key),
        value=_bytes(line.value),
        headers=tuple((name, _bytes(value)) for name, value in line.headers),
    )


def _text(data: bytes | None) -> str | None:
    return None if data is None else encode_base64url(data)


def _bytes(text: str | None) -> bytes | None:
    """Decode leniently: a bent spelling breaks the chain already, and its bytes are judged by the replay."""
    if text is None:
        return None
    try:
        return decode_base64url(text, code=Code.E02_MEMBER)
    except RecordError:
        return b""


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

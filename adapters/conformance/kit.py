"""Run the same checks on every adapter. Each answers with failures; an empty list is conformance.

1. Events: canonical to national to canonical is identity minus declared loss.
2. Records: national to canonical to national is the same in meaning, and nothing changes a second time.
3. Residue: each non-empty national value is in the event or in the residue.
4. Hostile bytes are refused with a code and a line, and never raise.
5. Letters of other scripts are preserved or declared lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.conformance.events import PLAIN_SIGNAL, SCRIPTS, SIGNAL, SUSPECT, VICTIM
from adapters.conformance.hostile import Named, broken_markup, broken_tables, hostile_files
from adapters.formats.csv import CsvCodec
from adapters.formats.national import NationalRecord, Unreadable
from adapters.formats.xml import XmlCodec
from adapters.interface import Adapter, EventContent, Reason, ResidueItem, as_json
from adapters.mapping.adapter import TableAdapter
from adapters.mapping.encode import plain_content
from adapters.mapping.tree import leaves
from contracts.draft import Draft
from contracts.errors import Code

_BROKEN = {CsvCodec: broken_tables, XmlCodec: broken_markup}


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that an adapter does wrong: the check, and where. No value of a record."""

    check: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An adapter with the samples that its country ships, and how to take its files apart.

    `records` reads the national fields of a file, and what cannot be read, as the adapter does; `file` writes
    records with these fields again. `hostile` is what breaks files of this format, made from a good one, `shipped`
    what the country itself names.
    """

    adapter: Adapter
    samples: Sequence[bytes]
    records: Callable[[bytes], Iterator[NationalRecord | Unreadable]]
    file: Callable[[Sequence[Mapping[str, str]]], bytes]
    hostile: Callable[[bytes], Iterator[Named]] = hostile_files
    shipped: Sequence[Named] = ()


def subject_of(adapter: TableAdapter, samples: Sequence[bytes], shipped: Sequence[Named] = ()) -> Subject:
    """Make a subject of an adapter that has a table."""
    codec = adapter.table.codec

    def records(data: bytes) -> Iterator[NationalRecord | Unreadable]:
        return codec.read(data, required=())

    def file(rows: Sequence[Mapping[str, str]]) -> bytes:
        return codec.write(rows, fields=list(dict.fromkeys(name for row in rows for name in row)))

    hostile = next((broken for kind, broken in _BROKEN.items() if isinstance(codec, kind)), hostile_files)
    return Subject(adapter=adapter, samples=samples, records=records, file=file, hostile=hostile, shipped=shipped)


def check(subject: Subject) -> list[Failure]:
    """Run every check."""
    return [
        *check_events(subject.adapter, (SUSPECT, VICTIM, SIGNAL, PLAIN_SIGNAL)),
        *check_scripts(subject.adapter),
        *check_records(subject),
        *check_residue(subject),
        *check_hostile(subject),
    ]


def check_events(adapter: Adapter, events: Iterable[EventContent]) -> Iterator[Failure]:
    """Check 1. Every value that does not come back is declared, with its path, in the residue.

    A format that has no record for a type of event says so of the whole event.
    """
    for event in events:
        encoded = adapter.encode([event])
        if any(item.path == "" for item in encoded.residue):
            continue
        decoded = list(adapter.decode(encoded.data))
        where = f"{event.type} {event.national_id}"
        if len(decoded) != 1 or decoded[0].draft is None:
            faults = sorted({f"{one.code} {one.path}" for record in decoded for one in record.findings})
            yield Failure("events", f"{where} does not come back: {'; '.join(faults)}")
            continue
        before = Counter(_statements(event))
        after = Counter(_statements(EventContent.of(decoded[0].draft)))
        lost = {_plain_path(item.path or "") for item in encoded.residue}
        for path, _ in (before - after) + (after - before):
            if not any(path == one or path.startswith(f"{one}.") for one in lost):
                yield Failure("events", f"{where}: {path} differs and is not declared")


def check_scripts(adapter: Adapter) -> Iterator[Failure]:
    """Check 5, one event at a time: a name comes back letter by letter, or its path is declared lost."""
    for failure in check_events(adapter, SCRIPTS):
        yield replace(failure, check="scripts")


def check_records(subject: Subject) -> Iterator[Failure]:
    """Check 2. What was read is written and read again: same events, and from then on the same bytes."""
    for number, sample in enumerate(subject.samples):
        drafts = [record.draft for record in subject.adapter.decode(sample) if record.draft is not None]
        first = subject.adapter.encode(EventContent.of(draft) for draft in drafts)
        reread = list(subject.adapter.decode(first.data))
        again = [record.draft for record in reread]
        for record in reread:
            if record.findings:
                yield Failure("records", f"sample {number} is refused at line {record.line} after writing")
        undeclared = [item for item in first.residue if item.reason is not Reason.DERIVED]
        if not undeclared and [as_json(draft) for draft in again if draft] != [as_json(draft) for draft in drafts]:
            yield Failure("records", f"sample {number} reads differently after writing")
        second = subject.adapter.encode(EventContent.of(draft) for draft in again if draft is not None)
        if second.data != first.data:
            yield Failure("records", f"sample {number} changes when written a second time")


def check_residue(subject: Subject) -> Iterator[Failure]:
    """Check 3. A value outside the residue must show: without it the event differs, or writing states it."""
    for number, sample in enumerate(subject.samples):
        for record, outcome in zip(subject.records(sample), subject.adapter.decode(sample), strict=True):
            if outcome.draft is None or isinstance(record, Unreadable):
                continue
            for name in _unaccounted(subject, record, outcome.draft, outcome.residue):
                yield Failure("residue", f"sample {number}, line {record.line}: {name} is lost silently")


def check_hostile(subject: Subject) -> Iterator[Failure]:
    """Check 4. Every hostile file is answered by records, each refused with an A code and a line."""
    seed = subject.adapter.encode([SUSPECT]).data
    for name, data in (*subject.hostile(seed), *subject.shipped):
        outcome = list(subject.adapter.decode(data))
        if not outcome or any(record.draft is not None for record in outcome):
            yield Failure("hostile", f"{name} is not refused")
        for finding in (finding for record in outcome for finding in record.findings):
            if finding.line is None or finding.code not in _NATIONAL_CODES or not (finding.rule and finding.remedy):
                yield Failure("hostile", f"{name} is refused without line, code or remedy")


_NATIONAL_CODES = frozenset(code for code in Code if code.value.startswith("A"))


def _unaccounted(
    subject: Subject, record: NationalRecord, draft: Draft, residue: Sequence[ResidueItem]
) -> Iterator[str]:
    kept = {item.field for item in residue if item.reason is not Reason.SUSPICIOUS}
    written = subject.adapter.encode([EventContent.of(draft)]).data
    rows = [row for row in subject.records(written) if isinstance(row, NationalRecord)]
    stated = {name for row in rows for name, text in row.fields.items() if text}
    for name, text in record.fields.items():
        if not text.strip() or name in kept or name in stated:
            continue
        without = subject.file([{**record.fields, name: ""}])
        rest = next(subject.adapter.decode(without)).draft
        if rest is not None and as_json(rest) == as_json(draft):
            yield name


def _statements(event: EventContent) -> Iterator[tuple[str, Any]]:
    """Yield what an event says, each value with its path without list indexes: order is declared apart."""
    for path, value in leaves(plain_content(event)):
        yield _plain_path(path), value


def _plain_path(path: str) -> str:
    return ".".join(step for step in path.split(".") if not step.isdigit())

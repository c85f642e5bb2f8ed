"""Every installed adapter passes the conformance kit, and the kit notices adapters that do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import orjson
import pytest

from adapters.canonical.split import Value, split_file
from adapters.canonical.strict import read_value
from adapters.conformance import Subject, check, subject_of
from adapters.conformance.events import SUSPECT
from adapters.conformance.kit import check_events, check_hostile, check_records, check_residue
from adapters.formats.national import NationalRecord, Unreadable
from adapters.interface import Adapter, DecodedRecord, Encoded, EventContent, installed
from adapters.mapping.adapter import TableAdapter
from adapters.mapping.tree import leaves
from contracts.findings import Finding

SAMPLES = Path(__file__).parents[3] / "adapters" / "samples"


def subject(name: str) -> Subject:
    adapter = installed()[name]
    files = sorted(path for path in (SAMPLES / name).rglob("*") if path.is_file() and path.suffix != ".toml")
    samples = [path.read_bytes() for path in files if path.parent.name == name]
    shipped = [(path.name, path.read_bytes()) for path in files if path.parent.name == "hostile"]
    if isinstance(adapter, TableAdapter):
        return subject_of(adapter, samples, shipped)
    return canonical_subject(adapter, samples)


def canonical_subject(adapter: Adapter, samples: Sequence[bytes]) -> Subject:
    """The canonical form has no national fields but its own values, by path."""
    return Subject(adapter=adapter, samples=samples, records=canonical_records, file=canonical_file)


def canonical_records(data: bytes) -> Iterator[NationalRecord | Unreadable]:
    for item in split_file(data):
        value = read_value(item.data, line=item.line) if isinstance(item, Value) else item.finding
        if isinstance(value, Finding):
            yield Unreadable(line=item.line, finding=value)
        else:
            fields = {path: orjson.dumps(leaf).decode() for path, leaf in leaves(value)}
            yield NationalRecord(line=item.line, last_line=item.line, fields=fields)


def canonical_file(rows: Sequence[Mapping[str, str]]) -> bytes:
    raise AssertionError(f"the canonical form lost a value of {len(rows)} records")


@pytest.mark.parametrize("name", sorted(installed()))
def test_installed_adapters_conform(name: str) -> None:
    """Round trips lose only what is declared, residue is complete, hostile files are refused."""
    assert check(subject(name)) == []


class Changed:
    """An adapter whose answers are changed on the way, to see that the kit notices."""

    name = "changed"
    description = "an adapter that does one thing wrong"

    def __init__(self, inner: Adapter, fault: str) -> None:
        self.inner = inner
        self.fault = fault

    def decode(self, data: bytes, *, on: date | None = None) -> Iterator[DecodedRecord]:
        for record in self.inner.decode(data, on=on):
            if self.fault == "forgets residue":
                yield replace(record, residue=[])
            elif self.fault == "forgets lines":
                yield replace(record, findings=[replace(one, line=None) for one in record.findings])
            elif self.fault == "forgets a section" and record.draft is not None:
                kept = {name: section for name, section in record.draft.sections.items() if name != "narrative"}
                yield replace(record, draft=replace(record.draft, sections=kept))
            elif self.fault != "accepts nothing" or record.draft is None:
                yield record

    def encode(self, records: Iterable[EventContent]) -> Encoded:
        encoded = self.inner.encode(records)
        return replace(encoded, data=encoded.data + b"\r\n;;") if self.fault == "adds a row" else encoded


def faulty(fault: str) -> Subject:
    good = subject("nl-csv")
    return replace(good, adapter=Changed(good.adapter, fault))


def test_kit_finds_forgotten_residue() -> None:
    """A national value that is neither in the event nor in the residue is named."""
    failures = list(check_residue(faulty("forgets residue")))
    assert any("Dienst" in failure.where for failure in failures)


def test_kit_finds_a_forgotten_section() -> None:
    """A canonical value that does not come back is named unless it is declared lost."""
    failures = list(check_events(faulty("forgets a section").adapter, [SUSPECT]))
    assert any("sections.narrative.text" in failure.where for failure in failures)


def test_kit_finds_events_that_do_not_come_back() -> None:
    """An event that its own adapter does not read again is named."""
    assert list(check_events(faulty("accepts nothing").adapter, [SUSPECT]))


def test_kit_finds_unstable_writing() -> None:
    """A file that is not read again as it was written is named."""
    assert list(check_records(faulty("adds a row")))


def test_kit_finds_findings_without_a_line() -> None:
    """A refusal that does not say where is no clear refusal."""
    assert list(check_hostile(faulty("forgets lines")))

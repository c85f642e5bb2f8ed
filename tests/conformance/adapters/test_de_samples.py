"""The German samples give exactly what their expectation files say, and hostile files give nothing."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapters.interface import DecodedRecord, find

SAMPLES = Path(__file__).parents[3] / "adapters" / "samples" / "de-umf-xml"
DAY = date(2026, 11, 24)
FILES = sorted(SAMPLES.glob("*.xml"))


def decode(path: Path) -> list[DecodedRecord]:
    return list(find("de-umf-xml").decode(path.read_bytes(), on=DAY))


def value_at(record: DecodedRecord, path: str) -> Any:
    assert record.draft is not None
    section, _, rest = path.partition(".")
    found: Any = record.draft.sections[section].content()
    for step in re.findall(r"[a-z_0-9]+", rest):
        found = found[int(step)] if step.isdigit() else found[step]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_records_are_those_expected(path: Path) -> None:
    """Each record has the residue and values, or the findings, that its file states, and the line that it begins on."""
    wanted = tomllib.loads(path.with_suffix(".expected.toml").read_text(encoding="utf-8"))["record"]
    found = decode(path)
    assert [record.line for record in found] == [want["line"] for want in wanted]
    for record, want in zip(found, wanted, strict=True):
        assert record.national_id == want.get("id"), want
        if "findings" in want:
            assert record.draft is None
            assert sorted([one.field or "", one.code.value] for one in record.findings) == want["findings"], want
            assert all(one.rule and one.remedy and one.line == record.line for one in record.findings)
            continue
        assert record.findings == []
        assert sorted([item.field, item.reason.value] for item in record.residue) == want["residue"]
        assert [[flag.field, flag.code.value] for flag in record.flags] == want.get("flags", [])
        for place, value in want.get("values", []):
            assert value_at(record, place) == value


def test_samples_are_many_and_of_every_kind() -> None:
    """Suspects, victims and signals, in two encodings, with refused records among good ones."""
    records = [record for path in FILES for record in decode(path)]
    assert {record.draft.type for record in records if record.draft} == {
        "signal.v1",
        "suspect-alert.v1",
        "victim-alert.v1",
    }
    assert sum(record.draft is not None for record in records) >= 34
    with pytest.raises(UnicodeDecodeError):
        (SAMPLES / "mixed.xml").read_bytes().decode("utf-8")


def test_findings_quote_nothing() -> None:
    """No finding repeats a name, number or word of the records that it is about."""
    text = (SAMPLES / "refused.xml").read_text(encoding="utf-8")
    values = set(re.findall(r"<(?:FamilyName|GivenNames|Number|Actor|Date)>([^<]{4,})<", text))
    for record in decode(SAMPLES / "refused.xml"):
        for finding in record.findings:
            assert not any(value in finding.rule or value in finding.remedy for value in values)


@pytest.mark.parametrize("path", sorted((SAMPLES / "hostile").iterdir()), ids=lambda path: path.stem)
def test_hostile_files_are_refused(path: Path) -> None:
    """Each file is answered, with a line and a code, and gives no draft."""
    found = decode(path)
    assert found
    assert all(record.draft is None and record.findings and record.line >= 1 for record in found)

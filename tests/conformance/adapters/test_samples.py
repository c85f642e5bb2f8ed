"""The samples of each country give exactly what their expectation files say."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from adapters.interface import DecodedRecord, find
from contracts.events import MESSAGES
from contracts.schemas import schemas

SAMPLES = Path(__file__).parents[3] / "adapters" / "samples"
DAY = date(2026, 11, 24)
MADE = schemas()
SCHEMAS: Registry[Any] = Registry().with_resources(
    (name, Resource.from_contents(schema)) for name, schema in MADE.items()
)


def decode(country: str, name: str) -> list[DecodedRecord]:
    return list(find(country).decode((SAMPLES / country / name).read_bytes(), on=DAY))


def expected(country: str, name: str) -> dict[str, Any]:
    return tomllib.loads((SAMPLES / country / f"{name}.expected.toml").read_text(encoding="utf-8"))


def value_at(record: DecodedRecord, path: str) -> Any:
    assert record.draft is not None
    section, _, rest = path.partition(".")
    found: Any = record.draft.sections[section].content()
    for step in re.findall(r"[a-z_0-9]+", rest):
        found = found[int(step)] if step.isdigit() else found[step]
    return found


@pytest.mark.parametrize("name", ["suspects", "victims", "care", "signals"])
def test_residue_and_values_are_those_expected(name: str) -> None:
    """Each record of the trap files is accepted with exactly the residue and the values that its file states."""
    found = decode("nl-csv", f"{name}.csv")
    wanted = expected("nl-csv", name)["record"]
    assert len(found) == len(wanted)
    for record, want in zip(found, wanted, strict=True):
        assert record.findings == []
        assert (record.line, record.national_id) == (want["line"], want["id"])
        assert sorted([item.field, item.reason.value] for item in record.residue) == want["residue"]
        assert [[flag.field, flag.code.value] for flag in record.flags] == want.get("flags", [])
        for path, value in want.get("values", []):
            assert value_at(record, path) == value


def test_one_bad_record_costs_itself_alone() -> None:
    """Of 100 records one is refused with all its reasons, and 99 become drafts."""
    found = decode("nl-csv", "mixed.csv")
    want = expected("nl-csv", "mixed")
    assert sum(record.draft is not None for record in found) == want["accepted"]
    refused = [record for record in found if record.draft is None]
    assert [(record.line, record.national_id) for record in refused] == [
        (want["refused"]["line"], want["refused"]["id"])
    ]
    assert [[one.field, one.code.value] for one in refused[0].findings] == want["refused"]["findings"]
    assert {one.line for one in refused[0].findings} == {want["refused"]["line"]}


@pytest.mark.parametrize("name", ["refused", "refused_signals"])
def test_refused_records_say_why(name: str) -> None:
    """Each bad record is refused with every finding, by line, field and code, and with a rule and a remedy."""
    found = decode("nl-csv", f"{name}.csv")
    wanted = expected("nl-csv", name)["record"]
    assert [record.line for record in found] == [want["line"] for want in wanted]
    for record, want in zip(found, wanted, strict=True):
        assert record.draft is None, want["why"]
        assert sorted([one.field or "", one.code.value] for one in record.findings) == sorted(want["findings"]), want
        assert all(one.rule and one.remedy and one.line == want["line"] for one in record.findings)


def test_findings_quote_nothing() -> None:
    """No finding repeats a value of the record it is about."""
    codec = find("nl-csv").table.codec  # type: ignore[attr-defined]
    data = (SAMPLES / "nl-csv" / "refused.csv").read_bytes()
    fields = {record.line: record.fields for record in codec.read(data, required=()) if hasattr(record, "fields")}
    for record in decode("nl-csv", "refused.csv"):
        own = fields.get(record.line, {})
        values = [
            own[name] for name in ("Achternaam", "Registratienummer", "Zaaknummer", "Behandelaar") if own.get(name)
        ]
        for finding in record.findings:
            assert not any(value in finding.rule or value in finding.remedy for value in values)


def test_each_line_of_drafts_is_judged_alone() -> None:
    """A canonical record is a draft, or refused with every finding by path and code; its neighbours are not touched."""
    found = decode("baken-json", "refused.jsonl")
    wanted = expected("baken-json", "refused")["record"]
    assert [record.line for record in found] == [want["line"] for want in wanted]
    for record, want in zip(found, wanted, strict=True):
        assert sorted([one.path, one.code.value] for one in record.findings) == want["findings"], want["why"]
        assert (record.draft is None) is bool(want["findings"])
        assert (record.national_id, record.residue) == (want.get("id"), [])
        assert all(one.rule and one.remedy and one.line == want["line"] for one in record.findings)
        assert "erzonnen" not in "".join(one.path + one.rule + one.remedy for one in record.findings)


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("suspect.json", ["suspect-alert.v1"]),
        ("victim.json", ["victim-alert.v1"]),
        ("signal.json", ["signal.v1"]),
        ("referral.json", ["referral-request.v1"]),
        ("messages.jsonl", list(MESSAGES)),
        ("several.jsonl", ["suspect-alert.v1", "victim-alert.v1", "signal.v1"]),
    ],
)
def test_worked_examples_of_each_type_are_drafts(name: str, types: list[str]) -> None:
    """What a developer copies is accepted as it stands, by adapter and schema."""
    found = decode("baken-json", name)
    assert [record.draft.type for record in found if record.draft is not None] == types
    data = (SAMPLES / "baken-json" / name).read_bytes()
    for draft in map(json.loads, data.splitlines() if name.endswith("l") else [data]):
        schema = MADE[f"draft-{draft['type']}.json"]
        assert not list(Draft202012Validator(schema, registry=SCHEMAS).iter_errors(draft))


def test_samples_are_real_code_page_bytes() -> None:
    """The files are CP1252, not UTF-8: git keeps their bytes as they are."""
    for path in (SAMPLES / "nl-csv").glob("*.csv"):
        data = path.read_bytes()
        assert b"\r\n" in data
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")

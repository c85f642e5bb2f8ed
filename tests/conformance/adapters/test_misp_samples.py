"""The MISP samples give exactly what their expectation files say."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapters.interface import DecodedRecord, find

SAMPLES = Path(__file__).parents[3] / "adapters" / "samples" / "misp-json"
DAY = date(2026, 11, 24)
OF_EVERY_EVENT = re.compile(r"@(info|date|distribution|threat_level_id|analysis|event_creator_email|Orgc?)?|.*/@")
"""What MISP says of each event and each of its parts, and no alert: always residue, so that no file repeats it."""


def decode(name: str) -> list[DecodedRecord]:
    return list(find("misp-json").decode((SAMPLES / name).read_bytes(), on=DAY))


def expected(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((SAMPLES / f"{name}.expected.toml").read_text(encoding="utf-8"))[
        "record"
    ]
    return found


def value_at(record: DecodedRecord, path: str) -> Any:
    assert record.draft is not None
    section, _, rest = path.partition(".")
    found: Any = record.draft.sections[section].content()
    for step in re.findall(r"[a-z_0-9]+", rest):
        found = found[int(step)] if step.isdigit() else found[step]
    return found


@pytest.mark.parametrize("name", ["suspects.json", "several.json", "victims.json", "signals.json", "single.json"])
def test_residue_and_values_are_those_expected(name: str) -> None:
    """Each record of the trap files is accepted with exactly the residue and the values that its file states."""
    found, wanted = decode(name), expected(name)
    assert len(found) == len(wanted)
    for record, want in zip(found, wanted, strict=True):
        assert record.findings == [], want["why"]
        assert record.draft is not None
        assert (record.line, record.national_id, record.draft.type) == (want["line"], want["id"], want["type"])
        residue = [item for item in record.residue if not OF_EVERY_EVENT.fullmatch(item.field or "")]
        assert sorted([item.field, item.reason.value] for item in residue) == want["residue"], want["why"]
        assert [[flag.field, flag.code.value] for flag in record.flags] == want.get("flags", []), want["why"]
        for path, value in want.get("values", []):
            assert value_at(record, path) == value, want["why"]


def test_refused_records_say_why() -> None:
    """Each bad event is refused with every finding, by field and code, and with a rule and a remedy."""
    found, wanted = decode("refused.json"), expected("refused.json")
    assert [record.line for record in found] == [want["line"] for want in wanted]
    for record, want in zip(found, wanted, strict=True):
        assert record.draft is None, want["why"]
        assert sorted([one.field or "", one.code.value] for one in record.findings) == sorted(want["findings"]), want
        assert all(one.rule and one.remedy and one.line == want["line"] for one in record.findings)


def test_a_broken_line_costs_itself_alone() -> None:
    """Of JSON lines the one that is no JSON is refused, and the others are events."""
    found = decode("lines.jsonl")
    assert [record.draft is not None for record in found] == [True, False, True]
    assert [one.code.value for one in found[1].findings] == ["A02-format"]

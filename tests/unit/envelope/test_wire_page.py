"""`docs/wire.md` says what the code does: members, codes, types, examples."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jwcrypto import jwk

from contracts import wire
from contracts.encoding import canonical
from contracts.errors import Code
from contracts.events import EVENTS
from contracts.wire import MAX_RECORD_BYTES
from tests.support import independent_reader as reader
from tests.support.wire_example import KID, example

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "wire.md").read_text(encoding="utf-8")
RECORDS = {
    "audit": wire.Audit,
    "checkpoint": wire.Checkpoint,
    "claims": wire.Claims,
    "feed": wire.Feed,
    "grant": wire.Grant,
    "heartbeat": wire.Heartbeat,
    "leaf": wire.Leaf,
    "notice": wire.Notice,
    "quarantine": wire.Quarantine,
    "signed": wire.Signed,
    "submit": wire.Submit,
}
SHORTENED = {"submit", "grant", "signed"}


def section(title: str, *, level: int = 3) -> str:
    """The text under a heading, up to the next one of any level."""
    _, _, rest = PAGE.partition(f"\n{'#' * level} {title}\n")
    assert rest, title
    return re.split(r"\n#{2,3} ", rest)[0]


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def examples(text: str) -> list[Any]:
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)\n```", text, re.DOTALL)]


@pytest.mark.parametrize("name", RECORDS)
def test_each_record_has_a_table_of_exactly_its_members(name: str) -> None:
    """The table names every member in the order of the wire, and no other."""
    members = [row[0].strip("`") for row in rows(section(name)) if row[0].startswith("`")]
    fields = sorted(field.encode_name for field in msgspec.structs.fields(RECORDS[name]))
    assert members == fields


@pytest.mark.parametrize("name", sorted(RECORDS.keys() - SHORTENED - {"claims", "feed"}))
def test_each_example_is_a_valid_record(name: str) -> None:
    """The examples that are not shortened decode into the type of their record."""
    found = examples(section(name))
    assert found
    for value in found:
        msgspec.json.decode(canonical(value), type=RECORDS[name])


@pytest.mark.parametrize("name", sorted(SHORTENED))
def test_shortened_examples_have_the_members_of_their_record(name: str) -> None:
    """What is shortened is values, never members."""
    found = examples(section(name))
    assert found
    assert list(found[0]) == sorted(field.encode_name for field in msgspec.structs.fields(RECORDS[name]))


def test_the_procedure_names_every_code_of_steps_1_to_13_at_its_step() -> None:
    """Code and page have the same numbers; a repeat is named where it is decided."""
    steps = re.findall(
        r"^\*\*(\d+)\. .*?(?=^\*\*\d+\. |\Z)", section("7 Verification", level=2), re.MULTILINE | re.DOTALL
    )
    assert [int(number) for number in steps] == list(range(1, 15))
    told = {}
    for block in re.split(r"^(?=\*\*\d+\. )", section("7 Verification", level=2), flags=re.MULTILINE)[1:]:
        number = int(block[2 : block.index(".")])
        told |= {code: number for code in re.findall(r"`(E\d\d-[a-z0-9-]+)`", block) if int(code[1:3]) == number}
    assert told == {code.value: int(code.value[1:3]) for code in Code if code.value.startswith("E")}


def test_the_table_of_types_is_that_of_the_contracts() -> None:
    """Sections and profiles of every type stand on the page."""
    told = {}
    for types, sections, profiles in (
        row for row in rows(section("types")) if len(row) == 3 and re.search(r"\.v\d", row[0])
    ):
        for name in types.split(", "):
            told[name.strip("`")] = (
                tuple(sections.split(", ")),
                tuple(profiles.split(", ")) if profiles != "none" else (),
            )
    assert told == {known.type: (known.sections, known.profiles) for known in EVENTS.values()}


def test_limits_are_those_of_the_code() -> None:
    """The size that step 1 enforces is the size on the page."""
    assert f"{MAX_RECORD_BYTES:,} bytes" in PAGE


def test_the_complete_example_opens_with_what_the_page_gives() -> None:
    """Record, key and epoch key of section 11 give its sections and its leaf hash."""
    record, keys, sections = examples(section("11 A complete example", level=2))
    kid = json.loads(re.findall(r"```json\n(.*?)\n```", section("3 The signed part", level=2), re.DOTALL)[0])["kid"]
    read = reader.read_feed(
        canonical(record),
        keys={kid: jwk.JWK(**keys["issuer"])},
        epoch_keys={KID: reader.b64(keys["epoch_key"])},
    )
    assert read.sections == sections
    assert reader.b64text(read.leaf_hash) in PAGE


def test_the_complete_example_is_what_the_code_makes() -> None:
    """The same event composed now has the bytes of the page."""
    record = examples(section("11 A complete example", level=2))[0]
    assert canonical(record) == example().delivered("DE-BKA").value

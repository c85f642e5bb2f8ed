"""Fields that repeat, that stand in for each other, that bound each other, and that contradict each other."""

from __future__ import annotations

from dataclasses import replace

from adapters.countries.nl import TABLE
from adapters.formats.national import NationalRecord
from adapters.interface import DecodedRecord, EventContent, Reason
from adapters.mapping.codes import CodeList
from adapters.mapping.decode import decode_record
from adapters.mapping.encode import encode_records
from adapters.mapping.table import Clash, Each, Kind, Row, Table
from adapters.mapping.text import Text

ORDER = ("none", "with_release", "same_profile")
WORDS = CodeList("Onward", {word: word for word in ORDER})
ROWS = (
    Row(field="id", path="national_id", converter=Text()),
    Each(field="role[{n}]", path="sections.role.roles", converter=Text(limit=8)),
    Row(field="first", path="sections.handling.onward", converter=WORDS, strictest=ORDER),
    Row(field="second", path="sections.handling.onward", converter=WORDS, strictest=ORDER),
    Row(field="third", path="sections.handling.onward", converter=WORDS, strictest=ORDER, unless="first"),
)
TABLE_OF_TWO = replace(
    TABLE,
    kinds=(Kind(word="a", type="suspect-alert.v1", rows=ROWS),),
    clashes=(Clash(fields={"first": frozenset({"none"}), "mark": frozenset()}, path="handling", rule="r", remedy="m"),),
)


def decode(table: Table = TABLE_OF_TWO, **fields: str) -> DecodedRecord:
    record = NationalRecord(line=1, last_line=1, fields={"Soort": "a", "id": "1", **fields})
    return decode_record(table, record)


def residue(record: DecodedRecord) -> list[tuple[str | None, Reason]]:
    return [(item.field, item.reason) for item in record.residue]


def content(**handling: str) -> EventContent:
    return EventContent(
        type="suspect-alert.v1", sections={"handling": handling, "role": {"roles": ["c", "a", "b"]}}, national_id="1"
    )


def written(**handling: str) -> dict[str, str]:
    data = encode_records(TABLE_OF_TWO, [content(**handling)]).data
    (row,) = (one for one in TABLE.codec.read(data, required=()) if isinstance(one, NationalRecord))
    return dict(row.fields)


def test_numbered_fields_make_a_list_and_come_back() -> None:
    """Each field is a value of the list, a bad one costs itself alone, and writing numbers them again."""
    record = decode(**{"role[1]": "b", "role[2]": "much too long", "role[3]": "a", "role[5]": "never reached"})
    assert residue(record) == [("role[2]", Reason.MALFORMED), ("role[5]", Reason.UNMAPPED)]
    fields = written()
    assert [fields[f"role[{n}]"] for n in (1, 2, 3)] == ["c", "a", "b"]


def test_the_most_restrictive_field_holds() -> None:
    """Of fields that bound one code the strictest is read, in either order, and the others are residue."""
    assert residue(decode(first="none", second="same_profile")) == [("second", Reason.COARSENED)]
    assert residue(decode(first="same_profile", second="none")) == [("first", Reason.COARSENED)]
    assert residue(decode(first="none", second="none")) == []


def test_a_field_steps_back_behind_another() -> None:
    """A row with `unless` is read only where the other field is empty; else its text is residue."""
    assert residue(decode(third="none")) == []
    assert residue(decode(first="none", third="none")) == [("third", Reason.UNMAPPED)]


def test_fields_that_contradict_each_other_refuse_the_record() -> None:
    """A clash is a finding with its rule; one of its fields alone is none."""
    assert any(one.rule == "r" and one.field == "first" for one in decode(first="none", mark="x").findings)
    assert not any(one.rule == "r" for one in decode(first="none").findings + decode(first="x", mark="x").findings)


def test_writing_takes_the_first_row_of_a_path() -> None:
    """What several fields may state is written once."""
    fields = written(onward="none")
    assert fields["first"] == "none"
    assert "second" not in fields
    assert "third" not in fields

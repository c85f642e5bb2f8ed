"""Fields that repeat, that stand in for each other, that bound each other, and that contradict each other."""

from __future__ import annotations

from dataclasses import replace

from adapters.countries.nl import TABLE
from adapters.formats.csv import CsvCodec, Dialect
from adapters.formats.national import NationalRecord
from adapters.interface import DecodedRecord, EventContent, Reason
from adapters.mapping.codes import CodeList
from adapters.mapping.decode import decode_record
from adapters.mapping.encode import encode_records
from adapters.mapping.table import Clash, Each, Group, Kind, Row, Table
from adapters.mapping.text import InScript, Name, Text

ORDER = ("none", "with_release", "same_profile")
WORDS = CodeList("Onward", {word: word for word in ORDER})
ROWS = (
    Row(field="id", path="national_id", converter=Text()),
    Each(field="role[{n}]", path="sections.role.roles", converter=Text(limit=8)),
    Row(field="first", path="sections.handling.onward", converter=WORDS, strictest=ORDER),
    Row(field="second", path="sections.handling.onward", converter=WORDS, strictest=ORDER),
    Row(field="third", path="sections.handling.onward", converter=WORDS, strictest=ORDER, unless=("first",)),
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


PLACE = (
    Row(field="id", path="national_id", converter=Text()),
    Row(field="bank", path="sections.objects.bank", converter=Text(), needs=("sections.objects.number",)),
    Row(field="number", path="sections.objects.number", converter=Text()),
    Row(field="name", path="sections.identity.surname", converter=InScript(Name())),
    Row(field="script", path="sections.identity.script", converter=Text(), default="Latn"),
    Group(path="sections.role.phones", prefix="a{n}", rows=(Row(field="", path="number", converter=Text()),)),
    Group(path="sections.role.phones", prefix="b{n}", rows=(Row(field="", path="number", converter=Text()),)),
)
TABLE_OF_PLACES = replace(TABLE, kinds=(Kind(word="a", type="suspect-alert.v1", rows=PLACE),))


def test_a_value_that_says_nothing_alone_is_residue() -> None:
    """Where what a value needs is absent, its text is kept, and the rest of the record goes on."""
    assert residue(decode(TABLE_OF_PLACES, bank="KBC")) == [("bank", Reason.MALFORMED)]
    assert residue(decode(TABLE_OF_PLACES, bank="Bank", number="1")) == []


def test_two_fields_that_say_the_same_make_one_entry() -> None:
    """An entry that several groups state stands in the list once, and nothing of it is residue."""
    record = decode(TABLE_OF_PLACES, a1="+1", b1="+1")
    assert residue(record) == []
    assert not any("twice" in one.rule for one in record.findings)


def test_what_a_text_states_beside_its_value_is_written_with_it() -> None:
    """The script of a name is told from its letters, so that it needs no field of its own."""
    for surname, script, field in (("Иванов", "Cyrl", None), ("Test", "Latn", None), ("Test", "Grek", "Grek")):
        name = {"surname": surname, "script": script}
        one = EventContent(type="suspect-alert.v1", sections={"identity": name}, national_id="1")
        plain = replace(TABLE_OF_PLACES, codec=CsvCodec(Dialect(encoding="utf-8", delimiter=";")))
        data = encode_records(plain, [one]).data
        (row,) = (found for found in plain.codec.read(data, required=()) if isinstance(found, NationalRecord))
        assert (row.fields["name"], row.fields.get("script")) == (surname, field)

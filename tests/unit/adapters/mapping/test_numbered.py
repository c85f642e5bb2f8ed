"""Groups over numbers without a stated end, told apart by a mark, and groups for one object."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.countries.nl import TABLE
from adapters.formats.national import NationalRecord
from adapters.interface import EventContent, Reason
from adapters.mapping.decode import decode_record
from adapters.mapping.encode import encode_records
from adapters.mapping.table import Group, Kind, Row
from adapters.mapping.text import Text

LINE = Text()
ROWS = (
    Row(field="id", path="national_id", converter=LINE),
    Group(
        path="sections.objects.phones",
        prefix="thing[{n}].",
        count=None,
        rows=(Row(field="number", path="number", converter=LINE),),
    ),
    Group(
        path="sections.objects.handles",
        prefix="thing[{n}].",
        count=None,
        rows=(Row(field="name", path="handle", converter=LINE),),
    ),
    Group(
        path="sections.role.offences",
        prefix="offence[{n}].",
        count=None,
        rows=(
            Row(field="code", path="code", converter=LINE),
            Row(field="scheme", path="scheme", converter=LINE, default="national"),
            Row(field="land", path="country", converter=LINE, default="NLD", default_where={"scheme": "national"}),
        ),
    ),
    Group(
        path="sections.movement.last_seen",
        prefix="place[{n}].",
        count=None,
        marked={"use": "Seen"},
        single=True,
        rows=(Row(field="town", path="place.town", converter=LINE),),
    ),
)
NUMBERED = replace(TABLE, kinds=(Kind(word="A", type="suspect-alert.v1", rows=ROWS),))


def decode(**fields: str) -> tuple[dict[str, Any], list[tuple[str | None, Reason]]]:
    """Return where each field went, and the residue."""
    record = decode_record(
        NUMBERED, NationalRecord(line=1, last_line=1, fields={"Soort": "a", "id": "1", **fields}), on=None
    )
    return {one.field or "": one.path for one in record.findings}, [(one.field, one.reason) for one in record.residue]


def encode(**sections: Any) -> dict[str, str]:
    encoded = encode_records(NUMBERED, [EventContent(type="suspect-alert.v1", sections=sections, national_id="1")])
    assert encoded.residue == []
    rows = [one for one in TABLE.codec.read(encoded.data, required=()) if isinstance(one, NationalRecord)]
    return dict(rows[0].fields)


def test_numbers_go_on_as_long_as_there_are_fields() -> None:
    """The twentieth object is read like the first, an empty one is passed over, and what is behind a gap is residue."""
    fields = {f"thing[{n}].number": f"+4930{n:07}" for n in range(1, 21)} | {"thing[3].number": " "}
    assert decode(**fields)[1] == []
    assert decode(**{"thing[1].number": "+49301", "thing[3].number": "+49303"})[1] == [
        ("thing[3].number", Reason.UNMAPPED)
    ]


def test_groups_that_share_a_prefix_count_on() -> None:
    """A phone and a handle are two things in writing, whichever comes first."""
    fields = encode(objects={"phones": [{"number": "1"}, {"number": "2"}], "handles": [{"handle": "@y"}]})
    assert [fields[f"thing[{n}].number"] for n in (1, 2)] == ["1", "2"]
    assert fields["thing[3].name"] == "@y"


def test_a_mark_says_whose_a_number_is() -> None:
    """Only what bears the mark is read, once; the others stand in the residue with their marks."""
    fields = {"place[1].use": "Home", "place[1].town": "A", "place[2].use": "SEEN", "place[2].town": "B"}
    assert decode(**fields)[1] == [("place[1].use", Reason.UNMAPPED), ("place[1].town", Reason.UNMAPPED)]
    second = {"place[3].use": "seen", "place[3].town": "C"}
    assert [name for name, _ in decode(**fields, **second)[1]] == [
        "place[1].use", "place[1].town", "place[3].use", "place[3].town",
    ]  # fmt: skip


def test_a_mark_alone_is_no_object() -> None:
    """A mark without anything marked is kept in the residue."""
    assert decode(**{"place[1].use": "seen"})[1] == [("place[1].use", Reason.UNMAPPED)]


def test_marks_are_written_with_what_they_mark() -> None:
    """Writing puts the mark before the object, and leaves it out where nothing of the object is written."""
    fields = encode(movement={"last_seen": {"place": {"town": "B"}}})
    assert fields["place[1].use"] == "Seen"
    assert fields["place[1].town"] == "B"
    assert "place[1].use" not in encode()


def test_a_default_may_depend_on_another_member() -> None:
    """A code of a national list is of this country unless it says another; one of an international list is of none."""
    fields = {"offence[1].code": "a", "offence[2].code": "0402", "offence[2].scheme": "ecris"}
    record = decode_record(NUMBERED, NationalRecord(line=1, last_line=1, fields={"Soort": "a", "id": "1", **fields}))
    wrong = [one.path for one in record.findings if "offences" in one.path]
    assert wrong == []

"""The canonical form as an adapter: what it reads it writes, and a bad draft costs itself alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.canonical import adapter
from adapters.canonical.split import BROKEN_RECORDS
from adapters.conformance.events import PLAIN_SIGNAL, SIGNAL, SUSPECT, VICTIM
from adapters.interface import EventContent, Reason, as_json
from contracts.errors import Code
from contracts.events import MESSAGES
from tests.support.contents import sections

SAMPLES = Path(__file__).resolve().parents[4] / "adapters" / "samples" / "baken-json"
LINES = b"".join(as_json(event) + b"\n" for event in (SUSPECT, VICTIM, SIGNAL, PLAIN_SIGNAL))

MESSAGE_LINES = (SAMPLES / "messages.jsonl").read_bytes()


def changed(**members: Any) -> bytes:
    """Return the plain signal with members changed; `...` removes one."""
    draft = {**json.loads(as_json(PLAIN_SIGNAL)), **members}
    return json.dumps({name: value for name, value in draft.items() if value is not ...}).encode()


def test_lines_come_back_byte_by_byte() -> None:
    """Decoding and encoding canonical lines is the identity, with nothing in the residue."""
    records = list(adapter.decode(LINES))
    assert [record.findings for record in records] == [[], [], [], []]
    encoded = adapter.encode(EventContent.of(record.draft) for record in records if record.draft is not None)
    assert (encoded.data, encoded.residue) == (LINES, [])


def test_lines_array_and_single_values_say_the_same() -> None:
    """The three forms differ in nothing but their punctuation."""
    lines = LINES.splitlines()
    array = b"[\n" + b",\n".join(lines) + b"\n]"
    pretty = [json.dumps(json.loads(line), indent=2).encode() for line in lines]
    spelt = [as_json(record.draft) for record in adapter.decode(array) if record.draft is not None]
    one_by_one = [as_json(record.draft) for data in pretty for record in adapter.decode(data) if record.draft]
    assert spelt == one_by_one == lines


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"national_id": ...}, [("national_id", Code.A05_MINIMUM)]),
        ({"national_id": ""}, [("national_id", Code.A03_FIELD)]),
        ({"national_id": "a\u202eb"}, [("national_id", Code.A03_FIELD)]),
        ({"claims": ["consent", "consent"]}, [("claims", Code.A03_FIELD)]),
        ({"claims": ["geheim"]}, [("claims[0]", Code.A04_CODE)]),
        ({"validity_days": "90"}, [("validity_days", Code.A03_FIELD)]),
        ({"validity_days": 9 * 10**30}, [("validity_days", Code.A03_FIELD)]),
        ({"type": "receipt.v1"}, [("type", Code.A04_CODE)]),
        ({"geheim": 1, "purpose": "geheim"}, [("*", Code.A03_FIELD), ("purpose", Code.A04_CODE)]),
        ({"sections": {"geheim": {}}}, [("sections.*", Code.A03_FIELD), ("sections.observation", Code.A05_MINIMUM)]),
        ({"basis": "dir-2023-977:art7"}, [("basis", Code.A03_FIELD)]),
    ],
)
def test_every_fault_of_a_draft_has_path_and_code(members: dict[str, Any], found: list[tuple[str, Code]]) -> None:
    """A record is refused whole, with all of it at once, and nothing is quoted."""
    (record,) = adapter.decode(changed(**members))
    assert record.draft is None
    assert [(one.path, one.code) for one in record.findings] == found
    assert not any("geheim" in one.path + one.rule + one.remedy for one in record.findings)


def test_messages_come_back_byte_by_byte() -> None:
    """Each kind of message is read with the event that it is about, and written again as it was."""
    records = list(adapter.decode(MESSAGE_LINES))
    assert [record.findings for record in records] == [[]] * len(MESSAGES)
    assert [record.draft.type for record in records if record.draft] == list(MESSAGES)
    encoded = adapter.encode(EventContent.of(record.draft) for record in records if record.draft is not None)
    assert (encoded.data, encoded.residue) == (MESSAGE_LINES, [])


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"ref": ...}, [("ref", Code.A05_MINIMUM)]),
        ({"ref": None}, [("ref", Code.A03_FIELD)]),
        ({"ref": {"from": "NL-POL"}}, [("ref.event", Code.A05_MINIMUM)]),
        ({"ref": {"from": "geheim", "event": "geheim"}}, [("ref.from", Code.A03_FIELD), ("ref.event", Code.A03_FIELD)]),
        ({"national_id": "geheim"}, [("*", Code.A03_FIELD)]),
        ({"type": "suspect-alert.v1"}, [("national_id", Code.A05_MINIMUM), ("*", Code.A03_FIELD)]),
    ],
)
def test_a_message_names_one_event_and_has_no_national_id(
    members: dict[str, Any], found: list[tuple[str, Code]]
) -> None:
    """What it is about stands exactly where the type wants it, in one spelling."""
    hit = {**json.loads(MESSAGE_LINES.splitlines()[0]), **members}
    (record,) = adapter.decode(json.dumps({name: value for name, value in hit.items() if value is not ...}).encode())
    assert record.draft is None
    assert [(one.path, one.code) for one in record.findings][: len(found)] == found
    assert not any("geheim" in one.path + one.rule + one.remedy for one in record.findings)


def test_too_many_broken_lines_end_the_reading() -> None:
    """Who sends another format is told so once, not a million times."""
    records = list(adapter.decode(b"garbage\n" * (BROKEN_RECORDS + 50) + LINES))
    assert len(records) == BROKEN_RECORDS + 2
    assert all(record.draft is None for record in records)


def test_derived_sections_and_other_types_stay_behind() -> None:
    """What a recipient holds is written without what the issuer computed; a receipt is no draft."""
    held = EventContent(type=SIGNAL.type, sections={**SIGNAL.sections, **sections("summary", "markers")})
    receipt = EventContent(type="receipt.v1", sections=sections("notice"))
    encoded = adapter.encode([held, receipt])
    assert [(item.line, item.path, item.reason) for item in encoded.residue] == [
        (1, "sections.summary", Reason.DERIVED),
        (1, "sections.markers", Reason.DERIVED),
        (2, "", Reason.NOT_EXPRESSIBLE),
    ]
    assert len(encoded.data.splitlines()) == 1

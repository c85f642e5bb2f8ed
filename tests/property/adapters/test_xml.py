"""Whatever the bytes, XML is read or refused; whatever the fields, they come back as they were written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.conformance.events import SIGNAL, SUSPECT, VICTIM
from adapters.countries.de import TABLE, adapter
from adapters.formats.national import NationalRecord
from adapters.interface import EventContent
from adapters.mapping.encode import plain_content

SAMPLES = Path(__file__).parents[3] / "adapters" / "samples" / "de-umf-xml"
SEEDS = [(SAMPLES / name).read_bytes() for name in ("organisations.xml", "mixed.xml", "signals.xml")]
DAY = date(2026, 11, 24)
EXAMPLES = settings(max_examples=60, deadline=None)
NAMES = st.sampled_from(["Town", "Name", "A", "Identity", "Connection", "Document", "{urn:o}B", "{}C"])
STEPS = st.builds(lambda name, number: name + number, NAMES, st.sampled_from(["", "", "[2]", "[3]"]))
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: bool(text.strip()) and TABLE.codec.can_write(text)
)
INTERESTING = [
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<!--",
    b"<![CDATA[",
    b"<?x",
    b"</Message>",
    b"<Message>",
    b"\0",
    b"\xff",
    b'"',
]


@EXAMPLES
@given(st.sampled_from(SEEDS), st.data())
def test_spoiled_files_are_read_or_refused(seed: bytes, data: st.DataObject) -> None:
    """Cuts, repetitions and insertions anywhere give drafts or findings, never both, and never a failure."""
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(seed)))
        length = data.draw(st.integers(0, 40))
        seed = seed[:at] + data.draw(st.sampled_from([b"", *INTERESTING, seed[:200]])) + seed[at + length :]
    for record in adapter.decode(seed, on=DAY):
        assert (record.draft is None) == bool(record.findings)
        assert record.line >= 1


@EXAMPLES
@given(st.binary(max_size=400))
def test_any_bytes_behind_a_declaration_are_refused(data: bytes) -> None:
    """Random bytes are no record."""
    found = list(adapter.decode(b'<?xml version="1.0" encoding="ISO-8859-1"?>' + data))
    assert found
    assert all(record.draft is None for record in found)


@EXAMPLES
@given(st.dictionaries(st.lists(STEPS, min_size=1, max_size=3).map("/".join), TEXTS, max_size=8))
def test_fields_come_back(inside: dict[str, str]) -> None:
    """A person with any fields is written as one message that reads as the same fields, numbers closed up."""
    written = {f"Person/{path}": text for path, text in inside.items()}
    (record,) = TABLE.codec.read(TABLE.codec.write([{"Person/@x": "1", **written}], fields=()), required=())
    assert isinstance(record, NationalRecord)
    texts = [text for name, text in record.fields.items() if text.strip() and name != "Person/@x"]
    assert sorted(text.strip() for text in texts) == sorted(text.strip() for text in written.values())


@EXAMPLES
@given(st.sampled_from([SUSPECT, VICTIM, SIGNAL]), st.data())
def test_events_with_parts_missing_make_the_round_trip(event: EventContent, data: st.DataObject) -> None:
    """Whichever sections an event has, what is written and read again says the same."""
    optional = sorted(set(event.sections) - {"role", "status", "observation", "identity", "handling", "handling_note"})
    kept = set(event.sections) - data.draw(st.sets(st.sampled_from(optional)))
    part = EventContent(
        type=event.type,
        sections={name: content for name, content in event.sections.items() if name in kept},
        purpose=event.purpose,
        basis=event.basis,
        urgency=event.urgency,
        validity_days=90,
        national_id=event.national_id,
    )
    encoded = adapter.encode([part])
    assert encoded.residue == []
    (record,) = adapter.decode(encoded.data)
    assert record.draft is not None
    assert plain_content(EventContent.of(record.draft)) == plain_content(part)

"""The AsyncAPI document says what the application, the wire types and the topology say."""

from __future__ import annotations

import json

import jsonschema

from broker.embedded import home as homes
from broker.transport.document import PAGE, document, spelt
from contracts.encoding import canonical
from tests.support.wire_example import example

MADE = document()


def test_the_committed_document_has_not_drifted() -> None:
    """`python -m broker.transport.document` would change nothing."""
    assert PAGE.read_text(encoding="utf-8") == spelt()


def test_every_topic_of_the_topology_is_a_channel_and_no_other() -> None:
    """Names in the document are those that the topology file makes."""
    names = {pattern.name.replace("{env}", "baken") for pattern in homes.topology().topics.values()}
    assert {channel["address"] for channel in MADE["channels"].values()} == names


def test_every_reference_leads_somewhere() -> None:
    """A reader's tool can resolve all of it."""
    text = json.dumps(MADE)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "#/')[1:]}:
        place = MADE
        for step in reference.split("/"):
            place = place[step]
        assert place


def test_a_real_record_fits_its_schema() -> None:
    """The payload of the submit channel takes the example of docs/wire.md and refuses a further member."""
    schema = {"$ref": "#/components/schemas/Submit", "components": MADE["components"]}
    checker = jsonschema.Draft202012Validator(schema)
    value = example().composed.record
    record = json.loads(value)
    assert not list(checker.iter_errors(record))
    assert list(checker.iter_errors({**record, "more": 1}))
    assert canonical(record) == value

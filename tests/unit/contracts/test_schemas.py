"""The exported schemas say what the models say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.events import ALERTS, EVENTS, MESSAGES
from contracts.schemas import FOLDER, schemas, spelt, write
from contracts.sections import SECTION_MODELS
from tests.support.contents import CONTENTS

MADE = schemas()


def test_the_committed_schemas_have_not_drifted() -> None:
    """`python -m contracts.schemas` would change nothing."""
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    assert committed == {name: spelt(schema) for name, schema in MADE.items()}


def test_every_section_and_event_has_a_schema() -> None:
    """Readers in other languages find each of them by name."""
    sections = {f"section-{name}.json" for name in (*SECTION_MODELS, "audience")}
    drafts = {f"draft-{event_type}.json" for event_type in (*ALERTS, *MESSAGES)}
    assert set(MADE) == sections | {f"event-{event_type}.json" for event_type in EVENTS} | drafts


def test_schemas_are_closed() -> None:
    """Every object in every schema refuses further members, and no null is permitted."""
    for name, schema in MADE.items():
        text = json.dumps(schema)
        assert '"null"' not in text, name
        assert text.count('"type": "object"') == text.count('"additionalProperties": false'), name


@pytest.mark.parametrize("name", sorted(SECTION_MODELS))
def test_schemas_list_the_members_of_valid_content(name: str) -> None:
    """What the samples use, the schema names."""
    assert set(CONTENTS[name]) <= set(MADE[f"section-{name}.json"]["properties"])


def test_writing_removes_what_no_longer_exists(tmp_path: Path) -> None:
    """The folder holds the present schemas and nothing else."""
    (tmp_path / "section-gone.json").write_text("{}", encoding="utf-8")
    write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(MADE)

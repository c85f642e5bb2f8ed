"""Export the contracts as JSON Schema: `python -m contracts.schemas` writes `docs/schemas/`.

For readers in other languages. Rules that JSON Schema cannot say (text, calendars, one rule across
members) are in the models alone; a schema never permits less than its model.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from contracts.codes import Purpose
from contracts.events import DERIVED, EVENTS, EventSpec, Lifecycle, Refers
from contracts.identifiers import AUTHORITY_PATTERN, EVENT_ID_PATTERN
from contracts.minimisation import POLICIES, POLICY
from contracts.sections import SECTION_MODELS
from contracts.sections.audience import Audience
from contracts.text import MAX_SHORT

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


_REFERENCE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "event": {"type": "string", "pattern": EVENT_ID_PATTERN},
        "from": {"type": "string", "pattern": AUTHORITY_PATTERN},
    },
    "required": ["event", "from"],
}
"""An event by its issuer and id."""


class _WithoutNull(GenerateJsonSchema):
    """An absent member is left out, never null."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schemas() -> dict[str, dict[str, Any]]:
    """Return every schema by its file name."""
    made = {
        f"section-{name}.json": model.model_json_schema(schema_generator=_WithoutNull)
        for name, model in SECTION_MODELS.items()
    }
    made["section-audience.json"] = msgspec.json.schema(Audience)
    for known in EVENTS.values():
        for name, model in known.models.items():
            made[_section_file(known, name)] = model.model_json_schema(schema_generator=_WithoutNull)
        made[f"event-{known.type}.json"] = _event_schema(known, known.sections, known.required)
        if known.lifecycle in {Lifecycle.ALERT, Lifecycle.MESSAGE}:
            made[f"draft-{known.type}.json"] = _draft_schema(known)
    return {name: {"$schema": DIALECT, **schema} for name, schema in made.items()}


def _section_file(known: EventSpec, section: str) -> str:
    """Name the schema of a section: a version of a type that spells it in its own way has one of its own."""
    return f"section-{section}.{known.type}.json" if section in known.models else f"section-{section}.json"


def _event_schema(known: EventSpec, sections: Iterable[str], required: Iterable[str]) -> dict[str, Any]:
    """Describe the full content of an event: its sections, before some of them stay closed."""
    schema: dict[str, Any] = {
        "title": known.type,
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {"$ref": _section_file(known, name)} for name in sections},
        "required": sorted(required),
    }
    if known.any_of:
        schema["anyOf"] = [{"required": [name]} for name in sorted(known.any_of)]
    return schema


def _draft_schema(known: EventSpec) -> dict[str, Any]:
    """Describe a draft as its issuer states it: nothing derived, nobody addressed, `handling` perhaps by default.

    An alert has a national id, which later versions share; a message names the event that it is about.
    """
    stated = set(known.sections) - DERIVED - {"audience"}
    members: dict[str, Any] = {
        "basis": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
        "claims": {
            "type": "array",
            "items": {"enum": sorted(POLICIES[POLICY].assertable(known.lifecycle))},
            "uniqueItems": True,
        },
        "purpose": {"enum": list(Purpose)},
        "sections": _event_schema(known, sorted(stated), known.required & stated - {"handling"}),
        "type": {"const": known.type},
        "urgency": {"type": "string"},
        "validity_days": {"type": "integer", "minimum": 1, "maximum": known.validity_days},
    }
    required = set(members)
    if known.lifecycle is Lifecycle.ALERT:
        members["national_id"] = {"type": "string", "minLength": 1, "maxLength": MAX_SHORT}
        required.add("national_id")
    else:
        members["ref"] = _REFERENCE
        required |= {"ref"} if known.refers is Refers.ONE_THEIRS else set()
    return {
        "title": f"draft of {known.type}",
        "type": "object",
        "additionalProperties": False,
        "properties": members,
        "required": sorted(required),
    }


def spelt(schema: dict[str, Any]) -> str:
    """Return the text of a schema file."""
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write(folder: Path = FOLDER) -> None:
    """Write all schemas and remove files of schemas that no longer exist."""
    made = schemas()
    folder.mkdir(exist_ok=True)
    for stale in {path.name for path in folder.glob("*.json")} - set(made):
        (folder / stale).unlink()
    for name, schema in made.items():
        (folder / name).write_text(spelt(schema), encoding="utf-8")


if __name__ == "__main__":
    write()

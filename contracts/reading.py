"""Turn JSON-plain section content into models, and every fault into a finding that quotes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import orjson
from pydantic import ValidationError

from contracts.errors import Code, refusal
from contracts.events import EVENTS
from contracts.findings import Finding
from contracts.parts import SectionModel
from contracts.sections import SECTION_MODELS

MAX_LISTED = 20
"""Faults named in the detail of a refusal; findings hold all of them."""

_JSON_ALONE = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS

_RULES = {
    "missing": ("is required", "add it"),
    "extra_forbidden": ("is not a member of the contract", "remove it"),
    "enum": ("is not in the code list", "use a value of the list"),
    "literal_error": ("is not the value that the contract fixes", "use that value"),
    "too_short": ("is empty", "leave it out or fill it"),
    "too_long": ("has too many entries", "send fewer"),
    "string_too_short": ("is empty", "leave it out or fill it"),
    "string_too_long": ("is too long", "shorten it"),
    "string_pattern_mismatch": ("does not have the form of the contract", "spell it as the contract does"),
    "greater_than_equal": ("is below the least value", "check the value and its unit"),
    "less_than_equal": ("is above the greatest value", "check the value and its unit"),
}
_ONE_CODE: Mapping[str, Code] = MappingProxyType({})
_OTHER = ("is not of the type that the contract asks for", "spell it as the contract does")


def parse_section(
    name: str, value: Any, *, code: Code = Code.E13_CONTENT, event_type: str | None = None
) -> SectionModel:
    """Read the content of one section (step 13), as a version of a type spells it.

    Raises:
        RecordError: of the class of `code`; the detail lists paths and rules, never values.
    """
    read = read_section(name, value, code=code, event_type=event_type)
    if isinstance(read, SectionModel):
        return read
    listed = "; ".join(f"{finding.path} {finding.rule}" for finding in read[:MAX_LISTED])
    raise refusal(code, listed)


def read_section(
    name: str,
    value: Any,
    *,
    code: Code,
    codes: Mapping[str, Code] = _ONE_CODE,
    event_type: str | None = None,
) -> SectionModel | list[Finding]:
    """Read the content of one section, or list everything that is wrong with it.

    Content that means the same but is spelt differently is refused too: a null where a member can be left
    out. Nothing else has two spellings, for no type of a section changes what it takes (a test holds that).
    `codes` are those of kinds of fault that have one of their own. Without a known `event_type` the section is
    read as most types spell it.
    """
    known = EVENTS.get(event_type or "")
    model = SECTION_MODELS.get(name) if known is None else known.model(name)
    if model is None:
        return [Finding(code=code, path="sections", rule="has no model of that name", remedy="remove the section")]
    try:
        data = orjson.dumps(value, option=_JSON_ALONE)
        section = model.model_validate_json(data)
    except ValidationError as fault:
        return findings_of(name, fault, code=code, codes=codes)
    except TypeError:
        return [Finding(code=code, path=name, rule="is not JSON", remedy="use JSON values alone")]
    if b"null" in data and section.content() != value:
        rule, remedy = "holds a null or a value spelt in another way", "leave absent members out"
        return [Finding(code=code, path=name, rule=rule, remedy=remedy)]
    return section


def findings_of(
    name: str, fault: ValidationError, *, code: Code, codes: Mapping[str, Code] = _ONE_CODE
) -> list[Finding]:
    """Say each fault of a validation as a finding; of pydantic's own text nothing is kept."""
    return [
        _finding(
            name,
            error["type"],
            error["loc"],
            str(error.get("ctx", {}).get("error", "")),
            codes.get(error["type"], code),
        )
        for error in fault.errors(include_url=False, include_input=False)
    ]


def _finding(name: str, kind: str, place: Sequence[int | str], own: str, code: Code) -> Finding:
    """Keep the message only where a validator of ours raised it; an unknown member's name is the record's own."""
    rule, remedy = _RULES.get(kind, _OTHER)
    if kind == "value_error":
        rule, remedy = own, "correct or leave out the value"
    known = place[:-1] if kind == "extra_forbidden" else place
    path = name + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in known)
    path = f"{path}.*" if kind == "extra_forbidden" else path
    return Finding(code=code, path=path.removeprefix("."), rule=rule, remedy=remedy)

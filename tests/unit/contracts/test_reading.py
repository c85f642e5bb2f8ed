"""Reading content lists everything that is wrong, with paths, and quotes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.errors import Code, ForbiddenSection, NationalRecordError
from contracts.findings import Finding
from contracts.reading import parse_section, read_section
from contracts.sections import SECTION_MODELS
from tests.support.contents import content

PLANTED = "Geheimnaam"


def findings(name: str, value: Any) -> list[Finding]:
    read = read_section(name, value, code=Code.A03_FIELD)
    assert isinstance(read, list)
    return read


def test_all_faults_are_listed_at_once() -> None:
    """Three faults in one section are three findings, each with path, rule and remedy."""
    found = findings("role", content("role", action="detain", roles=[], extra=1))
    assert {finding.path for finding in found} == {"role.action", "role.roles", "role.*"}
    assert all(finding.rule and finding.remedy and finding.code is Code.A03_FIELD for finding in found)


@pytest.mark.parametrize(
    "value",
    [
        {PLANTED: 1},
        {"identities": [{"status": PLANTED}]},
        {"identities": [{"status": "alias", PLANTED: 1, "names": [{"type": "primary", "script": "Latn", PLANTED: 2}]}]},
        {
            "identities": [
                {"status": "alias", "names": [{"type": PLANTED, "script": PLANTED, "surname": f"{PLANTED}\u202e"}]}
            ]
        },
        {"identities": [{"status": "alias", "birth": {"date": {"value": PLANTED, "precision": "day"}}}]},
        {"identities": [{"status": "alias", "nationalities": [PLANTED], "sex": PLANTED}]},
        {"identities": PLANTED},
        PLANTED,
    ],
)
def test_no_value_and_no_unknown_name_stands_in_a_finding(value: Any) -> None:
    """Neither findings nor the refusal repeat what the record says."""
    for finding in findings("identity", value):
        assert PLANTED not in f"{finding.path} {finding.rule} {finding.remedy}"
    with pytest.raises(ForbiddenSection) as refused:
        parse_section("identity", value)
    assert PLANTED not in str(refused.value)


def test_the_caller_says_which_step_refuses() -> None:
    """The same fault is E13 at a recipient, E10 at the hub, A03 before sealing."""
    with pytest.raises(ForbiddenSection) as refused:
        parse_section("handling", {}, code=Code.E10_HANDLING)
    assert refused.value.code is Code.E10_HANDLING
    with pytest.raises(NationalRecordError):
        parse_section("handling", {}, code=Code.A03_FIELD)


@pytest.mark.parametrize("name", ["audience", "disclosed", "Identity", ""])
def test_a_section_without_a_model_is_refused(name: str) -> None:
    """A name that the contract lacks is not passed through and not repeated."""
    with pytest.raises(ForbiddenSection, match="has no model"):
        parse_section(name, {})


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"text": "x", "language": None}, id="null and stranger"),
        pytest.param({"text": object()}, id="no JSON"),
        pytest.param({"text": "a\ud800"}, id="half a character"),
        pytest.param({"text": float("nan")}, id="not a number"),
        pytest.param({1: "x"}, id="name that is no text"),
    ],
)
def test_what_is_not_json_is_refused(value: Any) -> None:
    """Values that JSON cannot hold end as a refusal, never as another exception."""
    with pytest.raises(ForbiddenSection):
        parse_section("narrative", value)


def test_a_null_is_a_second_spelling() -> None:
    """An absent member is left out; a null in its place is refused."""
    with pytest.raises(ForbiddenSection, match="spelt in another way"):
        parse_section("references", {"case_number": "T-1", "language": None})


def test_the_detail_of_a_refusal_is_bounded() -> None:
    """However many faults there are, the detail names the first twenty."""
    documents = [{"type": "x", "number": f"{number}"} for number in range(50)]
    assert len(findings("documents", {"documents": documents})) == 50
    with pytest.raises(ForbiddenSection) as refused:
        parse_section("documents", {"documents": documents})
    assert refused.value.detail.count(";") == 19


UNCHANGED = {
    "bool", "default", "definition-ref", "definitions", "enum", "function-after", "int", "literal", "model",
    "model-field", "model-fields", "no-info", "nullable", "str", "tuple", "union",
}  # fmt: skip
"""Core types that, strict and read from JSON, keep a value as it is or refuse it."""
REWRITING = {"strip_whitespace", "to_lower", "to_upper", "coerce_numbers_to_str"}


@pytest.mark.parametrize("name", sorted(SECTION_MODELS))
def test_no_type_of_a_section_changes_what_it_takes(name: str) -> None:
    """Every type of every model keeps values, and absent members stay absent: only a null has a second spelling."""
    schemas = list(nested(SECTION_MODELS[name].__pydantic_core_schema__))
    assert {schema["type"] for schema in schemas} <= UNCHANGED
    assert all(schema["default"] is None for schema in schemas if schema["type"] == "default")
    assert not any(REWRITING & schema.keys() for schema in schemas)


def nested(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema within a core schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema
        for name, value in schema.items():
            if name != "metadata":
                yield from nested(value)
    elif isinstance(schema, (list, tuple)):
        for value in schema:
            yield from nested(value)

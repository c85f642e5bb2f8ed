"""Read a draft from plain JSON values, or list everything that is wrong with it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import orjson
from pydantic import Field, ValidationError, field_validator

from adapters.mapping.check import CODES, whole_findings
from contracts.codes import Condition
from contracts.draft import Draft
from contracts.errors import Code
from contracts.events import ALERTS
from contracts.findings import Finding
from contracts.parts import MAX_ITEMS, Part, SectionModel
from contracts.reading import findings_of, read_section
from contracts.sections import SECTION_MODELS
from contracts.text import Line, Short


class DraftForm(Part):
    """The members of a draft as `adapters.interface.as_json` writes them. All of them must stand."""

    basis: Annotated[tuple[Line, ...], Field(max_length=MAX_ITEMS)]
    claims: Annotated[tuple[Condition, ...], Field(max_length=len(Condition))]
    national_id: Short
    purpose: Short
    sections: dict[str, Any]
    type: Short
    urgency: Short
    validity_days: int

    @field_validator("claims")
    @classmethod
    def _one_spelling(cls, claims: tuple[Condition, ...]) -> tuple[Condition, ...]:
        if list(claims) != sorted(set(claims)):
            raise ValueError("is not in ascending order without repetition")
        return claims


_STAND_INS: dict[str, Any] = {
    "basis": [],
    "claims": [],
    "national_id": "-",
    "purpose": "-",
    "sections": {},
    "type": "-",
    "urgency": "-",
    "validity_days": 1,
}
"""Stand for members that cannot be read, so that the others are read all the same."""


def read_draft(value: Any, *, on: date | None) -> tuple[Draft | None, list[Finding]]:
    """Return the draft that a JSON value states and every finding about it; with findings nobody may use the draft."""
    if not isinstance(value, dict):
        return None, [_fault("", "is not a JSON object", "write a draft as an object")]
    form, findings = _form(value)
    sections: dict[str, SectionModel] = {}
    for name, content in form.sections.items():
        if name not in SECTION_MODELS:
            findings.append(_fault("sections.*", "is not a section of the contract", "remove it"))
            continue
        read = read_section(name, content, code=Code.A03_FIELD, codes=CODES)
        if isinstance(read, SectionModel):
            sections[name] = read
        else:
            findings += read
    draft = Draft(
        type=form.type,
        purpose=form.purpose,
        basis=form.basis,
        urgency=form.urgency,
        validity_days=form.validity_days,
        sections=sections,
        claims=frozenset(form.claims),
        national_id=None if form.national_id == _STAND_INS["national_id"] else form.national_id,
    )
    if form.type in ALERTS:
        findings += whole_findings(draft, findings, on=on)
    elif form.type != _STAND_INS["type"]:
        rule, remedy = "is no type of alert of this version", f"use {', '.join(ALERTS)}"
        findings.append(_fault("type", rule, remedy, Code.A04_CODE))
    return draft, findings


def _form(value: dict[str, Any]) -> tuple[DraftForm, list[Finding]]:
    try:
        return DraftForm.model_validate_json(orjson.dumps(value)), []
    except ValidationError as fault:
        faulty = {error["loc"][0] for error in fault.errors(include_url=False, include_input=False)}
        readable = {name: member for name, member in value.items() if name not in faulty}
        form = DraftForm.model_validate_json(orjson.dumps({**_STAND_INS, **readable}))
        return form, findings_of("", fault, code=Code.A03_FIELD, codes=CODES)


def _fault(path: str, rule: str, remedy: str, code: Code = Code.A03_FIELD) -> Finding:
    return Finding(code=code, path=path, rule=rule, remedy=remedy)

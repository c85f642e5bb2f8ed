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
from contracts.events import ALERTS, MESSAGES
from contracts.findings import Finding
from contracts.identifiers import AUTHORITY_PATTERN, EVENT_ID_PATTERN
from contracts.parts import MAX_ITEMS, Part, SectionModel
from contracts.reading import findings_of, read_section
from contracts.sections import SECTION_MODELS
from contracts.text import Line, Short
from contracts.wire import Reference

KINDS = (*ALERTS, *MESSAGES)
"""Types that somebody drafts; the others follow from what was drafted."""


class DraftForm(Part):
    """The members of any draft as `adapters.interface.as_json` writes them. All of them must stand."""

    basis: Annotated[tuple[Line, ...], Field(max_length=MAX_ITEMS)]
    claims: Annotated[tuple[Condition, ...], Field(max_length=len(Condition))]
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


class AlertForm(DraftForm):
    """An alert: versions of one record share a national id."""

    national_id: Short


class ReferenceForm(Part):
    """The event that a message is about."""

    issuer: Annotated[str, Field(alias="from", pattern=AUTHORITY_PATTERN)]
    event: Annotated[str, Field(pattern=EVENT_ID_PATTERN)]


class MessageForm(DraftForm):
    """A message has no versions and so no national id; `ref` stands where the type is about an event."""

    ref: ReferenceForm | None = None

    @field_validator("ref", mode="before")
    @classmethod
    def _left_out_when_absent(cls, ref: Any) -> Any:
        if ref is None:
            raise ValueError("is null: leave it out")
        return ref


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
    message = isinstance(value.get("type"), str) and value["type"] in MESSAGES
    form, findings = _form(MessageForm if message else AlertForm, value)
    sections: dict[str, SectionModel] = {}
    for name, content in form.sections.items():
        if name not in SECTION_MODELS:
            findings.append(_fault("sections.*", "is not a section of the contract", "remove it"))
            continue
        read = read_section(name, content, code=Code.A03_FIELD, codes=CODES, event_type=form.type)
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
        national_id=_national_id(form),
        ref=_reference(form),
    )
    if form.type in KINDS:
        findings += whole_findings(draft, findings, on=on)
    elif form.type != _STAND_INS["type"]:
        rule, remedy = "is no type of alert or message of this version", f"use {', '.join(KINDS)}"
        findings.append(_fault("type", rule, remedy, Code.A04_CODE))
    return draft, findings


def _form(model: type[DraftForm], value: dict[str, Any]) -> tuple[DraftForm, list[Finding]]:
    try:
        return model.model_validate_json(orjson.dumps(value)), []
    except ValidationError as fault:
        faulty = {error["loc"][0] for error in fault.errors(include_url=False, include_input=False)}
        readable = {name: member for name, member in value.items() if name not in faulty}
        known = {name: stand_in for name, stand_in in _STAND_INS.items() if name in model.model_fields}
        form = model.model_validate_json(orjson.dumps({**known, **readable}))
        return form, findings_of("", fault, code=Code.A03_FIELD, codes=CODES)


def _national_id(form: DraftForm) -> str | None:
    stated = form.national_id if isinstance(form, AlertForm) else None
    return None if stated == _STAND_INS["national_id"] else stated


def _reference(form: DraftForm) -> Reference | None:
    stated = form.ref if isinstance(form, MessageForm) else None
    return None if stated is None else Reference(iss=stated.issuer, jti=stated.event)


def _fault(path: str, rule: str, remedy: str, code: Code = Code.A03_FIELD) -> Finding:
    return Finding(code=code, path=path, rule=rule, remedy=remedy)

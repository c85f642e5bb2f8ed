"""Hold translated content against the contract and name the national field of every fault."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any

from pydantic import ValidationError

from adapters.mapping.table import Kind
from contracts.codes import Condition
from contracts.content import check_draft, findings_of
from contracts.draft import Draft
from contracts.encoding import canonical
from contracts.errors import Code
from contracts.events import EVENTS
from contracts.findings import Finding
from contracts.parts import SectionModel
from contracts.quality import Flag, flags_of
from contracts.sections import SECTION_MODELS

CODES = {"missing": Code.A05_MINIMUM, "enum": Code.A04_CODE, "literal_error": Code.A04_CODE}
_INDEX = re.compile(r"\[(\d+)\]")
_ANY_DAY = date(2000, 1, 1)
"""Stands in for the day of issue where findings that depend on it are dropped."""


def contract_path(path: str) -> str:
    """Spell a path of the table as findings do: `identity.identities[0].sex`."""
    return re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", path.removeprefix("sections."))


def checked_draft(
    kind: Kind,
    tree: Mapping[str, Any],
    *,
    sources: Mapping[str, str],
    refused: Sequence[Finding],
    line: int,
    on: date | None,
) -> tuple[Draft, list[Finding]]:
    """Build the draft of a record and list what is wrong with it; with findings nobody may use the draft.

    `sources` says which field each canonical path was read from, `refused` what could not be read: rules
    across a section with a gap in it would find what is only a consequence. Without the day of issue `on`, policy
    findings (A06) are left to the gateway, which checks every draft before it is sealed.
    """
    sections: dict[str, SectionModel] = {}
    findings: list[Finding] = []
    gaps = {_section(finding.path) for finding in refused}
    for name, content in tree.get("sections", {}).items():
        try:
            sections[name] = _model(kind.type, name).model_validate_json(canonical(content))
        except ValidationError as fault:
            findings += [one for one in _content_findings(name, fault) if one.path != name or name not in gaps]
    draft = Draft(
        type=kind.type,
        purpose=tree.get("purpose", ""),
        basis=tuple(tree.get("basis", ())),
        urgency=tree.get("urgency", ""),
        validity_days=tree.get("validity_days", 0),
        sections=sections,
        claims=frozenset(Condition(word) for word in tree.get("claims", ())),
        national_id=tree.get("national_id"),
    )
    findings += whole_findings(draft, [*findings, *refused], on=on)
    if not findings:
        return draft, []
    fields = _Fields(kind, sources)
    return draft, [replace(one, line=line, field=fields.of(one.path)) for one in findings]


def flags_in(kind: Kind, draft: Draft, *, sources: Mapping[str, str], line: int) -> list[Flag]:
    """List what of a draft is probably wrong, each with the national field that says so."""
    fields = _Fields(kind, sources)
    return [replace(one, line=line, field=fields.of(one.path)) for one in flags_of(draft.sections)]


def _model(event_type: str, section: str) -> type[SectionModel]:
    """Return the model of a section as this version of the type spells it; a table names sections that exist."""
    known = EVENTS.get(event_type)
    return (known and known.model(section)) or SECTION_MODELS[section]


def _content_findings(name: str, fault: ValidationError) -> list[Finding]:
    """Give each fault of a section its code: missing is A05, an unknown word A04, the rest A03.

    A list whose only entry is wrong is reported as empty besides; that is left out.
    """
    errors = fault.errors(include_url=False, include_input=False)
    places = [error["loc"] for error in errors]
    found = []
    for error, finding in zip(errors, findings_of(name, fault, code=Code.A03_FIELD, codes=CODES), strict=True):
        place = error["loc"]
        around = any(other != place and other[: len(place)] == place for other in places)
        if error["type"] != "too_short" or not around:
            found.append(finding)
    return found


def whole_findings(draft: Draft, known: Sequence[Finding], *, on: date | None) -> list[Finding]:
    """Check the whole draft; its handling may be missing, for the gateway has an approved default.

    What only follows from `known` faults is left out; without the day of issue `on`, so is policy (A06).
    """
    broken = {_section(finding.path) for finding in known}
    findings = [
        one for one in check_draft(draft, on=on or _ANY_DAY) if not broken or _section(one.path) not in {*broken, ""}
    ]
    if on is None:
        return [finding for finding in findings if finding.code is not Code.A06_POLICY]
    return [finding for finding in findings if finding.path != "handling" or "handling" in draft.sections]


def _section(path: str) -> str:
    return path.removeprefix("sections").removeprefix(".").partition(".")[0].partition("[")[0]


class _Fields:
    """Find the national field that speaks of a canonical path."""

    def __init__(self, kind: Kind, sources: Mapping[str, str]) -> None:
        self._kind = kind
        self._sources = {path.removeprefix("sections."): field for path, field in sources.items()}

    def of(self, path: str) -> str | None:
        """Return the field that was read for `path` or around it, else the one to fill.

        None where a rule concerns several fields of a section together.
        """
        dotted = _INDEX.sub(r".\1", path.removeprefix("sections."))
        plain = _INDEX.sub("", path.removeprefix("sections."))
        if dotted in self._sources:
            return self._sources[dotted]
        inside = [field for known, field in self._sources.items() if known.startswith(f"{dotted}.")]
        if inside:
            return inside[0] if len(inside) == 1 or "." in dotted else None
        around = (field for known, field in self._sources.items() if dotted.startswith(f"{known}."))
        homes = (
            binding.field
            for binding in self._kind.bindings()
            if f"{binding.path.removeprefix('sections.')}.".startswith(f"{plain}.")
        )
        return next(chain(around, homes), None)

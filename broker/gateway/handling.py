"""Settle the handling block of what is published: the approved default, and who gave the second approval."""

from __future__ import annotations

from typing import Any

from broker.settings import HandlingDefault
from contracts.codes import HandlingCode, JudicialUse, LegalRegime, Onward
from contracts.derive import handling_for_care
from contracts.draft import Draft
from contracts.errors import Code, UsageError
from contracts.findings import Finding
from contracts.parts import SectionModel
from contracts.sections.handling import Handling

_PERSONS = ("actor", "approved_by")


def settled_handling(
    draft: Draft, default: HandlingDefault | None, regime: LegalRegime, *, actor: str, approved_by: str | None
) -> SectionModel | None:
    """Return the handling block of a draft: its own, else the default; None where there is neither.

    Raises:
        UsageError: `[handling.default]` holds a code that is not in the code list.
    """
    stated = draft.sections.get("handling")
    if stated is None and default is not None:
        police = default_handling(default, actor)
        stated = handling_for_care(police) if regime is LegalRegime.GDPR else police
    if isinstance(stated, Handling) and approved_by is not None:
        return stated.model_copy(update={"approved_by": approved_by})
    return stated


def default_handling(default: HandlingDefault, actor: str) -> Handling:
    """Return the configured handling block for police recipients.

    Raises:
        UsageError: `[handling.default]` holds a code that is not in the code list.
    """
    try:
        return Handling(
            codes=tuple(sorted(HandlingCode(code) for code in default.codes)),
            onward=Onward(default.onward),
            no_third_country=default.no_third_country,
            judicial_use=JudicialUse(default.judicial_use),
            legal_regime=LegalRegime.LED,
            actor=actor,
        )
    except ValueError as fault:
        raise UsageError("gateway.toml: [handling.default] holds a value that is not in the code lists") from fault


def approver_findings(draft: Draft) -> list[Finding]:
    """Refuse a record that says of itself who approved it: that is known here, where somebody does."""
    stated = draft.sections.get("handling")
    if not isinstance(stated, Handling) or stated.approved_by is None:
        return []
    remedy = "leave it out and assert second_approval: another officer is then asked for it"
    return [Finding(code=Code.A06_POLICY, path="handling.approved_by", rule="is stated by the record", remedy=remedy)]


def stated_actor(draft: Draft) -> str | None:
    """Return who is responsible, by the record's own word."""
    stated = draft.sections.get("handling")
    return stated.actor if isinstance(stated, Handling) else None


def without_persons(handling: SectionModel) -> dict[str, Any]:
    """Leave out who handed the record in and who approved it: other officers on duty do not make another record."""
    return {name: value for name, value in handling.content().items() if name not in _PERSONS}

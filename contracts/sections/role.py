"""Section `role`: what a suspect is suspected of, and what is asked."""

from __future__ import annotations

import re
from typing import Self

from pydantic import model_validator

from contracts.codes import (
    DecisionKind,
    ModusOperandi,
    OffenceScheme,
    SubjectCategory,
    SuspectAction,
    SuspectRole,
    WarningMarker,
)
from contracts.parts import Codes, Part, SectionModel, Several
from contracts.text import Short
from contracts.values import Country, Day

_OFFENCE_FORMS = {
    OffenceScheme.ECRIS: re.compile(r"\d{4}", re.ASCII),
    OffenceScheme.ICCS: re.compile(r"\d{2,6}", re.ASCII),
}
"""ECRIS offence table (0400 is trafficking), ICCS (0204 is trafficking)."""


class Offence(Part):
    """An offence by a code of a named list; a national one with its country."""

    scheme: OffenceScheme
    code: Short
    country: Country | None = None

    @model_validator(mode="after")
    def _code_fits_scheme(self) -> Self:
        if (self.scheme is OffenceScheme.NATIONAL) != (self.country is not None):
            raise ValueError("country stands exactly with a national offence code")
        form = _OFFENCE_FORMS.get(self.scheme)
        if form is not None and not form.fullmatch(self.code):
            raise ValueError("code does not have the form of its scheme")
        return self


class Decision(Part):
    """The decision that the alert rests on; a pointer, never the decision itself."""

    kind: DecisionKind
    reference: Short
    country: Country
    decided_on: Day | None = None


class Assessment(Part):
    """The individual assessment that a renewal needs (Reg. 2018/1862 art. 53)."""

    reference: Short
    assessed_on: Day


class Role(SectionModel):
    """Subject category, roles, offences, decision, action, modus operandi and warnings."""

    subject_category: SubjectCategory
    roles: Codes[SuspectRole]
    offences: Several[Offence]
    action: SuspectAction
    decision: Decision | None = None
    modus_operandi: Codes[ModusOperandi] | None = None
    warnings: Codes[WarningMarker] | None = None
    assessment: Assessment | None = None

    @model_validator(mode="after")
    def _arrest_points_to_a_warrant(self) -> Self:
        warrants = {DecisionKind.EUROPEAN_ARREST_WARRANT, DecisionKind.SIS_ALERT, DecisionKind.NATIONAL_WARRANT}
        if self.action is SuspectAction.ARREST_REFERENCE and (
            self.decision is None or self.decision.kind not in warrants
        ):
            raise ValueError("arrest_reference needs a decision that is a warrant or a SIS alert")
        return self

"""Section `status`: how far somebody is known to be a victim, and the safe action on locating them."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from contracts.codes import (
    AgeAssertion,
    AgeBand,
    AssertedBy,
    ChildCase,
    VictimAction,
    VictimAlertKind,
    VictimStatement,
    VictimStatus,
    WarningMarker,
)
from contracts.parts import Codes, SectionModel
from contracts.sections.role import Assessment


class Status(SectionModel):
    """Kind of alert, status and who asserted it, statement, action. "Never detain" is a constant, not a field.

    `statement` is information alone and blocks nothing. `interview_held` spares the person a second
    one (Directive 2011/36 art. 12).
    """

    kind: VictimAlertKind
    victim_status: VictimStatus
    asserted_by: AssertedBy
    statement: VictimStatement
    action: VictimAction
    age_band: AgeBand | None = None
    age_assertion: AgeAssertion | None = None
    child_case: ChildCase | None = None
    warnings: Codes[WarningMarker] | None = None
    interview_held: bool | None = None
    assessment: Assessment | None = None

    @model_validator(mode="after")
    def _kinds_fit(self) -> Self:
        adult = {band for band in AgeBand if band not in {AgeBand.FROM_0, AgeBand.FROM_9}}
        if self.age_assertion is AgeAssertion.PRESUMED_CHILD and self.age_band in adult:
            raise ValueError("a presumed child does not have the age band of an adult")
        if (
            self.kind in {VictimAlertKind.CHILD_ABDUCTION_RISK, VictimAlertKind.CHILD_TRAFFICKING_RISK}
            and self.age_band in adult
        ):
            raise ValueError("a child kind does not fit the age band of an adult")
        return self

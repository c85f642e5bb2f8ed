"""Section `notice`: what a withdrawal, an erasure, a recall or a receipt says."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.codes import (
    DeclineReason,
    ErasureGround,
    ErasureState,
    KeepReason,
    ReceiptState,
    ReferralOutcome,
    RefusalGround,
)
from contracts.identifiers import EVENT_ID_PATTERN
from contracts.parts import Codes, Part, SectionModel
from contracts.wire import MAX_REFERENCES

EventIdText = Annotated[str, StringConstraints(pattern=EVENT_ID_PATTERN)]
SectionName = Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=40)]
_LINES: Any = Field(max_length=MAX_REFERENCES, json_schema_extra={"minItems": 1})


class Received(Part):
    """State of one event at the recipient: `sections` when opened, `reason` when it cannot act."""

    jti: EventIdText
    state: ReceiptState
    sections: Codes[SectionName] | None = None
    reason: RefusalGround | None = None

    @model_validator(mode="after")
    def _members_fit_state(self) -> Self:
        if (self.state is ReceiptState.OPENED) != (self.sections is not None):
            raise ValueError("sections stand exactly with the state opened")
        if (self.state is ReceiptState.CANNOT_ACT) != (self.reason is not None):
            raise ValueError("reason stands exactly with the state cannot_act")
        return self


class Erased(Part):
    """State of one event after an order to erase; what is restricted is kept for a reason."""

    jti: EventIdText
    state: ErasureState
    keep: KeepReason | None = None

    @model_validator(mode="after")
    def _keep_fits_state(self) -> Self:
        if (self.state is ErasureState.RESTRICTED) != (self.keep is not None):
            raise ValueError("keep stands exactly with the state restricted")
        return self


class Referral(Part):
    """What becomes of a referral; `declined` for a reason."""

    outcome: ReferralOutcome
    reason: DeclineReason | None = None

    @model_validator(mode="after")
    def _reason_fits_outcome(self) -> Self:
        if (self.outcome is ReferralOutcome.DECLINED) != (self.reason is not None):
            raise ValueError("reason stands exactly with the outcome declined")
        return self


class Notice(SectionModel):
    """Exactly one member: a ground (withdraw, erase, recall), why use is restricted, states, a referral's outcome.

    Lines are ascending by `jti`, each once, and name exactly the events in `ref`.
    """

    ground: ErasureGround | None = None
    restricted: KeepReason | None = None
    referral: Referral | None = None
    received: Annotated[tuple[Received, ...], _LINES] | None = None
    erased: Annotated[tuple[Erased, ...], _LINES] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if len(self.content()) != 1:
            raise ValueError("needs exactly one of ground, restricted, referral, received, erased")
        if () in (self.received, self.erased):
            raise ValueError("has no line")
        if list(self.events) != sorted(set(self.events)):
            raise ValueError("lines are not in ascending order without repetition")
        return self

    @property
    def events(self) -> tuple[str, ...]:
        """Ids of the events that the lines are about."""
        return tuple([line.jti for line in self.received or ()] + [line.jti for line in self.erased or ()])

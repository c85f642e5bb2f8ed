"""Section `consultations`: who consulted what, pseudonymous, for auditors (Directive (EU) 2016/680 art. 25)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from contracts.codes import ConsultedFor
from contracts.identifiers import AUTHORITY_PATTERN, EVENT_ID_PATTERN
from contracts.parts import Part, SectionModel
from contracts.sections.handling import ACTOR_PATTERN
from contracts.values import InstantText

MAX_CONSULTATIONS = 500
_LINES: Any = Field(max_length=MAX_CONSULTATIONS, min_length=1)


class Consultation(Part):
    """One look at one event: whose event, when, by whom (a pseudonym that the participant can resolve), and why."""

    iss: Annotated[str, StringConstraints(pattern=AUTHORITY_PATTERN)]
    jti: Annotated[str, StringConstraints(pattern=EVENT_ID_PATTERN)]
    at: InstantText
    actor: Annotated[str, StringConstraints(pattern=ACTOR_PATTERN)]
    why: ConsultedFor


class Consultations(SectionModel):
    """Consultations in the order in which they happened."""

    entries: Annotated[tuple[Consultation, ...], _LINES]

"""Section `report`: what a hit, request, answer, refusal, correction proposal or error report says, in codes."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.codes import (
    ActionTaken,
    AnswerExtent,
    AskedFor,
    MatchedOn,
    RefusalGround,
    SubjectCategory,
    WhyThere,
    Wrong,
)
from contracts.parts import Codes, Part, SectionModel
from contracts.places import CoarsePlace
from contracts.sections.role import Offence
from contracts.values import InstantText

MemberPath = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\[[0-9]{1,2}\])?(\.[a-z_]+(\[[0-9]{1,2}\])?){0,7}$")]
"""A place in an alert, as `identity.identities[0].birth.date`: where, never the value."""


class Hit(Part):
    """A match that a person (`handling.actor`) confirmed: when, roughly where, on what, what was done or why not."""

    found_at: InstantText
    place: CoarsePlace
    matched_on: Codes[MatchedOn]
    taken: Codes[ActionTaken] | None = None
    not_taken: RefusalGround | None = None

    @model_validator(mode="after")
    def _done_or_why_not(self) -> Self:
        if (self.taken is None) == (self.not_taken is None):
            raise ValueError("needs either what was taken as action or why none was")
        return self


class Request(Part):
    """What is asked and why it may be there (Directive (EU) 2023/977 art. 4).

    Its deadline follows from the legal basis that the claims cite; facts stand in `narrative`.
    """

    asked: Codes[AskedFor]
    why_there: Codes[WhyThere]
    subject_category: SubjectCategory
    offences: Annotated[tuple[Offence, ...], Field(min_length=1, max_length=20)]


class Answer(Part):
    """How much of it an answer gives, and which of what was asked it does not hold."""

    extent: AnswerExtent
    not_held: Codes[AskedFor] | None = None

    @model_validator(mode="after")
    def _parts_fit_extent(self) -> Self:
        if self.extent is AnswerExtent.COMPLETE and self.not_held is not None:
            raise ValueError("a complete answer lacks nothing")
        return self


class Refusal(Part):
    """Why nothing, or no more, is given: a closed list (Directive (EU) 2023/977 art. 6)."""

    grounds: Codes[RefusalGround]


class Correction(Part):
    """What somebody else's alert should say instead; the right values stand in the sections of this event."""

    what: Codes[Wrong]
    members: Codes[MemberPath]


class Error(Part):
    """What is wrong in somebody else's alert; the issuer has two working days (Regulation (EU) 2018/1862 art. 59)."""

    what: Codes[Wrong]
    members: Codes[MemberPath] | None = None


class Report(SectionModel):
    """Exactly one member: the one that the type is for."""

    hit: Hit | None = None
    request: Request | None = None
    answer: Answer | None = None
    refusal: Refusal | None = None
    correction: Correction | None = None
    error: Error | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if len(self.content()) != 1:
            raise ValueError("needs exactly one of hit, request, answer, refusal, correction, error")
        return self

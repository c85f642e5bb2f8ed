"""Section `safety`: consent, guardian, whom not to contact, the safe contact, shelter."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from contracts.codes import Channel, ConsentGiver, ConsentScope, ContactGroup, NoConsentBasis
from contracts.parts import Codes, Part, SectionModel
from contracts.text import Line, Short
from contracts.values import Country, Day, Region


class Consent(Part):
    """Consent, its scope and its end; or why help goes on without it (Directive 2011/36 art. 11(5))."""

    scope: Codes[ConsentScope] | None = None
    given_by: ConsentGiver | None = None
    given_on: Day | None = None
    withdrawn_on: Day | None = None
    without: NoConsentBasis | None = None

    @model_validator(mode="after")
    def _given_or_not_needed(self) -> Self:
        given = (self.scope, self.given_by, self.given_on)
        if self.without is not None:
            if any(member is not None for member in (*given, self.withdrawn_on)):
                raise ValueError("states consent and a basis without it")
            return self
        if any(member is None for member in given):
            raise ValueError("needs scope, given_by and given_on, or a basis without consent")
        if self.withdrawn_on is not None and self.given_on is not None and self.withdrawn_on < self.given_on:
            raise ValueError("is withdrawn before it was given")
        return self

    def covers(self, scope: ConsentScope) -> bool:
        """Tell whether `scope` is consented to and not withdrawn."""
        return self.withdrawn_on is None and scope in (self.scope or ())


class Guardian(Part):
    """Guardian or representative of a child (Directive 2011/36 art. 14 to 16)."""

    needed: bool
    appointed: bool
    contact: Line | None = None


class SafeContact(Part):
    """The way that does not put the person at risk."""

    channel: Channel
    value: Line
    note: Line | None = None


class Shelter(Part):
    """Where somebody is looked after; only after a place was accepted, and never an address."""

    accepted_on: Day
    country: Country
    region: Region | None = None
    provider: Short


class Safety(SectionModel):
    """What keeps a victim safe."""

    consent: Consent | None = None
    guardian: Guardian | None = None
    do_not_contact: Codes[ContactGroup] | None = None
    safe_contact: SafeContact | None = None
    shelter: Shelter | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.content():
            raise ValueError("says nothing")
        return self

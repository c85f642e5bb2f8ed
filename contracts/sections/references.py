"""Section `references`: numbers of the case in other systems, and the language of the free text."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from contracts.codes import ReferenceScheme
from contracts.parts import Part, SectionModel, Several
from contracts.text import Short
from contracts.values import Country, Language


class CaseNumber(Part):
    """A number and whose it is; a national one of another country with that country."""

    scheme: ReferenceScheme
    number: Short
    country: Country | None = None


class References(SectionModel):
    """National case number of the issuer, other numbers, and the language of the narrative."""

    case_number: Short | None = None
    numbers: Several[CaseNumber] | None = None
    language: Language | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.content():
            raise ValueError("says nothing")
        return self

    @property
    def linked(self) -> bool:
        """Whether a case or another system's number is named, so that a signal outlives its 90 days (CONTRACTS 5)."""
        return self.case_number is not None or self.numbers is not None

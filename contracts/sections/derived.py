"""Sections `summary`, `markers` and `match_keys`: derived by the issuing gateway, signed like any other."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from contracts.codes import (
    AgeBand,
    DocumentType,
    ExploitationForm,
    Minor,
    Sex,
    SuspectAction,
    SuspectRole,
    VictimAction,
    WarningMarker,
)
from contracts.parts import Codes, Part, SectionModel, Several
from contracts.values import Country, Nationality, Region

Key = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,40}$")]
"""Capitals and digits alone: separators, case and look-alike letters are gone."""


class Summary(SectionModel):
    """Coarse and without a name or number. `country`, `region`, `month`: of the last sighting or observation."""

    age_band: AgeBand | None = None
    sex: Sex | None = None
    nationalities: Codes[Nationality] | None = None
    roles: Codes[SuspectRole] | None = None
    forms: Codes[ExploitationForm] | None = None
    country: Country | None = None
    region: Region | None = None
    month: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")] | None = None


class Markers(SectionModel):
    """What an officer on the spot must know: minor or not, warnings, the action asked for."""

    minor: Minor
    action: SuspectAction | VictimAction
    warnings: Codes[WarningMarker] | None = None


class PlateKey(Part):
    """A plate, normalised."""

    plate: Key
    country: Country | None = None


class DocumentKey(Part):
    """A document number, normalised."""

    number: Key
    type: DocumentType
    country: Country | None = None


class MatchKeys(SectionModel):
    """Plates and document numbers of a suspect alert; victims are never in a hit/no-hit index."""

    plates: Several[PlateKey] | None = None
    documents: Several[DocumentKey] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.plates is None and self.documents is None:
            raise ValueError("says nothing")
        return self

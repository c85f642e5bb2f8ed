"""Section `offer`: what a shelter can do, how many places it has and until when; never an address."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.codes import Capability, Service, Sex
from contracts.parts import Codes, SectionModel
from contracts.values import Country, Day, Language, Region, alpha3


class Offer(SectionModel):
    """Places of one provider in a region; `safety_level` 1 (open) to 4 (protected address)."""

    country: Country
    region: Region | None = None
    services: Codes[Service]
    capabilities: Codes[Capability] | None = None
    languages: Codes[Language] | None = None
    staff_sex: Sex | None = None
    places_free: Annotated[int, Field(ge=0, le=500)]
    safety_level: Annotated[int, Field(ge=1, le=4)] | None = None
    valid_until: Day

    @model_validator(mode="after")
    def _region_lies_in_country(self) -> Self:
        if self.region is not None and self.country != alpha3(self.region[:2]):
            raise ValueError("region lies in another country")
        return self

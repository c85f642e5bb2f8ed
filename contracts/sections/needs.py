"""Section `needs`: what a victim needs, as capabilities required; never a diagnosis."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.codes import AgeBand, Capability, Service, ServiceLevel, Sex
from contracts.parts import Codes, Part, SectionModel
from contracts.values import Day, Language


class Dependants(Part):
    """People who come along, as counts and bands."""

    count: Annotated[int, Field(ge=1, le=30)]
    age_bands: Codes[AgeBand] | None = None


class Needs(SectionModel):
    """Services and capabilities asked for; `safety_level` 1 (open) to 4 (protected address)."""

    services: Codes[Service]
    capabilities: Codes[Capability] | None = None
    languages: Codes[Language] | None = None
    staff_sex: Sex | None = None
    dependants: Dependants | None = None
    safety_level: Annotated[int, Field(ge=1, le=4)] | None = None
    service_level: ServiceLevel | None = None
    needed_by: Day | None = None

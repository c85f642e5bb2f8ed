"""Describe places from coarse to fine, without floating point numbers."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Self

import pycountry
from pydantic import Field, model_validator

from contracts.parts import Part
from contracts.text import Line
from contracts.values import Country, Region, alpha3

MICRODEGREES = 1_000_000
"""Units of a degree: canonical JSON has no fractions, and a micro degree is 11 cm."""


class Point(Part):
    """WGS 84 coordinates in millionths of a degree."""

    latitude: Annotated[int, Field(ge=-90 * MICRODEGREES, le=90 * MICRODEGREES)]
    longitude: Annotated[int, Field(ge=-180 * MICRODEGREES, le=180 * MICRODEGREES)]


class Place(Part):
    """A place: country, ISO 3166-2 region, town, then address or description, then a point."""

    country: Country | None = None
    region: Region | None = None
    town: Line | None = None
    address: Line | None = None
    point: Point | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("says nothing")
        if self.region is not None and self.country not in {None, alpha3(self.region[:2])}:
            raise ValueError("region lies in another country")
        return self


class CoarsePlace(Part):
    """Country and ISO 3166-2 region; what is finer stands in a section of its own."""

    country: Country
    region: Region | None = None

    @model_validator(mode="after")
    def _region_lies_in_country(self) -> Self:
        if self.region is not None and self.country != alpha3(self.region[:2]):
            raise ValueError("region lies in another country")
        return self


_COMMUNES = frozenset({"Municipality", "Urban municipality", "Local council", "Commune", "Parish", "Quarter"})
"""What ISO 3166-2 calls a division that may be a village."""


@cache
def _divisions() -> dict[str, Any]:
    return {one.code: one for one in pycountry.subdivisions}


@cache
def coarse_region(region: str | None) -> str | None:
    """Return the first-level division that an ISO 3166-2 code lies in; None where a country has communes alone.

    Belgium's Antwerp becomes Flanders; a Maltese or Slovenian code names a village, and says less as a country.
    """
    divisions = _divisions()
    division = None if region is None else divisions.get(region)
    while division is not None and division.parent_code is not None:
        division = divisions.get(division.parent_code)
    if division is None:
        return None
    peers = [one for one in divisions.values() if one.country_code == division.country_code and one.parent_code is None]
    communes = sum(one.type in _COMMUNES for one in peers)
    return None if 2 * communes > len(peers) else str(division.code)

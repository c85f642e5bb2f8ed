"""Section `movement`: last seen and routes, in full."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from contracts.codes import TransportMode
from contracts.parts import Part, SectionModel, Several
from contracts.places import Place
from contracts.text import Line
from contracts.values import InstantText, PartialDate


class Sighting(Part):
    """Where and when somebody was seen: a partial date, or an instant where it is known."""

    place: Place
    on: PartialDate | None = None
    at: InstantText | None = None

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if self.on is not None and self.at is not None:
            raise ValueError("has both a date and an instant")
        return self


class Route(Part):
    """A journey made or expected."""

    origin: Place | None = None
    destination: Place | None = None
    via: Several[Place] | None = None
    mode: TransportMode | None = None
    on: PartialDate | None = None
    note: Line | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.origin is None and self.destination is None and self.via is None:
            raise ValueError("names no place")
        return self


class Movement(SectionModel):
    """Last sighting first."""

    last_seen: Sighting | None = None
    routes: Several[Route] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.last_seen is None and self.routes is None:
            raise ValueError("says nothing")
        return self

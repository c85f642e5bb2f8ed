"""Section `physical`: what a person looks like, where strictly necessary (Reg. 2018/1862 art. 22(2))."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.codes import BodyPart, Build, EyeColour, HairColour, MarkType
from contracts.parts import Part, SectionModel, Several
from contracts.text import Line


class Mark(Part):
    """A mark that does not change."""

    type: MarkType
    place: BodyPart | None = None
    description: Line | None = None


class Physical(SectionModel):
    """Height in centimetres, build, eyes, hair, marks."""

    height_cm: Annotated[int, Field(ge=30, le=272)] | None = None
    build: Build | None = None
    eyes: EyeColour | None = None
    hair: HairColour | None = None
    marks: Several[Mark] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.content():
            raise ValueError("says nothing")
        return self

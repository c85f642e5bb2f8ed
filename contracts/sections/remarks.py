"""Sections `narrative`, `handling_note` and `evaluation`: what is said beside the facts."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from contracts.codes import EvaluationScheme, InformationCode, SourceCode
from contracts.parts import Part, SectionModel
from contracts.text import Prose, Short

MAX_HANDLING_NOTE = 2_000
"""Characters of the text of H3: an instruction, not a second narrative."""


class Narrative(SectionModel):
    """Free text; `references.language` says in which language."""

    text: Prose


class HandlingNote(SectionModel):
    """The restriction that H3 stands for, in words."""

    text: Annotated[Prose, StringConstraints(max_length=MAX_HANDLING_NOTE)]


class Original(Part):
    """The evaluation as it was made, in its own scheme."""

    scheme: EvaluationScheme
    value: Short


class Evaluation(SectionModel):
    """Source and information in Europol 4x4, the original beside them (Reg. 2016/794 art. 29)."""

    source: SourceCode
    information: InformationCode
    original: Original | None = None


UNEVALUATED = Evaluation(source=SourceCode.X, information=InformationCode.FOUR)
"""What a missing evaluation is shown as: X4 (Reg. 2016/794 art. 29(4))."""

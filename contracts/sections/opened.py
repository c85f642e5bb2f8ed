"""Section `opened`: disclosures of an earlier event, so that they hold against its own signature."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from contracts.parts import SectionModel, Several
from contracts.wire import MAX_RECORD_BYTES

DisclosureText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=MAX_RECORD_BYTES)]
"""A disclosure as it was signed, in base64url (`docs/wire.md`)."""


class Opened(SectionModel):
    """Disclosures of the one event in `ref`, in order of their sections."""

    disclosures: Several[DisclosureText]

"""Section `biometric_refs`: where biometric data lie and what they hash to; never the data."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from contracts.codes import BiometricKind
from contracts.identifiers import HASH_PATTERN
from contracts.parts import Part, SectionModel, Several
from contracts.text import Short
from contracts.values import Country, PartialDate


class BiometricReference(Part):
    """A record in another system, by its number there; `sha256` is base64url over the data as held there."""

    kind: BiometricKind
    system: Short
    reference: Short
    country: Country | None = None
    sha256: Annotated[str, StringConstraints(pattern=HASH_PATTERN)] | None = None
    taken: PartialDate | None = None


class BiometricRefs(SectionModel):
    """All references of one person."""

    references: Several[BiometricReference]

"""Section `handling`: codes that say what recipients may do. In clear to hub and auditors, so codes only."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from contracts.codes import HandlingCode, JudicialUse, LegalRegime, Minor, Onward
from contracts.parts import Codes, SectionModel

ACTOR_PATTERN = r"^[A-Za-z0-9_-]{8,64}$"
"""A pseudonym: random text that only the issuer can resolve. Long enough not to be a badge number."""


class Handling(SectionModel):
    """H0 to H3, onward sharing, third countries, judicial use, regime, minor, and who is responsible.

    `minor` is about the subject of an alert and absent where an event has none. `actor` is a
    pseudonym of the person responsible, `approved_by` that of another who approved what needs a second
    approval; it stands exactly where `audience` names that condition.
    """

    codes: Codes[HandlingCode]
    onward: Onward
    no_third_country: bool
    judicial_use: JudicialUse
    legal_regime: LegalRegime
    minor: Minor | None = None
    actor: Annotated[str, StringConstraints(pattern=ACTOR_PATTERN)]
    approved_by: Annotated[str, StringConstraints(pattern=ACTOR_PATTERN)] | None = None

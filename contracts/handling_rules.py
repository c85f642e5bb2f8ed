"""Find what contradicts itself in a handling block (Council doc. 6243/18; DESIGN 6)."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.codes import HandlingCode, JudicialUse, LegalRegime, Onward
from contracts.sections.handling import Handling


def contradictions(handling: Handling) -> Iterator[str]:
    """Yield each contradiction, in codes alone.

    H1 keeps information out of court without permission, H2 from being passed on without permission;
    where neither stands, H0 lets it be used and shared to fight crime, and a ban beside it says the
    opposite. Handling codes are a police scheme: under the GDPR only the floor H0 may stand, and
    onward sharing follows the consent record.
    """
    codes = set(handling.codes)
    if handling.legal_regime is LegalRegime.GDPR:
        if codes - {HandlingCode.H0}:
            yield "H1, H2 or H3 under legal_regime gdpr"
        return
    if HandlingCode.H2 not in codes and handling.onward is Onward.NONE:
        yield "onward none without H2"
    if HandlingCode.H2 in codes and handling.onward is Onward.SAME_PROFILE:
        yield "onward same_profile with H2"
    if HandlingCode.H1 not in codes and handling.judicial_use is JudicialUse.NONE:
        yield "judicial_use none without H1"
    if HandlingCode.H1 in codes and handling.judicial_use is JudicialUse.PERMITTED:
        yield "judicial_use permitted with H1"

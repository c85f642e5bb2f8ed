"""Say which dimension an indicator speaks of and how much it weighs, where the source says so (CONTRACTS 6)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from contracts.codes import Dimension, Indicator, Situation, Strength

_DIMENSIONED = "ilo-ec:"

STRENGTHS: Mapping[Situation, Mapping[Indicator, Strength]] = MappingProxyType(
    {
        Situation.ADULT_LABOUR: MappingProxyType(
            {
                Indicator.D1_DECEIVED_ON_JOB: Strength.STRONG,
                Indicator.D2_CONFISCATED_DOCUMENTS: Strength.MEDIUM,
                Indicator.D2_VIOLENCE: Strength.STRONG,
                Indicator.D4_EXCESSIVE_HOURS: Strength.STRONG,
                Indicator.D5_CONFISCATED_DOCUMENTS: Strength.STRONG,
                Indicator.D5_DEBT_BONDAGE: Strength.STRONG,
                Indicator.D5_ISOLATION: Strength.STRONG,
                Indicator.D5_VIOLENCE: Strength.STRONG,
            }
        )
    }
)
"""Weight by situation, after the operational indicators of ILO and European Commission (2009)."""


def dimension_of(indicator: Indicator) -> Dimension | None:
    """Return the dimension that an indicator speaks of; None in a catalogue without dimensions."""
    if not indicator.startswith(_DIMENSIONED):
        return None
    return Dimension(indicator.removeprefix(_DIMENSIONED).partition("-")[0].upper())

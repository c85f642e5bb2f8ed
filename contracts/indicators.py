"""Look indicators up: their dimension, their strength in a situation, their texts (CONTRACTS 6).

The data are `contracts/catalogues`, each entry with its source.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

from contracts.codes import Dimension, Indicator, Language, Situation, Strength
from contracts.codes.catalogue import CATALOGUES, Asked, Entry, Texts

ENTRIES: Mapping[Indicator, Entry] = MappingProxyType(
    {Indicator(f"{catalogue.catalogue}:{entry.id}"): entry for catalogue in CATALOGUES for entry in catalogue.indicator}
)
SITUATIONS: Mapping[Situation, Asked] = MappingProxyType(
    {situation: asked for catalogue in CATALOGUES for situation, asked in catalogue.situation.items()}
)
DIMENSIONS: Mapping[Dimension, Texts] = MappingProxyType(
    {dimension: named.text for catalogue in CATALOGUES for dimension, named in catalogue.dimension.items()}
)
ELEVEN = "ilo-11"
_DIMENSIONED = "ilo-ec:"
_HEAVIEST_FIRST = (Strength.STRONG, Strength.MEDIUM, Strength.WEAK)


def dimension_of(indicator: Indicator) -> Dimension | None:
    """Return the dimension that an indicator speaks of; None in a catalogue without dimensions."""
    if not indicator.startswith(_DIMENSIONED):
        return None
    return Dimension(indicator.removeprefix(_DIMENSIONED).partition("-")[0].upper())


def strength_of(indicator: Indicator, situation: Situation) -> Strength | None:
    """Return what an indicator weighs in a situation; None where the catalogue does not know the source's word."""
    return ENTRIES[indicator].strength.get(situation)


@cache
def asked_in(situation: Situation) -> tuple[Indicator, ...]:
    """Return the indicators of a situation by dimension, in each the heaviest first, those without strength last."""
    like = SITUATIONS[situation].asks
    asked = [indicator for indicator, entry in ENTRIES.items() if like in entry.strength]
    return tuple(sorted(asked, key=lambda one: (dimension_of(one), _weight(strength_of(one, situation)))))


def eleven_of(indicator: Indicator) -> tuple[Indicator, ...]:
    """Return which of the eleven indicators of forced labour an indicator points to; one of them is itself."""
    if indicator.startswith(f"{ELEVEN}:"):
        return (indicator,)
    return tuple(Indicator(f"{ELEVEN}:{one}") for one in ENTRIES[indicator].eleven)


def words(language: Language) -> dict[str, str]:
    """Return a code list for national tables: each text, behind its dimension where it has one, and its code."""
    found = {}
    for indicator, entry in ENTRIES.items():
        dimension = dimension_of(indicator)
        found[" ".join(filter(None, (dimension, entry.in_(language))))] = indicator.value
    return found


def described() -> dict[str, Any]:
    """Return all that the catalogues say, as plain values for JSON; a strength that is not known is left out."""
    return {
        "catalogues": [
            {
                "catalogue": catalogue.catalogue,
                "version": catalogue.version,
                "text": msgspec.to_builtins(catalogue.text),
                "wording": msgspec.to_builtins(catalogue.wording),
                "sources": [msgspec.to_builtins(source) for source in catalogue.source],
            }
            for catalogue in CATALOGUES
        ],
        "situations": [
            {"situation": situation.value, **msgspec.to_builtins(asked)} for situation, asked in SITUATIONS.items()
        ],
        "dimensions": [
            {"dimension": dimension.value, "text": msgspec.to_builtins(text)} for dimension, text in DIMENSIONS.items()
        ],
        "indicators": [_described(indicator, entry) for indicator, entry in ENTRIES.items()],
    }


def _described(indicator: Indicator, entry: Entry) -> dict[str, Any]:
    dimension = dimension_of(indicator)
    return {
        "indicator": indicator.value,
        "dimension": None if dimension is None else dimension.value,
        "strength": {situation.value: strength.value for situation, strength in entry.strength.items()},
        "eleven": [one.value for one in eleven_of(indicator) if one is not indicator],
        "source": entry.source,
        "text": {language.value: entry.in_(language) for language in Language},
    }


def _weight(strength: Strength | None) -> int:
    return len(_HEAVIEST_FIRST) if strength is None else _HEAVIEST_FIRST.index(strength)

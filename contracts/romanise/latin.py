"""Spell Latin letters with A to Z alone as ICAO Doc 9303-3 §6.A recommends, with each choice that it leaves."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from contracts.romanise.letters import Look, by_letter

_CHOICES: Mapping[str, tuple[str, str, str]] = {
    "ä": ("ae", "a", "ae"),
    "å": ("aa", "a", "aa"),
    "ñ": ("n", "n", "nxx"),
    "ö": ("oe", "o", "oe"),
    "ü": ("ue", "u", "uxx"),
}
"""The letters that have several: a State takes one choice for all of them, so that a column is a reading."""
_ONE: Mapping[str, str] = {
    "æ": "ae",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ı": "i",  # noqa: RUF001 - the Turkish letter
    "ĳ": "ij",
    "ŀ": "l",
    "ł": "l",
    "ŋ": "n",
    "œ": "oe",
    "ø": "oe",
    "ß": "ss",
    "þ": "th",
    "ŧ": "t",
}


def readings(text: str) -> tuple[str, ...]:
    """Return the spellings, the recommended one first, each once; none where a letter is in no table.

    What the table does not list is its bare letter: "all other diacritical marks are omitted".
    """
    plain = unicodedata.normalize("NFC", text)
    if plain.isascii():
        return (plain,)
    found = (by_letter("".join(_kept(plain)), _column(number)) for number in range(3))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _kept(text: str) -> list[str]:
    """Drop marks that no single character holds together with its letter."""
    return [one for one in text if unicodedata.category(one) != "Mn"]


def _column(number: int) -> Look:
    def look(letter: str, _first: bool) -> str | None:
        small = letter.lower()
        if small in _CHOICES:
            return _CHOICES[small][number]
        if small in _ONE:
            return _ONE[small]
        bare = unicodedata.normalize("NFD", letter)[0].lower()
        return bare if bare.isascii() else None

    return look

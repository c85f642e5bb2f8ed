"""Letters of one alphabet that look like letters of another: how a key undoes them, and where a word mixes them."""

from __future__ import annotations

import re
import unicodedata

LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХІЈЅԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "ABEKMHOPCTYXIJSQWABEZHIKMNOPTYX",
)
"""Cyrillic and Greek capitals that are drawn as Latin ones (Unicode TR 39, confusables of A to Z)."""
STAND_INS = frozenset("|\u00b5\u00b0\u00ba\u00aa\u0192\u00d0")
"""Characters of the Western code pages that stand in names for a letter: | µ ° º ª ƒ, and Eth for a D with stroke."""

_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")


def scripts_of(text: str) -> set[str]:
    """Return which of the three alphabets that look alike a text has letters of."""
    if text.isascii():
        return {"LATIN"} if any(map(str.isalpha, text)) else set()
    return {name for letter in text for name in _SCRIPTS if unicodedata.name(letter, "").startswith(name)}


def mixes_scripts(text: str) -> bool:
    """Tell whether one word has letters of several of them, the mark of a look-alike."""
    return not text.isascii() and any(len(scripts_of(word)) > 1 for word in _WORD.findall(text))


def has_stand_in(text: str) -> bool:
    """Tell whether a digit or symbol stands in a name where a letter is expected."""
    return any(character in STAND_INS or character.isdigit() for character in text)

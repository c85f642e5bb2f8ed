# ruff: noqa: RUF001, RUF002 - the letters of the table are meant
"""Transliterate Cyrillic as ICAO Doc 9303-3 §6.B recommends: one general table, and what some languages do otherwise.

The language of a name is not known where one writes it in a form, so that every language whose alphabet has
all its letters gives a reading. The table does not mention Ь, which is left out; it prints Ћ beside the code of Ђ and
Һ for Ћ, and Ғ for Ѓ: the letters here are those that the languages use.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.romanise.letters import APOSTROPHES, by_letter

_GENERAL: Mapping[str, str] = {
    **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziiklmnoprstufye", strict=True)),
    "ё": "e",
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "ie",
    "ь": "",
    "ю": "iu",
    "я": "ia",
    "є": "ie",
    "і": "i",
    "ї": "i",
    "ґ": "g",
    "ѓ": "g",
    "ғ": "g",
    "ў": "u",
    "ј": "j",
    "ђ": "d",
    "ћ": "c",
    "һ": "c",
    "љ": "lj",
    "њ": "nj",
    "џ": "dz",
    "ѕ": "dz",
    "ќ": "k",
    "ѫ": "u",
    "ѵ": "y",
}


@dataclass(frozen=True, slots=True)
class _Language:
    """What a language does otherwise; `first` at the beginning of a word."""

    alphabet: frozenset[str]
    own: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)

    def look(self, letter: str, first: bool) -> str | None:
        small = letter.lower()
        if first and small in self.first:
            return self.first[small]
        return self.own.get(small, _GENERAL.get(small))


_RUSSIAN = _Language(frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя"))
_BULGARIAN = _Language(frozenset("абвгдежзийклмнопрстуфхцчшщъьюя"), {"щ": "sht"})
_UKRAINIAN = _Language(
    frozenset("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
    {"г": "h", "и": "y"},
    {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"},
)
_BELARUSIAN = _Language(frozenset("абвгдеёжзійклмнопрстуўфхцчшыьэюя"), {"г": "h", "ё": "io"})
_SERBIAN = _Language(
    frozenset("абвгдђежзијклљмнњопрстћуфхцчџш"),
    {"г": "h", "ж": "z", "х": "h", "ц": "c", "ч": "c", "ш": "s"},
)
_MACEDONIAN = _Language(
    frozenset("абвгдѓежзѕијклљмнњопрстќуфхцчџш"), {"ѓ": "gj", "ќ": "kj", "џ": "dj", "х": "h", "ц": "c"}
)
_LANGUAGES = (_RUSSIAN, _BULGARIAN, _UKRAINIAN, _BELARUSIAN, _SERBIAN, _MACEDONIAN)
_ANY = _Language(frozenset(_GENERAL))


def readings(text: str) -> tuple[str, ...]:
    """Return the transliterations of a text, each once; none where a letter is in no table."""
    plain = unicodedata.normalize("NFC", "".join(one for one in APOSTROPHES.sub("", text) if one != "\u0301"))
    letters = {one.lower() for one in plain if one.isalpha()}
    fitting = [one for one in _LANGUAGES if letters <= one.alphabet] or [_ANY]
    found = (by_letter(plain, language.look) for language in fitting)
    return tuple(dict.fromkeys(one for one in found if one is not None))

# ruff: noqa: RUF001 - the letters of the table are meant
"""Write Greek in Latin letters as ISO 843:1997 does: type 2, the transcription, and type 1, letter by letter.

Greek and Cypriot passports use type 2. Stress stays where it stood; the form of a machine-readable zone drops
it. Breathings and other marks of older spelling are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from contracts.romanise.letters import cased

_STRESS, _DIAERESIS, _MACRON = "\u0301", "\u0308", "\u0304"
_LETTERS: Mapping[str, str] = {
    **dict(zip("αβγδεζηικλμνξοπρστυφω", "avgdeziiklmnxoprstyfo", strict=True)),
    "θ": "th",
    "χ": "ch",
    "ψ": "ps",
    "ς": "s",
}
_LONG = frozenset("ηω")
"""Type 1 tells these from ι and ο by a macron."""
_VOICELESS = frozenset("θκξπσςτφχψ")
_WORDS = re.compile(r"([\w\u0300-\u036f]+)")


@dataclass(frozen=True, slots=True)
class _Sign:
    """One Greek letter with the marks that count."""

    letter: str
    stress: str
    diaeresis: str

    @property
    def small(self) -> str:
        return self.letter.lower()


def readings(text: str) -> tuple[str, ...]:
    """Return the transcription, then the transliteration; none where a letter is not Greek."""
    found = (_written(text, type_) for type_ in (_transcribed, _transliterated))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _written(text: str, type_: Callable[[list[_Sign], int], tuple[str, int]]) -> str | None:
    done: list[str] = []
    for index, part in enumerate(_WORDS.split(unicodedata.normalize("NFD", text))):
        if index % 2 == 0:
            done.append(part)
            continue
        word = list(_signs(part))
        if any(sign.small not in _LETTERS for sign in word):
            return None
        loud = len(word) > 1 and all(sign.letter.isupper() for sign in word)
        at = 0
        while at < len(word):
            latin, used = type_(word, at)
            done.append(cased(latin, word[at].letter, loud=loud))
            at += used
    return unicodedata.normalize("NFC", "".join(done))


def _signs(word: str) -> Iterator[_Sign]:
    """Group letters with their marks; grave and circumflex of older spelling are stress too."""
    for match in re.finditer("([^\u0300-\u036f])([\u0300-\u036f]*)", word):
        marks = match[2]
        stress = _STRESS if any(mark in marks for mark in "\u0300\u0301\u0342") else ""
        yield _Sign(match[1], stress, _DIAERESIS if _DIAERESIS in marks else "")


def _pair(word: list[_Sign], at: int) -> str:
    """Return the two letters at a place where they are read as one; stress on the first or a diaeresis divides them."""
    if at + 1 >= len(word) or word[at].stress or word[at + 1].diaeresis:
        return ""
    return word[at].small + word[at + 1].small


def _transliterated(word: list[_Sign], at: int) -> tuple[str, int]:
    sign = word[at]
    if _pair(word, at) in {"αυ", "ευ", "ου"}:
        return _LETTERS[sign.small] + "u" + word[at + 1].stress, 2
    macron = _MACRON if sign.small in _LONG else ""
    return _LETTERS[sign.small] + macron + sign.diaeresis + sign.stress, 1


def _transcribed(word: list[_Sign], at: int) -> tuple[str, int]:
    sign, pair = word[at], _pair(word, at)
    if pair == "ου":
        return "ou" + word[at + 1].stress, 2
    if pair in {"αυ", "ευ", "ηυ"}:
        mute = at + 2 >= len(word) or word[at + 2].small in _VOICELESS
        return _LETTERS[sign.small] + word[at + 1].stress + ("f" if mute else "v"), 2
    if pair == "μπ" and (at == 0 or at + 2 == len(word)):
        return "b", 2
    if pair in {"γγ", "γξ", "γχ"}:
        return "n", 1
    return _LETTERS[sign.small] + sign.diaeresis + sign.stress, 1

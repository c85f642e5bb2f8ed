"""Replace letters one by one, and keep capitals where they stood."""

from __future__ import annotations

import re
from collections.abc import Callable

_WORDS = re.compile(r"([^\W\d_]+)")
"""Letters of one word; what stands between words is kept."""
APOSTROPHES = re.compile("(?<=\\w)['\u2019\u02bc](?=\\w)")
"""Inside a word: part of the spelling, and no letter."""

Look = Callable[[str, bool], str | None]
"""What a letter becomes, in small letters: given the letter and whether it begins a word; None where no table says."""


def by_letter(text: str, look: Look) -> str | None:
    """Return `text` with each letter replaced; None as soon as one is in no table."""
    done: list[str] = []
    for index, part in enumerate(_WORDS.split(text)):
        if index % 2 == 0:
            done.append(part)
            continue
        loud = len(part) > 1 and part.isupper()
        for place, letter in enumerate(part):
            latin = look(letter, place == 0)
            if latin is None:
                return None
            done.append(cased(latin, letter, loud=loud))
    return "".join(done)


def cased(latin: str, letter: str, *, loud: bool) -> str:
    """Return small Latin letters in the case of the one they stand for; `loud` is a word in capitals."""
    if not letter.isupper():
        return latin
    return latin.upper() if loud else latin.capitalize()

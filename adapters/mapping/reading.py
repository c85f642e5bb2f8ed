"""Read one field by its row: the null words first, then the row's converter. Both directions use it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from adapters.interface import Reason
from adapters.mapping.conversion import Converter, KnowsWords, Note, Reading


def read_text(converter: Converter, text: str, null_words: AbstractSet[str]) -> Reading:
    """Read a text that is not blank. Raises Malformed."""
    word = " ".join(text.split()).casefold()
    if word in null_words and not (isinstance(converter, KnowsWords) and converter.knows(word)):
        return Reading(None, (Note(Reason.NULL_WORD, "a word for nothing known; read as absent"),))
    return converter.read(text.strip())

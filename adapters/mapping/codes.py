"""Read code lists: a closed set of national words, each for one canonical value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from adapters.mapping.conversion import Converter, Inexpressible, KnowsWords, Malformed, Note, Reading, Writing
from contracts.errors import Code
from contracts.parts import MAX_ITEMS

SHOWN_WORDS = 12
"""Words that a remedy names; the whole list stands in the adapter's documentation."""


class CodeList:
    """A national code list. Words are compared without regard to case; an unknown word is refused (A04).

    `words` maps national words to canonical values; the first word of a value, one
    without a note if there is one, is written.
    `notes` belong to words that say more than the canonical value, or something a little different.
    """

    def __init__(self, name: str, words: Mapping[str, Any], notes: Mapping[str, Note] | None = None) -> None:
        self.name = name
        self._values = {word.casefold(): value for word, value in words.items()}
        if len(self._values) != len(words):
            raise ValueError(f"code list {name}: two words differ in case only")
        self._notes = {word.casefold(): note for word, note in (notes or {}).items()}
        self._words: dict[Any, str] = {}
        for word in sorted(words, key=lambda word: word.casefold() in self._notes):
            self._words.setdefault(words[word], word)

    @property
    def values(self) -> Iterable[Any]:
        """The canonical values that can be written."""
        return self._words.keys()

    def knows(self, text: str) -> bool:
        """Tell whether the list has this word, so that it is no null word here."""
        return text.casefold() in self._values

    def read(self, text: str, /) -> Reading:
        """Look the word up."""
        word = " ".join(text.split()).casefold()
        if word not in self._values:
            raise Malformed(f"the word is not in the code list {self.name}", self._remedy(), Code.A04_CODE)
        note = self._notes.get(word)
        return Reading(self._values[word], (note,) if note is not None else ())

    def _remedy(self) -> str:
        """List the words that may be written, as many as a reader takes in."""
        words = list(self._words.values())
        more = f" and {len(words) - SHOWN_WORDS} more" if len(words) > SHOWN_WORDS else ""
        return f"write one of: {', '.join(words[:SHOWN_WORDS])}{more}"

    def write(self, value: Any, /) -> Writing:
        """Write the first national word of the value."""
        word = self._words.get(value)
        if word is None:
            raise Inexpressible(f"the code list {self.name} has no word for this value")
        return Writing(word)


class OpenList(CodeList):
    """Words that a field usually holds, where others may stand: these are malformed, and no unknown code (A03)."""

    def read(self, text: str, /) -> Reading:
        """Look the word up."""
        if not self.knows(" ".join(text.split())):
            raise Malformed(f"the word is not one of {self.name}", self._remedy())
        return super().read(text)


def coded(name: str, values: type[StrEnum]) -> CodeList:
    """Return the code list of a format that writes the canonical codes themselves."""
    return CodeList(name, {value.value: value.value for value in values})


class Many:
    """Several values in one field, separated by `separator`; a separator or backslash in a value is escaped.

    Equal values are kept once. `as_set` puts values in ascending order, the one spelling of a set of codes.
    """

    def __init__(
        self, item: Converter, *, separator: str = "|", as_set: bool = False, at_most: int = MAX_ITEMS
    ) -> None:
        self.item = item
        self.separator = separator
        self.as_set = as_set
        self.at_most = at_most

    def knows(self, text: str) -> bool:
        """Tell whether the item's code list has this word."""
        return isinstance(self.item, KnowsWords) and self.item.knows(text)

    def read(self, text: str, /) -> Reading:
        """Read each value; one that is malformed makes the whole field so."""
        values: list[Any] = []
        notes: list[Note] = []
        for part in split_escaped(text, self.separator):
            if not part.strip():
                raise Malformed("an empty value stands between separators", f"remove the extra {self.separator}")
            reading = self.item.read(part.strip())
            notes += [note for note in reading.notes if note not in notes]
            if reading.value is not None and reading.value not in values:
                values.append(reading.value)
        if len(values) > self.at_most:
            raise Malformed(f"the field has more than {self.at_most} values", "keep the important ones")
        return Reading((sorted(values, key=str) if self.as_set else values) or None, tuple(notes))

    def write(self, value: Any, /) -> Writing:
        """Write what has a word, and hand back as `rest` what has none."""
        texts: list[str] = []
        notes: list[Note] = []
        rest: list[Any] = []
        for item in value:
            try:
                writing = self.item.write(item)
            except Inexpressible:
                rest.append(item)
                continue
            texts.append(escape(writing.text, self.separator))
            notes += [note for note in writing.notes if note not in notes]
        return Writing(self.separator.join(texts), tuple(notes), rest or None)


def escape(text: str, separator: str) -> str:
    """Mark separators and backslashes that belong to the text."""
    return text.replace("\\", "\\\\").replace(separator, f"\\{separator}")


def split_escaped(text: str, separator: str) -> list[str]:
    """Undo `escape` and `join`. Raises Malformed for a backslash that escapes nothing."""
    parts = [""]
    letters = iter(text)
    for letter in letters:
        if letter == separator:
            parts.append("")
        elif letter != "\\":
            parts[-1] += letter
        elif (escaped := next(letters, "")) in {separator, "\\"} and escaped:
            parts[-1] += escaped
        else:
            raise Malformed("a backslash escapes nothing", f"write \\\\ for a backslash, \\{separator} for {separator}")
    return parts

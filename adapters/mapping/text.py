"""Read text: one spelling per value, invisible characters reported, nothing repaired."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapters.interface import Reason
from adapters.mapping.conversion import Converter, Inexpressible, KnowsWords, Malformed, Note, Reading, Writing
from contracts.codes import Script
from contracts.sections.identity import letters_fit
from contracts.text import MAX_LINE, fault_of
from contracts.values import UNKNOWN

INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
"""Soft hyphen, zero-width characters and stray byte order marks: they hide in names and defeat every search."""
SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t]")
LINE_BREAK = re.compile(r"\r\n|\r")
_CODE = re.compile(r"[A-Z0-9-]{2,34}")
_BLANKS = re.compile(" {2,}")
_NOT_ASCII = re.compile("[^\x00-\x7f]{2,}")


def tidy(text: str, *, lines: bool = False) -> tuple[str, tuple[Note, ...]]:
    """Return `text` in its one spelling (NFC, plain spaces, no invisible characters) and what that cost.

    `lines` keeps line breaks, as LF. Raises Malformed for control and direction characters.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(), ()
    notes: list[Note] = []
    value = unicodedata.normalize("NFC", text)
    if looks_double_encoded(value):
        notes.append(Note(Reason.SUSPICIOUS, "looks like UTF-8 read in another encoding; it was not repaired"))
    visible = INVISIBLE.sub("", value)
    if visible != value:
        notes.append(Note(Reason.COARSENED, "invisible characters (soft hyphen, zero width) are left out"))
    value = LINE_BREAK.sub("\n", visible) if lines else visible
    value = SPACES.sub(" ", value).strip()
    value = value if lines else _BLANKS.sub(" ", value)
    if fault := fault_of(value, newlines=lines):
        raise Malformed(f"the text {fault}", "write visible characters and single blanks only")
    return value, tuple(notes)


def looks_double_encoded(text: str) -> bool:
    """Tell whether some run of non-ASCII characters is UTF-8 that was read as a Western code page."""
    for run in _NOT_ASCII.findall(text):
        try:
            raw = b"".join(_western_byte(character) for character in run)
            raw.decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False


def _western_byte(character: str) -> bytes:
    """Undo a CP1252 reading; its five unassigned bytes come as C1 characters from lenient readers."""
    return character.encode("latin-1") if "\x80" <= character <= "\x9f" else character.encode("cp1252")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Free or short text of at most `limit` characters."""

    limit: int = MAX_LINE
    lines: bool = False

    def read(self, text: str, /) -> Reading:
        """Tidy the text."""
        value, notes = tidy(text, lines=self.lines)
        if len(value) > self.limit:
            raise Malformed(f"the text is longer than {self.limit} characters", "shorten it")
        return Reading(value or None, notes)

    def write(self, value: str, /) -> Writing:
        """Write the text as it is."""
        return Writing(value)


@dataclass(frozen=True, slots=True)
class Upper:
    """A code of letters, digits and hyphens in capitals, as an ISO 3166-2 region."""

    def read(self, text: str, /) -> Reading:
        """Write in capitals."""
        value = text.strip().upper()
        if not _CODE.fullmatch(value):
            raise Malformed("the value is no code", "write capitals, digits and hyphens")
        return Reading(value)

    def write(self, value: str, /) -> Writing:
        """Write as it is."""
        return Writing(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A part of a person's name: tidied.

    `unknown_words`, in lower case, say that the name is known to be unknown, which is more than silence.
    """

    unknown_words: tuple[str, ...] = ()
    limit: int = MAX_LINE

    def knows(self, text: str) -> bool:
        """Tell whether the text is a word for an unknown name."""
        return text in self.unknown_words

    def read(self, text: str, /) -> Reading:
        """Tidy the name."""
        if self.knows(text.casefold()):
            return Reading(UNKNOWN)
        value, notes = tidy(text)
        if len(value) > self.limit:
            raise Malformed(f"the name is longer than {self.limit} characters", "shorten it")
        return Reading(value or None, notes)

    def write(self, value: str, /) -> Writing:
        """Write the name as it is."""
        return Writing(self.unknown_words[0] if value == UNKNOWN and self.unknown_words else value)


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that the contract itself judges: `fault` says what is wrong with it, or nothing."""

    fault: Callable[[str], str | None]
    remedy: str

    def read(self, text: str, /) -> Reading:
        """Take the text as it is, if nothing is wrong with it."""
        if (fault := self.fault(text)) is not None:
            raise Malformed(f"the value {fault}", self.remedy)
        return Reading(text)

    def write(self, value: str, /) -> Writing:
        """Write it as it is."""
        return Writing(value)


@dataclass(frozen=True, slots=True)
class InScript:
    """A name whose script is told from its letters, and stated beside it: the format has no field for it."""

    name: Converter

    def knows(self, text: str) -> bool:
        """Tell whether the text is a word for an unknown name."""
        return isinstance(self.name, KnowsWords) and self.name.knows(text)

    def read(self, text: str, /) -> Reading:
        """Read the name; letters of several scripts in it are another person's name (NAME traps, look-alikes)."""
        reading = self.name.read(text)
        if reading.value in {None, UNKNOWN}:
            return reading
        spelled = " ".join((*map(str, reading.beside.values()), reading.value))
        script = next((script for script in Script if letters_fit(spelled, script)), None)
        if script is None:
            raise Malformed("the name has letters of several scripts, or of one that is not known", "check each letter")
        return Reading(reading.value, reading.notes, {**reading.beside, "script": script.value})

    def write(self, value: Any, /) -> Writing:
        """Write the name."""
        return self.name.write(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurnameBehindParticle:
    """A surname that may carry its particle in front, in small letters, as "van der Vries".

    `words` are what particles are made of, in lower case. The particle has a field of its own for writing.
    """

    name: Name
    words: frozenset[str]

    def knows(self, text: str) -> bool:
        """Tell whether the text is a word for an unknown name."""
        return self.name.knows(text)

    def read(self, text: str, /) -> Reading:
        """Split off the particle."""
        words = text.split()
        count = next((n for n, word in enumerate(words) if word not in self.words), 0)
        reading = self.name.read(" ".join(words[count:]))
        if not count or reading.value in {None, UNKNOWN}:
            return self.name.read(text)
        return Reading(reading.value, reading.notes, {"particle": " ".join(words[:count])})

    def write(self, value: str, /) -> Writing:
        """Write the bare surname; one that begins like a particle will be read as both."""
        if value.split(maxsplit=1)[0] in self.words:
            return Writing(value, (Note(Reason.COARSENED, "reads as particle and surname"),))
        return self.name.write(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurnameWithParticle:
    """A surname that may carry its particle behind a comma, as "Vries, de".

    The particle has a field of its own for writing, so writing gives the bare surname. `words` are what
    particles are made of, in lower case; anything else behind a comma is malformed.
    """

    name: Name
    words: frozenset[str]

    def knows(self, text: str) -> bool:
        """Tell whether the text is a word for an unknown name."""
        return self.name.knows(text)

    def read(self, text: str, /) -> Reading:
        """Split off a particle that stands behind a comma."""
        surname, comma, behind = (part.strip() for part in text.partition(","))
        if not comma:
            return self.name.read(text)
        particle, notes = tidy(behind)
        if not surname or not particle or not all(word.casefold() in self.words for word in particle.split()):
            raise Malformed("what stands behind the comma is no particle", "write the surname, a comma, the particle")
        reading = self.name.read(surname)
        return Reading(reading.value, reading.notes + notes, {"particle": particle})

    def write(self, value: str, /) -> Writing:
        """Write the bare surname; one with a comma would be read as surname and particle."""
        if "," in value:
            raise Inexpressible("a surname with a comma reads as surname and particle")
        return self.name.write(value)

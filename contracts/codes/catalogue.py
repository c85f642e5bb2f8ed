"""Read the catalogues of indicators that come with the package, and make the closed list of their codes."""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from contracts.codes.signal import Dimension, Situation, Strength

NAMES = ("ilo-11", "ilo-ec")
"""In the order in which their codes are listed."""


class Language(StrEnum):
    """Languages in which catalogues have texts (ISO 639-1)."""

    EN = "en"
    NL = "nl"
    DE = "de"


Words = Annotated[str, Meta(min_length=1, max_length=120)]
Sentence = Annotated[str, Meta(min_length=1, max_length=600)]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*\Z")]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all tables of the file: closed and immutable."""


class Texts(Table, frozen=True, kw_only=True):
    """One text in each language of the catalogues."""

    en: Words
    nl: Words
    de: Words

    def in_(self, language: Language) -> str:
        """Return the text in `language`."""
        text: str = getattr(self, language)
        return text


class Wording(Table, frozen=True, kw_only=True):
    """Whose the texts are, by language: the source's, or our own."""

    en: Literal["source", "own"]
    nl: Literal["source", "own"]
    de: Literal["source", "own"]


class Source(Table, frozen=True, kw_only=True):
    """Where indicators and strengths come from; `seen` says whether the source itself was at hand."""

    id: Id
    title: Sentence
    publisher: Sentence
    reference: Sentence
    seen: Literal["primary", "secondary"]
    year: int | None = None
    address: Sentence | None = None
    note: Sentence | None = None


class Asked(Table, frozen=True, kw_only=True):
    """What is asked in a situation: the indicators that have a strength in the situation `asks`.

    With `partial` strengths the source's list is not, or not wholly, in this catalogue; `note` says why.
    """

    source: Id
    strengths: Literal["published", "partial"]
    indicators: int
    asks: Situation
    text: Texts
    note: Sentence | None = None


class Named(Table, frozen=True, kw_only=True):
    """A dimension in words."""

    text: Texts


class Entry(Texts, frozen=True, kw_only=True):
    """One indicator: its strength by situation, and which of the eleven of forced labour it points to."""

    id: Id
    source: Id
    strength: dict[Situation, Strength] = {}
    eleven: tuple[Id, ...] = ()


class Catalogue(Table, frozen=True, kw_only=True):
    """One file of `contracts/catalogues`."""

    catalogue: Id
    version: int
    wording: Wording
    text: Texts
    source: tuple[Source, ...]
    indicator: tuple[Entry, ...]
    situation: dict[Situation, Asked] = {}
    dimension: dict[Dimension, Named] = {}


def _read(name: str) -> Catalogue:
    return msgspec.toml.decode(files("contracts").joinpath("catalogues", f"{name}.toml").read_bytes(), type=Catalogue)


CATALOGUES = tuple(_read(name) for name in NAMES)


class Indicator(StrEnum):
    """`<catalogue>:<id>`; a catalogue grows, a code never changes its meaning (`contracts.indicators`).

    `ilo-11` are the eleven of forced labour. In `ilo-ec` the id begins with the dimension: the same fact weighs
    differently at recruitment and at destination.
    """

    _ignore_ = "members catalogue entry"
    members = vars()
    for catalogue in CATALOGUES:
        for entry in catalogue.indicator:
            members[entry.id.upper().replace("-", "_")] = f"{catalogue.catalogue}:{entry.id}"

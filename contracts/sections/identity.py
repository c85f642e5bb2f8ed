"""Section `identity`: who a person is, after the ECRIS-TCN model (Decision (EU) 2022/2470)."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.codes import IdentityStatus, MisuseCategory, NameType, RomanisationRule, Script, Sex
from contracts.parts import Codes, Part, SectionModel, Several
from contracts.text import Line, Short
from contracts.values import UNKNOWN, BirthCountry, Country, Day, Nationality, PartialDate, Region

MAX_AGE = 130
_LETTER_NAMES = {
    Script.LATIN: ("LATIN", "FEMININE ORDINAL", "MASCULINE ORDINAL"),
    Script.CYRILLIC: ("CYRILLIC",),
    Script.GREEK: ("GREEK",),
    Script.ARABIC: ("ARABIC",),
    Script.HEBREW: ("HEBREW",),
    Script.ARMENIAN: ("ARMENIAN",),
    Script.GEORGIAN: ("GEORGIAN",),
    Script.HAN: ("CJK",),
    Script.HANGUL: ("HANGUL",),
    Script.HIRAGANA: ("HIRAGANA", "CJK"),
    Script.KATAKANA: ("KATAKANA", "CJK"),
    Script.DEVANAGARI: ("DEVANAGARI",),
    Script.BENGALI: ("BENGALI",),
    Script.ETHIOPIC: ("ETHIOPIC",),
    Script.THAI: ("THAI",),
}
"""How the Unicode names of a script's letters begin."""


def letters_fit(text: str, script: Script) -> bool:
    """Tell whether every letter belongs to `script`: a look-alike letter is another person's name."""
    if text.isascii():
        return script is Script.LATIN or not any(map(str.isalpha, text))
    return all(
        unicodedata.name(character, "").startswith(_LETTER_NAMES[script])
        for character in text
        if unicodedata.category(character) in {"Lu", "Ll", "Lt", "Lo"}
    )


class Name(Part):
    """A name in one script. `surname` and `forenames` may be `unknown`; `particle` is as `van der`.

    `full` holds a name that cannot be divided without guessing, or the only name of a person.
    """

    type: NameType
    script: Script
    surname: Line | None = None
    particle: Short | None = None
    forenames: Line | None = None
    patronymic: Line | None = None
    full: Line | None = None
    rule: RomanisationRule | None = None

    @model_validator(mode="after")
    def _is_a_name(self) -> Self:
        parts = [text for text in (self.surname, self.forenames, self.patronymic, self.full) if text is not None]
        if not parts:
            raise ValueError("has neither surname, forenames, patronymic nor full name")
        if self.particle is not None and self.surname in {None, UNKNOWN}:
            raise ValueError("particle stands without a surname")
        if any(text != UNKNOWN and not letters_fit(text, self.script) for text in (*parts, self.particle or "")):
            raise ValueError("holds letters of another script")
        if self.rule is not None and self.type is not NameType.ROMANISATION:
            raise ValueError("rule stands without a romanisation")
        return self

    @property
    def identifies(self) -> bool:
        """Whether anything in this name is known."""
        return any(text not in {None, UNKNOWN} for text in (self.surname, self.forenames, self.patronymic, self.full))


class Birth(Part):
    """When and where; the country may be one that no longer exists."""

    date: PartialDate | None = None
    country: BirthCountry | None = None
    region: Region | None = None
    town: Line | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("says nothing")
        return self


class AgeRange(Part):
    """An age in years, as estimated on a day; for somebody without a birth date."""

    least: Annotated[int, Field(ge=0, le=MAX_AGE)]
    most: Annotated[int, Field(ge=0, le=MAX_AGE)]
    on: Day

    @model_validator(mode="after")
    def _least_is_not_above_most(self) -> Self:
        if self.least > self.most:
            raise ValueError("least is above most")
        return self


class RegisterNumber(Part):
    """A national register number (Reg. 2018/1862 art. 20(3)(q))."""

    country: Country
    number: Short


class MisuseConsent(Part):
    """Consent of the person whose identity is misused, per category and revocable (Reg. 2018/1862 art. 62)."""

    categories: Codes[MisuseCategory]
    given_on: Day


class Identity(Part):
    """One whole identity. An alias is one of its own, not a string."""

    status: IdentityStatus
    names: Several[Name] | None = None
    birth: Birth | None = None
    age: AgeRange | None = None
    sex: Sex | None = None
    nationalities: Codes[Nationality] | None = None
    register_numbers: Several[RegisterNumber] | None = None
    misuse_consent: MisuseConsent | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.names is None and self.birth is None and self.register_numbers is None:
            raise ValueError("has neither a name, a birth nor a register number")
        misused = self.status is IdentityStatus.MISUSED
        if misused and self.misuse_consent is None:
            raise ValueError("a misused identity needs the consent of the person it belongs to")
        if not misused and self.misuse_consent is not None:
            raise ValueError("misuse_consent stands without a misused identity")
        return self


class IdentitySection(SectionModel):
    """All identities of one person; at most one is confirmed."""

    identities: Several[Identity]

    @model_validator(mode="after")
    def _one_confirmed(self) -> Self:
        if sum(one.status is IdentityStatus.CONFIRMED for one in self.identities) > 1:
            raise ValueError("more than one identity is confirmed")
        return self

    @property
    def leading(self) -> Identity | None:
        """The identity that the person has: confirmed, else not confirmed, else an alias; never a misused one."""
        for status in (IdentityStatus.CONFIRMED, IdentityStatus.NOT_CONFIRMED, IdentityStatus.ALIAS):
            for one in self.identities:
                if one.status is status:
                    return one
        return None

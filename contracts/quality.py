"""Flag what in a record is probably wrong. A flag refuses nothing, changes nothing and quotes nothing.

Who enters a record knows what can be mended; who receives it must not lose it over a digit. So a flag goes
back to the sender alone, beside the residue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import phonenumbers
from stdnum import iban

from contracts.codes import AccountKind, NameType, Sex
from contracts.lookalikes import has_stand_in, mixes_scripts, scripts_of
from contracts.parts import SectionModel
from contracts.registers import Stated, judge
from contracts.sections.documents import Documents
from contracts.sections.identity import Identity, IdentitySection
from contracts.sections.objects import Objects
from contracts.values import UNKNOWN

_SEXES = frozenset({Sex.MALE, Sex.FEMALE})
_FREE_NAMES = frozenset({NameType.NICKNAME, NameType.PSEUDONYM})
"""Names that people give themselves: a digit in one means itself."""
_NAME_PARTS = ("surname", "forenames", "patronymic", "full")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


class FlagCode(StrEnum):
    """Stable codes; one is never given another meaning."""

    REGISTER = "Q01-register-number"
    BIRTH = "Q02-birth-date"
    SEX = "Q03-sex"
    PHONE = "Q04-telephone"
    ACCOUNT = "Q05-account"
    LOOK_ALIKE = "Q06-look-alike"
    SCRIPTS = "Q07-mixed-scripts"
    STAND_IN = "Q08-name"


_REMEDIES: Mapping[FlagCode, str] = MappingProxyType(
    {
        FlagCode.REGISTER: "compare it with a document, digit by digit",
        FlagCode.BIRTH: "find out which of the two is right",
        FlagCode.SEX: "find out which of the two is right",
        FlagCode.PHONE: "check country code and length",
        FlagCode.ACCOUNT: "compare it with a statement or card",
        FlagCode.LOOK_ALIKE: "write Latin capitals and digits, as in international traffic",
        FlagCode.SCRIPTS: "write each word in one alphabet",
        FlagCode.STAND_IN: "write the letter that is meant",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One doubt about one value. `path` is the canonical place, `line` and `field` the national one if there is one."""

    code: FlagCode
    path: str
    rule: str
    line: int | None = None
    field: str | None = None

    @property
    def remedy(self) -> str:
        """What its sender can do."""
        return _REMEDIES[self.code]

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON, the members of a finding."""
        return {
            "code": self.code.value,
            "field": self.field,
            "line": self.line,
            "path": self.path,
            "remedy": self.remedy,
            "rule": self.rule,
        }


def flags_of(sections: Mapping[str, SectionModel]) -> list[Flag]:
    """Return the flags of an event's full sections, in the order of their sections."""
    return [flag for name in sorted(sections) for flag in _section_flags(name, sections[name])]


def _section_flags(name: str, section: SectionModel) -> Iterator[Flag]:
    if isinstance(section, IdentitySection):
        for index, one in enumerate(section.identities):
            yield from _identity_flags(one, f"{name}.identities[{index}]")
    elif isinstance(section, Documents):
        for index, document in enumerate(section.documents):
            yield from _number_flags(document.number, f"{name}.documents[{index}].number")
    elif isinstance(section, Objects):
        yield from _object_flags(section, name)
    yield from _script_flags(section.content(), name)


def _identity_flags(one: Identity, path: str) -> Iterator[Flag]:
    for index, name in enumerate(one.names or ()):
        for part in () if name.type in _FREE_NAMES else _NAME_PARTS:
            text = getattr(name, part)
            if text not in {None, UNKNOWN} and has_stand_in(text):
                rule = "has a digit or symbol where a letter is expected"
                yield Flag(code=FlagCode.STAND_IN, path=f"{path}.names[{index}].{part}", rule=rule)
    for index, entry in enumerate(one.register_numbers or ()):
        verdict = judge(entry.country, entry.number)
        if isinstance(verdict, str):
            yield Flag(code=FlagCode.REGISTER, path=f"{path}.register_numbers[{index}].number", rule=verdict)
        elif verdict is not None:
            yield from _contradictions(one, verdict, path)


def _contradictions(one: Identity, said: Stated, path: str) -> Iterator[Flag]:
    bounds = one.birth.date.bounds() if one.birth is not None and one.birth.date is not None else None
    if bounds is not None and not said.may_be_born(*bounds):
        yield Flag(code=FlagCode.BIRTH, path=f"{path}.birth.date", rule="differs from the one in the register number")
    if said.sex is not None and one.sex in _SEXES and one.sex is not said.sex:
        yield Flag(code=FlagCode.SEX, path=f"{path}.sex", rule="differs from the one in the register number")


def _number_flags(text: str, path: str) -> Iterator[Flag]:
    """Flag a plate or document number with letters of another alphabet; match keys undo those that look alike."""
    if scripts_of(text) - {"LATIN"}:
        yield Flag(code=FlagCode.LOOK_ALIKE, path=path, rule="has letters of another alphabet than Latin")


def _object_flags(section: Objects, path: str) -> Iterator[Flag]:
    for index, vehicle in enumerate(section.vehicles or ()):
        if vehicle.plate is not None:
            yield from _number_flags(vehicle.plate, f"{path}.vehicles[{index}].plate")
    for index, phone in enumerate(section.phones or ()):
        if phone.number is not None and not possible_number(phone.number):
            rule = "is no number that its country gives"
            yield Flag(code=FlagCode.PHONE, path=f"{path}.phones[{index}].number", rule=rule)
    for index, account in enumerate(section.accounts or ()):
        if account.kind is AccountKind.BANK and is_like_iban(account.number) and not iban.is_valid(account.number):
            rule = "fails the check of an IBAN"
            yield Flag(code=FlagCode.ACCOUNT, path=f"{path}.accounts[{index}].number", rule=rule)


def _script_flags(value: Any, path: str) -> Iterator[Flag]:
    """Flag every text with a word of several alphabets; names have none, their contract refuses them."""
    if isinstance(value, dict):
        for member, inner in value.items():
            yield from _script_flags(inner, f"{path}.{member}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _script_flags(inner, f"{path}[{index}]")
    elif isinstance(value, str) and mixes_scripts(value):
        yield Flag(code=FlagCode.SCRIPTS, path=path, rule="has letters of several alphabets in one word")


def possible_number(number: str) -> bool:
    """Tell whether an E.164 number has a country code that exists and a length that its numbers have."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def is_like_iban(number: str) -> bool:
    """Tell whether an account number has the form of an IBAN (ISO 13616), blanks and case aside."""
    return _IBAN.fullmatch(iban.compact(number)) is not None

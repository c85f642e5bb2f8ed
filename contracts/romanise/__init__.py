"""Write names of other scripts in Latin letters, as a set: no one of the admissible forms is the name.

What was stated stays; these forms are added beside it, and serve comparison (ICAO Doc 9303-3, ISO 843).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from contracts.codes import NameType, RomanisationRule, Script
from contracts.parts import MAX_ITEMS
from contracts.romanise import cyrillic, greek, latin
from contracts.sections.identity import Identity, IdentitySection, Name
from contracts.values import UNKNOWN

__all__ = ["machine_readable", "romanisations", "with_romanisations"]

_TABLES: Mapping[Script, tuple[Callable[[str], tuple[str, ...]], RomanisationRule]] = {
    Script.CYRILLIC: (cyrillic.readings, RomanisationRule.ICAO_9303),
    Script.GREEK: (greek.readings, RomanisationRule.ISO_843),
}
_PARTS = ("surname", "particle", "forenames", "patronymic", "full")
_BETWEEN = "\n"
"""Between the parts of a name while they are read together, in one language: no name holds it."""
_FILLER = re.compile(r"[\s-]+")
_NO_LETTER = re.compile(r"[^A-Z<]")


def romanisations(name: Name) -> tuple[Name, ...]:
    """Return the forms of a name in Latin letters; none for a script that no table here covers."""
    if name.script not in _TABLES:
        return ()
    read, rule = _TABLES[name.script]
    stated = {part: text for part in _PARTS if (text := getattr(name, part)) is not None}
    known = {part: text for part, text in stated.items() if text != UNKNOWN}
    return tuple(
        Name(
            type=NameType.ROMANISATION,
            script=Script.LATIN,
            rule=rule,
            **{**stated, **dict(zip(known, form.split(_BETWEEN), strict=True))},
        )
        for form in read(_BETWEEN.join(known.values()))
        if all(form.split(_BETWEEN))
    )


def with_romanisations(section: IdentitySection) -> IdentitySection:
    """Add to each identity the Latin forms that it does not state already; never more than a list may hold."""
    identities = tuple(_with_forms(one) for one in section.identities)
    return section if identities == section.identities else section.model_copy(update={"identities": identities})


def _with_forms(identity: Identity) -> Identity:
    names = identity.names or ()
    stated = {_letters(one) for one in names}
    forms = {_letters(form): form for name in names for form in romanisations(name)}
    added = tuple(form for letters, form in forms.items() if letters not in stated)[: MAX_ITEMS - len(names)]
    return identity.model_copy(update={"names": (*names, *added)}) if added else identity


def _letters(name: Name) -> tuple[str | None, ...]:
    return tuple(None if (text := getattr(name, part)) is None else text.casefold() for part in _PARTS)


def machine_readable(text: str, script: Script) -> tuple[str, ...]:
    """Return the forms that a name may have in a machine-readable zone: A to Z, and `<` between words.

    Apostrophes and points are left out (ICAO Doc 9303-3 §4.6). None for a script that no table here covers.
    Nothing is remembered: what a process keeps of a name would outlive its erasure.
    """
    roman = _TABLES[script][0](text) if script in _TABLES else (text,) * (script is Script.LATIN)
    forms = (spelling for one in roman for spelling in latin.readings(one))
    zones = (_NO_LETTER.sub("", _FILLER.sub("<", one.strip()).upper()).strip("<") for one in forms)
    return tuple(dict.fromkeys(zone for zone in zones if zone))

"""Latin forms stand beside what was stated, never in its place."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.codes import Script
from contracts.parts import MAX_ITEMS
from contracts.romanise import machine_readable, romanisations, with_romanisations
from contracts.sections.identity import IdentitySection, Name
from tests.support.contents import section

CYRILLIC = {"type": "primary", "script": "Cyrl", "surname": "Георгиев", "forenames": "unknown"}


def name(**parts: Any) -> Name:
    made = identity({**CYRILLIC, **parts}).identities[0].names
    assert made is not None
    return made[0]


def identity(*names: Any) -> IdentitySection:
    made = section("identity", identities=[{"status": "confirmed", "names": list(names)}])
    assert isinstance(made, IdentitySection)
    return made


def test_all_parts_of_a_name_are_read_in_one_language() -> None:
    """A form mixes no languages, and what is known to be unknown stays so."""
    forms = romanisations(name(patronymic="Игоревич"))
    assert [(one.surname, one.forenames, one.patronymic) for one in forms] == [
        ("Georgiev", "unknown", "Igorevich"),
        ("Heorhyev", "unknown", "Yhorevych"),
        ("Heorhiev", "unknown", "Ihorevic"),
    ]
    assert {(one.type.value, one.script.value, one.rule) for one in forms} == {("romanisation", "Latn", "icao_9303")}


def test_forms_are_added_behind_the_names_that_were_stated() -> None:
    """What the issuer stated, its own Latin form included, stays as it was and where it was."""
    stated = {
        "type": "romanisation",
        "script": "Latn",
        "surname": "Georgiev",
        "forenames": "unknown",
        "rule": "document",
    }
    before = identity(CYRILLIC, stated)
    after = with_romanisations(before)
    assert after.identities[0].names is not None
    assert after.identities[0].names[:2] == before.identities[0].names
    assert [one.surname for one in after.identities[0].names[2:]] == ["Heorhyev", "Heorhiev"]
    assert with_romanisations(after) == after


def test_latin_and_other_scripts_get_no_forms() -> None:
    """A name in Latin letters is its own form, and what no table covers is not guessed."""
    latin = {"type": "primary", "script": "Latn", "surname": "Müller"}
    arabic = {"type": "primary", "script": "Arab", "surname": "محمد"}
    assert with_romanisations(identity(latin, arabic)) == identity(latin, arabic)


def test_forms_never_make_a_list_too_long() -> None:
    """An identity with as many names as a list may hold stays as it is."""
    names = [{**CYRILLIC, "forenames": "И" * (n + 1)} for n in range(MAX_ITEMS)]
    assert with_romanisations(identity(*names)) == identity(*names)


@pytest.mark.parametrize(
    ("text", "script", "zones"),
    [
        ("Vries-Test O'Brien", "Latn", ("VRIES<TEST<OBRIEN",)),
        ("Müller", "Latn", ("MUELLER", "MULLER", "MUXXLLER")),
        ("Макрогианнис", "Cyrl", ("MAKROGIANNIS", "MAKROHYANNYS", "MAKROHIANNIS")),
        ("Γιάννης Ψαρά", "Grek", ("GIANNIS<PSARA",)),
        ("محمد", "Arab", ()),
        ("-", "Latn", ()),
    ],
)
def test_the_form_of_a_machine_readable_zone_has_a_to_z_alone(text: str, script: str, zones: tuple[str, ...]) -> None:
    """Blanks and hyphens become fillers, apostrophes go."""
    assert machine_readable(text, Script(script)) == zones

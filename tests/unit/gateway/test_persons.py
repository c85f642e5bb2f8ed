"""A person is recognised in any spelling that the person's name may have in a travel document."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from broker.gateway.persons import person_marks
from broker.gateway.vault import Vault
from contracts.derive import derive
from tests.support.contents import section, sections

BORN = {"date": {"value": "1994-05-17", "precision": "day"}}


def marks(vault: Vault, script: str, surname: str, forenames: str) -> frozenset[str]:
    name = {"type": "primary", "script": script, "surname": surname, "forenames": forenames}
    who = section("identity", identities=[{"status": "confirmed", "names": [name], "birth": BORN}])
    given = sections("status", "handling", identity=who)
    return person_marks(vault, derive("victim-alert.v1", given, on=date(2026, 5, 31)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Latn", "Müller", "Jörg"), ("Latn", "MUELLER", "JOERG")),
        (("Latn", "Müller", "Jörg"), ("Latn", "Muller", "Jorg")),
        (("Cyrl", "Щербакова", "Юлия"), ("Latn", "Shcherbakova", "Iuliia")),
        (("Cyrl", "Гончаренко", "Юрій"), ("Latn", "HONCHARENKO", "YURII")),
        (("Grek", "Παπαδόπουλος", "Γιάννης"), ("Latn", "Papadopoulos", "Giannis")),
        (("Latn", "De Boer", "Anne-Marie"), ("Latn", "Anne Marie", "de boer")),
    ],
)
def test_the_same_name_in_another_spelling_is_the_same_person(
    tmp_path: Path, one: tuple[Any, ...], other: tuple[Any, ...]
) -> None:
    """Script, accents, case and separators make nobody a stranger."""
    vault = Vault.load(tmp_path / "local.key", os.urandom)
    assert marks(vault, *one) & marks(vault, *other)


def test_other_names_are_other_persons(tmp_path: Path) -> None:
    """Same birth date alone is no match; scripts without a table compare as they are written."""
    vault = Vault.load(tmp_path / "local.key", os.urandom)
    named = [("Latn", "Vries", "Jan"), ("Latn", "Vries", "Jo"), ("Cyrl", "Иванов", "Иван"), ("Arab", "محمد", "علي")]
    found = [marks(vault, *name) for name in named]
    assert all(found)
    assert sum(len(one) for one in found) == len(frozenset().union(*found))

# ruff: noqa: RUF001 - letters of other scripts are the subject
"""Each table gives what its standard prints, and several forms where the standard leaves a choice."""

from __future__ import annotations

import pytest

from contracts.romanise import cyrillic, greek, latin


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Юлия Ыгина", ("Iuliia Ygina",)),
        ("Ёлкин", ("Elkin",)),
        ("Щеглова", ("Shcheglova", "Shteglova", "Shchehlova")),
        ("Дем'яненко Юрій", ("Demianenko Yurii", "Demianenko Iurii")),
        ("Їжак Євген", ("Yizhak Yevhen",)),
        ("Бабрыковіч Аляксандр", ("Babrykovich Aliaksandr",)),
        ("Јелена Ђорђевић", ("Jelena Dordevic",)),
        ("Ѓорѓи Ќосев", ("Gjorgji Kjosev",)),
        ("ЩЕРБАКОВ-ЖУК", ("SHCHERBAKOV-ZHUK", "SHTERBAKOV-ZHUK")),
        ("Объедков", ("Obieedkov",)),
        ("Ивано\u0301в", ("Ivanov", "Yvanov")),
    ],
)
def test_cyrillic_has_a_form_for_each_language_that_writes_so(text: str, forms: tuple[str, ...]) -> None:
    """ICAO Doc 9303-3 §6.B, with what it does otherwise for six languages."""
    assert cyrillic.readings(text) == forms


@pytest.mark.parametrize("text", ["Қайрат", "Ivan", "Ивaн"])  # the last with a Latin a
def test_a_letter_in_no_table_is_never_guessed(text: str) -> None:
    """A name with one has no form at all."""
    assert cyrillic.readings(text) == ()


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Γιάννης Μακρυγιάννης", ("Giánnis Makrygiánnis", "Giánnīs Makrygiánnīs")),
        ("ΑΘΗΝΑ", ("ATHINA", "ATHĪNA")),
        ("Θεόδωρος", ("Theódoros", "Theódōros")),
        ("Μάγχη", ("Mánchi", "Mágchī")),
        ("Μπάμπης", ("Bámpis", "Mpámpīs")),
        ("Ευαγγελία", ("Evangelía", "Euaggelía")),
        ("Λευκάδα", ("Lefkáda", "Leukáda")),
        ("Εύβοια", ("Évvoia", "Eúvoia")),
        ("Ταΰγετος", ("Taÿ́getos",)),
        ("Νάουσα", ("Náousa",)),
        ("σπρέυ", ("spréy",)),
        ("ΨΑΡΑ Ψαρά", ("PSARA Psará",)),
        ("Ἰωάννης", ("Ioánnis", "Iōánnīs")),
    ],
)
def test_greek_has_a_transcription_and_a_transliteration(text: str, forms: tuple[str, ...]) -> None:
    """ISO 843:1997, type 2 first, as on passports."""
    assert greek.readings(text) == forms


def test_what_is_not_greek_has_no_greek_form() -> None:
    """Latin letters that look the same are other letters."""
    assert greek.readings("Aθήνα") == ()


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Müller", ("Mueller", "Muller", "Muxxller")),
        ("Ångström", ("Aangstroem", "Angstrom")),
        ("PEÑA", ("PENA", "PENXXA")),
        ("Łukasz Żółć", ("Lukasz Zolc",)),
        ("Șerban Şerban", ("Serban Serban",)),
        ("İbrahim Işık", ("Ibrahim Isik",)),
        ("Weiß Þór Ĳsbrand", ("Weiss Thor Ijsbrand",)),
        ("O'Brien", ("O'Brien",)),
        ("Əli", ()),
    ],
)
def test_latin_has_each_choice_that_the_table_leaves(text: str, forms: tuple[str, ...]) -> None:
    """ICAO Doc 9303-3 §6.A."""
    assert latin.readings(text) == forms

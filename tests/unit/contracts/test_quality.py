"""A flag says what is probably wrong, where, and never the value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.codes import Sex
from contracts.quality import FlagCode, flags_of
from contracts.registers import REGISTERS, Stated, judge
from tests.support.contents import section

NAME = {"type": "primary", "script": "Latn", "surname": "Voorbeeld"}
MALE_1944 = {"country": "POL", "number": "44051401359"}
ALPHABETS = st.sampled_from(["0123456789", "0123456789-+/. ABCXY", "\u0660\u0661\u00b2\u217709"])


def identity(**members: Any) -> Any:
    return {"identity": section("identity", identities=[{"status": "confirmed", "names": [NAME], **members}])}


def codes(sections: Any) -> list[tuple[str, str]]:
    return [(flag.path, flag.code.value) for flag in flags_of(sections)]


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("NLD", "999999990"),
        ("POL", "44051401359"),
        ("ROU", "1800101221144"),
        ("BGR", "7523169263"),
        ("ESP", "54362315K"),
        ("ESP", "X2482300W"),
        ("DEU", "what no register here knows"),
    ],
)
def test_right_numbers_and_unknown_registers_raise_no_flag(country: str, number: str) -> None:
    """What cannot be checked is not doubted."""
    assert codes(identity(register_numbers=[{"country": country, "number": number}])) == []


@pytest.mark.parametrize(
    ("country", "number", "rule"),
    [
        ("NLD", "999999991", "fails the check of a BSN"),
        ("POL", "44051401358", "fails the check of a PESEL"),
        ("ROU", "1800101221145", "fails the check of a CNP"),
        ("BGR", "7523169264", "fails the check of a EGN"),
        ("POL", "440514", "does not have the form of a PESEL"),
        ("ESP", "123", "does not have the form of a DNI or NIE"),
    ],
)
def test_a_wrong_digit_is_a_flag(country: str, number: str, rule: str) -> None:
    """The number stands in the event all the same, and the flag does not repeat it."""
    (flag,) = flags_of(identity(register_numbers=[{"country": country, "number": number}]))
    assert (flag.code, flag.path, flag.rule) == (
        FlagCode.REGISTER,
        "identity.identities[0].register_numbers[0].number",
        rule,
    )
    assert number not in str(flag.to_json())


@pytest.mark.parametrize(
    ("value", "precision", "flagged"),
    [
        ("1944-05-14", "day", False),
        ("1944-05", "month", False),
        ("1944", "year", False),
        ("1946", "about_year", False),
        ("unknown", "unknown", False),
        ("1944-05-15", "day", True),
        ("1945", "year", True),
    ],
)
def test_a_birth_date_that_contradicts_the_number_is_a_flag(value: str, precision: str, flagged: bool) -> None:
    """Only as far as the stated date is known: a year that fits is no contradiction."""
    birth = {"date": {"value": value, "precision": precision}}
    wanted = [("identity.identities[0].birth.date", "Q02-birth-date")] if flagged else []
    assert codes(identity(birth=birth, register_numbers=[MALE_1944])) == wanted


@pytest.mark.parametrize(("sex", "flagged"), [("1", False), ("2", True), ("0", False), ("9", False)])
def test_a_sex_that_contradicts_the_number_is_a_flag(sex: str, flagged: bool) -> None:
    """Not known and not applicable contradict nothing (ISO/IEC 5218)."""
    wanted = [("identity.identities[0].sex", "Q03-sex")] if flagged else []
    assert codes(identity(sex=sex, register_numbers=[MALE_1944])) == wanted


@pytest.mark.parametrize(
    ("country", "number", "sex"),
    [
        ("BGR", "7523169263", Sex.MALE),
        ("BGR", "8032056031", Sex.FEMALE),
        ("ROU", "1800101221144", Sex.MALE),
        ("CZE", "710319/2745", Sex.MALE),
        ("DNK", "211062-5629", Sex.MALE),
        ("FRA", "2 95 10 99 126 111 93", Sex.FEMALE),
        ("FIN", "131052-308T", Sex.FEMALE),
        ("BEL", "85.07.30-033 28", Sex.MALE),
        ("NLD", "999999990", None),
    ],
)
def test_registers_tell_the_sex_where_their_numbers_do(country: str, number: str, sex: Sex | None) -> None:
    """By the digit that the rule of each register names."""
    said = judge(country, number)
    assert isinstance(said, Stated)
    assert said.sex is sex


def test_a_number_without_a_century_leaves_it_open() -> None:
    """The same digits a hundred years apart are no contradiction."""
    old = {"date": {"value": "1888-03-20", "precision": "day"}}
    assert codes(identity(birth=old, register_numbers=[{"country": "SWE", "number": "880320-0016"}])) == []


@settings(deadline=None)  # a busy machine is no fault of the code
@given(st.sampled_from(sorted(REGISTERS)), ALPHABETS.flatmap(lambda letters: st.text(letters, max_size=15)))
def test_any_text_has_a_verdict(country: str, number: str) -> None:
    """Whatever stands in the field, the answer is a rule or what the number says."""
    assert judge(country, number) is not None


@pytest.mark.parametrize(
    ("kind", "entry", "flag"),
    [
        ("phones", {"number": "+31612345678"}, None),
        ("phones", {"number": "+31612345678901"}, ("phones[0].number", "Q04-telephone")),
        ("phones", {"number": "+999123456789"}, ("phones[0].number", "Q04-telephone")),
        ("accounts", {"kind": "bank", "number": "NL91ABNA0417164300"}, None),
        ("accounts", {"kind": "bank", "number": "12345678"}, None),
        ("accounts", {"kind": "bank", "number": "NL92ABNA0417164300"}, ("accounts[0].number", "Q05-account")),
        ("accounts", {"kind": "bank", "number": "NL91ABNA041716430"}, ("accounts[0].number", "Q05-account")),
        ("accounts", {"kind": "crypto", "number": "NL92ABNA0417164300"}, None),
        ("vehicles", {"kind": "car", "plate": "CA 1234 BX"}, None),
        ("vehicles", {"kind": "car", "plate": "\u0421\u0410 1234"}, ("vehicles[0].plate", "Q06-look-alike")),
        ("organisations", {"name": "\u0422\u0435\u0441\u0442 BV"}, None),
        ("organisations", {"name": "T\u0435st BV"}, ("organisations[0].name", "Q07-mixed-scripts")),
    ],
)
def test_objects_are_checked_by_kind(kind: str, entry: Any, flag: tuple[str, str] | None) -> None:
    """Telephones, accounts, plates, and words of several alphabets anywhere."""
    empty = dict.fromkeys(("vehicles", "phones", "accounts", "handles", "organisations"))
    found = codes({"objects": section("objects", **{**empty, kind: [entry]})})
    assert found == ([] if flag is None else [(f"objects.{flag[0]}", flag[1])])


def test_a_document_number_in_look_alikes_is_a_flag() -> None:
    """Its match key is made of Latin letters all the same."""
    given = section("documents", documents=[{"type": "passport", "number": "\u0410\u0412123"}])
    assert codes({"documents": given}) == [("documents.documents[0].number", "Q06-look-alike")]


@pytest.mark.parametrize("surname", ["V0orbeeld", "Ol|via", "\u00d0or\u00f0evic"])
def test_characters_that_stand_for_letters_are_a_flag(surname: str) -> None:
    """Digits and symbols are doubtful in a name, but not in one that somebody chose."""
    assert codes(identity(names=[{**NAME, "surname": surname}])) == [
        ("identity.identities[0].names[0].surname", "Q08-name")
    ]
    assert codes(identity(names=[{**NAME, "surname": surname, "type": "nickname"}])) == []


def test_the_page_lists_every_code_and_no_other() -> None:
    """Codes are public, and stay what they are."""
    page = (Path(__file__).parents[3] / "docs" / "identity.md").read_text("utf-8")
    assert re.findall(r"^\| `(Q\d\d-[a-z-]+)` \|", page, re.MULTILINE) == [code.value for code in FlagCode]

"""Values of a machine-readable zone, as any table may use them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.interface import Reason
from adapters.mapping.conversion import Inexpressible, Malformed
from adapters.mapping.machine_readable import NATIONALITY, SEX, MachineReadableDate
from contracts.values import NATIONALITIES

BIRTH = MachineReadableDate(turn=26)


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("850730", "1985-07-30", "day"),
        ("260101", "2026-01-01", "day"),
        ("270101", "1927-01-01", "day"),
        ("8507<<", "1985-07", "month"),
        ("85<<<<", "1985", "year"),
        ("<<<<<<", "unknown", "unknown"),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(text: str, value: str, precision: str) -> None:
    """The century is the one that the table states, and the text comes back."""
    read = BIRTH.read(text).value
    assert read == {"precision": precision, "value": value}
    assert BIRTH.write(read).text == text


@pytest.mark.parametrize("text", ["85073", "851301", "850230", "85<<30", "<<0730", "1985-07-30", "8507<", ""])
def test_what_is_no_such_date_is_malformed(text: str) -> None:
    """Nothing is guessed from other forms."""
    with pytest.raises(Malformed):
        BIRTH.read(text)


@pytest.mark.parametrize(
    ("value", "precision"), [("1926-12-31", "day"), ("2027", "year"), ("1990", "decade"), ("1990", "about_year")]
)
def test_what_two_digits_cannot_say_is_inexpressible(value: str, precision: str) -> None:
    """Another century, or a precision that fillers do not have."""
    with pytest.raises(Inexpressible):
        BIRTH.write({"precision": precision, "value": value})


@settings(deadline=None)  # a busy machine is no fault of the code
@given(st.text("0123456789<", min_size=6, max_size=6))
def test_any_six_signs_have_a_verdict(text: str) -> None:
    """They are a date that comes back, or malformed."""
    try:
        read = BIRTH.read(text).value
    except Malformed:
        return
    assert BIRTH.write(read).text == text


@pytest.mark.parametrize(("text", "code"), [("M", "1"), ("f", "2"), ("<", "0"), ("X", "0")])
def test_sex_becomes_iso_5218(text: str, code: str) -> None:
    """Not specified is not known, never not applicable."""
    assert SEX.read(text).value == code


@pytest.mark.parametrize(
    ("text", "code", "reasons"),
    [
        ("NLD", "NLD", []),
        ("D", "DEU", []),
        ("XXA", "XXA", []),
        ("RKS", "XK", []),
        ("GBN", "GBR", [Reason.COARSENED]),
        ("UNO", "XXX", [Reason.COARSENED]),
    ],
)
def test_nationalities_of_documents_become_codes_of_the_contract(text: str, code: str, reasons: list[Reason]) -> None:
    """What says more than the code is kept beside it."""
    reading = NATIONALITY.read(text)
    assert (reading.value, [note.reason for note in reading.notes]) == (code, reasons)


def test_every_nationality_is_written_as_the_contract_has_it() -> None:
    """The words of documents are read only; the specimen country is no nationality."""
    assert {NATIONALITY.write(code).text for code in NATIONALITIES} == NATIONALITIES
    with pytest.raises(Malformed):
        NATIONALITY.read("UTO")

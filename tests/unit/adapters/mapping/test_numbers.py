"""Numbers with a form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.interface import Reason
from adapters.mapping.conversion import Converter, Malformed
from adapters.mapping.numbers import AccountNumber, Degrees, Digits, Marked, Phone, Whole

PHONE = Phone(region="NL")
PLATE = Marked(what="plate", low=2, high=12)
HEIGHT = Whole(low=30, high=272, unit="cm")
IMEI = Digits(what="IMEI", count=15)
LATITUDE = Degrees(limit=90)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("06-12345678", "+31612345678"),
        ("+31 6 1234 5678", "+31612345678"),
        ("+31 (0)6 12345678", "+31612345678"),
        ("0040 700 000 020", "+40700000020"),
        ("(030) 000.00.00", "+31300000000"),
    ],
)
def test_phones_become_e164(text: str, number: str) -> None:
    """Every habit of writing a number leads to one spelling, which is written without a plus sign."""
    assert PHONE.read(text).value == number
    assert PHONE.write(number).text == f"00{number[1:]}"
    assert PHONE.read(PHONE.write(number).text).value == number


@pytest.mark.parametrize(
    ("converter", "text"),
    [
        (PHONE, "bel kantoor"),
        (PHONE, "12345678"),
        (PHONE, "+31"),
        (PHONE, "0031612345678901234"),
        (PHONE, "\u0660\u0666\u0661\u0662\u0663\u0664\u0665\u0666"),
        (PLATE, "geel busje!"),
        (PLATE, "A"),
        (PLATE, "A" * 13),
        (HEIGHT, "1,80 m"),
        (HEIGHT, "18"),
        (HEIGHT, "273"),
        (HEIGHT, "-180"),
        (HEIGHT, "9" * 400),
        (IMEI, "12345"),
        (IMEI, "x" * 15),
        (LATITUDE, "52.37"),
        (LATITUDE, "90,000001"),
        (LATITUDE, "52,1234567"),
    ],
)
def test_what_has_another_form_is_malformed(converter: Converter, text: str) -> None:
    """Nothing is converted from other units or cut into form."""
    with pytest.raises(Malformed):
        converter.read(text)


def test_units_may_stand_behind_whole_numbers() -> None:
    """The declared unit is read, in any case, and not written."""
    assert HEIGHT.read("180 CM").value == 180
    assert HEIGHT.write(180).text == "180"


@pytest.mark.parametrize(
    ("region", "text", "number"),
    [
        ("PL", "512 345 678", "+48512345678"),
        ("IT", "06 1234 5678", "+390612345678"),
        ("HU", "06 1 234 5678", "+3612345678"),
        ("BE", "0470 12 34 56", "+32470123456"),
        (None, "+7 912 345-67-89", "+79123456789"),
        (None, "0049 30 000000", "+4930000000"),
    ],
)
def test_the_region_says_how_a_country_dials_inside(region: str | None, text: str, number: str) -> None:
    """Some countries have no prefix, and some keep the zero."""
    assert Phone(region=region).read(text).value == number


def test_a_national_number_needs_a_region() -> None:
    """Without one it may be anywhere, and is malformed."""
    with pytest.raises(Malformed):
        Phone().read("06 12345678")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("nl91 abna 0417 1643 00", "NL91ABNA0417164300"),
        ("DE89.3704-0044 0532.0130 00", "DE89370400440532013000"),
        ("NL00 TEST 0000 0000 00", "NL00TEST0000000000"),
        ("12-345 678", "12-345 678"),
        ("bc1qTestOnly", "bc1qTestOnly"),
    ],
)
def test_ibans_have_one_spelling_and_other_numbers_stay(text: str, number: str) -> None:
    """Blanks and case mean nothing in an IBAN alone; its check digits are a matter of quality."""
    assert AccountNumber().read(text).value == number


def test_plates_stay_as_written() -> None:
    """A plate keeps its separators, and letters that look alike stay what they are."""
    assert PLATE.read("UT-01-XX").value == PLATE.write("UT-01-XX").text == "UT-01-XX"
    assert PLATE.read("A\u0412C123").notes == ()
    assert [note.reason for note in PLATE.read("UT\u00ad01").notes] == [Reason.COARSENED]


def test_digits_keep_leading_zeros() -> None:
    """Separators go, zeros stay."""
    assert IMEI.read("00-000000-000000-1").value == "000000000000001"
    assert IMEI.write("000000000000001").text == "000000000000001"


@settings(deadline=None)  # a busy machine is no fault of the code
@given(st.integers(-90_000_000, 90_000_000))
def test_coordinates_come_back(value: int) -> None:
    """Millionths of a degree survive the decimal comma, without floating point."""
    assert LATITUDE.read(LATITUDE.write(value).text).value == value


def test_short_decimals_are_filled() -> None:
    """Missing decimals are zeros."""
    assert LATITUDE.read("-4,9").value == -4_900_000
    assert LATITUDE.read("4").value == 4_000_000

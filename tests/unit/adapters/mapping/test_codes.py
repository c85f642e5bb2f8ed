"""Code lists and fields of several values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.interface import Reason
from adapters.mapping.codes import CodeList, Many, split_escaped
from adapters.mapping.conversion import Inexpressible, Malformed, Note
from adapters.mapping.text import Text
from contracts.errors import Code

COLOURS = CodeList(
    "Kleur",
    {"licht": "white", "wit": "white", "rood": "red"},
    {"licht": Note(Reason.COARSENED, "light is read as white")},
)


def test_words_are_compared_without_case() -> None:
    """A word is found whatever its case and blanks."""
    assert COLOURS.read(" ROOD ").value == "red"
    assert COLOURS.knows("rood")
    assert not COLOURS.knows("blauw")
    assert set(COLOURS.values) == {"white", "red"}


def test_unknown_words_are_refused() -> None:
    """A word outside the list has the code A04 and is never passed through."""
    with pytest.raises(Malformed) as caught:
        COLOURS.read("blauw")
    assert caught.value.code is Code.A04_CODE


def test_words_that_say_more_are_noted_and_not_written() -> None:
    """A word with a note leaves a trace in the residue; the exact word is the one that is written."""
    assert COLOURS.read("licht").notes[0].reason is Reason.COARSENED
    assert COLOURS.write("white").text == "wit"


def test_values_without_a_word_are_inexpressible() -> None:
    """A canonical value that the list lacks is not written as another one."""
    with pytest.raises(Inexpressible):
        COLOURS.write("blue")


def test_a_list_with_one_word_twice_is_a_defect() -> None:
    """Two words that differ in case only cannot both be in a list."""
    with pytest.raises(ValueError, match="case"):
        CodeList("X", {"a": 1, "A": 2})


def test_many_values_are_kept_once_and_in_order() -> None:
    """Values keep their order, or ascend where they are a set; repetitions go, and notes come once."""
    many = Many(COLOURS)
    assert many.read("wit| rood |wit").value == ["white", "red"]
    assert Many(COLOURS, as_set=True).read("wit|rood").value == ["red", "white"]
    assert len(many.read("licht|licht").notes) == 1
    assert many.knows("wit")
    assert not Many(Text()).knows("wit")


@pytest.mark.parametrize("text", ["wit||rood", "|wit", "wit|blauw", "wit\\rood", "wit\\"])
def test_one_bad_value_makes_the_field_malformed(text: str) -> None:
    """Empty values, unknown words and stray backslashes are refused."""
    with pytest.raises(Malformed):
        Many(COLOURS).read(text)


def test_too_many_values_are_malformed() -> None:
    """The contract's bound on lists holds in a field."""
    with pytest.raises(Malformed, match="more than 50"):
        Many(Text()).read("|".join(str(number) for number in range(51)))


def test_what_has_no_word_is_handed_back() -> None:
    """The values with words are written, and the rest is returned for the residue."""
    writing = Many(COLOURS).write(["red", "blue"])
    assert (writing.text, writing.rest) == ("rood", ["blue"])


@settings(deadline=None)  # a busy machine is no fault of the code
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1))
def test_escaping_is_lossless(values: list[str]) -> None:
    """Separators and backslashes inside values come back."""
    assert split_escaped(Many(_Plain()).write(values).text, "|") == values


class _Plain(Text):
    """Text as it is, so that only escaping is at work."""

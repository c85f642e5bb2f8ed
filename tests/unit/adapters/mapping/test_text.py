"""Text: one spelling, nothing hidden, nothing repaired in silence."""

from __future__ import annotations

import pytest

from adapters.interface import Reason
from adapters.mapping.conversion import Inexpressible, Malformed
from adapters.mapping.text import Name, SurnameWithParticle, Text, looks_double_encoded

SURNAME = SurnameWithParticle(name=Name(unknown_words=("onbekend", "nn")), words=frozenset({"de", "van", "der"}))


def reasons(text: str) -> list[Reason]:
    return [note.reason for note in Name().read(text).notes]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("e\u0301", "\u00e9"),
        ("a\u00a0b", "a b"),
        ("a   b", "a b"),
        ("Voor\u00adbeeld", "Voorbeeld"),
        ("a\u200bb", "ab"),
    ],
)
def test_text_has_one_spelling(text: str, value: str) -> None:
    """Composed letters, plain single blanks, no invisible characters."""
    assert Text().read(text).value == value


def test_invisible_characters_are_noted() -> None:
    """Leaving out a soft hyphen or zero-width character is said in a note; composing letters is no change."""
    assert reasons("Voor\u00adbeeld") == [Reason.COARSENED]
    assert reasons("e\u0301") == []


def test_text_of_invisible_characters_says_nothing() -> None:
    """Such a text is absent, and its note keeps it in the residue."""
    reading = Text().read("\u00ad\u200b")
    assert reading.value is None
    assert [note.reason for note in reading.notes] == [Reason.COARSENED]


@pytest.mark.parametrize("text", ["a\x07b", "a\u202eb", "a\nb", "a\ue000b"])
def test_control_and_direction_characters_are_malformed(text: str) -> None:
    """They can make a reader see something else than what is signed."""
    with pytest.raises(Malformed):
        Text().read(text)


def test_prose_keeps_line_breaks() -> None:
    """Line ends become LF, and blanks inside lines stay."""
    assert Text(lines=True).read("a\r\n\r\nb  c\rd").value == "a\n\nb  c\nd"


def test_limits_hold() -> None:
    """A text or name beyond its limit is malformed, not cut."""
    for converter in (Text(limit=3), Name(limit=3)):
        with pytest.raises(Malformed, match="longer than 3"):
            converter.read("abcd")
        assert converter.write("abcd").text == "abcd"


@pytest.mark.parametrize("text", ["M\u00c3\u00bcller", "Stra\u00c3\u0178e", "Garc\u00c3\u00ada", "\u00e2\u201a\u00ac"])
def test_double_encoded_text_is_reported_not_repaired(text: str) -> None:
    """UTF-8 read in a Western code page is flagged, and its letters stay."""
    assert looks_double_encoded(text)
    assert Reason.SUSPICIOUS in reasons(text)


@pytest.mark.parametrize("text", ["M\u00fcller", "\u0218tefan", "Zo\u00eb \u00c5\u00e5", "\u0160\u0161", "plain"])
def test_ordinary_letters_are_not_taken_for_damage(text: str) -> None:
    """Accented letters of any language are no double encoding."""
    assert not looks_double_encoded(text)


def test_particle_behind_a_comma() -> None:
    """The particle comes beside the surname, and the bare surname is written."""
    reading = SURNAME.read("Vries, van der")
    assert (reading.value, dict(reading.beside)) == ("Vries", {"particle": "van der"})
    assert SURNAME.read("Vries").beside == {}
    assert SURNAME.write("Vries").text == "Vries"


@pytest.mark.parametrize("text", ["Vries, onzin", ", de", "Vries,", "Vries, de, van"])
def test_no_particle_behind_a_comma_is_malformed(text: str) -> None:
    """What cannot be a particle is not guessed to be a name."""
    with pytest.raises(Malformed):
        SURNAME.read(text)


def test_a_surname_with_a_comma_cannot_be_written() -> None:
    """It would be read as surname and particle."""
    with pytest.raises(Inexpressible):
        SURNAME.write("Vries, de")


def test_unknown_names_are_values() -> None:
    """A word for an unknown name is the contract's `unknown`, which is more than absence."""
    assert SURNAME.knows("nn")
    assert SURNAME.read("NN").value == "unknown"
    assert SURNAME.write("unknown").text == "onbekend"
    assert Name().write("unknown").text == "unknown"

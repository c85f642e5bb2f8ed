"""Text has one spelling: what a reader cannot see is refused, and nothing is repaired."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.text import MAX_LINE, MAX_PROSE, Line, Prose, Short, fault_of

LINE, SHORT, PROSE = TypeAdapter(Line), TypeAdapter(Short), TypeAdapter(Prose)


@pytest.mark.parametrize(
    "text", ["Jan", "van der Vries-Ștefănescu", "Ĳsbrand", "Κώστας", "Щербаков", "O'Neill 2", "東京", "a b", "İı"]
)
def test_names_of_all_scripts_pass_unchanged(text: str) -> None:
    """Diacritics and other alphabets are content, not noise."""
    assert LINE.validate_python(text) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" a", id="leading blank"),
        pytest.param("a ", id="trailing blank"),
        pytest.param("a  b", id="two blanks"),
        pytest.param("é  b", id="two blanks beside a letter with an accent"),
        pytest.param("a\tb", id="tab"),
        pytest.param("a\nb", id="newline"),
        pytest.param("a\x00b", id="null"),
        pytest.param("a\x7fb", id="delete"),
        pytest.param("a\x85b", id="next line"),
        pytest.param("S\u0327", id="not composed"),
        pytest.param("a\u00a0b", id="no-break space"),
        pytest.param("a\u3000b", id="ideographic space"),
        pytest.param("a\u00adb", id="soft hyphen"),
        pytest.param("a\u200bb", id="zero width space"),
        pytest.param("a\u200db", id="zero width joiner"),
        pytest.param("a\u202eb", id="right-to-left override"),
        pytest.param("a\u2066b", id="isolate"),
        pytest.param("a\u200fb", id="right-to-left mark"),
        pytest.param("a\ufeffb", id="byte order mark"),
        pytest.param("a\u2028b", id="line separator"),
        pytest.param("a\ue000b", id="private use"),
        pytest.param("a\u0378b", id="unassigned"),
        pytest.param("a\ufe0fb", id="variation selector"),
        pytest.param("a\u034fb", id="grapheme joiner"),
        pytest.param("a\u3164b", id="Hangul filler"),
        pytest.param("a\u2800b", id="blank Braille"),
        pytest.param("a\U000e0041b", id="tag letter"),
    ],
)
def test_a_line_shows_all_that_it_holds(text: str) -> None:
    """Controls, bidi marks, invisible characters and second spellings are refused."""
    with pytest.raises(ValidationError):
        LINE.validate_python(text)


def test_lone_surrogates_are_no_text() -> None:
    """Half a character is refused before it reaches a signature."""
    assert fault_of("a\ud800b") is not None


def test_limits_are_exact() -> None:
    """The longest permitted text passes, one character more does not."""
    assert LINE.validate_python("x" * MAX_LINE)
    assert SHORT.validate_python("x" * 80)
    assert PROSE.validate_python("x" * MAX_PROSE)
    for adapter, limit in ((LINE, MAX_LINE), (SHORT, 80), (PROSE, MAX_PROSE)):
        with pytest.raises(ValidationError):
            adapter.validate_python("x" * (limit + 1))


def test_prose_has_lines_and_nothing_hidden() -> None:
    """Newlines and indentation are text; a bidi override in any line is not."""
    assert PROSE.validate_python("één\n\n  twee") == "één\n\n  twee"
    for text in ("a\r\nb", "a\u202eb\nc", "a\n", "a\tb"):
        with pytest.raises(ValidationError):
            PROSE.validate_python(text)


def test_a_fault_quotes_nothing() -> None:
    """The rule is named, the text is not."""
    assert "Geheim" not in (fault_of("Geheim\u202e") or "Geheim")

"""Accept text in one spelling: NFC, visible characters, single blanks, bounded length.

Refused rather than repaired: what looks the same must be the same, and a control or bidi-override
character can make a reader see something else than what was signed (CONTRACTS, principles).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

MAX_LINE = 300
"""Characters of a one-line text: longer than any name or address that the source systems hold."""
MAX_SHORT = 80
"""Characters of a number, code or label."""
MAX_PROSE = 16_000
"""Characters of a narrative: with all other sections it stays below the record limit."""

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidi, zero width, soft hyphen, tags), surrogate, private, unassigned, separators."""
_DEFAULT_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Characters of other categories that show nothing (Unicode Default_Ignorable_Code_Point, blank Braille)."""


def fault_of(text: str, *, newlines: bool = False) -> str | None:
    """Return which rule `text` breaks, or None. `newlines` permits U+000A inside."""
    if text != text.strip():
        return "starts or ends with a blank"
    if "  " in text and not newlines:
        return "has two blanks together"
    if text.isascii() and text.isprintable():
        return None
    if not unicodedata.is_normalized("NFC", text):
        return "is not in Unicode normal form C"
    return _character_fault(text.replace("\n", "") if newlines else text)


def _character_fault(text: str) -> str | None:
    categories = {unicodedata.category(character) for character in text if character != " "}
    if categories & _INVISIBLE_CATEGORIES or _DEFAULT_IGNORABLE.search(text):
        return "holds a control, bidi or invisible character"
    return "holds a blank other than U+0020" if "Zs" in categories else None


def _line(text: str) -> str:
    if fault := fault_of(text):
        raise ValueError(fault)
    return text


def _prose(text: str) -> str:
    if fault := fault_of(text, newlines=True):
        raise ValueError(fault)
    return text


Line = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LINE), AfterValidator(_line)]
"""One line of text."""
Short = Annotated[str, StringConstraints(min_length=1, max_length=MAX_SHORT), AfterValidator(_line)]
"""A number, code or label of another system."""
Prose = Annotated[str, StringConstraints(min_length=1, max_length=MAX_PROSE), AfterValidator(_prose)]
"""Free text of several lines."""

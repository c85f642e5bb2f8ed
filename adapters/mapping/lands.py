"""Read a country's list of names for countries and nationalities."""

from __future__ import annotations


def words_of(table: str, column: int) -> dict[str, str]:
    """Return the words in a column of `code|names|nationality` lines, each with its code.

    Several words of a column stand between `/`; the first is the one that is written.
    """
    found: dict[str, str] = {}
    for line in table.splitlines():
        cells = line.split("|")
        found |= {word: cells[0] for word in cells[column].split("/") if word}
    return found

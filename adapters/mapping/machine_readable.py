"""Read values as a machine-readable zone spells them (ICAO Doc 9303-3): dates, sex, nationality."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.interface import Reason
from adapters.mapping.codes import CodeList
from adapters.mapping.conversion import Inexpressible, Malformed, Note, Reading, Writing
from adapters.mapping.dates import UNKNOWN, partial
from contracts.values import NATIONALITIES

_FORM = re.compile(r"(\d\d|<<)(\d\d|<<)(\d\d|<<)", re.ASCII)
_FILLER = "<<"

SEX = CodeList("MRZ sex", {"M": "1", "F": "2", "<": "0", "X": "0"})
"""ICAO 9303-3 §4.7, as ISO/IEC 5218: a filler and X say that it is not specified."""

_AS_GBR = dict.fromkeys(("GBD", "GBN", "GBO", "GBP", "GBS"), "GBR")
_OF_NO_STATE = dict.fromkeys(("EUE", "UNA", "UNO", "XCC", "XCE", "XCO", "XEC", "XMP", "XOM", "XPO"), "XXX")
NATIONALITY = CodeList(
    "ICAO 9303 nationalities",
    {**{code: code for code in sorted(NATIONALITIES)}, "D": "DEU", "RKS": "XK", "UNK": "XK", **_AS_GBR, **_OF_NO_STATE},
    {
        **dict.fromkeys(_AS_GBR, Note(Reason.COARSENED, "a status in British nationality law, read as British")),
        **dict.fromkeys(
            _OF_NO_STATE, Note(Reason.COARSENED, "the document of an organisation; it names no nationality")
        ),
    },
)
"""Three letters, and the codes of ICAO 9303-3 §5 that ISO 3166-1 does not have. The specimen UTO is not among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineReadableDate:
    """A date `YYMMDD`; fillers stand for what is not known. Two digits do not tell the century, so the table does.

    `turn` is the last year of two digits that belongs to this century: 26 for births in a file of 2026.
    """

    turn: int

    def read(self, text: str, /) -> Reading:
        """Read day, month or year, whatever is known."""
        match = _FORM.fullmatch(text.strip())
        if match is None or (match[2] == _FILLER != match[3]) or (match[1] == _FILLER != match[2]):
            raise Malformed(
                "the value is no date of a machine-readable zone", "write YYMMDD, with < for what is unknown"
            )
        if match[1] == _FILLER:
            return Reading(UNKNOWN)
        year = int(match[1]) + (2000 if int(match[1]) <= self.turn else 1900)
        known = [int(part) for part in (match[2], match[3]) if part != _FILLER]
        try:
            date(year, *[*known, 1, 1][:2])
        except ValueError as fault:
            raise Malformed("the date does not exist", "write YYMMDD, with < for what is unknown") from fault
        return Reading(partial(("year", "month", "day")[len(known)], year, *known))

    def write(self, value: Any, /) -> Writing:
        """Write two digits each; a year of another century has none."""
        if value["precision"] == "unknown":
            return Writing(_FILLER * 3)
        if value["precision"] not in {"day", "month", "year"}:
            raise Inexpressible("a machine-readable zone has no date of this precision")
        year, *rest = str(value["value"]).split("-")
        text = "".join([year[2:], *rest]).ljust(len("YYMMDD"), "<")
        if self.read(text).value != value:
            raise Inexpressible("a machine-readable zone has no year of this century")
        return Writing(text)

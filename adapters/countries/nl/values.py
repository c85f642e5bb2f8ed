"""Converters of the Dutch format that no other country shares, and the ones it sets up once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.interface import Reason
from adapters.mapping.citation import Citation
from adapters.mapping.conversion import Malformed, Note, Reading, Writing
from adapters.mapping.dates import DayMonthYear, PartialDate, WholeDate
from adapters.mapping.instants import EuropeanTime, LocalInstant
from adapters.mapping.numbers import Marked, Phone, Whole
from adapters.mapping.text import Name, SurnameWithParticle, Text

NULL_WORDS = frozenset(
    {
        "-",
        "--",
        "---",
        "?",
        "??",
        "n.v.t.",
        "nvt",
        "n.b.",
        "nb",
        "nn",
        "n.n.",
        "niet bekend",
        "onb.",
        "onbekend",
        "x",
        "xx",
    }
)
"""Words for "nothing known" in Dutch files. "geen" is not one: it says that there is none."""

_PARTICLE_WORDS = """
's 't aan af auf bij boven d' da dal de degli dei del della den der di do don dos du een el en het ibn im in
la las le les lo los of onder op over s' t' te ten ter tot uijt uit van vande vanden vander vom von voor vor
zu zum zur al al- bin bint
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
"""What particles of surnames consist of (Tabel 36 of the Dutch population register, and foreign ones)."""

_BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)

ORDER = DayMonthYear(separator="-", shown="dd-mm-jjjj")
DATE = PartialDate(order=ORDER, unknown_word="onbekend")
EXACT_DATE = PartialDate(order=ORDER, unknown_word="onbekend", conventional=frozenset())
"""For dates of papers and sightings: there 1 January is a day like others."""
DAY = WholeDate(order=ORDER)
INSTANT = LocalInstant(order=ORDER, zone=EuropeanTime(standard=1), clock="uu:mm")
NAME = Name(unknown_words=("onbekend", "nn", "n.n."))
"""Surname and first names can be known to be unknown (ECRIS-TCN)."""
FREE_NAME = Name()
SURNAME = SurnameWithParticle(name=NAME, words=_PARTICLES)
LINE = Text()
CITATION = Citation(
    country="nl",
    form=re.compile(
        r"(?P<law>\S+)(?: (?P<number>\d{4}[/-]\d{1,4}))? (?:art\.? ?)"
        r"(?P<article>\d{1,3}[a-z]{0,2}(?:-\d{1,2}[a-z]?)?(?:-[a-z]{1,4})?)"
    ),
    instruments={"Richtlijn": "dir", "Verordening": "reg", "Kaderbesluit": "fd"},
    gdpr="AVG",
    union="{law} art. {article}",
    national="{law} art. {article}",
    shown="Richtlijn 2011/36 art. 9, AVG art. 6-1-d, Wpg art. 15a",
)
"""A legal basis: "Richtlijn 2011/36 art. 9", "AVG art. 6-1-d", or a Dutch law, as "Wpg art. 15a"."""
SHORT = Text(limit=80)
PHONE = Phone(country="31")
PLATE = Marked(what="plate", low=2, high=12)
DOCUMENT_NUMBER = Marked(what="document number", low=3, high=30)
HEIGHT = Whole(low=30, high=272, unit="cm")


@dataclass(frozen=True, slots=True)
class Bsn:
    """A citizen service number: nine digits. One that fails the eleven test is flagged, not refused.

    A wrong digit in a number is a flaw of quality that a reader must know of; who the person is stands
    elsewhere in the record.
    """

    def read(self, text: str, /) -> Reading:
        """Read the digits, with or without dots and blanks between them."""
        digits = re.sub(r"[ .]", "", text)
        if not re.fullmatch(r"[0-9]{9}", digits):
            raise Malformed("a BSN has nine digits", "write all nine, with leading zeros")
        if passes_eleven_test(digits):
            return Reading(digits)
        return Reading(digits, (Note(Reason.SUSPICIOUS, "the BSN fails the eleven test"),))

    def write(self, value: str, /) -> Writing:
        """Write the digits."""
        return Writing(value)


def passes_eleven_test(digits: str) -> bool:
    """Check nine digits: their sum with the weights 9 to 2 and -1 is a multiple of 11, and not all are zero."""
    total = sum(weight * int(digit) for weight, digit in zip(_BSN_WEIGHTS, digits, strict=True))
    return total % 11 == 0 and int(digits) > 0

"""Converters of the Dutch format, set up once."""

from __future__ import annotations

import re

from adapters.mapping.citation import Citation
from adapters.mapping.dates import DayMonthYear, PartialDate, WholeDate
from adapters.mapping.instants import EuropeanTime, LocalInstant
from adapters.mapping.numbers import AccountNumber, Digits, Marked, Phone, Whole
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
PHONE = Phone(region="NL")
PLATE = Marked(what="plate", low=2, high=12)
DOCUMENT_NUMBER = Marked(what="document number", low=3, high=30)
BSN = Digits(what="BSN", count=9)
ACCOUNT_NUMBER = AccountNumber()
HEIGHT = Whole(low=30, high=272, unit="cm")

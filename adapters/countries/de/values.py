"""Converters of the German format, set up once."""

from __future__ import annotations

import re

from adapters.mapping.citation import Citation
from adapters.mapping.dates import DayMonthYear, PartialDate, WholeDate, YearMonthDay
from adapters.mapping.instants import EuropeanTime, LocalInstant
from adapters.mapping.numbers import AccountNumber, Degrees, Digits, Marked, Phone, Whole
from adapters.mapping.text import Name, SurnameBehindParticle, Text

NULL_WORDS = frozenset(
    {
        "-",
        "--",
        "---",
        "?",
        "??",
        "entfällt",
        "k. a.",
        "k.a.",
        "keine angabe",
        "keine angaben",
        "n. n.",
        "n.b.",
        "n.n.",
        "nicht bekannt",
        "nn",
        "o. a.",
        "o.a.",
        "ohne angabe",
        "ohne angaben",
        "unbek.",
        "unbekannt",
        "x",
        "xx",
    }
)
"""Words for "nothing known" in German files. "keine" is not one: it says that there is none."""

_PARTICLES = frozenset(
    [
        "al",
        "auf",
        "aus",
        "da",
        "de",
        "dei",
        "del",
        "della",
        "den",
        "der",
        "des",
        "di",
        "do",
        "du",
        "el",
        "la",
        "le",
        "ten",
        "ter",
        "van",
        "vom",
        "von",
        "zu",
        "zum",
        "zur",
    ]
)
"""What particles of surnames consist of, in small letters; Al and El with a capital are part of the surname."""

ORDER = DayMonthYear(separator=".", shown="TT.MM.JJJJ")
ISO = YearMonthDay(separator="-", shown="JJJJ-MM-TT")
_ABOUT = ("ca.", "ca", "circa", "etwa", "um", "~")
_UNKNOWN = "unbekannt"
DATE = PartialDate(order=ORDER, unknown_word=_UNKNOWN, about=_ABOUT)
EXACT_DATE = PartialDate(order=ORDER, unknown_word=_UNKNOWN, about=_ABOUT, conventional=frozenset())
"""For dates of sightings: there 1 January is a day like others."""
PAPER_DATE = PartialDate(order=ISO, unknown_word=_UNKNOWN, about=_ABOUT, conventional=frozenset())
"""For dates of papers, which come from machine-readable zones and registers: year first."""
DAY = WholeDate(order=ORDER)
INSTANT = LocalInstant(order=ORDER, zone=EuropeanTime(standard=1), clock="SS:MM")
NAME = Name(unknown_words=("unbekannt", "nn", "n.n.", "unbekannte person"))
"""Names can be known to be unknown (ECRIS-TCN); a person whom the file calls "Unbekannte Person" has no known one."""
FREE_NAME = Name()
SURNAME = SurnameBehindParticle(name=NAME, words=_PARTICLES)
LINE = Text()
SHORT = Text(limit=80)
PHONE = Phone(region="DE", plus=True)
IMEI = Digits(what="IMEI", count=15)
PLATE = Marked(what="plate", low=2, high=12)
DOCUMENT_NUMBER = Marked(what="document number", low=3, high=30)
ACCOUNT_NUMBER = AccountNumber()
HEIGHT = Whole(low=30, high=272, unit="cm")
AGE = Whole(low=0, high=130, unit="Jahre")
LATITUDE = Degrees(limit=90)
LONGITUDE = Degrees(limit=180)
CITATION = Citation(
    country="de",
    form=re.compile(
        r"(?:§|art\.?) ?"
        r"(?P<article>\d{1,3}[a-z]{0,2}(?: abs\. \d{1,2}[a-z]?)?(?: lit\. [a-z]{1,4})?) "
        r"(?P<law>\S+)(?: \(e[ug]\))?(?: (?P<number>\d{4}/\d{1,4}))?"
    ),
    instruments={"Richtlinie": "dir", "Verordnung": "reg", "Rahmenbeschluss": "fd"},
    gdpr="DSGVO",
    union="Art. {article} {law}",
    national="§ {article} {law}",
    shown="Art. 7 Richtlinie 2023/977, Art. 9 Abs. 2 lit. c DSGVO, § 163e StPO",
    laws=("BDSG", "BKAG", "BPolG", "StGB", "StPO", "AufenthG", "SchwarzArbG"),
    paragraph=" Abs. ",
    point=" lit. ",
)
"""A legal basis: "Art. 36 Verordnung (EU) 2018/1862", "Art. 9 Abs. 2 lit. c DSGVO", "§ 163e StPO"."""

"""Converters that the MISP table sets up once, and the one word that Baken brings: an offence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from adapters.interface import Reason
from adapters.mapping.conversion import Inexpressible, Malformed, Note, Reading, Writing
from adapters.mapping.dates import PartialDate, WholeDate, YearMonthDay
from adapters.mapping.instants import ZonedInstant
from adapters.mapping.numbers import AccountNumber, Formed, Marked, Phone
from adapters.mapping.pictures import Jpeg
from adapters.mapping.table import Each, OnMalformed, Row
from adapters.mapping.text import Checked, InScript, Name, SurnameBehindParticle, Text
from contracts.codes import DatePrecision, OffenceScheme
from contracts.stated import urgency_fault
from contracts.text import MAX_PROSE
from contracts.values import COUNTRIES, legal_basis_fault

REFUSE = OnMalformed.REFUSE
NULL_WORDS = frozenset(
    {"-", "--", "---", "?", "??", "n/a", "na", "none", "null", "unknown", "not known", "not available"}
)
"""Words for "nothing known" in MISP events. They stand where an import had to fill a field."""

_PARTICLE_WORDS = """
af al al- auf aus ben bin d' da dal das de degli dei del della den der di do dos du el ibn la las le les lo los of op
't te ten ter uit van vom von zu zum zur
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_ORDER = YearMonthDay(separator="-", shown="YYYY-MM-DD")
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}.*)", re.ASCII)
_OFFENCE = re.compile(r"(ecris|iccs|[a-z]{3}|xk):(.+)", re.IGNORECASE)
_UUID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"

DATE = PartialDate(order=_ORDER, unknown_word="unknown")
"""A birth date: 1 January stands for a year alone in many registers."""
EXACT_DATE = PartialDate(order=_ORDER, unknown_word="unknown", conventional=frozenset())
DAY = WholeDate(order=_ORDER)
INSTANT = ZonedInstant()
LINE = Text()
SHORT = Text(limit=80)
PROSE = Text(limit=MAX_PROSE, lines=True)
PHONE = Phone(plus=True)
ACCOUNT_NUMBER = AccountNumber()
IMEI = Formed(what="IMEI", form="[0-9]{15}", shown="15 digits")
VIN = Formed(what="vehicle identification number", form="[A-HJ-NPR-Z0-9]{17}", shown="17 letters and digits")
PLATE = Marked(what="plate", low=2, high=12)
NUMBER = Marked(what="document number", low=3, high=30)
REGION = Formed(what="region", form="[A-Z]{2}-[A-Z0-9]{1,3}", shown="an ISO 3166-2 code")
PICTURE = Jpeg(plain=True)
GIVEN_NAME = InScript(Name(unknown_words=("unknown",)))
SURNAME = InScript(SurnameBehindParticle(name=Name(unknown_words=("unknown",)), words=_PARTICLES))
FULL_NAME = GIVEN_NAME
"""A whole name can be known to be unknown; another name that is unknown says nothing."""
NAME = InScript(Name())
BASIS = Checked(legal_basis_fault, "write as dir-2011-36:art9, gdpr:art6-1-d or nat-be:penal-code-art433quinquies")
URGENCY = Checked(urgency_fault, "write routine, or a level with its reason, as urgent:flight_risk")
IDENTIFIER = Text(limit=120)
EVENT_AND_PERSON = re.compile(rf"({_UUID})(?:/({_UUID}))?")
"""A national id that MISP itself gives: the UUID of an event, and that of the person in it."""


@dataclass(frozen=True, slots=True)
class DayOfInstant:
    """A date that MISP keeps as an instant: the time of day, where there is one, is left out."""

    def read(self, text: str, /) -> Reading:
        """Read the date before the time."""
        match = _INSTANT.fullmatch(text.strip())
        reading = EXACT_DATE.read(match[1] if match is not None else text)
        if match is None or match[2].startswith("00:00:00"):
            return reading
        note = Note(Reason.COARSENED, "the time of day is left out")
        return Reading(reading.value, (*reading.notes, note))

    def write(self, value: Any, /) -> Writing:
        """Write a whole date; MISP takes nothing less here."""
        if value["precision"] != DatePrecision.DAY:
            raise Inexpressible("MISP holds whole dates alone here")
        return EXACT_DATE.write(value)


@dataclass(frozen=True, slots=True)
class Offence:
    """An offence in one word: `ecris:0402`, `iccs:0204`, or the country of a national code, `BEL:433quinquies`."""

    def read(self, text: str, /) -> Reading:
        """Take scheme, or country, and code apart."""
        match = _OFFENCE.fullmatch(text)
        scheme = match[1].casefold() if match is not None else ""
        if match is not None and scheme in {OffenceScheme.ECRIS, OffenceScheme.ICCS}:
            return Reading({"code": match[2], "scheme": scheme})
        if match is None or scheme.upper() not in COUNTRIES:
            raise Malformed("the value names no list of offences", "write as ecris:0402, iccs:0204 or BEL:433quinquies")
        return Reading({"code": match[2], "country": scheme.upper(), "scheme": OffenceScheme.NATIONAL.value})

    def write(self, value: dict[str, Any], /) -> Writing:
        """Write them together."""
        return Writing(f"{value.get('country') or value['scheme']}:{value['code']}")


def tag(name: str, path: str, converter: Any, *, default: Any = None) -> Row:
    """Return the row of a tag `baken:<name>` that stands once."""
    return Row(field=f"@Tag/baken:{name}[1]", path=path, converter=converter, default=default, on_malformed=REFUSE)


def tags(name: str, path: str, converter: Any, *, as_set: bool = True, default: tuple[Any, ...] = ()) -> Each:
    """Return the row of tags `baken:<name>` that may stand several times."""
    return Each(
        field=f"@Tag/baken:{name}[{{n}}]",
        path=path,
        converter=converter,
        as_set=as_set,
        default=default,
        on_malformed=REFUSE,
    )


def own(relation: str, path: str, converter: Any, *, refuse: bool = False) -> Row:
    """Return the row of an attribute of the object `baken-alert`."""
    on_malformed = REFUSE if refuse else OnMalformed.RESIDUE
    return Row(field=f"baken-alert[1]/{relation}[1]", path=path, converter=converter, on_malformed=on_malformed)


def first(relation: str, path: str, converter: Any, **more: Any) -> Row:
    """Return the row of the first attribute of a relation, in an object that the group around it names."""
    return Row(field=f"{relation}[1]", path=path, converter=converter, **more)

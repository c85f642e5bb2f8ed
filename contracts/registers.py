"""National register numbers of persons: whose check digits are right, and what birth date and sex they state.

The rules are those of python-stdnum; this table says which of its numbers a country gives to a person. It lists
numbers that everybody has, or nearly: other numbers of a country are not judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from stdnum.be import ssn as be_ssn
from stdnum.bg import egn
from stdnum.ch import ssn as ch_ssn
from stdnum.cz import rc as cz_rc
from stdnum.dk import cpr
from stdnum.ee import ik
from stdnum.es import dni, nie
from stdnum.exceptions import InvalidFormat, ValidationError
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gr import amka
from stdnum.hr import oib
from stdnum.ie import pps
from stdnum.is_ import kennitala
from stdnum.it import codicefiscale
from stdnum.lt import asmens
from stdnum.lv import pvn
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.si import emso
from stdnum.sk import rc as sk_rc
from stdnum.tr import tckimlik

from contracts.codes import Sex

_SEXES = MappingProxyType({"M": Sex.MALE, "F": Sex.FEMALE})
_CENTURY = 100


@dataclass(frozen=True, slots=True)
class Register:
    """One kind of number. `century` tells whether its birth date has one, or two numbers a century apart are alike."""

    name: str
    validate: Callable[[str], str]
    born: Callable[[str], date | None] | None = None
    sex: Callable[[str], str | None] | None = None
    century: bool = True


@dataclass(frozen=True, slots=True)
class Stated:
    """What a right number says of its owner; None for what it does not say."""

    born: date | None
    sex: Sex | None
    century: bool

    def may_be_born(self, first: date, last: date) -> bool:
        """Tell whether the birth date of the number may lie between two days, both included."""
        if self.born is None:
            return True
        shifts = (0,) if self.century else (-_CENTURY, 0, _CENTURY)
        return any(first <= moved <= last for shift in shifts if (moved := _moved(self.born, shift)) is not None)


def _moved(day: date, years: int) -> date | None:
    """Return the day in another century; 29 February 1900 does not exist."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return None


def _odd_is_male(place: int) -> Callable[[str], str | None]:
    return lambda number: "M" if int(number[place]) % 2 else "F"


def _even_is_male(number: str) -> str | None:
    """Read the ninth digit of an EGN (Bulgarian ordinance on civil registration)."""
    return "F" if int(number[8]) % 2 else "M"


def _of_cnp(number: str) -> str | None:
    """Read the first digit of a CNP; 9 is given to foreigners of either sex."""
    return None if number[0] == "9" else _odd_is_male(0)(number)


def _of_rc(number: str) -> str | None:
    """Read the month of a rodné číslo: 50 is added for women."""
    return "F" if int(number[2:4]) > 50 else "M"  # noqa: PLR2004 - what the rule adds


def _of_nir(number: str) -> str | None:
    """Read the first digit of a NIR; 1 and 2 are usual, 3, 4, 7 and 8 temporary."""
    return _odd_is_male(0)(number)


REGISTERS: Mapping[str, tuple[Register, ...]] = MappingProxyType(
    {
        "BEL": (Register("rijksregisternummer", be_ssn.validate, be_ssn.get_birth_date, be_ssn.get_gender),),
        "BGR": (Register("EGN", egn.validate, egn.get_birth_date, _even_is_male),),
        "CHE": (Register("AHV number", ch_ssn.validate),),
        "CZE": (Register("rodné číslo", cz_rc.validate, cz_rc.get_birth_date, _of_rc),),
        "DNK": (Register("CPR number", cpr.validate, cpr.get_birth_date, _odd_is_male(-1)),),
        "ESP": (Register("DNI", dni.validate), Register("NIE", nie.validate)),
        "EST": (Register("isikukood", ik.validate, ik.get_birth_date, ik.get_gender),),
        "FIN": (Register("henkilötunnus", hetu.validate, None, _odd_is_male(-2)),),
        "FRA": (Register("NIR", nir.validate, None, _of_nir),),
        "GRC": (Register("AMKA", amka.validate, amka.get_birth_date, amka.get_gender, century=False),),
        "HRV": (Register("OIB", oib.validate),),
        "IRL": (Register("PPS number", pps.validate),),
        "ISL": (Register("kennitala", kennitala.validate),),
        "ITA": (
            Register(
                "codice fiscale",
                codicefiscale.validate,
                codicefiscale.get_birth_date,
                codicefiscale.get_gender,
                century=False,
            ),
        ),
        "LTU": (Register("asmens kodas", asmens.validate, ik.get_birth_date, ik.get_gender),),
        "LVA": (Register("personas kods", pvn.validate),),
        "NLD": (Register("BSN", bsn.validate),),
        "NOR": (
            Register(
                "fødselsnummer",
                fodselsnummer.validate,
                fodselsnummer.get_birth_date,
                fodselsnummer.get_gender,
                century=False,
            ),
        ),
        "POL": (Register("PESEL", pesel.validate, pesel.get_birth_date, pesel.get_gender),),
        "ROU": (Register("CNP", cnp.validate, cnp.get_birth_date, _of_cnp),),
        "SVK": (Register("rodné číslo", sk_rc.validate, cz_rc.get_birth_date, _of_rc),),
        "SVN": (Register("EMŠO", emso.validate, emso.get_birth_date, emso.get_gender),),
        "SWE": (
            Register(
                "personnummer",
                personnummer.validate,
                personnummer.get_birth_date,
                personnummer.get_gender,
                century=False,
            ),
        ),
        "TUR": (Register("kimlik number", tckimlik.validate),),
    }
)
"""By ISO 3166-1 alpha-3 code of the country that gives the number."""


def judge(country: str, number: str) -> Stated | str | None:
    """Return what a number states, or the rule that it breaks; None where no register of that country is known.

    Of several registers the one is meant whose form the number has. A year of two digits is read as
    python-stdnum does; for such numbers the century is left open.
    """
    registers = REGISTERS.get(country)
    if registers is None:
        return None
    for register in registers:
        try:
            plain = register.validate(number)
            return Stated(_born(register, plain), _sex(register, plain), register.century)
        except InvalidFormat:
            continue
        except ValidationError:
            return f"fails the check of a {register.name}"
    return f"does not have the form of a {' or '.join(register.name for register in registers)}"


def _born(register: Register, number: str) -> date | None:
    return None if register.born is None else register.born(number)


def _sex(register: Register, number: str) -> Sex | None:
    said = None if register.sex is None else register.sex(number)
    return None if said is None else _SEXES[said]

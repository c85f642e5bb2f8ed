"""Recognise a person whom this issuer already knows as a victim, without keeping who that is.

Only keyed hashes are stored. Two records are about one person when a document or register number
is the same, or when name and full birth date are (DESIGN 6). Names are compared in the forms of a
machine-readable zone: case, accents, separators and the script never make another person.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, bindparam, delete, insert, select

from broker.gateway.tables import known_victims
from broker.gateway.vault import Vault
from contracts.codes import DatePrecision, IdentityStatus, SignalOutcome, VictimStatus
from contracts.derive import document_key
from contracts.parts import SectionModel
from contracts.romanise import machine_readable
from contracts.sections.documents import Documents
from contracts.sections.identity import Identity, IdentitySection, Name
from contracts.sections.observation import Observation
from contracts.sections.status import Status
from contracts.values import UNKNOWN

_VICTIM = (
    select(known_victims.c.sub).where(known_victims.c.person_mark.in_(bindparam("marks", expanding=True))).limit(1)
)


def person_marks(vault: Vault, sections: Mapping[str, SectionModel]) -> frozenset[str]:
    """Return the keyed hashes that any record about this person has in common with others."""
    identity, documents = sections.get("identity"), sections.get("documents")
    found = {
        vault.mark("document", _number(document.number))
        for document in (documents.documents if isinstance(documents, Documents) else ())
    }
    for one in identity.identities if isinstance(identity, IdentitySection) else ():
        # A misused identity belongs to somebody else.
        if one.status is not IdentityStatus.MISUSED:
            found |= set(_identity_marks(vault, one))
    return frozenset(found)


def is_known_victim(connection: Connection, marks: frozenset[str]) -> bool:
    """Tell whether a victim alert of this gateway is about a person with one of these marks."""
    if not marks:
        return False
    return connection.scalar(_VICTIM, {"marks": sorted(marks)}) is not None


def remember_victim(
    connection: Connection, sub: str, marks: frozenset[str], sections: Mapping[str, SectionModel]
) -> None:
    """Keep the marks of the present version of an alert as far as it calls the person a victim.

    A victim alert does unless the status is rejected; a signal where a victim is presumed.
    """
    connection.execute(delete(known_victims).where(known_victims.c.sub == sub))
    if not marks or not _calls_a_victim(sections):
        return
    connection.execute(insert(known_victims), [{"person_mark": mark, "sub": sub} for mark in sorted(marks)])


def _calls_a_victim(sections: Mapping[str, SectionModel]) -> bool:
    status, observation = sections.get("status"), sections.get("observation")
    if isinstance(status, Status):
        return status.victim_status is not VictimStatus.REJECTED
    assessment = observation.assessment if isinstance(observation, Observation) else None
    return assessment is not None and assessment.outcome is SignalOutcome.PRESUMED_VICTIM


def _identity_marks(vault: Vault, one: Identity) -> Iterator[str]:
    for entry in one.register_numbers or ():
        yield vault.mark("register", entry.country, _number(entry.number))
    born = one.birth.date if one.birth is not None else None
    if born is None or born.precision is not DatePrecision.DAY:
        return
    for words in {words for name in one.names or () for words in _words(name)}:
        yield vault.mark("name-and-birth", words, born.value)


def _number(text: str) -> str:
    return document_key(text) or _level(text)


def _words(name: Name) -> Iterator[str]:
    """Yield the words of each form of a name in one order: which of them is the surname differs between records."""
    parts = [text for text in (name.surname, name.forenames, name.full) if text is not None and text != UNKNOWN]
    text = " ".join(parts)
    forms = machine_readable(text, name.script) or (_level(text).replace(" ", "<"),)
    for form in forms:
        if form:
            yield " ".join(sorted(set(form.split("<"))))


def _level(text: str) -> str:
    """Level the spelling of a script that has no romanisation here."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(one for one in bare if unicodedata.category(one) != "Mn")
    return " ".join("".join(one if one.isalnum() else " " for one in kept).split())

"""Check the least that an event must say, and what its sections say about each other (CONTRACTS 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.codes import (
    AgeAssertion,
    HandlingCode,
    IdentityStatus,
    NameType,
)
from contracts.errors import Code
from contracts.events import DERIVED, SUSPECT_ALERT, VICTIM_ALERT, EventSpec, Lifecycle, is_a
from contracts.findings import Finding
from contracts.parts import SectionModel
from contracts.sections.documents import Documents
from contracts.sections.handling import Handling
from contracts.sections.identity import Identity, IdentitySection
from contracts.sections.notice import Notice
from contracts.sections.objects import Objects
from contracts.sections.report import Report
from contracts.sections.status import Status
from contracts.values import UNKNOWN

Sections = Mapping[str, SectionModel]

_NICKNAMES = frozenset({NameType.PSEUDONYM, NameType.NICKNAME})


def lacking(path: str, rule: str, remedy: str) -> Finding:
    """Make a finding of missing or contradictory content."""
    return Finding(code=Code.A05_MINIMUM, path=path, rule=rule, remedy=remedy)


def matrix_findings(known: EventSpec, sections: Sections, *, complete: bool) -> Iterator[Finding]:
    """Compare the sections with those of the type. `complete` asks for the derived ones and `handling` too."""
    for name in sorted(set(sections) - set(known.sections)):
        yield lacking(f"sections.{name}", f"is no section of {known.name}", "leave it out")
    for name in sorted(set(sections) & DERIVED if not complete else ()):
        yield lacking(f"sections.{name}", "is derived by the gateway", "leave it out")
    excused = {"audience"} if complete else {"audience", "handling", *DERIVED}
    for name in sorted(known.required - set(sections) - excused):
        yield lacking(f"sections.{name}", f"is required in {known.name}", "add it")
    if known.any_of and not known.any_of & set(sections):
        names = " or ".join(sorted(known.any_of))
        yield lacking("sections", f"needs {names}", "add one of them")


def content_findings(known: EventSpec, sections: Sections) -> Iterator[Finding]:
    """Check minimum content and the rules across sections, whole event at hand."""
    if is_a(known.type, SUSPECT_ALERT):
        yield from _suspect_findings(sections)
    if is_a(known.type, VICTIM_ALERT):
        yield from _victim_findings(sections)
    if known.lifecycle in {Lifecycle.ALERT, Lifecycle.MESSAGE}:
        yield from _name_findings(sections)
        yield from _note_findings(sections)
    yield from said_findings(known, sections)


def said_findings(known: EventSpec, sections: Sections) -> Iterator[Finding]:
    """Check that a notice or report says what its type is for."""
    for name in ("notice", "report"):
        section = sections.get(name)
        if isinstance(section, (Notice, Report)) and known.says and getattr(section, known.says, None) is None:
            yield lacking(name, f"does not hold {known.says}, as {known.name} wants", f"state {known.says}")


def _suspect_findings(sections: Sections) -> Iterator[Finding]:
    identity = sections.get("identity")
    named = isinstance(identity, IdentitySection) and any(_has_surname_or_alias(one) for one in identity.identities)
    if not named and not _object_identifies(sections):
        remedy = "state a surname, an alias or an object that identifies"
        yield lacking("identity", "names nobody and no object identifies anybody", remedy)


def _victim_findings(sections: Sections) -> Iterator[Finding]:
    status, identity = sections.get("status"), sections.get("identity")
    stated = isinstance(status, Status) and (
        status.age_band is not None or status.age_assertion is AgeAssertion.PRESUMED_CHILD
    )
    known = isinstance(identity, IdentitySection) and any(
        one.age is not None
        or (one.birth is not None and one.birth.date is not None and one.birth.date.bounds() is not None)
        for one in identity.identities
        if one.status is not IdentityStatus.MISUSED
    )
    if not stated and not known:
        remedy = "state an age band, a birth date, or that a child is presumed"
        yield lacking("status.age_band", "says nothing of the age", remedy)


def _name_findings(sections: Sections) -> Iterator[Finding]:
    """First name and surname may not both be unknown unless something else identifies (ECRIS-TCN quality rule 2)."""
    identity = sections.get("identity")
    if not isinstance(identity, IdentitySection):
        return
    identified = (
        isinstance(sections.get("documents"), Documents)
        or _object_identifies(sections)
        or any(_has_alias(one) or one.register_numbers is not None for one in identity.identities)
    )
    for position, one in enumerate(identity.identities):
        if one.names is None or identified or any(name.identifies for name in one.names):
            continue
        yield lacking(
            f"identity.identities[{position}].names",
            "leave surname and first name both unknown, and nothing else identifies the person",
            "add an alias, a document or an object that identifies, or leave the identity out",
        )


def _note_findings(sections: Sections) -> Iterator[Finding]:
    handling = sections.get("handling")
    if not isinstance(handling, Handling):
        return
    noted = "handling_note" in sections
    if HandlingCode.H3 in handling.codes and not noted:
        yield lacking("sections.handling_note", "is missing although H3 stands", "add the text, or drop H3")
    if noted and HandlingCode.H3 not in handling.codes:
        yield lacking("handling.codes", "lack H3 although a handling_note stands", "add H3, or drop the text")


def _has_surname_or_alias(one: Identity) -> bool:
    if one.status is IdentityStatus.MISUSED:
        return False
    return _has_alias(one) or any(
        name.surname not in {None, UNKNOWN} or name.full not in {None, UNKNOWN} for name in one.names or ()
    )


def _has_alias(one: Identity) -> bool:
    return any(
        name.identifies and (one.status is IdentityStatus.ALIAS or name.type in _NICKNAMES) for name in one.names or ()
    )


def _object_identifies(sections: Sections) -> bool:
    objects = sections.get("objects")
    return isinstance(objects, Objects) and objects.identify

"""Choose the version in which an event is issued, and put it into that version (docs/versions.md).

Drafts, rules and adapters know the newest version of a type. What is signed is the newest version that
every recipient can receive, by its line of the trust list: one event for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from broker.trust.view import Participant, TrustView
from contracts.draft import Draft
from contracts.errors import Code
from contracts.events import spec
from contracts.findings import Finding
from contracts.identifiers import AuthorityId
from contracts.minimum import matrix_findings
from contracts.parts import SectionModel
from contracts.reading import read_section
from contracts.versions import Lost, common, moved, newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """Sections as the version `type` signs them, and what of the newest version it cannot hold."""

    type: str
    contents: Mapping[str, Any] = field(repr=False)
    lost: tuple[Lost, ...] = ()
    findings: tuple[Finding, ...] = ()


def in_newest(draft: Draft) -> tuple[Draft, tuple[Lost, ...], list[Finding]]:
    """Return a draft of a known type in the newest version, what got lost, and why it cannot be said there."""
    latest = newest(draft.type)
    if latest == draft.type:
        return draft, (), []
    contents = {name: section.content() for name, section in draft.sections.items()}
    there = moved(contents, source=draft.type, target=latest)
    sections, findings = _read(there.contents, latest)
    return replace(draft, type=latest, sections=sections), there.lost, findings


def issue_in(
    latest: str,
    sections: Mapping[str, SectionModel],
    *,
    recipients: Iterable[str],
    participant: AuthorityId,
    trust: TrustView,
) -> Issued:
    """Return the sections of an event of type `latest` in the version that all of `recipients` can receive.

    Who is on no list has no say here; that is refused elsewhere.
    """
    known = spec(latest)
    listed = [one for one in map(trust.participant, recipients) if one is not None]
    type_ = common(known, _issues(trust.participant(participant)), [one.profiles for one in listed])
    contents = {name: section.content() for name, section in sections.items()}
    if type_ == latest:
        return Issued(type=type_, contents=contents)
    there = moved(contents, source=latest, target=type_)
    read, findings = _read(there.contents, type_)
    findings += matrix_findings(spec(type_), read, complete=True)
    return Issued(type=type_, contents=there.contents, lost=there.lost, findings=tuple(findings))


def _issues(participant: Participant | None) -> frozenset[str]:
    return frozenset() if participant is None else participant.issues


def _read(contents: Mapping[str, Any], event_type: str) -> tuple[dict[str, SectionModel], list[Finding]]:
    sections: dict[str, SectionModel] = {}
    findings: list[Finding] = []
    for name, content in contents.items():
        read = read_section(name, content, code=Code.A03_FIELD, event_type=event_type)
        if isinstance(read, SectionModel):
            sections[name] = read
        else:
            findings += [replace(one, rule=f"{one.rule} of {event_type}") for one in read]
    return sections, findings

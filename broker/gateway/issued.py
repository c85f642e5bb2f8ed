"""Choose the version in which an event is issued, and put it into that version (docs/versions.md).

Drafts, rules and adapters know the newest version of a type. What is signed is the newest version that
every recipient can receive, by its line of the trust list: one event for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from broker.trust.view import Participant, TrustView
from contracts.events import spec
from contracts.findings import Finding
from contracts.identifiers import AuthorityId
from contracts.minimum import matrix_findings
from contracts.parts import SectionModel
from contracts.versions import Lost, common, moved, read_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """Sections as the version `type` signs them, and what of the newest version it cannot hold."""

    type: str
    contents: Mapping[str, Any] = field(repr=False)
    lost: tuple[Lost, ...] = ()
    findings: tuple[Finding, ...] = ()

    def of(self, sections: Mapping[str, SectionModel]) -> dict[str, SectionModel]:
        """Return those of `sections`, in the newest version, that this one has too."""
        return {name: section for name, section in sections.items() if name in self.contents}


def issue_in(
    latest: str,
    sections: Mapping[str, SectionModel],
    *,
    recipients: Iterable[str],
    participant: AuthorityId,
    trust: TrustView,
) -> Issued:
    """Return the sections of an event of type `latest` in the version that all of `recipients` can receive.

    They are named as `PARTICIPANT` or `PARTICIPANT:profile`. Who is on no list has no say here; that is
    refused elsewhere.
    """
    known = spec(latest)
    named = [trust.participant(text.partition(":")[0]) for text in recipients]
    listed = [one for one in named if one is not None]
    type_ = common(known, _issues(trust.participant(participant)), [one.profiles for one in listed])
    contents = {name: section.content() for name, section in sections.items()}
    if type_ == latest:
        return Issued(type=type_, contents=contents)
    there = moved(contents, source=latest, target=type_)
    read, findings = read_as(type_, there.contents)
    findings += matrix_findings(spec(type_), read, complete=True)
    return Issued(type=type_, contents=there.contents, lost=there.lost, findings=tuple(findings))


def _issues(participant: Participant | None) -> frozenset[str]:
    return frozenset() if participant is None else participant.issues

"""Choose who gets an alert and what each profile opens; say everything that stands against it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from broker.settings import Route
from broker.trust.view import TrustView
from contracts.codes import Condition, LegalRegime
from contracts.draft import Draft
from contracts.errors import Code, RecordError
from contracts.events import EVENTS, is_a
from contracts.findings import Finding
from contracts.identifiers import AuthorityId
from contracts.minimisation import POLICIES, POLICY
from contracts.parts import SectionModel
from contracts.policy import Facts, audience_faults, choose
from contracts.sections.handling import Handling
from contracts.sections.status import Status
from contracts.wire import AudienceEntry

_REMEDIES = {
    Code.E10_NO_AUDIENCE: "add a route for this type and purpose to gateway.toml, or name recipients with --to",
    Code.E10_RECIPIENT: "name participants of the trust list other than yourself",
    Code.E10_PROFILE: "use the profile that the trust list gives the recipient for this type",
    Code.E10_REGIME: "publish for care and for police as two records, each with the legal bases of its regime",
    Code.E10_HANDLING: "make handling and recipients agree",
}
_OTHER_REMEDY = "open less, or state the condition if it holds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """Who gets an alert, or what stands against it."""

    entries: tuple[AudienceEntry, ...]
    findings: tuple[Finding, ...]


def regime_of_basis(basis: Sequence[str]) -> LegalRegime:
    """Return the regime that the legal bases speak of: care is under the GDPR, everything else is police."""
    found = {POLICIES[POLICY].regime_of_basis(word) for word in basis}
    return LegalRegime.GDPR if found == {LegalRegime.GDPR} else LegalRegime.LED


def address(
    draft: Draft,
    sections: Mapping[str, SectionModel],
    *,
    wanted: Sequence[str],
    participant: AuthorityId,
    trust: TrustView,
    approved: bool,
) -> Addressed:
    """Return the audience of a draft with its full `sections`.

    `wanted` lists `PARTICIPANT:profile` or `PARTICIPANT`. `approved` says that a second approval is given to
    the event as a whole, so that every entry of `audience` names it.
    """
    findings: list[Finding] = []
    profiles: dict[str, str] = {}
    for text in wanted:
        name, _, profile = text.partition(":")
        listed = trust.participant(name)
        if listed is None or name == participant:
            findings.append(_finding(Code.E10_RECIPIENT, "names no other participant of the trust list"))
        elif draft.type not in listed.profiles or (profile and listed.profiles[draft.type] != profile):
            findings.append(_finding(Code.E10_PROFILE, "gives a recipient a profile that the trust list does not"))
        else:
            profiles[name] = listed.profiles[draft.type]
    known, handling = EVENTS.get(draft.type), sections.get("handling")
    if known is not None and known.answers and draft.ref is not None and profiles.keys() - {draft.ref.iss}:
        findings.append(_finding(Code.E10_RECIPIENT, "names others than the issuer of the event that it answers"))
    if known is None or not isinstance(handling, Handling):
        return Addressed(entries=(), findings=tuple(findings))
    if set(profiles.values()) - set(known.profiles):
        findings.append(_finding(Code.E10_PROFILE, "gives a recipient a profile that the type does not have"))
        return Addressed(entries=(), findings=tuple(findings))
    entries = _entries(draft, sections, handling, profiles, approved=approved)
    if not (findings and not entries):
        faults = audience_faults(
            event_type=draft.type,
            purpose=draft.purpose,
            basis=draft.basis,
            handling=handling,
            audience=entries,
            regime_of=lambda name: trust.participants[AuthorityId(name)].regime.value,
            third_country_of=lambda name: trust.participants[AuthorityId(name)].third_country,
        )
        findings += [_finding(fault.code, fault.detail) for fault in faults]
    return Addressed(entries=entries, findings=tuple(findings))


def refused_by(fault: RecordError) -> Finding:
    """Return a refusal as a finding."""
    return _finding(fault.code, fault.detail)


def addressees(draft: Draft, *, to: Sequence[str] | None, routes: Sequence[Route]) -> list[str]:
    """Return who gets a draft, as `PARTICIPANT:profile` or `PARTICIPANT`: those in `to`, else those by default.

    What answers goes back; the rest follows the routes, which hold for every version of their type.
    """
    if to is not None:
        return list(to)
    known = EVENTS.get(draft.type)
    if known is not None and known.answers and draft.ref is not None:
        return [draft.ref.iss]
    regime = regime_of_basis(draft.basis).value
    return [
        recipient
        for route in routes
        if known is not None and is_a(route.type, known)
        if (route.purpose, route.regime) == (draft.purpose, regime)
        for recipient in route.to
    ]


def _entries(
    draft: Draft,
    sections: Mapping[str, SectionModel],
    handling: Handling,
    profiles: Mapping[str, str],
    *,
    approved: bool,
) -> tuple[AudienceEntry, ...]:
    status = sections.get("status")
    facts = Facts(
        type=draft.type,
        purpose=draft.purpose,
        minor=handling.minor,
        present=frozenset(sections),
        asserted=draft.claims,
        kind=status.kind if isinstance(status, Status) else None,
    )
    extra = {Condition.SECOND_APPROVAL.value} if approved else set()
    choices = {profile: choose(facts, profile) for profile in set(profiles.values())}
    because = {profile: tuple(sorted({*choice.because, *extra})) for profile, choice in choices.items()}
    return tuple(
        AudienceEntry(because=because[profile], profile=profile, sections=choices[profile].sections, to=name)
        for name, profile in sorted(profiles.items())
    )


def _finding(code: Code, rule: str) -> Finding:
    return Finding(code=code, path="audience", rule=rule, remedy=_REMEDIES.get(code, _OTHER_REMEDY))

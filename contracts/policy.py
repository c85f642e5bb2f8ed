"""Recheck what an issuer decided: who may open what, under which handling and regime (DESIGN 6, CONTRACTS 3).

The issuing gateway sees everything and chooses (`contracts.choice`); the hub and auditors see `audience`,
`handling` and the claims, and check those. A rule that needs content (the alert kind, the consent record) is
checked by the gateway and again by recipients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from contracts.choice import (
    IMAGE,
    STATUS,
    YOUNG,
    Choice,
    Facts,
    asks_for_minor,
    choose,
    conditions,
    disclosable,
    disclosure_faults,
    maximum,
    profile_word,
    table,
    version,
    victim_purpose,
)
from contracts.codes import Condition
from contracts.errors import Code, RecordError, refusal
from contracts.events import EventSpec, spec
from contracts.handling_rules import contradictions
from contracts.minimisation import POLICIES, POLICY, Policy
from contracts.sections.handling import Handling
from contracts.wire import AudienceEntry

__all__ = [
    "POLICY",
    "Choice",
    "Facts",
    "audience_faults",
    "check_audience",
    "choose",
    "conditions",
    "disclosable",
    "disclosure_faults",
    "maximum",
]

RegimeOf = Callable[[str], str | None]
"""Give the legal regime (`led`, `gdpr`) of a participant, None for an unknown one."""
ThirdCountryOf = Callable[[str], bool]
"""Tell whether a participant is in a third country."""


def check_audience(
    *,
    event_type: str,
    purpose: str,
    basis: Sequence[str],
    handling: Handling,
    audience: Sequence[AudienceEntry],
    regime_of: RegimeOf,
    third_country_of: ThirdCountryOf,
    policy: str = POLICY,
) -> None:
    """Check everything of step 10 that `audience`, `handling` and the claims show.

    Not checked here: that the disclosures match their digests, that recipients are participants and
    that the trust list gives each of them this profile. The detail of a refusal names sections,
    profiles, conditions and codes only.

    Raises:
        MisaddressedRecord: nobody is addressed (E10-no-audience), or an unknown participant (E10-recipient).
        ForbiddenSection: E10-profile, E10-handling, E10-regime or E10-section.
    """
    for fault in audience_faults(
        event_type=event_type,
        purpose=purpose,
        basis=basis,
        handling=handling,
        audience=audience,
        regime_of=regime_of,
        third_country_of=third_country_of,
        policy=policy,
    ):
        raise fault


def audience_faults(
    *,
    event_type: str,
    purpose: str,
    basis: Sequence[str],
    handling: Handling,
    audience: Sequence[AudienceEntry],
    regime_of: RegimeOf,
    third_country_of: ThirdCountryOf,
    policy: str = POLICY,
) -> Iterator[RecordError]:
    """Yield every fault that `check_audience` could raise, most basic first."""
    known = spec(event_type)
    if not audience and known.profiles:
        yield refusal(Code.E10_NO_AUDIENCE, "audience names nobody")
        return
    if policy not in POLICIES:
        yield refusal(Code.E10_SECTION, "policy version is unknown")
        return
    strange = {entry.profile for entry in audience} - set(known.profiles)
    if strange:
        yield from (
            refusal(Code.E10_PROFILE, f"{known.name} has no profile {profile_word(name)}") for name in sorted(strange)
        )
        return
    applied = version(policy)
    yield from _handling_faults(
        applied, known, basis=basis, handling=handling, audience=audience, third_country_of=third_country_of
    )
    yield from _regime_faults(applied, known, basis=basis, handling=handling, audience=audience, regime_of=regime_of)
    yield from _section_faults(applied, known, purpose, handling, audience)


def _handling_faults(
    applied: Policy,
    known: EventSpec,
    *,
    basis: Sequence[str],
    handling: Handling,
    audience: Sequence[AudienceEntry],
    third_country_of: ThirdCountryOf,
) -> Iterator[RecordError]:
    details = [*contradictions(handling, applied), *_approval_faults(handling, audience)]
    opened = {section for entry in audience for section in entry.sections}
    if handling.minor is None and asks_for_minor(applied, known, opened):
        details.append("minor is not stated")
    if any(third_country_of(entry.to) for entry in audience):
        excluding = applied.rules.regimes.no_third_country_basis
        if handling.no_third_country:
            details.append("no_third_country, yet a recipient is in a third country")
        if any(word.startswith(excluding) for word in basis):
            source = applied.rules.regimes.no_third_country_source
            details.append(f"basis {excluding.rstrip(':')} excludes third countries ({source})")
    note = applied.rules.handling.note
    noted = note.code in handling.codes
    for entry in _one_per_profile(audience):
        shown = note.section in entry.sections
        if noted and not {note.beside, note.section} <= set(entry.sections):
            details.append(f"{note.code} without {note.beside} and {note.section} for profile {entry.profile}")
        if shown and not noted:
            details.append(f"{note.section} without {note.code} for profile {entry.profile}")
    yield from (refusal(Code.E10_HANDLING, detail) for detail in details)


def _approval_faults(handling: Handling, audience: Sequence[AudienceEntry]) -> Iterator[str]:
    """Who approved stands in `handling` exactly where `audience` names the condition, and is not who acted."""
    approved = handling.approved_by is not None
    if {Condition.SECOND_APPROVAL in entry.because for entry in audience} - {approved} or (approved and not audience):
        yield "because names second_approval exactly where approved_by stands: here only one of them does"
    if approved and handling.approved_by == handling.actor:
        yield "approved_by is the actor: a second approval is another person's"


def _regime_faults(
    applied: Policy,
    known: EventSpec,
    *,
    basis: Sequence[str],
    handling: Handling,
    audience: Sequence[AudienceEntry],
    regime_of: RegimeOf,
) -> Iterator[RecordError]:
    if not audience:
        return  # auditors alone: no recipient whose regime there is
    wanted = {applied.regimes[entry.profile] for entry in audience}
    if len(wanted) > 1:
        yield refusal(Code.E10_REGIME, "profile care stands beside other profiles")
        return
    regime = wanted.pop()
    found = {regime_of(entry.to) for entry in audience}
    if None in found:
        yield refusal(Code.E10_RECIPIENT, "a recipient has no regime")
    if found - {None, regime.value}:
        yield refusal(Code.E10_REGIME, f"a recipient is not under {regime.value}, as its profile wants")
    if known.lifecycle in applied.rules.regimes.answers_under_own:
        return  # an answer stands under the regime of its issuer, which may be care writing to police
    if handling.legal_regime is not regime:
        yield refusal(Code.E10_REGIME, f"legal_regime is not {regime.value}, as the profiles want")
    if any(applied.regime_of_basis(word) is not regime for word in basis):
        yield refusal(Code.E10_REGIME, f"basis does not fit {regime.value}")


def _section_faults(
    applied: Policy, known: EventSpec, purpose: str, handling: Handling, audience: Sequence[AudienceEntry]
) -> Iterator[RecordError]:
    shapes = {(entry.profile, entry.sections, entry.because) for entry in audience}
    if len(shapes) != len({entry.profile for entry in audience}):
        yield refusal(Code.E10_SECTION, "a profile does not open the same sections for all its recipients")
    alone = applied.alone[known.lifecycle]
    for entry in _one_per_profile(audience):
        details = [] if entry.sections else ["no section is opened"]
        rows = table(known.type, entry.profile, minor=handling.minor, purpose=purpose, policy=applied.version)
        stated = frozenset(entry.because)
        needed: set[str] = set()
        for section in entry.sections:
            wanted = rows.get(section)
            if wanted is None:
                details.append(f"section {_named(known, section)} is never opened")
            elif wanted:
                needed |= wanted
                details += [f"section {section} needs {word.value}" for word in sorted(wanted - stated)]
        if IMAGE in entry.sections and handling.minor in YOUNG and STATUS not in known.sections:
            details.append("section image of a minor is never opened")
        if Condition.VICTIM_PURPOSE in needed | stated and not victim_purpose(applied, purpose, handling.minor):
            details.append("victim_purpose does not hold under this purpose")
        if stated - needed - alone:
            details.append("because names a condition that no opened section needs")
        yield from (refusal(Code.E10_SECTION, f"profile {entry.profile}: {detail}") for detail in details)


def _one_per_profile(audience: Sequence[AudienceEntry]) -> list[AudienceEntry]:
    """Return each different entry of each profile once; recipients of a profile are alike."""
    return list({(entry.profile, entry.sections, entry.because): entry for entry in audience}.values())


def _named(known: EventSpec, section: str) -> str:
    return section if section in known.sections else "of that name"

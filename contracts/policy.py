"""Decide which sections a profile opens, and recheck what an issuer decided (DESIGN 6, CONTRACTS 3).

The issuing gateway sees everything and chooses; the hub and auditors see `audience`, `handling` and
the claims, and check those. A rule that needs content (the alert kind, the consent record) is
checked by the gateway and again by recipients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from contracts.codes import Condition, HandlingCode, LegalRegime, Minor, Profile, VictimAlertKind
from contracts.errors import Code, RecordError, refusal
from contracts.events import VICTIM_ALERT, EventSpec, Lifecycle, spec
from contracts.handling_rules import contradictions
from contracts.minimisation import POLICIES, POLICY, Maximum, Policy
from contracts.sections.handling import Handling
from contracts.wire import AudienceEntry

__all__ = ["POLICY", "Choice", "Facts", "audience_faults", "check_audience", "choose", "conditions", "maximum"]

RegimeOf = Callable[[str], str | None]
"""Give the legal regime (`led`, `gdpr`) of a participant, None for an unknown one."""
ThirdCountryOf = Callable[[str], bool]
"""Tell whether a participant is in a third country."""

SIS_BASIS = "reg-2018-1862:"
CARE_BASIS = "gdpr:"
_EXTRA = frozenset({Condition.SECOND_APPROVAL})
"""May be named without a section that needs it: it also lets a known victim be published as a suspect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a choice of sections depends on. `present` are the sections that the event has."""

    type: str
    purpose: str
    minor: Minor | None
    present: frozenset[str]
    asserted: frozenset[Condition] = frozenset()
    kind: VictimAlertKind | None = None
    policy: str = POLICY


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Sections that a profile opens, the conditions that allow it, and why each other one stays closed."""

    sections: tuple[str, ...]
    because: tuple[str, ...]
    withheld: MappingProxyType[str, str]


def maximum(event_type: str, profile: str, policy: str = POLICY) -> Maximum:
    """Return the sections that `profile` may open in an event of the type, with the conditions of each.

    Raises:
        UnknownEventType: E05-type.
        ForbiddenSection: the policy is unknown (E10-section), or the type has no such profile (E10-profile).
    """
    known = spec(event_type)
    version = _version(policy)
    if profile not in known.profiles:
        raise refusal(Code.E10_PROFILE, f"{known.name} has no profile {_known(profile)}")
    return version.maximum[known.type, profile]


def conditions(
    event_type: str, profile: str, section: str, *, minor: Minor | None, policy: str = POLICY
) -> frozenset[Condition] | None:
    """Return the conditions under which `profile` may open `section`; None if it never may.

    Raises:
        RecordError: as `maximum` does.
    """
    return _table(event_type, profile, _young(minor), policy).get(section)


@lru_cache(maxsize=256)
def _table(event_type: str, profile: str, young: bool, policy: str) -> Maximum:
    """Work a table out once: the hub asks for every section of every record. Bounded by what can exist."""
    rows = maximum(event_type, profile, policy)
    extra = _version(policy).minor_conditions if young else {}
    return {section: needed | extra.get(section, frozenset()) for section, needed in rows.items()}


def choose(facts: Facts, profile: str) -> Choice:
    """Open everything that the policy permits `profile`, and say why the rest stays closed.

    Raises:
        RecordError: as `maximum` does.
    """
    opened: list[str] = []
    because: set[Condition] = set()
    withheld: dict[str, str] = {}
    for section in sorted(facts.present - {"audience"}):
        needed = conditions(facts.type, profile, section, minor=facts.minor, policy=facts.policy)
        reason = _closed_because(facts, profile, section, needed)
        if needed is None or reason is not None:
            withheld[section] = reason or ""
            continue
        opened.append(section)
        because |= needed
    return Choice(
        sections=tuple(opened),
        because=tuple(sorted(word.value for word in because)),
        withheld=MappingProxyType(withheld),
    )


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
    if not audience:
        yield refusal(Code.E10_NO_AUDIENCE, "audience names nobody")
        return
    if policy not in POLICIES:
        yield refusal(Code.E10_SECTION, "policy version is unknown")
        return
    strange = {entry.profile for entry in audience} - set(known.profiles)
    if strange:
        yield from (
            refusal(Code.E10_PROFILE, f"{known.name} has no profile {_known(name)}") for name in sorted(strange)
        )
        return
    yield from _handling_faults(known, basis, handling, audience, third_country_of)
    yield from _regime_faults(known, basis, handling, audience, regime_of)
    yield from _section_faults(known, purpose, handling, audience, policy)


def _handling_faults(
    known: EventSpec,
    basis: Sequence[str],
    handling: Handling,
    audience: Sequence[AudienceEntry],
    third_country_of: ThirdCountryOf,
) -> Iterator[RecordError]:
    details = list(contradictions(handling))
    if known.lifecycle is Lifecycle.ALERT and handling.minor is None:
        details.append("minor is not stated")
    if any(third_country_of(entry.to) for entry in audience):
        if handling.no_third_country:
            details.append("no_third_country, yet a recipient is in a third country")
        if any(word.startswith(SIS_BASIS) for word in basis):
            details.append("basis reg-2018-1862 excludes third countries (art. 65)")
    noted = HandlingCode.H3 in handling.codes
    for entry in _one_per_profile(audience):
        shown = "handling_note" in entry.sections
        if noted and not {"handling", "handling_note"} <= set(entry.sections):
            details.append(f"H3 without handling and handling_note for profile {entry.profile}")
        if shown and not noted:
            details.append(f"handling_note without H3 for profile {entry.profile}")
    yield from (refusal(Code.E10_HANDLING, detail) for detail in details)


def _regime_faults(
    known: EventSpec,
    basis: Sequence[str],
    handling: Handling,
    audience: Sequence[AudienceEntry],
    regime_of: RegimeOf,
) -> Iterator[RecordError]:
    care = {entry.profile == Profile.CARE for entry in audience}
    if len(care) > 1:
        yield refusal(Code.E10_REGIME, "profile care stands beside other profiles")
        return
    wanted = LegalRegime.GDPR if True in care else LegalRegime.LED
    found = {regime_of(entry.to) for entry in audience}
    if None in found:
        yield refusal(Code.E10_RECIPIENT, "a recipient has no regime")
    if found - {None, wanted.value}:
        yield refusal(Code.E10_REGIME, f"a recipient is not under {wanted.value}, as its profile wants")
    if known.lifecycle is Lifecycle.RECEIPT:
        return  # an answer stands under the regime of its issuer, which may be care writing to police
    if handling.legal_regime is not wanted:
        yield refusal(Code.E10_REGIME, f"legal_regime is not {wanted.value}, as the profiles want")
    if any(word.startswith(CARE_BASIS) is not (wanted is LegalRegime.GDPR) for word in basis):
        yield refusal(Code.E10_REGIME, f"basis does not fit {wanted.value}")


def _section_faults(
    known: EventSpec, purpose: str, handling: Handling, audience: Sequence[AudienceEntry], policy: str
) -> Iterator[RecordError]:
    shapes = {(entry.profile, entry.sections, entry.because) for entry in audience}
    if len(shapes) != len({entry.profile for entry in audience}):
        yield refusal(Code.E10_SECTION, "a profile does not open the same sections for all its recipients")
    for entry in _one_per_profile(audience):
        details = [] if entry.sections else ["no section is opened"]
        table = _table(known.type, entry.profile, _young(handling.minor), policy)
        stated = frozenset(entry.because)
        needed: set[str] = set()
        for section in entry.sections:
            wanted = table.get(section)
            if wanted is None:
                details.append(f"section {_named(known, section)} is never opened")
            elif wanted:
                needed |= wanted
                details += [f"section {section} needs {word.value}" for word in sorted(wanted - stated)]
        if "image" in entry.sections and _young(handling.minor) and known is not VICTIM_ALERT:
            details.append("section image of a minor is never opened")
        if Condition.VICTIM_PURPOSE in needed and not _victim_purpose(purpose, handling.minor, policy):
            details.append("victim_purpose does not hold under this purpose")
        if stated - needed - (_EXTRA if known.lifecycle is Lifecycle.ALERT else set()):
            details.append("because names a condition that no opened section needs")
        yield from (refusal(Code.E10_SECTION, f"profile {entry.profile}: {detail}") for detail in details)


def _closed_because(facts: Facts, profile: str, section: str, needed: frozenset[Condition] | None) -> str | None:
    if needed is None:
        return f"never for profile {profile}"
    version = _version(facts.policy)
    if section == "image" and _young(facts.minor) and facts.kind not in version.minor_image_kinds:
        return "image of a minor is not opened in this kind of alert"
    lacking = sorted(
        word.value
        for word in needed
        if not (
            _victim_purpose(facts.purpose, facts.minor, facts.policy)
            if word is Condition.VICTIM_PURPOSE
            else word in facts.asserted
        )
    )
    return f"needs {', '.join(lacking)}" if lacking else None


def _victim_purpose(purpose: str, minor: Minor | None, policy: str) -> bool:
    version = _version(policy)
    return purpose in (version.minor_purposes if _young(minor) else version.victim_purposes)


def _young(minor: Minor | None) -> bool:
    return minor is Minor.YES or minor is Minor.PRESUMED


def _version(policy: str) -> Policy:
    version = POLICIES.get(policy)
    if version is None:
        raise refusal(Code.E10_SECTION, "policy version is unknown")
    return version


def _one_per_profile(audience: Sequence[AudienceEntry]) -> list[AudienceEntry]:
    """Return each different entry of each profile once; recipients of a profile are alike."""
    return list({(entry.profile, entry.sections, entry.because): entry for entry in audience}.values())


def _known(profile: str) -> str:
    """Name a profile in a detail only if it is ours: other text would be the record's own."""
    return profile if profile in frozenset(Profile) else "of that name"


def _named(known: EventSpec, section: str) -> str:
    return section if section in known.sections else "of that name"

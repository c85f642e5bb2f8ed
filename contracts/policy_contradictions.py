"""Find what contradicts itself in a policy: such a policy is refused before anything is decided by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from contracts.codes import Condition, HandlingCode, JudicialUse, LegalRegime, Onward, Profile
from contracts.events import EVENTS, SUSPECT_ALERT, VICTIM_ALERT, Lifecycle, is_a
from contracts.policy_file import Opens, PolicyFile

NEVER_OPENED = frozenset({"audience", "consultations"})
"""For the hub and the auditors alone: recipients do not learn of each other."""
NEVER_FOR_CARE = frozenset(
    {
        "biometric_refs",
        "documents",
        "evaluation",
        "exploitation",
        "handling",
        "handling_note",
        "image",
        "match_keys",
        "movement",
        "narrative",
        "objects",
        "observation",
        "report",
        "role",
    }
)
"""The police story: an organisation that helps is no police authority (Directive (EU) 2016/680 art. 9(1))."""
VICTIM_AT_BORDER = frozenset({"handling", "markers"})
"""All that a border check ever learns of a victim (Regulation (EU) 2024/982 art. 25)."""


def contradictions(rules: PolicyFile, *, complete: bool) -> Iterator[str]:
    """Yield each contradiction in words of the file. `complete` asks for a table for every type and profile."""
    yield from _table_faults("maximum", rules.maximum)
    yield from _table_faults("disclosure.further", rules.disclosure.further)
    if complete:
        stated = {(one, profile) for table in rules.maximum for one in table.types for profile in table.profiles}
        for known in EVENTS.values():
            for name in sorted(set(known.profiles) - {profile for one, profile in stated if one == known.type}):
                yield f"maximum has no table for {known.type} and profile {name}"
    yield from _condition_faults(rules)
    yield from _minor_faults(rules)
    yield from _purpose_faults(rules)
    yield from _disclosure_faults(rules)
    yield from _handling_faults(rules)
    yield from _regime_faults(rules)


def _table_faults(where: str, tables: Iterable[Opens]) -> Iterator[str]:
    seen = set()
    for table in tables:
        for one in sorted({both for both in table.open if both in table.when}):
            yield f"{where}: section {one} is open and has conditions"
        for one in table.types:
            if one not in EVENTS:
                yield f"{where}: {one} is no event type"
                continue
            for profile in table.profiles:
                if (one, profile) in seen:
                    yield f"{where}: {one} and profile {profile.value} stand twice"
                seen.add((one, profile))
                yield from _opened_faults(f"{where}: {one}", one, profile, {*table.open, *table.when})


def _opened_faults(where: str, event_type: str, profile: Profile, sections: Iterable[str]) -> Iterator[str]:
    known, opened = EVENTS[event_type], frozenset(sections)
    if profile not in known.profiles:
        yield f"{where} has no profile {profile.value}"
    for name in sorted(opened - set(known.sections)):
        yield f"{where} has no section {name}"
    for name in sorted(opened & NEVER_OPENED):
        yield f"{where} opens {name}, which is for the hub and auditors"
    if profile is Profile.CARE:
        for name in sorted(opened & NEVER_FOR_CARE):
            yield f"{where} opens {name} to care, which is no police authority"
    if profile is Profile.BORDER and is_a(known.type, VICTIM_ALERT):
        for name in sorted(opened - VICTIM_AT_BORDER):
            yield f"{where} opens {name} of a victim at a border"
    if "match_keys" in opened and not is_a(known.type, SUSPECT_ALERT):
        yield f"{where} opens match_keys, which only a suspect has"


def _condition_faults(rules: PolicyFile) -> Iterator[str]:
    for condition in sorted(set(Condition) - set(rules.conditions)):
        yield f"conditions: {condition.value} is not described"
    for condition, rule in rules.conditions.items():
        if rule.follows_from_purpose is not (condition is Condition.VICTIM_PURPOSE):
            yield f"conditions: {condition.value} cannot follow from the purpose, or only from it"
        if rule.follows_from_purpose and rule.asserted_in:
            yield f"conditions: {condition.value} follows from the purpose and is asserted"
    for table in rules.maximum:
        needed = {
            **table.when,
            **{
                name: (*table.when.get(name, ()), *more)
                for name, more in rules.minor.conditions.items()
                if name in table.when or name in table.open
            },
        }
        for one in table.types:
            if one in EVENTS:
                yield from _unassertable(rules, f"maximum: {one}", needed, EVENTS[one].lifecycle)
    for table in rules.disclosure.further:
        yield from _unassertable(rules, "disclosure.further", table.when, Lifecycle.DISCLOSURE)


def _unassertable(
    rules: PolicyFile, where: str, rows: Mapping[str, Iterable[Condition]], lifecycle: Lifecycle
) -> Iterator[str]:
    """Yield conditions that no purpose gives and nobody can assert in such an event."""
    for name, needed in sorted(rows.items()):
        if not tuple(needed):
            yield f"{where}: section {name} has no condition although it stands under when"
        for condition in needed:
            rule = rules.conditions.get(condition)
            if rule is not None and not rule.follows_from_purpose and lifecycle not in rule.asserted_in:
                yield f"{where}: section {name} needs {condition.value}, which nobody can assert in such an event"


def _minor_faults(rules: PolicyFile) -> Iterator[str]:
    for name in sorted(set(rules.victim_purpose.minor) - set(rules.victim_purpose.adult)):
        yield f"victim_purpose: {name.value} opens more of a minor than of an adult"
    known = {name for event in EVENTS.values() for name in event.sections}
    for section in sorted({*rules.minor.conditions, *rules.minor.stated_with} - known):
        yield f"minor: no event has a section {section}"
    if Lifecycle.ALERT not in rules.minor.stated_in:
        yield "minor: an alert could leave open whether it is about a minor"


def _purpose_faults(rules: PolicyFile) -> Iterator[str]:
    for name in sorted(set(rules.suspect_purpose.purposes) & set(rules.victim_purpose.adult)):
        yield f"suspect_purpose: {name.value} serves the victim as well"
    for one in rules.suspect_purpose.types:
        known = EVENTS.get(one)
        if known is None or known.lifecycle is not Lifecycle.MESSAGE:
            yield f"suspect_purpose: {one} is no message"


def _disclosure_faults(rules: PolicyFile) -> Iterator[str]:
    with_tables = {one for table in rules.maximum for one in table.types}
    for one in rules.disclosure.earlier:
        if one not in with_tables:
            yield f"disclosure: {one} has no maximum"
    for table in rules.disclosure.further:
        for one in table.types:
            if one not in rules.disclosure.earlier:
                yield f"disclosure.further: {one} is not among the earlier events"


def _handling_faults(rules: PolicyFile) -> Iterator[str]:
    words = {
        *HandlingCode,
        *LegalRegime,
        *(f"onward_{one.value}" for one in Onward),
        *(f"judicial_use_{one.value}" for one in JudicialUse),
        "no_third_country",
    }
    for name in sorted(words ^ rules.handling.words.keys()):
        yield f"handling.words: {name} is missing, or is no word of a handling block"
    for rule in rules.handling.contradiction:
        if rule.without_code in rule.any_code:
            yield f"handling.contradiction: {rule.says}: a code is both there and not"


def _regime_faults(rules: PolicyFile) -> Iterator[str]:
    led, gdpr = rules.regimes.led, rules.regimes.gdpr
    listed = sorted((*led.profiles, *gdpr.profiles))
    if listed != sorted(Profile):
        yield "regimes: not every profile stands in exactly one regime"
    if led.bases is not None or gdpr.bases is None:
        yield "regimes: gdpr names its bases, led takes every other"

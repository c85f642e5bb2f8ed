"""Decide section by section what a profile opens, by which rule, and why the rest stays closed (DESIGN 6).

One function decides, for the gateway that seals and for whoever explains. Rule ids are stable:
`<policy>/<type>/<profile>/<section>`, `<policy>/minor/<section>`, `<policy>/suspect/<purpose>/<section>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from contracts.codes import Condition, Minor, Profile, VictimAlertKind
from contracts.errors import Code, refusal
from contracts.events import EventSpec, spec
from contracts.minimisation import POLICIES, POLICY, Maximum, Policy

YOUNG = frozenset({Minor.YES, Minor.PRESUMED})
"""What counts as a minor: in doubt a child (Directive 2011/36/EU art. 13(2))."""
IMAGE = "image"
STATUS = "status"
"""Section that holds the kind of alert, on which the image of a minor depends."""
_NOTHING: Maximum = MappingProxyType({})


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
class Ground:
    """A condition of a section: the rule that asks for it, whether it holds, and why."""

    condition: Condition
    rule: str
    holds: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about one section, by which rule; `closed` says why it stays closed, empty where it opens."""

    section: str
    rule: str
    grounds: tuple[Ground, ...] = ()
    closed: str = ""


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
    applied = version(policy)
    if profile not in known.profiles:
        raise refusal(Code.E10_PROFILE, f"{known.name} has no profile {profile_word(profile)}")
    return applied.maximum.get((known.type, profile), _NOTHING)


def conditions(
    event_type: str,
    profile: str,
    section: str,
    *,
    minor: Minor | None,
    purpose: str | None = None,
    policy: str = POLICY,
) -> frozenset[Condition] | None:
    """Return the conditions under which `profile` may open `section`; None if it never may.

    Raises:
        RecordError: as `maximum` does.
    """
    return table(event_type, profile, minor=minor, purpose=purpose, policy=policy).get(section)


def table(event_type: str, profile: str, *, minor: Minor | None, purpose: str | None, policy: str) -> Maximum:
    """Return the sections that `profile` may open of such a subject for such a purpose, each with its conditions.

    Raises:
        RecordError: as `maximum` does.
    """
    suspect = purpose is not None and (event_type, purpose) in version(policy).suspect_messages
    return _table(event_type, profile, minor in YOUNG, suspect, policy)


@lru_cache(maxsize=512)
def _table(event_type: str, profile: str, young: bool, suspect: bool, policy: str) -> Maximum:
    """Work a table out once: the hub asks for every section of every record. Bounded by what can exist."""
    return _adapted(maximum(event_type, profile, policy), version(policy), young=young, suspect=suspect)


def _adapted(rows: Maximum, applied: Policy, *, young: bool, suspect: bool) -> Maximum:
    extra = applied.minor_conditions if young else _NOTHING
    lifted = frozenset({applied.rules.suspect_purpose.lifts} if suspect else ())
    return {section: (needed - lifted) | extra.get(section, frozenset()) for section, needed in rows.items()}


def disclosable(
    earlier_type: str, profile: str, section: str, *, minor: Minor | None, purpose: str | None = None,
    policy: str = POLICY,
) -> frozenset[Condition] | None:  # fmt: skip
    """Return the conditions under which a `disclosure` may open `section` of an earlier event; None if it never may.

    `minor` is what the earlier event says of its subject, `purpose` that of the disclosure.
    """
    applied = version(policy)
    rows = applied.disclosed.get((earlier_type, profile), _NOTHING)
    suspect = purpose is not None and (earlier_type, purpose) in applied.suspect_messages
    return _adapted(rows, applied, young=minor in YOUNG, suspect=suspect).get(section)


def disclosure_faults(
    earlier_type: str,
    profile: str,
    sections: Sequence[str],
    *,
    because: Sequence[str],
    purpose: str,
    minor: Minor | None,
    kind: VictimAlertKind | None,
    policy: str = POLICY,
) -> Iterator[str]:
    """Yield what forbids a `disclosure` to open `sections` of an earlier event, in section names and codes alone.

    `because` are the conditions that its audience names, `purpose` its own, `minor` and `kind` what the earlier
    event says. Issuer and recipient ask the same; the hub cannot see what is opened.
    """
    applied = version(policy)
    for section in sections:
        needed = disclosable(earlier_type, profile, section, minor=minor, purpose=purpose, policy=policy)
        if needed is None:
            yield f"section {section} is never opened"
        elif image_withheld(applied, section, minor, kind):
            yield f"section {section} of a minor is not opened in this kind of alert"
        else:
            for word in sorted(needed):
                if word is Condition.VICTIM_PURPOSE and not victim_purpose(applied, purpose, minor):
                    yield f"section {section} needs {word.value}, which does not hold under this purpose"
                elif word is not Condition.VICTIM_PURPOSE and word.value not in because:
                    yield f"section {section} needs {word.value}"


def decide(facts: Facts, profile: str, section: str) -> Decision:
    """Decide about one section of the event, present or not.

    Raises:
        RecordError: as `maximum` does.
    """
    applied, known = version(facts.policy), spec(facts.type)
    suspect = (facts.type, facts.purpose) in applied.suspect_messages
    stated = maximum(facts.type, profile, facts.policy).get(section)
    needed = _table(facts.type, profile, facts.minor in YOUNG, suspect, facts.policy).get(section)
    rule = f"{applied.version}/{known.name}/{profile}/{section}"
    if needed is None or stated is None:
        return Decision(section=section, rule=rule, closed=f"never for profile {profile_word(profile)}")
    if image_withheld(applied, section, facts.minor, facts.kind):
        closed = "image of a minor is not opened in this kind of alert"
        return Decision(section=section, rule=f"{applied.version}/minor/{section}", closed=closed)
    grounds = tuple(_ground(applied, facts, word, rule if word in stated else None, section) for word in sorted(needed))
    lacking = [ground for ground in grounds if not ground.holds]
    if lacking:
        closed = f"needs {', '.join(ground.condition.value for ground in lacking)}"
        return Decision(section=section, rule=lacking[0].rule, grounds=grounds, closed=closed)
    if stated - needed:
        rule = f"{applied.version}/suspect/{facts.purpose}/{section}"
    return Decision(section=section, rule=rule, grounds=grounds)


@lru_cache(maxsize=1024)
def choose(facts: Facts, profile: str) -> Choice:
    """Open everything that the policy permits `profile`, and say why the rest stays closed.

    Raises:
        RecordError: as `maximum` does.
    """
    decisions = [decide(facts, profile, section) for section in sorted(facts.present - {"audience"})]
    opened = [one for one in decisions if not one.closed]
    return Choice(
        sections=tuple(one.section for one in opened),
        because=tuple(sorted({ground.condition.value for one in opened for ground in one.grounds})),
        withheld=MappingProxyType({one.section: one.closed for one in decisions if one.closed}),
    )


def _ground(applied: Policy, facts: Facts, word: Condition, rule: str | None, section: str) -> Ground:
    """Say whether a condition holds; without a `rule` of its table it is there because the subject is a minor."""
    of_minor = f"{applied.version}/minor/{section}"
    if word is not Condition.VICTIM_PURPOSE:
        holds = word in facts.asserted
        return Ground(condition=word, rule=rule or of_minor, holds=holds, why="asserted" if holds else "nobody says so")
    holds, young = victim_purpose(applied, facts.purpose, facts.minor), facts.minor in YOUNG
    whose = "a minor victim" if young else "a victim"
    return Ground(
        condition=word,
        rule=f"{applied.version}/minor/{word.value}" if young else (rule or of_minor),
        holds=holds,
        why=f"purpose {facts.purpose} {'serves' if holds else 'does not serve'} {whose}",
    )


def asks_for_minor(applied: Policy, known: EventSpec, sections: Iterable[str]) -> bool:
    """Tell whether the event must state `minor`: an alert always, others where they open something about somebody."""
    rules = applied.rules.minor
    return known.lifecycle in rules.stated_in or not frozenset(rules.stated_with).isdisjoint(sections)


def victim_purpose(applied: Policy, purpose: str, minor: Minor | None) -> bool:
    """Tell whether the condition `victim_purpose` holds."""
    return purpose in (applied.minor_purposes if minor in YOUNG else applied.victim_purposes)


def image_withheld(applied: Policy, section: str, minor: Minor | None, kind: VictimAlertKind | None) -> bool:
    """Tell whether a section is the image of a minor in an alert whose kind does not show it."""
    return section == IMAGE and minor in YOUNG and kind not in applied.minor_image_kinds


def version(policy: str) -> Policy:
    """Return a version of the policy.

    Raises:
        ForbiddenSection: it is unknown (E10-section).
    """
    found = POLICIES.get(policy)
    if found is None:
        raise refusal(Code.E10_SECTION, "policy version is unknown")
    return found


def profile_word(profile: str) -> str:
    """Name a profile in a detail only if it is ours: other text would be the record's own."""
    return profile if profile in frozenset(Profile) else "of that name"

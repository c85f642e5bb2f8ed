"""Say section by section what somebody sees of an event, and which rule decided (DESIGN 6).

Nothing here looks at content: section names, codes and rules alone. What an event could become under another
profile, purpose or age is asked with `Changes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from contracts.age import MAJORITY
from contracts.choice import Decision, Facts, Ground, decide, maximum, version
from contracts.codes import Condition, Minor, Profile, Purpose
from contracts.errors import UsageError
from contracts.events import spec

MAX_YEARS = 150
ALWAYS_THERE = frozenset({"audience"})
"""Made when the event is issued, whatever the draft says."""


class Verdict(StrEnum):
    """What becomes of a section. Only the issuer can tell a section that is withheld from one that is not there."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    ABSENT = "absent"
    UNTOLD = "not_seen_or_absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One section of an event: what becomes of it, the rule that decided, why, and each condition of it."""

    section: str
    verdict: Verdict
    rule: str
    why: str
    grounds: tuple[Ground, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "conditions": [
                {"condition": one.condition.value, "holds": one.holds, "rule": one.rule, "why": one.why}
                for one in self.grounds
            ],
            "rule": self.rule,
            "section": self.section,
            "verdict": self.verdict.value,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What would be otherwise: None leaves a thing as it is. `asserted` comes on top of what is asserted."""

    profile: str | None = None
    purpose: str | None = None
    minor: Minor | None = None
    asserted: frozenset[Condition] = frozenset()

    def applied(self, facts: Facts) -> Facts:
        """Return the facts as they would be."""
        return replace(
            facts,
            purpose=self.purpose or facts.purpose,
            minor=self.minor or facts.minor,
            asserted=facts.asserted | self.asserted,
        )


NO_CHANGES = Changes()
_NONE: Mapping[str, str] = MappingProxyType({})


def read_changes(texts: Iterable[str]) -> Changes:
    """Read `profile=…`, `purpose=…`, `age=<years or unknown>` and `condition=…`; the last may stand several times.

    Raises:
        UsageError: another name, or a value that is in no code list.
    """
    changes = NO_CHANGES
    for text in texts:
        name, _, value = text.partition("=")
        try:
            match name:
                case "profile":
                    changes = replace(changes, profile=Profile(value).value)
                case "purpose":
                    changes = replace(changes, purpose=Purpose(value).value)
                case "age":
                    changes = replace(changes, minor=_minor(value))
                case "condition":
                    changes = replace(changes, asserted=changes.asserted | {Condition(value)})
                case _:
                    raise UsageError("what-if: it changes profile, purpose, age or condition, as purpose=identify")
        except ValueError as fault:
            raise UsageError(f"what-if: {name} takes {_TAKES[name]}") from fault
    return changes


def explain(
    facts: Facts, profile: str, *, sealed: frozenset[str] | None = None, later: Mapping[str, str] = _NONE
) -> tuple[Line, ...]:
    """Explain every section of an event whose sections are all known.

    `sealed` are those really opened, if it was sent; `later` those opened since, each with the event that did.

    Raises:
        UnknownEventType: E05-type.
        ForbiddenSection: the policy is unknown (E10-section).
    """
    known = spec(facts.type)
    if profile not in known.profiles:
        return nothing(facts, f"{known.name} is never sent to profile {Profile(profile).value}")
    lines, present = [], facts.present | ALWAYS_THERE
    for section in known.sections:
        decision = decide(facts, profile, section)
        if section in later:
            lines.append(_later(facts, profile, section, later[section]))
        elif section not in present:
            lines.append(_line(decision, Verdict.ABSENT, "the event has none"))
        elif decision.closed:
            lines.append(_line(decision, Verdict.NOT_SEEN, _lacking(decision)))
        elif sealed is not None and section not in sealed:
            lines.append(_line(decision, Verdict.NOT_SEEN, "permitted, and not opened"))
        else:
            lines.append(_line(decision, Verdict.SEEN, _allowed(decision)))
    return tuple(lines)


def explain_received(facts: Facts, profile: str, *, later: Mapping[str, str] = _NONE) -> tuple[Line, ...]:
    """Explain an event as its recipient sees it: `facts.present` are the sections that opened, `later` by which event.

    Raises:
        RecordError: as `explain` does, or the type has no such profile (E10-profile).
    """
    known = spec(facts.type)
    rows = maximum(facts.type, profile, facts.policy)
    named = frozenset(word for section in facts.present - later.keys() for word in rows.get(section, ()))
    facts = replace(facts, asserted=facts.asserted | named)
    lines = []
    for section in known.sections:
        decision = decide(facts, profile, section)
        if section in later:
            lines.append(_later(facts, profile, section, later[section]))
        elif section in facts.present:
            lines.append(_line(decision, Verdict.SEEN, _allowed(decision)))
        elif section not in rows:
            lines.append(_line(decision, Verdict.NOT_SEEN, decision.closed))
        else:
            why = "the issuer alone knows whether there is one: a decoy looks the same"
            closed = f"{_lacking(decision)}; " if decision.closed else ""
            lines.append(_line(decision, Verdict.UNTOLD, f"{closed}{why}"))
    return tuple(lines)


def explain_clear(facts: Facts) -> tuple[Line, ...]:
    """Explain an event as the hub and the auditors see it."""
    known, prefix = spec(facts.type), version(facts.policy).version
    return tuple(
        Line(
            section=section,
            verdict=Verdict.SEEN if section in known.clear else Verdict.NOT_SEEN,
            rule=f"{prefix}/{known.name}/hub/{section}",
            why="in clear to the hub and auditors" if section in known.clear else "sealed: no key outside recipients",
        )
        for section in known.sections
    )


def nothing(facts: Facts, why: str) -> tuple[Line, ...]:
    """Explain an event of which somebody sees nothing at all, for one reason."""
    known, prefix = spec(facts.type), version(facts.policy).version
    return tuple(
        Line(
            section=section,
            verdict=Verdict.NOT_SEEN if section in facts.present | ALWAYS_THERE else Verdict.ABSENT,
            rule=f"{prefix}/{known.name}",
            why=why,
        )
        for section in known.sections
    )


def _later(facts: Facts, profile: str, section: str, event: str) -> Line:
    rule = f"{version(facts.policy).version}/disclosure/{spec(facts.type).name}/{profile}/{section}"
    return Line(section=section, verdict=Verdict.SEEN, rule=rule, why=f"opened later by {event}")


def _line(decision: Decision, verdict: Verdict, why: str) -> Line:
    return Line(section=decision.section, verdict=verdict, rule=decision.rule, why=why, grounds=decision.grounds)


def _allowed(decision: Decision) -> str:
    """Say why a section opens."""
    if not decision.grounds:
        return "the profile may open it"
    return "; ".join(f"{ground.condition.value}: {ground.why}" for ground in decision.grounds)


def _lacking(decision: Decision) -> str:
    """Say why a section stays closed."""
    lacking = [f"{one.condition.value} ({one.why})" for one in decision.grounds if not one.holds]
    return f"needs {', '.join(lacking)}" if lacking else decision.closed


def _minor(value: str) -> Minor:
    if value == "unknown":
        return Minor.PRESUMED
    years = int(value)
    if not 0 <= years <= MAX_YEARS:
        raise ValueError(value)
    return Minor.YES if years < MAJORITY else Minor.NO


_TAKES = {
    "profile": ", ".join(Profile),
    "purpose": ", ".join(Purpose),
    "age": "completed years, or unknown",
    "condition": ", ".join(Condition),
}

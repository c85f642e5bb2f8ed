"""Check whole events: at the issuer before sealing, and what a recipient has opened (CONTRACTS 5, step 13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from contracts.age import minority
from contracts.assessment import rule_findings
from contracts.choice import IMAGE, asks_for_minor, image_withheld, version
from contracts.clocks import clock_fault, clock_remedy
from contracts.codes import (
    AgeAssertion,
    Condition,
    ConsentScope,
    Minor,
    VictimAlertKind,
)
from contracts.draft import Draft
from contracts.errors import Code
from contracts.events import DAY_SECONDS, EVENTS, EventSpec, Lifecycle, spec, validity_limit_seconds
from contracts.findings import Finding
from contracts.handling_rules import contradictions
from contracts.messages import excess_findings, message_findings
from contracts.minimisation import POLICIES, POLICY
from contracts.minimum import content_findings, lacking, matrix_findings, said_findings
from contracts.parts import SectionModel
from contracts.reading import findings_of, parse_section, read_section
from contracts.sections.handling import Handling
from contracts.sections.notice import Notice
from contracts.sections.observation import Observation
from contracts.sections.role import Role
from contracts.sections.safety import Safety
from contracts.sections.status import Status
from contracts.stated import basis_fault, purpose_fault, urgency_fault
from contracts.versions import in_newest

__all__ = [
    "ASSESSED",
    "check_draft",
    "check_event",
    "check_notice",
    "check_opened",
    "check_renewal",
    "findings_of",
    "parse_section",
    "read_section",
]

ASSESSED = ("role", "status", "observation")
"""The section of each type of alert that records an assessment."""
_CHILD_KINDS = frozenset({VictimAlertKind.CHILD_ABDUCTION_RISK, VictimAlertKind.CHILD_TRAFFICKING_RISK})


def check_event(event_type: str, sections: Mapping[str, SectionModel]) -> list[Finding]:
    """List what is missing or contradictory in a complete event, derived sections and `handling` included.

    Raises:
        UnknownEventType: E05-type.
    """
    known = spec(event_type)
    return [*matrix_findings(known, sections, complete=True), *content_findings(known, sections)]


def check_draft(draft: Draft, *, on: date) -> list[Finding]:
    """List everything that keeps a draft from being published, all at once: A04, A05 and A06.

    An older draft is read in the newest version of its type, which rules know alone. `on` is the day of issue.
    A missing `handling` is a fault here: the gateway puts its approved default in before it asks. Who may
    receive what is `contracts.policy.audience_faults`.
    """
    if draft.type not in EVENTS:
        return [lacking("type", "is not a known event type", "use a type of this version")]
    draft, _, unsaid = in_newest(draft)
    if unsaid:
        return unsaid
    known = spec(draft.type)
    return [
        *matrix_findings(known, draft.sections, complete=False),
        *content_findings(known, draft.sections),
        *message_findings(known, draft, on),
        *_stated_findings(draft),
        *_validity_findings(draft),
        *_policy_findings(known, draft, on),
        *rule_findings(draft.sections),
    ]


def check_opened(
    event_type: str, sections: Mapping[str, SectionModel], *, minor: Minor | None, policy: str = POLICY
) -> list[Finding]:
    """List rules that the opened part of an event breaks, as a recipient sees it (step 13).

    What is absent may be sealed to others, so only what is there is judged. `minor` is from
    `handling` or `markers`, whichever was opened.
    """
    known = spec(event_type)
    findings = [*said_findings(known, sections), *excess_findings(known, sections)]
    status = sections.get("status")
    kind = status.kind if isinstance(status, Status) else None
    if IMAGE in sections and image_withheld(version(policy), IMAGE, minor, kind):
        findings.append(_forbidden(IMAGE, "of a minor stands in a kind of alert that has none", "leave it out"))
    return findings


def check_notice(notice: Notice, referenced: Sequence[str]) -> list[Finding]:
    """Check that the lines of a receipt are about exactly the events in `ref`."""
    if not notice.events or set(notice.events) == set(referenced):
        return []
    return [lacking("notice", "does not name exactly the events in ref", "state each referenced event once")]


def check_renewal(
    previous: Mapping[str, SectionModel], current: Mapping[str, SectionModel], *, extended: bool
) -> list[Finding]:
    """Check that an alert whose end is put off has a new recorded assessment (Reg. 2018/1862 art. 53)."""
    if not extended:
        return []
    name = next((one for one in ASSESSED if one in current), ASSESSED[0])
    before, now = previous.get(name), current.get(name)
    assessment = now.assessment if isinstance(now, (Role, Status, Observation)) else None
    old = before.assessment if isinstance(before, (Role, Status, Observation)) else None
    if assessment is not None and assessment != old:
        return []
    return [lacking(f"{name}.assessment", "is missing or old although validity is extended", "record a new assessment")]


def _stated_findings(draft: Draft) -> Iterator[Finding]:
    faults = {
        "purpose": purpose_fault(draft.purpose),
        "basis": basis_fault(draft.basis),
        "urgency": urgency_fault(draft.urgency),
    }
    for path, fault in faults.items():
        if fault is not None:
            missing = not getattr(draft, path)
            code = Code.A05_MINIMUM if missing else Code.A04_CODE
            yield Finding(code=code, path=path, rule=fault, remedy="use values of the code list")
    fault = clock_fault(draft.type, draft.basis, draft.urgency)
    if fault is not None:
        yield Finding(code=Code.E10_CLOCK, path="basis", rule=fault, remedy=clock_remedy(draft.type))


def _validity_findings(draft: Draft) -> Iterator[Finding]:
    limit = validity_limit_seconds(draft.type, draft.sections) // DAY_SECONDS
    if draft.validity_days < 1:
        yield lacking("validity_days", "is below one day", "state how long the event holds")
    elif draft.validity_days > limit:
        remedy = f"state at most {limit} days, and renew after an assessment"
        yield lacking("validity_days", "is above the limit for this kind of event", remedy)


def _policy_findings(known: EventSpec, draft: Draft, on: date) -> Iterator[Finding]:
    handling = draft.sections.get("handling")
    if isinstance(handling, Handling):
        yield from _handling_findings(known, draft, handling)
    else:
        yield _forbidden("handling", "is missing", "state it, or approve a default in the gateway's configuration")
    if asks_for_minor(POLICIES[POLICY], known, draft.sections):
        yield from _minor_findings(draft, handling, on)
    yield from _condition_findings(known, draft)


def _handling_findings(known: EventSpec, draft: Draft, handling: Handling) -> Iterator[Finding]:
    for rule in contradictions(handling):
        yield _forbidden("handling", f"contradicts itself: {rule}", "make codes and members agree")
    if known.lifecycle is Lifecycle.RECEIPT:
        return
    if any(POLICIES[POLICY].regime_of_basis(word) is not handling.legal_regime for word in draft.basis):
        rule = f"does not fit legal_regime {handling.legal_regime.value}"
        yield _forbidden("basis", rule, "cite the GDPR for care, and police law for police")


def _minor_findings(draft: Draft, handling: SectionModel | None, on: date) -> Iterator[Finding]:
    """A stated "no" never outweighs evidence of a child: the strictest profile applies."""
    evidence = minority(draft.sections, on)
    status = draft.sections.get("status")
    stated = handling.minor if isinstance(handling, Handling) else None
    observation = draft.sections.get("observation")
    presumed = (isinstance(status, Status) and status.age_assertion is AgeAssertion.PRESUMED_CHILD) or (
        isinstance(observation, Observation) and observation.about_child
    )
    if stated is Minor.NO and (evidence is Minor.YES or presumed):
        yield _forbidden("handling.minor", "says no although the content says a child", "state yes or presumed")
    if isinstance(status, Status) and status.kind in _CHILD_KINDS and Minor.NO in {evidence, stated}:
        yield _forbidden("status.kind", "is about a child although the age is an adult's", "correct kind or age")


def _condition_findings(known: EventSpec, draft: Draft) -> Iterator[Finding]:
    for condition in sorted(draft.claims - POLICIES[POLICY].assertable(known.lifecycle)):
        rule = f"asserts {condition.value}, which nobody can assert in such an event"
        yield _forbidden("claims", rule, "leave it out: it follows from purpose or match")
    if Condition.CONSENT not in draft.claims:
        return
    safety = draft.sections.get("safety")
    consent = safety.consent if isinstance(safety, Safety) else None
    if consent is None or not consent.covers(ConsentScope.IDENTITY):
        rule = "asserts consent without a consent record that covers identity"
        yield _forbidden("safety.consent", rule, "record the consent, or do not assert it")


def _forbidden(path: str, rule: str, remedy: str) -> Finding:
    return Finding(code=Code.A06_POLICY, path=path, rule=rule, remedy=remedy)

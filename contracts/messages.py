"""Check what a message must say and what contradicts it: hits, requests, answers, proposals, offers, decisions.

Sources: Regulation (EU) 2018/1862 art. 48 and 59, Directive (EU) 2023/977 art. 4 to 6; Directive 2011/36/EU
art. 11: where somebody is sheltered is said once a place is accepted, and not before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from contracts.codes import AnswerExtent, ReferralOutcome, Wrong
from contracts.draft import Draft
from contracts.errors import Code
from contracts.events import REFERRAL_DECISION, REFERRAL_REQUEST, EventSpec, Refers, is_a
from contracts.findings import Finding
from contracts.minimum import lacking
from contracts.parts import SectionModel
from contracts.sections.notice import Notice
from contracts.sections.offer import Offer
from contracts.sections.report import Report
from contracts.sections.safety import Safety

FACTS = ("documents", "identity", "image", "movement", "objects")
"""Sections that tell facts about persons and things; `narrative` may tell the same in words."""
_REPLACED = frozenset({Wrong.INACCURATE, Wrong.OUTDATED, Wrong.INCOMPLETE, Wrong.MISUSED_IDENTITY})
"""What is wrong so that something else would be right; the rest is put right by deletion."""
_NOT_TAKEN_IN = frozenset({ReferralOutcome.DECLINED, ReferralOutcome.WITHDRAWN_BY_PERSON})
_TAKEN_IN = frozenset({ReferralOutcome.ACCEPTED, ReferralOutcome.HANDED_OVER, ReferralOutcome.COMPLETED})


def excess_findings(known: EventSpec, sections: Mapping[str, SectionModel]) -> Iterator[Finding]:
    """Check that a message does not hold what it says it does not give; a recipient checks what it has opened."""
    report, notice = sections.get("report"), sections.get("notice")
    if isinstance(report, Report) and _gives_nothing(report):
        for name in FACTS:
            if name in sections:
                yield lacking(f"sections.{name}", "is given although nothing is held or given", "answer in part")
    referral = notice.referral if isinstance(notice, Notice) else None
    if referral is not None and referral.outcome in _NOT_TAKEN_IN:
        for name in ("offer", "safety"):
            if name in sections:
                yield lacking(f"sections.{name}", "stands although nobody is taken in", "leave it out")
    safety = sections.get("safety")
    if not isinstance(safety, Safety) or safety.shelter is None:
        return
    if is_a(known.type, REFERRAL_REQUEST) or (
        is_a(known.type, REFERRAL_DECISION) and (referral is None or referral.outcome not in _TAKEN_IN)
    ):
        yield lacking("safety.shelter", "stands before a place is accepted", "leave it out")


def message_findings(known: EventSpec, draft: Draft, on: date) -> Iterator[Finding]:
    """Check what a message must say besides its report or notice, and all of the above; `on` is the day of issue."""
    yield from _reference_findings(known, draft)
    yield from excess_findings(known, draft.sections)
    report, offer = draft.sections.get("report"), draft.sections.get("offer")
    told = {*FACTS, "narrative"} & set(draft.sections)
    if isinstance(report, Report):
        yield from _report_findings(report, told=bool(told), referred=draft.ref is not None, draft=draft)
        if report.hit is not None and report.hit.found_at[:10] > on.isoformat():
            yield _untimely("report.hit.found_at", "lies in the future", "state when it was")
    if isinstance(offer, Offer) and offer.valid_until < on.isoformat():
        yield _untimely("offer.valid_until", "has passed", "state until when the places are free")


def _report_findings(report: Report, *, told: bool, referred: bool, draft: Draft) -> Iterator[Finding]:
    if report.request is not None and not told and not referred:
        remedy = "add identity, documents, image, objects, movement or narrative, or name an event in ref"
        yield lacking("sections", "does not say whom or what is asked about", remedy)
    if report.answer is not None and not _gives_nothing(report) and not told and "references" not in draft.sections:
        yield lacking("sections", "holds nothing of what the answer gives", "add it, or say nothing_held")
    if report.correction is not None and _REPLACED & set(report.correction.what) and not told:
        yield lacking("sections", "does not hold what would be right", "add the section with the right values")


def _untimely(path: str, rule: str, remedy: str) -> Finding:
    """Make a finding that counts days: only who issues can (A06)."""
    return Finding(code=Code.A06_POLICY, path=path, rule=rule, remedy=remedy)


def _gives_nothing(report: Report) -> bool:
    held = report.answer is not None and report.answer.extent is AnswerExtent.NOTHING_HELD
    return held or report.refusal is not None


def _reference_findings(known: EventSpec, draft: Draft) -> Iterator[Finding]:
    if known.refers is Refers.ONE_THEIRS and draft.ref is None:
        yield lacking("ref", f"does not say which event {known.name} is about", "name it by issuer and event id")
    if known.refers not in {Refers.ONE_THEIRS, Refers.PERHAPS_ONE} and draft.ref is not None:
        yield lacking("ref", f"stands in {known.name}, which is about no other event", "leave it out")

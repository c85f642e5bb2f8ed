"""Whole events: minimum content, rules across sections, policy; everything wrong is listed at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.codes import Condition, Minor
from contracts.content import check_draft, check_event, check_opened, check_renewal
from contracts.derive import derive
from contracts.draft import Draft
from contracts.errors import Code, UnknownEventType
from contracts.parts import SectionModel
from tests.support.contents import IDENTITY, NAME, content, section, sections

TODAY = date(2026, 5, 31)
BIRTH = {"date": {"value": "2014-05", "precision": "month"}}
NAMELESS = {"type": "primary", "script": "Latn", "surname": "unknown", "forenames": "unknown"}


def suspect(**members: Any) -> Draft:
    given = {
        "type": "suspect-alert.v1",
        "purpose": "locate_suspect",
        "basis": ("dir-2023-977:art7",),
        "urgency": "routine",
        "validity_days": 365,
        "sections": sections("identity", "role", "handling"),
    }
    return Draft(**{**given, **members})


def victim(**members: Any) -> Draft:
    given = {
        "type": "victim-alert.v1",
        "purpose": "protect_victim",
        "sections": sections("status", handling=section("handling", minor="yes")),
    }
    return suspect(**{**given, **members})


def signal(**members: Any) -> Draft:
    given = {
        "type": "signal.v1",
        "purpose": "prevent",
        "validity_days": 90,
        "sections": sections("observation", "handling"),
    }
    return suspect(**{**given, **members})


def with_sections(draft: Draft, **changed: SectionModel | None) -> Draft:
    merged = {**draft.sections, **changed}
    return replace(draft, sections={name: value for name, value in merged.items() if value is not None})


def found(draft: Draft) -> list[tuple[Code, str]]:
    return [(finding.code, finding.path) for finding in check_draft(draft, on=TODAY)]


def identities(*given: dict[str, Any]) -> SectionModel:
    return section("identity", identities=[without_nulls(one) for one in given])


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    return [without_nulls(member) for member in value] if isinstance(value, list) else value


def test_complete_drafts_have_no_finding() -> None:
    """Suspect, victim, a suspect known by a plate alone, a nameless victim, signals about nobody and of a case."""
    plate = suspect(sections=sections("objects", "role", "handling"))
    child = with_sections(victim(), identity=identities({**IDENTITY, "names": [NAMELESS], "birth": BIRTH}))
    linked = with_sections(signal(validity_days=365), references=section("references"), identity=section("identity"))
    for draft in (suspect(), victim(), plate, child, signal(), linked):
        assert check_draft(draft, on=TODAY) == []


def test_a_derived_draft_is_a_complete_event() -> None:
    """What the gateway adds is all that was missing."""
    for draft in (suspect(), victim()):
        assert check_event(draft.type, draft.sections) != []
        assert check_event(draft.type, derive(draft.type, draft.sections, on=TODAY)) == []


MINIMUM: list[tuple[str, Draft, str]] = [
    ("unknown type", suspect(type="signal.v2"), "type"),
    ("no role", with_sections(suspect(), role=None), "sections.role"),
    ("neither identity nor objects", with_sections(suspect(), identity=None), "sections"),
    ("section of another type", with_sections(suspect(), needs=section("needs")), "sections.needs"),
    ("derived by the sender", with_sections(suspect(), markers=section("markers")), "sections.markers"),
    ("no status", with_sections(victim(), status=None), "sections.status"),
    ("no basis", suspect(basis=()), "basis"),
    ("no purpose", suspect(purpose=""), "purpose"),
    ("no validity", suspect(validity_days=0), "validity_days"),
    ("a check for two years", suspect(validity_days=731), "validity_days"),
    ("a child kind for two years", victim(validity_days=731), "validity_days"),
    (
        "first name alone",
        with_sections(
            suspect(), identity=identities({**IDENTITY, "names": [{**NAME, "surname": None, "particle": None}]})
        ),
        "identity",
    ),
    ("birth alone", with_sections(suspect(), identity=identities({"status": "confirmed", "birth": BIRTH})), "identity"),
    (
        "an identity that is misused",
        with_sections(
            suspect(),
            identity=identities(
                {**IDENTITY, "status": "misused", "misuse_consent": {"categories": ["names"], "given_on": "2026-01-01"}}
            ),
        ),
        "identity",
    ),
    (
        "a vehicle of some make",
        suspect(
            sections=sections(
                "role",
                "handling",
                objects=section(
                    "objects",
                    vehicles=[{"kind": "car", "make": "x"}],
                    phones=None,
                    accounts=None,
                    handles=None,
                    organisations=None,
                ),
            )
        ),
        "identity",
    ),
    ("nothing of the age", with_sections(victim(), status=section("status", age_band=None)), "status.age_band"),
    (
        "an unknown birth date",
        with_sections(
            victim(),
            status=section("status", age_band=None),
            identity=identities({**IDENTITY, "birth": {"date": {"value": "unknown", "precision": "unknown"}}}),
        ),
        "status.age_band",
    ),
    (
        "both names unknown",
        with_sections(victim(), identity=identities({"status": "confirmed", "names": [NAMELESS], "birth": BIRTH})),
        "identity.identities[0].names",
    ),
    (
        "H3 without its text",
        with_sections(suspect(), handling=section("handling", codes=["H3"])),
        "sections.handling_note",
    ),
    ("a text without H3", with_sections(suspect(), handling_note=section("handling_note")), "handling.codes"),
    ("a signal without observation", signal(sections=sections("handling")), "sections.observation"),
    ("a signal with documents", with_sections(signal(), documents=section("documents")), "sections.documents"),
    ("a signal of no case that stays", signal(validity_days=91), "validity_days"),
    (
        "an erasure that received",
        suspect(
            type="erase.v1",
            validity_days=90,
            sections=sections(
                "handling",
                notice=section(
                    "notice",
                    ground=None,
                    received=[{"jti": "01920000-0000-7000-8000-000000000001", "state": "received"}],
                ),
            ),
        ),
        "notice",
    ),
]


@pytest.mark.parametrize(("draft", "path"), [pytest.param(d, p, id=i) for i, d, p in MINIMUM])
def test_what_falls_below_the_minimum_is_a_finding(draft: Draft, path: str) -> None:
    """Each missing or excessive part is found under A05 with its path and a remedy."""
    assert (Code.A05_MINIMUM, path) in found(draft)
    assert all(finding.rule and finding.remedy for finding in check_draft(draft, on=TODAY))


@pytest.mark.parametrize(
    "known",
    [
        {"names": [{**NAMELESS, "type": "nickname", "forenames": "Testje"}]},
        {"names": [NAMELESS], "register_numbers": IDENTITY["register_numbers"]},
        {"names": [{"type": "primary", "script": "Latn", "full": "Testman"}]},
    ],
)
def test_something_else_may_identify_a_person_without_a_name(known: dict[str, Any]) -> None:
    """A nickname, a register number or an only name identifies."""
    draft = with_sections(victim(), identity=identities({"status": "confirmed", "birth": BIRTH, **known}))
    assert check_draft(draft, on=TODAY) == []


def test_a_document_or_an_object_or_an_alias_identifies_the_nameless() -> None:
    """Both names may be unknown if a document, a plate or an alias stands beside."""
    nameless = {"status": "confirmed", "names": [NAMELESS], "birth": BIRTH}
    alias = {"status": "alias", "names": [NAME]}
    for extra in ({"documents": section("documents")}, {"objects": section("objects")}, {}):
        identity = identities(nameless) if extra else identities(nameless, alias)
        assert check_draft(with_sections(victim(), identity=identity, **extra), on=TODAY) == []


def test_an_age_is_stated_by_estimate_or_presumption() -> None:
    """An estimated range and a presumed child are as good as a band."""
    estimate = {"least": 10, "most": 14, "on": "2026-05-01"}
    estimated = identities({**IDENTITY, "birth": None, "age": estimate})
    unstated = section("status", age_band=None)
    assert check_draft(with_sections(victim(), status=unstated, identity=estimated), on=TODAY) == []
    presumed = section("status", age_band=None, age_assertion="presumed_child")
    assert check_draft(with_sections(victim(), status=presumed), on=TODAY) == []


POLICY: list[tuple[str, Draft, str]] = [
    ("no handling", with_sections(suspect(), handling=None), "handling"),
    ("contradiction", with_sections(suspect(), handling=section("handling", onward="none")), "handling"),
    ("GDPR basis under police law", suspect(basis=("gdpr:art6-1-d",)), "basis"),
    (
        "police basis towards care",
        with_sections(victim(), handling=section("handling", minor="yes", legal_regime="gdpr")),
        "basis",
    ),
    ("a child called an adult", with_sections(victim(), handling=section("handling", minor="no")), "handling.minor"),
    (
        "a presumed child called an adult",
        with_sections(
            victim(),
            status=section("status", age_band=None, age_assertion="presumed_child"),
            handling=section("handling", minor="no"),
        ),
        "handling.minor",
    ),
    ("an adult under a child kind", with_sections(victim(), identity=identities(IDENTITY)), "status.kind"),
    ("what nobody can assert", suspect(claims=frozenset({Condition.VICTIM_PURPOSE})), "claims"),
    ("a match that was not", suspect(claims=frozenset({Condition.AFTER_MATCH})), "claims"),
    ("consent without record", victim(claims=frozenset({Condition.CONSENT})), "safety.consent"),
    (
        "consent for something else",
        with_sections(
            victim(claims=frozenset({Condition.CONSENT})),
            safety=section("safety", consent={"scope": ["referral"], "given_by": "person", "given_on": "2026-01-01"}),
        ),
        "safety.consent",
    ),
    (
        "consent withdrawn",
        with_sections(
            victim(claims=frozenset({Condition.CONSENT})),
            safety=section(
                "safety",
                consent={
                    "scope": ["identity"], "given_by": "person", "given_on": "2026-01-01", "withdrawn_on": "2026-02-01",
                },
            ),
        ),
        "safety.consent",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("draft", "path"), [pytest.param(d, p, id=i) for i, d, p in POLICY])
def test_what_the_policy_forbids_is_a_finding(draft: Draft, path: str) -> None:
    """Handling, regime, minors and asserted conditions are found under A06."""
    assert (Code.A06_POLICY, path) in found(draft)


@pytest.mark.parametrize(
    ("draft", "path"),
    [
        (suspect(purpose="curiosity"), "purpose"),
        (suspect(basis=("custom:x",)), "basis"),
        (suspect(urgency="urgent"), "urgency"),
    ],
)
def test_an_unknown_code_beside_the_sections_is_a_finding(draft: Draft, path: str) -> None:
    """Purpose, basis and urgency are found under A04."""
    assert found(draft) == [(Code.A04_CODE, path)]


def test_all_findings_come_at_once() -> None:
    """A draft with five faults tells all five."""
    draft = with_sections(suspect(purpose="x", urgency="x", validity_days=0), role=None, handling=None)
    assert len(found(draft)) == 5


def test_a_valid_consent_is_no_finding() -> None:
    """Consent that covers identity and stands may be asserted."""
    draft = with_sections(victim(claims=frozenset({Condition.CONSENT})), safety=section("safety"))
    assert found(draft) == []


def test_an_answer_of_care_may_stand_under_either_regime() -> None:
    """A receipt is its issuer's own processing, whoever reads it."""
    received = [{"jti": "01920000-0000-7000-8000-000000000001", "state": "received"}]
    notice = section("notice", ground=None, received=received)
    for regime in ("led", "gdpr"):
        given = sections(notice=notice, handling=section("handling", legal_regime=regime, minor=None))
        draft = suspect(type="receipt.v1", basis=("gdpr:art6-1-d",), validity_days=90, sections=given)
        assert found(draft) == []


def test_an_unknown_event_is_no_event() -> None:
    """Checking a type that does not exist is refused."""
    with pytest.raises(UnknownEventType):
        check_event("signal.v2", {})


@pytest.mark.parametrize(
    ("opened", "minor", "wrong"),
    [
        (sections("image", "status"), Minor.YES, False),
        (sections("image", status=section("status", kind="located_inform")), Minor.YES, True),
        (sections("image", status=section("status", kind="located_inform")), Minor.NO, False),
        (sections("image"), Minor.PRESUMED, True),
        (sections("role"), Minor.YES, False),
        ({}, None, False),
    ],
)
def test_a_recipient_rechecks_the_image_of_a_minor(
    opened: dict[str, SectionModel], minor: Minor | None, wrong: bool
) -> None:
    """The hub cannot see the kind of alert; the recipient can."""
    assert bool(check_opened("victim-alert.v1", opened, minor=minor)) is wrong


@pytest.mark.parametrize("name", ["role", "status", "observation"])
def test_an_extension_needs_a_new_assessment(name: str) -> None:
    """The same assessment twice is none; without extension none is asked for."""
    stated: dict[str, Any] = {"reference": "T-1"}
    if name == "observation":
        stated = {"rule": "professional_judgement", "outcome": "further_assessment"}
    first = {name: section(name, assessment={**stated, "assessed_on": "2026-01-01"})}
    second = {name: section(name, assessment={**stated, "assessed_on": "2026-05-01"})}
    without = {name: section(name, assessment=None)}
    assert check_renewal(first, second, extended=True) == []
    assert check_renewal(without, first, extended=True) == []
    assert check_renewal(first, first, extended=False) == []
    for before, now in ((first, first), (without, without), (first, without)):
        assert [finding.path for finding in check_renewal(before, now, extended=True)] == [f"{name}.assessment"]


def test_a_signal_assessed_as_a_childs_is_not_about_an_adult() -> None:
    """The situation that the assessor chose is evidence of a child; the strictest profile applies."""
    assessment = {
        "rule": "ilo_ec_2009",
        "situation": "child_labour",
        "outcome": "further_assessment",
        "positive": ["D5"],
    }
    child = section("observation", assessment={**assessment, "assessed_on": "2026-05-01"})
    assert (Code.A06_POLICY, "handling.minor") in found(with_sections(signal(), observation=child))
    presumed = section("handling", minor="presumed")
    assert check_draft(with_sections(signal(), observation=child, handling=presumed), on=TODAY) == []


def test_a_draft_prints_nothing_of_the_person() -> None:
    """The textual form of a draft holds neither content nor the national id."""
    printed = repr(suspect(national_id="GEHEIM-1"))
    assert "GEHEIM" not in printed
    assert content("identity")["identities"][0]["names"][0]["surname"] not in printed

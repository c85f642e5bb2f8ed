"""Drafts of every kind of message, about whatever a test names. Nobody in them exists."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from broker.embedded.defaults import terms_of
from broker.gateway.publish import Acknowledged
from broker.trust.enrol import DEFAULT_TERMS
from contracts.draft import Draft
from contracts.parts import SectionModel
from contracts.wire import Reference
from tests.support.contents import section
from tests.support.gateway_world import GatewayWorld, sections

TWO_SHELTERS = {**DEFAULT_TERMS, "BE-CARE": terms_of("BE-CARE")}
"""Who takes part where care organisations offer places to each other."""
POLICE_BASIS = ("dir-2023-977:art5-1-c",)
"""A request in 7 days, which is not urgent."""
CARE_BASIS = ("gdpr:art6-1-d", "gdpr:art9-2-c")
HIT = {
    "found_at": "2026-11-23T21:30:00Z",
    "place": {"country": "DEU", "region": "DE-NW"},
    "matched_on": ["vehicle"],
    "taken": ["checked"],
}
SAID: dict[str, dict[str, Any]] = {
    "hit.v1": {"hit": HIT},
    "request.v1": {
        "request": {
            "asked": ["identity", "whereabouts"],
            "why_there": ["residence"],
            "subject_category": "suspect",
            "offences": [{"scheme": "iccs", "code": "0204"}],
        }
    },
    "answer.v1": {"answer": {"extent": "complete"}},
    "refusal.v1": {"refusal": {"grounds": ["ongoing_investigation"]}},
    "correction-proposal.v1": {"correction": {"what": ["inaccurate"], "members": ["objects.vehicles[0].plate"]}},
    "error-report.v1": {"error": {"what": ["outdated"]}},
}
"""What the section `report` of each type says."""
REPORT_MEMBERS = ("hit", "request", "answer", "refusal", "correction", "error")


def report(type_: str, **changes: Any) -> SectionModel:
    """Return the section `report` of a type, with members of what it says changed."""
    ((member, said),) = SAID[type_].items()
    others = dict.fromkeys(REPORT_MEMBERS)
    return section("report", **{**others, member: {**said, **changes}})


def told(world: GatewayWorld, name: str, *drafts: Draft, **options: Any) -> list[Acknowledged]:
    """Publish as `name` and require that nothing is refused."""
    outcomes = world.gateway(name).publish(drafts, **options)
    assert all(isinstance(one, Acknowledged) for one in outcomes), outcomes
    return outcomes  # type: ignore[return-value]


def message(type_: str, about: Reference | None = None, *names: str, **changes: Any) -> Draft:
    """Return a police message about an event and an adult, with the sections named."""
    draft = Draft(
        type=type_,
        purpose="locate_suspect",
        basis=POLICE_BASIS,
        urgency="routine",
        validity_days=30,
        sections={"report": report(type_), **sections("handling", *names)},
        ref=about,
    )
    return replace(draft, **changes)


def referral(**changes: Any) -> Draft:
    """Return a referral request: what somebody needs, not who it is."""
    draft = Draft(
        type="referral-request.v1",
        purpose="protect_victim",
        basis=CARE_BASIS,
        urgency="routine",
        validity_days=30,
        sections=sections("needs"),
        national_id="R-1",
    )
    return replace(draft, **changes)


def offer(about: Reference | None = None, **changes: Any) -> Draft:
    """Return an offer of places."""
    places = section("offer", valid_until="2026-12-24")
    return replace(
        referral(), type="shelter-offer.v1", national_id=None, sections={"offer": places}, ref=about, **changes
    )


def decision(about: Reference, outcome: str = "accepted", **changes: Any) -> Draft:
    """Return what becomes of a referral."""
    notice = section("notice", ground=None, referral={"outcome": outcome})
    draft = replace(referral(), type="referral-decision.v1", national_id=None, sections={"notice": notice}, ref=about)
    return replace(draft, **changes)


def ref(iss: str, one: Acknowledged) -> Reference:
    """Return the reference to an event of `iss`."""
    return Reference(iss=iss, jti=one.jti)

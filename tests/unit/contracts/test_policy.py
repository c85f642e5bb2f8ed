"""Each way in which an audience can exceed the policy, and what it permits."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.codes import Condition, Minor
from contracts.errors import Code, RecordError
from contracts.events import EVENTS
from contracts.policy import Facts, audience_faults, check_audience, choose
from contracts.wire import AudienceEntry
from tests.support.contents import section

SUSPECT, VICTIM = "suspect-alert.v1", "victim-alert.v1"


def facts(event_type: str = VICTIM, **members: Any) -> Facts:
    present = frozenset(EVENTS[event_type].sections)
    return Facts(**{"type": event_type, "purpose": "protect_victim", "minor": Minor.NO, "present": present, **members})


def entry(profile: str = "liaison", to: str = "DE-BKA", **members: Any) -> AudienceEntry:
    return AudienceEntry(**{"to": to, "profile": profile, "sections": ("markers",), "because": (), **members})


def faults(*audience: AudienceEntry, handling: dict[str, Any] | None = None, **members: Any) -> list[tuple[Code, str]]:
    given: dict[str, Any] = {
        "event_type": SUSPECT,
        "purpose": "prosecute",
        "basis": ("dir-2023-977:art7",),
        "regime_of": lambda to: "gdpr" if to.endswith("CARE") else "led",
        "third_country_of": lambda to: to.startswith("US"),
        **members,
    }
    found = audience_faults(handling=section("handling", **(handling or {})), audience=audience, **given)
    return [(fault.code, fault.detail) for fault in found]


APPROVAL, APPROVER = ("second_approval",), "Another-0fficer"
CARE = {"event_type": VICTIM, "basis": ("gdpr:art6-1-d",), "handling": {"legal_regime": "gdpr"}}
HOLDS: list[tuple[str, list[AudienceEntry], dict[str, Any]]] = [
    ("a suspect to two profiles", [entry("border", "BE-FGP", sections=("handling", "match_keys")), entry()], {}),
    ("two of a profile alike", [entry(), entry(to="FR-PN")], {}),
    ("strictly necessary", [entry(sections=("physical",), because=("strictly_necessary",))], {}),
    (
        "second approval of a known victim",
        [entry("border", "BE-FGP", because=APPROVAL), entry(because=APPROVAL)],
        {"handling": {"approved_by": APPROVER}},
    ),
    (
        "consultations for auditors alone",
        [],
        {"event_type": "consultation-batch.v1", "handling": {"minor": None}},
    ),
    ("a third country that may", [entry(to="US-FBI")], {"handling": {"no_third_country": False}}),
    ("H3 with its text", [entry(sections=("handling", "handling_note"))], {"handling": {"codes": ["H3"]}}),
    ("care alone", [entry("care", "NL-CARE", sections=("needs",))], CARE),
    ("care with consent", [entry("care", "NL-CARE", sections=("identity",), because=("consent",))], CARE),
    ("a victim for the victim", [entry(sections=("identity",), because=("victim_purpose",))], {"event_type": VICTIM}),
    (
        "a receipt of care to police",
        [entry(sections=("notice",))],
        {"event_type": "receipt.v1", "basis": ("gdpr:art6-1-d",), "handling": {"legal_regime": "gdpr"}},
    ),
    (
        "an erasure without minor",
        [entry(sections=("notice",))],
        {"event_type": "erase.v1", "handling": {"minor": None}},
    ),
]


@pytest.mark.parametrize(("audience", "members"), [pytest.param(a, m, id=i) for i, a, m in HOLDS])
def test_what_the_policy_permits_holds(audience: list[AudienceEntry], members: dict[str, Any]) -> None:
    """Each permitted case passes with no fault at all."""
    assert faults(*audience, **members) == []


S, H, R, P = Code.E10_SECTION, Code.E10_HANDLING, Code.E10_REGIME, Code.E10_PROFILE
MINOR = {"handling": {"minor": "presumed"}}
BROKEN: list[tuple[str, list[AudienceEntry], dict[str, Any], Code, str]] = [
    ("nobody", [], {}, Code.E10_NO_AUDIENCE, "nobody"),
    ("unknown policy", [entry()], {"policy": "minimisation-0"}, S, "policy version"),
    ("a suspect to care", [entry("care", "NL-CARE")], {}, P, "no profile care"),
    ("unknown profile", [entry("geheim")], {}, P, "of that name"),
    ("nothing opened", [entry(sections=())], {}, S, "no section is opened"),
    ("unknown section", [entry(sections=("geheim",))], {}, S, "section of that name is never opened"),
    ("section of another type", [entry(sections=("needs",))], {}, S, "never opened"),
    ("audience itself", [entry(sections=("audience",))], {}, S, "section audience is never opened"),
    ("identity to border", [entry("border", sections=("identity",))], {}, S, "section identity is never opened"),
    ("match keys to liaison", [entry(sections=("match_keys",))], {}, S, "section match_keys is never opened"),
    ("condition missing", [entry(sections=("physical",))], {}, S, "section physical needs strictly_necessary"),
    ("condition unused", [entry(because=("strictly_necessary",))], {}, S, "because names a condition"),
    ("condition unknown", [entry(because=("geheim",))], {}, S, "because names a condition"),
    ("image after match", [entry("border", sections=("image",), because=("after_match",))], {}, S, "image is never"),
    (
        "second approval of a notice",
        [entry(sections=("notice",), because=APPROVAL)],
        {"event_type": "erase.v1", "handling": {"approved_by": APPROVER}},
        S,
        "because",
    ),
    ("approved by nobody", [entry(because=APPROVAL)], {}, H, "only one of them"),
    ("approved, and not named", [entry()], {"handling": {"approved_by": APPROVER}}, H, "only one of them"),
    (
        "named by some alone",
        [entry("border", "BE-FGP"), entry(because=APPROVAL)],
        {"handling": {"approved_by": APPROVER}},
        H,
        "only one of them",
    ),
    (
        "approved by who acts",
        [entry(because=APPROVAL)],
        {"handling": {"approved_by": "q7Rk2mVx9LtB", "actor": "q7Rk2mVx9LtB"}},
        H,
        "another person",
    ),
    (
        "an approved batch",
        [],
        {"event_type": "consultation-batch.v1", "handling": {"approved_by": APPROVER}},
        H,
        "only one of them",
    ),
    ("unequal within a profile", [entry(), entry(to="FR-PN", sections=("role",))], {}, S, "same sections for all"),
    ("unequal reasons", [entry(), entry(to="FR-PN", because=("second_approval",))], {}, S, "same sections for all"),
    ("victim without reason", [entry(sections=("identity",))], {"event_type": VICTIM}, S, "needs victim_purpose"),
    (
        "victim to locate a suspect",
        [entry(sections=("identity",), because=("victim_purpose",))],
        {"event_type": VICTIM, "purpose": "locate_suspect"},
        S,
        "victim_purpose does not hold",
    ),
    (
        "minor victim to prosecute",
        [entry(sections=("identity",), because=("victim_purpose",))],
        {"event_type": VICTIM, **MINOR},
        S,
        "victim_purpose does not hold",
    ),
    (
        "victim to border",
        [entry("border", sections=("summary",))],
        {"event_type": VICTIM},
        S,
        "summary is never opened",
    ),
    ("minor's story", [entry(sections=("narrative",))], MINOR, S, "narrative needs second_approval"),
    ("minor suspect's face", [entry(sections=("image",))], MINOR, S, "image of a minor"),
    ("handling to care", [entry("care", "NL-CARE", sections=("handling",))], CARE, S, "handling is never opened"),
    ("care without consent", [entry("care", "NL-CARE", sections=("identity",))], CARE, S, "needs consent"),
    ("minor not stated", [entry()], {"handling": {"minor": None}}, H, "minor is not stated"),
    ("contradiction", [entry()], {"handling": {"onward": "none"}}, H, "onward none without H2"),
    ("third country", [entry(to="US-FBI")], {}, H, "no_third_country"),
    (
        "SIS data abroad",
        [entry(to="US-FBI")],
        {"basis": ("reg-2018-1862:art36",), "handling": {"no_third_country": False}},
        H,
        "art. 65",
    ),
    ("H3 without text", [entry(sections=("handling",))], {"handling": {"codes": ["H3"]}}, H, "H3 without"),
    ("text without H3", [entry(sections=("handling_note",))], {}, H, "handling_note without H3"),
    (
        "H3 that border cannot read",
        [entry("border", sections=("handling", "markers"))],
        {"event_type": VICTIM, "handling": {"codes": ["H3"]}},
        H,
        "H3 without handling and handling_note for profile border",
    ),
    (
        "H3 of a notice",
        [entry(sections=("notice",))],
        {"event_type": "erase.v1", "handling": {"codes": ["H3"]}},
        H,
        "H3",
    ),
    (
        "care beside police",
        [entry(), entry("care", "NL-CARE", sections=("needs",))],
        {"event_type": VICTIM},
        R,
        "beside other profiles",
    ),
    ("care under police law", [entry("care", "DE-BKA", sections=("needs",))], CARE, R, "not under gdpr"),
    ("police under the GDPR", [entry(to="NL-CARE")], {}, R, "not under led"),
    (
        "care on a police basis",
        [entry("care", "NL-CARE", sections=("needs",))],
        {**CARE, "basis": ("dir-2011-36:art9",)},
        R,
        "basis",
    ),
    ("police on a care basis", [entry()], {"basis": ("gdpr:art6-1-d",)}, R, "basis does not fit led"),
    (
        "care handled as police",
        [entry("care", "NL-CARE", sections=("needs",))],
        {**CARE, "handling": {}},
        R,
        "legal_regime",
    ),
    ("police handled as care", [entry()], {"handling": {"legal_regime": "gdpr"}}, R, "legal_regime is not led"),
    ("recipient unknown", [entry()], {"regime_of": lambda _: None}, Code.E10_RECIPIENT, "no regime"),
]


@pytest.mark.parametrize(
    ("audience", "members", "code", "detail"), [pytest.param(a, m, c, d, id=i) for i, a, m, c, d in BROKEN]
)
def test_each_excess_has_its_code(
    audience: list[AudienceEntry], members: dict[str, Any], code: Code, detail: str
) -> None:
    """The fault is found under its code, and nothing of the record stands in the detail."""
    found = faults(*audience, **members)
    assert any(code is known and detail in text for known, text in found), found
    assert not any("geheim" in text or "DE-BKA" in text for _, text in found)


def test_the_first_fault_refuses_and_all_are_listed() -> None:
    """The hub needs one code; a gateway tells its user everything."""
    audience = [entry(sections=("needs", "physical"), because=("consent",))]
    assert len(faults(*audience, handling={"onward": "none"})) == 4
    with pytest.raises(RecordError) as refused:
        check_audience(
            event_type=SUSPECT,
            purpose="prosecute",
            basis=("dir-2023-977:art7",),
            handling=section("handling", onward="none"),  # type: ignore[arg-type]
            audience=audience,
            regime_of=lambda _: "led",
            third_country_of=lambda _: False,
        )
    assert refused.value.code is Code.E10_HANDLING


FOR_DISCLOSURE = frozenset({Condition.AFTER_MATCH, Condition.CONSENT})


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_what_is_chosen_is_what_is_admitted(event_type: str) -> None:
    """For every type and profile, the gateway's choice passes the hub's check."""
    for profile in EVENTS[event_type].profiles:
        for minor in Minor:
            chosen = choose(
                facts(
                    event_type,
                    minor=minor,
                    present=frozenset(EVENTS[event_type].sections) - {"handling_note"},
                    asserted=FOR_DISCLOSURE if event_type == "disclosure.v1" else frozenset(),
                ),
                profile,
            )
            care = profile == "care"
            found = faults(
                entry(profile, "NL-CARE" if care else "DE-BKA", sections=chosen.sections, because=chosen.because),
                event_type=event_type,
                purpose="protect_victim",
                basis=("gdpr:art6-1-d",) if care else ("dir-2023-977:art7",),
                handling={"minor": minor.value, "legal_regime": "gdpr" if care else "led"},
            )
            assert found == []

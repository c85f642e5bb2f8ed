"""Event types: which sections, profiles, references, validity and keys each of them has."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from contracts.content import parse_section
from contracts.errors import Code, OutOfOrder, UnknownEventType
from contracts.events import (
    DAY_SECONDS,
    EVENTS,
    FIVE_YEARS_DAYS,
    QUARTER_DAYS,
    YEAR_DAYS,
    retention_class,
    spec,
    validity_limit_seconds,
)
from contracts.reference_rule import reference_rule
from contracts.sections import SECTION_MODELS
from contracts.wire import Claims, Reference
from tests.support.contents import section

ALERTS = ("suspect-alert.v1", "victim-alert.v1", "signal.v1", "referral-request.v1")
ENDINGS = ("withdraw.v1", "erase.v1", "recall.v1", "restrict.v1")
RECEIPTS = ("receipt.v1", "erasure-receipt.v1")
REPORTS = ("hit.v1", "request.v1", "answer.v1", "refusal.v1", "correction-proposal.v1", "error-report.v1")
CARE = ("referral-request.v1", "shelter-offer.v1", "referral-decision.v1")
OTHERS_OF_THE_CONTRACT = ("disclosure.v1", "consultation-batch.v1")
OWN = Reference(iss="NL-POL", jti="01920000-0000-7000-8000-000000000001")
OWN_TOO = Reference(iss="NL-POL", jti="01920000-0000-7000-8000-000000000002")
THEIRS = Reference(iss="DE-BKA", jti="01920000-0000-7000-8000-000000000003")
OTHERS = Reference(iss="BE-FGP", jti="01920000-0000-7000-8000-000000000004")
ALERT = "00000000-0000-4000-8000-000000000001"
BASE = Claims(
    sd_alg="sha-256",
    basis=("dir-2023-977:art7",),
    env="live",
    exp=1,
    gen=1,
    iat=0,
    iss="NL-POL",
    jti="01920000-0000-7000-8000-0000000000ff",
    place="baken.submit.nl-pol",
    policy="minimisation-1",
    purpose="prosecute",
    ref=(),
    sealed={},
    sections={},
    seq=1,
    slot=0,
    type="suspect-alert.v1",
    urgency="routine",
)


def claims(**changes: Any) -> Claims:
    return structs.replace(BASE, **changes)


def test_the_types_of_this_version_are_known() -> None:
    """Twenty types, each named by its full claim."""
    assert set(EVENTS) == {*ALERTS, *ENDINGS, *RECEIPTS, *REPORTS, *CARE, *OTHERS_OF_THE_CONTRACT}
    assert len(EVENTS) == 20
    for event_type, known in EVENTS.items():
        assert spec(event_type) is known
        assert known.type == event_type == f"{known.name}.v1"


@pytest.mark.parametrize("event_type", ["suspect-alert", "suspect-alert.v2", "signal.v2", "Suspect-alert.v1", ""])
def test_other_types_are_unknown(event_type: str) -> None:
    """A version that this side does not know is refused, not approximated."""
    with pytest.raises(UnknownEventType) as refused:
        spec(event_type)
    assert refused.value.code is Code.E05_TYPE


def test_the_matrix_of_sections_is_that_of_the_contract() -> None:
    """Every section of every type, required and optional, and no other."""
    shared = {
        "audience",
        "handling",
        "summary",
        "markers",
        "identity",
        "documents",
        "physical",
        "image",
        "biometric_refs",
    } | {"exploitation", "movement", "objects", "references", "narrative", "evaluation", "handling_note"}
    assert spec("suspect-alert.v1").sections == tuple(sorted(shared | {"role", "match_keys"}))
    assert spec("victim-alert.v1").sections == tuple(sorted(shared | {"status", "needs", "safety"}))
    assert spec("suspect-alert.v1").required == {"role", "handling", "audience", "summary", "markers"}
    assert spec("suspect-alert.v1").any_of == {"identity", "objects"}
    assert spec("victim-alert.v1").required == {"status", "handling", "audience", "summary", "markers"}
    assert spec("victim-alert.v1").any_of == frozenset()
    assert spec("signal.v1").required == {"observation", "handling", "audience", "summary", "markers"}
    assert spec("signal.v1").optional == {
        *("identity", "objects", "movement", "exploitation", "references", "narrative", "evaluation", "handling_note")
    }
    more = {"identity", "documents", "image", "objects", "movement"}
    for event_type in REPORTS:
        assert spec(event_type).required == {"report", "handling", "audience"}
        assert spec(event_type).optional == more | {"references", "narrative", "evaluation", "handling_note"}
    assert spec("referral-request.v1").required == {"needs", "summary", "handling", "audience"}
    assert spec("referral-request.v1").optional == {"safety", "status", "identity", "references"}
    assert spec("shelter-offer.v1").sections == ("audience", "handling", "offer")
    assert spec("referral-decision.v1").required == {"notice", "handling", "audience"}
    assert spec("referral-decision.v1").optional == {"safety", "offer"}
    assert spec("disclosure.v1").required == {"opened", "handling", "audience"}
    assert spec("disclosure.v1").optional == {"handling_note"}
    assert spec("consultation-batch.v1").sections == ("audience", "consultations", "handling")
    for event_type in (*ENDINGS, *RECEIPTS):
        assert spec(event_type).sections == ("audience", "handling", "notice")
        assert spec(event_type).required == {"audience", "handling", "notice"}


def test_what_holds_content_can_be_erased() -> None:
    """All but receipts and batches for auditors carry `sub`; versions are for alerts alone."""
    for event_type, known in EVENTS.items():
        assert known.has_sub is (event_type not in {*RECEIPTS, "consultation-batch.v1"})
        assert known.has_ver is (event_type in ALERTS)


def test_hub_and_auditors_open_audience_and_handling() -> None:
    """And what was consulted, which is for nobody else."""
    for event_type, known in EVENTS.items():
        batch = event_type == "consultation-batch.v1"
        assert known.clear == (("audience", "consultations", "handling") if batch else ("audience", "handling"))
        assert bool(known.profiles) is not batch


def test_versions_and_endings_alone_remove_from_feeds() -> None:
    """A disclosure adds to the event that it names, and what is restricted stays."""
    removing = {event_type for event_type, known in EVENTS.items() if known.removes}
    assert removing == {*ALERTS, "withdraw.v1", "erase.v1", "recall.v1"}


def test_every_listed_section_has_a_model() -> None:
    """`audience` alone is read as wire types; every model belongs to some type."""
    listed = {name for known in EVENTS.values() for name in known.sections}
    assert listed - {"audience"} == set(SECTION_MODELS)


def test_care_never_receives_what_police_tell_each_other() -> None:
    """The police story has no care profile, and care has events of its own; profiles are listed in order."""
    for event_type, known in EVENTS.items():
        assert list(known.profiles) == sorted(known.profiles)
        if event_type in {"suspect-alert.v1", *REPORTS}:
            assert known.profiles == ("border", "liaison")
        elif event_type in CARE:
            assert known.profiles == ("care",)
        elif event_type != "consultation-batch.v1":
            assert known.profiles == ("border", "care", "liaison")


@pytest.mark.parametrize(
    ("event_type", "days"),
    [(event_type, FIVE_YEARS_DAYS) for event_type in ALERTS[:2]]
    + [("signal.v1", YEAR_DAYS)]
    + [(name, QUARTER_DAYS) for name in (*ENDINGS, *RECEIPTS, "shelter-offer.v1", "referral-decision.v1")]
    + [(name, YEAR_DAYS) for name in (*REPORTS, "referral-request.v1", "consultation-batch.v1")]
    + [("disclosure.v1", FIVE_YEARS_DAYS)],
)
def test_the_hub_knows_the_limit_of_the_type(event_type: str, days: int) -> None:
    """Without content the limit is the longest that the type may have."""
    assert validity_limit_seconds(event_type) == days * DAY_SECONDS


@pytest.mark.parametrize(
    ("action", "days"), [("discreet_check", YEAR_DAYS), ("locate", YEAR_DAYS), ("arrest_reference", FIVE_YEARS_DAYS)]
)
def test_a_suspect_alert_outlives_a_year_only_by_a_warrant(action: str, days: int) -> None:
    """One year for checks, five for a pointer to a warrant."""
    decision = {"kind": "european_arrest_warrant", "reference": "T-1", "country": "NLD"}
    role = section("role", action=action, decision=decision)
    assert validity_limit_seconds("suspect-alert.v1", {"role": role}) == days * DAY_SECONDS


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        ("child_abduction_risk", YEAR_DAYS),
        ("child_trafficking_risk", YEAR_DAYS),
        ("vulnerable_adult_trafficking_risk", YEAR_DAYS),
        ("missing_protect", FIVE_YEARS_DAYS),
        ("missing_no_protect", FIVE_YEARS_DAYS),
        ("located_inform", FIVE_YEARS_DAYS),
        ("possible_victim_notice", FIVE_YEARS_DAYS),
    ],
)
def test_child_and_vulnerable_adult_kinds_last_a_year(kind: str, days: int) -> None:
    """The limit follows the kind of victim alert."""
    status = section("status", kind=kind)
    assert validity_limit_seconds("victim-alert.v1", {"status": status}) == days * DAY_SECONDS


@pytest.mark.parametrize(
    ("references", "days"),
    [
        (None, QUARTER_DAYS),
        ({"language": "nl"}, QUARTER_DAYS),
        ({"case_number": "T-1"}, YEAR_DAYS),
        ({"numbers": [{"scheme": "siena", "number": "0000-1"}]}, YEAR_DAYS),
    ],
)
def test_a_signal_outlives_ninety_days_only_when_a_case_takes_it_up(references: Any, days: int) -> None:
    """Linked is what names a case; whoever does not open the observation knows the limit of the type alone."""
    given = {"observation": section("observation")}
    if references is not None:
        given["references"] = parse_section("references", references)
    assert validity_limit_seconds("signal.v1", given) == days * DAY_SECONDS


@pytest.mark.parametrize(
    ("event_type", "profile", "subject"),
    [
        ("suspect-alert.v1", "liaison", "suspect"),
        ("victim-alert.v1", "liaison", "victim"),
        ("victim-alert.v1", "border", "victim"),
        ("victim-alert.v1", "care", "care"),
        ("signal.v1", "liaison", "victim"),
        ("signal.v1", "care", "care"),
        ("answer.v1", "liaison", "victim"),
        ("disclosure.v1", "border", "victim"),
        ("disclosure.v1", "care", "care"),
        ("erase.v1", "liaison", "suspect"),
        ("receipt.v1", "care", "care"),
    ],
)
def test_suspects_victims_and_care_share_no_key(event_type: str, profile: str, subject: str) -> None:
    """The class of the epoch key names the subject, and care stands apart."""
    assert retention_class(event_type, 0, DAY_SECONDS, profile) == f"{subject}-90d"


@pytest.mark.parametrize(
    ("seconds", "term"),
    [
        (90 * DAY_SECONDS, "90d"),
        (90 * DAY_SECONDS + 1, "1y"),
        (366 * DAY_SECONDS, "1y"),
        (366 * DAY_SECONDS + 1, "5y"),
        (FIVE_YEARS_DAYS * DAY_SECONDS, "5y"),
    ],
)
def test_the_term_of_a_key_covers_the_validity(seconds: int, term: str) -> None:
    """The shortest of three terms that is long enough."""
    assert retention_class("suspect-alert.v1", 1000, 1000 + seconds, "border") == f"suspect-{term}"


@pytest.mark.parametrize(
    "stated",
    [
        {"sub": ALERT, "ver": 1},
        {"sub": ALERT, "ver": 2, "ref": (OWN,)},
        {"type": "victim-alert.v1", "sub": ALERT, "ver": 1},
        {"type": "erase.v1", "sub": ALERT, "ref": (OWN, OWN_TOO)},
        {"type": "recall.v1", "sub": ALERT, "ref": (OWN,)},
        {"type": "withdraw.v1", "sub": ALERT, "ref": (OWN,)},
        {"type": "restrict.v1", "sub": ALERT, "ref": (OWN, OWN_TOO)},
        {"type": "disclosure.v1", "sub": ALERT, "ref": (OWN,)},
        {"type": "hit.v1", "sub": ALERT, "ref": (THEIRS,)},
        {"type": "request.v1", "sub": ALERT},
        {"type": "request.v1", "sub": ALERT, "ref": (OWN,)},
        {"type": "request.v1", "sub": ALERT, "ref": (THEIRS,)},
        {"type": "shelter-offer.v1", "sub": ALERT},
        {"type": "consultation-batch.v1"},
        {"type": "receipt.v1", "ref": (THEIRS,)},
        {"type": "erasure-receipt.v1", "ref": (THEIRS, Reference(iss="DE-BKA", jti=OWN.jti))},
    ],
)
def test_references_that_fit_the_type_hold(stated: dict[str, Any]) -> None:
    """Versions name the one before, endings their alert, answers one event of somebody else."""
    reference_rule(claims(**stated))


@pytest.mark.parametrize(
    ("stated", "rule"),
    [
        ({}, "sub is missing"),
        ({"sub": ALERT}, "ver is missing"),
        ({"sub": ALERT, "ver": 1, "ref": (OWN,)}, "the version before"),
        ({"sub": ALERT, "ver": 2}, "version before"),
        ({"sub": ALERT, "ver": 2, "ref": (OWN, OWN_TOO)}, "version before"),
        ({"sub": ALERT, "ver": 2, "ref": (THEIRS,)}, "another issuer"),
        ({"sub": ALERT, "ver": 2, "ref": (Reference(iss="NL-POL", jti=BASE.jti),)}, "event itself"),
        ({"type": "erase.v1", "sub": ALERT}, "at least one"),
        ({"type": "erase.v1", "sub": ALERT, "ver": 1, "ref": (OWN,)}, "ver stands"),
        ({"type": "disclosure.v1", "sub": ALERT, "ref": (OWN, OWN_TOO)}, "exactly one own"),
        ({"type": "answer.v1", "sub": ALERT}, "exactly one event of another"),
        ({"type": "answer.v1", "sub": ALERT, "ref": (OWN,)}, "one other issuer"),
        ({"type": "refusal.v1", "ref": (THEIRS,)}, "sub is missing"),
        ({"type": "request.v1", "sub": ALERT, "ref": (OWN, THEIRS)}, "at most one"),
        ({"type": "consultation-batch.v1", "ref": (THEIRS,)}, "nothing"),
        ({"type": "erase.v1", "ref": (OWN,)}, "sub is missing"),
        ({"type": "erase.v1", "sub": ALERT, "ref": (OWN, OWN)}, "twice"),
        ({"type": "recall.v1", "sub": ALERT, "ref": (OWN, THEIRS)}, "another issuer"),
        ({"type": "receipt.v1"}, "1 to 500"),
        ({"type": "receipt.v1", "sub": ALERT, "ref": (THEIRS,)}, "sub stands"),
        ({"type": "receipt.v1", "ver": 1, "ref": (THEIRS,)}, "ver stands"),
        ({"type": "receipt.v1", "ref": (OWN,)}, "one other issuer"),
        ({"type": "erasure-receipt.v1", "ref": (THEIRS, OTHERS)}, "one other issuer"),
    ],
)
def test_references_that_do_not_fit_are_out_of_order(stated: dict[str, Any], rule: str) -> None:
    """Nobody ends another's alert, acknowledges itself, or skips the version before."""
    with pytest.raises(OutOfOrder, match=rule) as refused:
        reference_rule(claims(**stated))
    assert refused.value.code is Code.E09_REFERENCE

"""Describe each event type: its sections, profiles, references, validity and retention (CONTRACTS 1, 2, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from msgspec import UNSET

from contracts.codes import Profile, SuspectAction, VictimAlertKind
from contracts.errors import Code, refusal
from contracts.parts import SectionModel
from contracts.sections.observation import Observation
from contracts.sections.references import References
from contracts.sections.role import Role
from contracts.sections.status import Status
from contracts.wire import MAX_REFERENCES, Claims

DAY_SECONDS = 86_400
QUARTER_DAYS = 90
"""Validity of lifecycle events and receipts, which are done with long before, and of signals that no case takes up."""
YEAR_DAYS = 366
"""A year with its leap day, so that "one year" never falls a day short."""
FIVE_YEARS_DAYS = 1_827
"""Five years with two leap days."""
ALWAYS = ("audience", "handling")
"""Sections that the hub and the auditors open, in every event."""
DERIVED = frozenset({"summary", "markers", "match_keys"})
"""Sections that the issuing gateway computes from the full ones."""

_YEAR_KINDS = frozenset(
    {
        VictimAlertKind.CHILD_ABDUCTION_RISK,
        VictimAlertKind.CHILD_TRAFFICKING_RISK,
        VictimAlertKind.VULNERABLE_ADULT_TRAFFICKING_RISK,
    }
)
"""Child and vulnerable adult kinds: one year (Reg. 2018/1862 art. 53)."""


class Lifecycle(StrEnum):
    """What an event does to others, and so which references it has."""

    ALERT = "alert"
    ENDING = "ending"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSpec:
    """One event type. Every event of it lists exactly `sections` and seals exactly `profiles`.

    `required` sections are always there, at least one of `any_of` is (if it is not empty), `optional`
    ones may be; `sections` is all of them and `profiles` who can receive the type, both sorted.
    """

    name: str
    type: str
    lifecycle: Lifecycle
    required: frozenset[str]
    any_of: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    profiles: tuple[str, ...]
    validity_days: int

    @property
    def sections(self) -> tuple[str, ...]:
        """Every section that the type lists, sorted."""
        return tuple(sorted(self.required | self.any_of | self.optional))

    @property
    def about_alert(self) -> bool:
        """Whether the event belongs to an alert of its issuer and carries `sub`."""
        return self.lifecycle is not Lifecycle.ANSWER


_ALERT_OPTIONAL = frozenset(
    {
        "biometric_refs",
        "documents",
        "evaluation",
        "exploitation",
        "handling_note",
        "image",
        "movement",
        "narrative",
        "objects",
        "physical",
        "references",
    }
)
_NOTICE = frozenset({"notice", *ALWAYS})
_ALL_PROFILES = (Profile.BORDER.value, Profile.CARE.value, Profile.LIAISON.value)


def _notice(name: str, lifecycle: Lifecycle) -> EventSpec:
    return EventSpec(
        name=name,
        type=f"{name}.v1",
        lifecycle=lifecycle,
        required=_NOTICE,
        profiles=_ALL_PROFILES,
        validity_days=QUARTER_DAYS,
    )


SUSPECT_ALERT = EventSpec(
    name="suspect-alert",
    type="suspect-alert.v1",
    lifecycle=Lifecycle.ALERT,
    required=frozenset({"role", "summary", "markers", *ALWAYS}),
    any_of=frozenset({"identity", "objects"}),
    optional=(_ALERT_OPTIONAL - {"objects"}) | {"match_keys"},
    profiles=(Profile.BORDER.value, Profile.LIAISON.value),
    validity_days=FIVE_YEARS_DAYS,
)
VICTIM_ALERT = EventSpec(
    name="victim-alert",
    type="victim-alert.v1",
    lifecycle=Lifecycle.ALERT,
    required=frozenset({"status", "summary", "markers", *ALWAYS}),
    optional=_ALERT_OPTIONAL | {"identity", "needs", "safety"},
    profiles=_ALL_PROFILES,
    validity_days=FIVE_YEARS_DAYS,
)
SIGNAL = EventSpec(
    name="signal",
    type="signal.v1",
    lifecycle=Lifecycle.ALERT,
    required=frozenset({"observation", "summary", "markers", *ALWAYS}),
    optional=frozenset(
        {
            "evaluation",
            "exploitation",
            "handling_note",
            "identity",
            "movement",
            "narrative",
            "objects",
            "references",
        }
    ),
    profiles=_ALL_PROFILES,
    validity_days=YEAR_DAYS,
)
WITHDRAW = _notice("withdraw", Lifecycle.ENDING)
ERASE = _notice("erase", Lifecycle.ENDING)
RECALL = _notice("recall", Lifecycle.ENDING)
RECEIPT = _notice("receipt", Lifecycle.ANSWER)
ERASURE_RECEIPT = _notice("erasure-receipt", Lifecycle.ANSWER)

EVENTS: Mapping[str, EventSpec] = MappingProxyType(
    {
        known.type: known
        for known in (SUSPECT_ALERT, VICTIM_ALERT, SIGNAL, WITHDRAW, ERASE, RECALL, RECEIPT, ERASURE_RECEIPT)
    }
)
"""Known types by their full claim."""
ALERTS = tuple(known.type for known in EVENTS.values() if known.lifecycle is Lifecycle.ALERT)
"""Types that say something of their own, in the order of the contract; the others are about them."""
_ABOUT_VICTIMS = (VICTIM_ALERT, SIGNAL)


def spec(event_type: str) -> EventSpec:
    """Return the description of a `type` claim.

    Raises:
        UnknownEventType: this side does not know the type or its version (E05-type).
    """
    found = EVENTS.get(event_type)
    if found is None:
        raise refusal(Code.E05_TYPE, "unknown type or version")
    return found


def validity_limit_seconds(event_type: str, sections: Mapping[str, SectionModel] | None = None) -> int:
    """Return the longest `exp` - `iat` of a type; with `sections`, of this very event (CONTRACTS 5).

    The hub sees no content and applies the limit of the type; issuer and recipient apply both.
    """
    known = spec(event_type)
    days = known.validity_days
    role = (sections or {}).get("role")
    status = (sections or {}).get("status")
    references = (sections or {}).get("references")
    linked = isinstance(references, References) and references.linked
    if isinstance((sections or {}).get("observation"), Observation) and not linked:
        days = QUARTER_DAYS
    if isinstance(role, Role) and role.action is not SuspectAction.ARREST_REFERENCE:
        days = YEAR_DAYS
    if isinstance(status, Status) and status.kind in _YEAR_KINDS:
        days = YEAR_DAYS
    return days * DAY_SECONDS


def retention_class(event_type: str, iat: int, exp: int, profile: str) -> str:
    """Return the retention class of the epoch key that wraps an event for `profile`, as `suspect-1y`.

    Whom a signal is about may turn out a victim, so it goes with the victims' keys. Lifecycle events and
    receipts tell nothing about a victim and go with the suspects', except towards care.
    """
    subject = "care" if profile == Profile.CARE else "victim" if spec(event_type) in _ABOUT_VICTIMS else "suspect"
    validity = exp - iat
    term = "90d" if validity <= QUARTER_DAYS * DAY_SECONDS else "1y" if validity <= YEAR_DAYS * DAY_SECONDS else "5y"
    return f"{subject}-{term}"


def reference_rule(claims: Claims) -> None:
    """Check that `ref`, `sub` and `ver` fit the type (step 9).

    Raises:
        OutOfOrder: E09-reference, the detail names the rule.
    """
    fault = _reference_fault(claims, spec(claims.type).lifecycle)
    if fault is not None:
        raise refusal(Code.E09_REFERENCE, fault)


def _reference_fault(claims: Claims, lifecycle: Lifecycle) -> str | None:
    referenced = {(reference.iss, reference.jti) for reference in claims.ref}
    if len(referenced) != len(claims.ref):
        return "ref names an event twice"
    if (claims.iss, claims.jti) in referenced:
        return "ref names the event itself"
    issuers = {issuer for issuer, _ in referenced}
    if lifecycle is Lifecycle.ANSWER:
        return _answer_fault(claims, issuers)
    if claims.sub is UNSET:
        return "sub is missing"
    if issuers - {claims.iss}:
        return "ref names an event of another issuer"
    return _own_fault(claims, lifecycle)


def _own_fault(claims: Claims, lifecycle: Lifecycle) -> str | None:
    if lifecycle is Lifecycle.ENDING:
        return None if claims.ref else "ref is empty"
    if claims.ver is UNSET:
        return "ver is missing"
    if claims.ver == 1:
        return "ref of a first version is not empty" if claims.ref else None
    return None if len(claims.ref) == 1 else "ref of a later version is not exactly the version before"


def _answer_fault(claims: Claims, issuers: set[str]) -> str | None:
    if claims.sub is not UNSET or claims.ver is not UNSET:
        return "sub or ver stands in an event about somebody else's"
    if not 1 <= len(claims.ref) <= MAX_REFERENCES:
        return "ref is empty or too long"
    if len(issuers) != 1 or claims.iss in issuers:
        return "ref does not name events of one other issuer"
    return None

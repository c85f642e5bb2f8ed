"""Describe each event type: its sections, profiles, references, validity and retention (CONTRACTS 1, 2, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from contracts.codes import Profile, SuspectAction, VictimAlertKind
from contracts.errors import Code, refusal
from contracts.parts import SectionModel
from contracts.sections import SECTION_MODELS
from contracts.sections.observation import Observation
from contracts.sections.references import References
from contracts.sections.role import Role
from contracts.sections.status import Status

DAY_SECONDS = 86_400
QUARTER_DAYS = 90
"""Validity of lifecycle events and receipts, which are done with long before, and of signals that no case takes up."""
YEAR_DAYS = 366
"""A year with its leap day, so that "one year" never falls a day short."""
FIVE_YEARS_DAYS = 1_827
"""Five years with two leap days."""
ALWAYS = ("audience", "handling")
"""Sections that stand in every event; the hub and the auditors open them."""
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


Model = type[SectionModel]


class Lifecycle(StrEnum):
    """What kind of event it is.

    `alert`: something of the issuer's own, in versions. `ending`: ends or limits one. `disclosure`: opens
    more of one. `message`: asks, answers or tells about an event of somebody else; one version.
    `receipt`: what became of events here. `batch`: for auditors alone.
    """

    ALERT = "alert"
    ENDING = "ending"
    DISCLOSURE = "disclosure"
    MESSAGE = "message"
    RECEIPT = "receipt"
    BATCH = "batch"


class Refers(StrEnum):
    """What the claim `ref` of a type names. No event names itself, or another one twice."""

    PREVIOUS = "exactly the version before, if there is one"
    OWN = "own events, at least one"
    ONE_OWN = "exactly one own event"
    THEIRS = "1 to 500 events of one other issuer"
    ONE_THEIRS = "exactly one event of another issuer"
    PERHAPS_ONE = "at most one event"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSpec:
    """One event type. Every event of it lists exactly `sections` and seals exactly `profiles`.

    `required` sections are always there, at least one of `any_of` is (if it is not empty), `optional`
    ones may be; `sections` is all of them and `profiles` who can receive the type, both sorted. `says` is
    the member of `report` or `notice` that the type is for. A type that `answers` goes to the issuer of the
    event it names and to nobody else. `models` are those of sections that this version spells in its own way.
    """

    name: str
    type: str
    lifecycle: Lifecycle
    refers: Refers
    required: frozenset[str]
    any_of: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    profiles: tuple[str, ...]
    validity_days: int
    says: str | None = None
    answers: bool = False
    models: Mapping[str, Model] = field(default_factory=dict, hash=False)

    @property
    def version(self) -> int:
        """The number behind `.v`."""
        return int(self.type.removeprefix(f"{self.name}.v"))

    def model(self, section: str) -> Model | None:
        """Return what the content of `section` is in this version; None for a name that no section has."""
        return self.models.get(section) or SECTION_MODELS.get(section)

    @property
    def sections(self) -> tuple[str, ...]:
        """Every section that the type lists, sorted."""
        return tuple(sorted(self.required | self.any_of | self.optional))

    @property
    def clear(self) -> tuple[str, ...]:
        """Sections that the hub and the auditors open, sorted."""
        return tuple(sorted({*ALWAYS, *({"consultations"} & self.required)}))

    @property
    def has_sub(self) -> bool:
        """Whether the event carries `sub`: what holds content can be erased under it."""
        return self.lifecycle not in {Lifecycle.RECEIPT, Lifecycle.BATCH}

    @property
    def has_ver(self) -> bool:
        """Whether the event carries `ver`."""
        return self.lifecycle is Lifecycle.ALERT

    @property
    def about_somebody(self) -> bool:
        """Whether the event tells something about a person; endings and receipts tell of events alone."""
        return self.lifecycle in {Lifecycle.ALERT, Lifecycle.DISCLOSURE, Lifecycle.MESSAGE}

    @property
    def removes(self) -> bool:
        """Whether the events in `ref` go from the feeds: a version replaces one, an ending but `restrict` ends them."""
        return self.refers in {Refers.PREVIOUS, Refers.OWN} and self.says != "restricted"


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


_POLICE = (Profile.BORDER.value, Profile.LIAISON.value)
_CARE = (Profile.CARE.value,)
_MESSAGE_OPTIONAL = frozenset(
    {
        "documents",
        "evaluation",
        "handling_note",
        "identity",
        "image",
        "movement",
        "narrative",
        "objects",
        "references",
    }
)


def _notice(name: str, lifecycle: Lifecycle, says: str) -> EventSpec:
    receipt = lifecycle is Lifecycle.RECEIPT
    return EventSpec(
        name=name,
        type=f"{name}.v1",
        lifecycle=lifecycle,
        refers=Refers.THEIRS if receipt else Refers.OWN,
        required=_NOTICE,
        profiles=_ALL_PROFILES,
        validity_days=QUARTER_DAYS,
        says=says,
        answers=receipt,
    )


def _message(name: str, says: str, *, refers: Refers = Refers.ONE_THEIRS) -> EventSpec:
    return EventSpec(
        name=name,
        type=f"{name}.v1",
        lifecycle=Lifecycle.MESSAGE,
        refers=refers,
        required=frozenset({"report", *ALWAYS}),
        optional=_MESSAGE_OPTIONAL,
        profiles=_POLICE,
        validity_days=YEAR_DAYS,
        says=says,
        answers=refers is Refers.ONE_THEIRS,
    )


SUSPECT_ALERT = EventSpec(
    name="suspect-alert",
    type="suspect-alert.v1",
    lifecycle=Lifecycle.ALERT,
    refers=Refers.PREVIOUS,
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
    refers=Refers.PREVIOUS,
    required=frozenset({"status", "summary", "markers", *ALWAYS}),
    optional=_ALERT_OPTIONAL | {"identity", "needs", "safety"},
    profiles=_ALL_PROFILES,
    validity_days=FIVE_YEARS_DAYS,
)
SIGNAL = EventSpec(
    name="signal",
    type="signal.v1",
    lifecycle=Lifecycle.ALERT,
    refers=Refers.PREVIOUS,
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
REFERRAL_REQUEST = EventSpec(
    name="referral-request",
    type="referral-request.v1",
    lifecycle=Lifecycle.ALERT,
    refers=Refers.PREVIOUS,
    required=frozenset({"needs", "summary", *ALWAYS}),
    optional=frozenset({"identity", "references", "safety", "status"}),
    profiles=_CARE,
    validity_days=YEAR_DAYS,
)
WITHDRAW = _notice("withdraw", Lifecycle.ENDING, "ground")
ERASE = _notice("erase", Lifecycle.ENDING, "ground")
RECALL = _notice("recall", Lifecycle.ENDING, "ground")
RESTRICT = _notice("restrict", Lifecycle.ENDING, "restricted")
RECEIPT = _notice("receipt", Lifecycle.RECEIPT, "received")
ERASURE_RECEIPT = _notice("erasure-receipt", Lifecycle.RECEIPT, "erased")
DISCLOSURE = EventSpec(
    name="disclosure",
    type="disclosure.v1",
    lifecycle=Lifecycle.DISCLOSURE,
    refers=Refers.ONE_OWN,
    required=frozenset({"opened", *ALWAYS}),
    optional=frozenset({"handling_note"}),
    profiles=_ALL_PROFILES,
    validity_days=FIVE_YEARS_DAYS,
)
HIT = _message("hit", "hit")
REQUEST = _message("request", "request", refers=Refers.PERHAPS_ONE)
ANSWER = _message("answer", "answer")
REFUSAL = _message("refusal", "refusal")
CORRECTION_PROPOSAL = _message("correction-proposal", "correction")
ERROR_REPORT = _message("error-report", "error")
SHELTER_OFFER = EventSpec(
    name="shelter-offer",
    type="shelter-offer.v1",
    lifecycle=Lifecycle.MESSAGE,
    refers=Refers.PERHAPS_ONE,
    required=frozenset({"offer", *ALWAYS}),
    profiles=_CARE,
    validity_days=QUARTER_DAYS,
)
REFERRAL_DECISION = EventSpec(
    name="referral-decision",
    type="referral-decision.v1",
    lifecycle=Lifecycle.MESSAGE,
    refers=Refers.ONE_THEIRS,
    required=_NOTICE,
    optional=frozenset({"offer", "safety"}),
    profiles=_CARE,
    validity_days=QUARTER_DAYS,
    says="referral",
    answers=True,
)
CONSULTATION_BATCH = EventSpec(
    name="consultation-batch",
    type="consultation-batch.v1",
    lifecycle=Lifecycle.BATCH,
    refers=Refers.NOTHING,
    required=frozenset({"consultations", *ALWAYS}),
    profiles=(),
    validity_days=YEAR_DAYS,
)
REPORTS = (HIT, REQUEST, ANSWER, REFUSAL, CORRECTION_PROPOSAL, ERROR_REPORT)
"""Messages between police authorities."""

_KNOWN = {
    known.type: known
    for known in (
        SUSPECT_ALERT,
        VICTIM_ALERT,
        SIGNAL,
        REFERRAL_REQUEST,
        WITHDRAW,
        ERASE,
        RECALL,
        RESTRICT,
        RECEIPT,
        ERASURE_RECEIPT,
        DISCLOSURE,
        *REPORTS,
        SHELTER_OFFER,
        REFERRAL_DECISION,
        CONSULTATION_BATCH,
    )
}
EVENTS: Mapping[str, EventSpec] = MappingProxyType(_KNOWN)
"""Known types by their full claim: every version that this installation can read."""


def is_a(event_type: str, kind: EventSpec) -> bool:
    """Tell whether a `type` claim is `kind` in any version."""
    return event_type.partition(".")[0] == kind.name


def versions_of(*kinds: EventSpec) -> tuple[str, ...]:
    """Return the known types of these kinds of events, oldest version first."""
    names = {kind.name for kind in kinds}
    known = sorted((one for one in EVENTS.values() if one.name in names), key=lambda one: (one.version, one.name))
    return tuple(one.type for one in known)


ALERTS = tuple(known.type for known in EVENTS.values() if known.lifecycle is Lifecycle.ALERT)
"""Types that say something of their own, in the order of the contract; the others are about them."""
MESSAGES = tuple(known.type for known in EVENTS.values() if known.lifecycle is Lifecycle.MESSAGE)
"""Types by which participants ask, answer and tell each other something."""


def spec(event_type: str) -> EventSpec:
    """Return the description of a `type` claim.

    Raises:
        UnknownEventType: this side does not know the type or its version (E05-type).
    """
    found = EVENTS.get(event_type)
    if found is None:
        name = next((known.name for known in EVENTS.values() if is_a(event_type, known)), None)
        unknown = "unknown type" if name is None else f"unknown version of {name}"
        raise refusal(Code.E05_TYPE, f"{unknown}: install the release of Baken that has it")
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

    Whom a signal or a message is about may turn out a victim: they go with the victims' keys. Endings and
    receipts tell nothing about anybody and go with the suspects', except towards care.
    """
    known = spec(event_type)
    victim = known.about_somebody and not is_a(known.type, SUSPECT_ALERT)
    subject = "care" if profile == Profile.CARE else "victim" if victim else "suspect"
    validity = exp - iat
    term = "90d" if validity <= QUARTER_DAYS * DAY_SECONDS else "1y" if validity <= YEAR_DAYS * DAY_SECONDS else "5y"
    return f"{subject}-{term}"

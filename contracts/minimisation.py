"""Hold the minimisation profiles as data with a version (CONTRACTS 3). Old versions stay.

What a table does not list is never disclosed. Sections that a profile may get later, by a
`disclosure` after a match, are absent here: no alert opens them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contracts.codes import Condition, Profile, Purpose, VictimAlertKind
from contracts.events import (
    DISCLOSURE,
    ERASE,
    ERASURE_RECEIPT,
    RECALL,
    RECEIPT,
    REFERRAL_DECISION,
    REFERRAL_REQUEST,
    REPORTS,
    RESTRICT,
    SHELTER_OFFER,
    SIGNAL,
    SUSPECT_ALERT,
    VICTIM_ALERT,
    WITHDRAW,
)

Maximum = Mapping[str, frozenset[Condition]]
"""Sections that may be opened, each with the conditions that must all hold."""

FREE: frozenset[Condition] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the minimisation policy.

    `maximum` is by (type, profile). `minor_conditions` come on top where the subject is or is
    presumed a minor; `minor_image_kinds` are the only alert kinds in which a minor's image is
    opened; `victim_purposes` and `minor_purposes` are those under which `victim_purpose` holds.
    """

    version: str
    maximum: Mapping[tuple[str, str], Maximum]
    minor_conditions: Maximum
    minor_image_kinds: frozenset[VictimAlertKind]
    victim_purposes: frozenset[Purpose]
    minor_purposes: frozenset[Purpose]


def _open(*names: str, **conditional: Condition) -> Maximum:
    rows = dict.fromkeys(names, FREE) | {name: frozenset({needed}) for name, needed in conditional.items()}
    return MappingProxyType(rows)


_SUSPECT_LIAISON = _open(
    "identity",
    "documents",
    "objects",
    "movement",
    "references",
    "narrative",
    "evaluation",
    "role",
    "image",
    "biometric_refs",
    "handling",
    "handling_note",
    "summary",
    "markers",
    physical=Condition.STRICTLY_NECESSARY,
    exploitation=Condition.STRICTLY_NECESSARY,
)
_SUSPECT_BORDER = _open("match_keys", "handling", "handling_note", "markers")
_VICTIM_LIAISON = _open(
    "objects",
    "movement",
    "references",
    "narrative",
    "evaluation",
    "image",
    "biometric_refs",
    "status",
    "handling",
    "handling_note",
    "summary",
    "markers",
    identity=Condition.VICTIM_PURPOSE,
    documents=Condition.VICTIM_PURPOSE,
    physical=Condition.STRICTLY_NECESSARY,
    exploitation=Condition.STRICTLY_NECESSARY,
)
_VICTIM_BORDER = _open("markers", "handling")
"""No reason is shown, and a victim is never in a hit/no-hit index."""
_VICTIM_CARE = _open("status", "needs", "safety", "summary", "markers", identity=Condition.CONSENT)
"""Needs, never the police story: no evaluation and no handling codes."""
_SIGNAL_LIAISON = _open(
    "observation",
    "objects",
    "movement",
    "references",
    "narrative",
    "evaluation",
    "handling",
    "handling_note",
    "summary",
    "markers",
    identity=Condition.VICTIM_PURPOSE,
    exploitation=Condition.STRICTLY_NECESSARY,
)
"""Whom a signal is about may turn out a victim: the name needs a victim's purpose."""
_SIGNAL_BORDER = _open("markers", "handling", "handling_note")
_SIGNAL_CARE = _open("summary", "markers")
_REPORT_LIAISON = _open(
    "report",
    "objects",
    "movement",
    "references",
    "narrative",
    "evaluation",
    "image",
    "handling",
    "handling_note",
    identity=Condition.VICTIM_PURPOSE,
    documents=Condition.VICTIM_PURPOSE,
)
_REPORT_BORDER = _open("report", "handling", "handling_note")
_REFERRAL_CARE = _open("needs", "safety", "status", "summary", identity=Condition.CONSENT)
_NOTICE_POLICE = _open("notice", "handling")
_NOTICE_CARE = _open("notice")

MINIMISATION_1 = Policy(
    version="minimisation-1",
    maximum=MappingProxyType(
        {
            (SUSPECT_ALERT.type, Profile.LIAISON.value): _SUSPECT_LIAISON,
            (SUSPECT_ALERT.type, Profile.BORDER.value): _SUSPECT_BORDER,
            (VICTIM_ALERT.type, Profile.LIAISON.value): _VICTIM_LIAISON,
            (VICTIM_ALERT.type, Profile.BORDER.value): _VICTIM_BORDER,
            (VICTIM_ALERT.type, Profile.CARE.value): _VICTIM_CARE,
            (SIGNAL.type, Profile.LIAISON.value): _SIGNAL_LIAISON,
            (SIGNAL.type, Profile.BORDER.value): _SIGNAL_BORDER,
            (SIGNAL.type, Profile.CARE.value): _SIGNAL_CARE,
        }
        | {
            (notice.type, profile.value): _NOTICE_CARE if profile is Profile.CARE else _NOTICE_POLICE
            for notice in (WITHDRAW, ERASE, RECALL, RESTRICT, RECEIPT, ERASURE_RECEIPT)
            for profile in Profile
        }
        | {(report.type, Profile.LIAISON.value): _REPORT_LIAISON for report in REPORTS}
        | {(report.type, Profile.BORDER.value): _REPORT_BORDER for report in REPORTS}
        | {
            (DISCLOSURE.type, Profile.LIAISON.value): _open("opened", "handling", "handling_note"),
            (DISCLOSURE.type, Profile.BORDER.value): _open("handling", "handling_note", opened=Condition.AFTER_MATCH),
            (DISCLOSURE.type, Profile.CARE.value): _open(opened=Condition.CONSENT),
            (REFERRAL_REQUEST.type, Profile.CARE.value): _REFERRAL_CARE,
            (SHELTER_OFFER.type, Profile.CARE.value): _open("offer"),
            (REFERRAL_DECISION.type, Profile.CARE.value): _open("notice", "safety", "offer"),
        }
    ),
    minor_conditions=_open(exploitation=Condition.SECOND_APPROVAL, narrative=Condition.SECOND_APPROVAL),
    minor_image_kinds=frozenset(
        {
            VictimAlertKind.MISSING_PROTECT,
            VictimAlertKind.CHILD_ABDUCTION_RISK,
            VictimAlertKind.CHILD_TRAFFICKING_RISK,
        }
    ),
    victim_purposes=frozenset({Purpose.PROTECT_VICTIM, Purpose.IDENTIFY, Purpose.PREVENT, Purpose.PROSECUTE}),
    minor_purposes=frozenset({Purpose.PROTECT_VICTIM, Purpose.IDENTIFY}),
)

POLICY = MINIMISATION_1.version
"""The version that is applied to new events."""
POLICIES: Mapping[str, Policy] = MappingProxyType({MINIMISATION_1.version: MINIMISATION_1})
"""Every version ever applied: an auditor recomputes old decisions."""

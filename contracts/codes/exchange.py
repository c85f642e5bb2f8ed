"""List code values of the exchange itself: handling, evaluation, purpose, conditions, lifecycle.

Origins: Council doc. 6243/18 (handling), Europol 4x4 (Regulation (EU) 2016/794 art. 29), Directive (EU) 2023/977.
"""

from __future__ import annotations

from enum import StrEnum


class HandlingCode(StrEnum):
    """Europol handling codes; the text of H3 is the section `handling_note`."""

    H0 = "H0"
    H1 = "H1"
    H2 = "H2"
    H3 = "H3"


class Onward(StrEnum):
    """Onward sharing by a recipient."""

    NONE = "none"
    WITH_RELEASE = "with_release"
    SAME_PROFILE = "same_profile"


class JudicialUse(StrEnum):
    """Use in judicial proceedings."""

    NONE = "none"
    WITH_PERMISSION = "with_permission"
    PERMITTED = "permitted"


class LegalRegime(StrEnum):
    """Regime under which recipients process: Directive (EU) 2016/680 or Regulation (EU) 2016/679."""

    LED = "led"
    GDPR = "gdpr"


class SourceCode(StrEnum):
    """Europol 4x4, the source."""

    A = "A"
    B = "B"
    C = "C"
    X = "X"


class InformationCode(StrEnum):
    """Europol 4x4, the information."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"


class EvaluationScheme(StrEnum):
    """Scheme that the original evaluation was made in."""

    EUROPOL_4X4 = "europol4x4"
    UK_5X5X5 = "uk5x5x5"
    UK_3X5X2 = "uk3x5x2"
    ADMIRALTY = "admiralty"
    OTHER = "other"


class UrgencyLevel(StrEnum):
    """How soon; the last two need a reason code."""

    ROUTINE = "routine"
    URGENT = "urgent"
    IMMEDIATE = "immediate"


class UrgencyReason(StrEnum):
    """Why; never free text, because it stands in clear."""

    LIFE_AT_RISK = "life_at_risk"
    CHILD_AT_RISK = "child_at_risk"
    FLIGHT_RISK = "flight_risk"
    EVIDENCE_LOSS = "evidence_loss"
    ONGOING_EXPLOITATION = "ongoing_exploitation"


class Condition(StrEnum):
    """What must hold before a profile may open a section; `audience` names those used."""

    VICTIM_PURPOSE = "victim_purpose"
    STRICTLY_NECESSARY = "strictly_necessary"
    CONSENT = "consent"
    AFTER_MATCH = "after_match"
    SECOND_APPROVAL = "second_approval"


class Profile(StrEnum):
    """What a recipient works as; one per participant and event type."""

    LIAISON = "liaison"
    BORDER = "border"
    CARE = "care"


class Purpose(StrEnum):
    """Why an event is sent."""

    LOCATE_SUSPECT = "locate_suspect"
    PROTECT_VICTIM = "protect_victim"
    IDENTIFY = "identify"
    PREVENT = "prevent"
    PROSECUTE = "prosecute"
    STATISTICS = "statistics"
    TRAINING = "training"


class RefusalGround(StrEnum):
    """Closed grounds for not doing what was asked (Directive (EU) 2023/977 art. 6)."""

    NOT_AVAILABLE = "not_available"
    NO_JUDICIAL_AUTHORISATION = "no_judicial_authorisation"
    NATIONAL_SECURITY = "national_security"
    ONGOING_INVESTIGATION = "ongoing_investigation"
    SAFETY_OF_PERSON = "safety_of_person"
    DISPROPORTIONATE = "disproportionate"
    OFFENCE_BELOW_THRESHOLD = "offence_below_threshold"
    INACCURATE_OR_OUTDATED = "inaccurate_or_outdated"
    NEEDS_CLARIFICATION = "needs_clarification"


class ErasureGround(StrEnum):
    """Why an alert ends: the ground of withdraw, erase and recall."""

    EXPIRED = "expired"
    PURPOSE_ACHIEVED = "purpose_achieved"
    UNLAWFUL = "unlawful"
    INACCURATE = "inaccurate"
    DATA_SUBJECT_REQUEST = "data_subject_request"
    LEGAL_OBLIGATION = "legal_obligation"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    ORIGIN_DELETED = "origin_deleted"
    ISSUED_IN_ERROR = "issued_in_error"
    EXERCISE_END = "exercise_end"


class KeepReason(StrEnum):
    """Why a recipient restricts instead of erasing (Directive (EU) 2016/680 art. 16(3))."""

    CONTESTED = "contested"
    EVIDENCE = "evidence"
    LEGAL_CLAIM = "legal_claim"
    PROTECTS_SUBJECT = "protects_subject"


class ReceiptState(StrEnum):
    """What a recipient says of an event that reached it."""

    RECEIVED = "received"
    OPENED = "opened"
    TASKED = "tasked"
    ACTED = "acted"
    CANNOT_ACT = "cannot_act"


class ErasureState(StrEnum):
    """What a recipient says of an event that it was ordered to erase."""

    ERASED = "erased"
    RESTRICTED = "restricted"
    NOT_HELD = "not_held"
    EXPIRED = "expired"


class ReferenceScheme(StrEnum):
    """Whose number a reference is."""

    SIENA = "siena"
    SIS = "sis"
    EUROPOL = "europol"
    INTERPOL = "interpol"
    ECRIS = "ecris"
    EUROJUST = "eurojust"
    NATIONAL = "national"
    OTHER = "other"

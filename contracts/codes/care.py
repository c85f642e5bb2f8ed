"""List code values of help for a victim: capabilities and consent, never diagnoses.

Origins: HTCDS 2.0, Directive 2011/36/EU art. 11 to 16.
"""

from __future__ import annotations

from enum import StrEnum


class Service(StrEnum):
    """Services that a victim needs; capabilities, never diagnoses."""

    SHELTER = "shelter"
    EMERGENCY_SHELTER = "emergency_shelter"
    CHILD_SHELTER = "child_shelter"
    MEDICAL = "medical"
    PSYCHOLOGICAL = "psychological"
    LEGAL = "legal"
    INTERPRETATION = "interpretation"
    TRANSPORT = "transport"
    CHILD_GUARDIAN = "child_guardian"
    RETURN_ASSISTANCE = "return_assistance"
    REFLECTION_PERIOD = "reflection_period"
    FINANCIAL = "financial"
    DETOX = "detox"


class Capability(StrEnum):
    """What a place that takes somebody in must be able to do."""

    WOMEN = "women"
    MEN = "men"
    MIXED = "mixed"
    CHILDREN = "children"
    FAMILIES = "families"
    LGBTIQ = "lgbtiq"
    WHEELCHAIR = "wheelchair"
    MEDICAL = "medical"
    HIGH_SECURITY = "high_security"
    PETS = "pets"


class ServiceLevel(StrEnum):
    """How far registration goes (CoMensha dossier types)."""

    REGISTER_ONLY = "register_only"
    REGISTER_AND_SHELTER = "register_and_shelter"
    REGISTER_AND_ADVICE = "register_and_advice"


class ConsentScope(StrEnum):
    """What a person, or the guardian, agreed to."""

    REFERRAL = "referral"
    IDENTITY = "identity"
    CONTACT = "contact"
    ONWARD = "onward"


class ConsentGiver(StrEnum):
    """Who agreed."""

    PERSON = "person"
    GUARDIAN = "guardian"


class NoConsentBasis(StrEnum):
    """Why help goes on without consent (Directive 2011/36 art. 11(5), child and vital interest)."""

    CHILD = "child"
    VITAL_INTEREST = "vital_interest"


class ContactGroup(StrEnum):
    """Who must not be contacted."""

    FAMILY = "family"
    PARTNER = "partner"
    EMPLOYER = "employer"
    COMMUNITY = "community"
    CONSULATE = "consulate"
    OTHER = "other"


class Channel(StrEnum):
    """How a safe contact is reached."""

    PHONE = "phone"
    EMAIL = "email"
    THROUGH_ORGANISATION = "through_organisation"
    IN_PERSON = "in_person"


class ReferralOutcome(StrEnum):
    """What became of a referral, said by whoever takes the person in or by whoever asked."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WAITLISTED = "waitlisted"
    HANDED_OVER = "handed_over"
    COMPLETED = "completed"
    WITHDRAWN_BY_PERSON = "withdrawn_by_person"


class DeclineReason(StrEnum):
    """Why a referral is declined."""

    NO_PLACE = "no_place"
    CAPABILITY_LACKING = "capability_lacking"
    OUTSIDE_REGION = "outside_region"
    SAFETY = "safety"
    OTHER = "other"

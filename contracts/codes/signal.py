"""List code values of signals: who reports, what was asked and seen, how it was assessed.

Sources: operational indicators of trafficking (ILO and European Commission, 2009), indicators of forced labour (ILO,
2012).
"""

from __future__ import annotations

from enum import StrEnum


class ReporterClass(StrEnum):
    """What kind of person or body saw it. `anonymous`: the reporter is not known, and nobody tries to know."""

    POLICE = "police"
    BORDER = "border"
    LABOUR_INSPECTORATE = "labour_inspectorate"
    MUNICIPALITY = "municipality"
    HEALTH = "health"
    EDUCATION = "education"
    BANK = "bank"
    HOTEL = "hotel"
    TRANSPORT = "transport"
    NGO = "ngo"
    CITIZEN = "citizen"
    SELF = "self"
    ANONYMOUS = "anonymous"


class Dimension(StrEnum):
    """Dimensions of the operational indicators: recruitment, exploitation, destination."""

    DECEPTIVE_RECRUITMENT = "D1"
    COERCIVE_RECRUITMENT = "D2"
    VULNERABILITY_AT_RECRUITMENT = "D3"
    EXPLOITATION = "D4"
    COERCION_AT_DESTINATION = "D5"
    VULNERABILITY_AT_DESTINATION = "D6"


class Strength(StrEnum):
    """Weight of an indicator, which depends on the situation that is assessed."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class Combination(StrEnum):
    """What makes a dimension positive; of those that hold, the first is named (`contracts.assessment`)."""

    TWO_STRONG = "two_strong"
    STRONG_AND_OTHER = "strong_and_other"
    THREE_MEDIUM = "three_medium"
    TWO_MEDIUM_AND_WEAK = "two_medium_and_weak"


class Element(StrEnum):
    """Elements of trafficking (Palermo Protocol art. 3, Directive 2011/36/EU art. 2); a child needs no means."""

    ACT = "act"
    MEANS = "means"
    EXPLOITATION = "exploitation"
    COERCION = "coercion"
    """At destination, as the operational indicators ask it of adults."""


class Answered(StrEnum):
    """What the answers say of a dimension or an element.

    `open` is never a no: answers are missing, or the catalogue lacks the source's strengths.
    """

    POSITIVE = "positive"
    NOT_POSITIVE = "not_positive"
    OPEN = "open"


class Situation(StrEnum):
    """Profiles of the operational indicators: adult or child, labour or sexual exploitation."""

    ADULT_LABOUR = "adult_labour"
    ADULT_SEXUAL = "adult_sexual"
    CHILD_LABOUR = "child_labour"
    CHILD_SEXUAL = "child_sexual"


class AssessmentRule(StrEnum):
    """The rule by which an assessment came about."""

    ILO_EC_2009 = "ilo_ec_2009"
    """Strengths combined by `contracts.assessment`."""
    PROFESSIONAL_JUDGEMENT = "professional_judgement"


class SignalOutcome(StrEnum):
    """What an assessment leads to. It makes a task for a person and is never a finding."""

    NO_FINDING = "no_finding"
    FURTHER_ASSESSMENT = "further_assessment"
    PRESUMED_VICTIM = "presumed_victim"


class ProposalReason(StrEnum):
    """Why an outcome is proposed to the person who decides."""

    ALL_ELEMENTS = "all_elements"
    """Every element of the situation is positive: presumed victim."""
    SOMETHING_SEEN = "something_seen"
    """Something was seen, and not every element is positive: further assessment."""
    TOO_LITTLE_ASKED = "too_little_asked"
    """Nothing was seen, and what was not asked may still change that: further assessment."""
    RULED_OUT = "ruled_out"
    """Nothing was seen, and no answer that is missing could make every element positive: no finding."""

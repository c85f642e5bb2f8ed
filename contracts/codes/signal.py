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


class Indicator(StrEnum):
    """`<catalogue>:<id>`; a catalogue grows, a code never changes its meaning (`contracts.indicators`).

    `ilo-11` are the eleven of forced labour. In `ilo-ec` the id begins with the dimension: the same fact weighs
    differently at recruitment and at destination.
    """

    ABUSE_OF_VULNERABILITY = "ilo-11:abuse_of_vulnerability"
    DECEPTION = "ilo-11:deception"
    RESTRICTION_OF_MOVEMENT = "ilo-11:restriction_of_movement"
    ISOLATION = "ilo-11:isolation"
    PHYSICAL_SEXUAL_VIOLENCE = "ilo-11:physical_sexual_violence"
    INTIMIDATION_THREATS = "ilo-11:intimidation_threats"
    RETENTION_OF_DOCUMENTS = "ilo-11:retention_of_documents"
    WITHHOLDING_OF_WAGES = "ilo-11:withholding_of_wages"
    DEBT_BONDAGE = "ilo-11:debt_bondage"
    ABUSIVE_CONDITIONS = "ilo-11:abusive_conditions"
    EXCESSIVE_OVERTIME = "ilo-11:excessive_overtime"
    D1_DECEIVED_ON_JOB = "ilo-ec:d1-deceived_on_job"
    """About the nature of the job, its place or the employer."""
    D2_CONFISCATED_DOCUMENTS = "ilo-ec:d2-confiscated_documents"
    D2_VIOLENCE = "ilo-ec:d2-violence"
    D4_EXCESSIVE_HOURS = "ilo-ec:d4-excessive_hours"
    D5_CONFISCATED_DOCUMENTS = "ilo-ec:d5-confiscated_documents"
    D5_DEBT_BONDAGE = "ilo-ec:d5-debt_bondage"
    D5_ISOLATION = "ilo-ec:d5-isolation"
    """Isolation, confinement or surveillance."""
    D5_VIOLENCE = "ilo-ec:d5-violence"


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


class Situation(StrEnum):
    """Profiles of the operational indicators: adult or child, labour or sexual exploitation."""

    ADULT_LABOUR = "adult_labour"
    ADULT_SEXUAL = "adult_sexual"
    CHILD_LABOUR = "child_labour"
    CHILD_SEXUAL = "child_sexual"


class AssessmentRule(StrEnum):
    """The rule by which an assessment came about."""

    ILO_EC_2009 = "ilo_ec_2009"
    """A dimension is positive with 2 strong, 1 strong and 1 other, 3 medium, or 2 medium and 1 weak."""
    PROFESSIONAL_JUDGEMENT = "professional_judgement"


class SignalOutcome(StrEnum):
    """What an assessment leads to. It makes a task for a person and is never a finding."""

    NO_FINDING = "no_finding"
    FURTHER_ASSESSMENT = "further_assessment"
    PRESUMED_VICTIM = "presumed_victim"

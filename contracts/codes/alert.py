"""List code values of what alerts say: crime, roles, actions, objects.

Origins: HTCDS 2.0 (IOM), SIS (Regulation (EU) 2018/1862), Directive 2011/36/EU with 2024/1712, ISIC rev. 4.
"""

from __future__ import annotations

from enum import StrEnum


class ExploitationForm(StrEnum):
    """Union of Directive 2011/36 art. 2(3), its amendment 2024/1712 and HTCDS."""

    SEXUAL_EXPLOITATION = "sexual_exploitation"
    FORCED_LABOUR_SERVICES = "forced_labour_services"
    DOMESTIC_SERVITUDE = "domestic_servitude"
    SLAVERY_SERVITUDE = "slavery_servitude"
    FORCED_BEGGING = "forced_begging"
    FORCED_CRIMINALITY = "forced_criminality"
    ORGAN_REMOVAL = "organ_removal"
    FORCED_MARRIAGE = "forced_marriage"
    ILLEGAL_ADOPTION = "illegal_adoption"
    SURROGACY_EXPLOITATION = "surrogacy_exploitation"
    FORCED_MILITARY_NONSTATE = "forced_military_nonstate"
    CHILD_LABOUR = "child_labour"
    OTHER = "other"
    UNKNOWN = "unknown"


class Act(StrEnum):
    """What is done to the person (Palermo Protocol art. 3)."""

    RECRUITMENT = "recruitment"
    TRANSPORTATION = "transportation"
    TRANSFER = "transfer"
    HARBOURING = "harbouring"
    RECEPTION = "reception"
    EXCHANGE_OF_CONTROL = "exchange_of_control"


class Means(StrEnum):
    """How it is done; not required where the victim is a child (Directive 2011/36 art. 2(5))."""

    THREAT_OR_FORCE = "threat_or_force"
    OTHER_COERCION = "other_coercion"
    ABDUCTION = "abduction"
    FRAUD = "fraud"
    DECEPTION = "deception"
    ABUSE_OF_POWER = "abuse_of_power"
    ABUSE_OF_VULNERABILITY = "abuse_of_vulnerability"
    PAYMENT_OR_BENEFIT = "payment_or_benefit"


class ControlMethod(StrEnum):
    """The 16 of HTCDS 2.0 and `restricts_movement`, which its prose defines and its picklist lacks."""

    PHYSICAL_THREATS = "physical_threats"
    THREATS_LAW_ENFORCEMENT = "threats_law_enforcement"
    THREATENS_CHILDREN_FAMILY = "threatens_children_family"
    DEBT_BONDAGE = "debt_bondage"
    FALSE_PROMISES = "false_promises"
    PHYSICAL_ABUSE = "physical_abuse"
    SEXUAL_ABUSE = "sexual_abuse"
    TAKES_EARNINGS = "takes_earnings"
    RESTRICTS_FINANCIAL_ACCESS = "restricts_financial_access"
    RESTRICTS_MEDICAL_CARE = "restricts_medical_care"
    WITHHOLDS_NECESSITIES = "withholds_necessities"
    PSYCHOLOGICAL_ABUSE = "psychological_abuse"
    PSYCHOACTIVE_SUBSTANCE = "psychoactive_substance"
    EXCESSIVE_WORKING_HOURS = "excessive_working_hours"
    WITHHOLDS_DOCUMENTS = "withholds_documents"
    OTHER = "other"
    RESTRICTS_MOVEMENT = "restricts_movement"


class SuspectRole(StrEnum):
    """What part a suspect has; facilitators and clients are in no other standard."""

    RECRUITER = "recruiter"
    TRANSPORTER = "transporter"
    HARBOURER = "harbourer"
    CONTROLLER_EXPLOITER = "controller_exploiter"
    ORGANISER = "organiser"
    FACILITATOR_DOCUMENTS = "facilitator_documents"
    FACILITATOR_HOUSING = "facilitator_housing"
    FACILITATOR_FINANCE = "facilitator_finance"
    FACILITATOR_ONLINE = "facilitator_online"
    CLIENT_KNOWING_USER = "client_knowing_user"
    CLIENT_OF_MINOR = "client_of_minor"
    CORRUPT_OFFICIAL = "corrupt_official"
    LEGAL_PERSON = "legal_person"
    MONEY_MULE = "money_mule"
    OTHER = "other"


class VictimStatus(StrEnum):
    """How far the status of a victim is established."""

    POSSIBLE = "possible"
    PRESUMED = "presumed"
    FORMALLY_IDENTIFIED = "formally_identified"
    REJECTED = "rejected"


class AssertedBy(StrEnum):
    """Who says so."""

    POLICE = "police"
    NGO = "ngo"
    COURT_PROSECUTION = "court_prosecution"
    GOV_NONPOLICE = "gov_nonpolice"
    LABOUR_INSPECTORATE = "labour_inspectorate"
    BORDER_GUARD = "border_guard"
    HEALTH = "health"
    SELF = "self"
    OTHER = "other"


class VictimStatement(StrEnum):
    """Never a blocking condition: no investigation depends on it (Directive 2011/36 art. 9(1))."""

    NONE = "none"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class VictimAlertKind(StrEnum):
    """Kinds of victim alert (Reg. 2018/1862 art. 32 and two notices of our own)."""

    MISSING_PROTECT = "missing_protect"
    MISSING_NO_PROTECT = "missing_no_protect"
    CHILD_ABDUCTION_RISK = "child_abduction_risk"
    CHILD_TRAFFICKING_RISK = "child_trafficking_risk"
    VULNERABLE_ADULT_TRAFFICKING_RISK = "vulnerable_adult_trafficking_risk"
    LOCATED_INFORM = "located_inform"
    POSSIBLE_VICTIM_NOTICE = "possible_victim_notice"


class SuspectAction(StrEnum):
    """Action asked for (Reg. 2018/1862 art. 26, 34, 36). `arrest_reference` points to a warrant, never is one."""

    LOCATE = "locate"
    DISCREET_CHECK = "discreet_check"
    INQUIRY_CHECK = "inquiry_check"
    SPECIFIC_CHECK = "specific_check"
    IDENTIFY = "identify"
    INFORM_ONLY = "inform_only"
    ARREST_REFERENCE = "arrest_reference"


class VictimAction(StrEnum):
    """Safe action on locating a victim; to detain is not among them."""

    CONTACT_ORIGIN = "contact_origin"
    SAFE_PLACE = "safe_place"
    WELFARE_CHECK = "welfare_check"


class WarningMarker(StrEnum):
    """Reg. 2018/1862 art. 20(3)(j) and the needs of care."""

    ARMED = "armed"
    VIOLENT = "violent"
    ESCAPED = "escaped"
    SUICIDE_RISK = "suicide_risk"
    HEALTH_THREAT = "health_threat"
    TERROR_RELATED = "terror_related"
    AT_RISK_OF_RETALIATION = "at_risk_of_retaliation"
    ACCOMPANIED_BY_CONTROLLER = "accompanied_by_controller"
    DO_NOT_CONTACT_FAMILY = "do_not_contact_family"


class ChildCase(StrEnum):
    """Case type of a missing child (Reg. 2018/1862 art. 32(9))."""

    RUNAWAY = "runaway"
    UNACCOMPANIED_MIGRANT = "unaccompanied_migrant"
    PARENTAL_ABDUCTION = "parental_abduction"
    UNKNOWN = "unknown"


class SubjectCategory(StrEnum):
    """Categories of Directive (EU) 2016/680 art. 6 that a suspect alert may be about."""

    SUSPECT = "suspect"
    CONVICTED = "convicted"


class OffenceScheme(StrEnum):
    """List that an offence code is from."""

    ECRIS = "ecris"
    ICCS = "iccs"
    NATIONAL = "national"


class DecisionKind(StrEnum):
    """What kind of decision an alert rests on; the alert points to it."""

    EUROPEAN_ARREST_WARRANT = "european_arrest_warrant"
    SIS_ALERT = "sis_alert"
    NATIONAL_WARRANT = "national_warrant"
    PROSECUTOR_ORDER = "prosecutor_order"
    COURT_ORDER = "court_order"
    POLICE_DECISION = "police_decision"


class ModusOperandi(StrEnum):
    """How victims are found and won (HTCDS MethodOfRecruitment)."""

    PLACE_OF_BUSINESS = "place_of_business"
    EDUCATIONAL_INSTITUTION = "educational_institution"
    AT_WORK = "at_work"
    ONLINE_SOCIAL_NETWORK = "online_social_network"
    ONLINE_ADVERTISEMENT = "online_advertisement"
    TELEVISION_ADVERTISEMENT = "television_advertisement"
    NEWSPAPER_ADVERTISEMENT = "newspaper_advertisement"
    FAMILY = "family"
    FRIENDS = "friends"
    OTHER = "other"


class Industry(StrEnum):
    """ISIC rev. 4 sections."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    H = "H"
    I = "I"  # noqa: E741 - the letter of the ISIC section
    J = "J"
    K = "K"
    L = "L"
    M = "M"
    N = "N"
    O = "O"  # noqa: E741 - the letter of the ISIC section
    P = "P"
    Q = "Q"
    R = "R"
    S = "S"
    T = "T"
    U = "U"


class TransportMode(StrEnum):
    """How a route is travelled."""

    CAR = "car"
    BUS = "bus"
    TRAIN = "train"
    LORRY = "lorry"
    SHIP = "ship"
    AIRCRAFT = "aircraft"
    FOOT = "foot"
    OTHER = "other"
    UNKNOWN = "unknown"


class VehicleKind(StrEnum):
    """Kinds of vehicle."""

    CAR = "car"
    VAN = "van"
    LORRY = "lorry"
    BUS = "bus"
    MOTORCYCLE = "motorcycle"
    TRAILER = "trailer"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    OTHER = "other"


class AccountKind(StrEnum):
    """Kinds of account that money moves through."""

    BANK = "bank"
    CARD = "card"
    CRYPTO = "crypto"
    PAYMENT_SERVICE = "payment_service"
    OTHER = "other"

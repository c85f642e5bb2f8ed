"""List code values of messages: what a hit says, what is asked, how it is answered, what seems wrong.

Origins: Regulation (EU) 2018/1862 art. 37, 48, 59; Directive (EU) 2023/977 art. 4 to 6;
Regulation (EU) 2024/982 art. 33.
"""

from __future__ import annotations

from enum import StrEnum


class MatchedOn(StrEnum):
    """What a person who confirmed a match compared."""

    IDENTITY = "identity"
    DOCUMENT = "document"
    VEHICLE = "vehicle"
    OBJECT = "object"
    IMAGE = "image"
    BIOMETRIC = "biometric"


class ActionTaken(StrEnum):
    """What was done after a hit."""

    LOCATED = "located"
    IDENTIFIED = "identified"
    CHECKED = "checked"
    QUESTIONED = "questioned"
    ARRESTED = "arrested"
    PLACED_IN_SAFETY = "placed_in_safety"
    WELFARE_CHECKED = "welfare_checked"
    OBJECT_SECURED = "object_secured"
    NONE_ASKED = "none_asked"


class AskedFor(StrEnum):
    """Categories of information that a request names."""

    IDENTITY = "identity"
    DOCUMENTS = "documents"
    WHEREABOUTS = "whereabouts"
    MOVEMENTS = "movements"
    VEHICLES = "vehicles"
    PHONES = "phones"
    ACCOUNTS = "accounts"
    ONLINE_IDENTIFIERS = "online_identifiers"
    ORGANISATIONS = "organisations"
    CRIMINAL_RECORD = "criminal_record"
    ONGOING_CASES = "ongoing_cases"
    ASSOCIATES = "associates"
    IMAGE = "image"
    VICTIM_PROTECTION = "victim_protection"


class WhyThere(StrEnum):
    """Objective reason to believe that the other side has it (Directive (EU) 2023/977 art. 4)."""

    NATIONALITY = "nationality"
    RESIDENCE = "residence"
    TRAVEL = "travel"
    VEHICLE_REGISTERED = "vehicle_registered"
    PHONE_SUBSCRIBED = "phone_subscribed"
    ACCOUNT_HELD = "account_held"
    ORGANISATION_SEAT = "organisation_seat"
    EARLIER_CASE = "earlier_case"
    HIT = "hit"


class AnswerExtent(StrEnum):
    """How much of what was asked an answer gives."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NOTHING_HELD = "nothing_held"


class Wrong(StrEnum):
    """What seems to be wrong with an alert (Regulation (EU) 2018/1862 art. 59)."""

    INACCURATE = "inaccurate"
    OUTDATED = "outdated"
    UNLAWFUL = "unlawful"
    OTHER_PERSON = "other_person"
    MISUSED_IDENTITY = "misused_identity"
    INCOMPLETE = "incomplete"


class ConsultedFor(StrEnum):
    """Why somebody looked at an event (Directive (EU) 2016/680 art. 25; Regulation (EU) 2024/982 art. 33)."""

    IDENTIFY = "identify"
    MORE_DATA = "more_data"
    CASE_WORK = "case_work"
    CROSS_CHECK = "cross_check"
    OPERATION = "operation"
    SUPERVISION = "supervision"

"""The German table, part two: role, status, exploitation, movement and things."""

from __future__ import annotations

from adapters.countries.de import case_words as words
from adapters.countries.de.care_words import YES_NO
from adapters.countries.de.person import LAND, REFUSE
from adapters.countries.de.person_words import AGE_ASSERTION, AGE_BAND
from adapters.countries.de.values import (
    ACCOUNT_NUMBER,
    DAY,
    EXACT_DATE,
    IMEI,
    INSTANT,
    LATITUDE,
    LINE,
    LONGITUDE,
    PHONE,
    PLATE,
    SHORT,
)
from adapters.mapping.table import Each, Group, Row, Rows
from adapters.mapping.text import Upper


def _assessment(section: str) -> Rows:
    path = f"sections.{section}.assessment"
    return (
        Row(field="Alert/Assessment/Number", path=f"{path}.reference", converter=SHORT),
        Row(field="Alert/Assessment/On", path=f"{path}.assessed_on", converter=DAY, on_malformed=REFUSE),
    )


def _place(prefix: str = "", path: str = "") -> Rows:
    inside = f"{path}." if path else ""
    return (
        Row(field=f"{prefix}Country", path=f"{inside}country", converter=LAND),
        Row(field=f"{prefix}Region", path=f"{inside}region", converter=Upper()),
        Row(field=f"{prefix}Town", path=f"{inside}town", converter=LINE),
        Row(field=f"{prefix}Address", path=f"{inside}address", converter=LINE),
        Row(field=f"{prefix}Latitude", path=f"{inside}point.latitude", converter=LATITUDE),
        Row(field=f"{prefix}Longitude", path=f"{inside}point.longitude", converter=LONGITUDE),
    )


_ROLE = "sections.role"
ROLE: Rows = (
    Row(field="Alert/SubjectCategory", path=f"{_ROLE}.subject_category", converter=words.SUBJECT, default="suspect"),
    Each(field="Alert/Role[{n}]", path=f"{_ROLE}.roles", converter=words.ROLE),
    Row(field="Alert/Action", path=f"{_ROLE}.action", converter=words.SUSPECT_ACTION),
    Row(field="Alert/Decision/Kind", path=f"{_ROLE}.decision.kind", converter=words.DECISION),
    Row(field="Alert/Decision/Number", path=f"{_ROLE}.decision.reference", converter=SHORT, on_malformed=REFUSE),
    Row(field="Alert/Decision/Country", path=f"{_ROLE}.decision.country", converter=LAND, default="DEU"),
    Row(field="Alert/Decision/On", path=f"{_ROLE}.decision.decided_on", converter=DAY, on_malformed=REFUSE),
    Each(field="Alert/ModusOperandi[{n}]", path=f"{_ROLE}.modus_operandi", converter=words.MODUS),
    Each(field="Alert/Warning[{n}]", path=f"{_ROLE}.warnings", converter=words.WARNING),
    *_assessment("role"),
    Group(
        path=f"{_ROLE}.offences",
        prefix="Event[{n}]/",
        count=None,
        rows=(
            Row(field="OffenceCode", path="code", converter=SHORT, on_malformed=REFUSE),
            Row(field="OffenceCode/@list", path="scheme", converter=words.OFFENCE_LIST, default="national"),
            Row(
                field="OffenceCode/@country",
                path="country",
                converter=LAND,
                default="DEU",
                default_where={"scheme": "national"},
            ),
        ),
    ),
)

_STATUS = "sections.status"
STATUS: Rows = (
    Row(field="Alert/VictimAlertKind", path=f"{_STATUS}.kind", converter=words.VICTIM_KIND),
    Row(field="Alert/VictimStatus", path=f"{_STATUS}.victim_status", converter=words.VICTIM_STATUS),
    Row(field="Alert/AssertedBy", path=f"{_STATUS}.asserted_by", converter=words.ASSERTED_BY),
    Row(field="Alert/Statement", path=f"{_STATUS}.statement", converter=words.STATEMENT),
    Row(field="Alert/Action", path=f"{_STATUS}.action", converter=words.VICTIM_ACTION),
    Row(field="Alert/AgeBand", path=f"{_STATUS}.age_band", converter=AGE_BAND),
    Row(field="Alert/AgeAssertion", path=f"{_STATUS}.age_assertion", converter=AGE_ASSERTION),
    Row(field="Alert/ChildCase", path=f"{_STATUS}.child_case", converter=words.CHILD_CASE),
    Each(field="Alert/Warning[{n}]", path=f"{_STATUS}.warnings", converter=words.WARNING),
    Row(field="Alert/InterviewHeld", path=f"{_STATUS}.interview_held", converter=YES_NO),
    *_assessment("status"),
)

_EXPLOITATION = "sections.exploitation"
EXPLOITATION: Rows = (
    Each(field="Alert/Exploitation/Form[{n}]", path=f"{_EXPLOITATION}.forms", converter=words.EXPLOITATION),
    Each(field="Alert/Exploitation/Act[{n}]", path=f"{_EXPLOITATION}.acts", converter=words.ACT),
    Each(field="Alert/Exploitation/Means[{n}]", path=f"{_EXPLOITATION}.means", converter=words.MEANS),
    Each(
        field="Alert/Exploitation/ControlMethod[{n}]",
        path=f"{_EXPLOITATION}.control_methods",
        converter=words.CONTROL,
    ),
    Each(field="Alert/Exploitation/Industry[{n}]", path=f"{_EXPLOITATION}.industry", converter=words.INDUSTRY),
)

MOVEMENT: Rows = (
    Group(
        path="sections.movement.last_seen",
        prefix="Location[{n}]/",
        count=None,
        marked={"@use": "zuletzt gesehen"},
        single=True,
        rows=(
            *_place(path="place"),
            Row(field="Date", path="on", converter=EXACT_DATE),
            Row(field="Time", path="at", converter=INSTANT),
        ),
    ),
    Group(
        path="sections.movement.routes",
        prefix="Journey[{n}]/",
        count=None,
        rows=(
            *_place("Origin/", "origin"),
            *_place("Destination/", "destination"),
            Group(path="via", prefix="Via[{n}]/", count=None, rows=_place()),
            Row(field="TransportMode", path="mode", converter=words.TRANSPORT),
            Row(field="Date", path="on", converter=EXACT_DATE),
            Row(field="Remark", path="note", converter=LINE),
        ),
    ),
)
"""Only the place of the last sighting is a canonical one: other uses of a location stay in the residue."""

OBJECTS: Rows = (
    Group(
        path="sections.objects.vehicles",
        prefix="MeansOfTransportation[{n}]/",
        count=None,
        rows=(
            Row(field="Kind", path="kind", converter=words.VEHICLE, default="other"),
            Row(field="Plate", path="plate", converter=PLATE),
            Row(field="Plate/@country", path="country", converter=LAND),
            Row(field="VIN", path="vin", converter=Upper()),
            Row(field="Make", path="make", converter=SHORT),
            Row(field="Model", path="model", converter=SHORT),
            Row(field="Colour", path="colour", converter=SHORT),
        ),
    ),
    Group(
        path="sections.objects.phones",
        prefix="MeansOfCommunication[{n}]/",
        count=None,
        rows=(
            Row(field="PhoneNumber", path="number", converter=PHONE),
            Row(field="IMEI", path="imei", converter=IMEI),
        ),
    ),
    Group(
        path="sections.objects.handles",
        prefix="MeansOfCommunication[{n}]/",
        count=None,
        rows=(
            Row(field="Account/@platform", path="platform", converter=SHORT),
            Row(field="Account", path="handle", converter=LINE),
        ),
    ),
    Group(
        path="sections.objects.accounts",
        prefix="MeansOfPayment[{n}]/",
        count=None,
        rows=(
            Row(field="Kind", path="kind", converter=words.ACCOUNT, default="other"),
            Row(field="Number", path="number", converter=ACCOUNT_NUMBER, on_malformed=REFUSE),
            Row(field="Institution", path="institution", converter=LINE),
            Row(field="Country", path="country", converter=LAND),
        ),
    ),
    Group(
        path="sections.objects.organisations",
        prefix="Organisation[{n}]/",
        count=None,
        rows=(
            Row(field="Name", path="name", converter=LINE),
            Row(field="Country", path="country", converter=LAND),
            Row(field="RegisterNumber", path="registration", converter=SHORT),
        ),
    ),
)

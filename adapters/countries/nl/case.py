"""The Dutch table, part two: role, status, exploitation, movement and things."""

from __future__ import annotations

from adapters.countries.nl import case_words as words
from adapters.countries.nl.care_words import YES_NO
from adapters.countries.nl.person import LAND, REFUSE
from adapters.countries.nl.person_words import AGE_ASSERTION, AGE_BAND
from adapters.countries.nl.values import ACCOUNT_NUMBER, DAY, EXACT_DATE, INSTANT, LINE, PHONE, PLATE, SHORT
from adapters.mapping.codes import Many
from adapters.mapping.numbers import Degrees, Digits
from adapters.mapping.table import Group, Row, Rows, Spread
from adapters.mapping.text import Upper

_IMEI = Digits(what="IMEI", count=15)


def _assessment(section: str) -> Rows:
    return (
        Row(field="Herbeoordeling", path=f"sections.{section}.assessment.reference", converter=SHORT),
        Row(
            field="HerbeoordelingOp",
            path=f"sections.{section}.assessment.assessed_on",
            converter=DAY,
            on_malformed=REFUSE,
        ),
    )


def _place(prefix: str = "", path: str = "") -> Rows:
    inside = f"{path}." if path else ""
    return (
        Row(field=f"{prefix}Land", path=f"{inside}country", converter=LAND),
        Row(field=f"{prefix}Regio", path=f"{inside}region", converter=Upper()),
        Row(field=f"{prefix}Plaats", path=f"{inside}town", converter=LINE),
        Row(field=f"{prefix}Adres", path=f"{inside}address", converter=LINE),
        Row(field=f"{prefix}Breedtegraad", path=f"{inside}point.latitude", converter=Degrees(limit=90)),
        Row(field=f"{prefix}Lengtegraad", path=f"{inside}point.longitude", converter=Degrees(limit=180)),
    )


_ROLE = "sections.role"
ROLE: Rows = (
    Row(field="Hoedanigheid", path=f"{_ROLE}.subject_category", converter=words.SUBJECT, default="suspect"),
    Row(field="Rol", path=f"{_ROLE}.roles", converter=Many(words.ROLE, as_set=True)),
    Spread(
        field="Delict",
        path=f"{_ROLE}.offences",
        member="code",
        converter=SHORT,
        fixed={"scheme": "national", "country": "NLD"},
        on_malformed=REFUSE,
    ),
    Spread(
        field="DelictECRIS",
        path=f"{_ROLE}.offences",
        member="code",
        converter=SHORT,
        fixed={"scheme": "ecris"},
        on_malformed=REFUSE,
    ),
    Spread(
        field="DelictICCS",
        path=f"{_ROLE}.offences",
        member="code",
        converter=SHORT,
        fixed={"scheme": "iccs"},
        on_malformed=REFUSE,
    ),
    Group(
        path=f"{_ROLE}.offences",
        prefix="DelictBuitenland{n}",
        count=2,
        fixed={"scheme": "national"},
        rows=(
            Row(field="", path="code", converter=SHORT, on_malformed=REFUSE),
            Row(field="Land", path="country", converter=LAND),
        ),
    ),
    Row(field="Maatregel", path=f"{_ROLE}.action", converter=words.SUSPECT_ACTION),
    Row(field="Beslissing", path=f"{_ROLE}.decision.kind", converter=words.DECISION),
    Row(field="BeslissingNummer", path=f"{_ROLE}.decision.reference", converter=SHORT, on_malformed=REFUSE),
    Row(field="BeslissingLand", path=f"{_ROLE}.decision.country", converter=LAND, default="NLD"),
    Row(field="BeslissingDatum", path=f"{_ROLE}.decision.decided_on", converter=DAY, on_malformed=REFUSE),
    Row(field="Werkwijze", path=f"{_ROLE}.modus_operandi", converter=Many(words.MODUS, as_set=True)),
    Row(field="Waarschuwing", path=f"{_ROLE}.warnings", converter=Many(words.WARNING, as_set=True)),
    *_assessment("role"),
)

_STATUS = "sections.status"
STATUS: Rows = (
    Row(field="Meldingsoort", path=f"{_STATUS}.kind", converter=words.VICTIM_KIND),
    Row(field="Slachtofferstatus", path=f"{_STATUS}.victim_status", converter=words.VICTIM_STATUS),
    Row(field="VastgesteldDoor", path=f"{_STATUS}.asserted_by", converter=words.ASSERTED_BY),
    Row(field="Verklaring", path=f"{_STATUS}.statement", converter=words.STATEMENT),
    Row(field="Maatregel", path=f"{_STATUS}.action", converter=words.VICTIM_ACTION),
    Row(field="Leeftijdsgroep", path=f"{_STATUS}.age_band", converter=AGE_BAND),
    Row(field="Leeftijdsgrond", path=f"{_STATUS}.age_assertion", converter=AGE_ASSERTION),
    Row(field="Kindzaak", path=f"{_STATUS}.child_case", converter=words.CHILD_CASE),
    Row(field="Waarschuwing", path=f"{_STATUS}.warnings", converter=Many(words.WARNING, as_set=True)),
    Row(field="Gehoord", path=f"{_STATUS}.interview_held", converter=YES_NO),
    *_assessment("status"),
)

_EXPLOITATION = "sections.exploitation"
EXPLOITATION: Rows = (
    Row(field="Uitbuitingsvorm", path=f"{_EXPLOITATION}.forms", converter=Many(words.EXPLOITATION, as_set=True)),
    Row(field="Handeling", path=f"{_EXPLOITATION}.acts", converter=Many(words.ACT, as_set=True)),
    Row(field="Dwangmiddel", path=f"{_EXPLOITATION}.means", converter=Many(words.MEANS, as_set=True)),
    Row(field="Controlemiddel", path=f"{_EXPLOITATION}.control_methods", converter=Many(words.CONTROL, as_set=True)),
    Row(field="Bedrijfstak", path=f"{_EXPLOITATION}.industry", converter=Many(words.INDUSTRY, as_set=True)),
)

_SEEN = "sections.movement.last_seen"
MOVEMENT: Rows = (
    *_place("Gezien", f"{_SEEN}.place"),
    Row(field="GezienDatum", path=f"{_SEEN}.on", converter=EXACT_DATE),
    Row(field="GezienTijdstip", path=f"{_SEEN}.at", converter=INSTANT),
    Group(
        path="sections.movement.routes",
        prefix="Route{n}",
        count=2,
        rows=(
            *_place("Van", "origin"),
            *_place("Naar", "destination"),
            Group(path="via", prefix="Via{n}", count=2, rows=_place()),
            Row(field="Vervoer", path="mode", converter=words.TRANSPORT),
            Row(field="Datum", path="on", converter=EXACT_DATE),
            Row(field="Toelichting", path="note", converter=LINE),
        ),
    ),
)

OBJECTS: Rows = (
    Group(
        path="sections.objects.vehicles",
        prefix="Voertuig{n}",
        count=3,
        rows=(
            Row(field="Kenteken", path="plate", converter=PLATE),
            Row(field="Soort", path="kind", converter=words.VEHICLE, default="other"),
            Row(field="Land", path="country", converter=LAND),
            Row(field="VIN", path="vin", converter=Upper()),
            Row(field="Merk", path="make", converter=SHORT),
            Row(field="Model", path="model", converter=SHORT),
            Row(field="Kleur", path="colour", converter=SHORT),
        ),
    ),
    Spread(field="Telefoon", path="sections.objects.phones", member="number", converter=PHONE),
    Spread(field="IMEI", path="sections.objects.phones", member="imei", converter=_IMEI),
    Group(
        path="sections.objects.phones",
        prefix="Toestel{n}",
        count=2,
        rows=(
            Row(field="Nummer", path="number", converter=PHONE),
            Row(field="IMEI", path="imei", converter=_IMEI),
        ),
    ),
    Group(
        path="sections.objects.accounts",
        prefix="Rekening{n}",
        count=2,
        rows=(
            Row(field="Nummer", path="number", converter=ACCOUNT_NUMBER, on_malformed=REFUSE),
            Row(field="Soort", path="kind", converter=words.ACCOUNT, default="other"),
            Row(field="Instelling", path="institution", converter=LINE),
            Row(field="Land", path="country", converter=LAND),
        ),
    ),
    Group(
        path="sections.objects.handles",
        prefix="Online{n}",
        count=3,
        rows=(
            Row(field="Platform", path="platform", converter=SHORT),
            Row(field="Naam", path="handle", converter=LINE),
        ),
    ),
    Group(
        path="sections.objects.organisations",
        prefix="Organisatie{n}",
        count=2,
        rows=(
            Row(field="Naam", path="name", converter=LINE),
            Row(field="Land", path="country", converter=LAND),
            Row(field="Registratie", path="registration", converter=SHORT),
        ),
    ),
)

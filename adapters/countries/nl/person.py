"""The Dutch table, part one: fields about a person, in records of suspects and of victims alike."""

from __future__ import annotations

from adapters.countries.nl import person_words as words
from adapters.countries.nl.lands import BIRTH_COUNTRIES, COUNTRIES, NATIONALITIES
from adapters.countries.nl.values import (
    BSN,
    DATE,
    DAY,
    DOCUMENT_NUMBER,
    EXACT_DATE,
    FREE_NAME,
    HEIGHT,
    LINE,
    NAME,
    SHORT,
    SURNAME,
)
from adapters.mapping.codes import CodeList, Many
from adapters.mapping.numbers import Whole
from adapters.mapping.pictures import Jpeg
from adapters.mapping.table import Constant, Group, OnMalformed, Row, Rows, Spread
from adapters.mapping.text import Upper

REFUSE = OnMalformed.REFUSE
LAND = CodeList("Landen", COUNTRIES)
BIRTH_LAND = CodeList("Geboortelanden", BIRTH_COUNTRIES)
NATIONALITY = CodeList("Nationaliteiten", NATIONALITIES)
LATIN = {"script": "Latn"}
"""CP1252 has letters of no other script; names in one are declared lost when they are written."""
ALIASES = 2

_PARTS: Rows = (
    Row(field="Achternaam", path="surname", converter=SURNAME, on_malformed=REFUSE),
    Row(field="Tussenvoegsel", path="particle", converter=SHORT, on_malformed=REFUSE),
    Row(field="Voornamen", path="forenames", converter=NAME, on_malformed=REFUSE),
    Row(field="Patroniem", path="patronymic", converter=FREE_NAME),
    Row(field="VolledigeNaam", path="full", converter=FREE_NAME, on_malformed=REFUSE),
)

NAMES: Rows = (
    Group(path="names", fixed={"type": "primary", **LATIN}, rows=_PARTS),
    Group(path="names", prefix="Geboorte", fixed={"type": "birth", **LATIN}, rows=_PARTS),
    Group(path="names", prefix="Vorige", fixed={"type": "previous", **LATIN}, rows=_PARTS),
    Group(
        path="names",
        prefix="Romanisatie{n}",
        count=3,
        fixed={"type": "romanisation", **LATIN},
        rows=(*_PARTS, Row(field="Regel", path="rule", converter=words.ROMANISATION_RULE)),
    ),
    Spread(field="Bijnaam", path="names", member="full", converter=FREE_NAME, fixed={"type": "nickname", **LATIN}),
    Spread(field="Schuilnaam", path="names", member="full", converter=FREE_NAME, fixed={"type": "pseudonym", **LATIN}),
    Spread(
        field="Roepnaam", path="names", member="forenames", converter=FREE_NAME, fixed={"type": "nickname", **LATIN}
    ),
)

_WHO: Rows = (
    *NAMES,
    Row(field="Geboortedatum", path="birth.date", converter=DATE, on_malformed=REFUSE),
    Row(field="Geboorteplaats", path="birth.town", converter=LINE),
    Row(field="Geboorteregio", path="birth.region", converter=Upper()),
    Row(field="Geboorteland", path="birth.country", converter=BIRTH_LAND),
    Row(field="LeeftijdVanaf", path="age.least", converter=Whole(low=0, high=130, unit="jaar"), on_malformed=REFUSE),
    Row(field="LeeftijdTot", path="age.most", converter=Whole(low=0, high=130, unit="jaar"), on_malformed=REFUSE),
    Row(field="LeeftijdPeildatum", path="age.on", converter=DAY, on_malformed=REFUSE),
    Row(field="Geslacht", path="sex", converter=words.SEX),
    Row(field="Nationaliteit", path="nationalities", converter=Many(NATIONALITY, as_set=True)),
    Spread(field="BSN", path="register_numbers", member="number", converter=BSN, fixed={"country": "NLD"}),
    Group(
        path="register_numbers",
        prefix="Registernummer{n}",
        count=2,
        rows=(
            Row(field="", path="number", converter=SHORT),
            Row(field="Land", path="country", converter=LAND),
        ),
    ),
)

_STATUS = Row(field="Identiteitstatus", path="status", converter=words.IDENTITY_STATUS, default="not_confirmed")

IDENTITY: Rows = (
    Group(
        path="sections.identity.identities",
        unless=({"status": "alias"}, {"status": "misused"}),
        rows=(*_WHO, _STATUS),
    ),
    Group(
        path="sections.identity.identities",
        prefix="Alias{n}",
        count=ALIASES,
        fixed={"status": "alias"},
        rows=_WHO,
    ),
    Group(
        path="sections.identity.identities",
        prefix="Misbruikt",
        fixed={"status": "misused"},
        rows=(
            *_WHO,
            Row(
                field="Toestemming",
                path="misuse_consent.categories",
                converter=Many(words.MISUSE_CATEGORY, as_set=True),
            ),
            Row(field="ToestemmingOp", path="misuse_consent.given_on", converter=DAY, on_malformed=REFUSE),
        ),
    ),
)

DOCUMENTS: Rows = (
    Group(
        path="sections.documents.documents",
        prefix="Document{n}",
        count=3,
        rows=(
            Row(field="Soort", path="type", converter=words.DOCUMENT_TYPE, default="other"),
            Row(field="Nummer", path="number", converter=DOCUMENT_NUMBER, on_malformed=REFUSE),
            Row(field="Land", path="country", converter=LAND),
            Row(field="Status", path="state", converter=words.DOCUMENT_STATE),
            Row(field="Autoriteit", path="authority", converter=LINE),
            Row(field="Afgifte", path="issued", converter=EXACT_DATE),
            Row(field="GeldigTot", path="expires", converter=EXACT_DATE),
        ),
    ),
)

APPEARANCE: Rows = (
    Row(field="Lengte", path="sections.physical.height_cm", converter=HEIGHT),
    Row(field="Postuur", path="sections.physical.build", converter=words.BUILD),
    Row(field="Oogkleur", path="sections.physical.eyes", converter=words.EYES),
    Row(field="Haarkleur", path="sections.physical.hair", converter=words.HAIR),
    Group(
        path="sections.physical.marks",
        prefix="Kenmerk{n}",
        count=4,
        rows=(
            Row(field="Soort", path="type", converter=words.MARK_TYPE, default="other"),
            Row(field="Plaats", path="place", converter=words.BODY_PART),
            Row(field="Omschrijving", path="description", converter=LINE),
        ),
    ),
    Row(field="Foto", path="sections.image.data", converter=Jpeg()),
    Row(field="FotoDatum", path="sections.image.taken", converter=EXACT_DATE),
    Constant(path="sections.image.media_type", value="image/jpeg"),
    Group(
        path="sections.biometric_refs.references",
        prefix="Biometrie{n}",
        count=3,
        rows=(
            Row(field="Soort", path="kind", converter=words.BIOMETRIC_KIND),
            Row(field="Systeem", path="system", converter=SHORT),
            Row(field="Nummer", path="reference", converter=SHORT),
            Row(field="Land", path="country", converter=LAND),
            Row(field="Hash", path="sha256", converter=SHORT),
            Row(field="Datum", path="taken", converter=EXACT_DATE),
        ),
    ),
)

"""The German table, part one: fields about a person and their papers, in alerts and signals alike."""

from __future__ import annotations

from adapters.countries.de import person_words as words
from adapters.countries.de.lands import BIRTH_COUNTRIES, COUNTRIES, NATIONALITIES
from adapters.countries.de.values import (
    AGE,
    DATE,
    DAY,
    DOCUMENT_NUMBER,
    EXACT_DATE,
    FREE_NAME,
    HEIGHT,
    LINE,
    NAME,
    PAPER_DATE,
    SHORT,
    SURNAME,
)
from adapters.mapping.codes import CodeList
from adapters.mapping.pictures import Jpeg
from adapters.mapping.table import Constant, Each, Group, OnMalformed, Row, Rows
from adapters.mapping.text import Upper

REFUSE = OnMalformed.REFUSE
LAND = CodeList("Country", COUNTRIES)
_BIRTH_LAND = CodeList("BirthCountry", BIRTH_COUNTRIES)
_NATIONALITY = CodeList("Nationality", NATIONALITIES)

_NAME: Rows = (
    Row(field="FamilyName", path="surname", converter=SURNAME, on_malformed=REFUSE),
    Row(field="Particle", path="particle", converter=SHORT, on_malformed=REFUSE),
    Row(field="GivenNames", path="forenames", converter=NAME, on_malformed=REFUSE),
    Row(field="Patronymic", path="patronymic", converter=FREE_NAME),
    Row(field="FullName", path="full", converter=NAME, on_malformed=REFUSE),
    Row(field="@type", path="type", converter=words.NAME_TYPE, default="primary"),
    Row(field="@script", path="script", converter=words.SCRIPT, default="Latn"),
    Row(field="@rule", path="rule", converter=words.ROMANISATION_RULE),
)

IDENTITY: Rows = (
    Group(
        path="sections.identity.identities",
        prefix="Person/Identity[{n}]/",
        count=None,
        rows=(
            Group(path="names", prefix="Name[{n}]/", count=None, rows=_NAME),
            Row(field="Birth/Date", path="birth.date", converter=DATE, on_malformed=REFUSE),
            Row(field="Birth/Town", path="birth.town", converter=LINE),
            Row(field="Birth/Region", path="birth.region", converter=Upper()),
            Row(field="Birth/Country", path="birth.country", converter=_BIRTH_LAND),
            Row(field="Age/From", path="age.least", converter=AGE, on_malformed=REFUSE),
            Row(field="Age/To", path="age.most", converter=AGE, on_malformed=REFUSE),
            Row(field="Age/On", path="age.on", converter=DAY, on_malformed=REFUSE),
            Row(field="Sex", path="sex", converter=words.SEX),
            Each(field="Nationality[{n}]", path="nationalities", converter=_NATIONALITY),
            Group(
                path="register_numbers",
                prefix="RegisterNumber[{n}]",
                count=None,
                rows=(
                    Row(field="", path="number", converter=SHORT),
                    Row(field="/@country", path="country", converter=LAND, default="DEU"),
                ),
            ),
            Each(
                field="MisuseConsent/Category[{n}]",
                path="misuse_consent.categories",
                converter=words.MISUSE_CATEGORY,
            ),
            Row(field="MisuseConsent/On", path="misuse_consent.given_on", converter=DAY, on_malformed=REFUSE),
            Row(field="@status", path="status", converter=words.IDENTITY_STATUS, default="not_confirmed"),
        ),
    ),
)

DOCUMENTS: Rows = (
    Group(
        path="sections.documents.documents",
        prefix="Document[{n}]/",
        count=None,
        rows=(
            Row(field="Type", path="type", converter=words.DOCUMENT_TYPE, default="other"),
            Row(field="Number", path="number", converter=DOCUMENT_NUMBER, on_malformed=REFUSE),
            Row(field="IssuingCountry", path="country", converter=LAND),
            Row(field="State", path="state", converter=words.DOCUMENT_STATE),
            Row(field="IssuingAuthority", path="authority", converter=LINE),
            Row(field="Issued", path="issued", converter=PAPER_DATE),
            Row(field="Expires", path="expires", converter=PAPER_DATE),
        ),
    ),
)

_PHYSICAL = "sections.physical"
APPEARANCE: Rows = (
    Row(field="Person/Appearance/Height", path=f"{_PHYSICAL}.height_cm", converter=HEIGHT),
    Row(field="Person/Appearance/Build", path=f"{_PHYSICAL}.build", converter=words.BUILD),
    Row(field="Person/Appearance/Eyes", path=f"{_PHYSICAL}.eyes", converter=words.EYES),
    Row(field="Person/Appearance/Hair", path=f"{_PHYSICAL}.hair", converter=words.HAIR),
    Group(
        path=f"{_PHYSICAL}.marks",
        prefix="Person/Appearance/Mark[{n}]/",
        count=None,
        rows=(
            Row(field="Type", path="type", converter=words.MARK_TYPE, default="other"),
            Row(field="Place", path="place", converter=words.BODY_PART),
            Row(field="Description", path="description", converter=LINE),
        ),
    ),
    Row(field="Person/Picture/Data", path="sections.image.data", converter=Jpeg()),
    Row(field="Person/Picture/Taken", path="sections.image.taken", converter=EXACT_DATE),
    Constant(path="sections.image.media_type", value="image/jpeg"),
    Group(
        path="sections.biometric_refs.references",
        prefix="Person/Biometric[{n}]/",
        count=None,
        rows=(
            Row(field="Kind", path="kind", converter=words.BIOMETRIC_KIND),
            Row(field="System", path="system", converter=SHORT),
            Row(field="Number", path="reference", converter=SHORT),
            Row(field="Country", path="country", converter=LAND),
            Row(field="Hash", path="sha256", converter=SHORT),
            Row(field="Taken", path="taken", converter=EXACT_DATE),
        ),
    ),
)

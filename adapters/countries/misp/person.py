"""The MISP table, part two: who a person is. Relations that begin with `baken-` are Baken's own."""

from __future__ import annotations

from typing import Any

from adapters.countries.misp import words
from adapters.countries.misp.lands import BIRTH_COUNTRY, COUNTRY, NATIONALITY
from adapters.countries.misp.shape import ALIAS, CONSENT, MISUSED, PERSON
from adapters.countries.misp.values import (
    DATE,
    DAY,
    EXACT_DATE,
    FULL_NAME,
    GIVEN_NAME,
    LINE,
    NAME,
    NUMBER,
    PICTURE,
    REFUSE,
    REGION,
    SHORT,
    SURNAME,
    DayOfInstant,
    first,
    own,
)
from adapters.mapping.codes import coded
from adapters.mapping.numbers import Formed, Whole
from adapters.mapping.table import Constant, Each, Group, Row, Rows
from contracts.codes import (
    BiometricKind,
    Build,
    DocumentState,
    DocumentType,
    EyeColour,
    HairColour,
    IdentityStatus,
    MarkType,
    MisuseCategory,
    NameType,
    RomanisationRule,
    Script,
)
from contracts.identifiers import HASH_PATTERN
from contracts.sections.identity import MAX_AGE

_AGE = Whole(low=0, high=MAX_AGE)
_SCRIPT = coded("script", Script)


def _names(prefix: str, kind: str) -> Group:
    """Return the group of attributes that each hold a whole name."""
    return Group(
        path="names",
        prefix=f"{prefix}[{{n}}]",
        count=None,
        fixed={"type": kind},
        rows=(Row(field="", path="full", converter=NAME),),
    )


_NAMES: Rows = (
    Group(
        path="names",
        fixed={"type": "primary"},
        rows=(
            first("last-name", "surname", SURNAME, on_malformed=REFUSE),
            first("first-name", "forenames", GIVEN_NAME, on_malformed=REFUSE),
            first("full-name", "full", FULL_NAME, on_malformed=REFUSE),
            first("baken-particle", "particle", SHORT, needs=("surname",)),
            first("baken-patronymic", "patronymic", NAME),
            first("baken-script", "script", _SCRIPT, default="Latn"),
        ),
    ),
    _names("alias", "pseudonym"),
    _names("handle", "nickname"),
    Group(
        path="names",
        prefix="baken-name-{n}-",
        count=None,
        rows=(
            first("type", "type", coded("name type", NameType), default="previous"),
            first("last-name", "surname", SURNAME),
            first("first-name", "forenames", GIVEN_NAME),
            first("full-name", "full", FULL_NAME),
            first("particle", "particle", SHORT, needs=("surname",)),
            first("patronymic", "patronymic", NAME),
            first("script", "script", _SCRIPT, default="Latn"),
            first("rule", "rule", coded("romanisation rule", RomanisationRule)),
        ),
    ),
)


def _register(relation: str) -> Group:
    """Return the group of a Spanish register number, which the template has fields for."""
    return Group(
        path="register_numbers",
        prefix=f"{relation}[{{n}}]",
        count=None,
        fixed={"country": "ESP"},
        rows=(Row(field="", path="number", converter=NUMBER),),
    )


_WHO: Rows = (
    *_NAMES,
    first("date-of-birth", "birth.date", DATE, on_malformed=REFUSE),
    first("place-of-birth", "birth.town", LINE),
    first("baken-birth-country", "birth.country", BIRTH_COUNTRY),
    first("baken-birth-region", "birth.region", REGION),
    first("baken-age-from", "age.least", _AGE, needs=("age.most", "age.on")),
    first("baken-age-to", "age.most", _AGE, needs=("age.least", "age.on")),
    first("baken-age-on", "age.on", DAY, needs=("age.least", "age.most")),
    first("gender", "sex", words.GENDER),
    Each(field="nationality[{n}]", path="nationalities", converter=NATIONALITY),
    _register("dni"),
    _register("nie"),
    _register("nif"),
    Group(
        path="register_numbers",
        prefix="baken-register-{n}-",
        count=None,
        rows=(
            first("number", "number", SHORT, needs=("country",)),
            first("country", "country", COUNTRY, needs=("number",)),
        ),
    ),
)

_STATUS = coded("identity status", IdentityStatus)
IDENTITY: Rows = (
    Group(
        path="sections.identity.identities",
        prefix=f"{PERSON}/",
        unless=({"status": "alias"}, {"status": "misused"}),
        rows=(*_WHO, first("baken-identity-status", "status", _STATUS, default="not_confirmed")),
    ),
    Group(
        path="sections.identity.identities",
        prefix=f"{ALIAS}[{{n}}]/",
        count=None,
        fixed={"status": "alias"},
        rows=_WHO,
    ),
    Group(
        path="sections.identity.identities",
        prefix=f"{MISUSED}[{{n}}]/",
        count=None,
        fixed={"status": "misused"},
        rows=(
            *_WHO,
            Each(
                field="baken-consent[{n}]",
                path="misuse_consent.categories",
                converter=coded("consent of a misused person", MisuseCategory),
                on_malformed=REFUSE,
            ),
            first(CONSENT, "misuse_consent.given_on", DAY, on_malformed=REFUSE),
        ),
    ),
)


def _document(kind: str, relation: str, *more: Row) -> Group:
    """Return the group of a document that the template of a person has a field for."""
    return Group(
        path="sections.documents.documents",
        prefix=f"{PERSON}/",
        fixed={"type": kind},
        rows=(
            first(relation, "number", NUMBER),
            *more,
            first(f"baken-{kind}-state", "state", coded("state of a document", DocumentState), needs=("number",)),
            first(f"baken-{kind}-authority", "authority", LINE, needs=("number",)),
        ),
    )


_NUMBERED: dict[str, Any] = {"needs": ("number",)}
DOCUMENTS: Rows = (
    _document(
        "passport",
        "passport-number",
        first("passport-country", "country", COUNTRY, **_NUMBERED),
        first("passport-creation", "issued", DayOfInstant(), **_NUMBERED),
        first("passport-expiration", "expires", EXACT_DATE, **_NUMBERED),
    ),
    Group(
        path="sections.documents.documents",
        prefix="baken-document[{n}]/",
        count=None,
        rows=(
            first("number", "number", NUMBER),
            first("type", "type", coded("type of document", DocumentType), default="other"),
            first("country", "country", COUNTRY, **_NUMBERED),
            first("state", "state", coded("state of a document", DocumentState), **_NUMBERED),
            first("authority", "authority", LINE, **_NUMBERED),
            first("issued", "issued", EXACT_DATE, **_NUMBERED),
            first("expires", "expires", EXACT_DATE, **_NUMBERED),
        ),
    ),
    _document("id_card", "identity-card-number"),
    _document("birth_certificate", "birth-certificate-number"),
)

_MARK_TYPE = coded("type of mark", MarkType)
_PHYSICAL = "sections.physical"
APPEARANCE: Rows = (
    own("height-cm", f"{_PHYSICAL}.height_cm", Whole(low=30, high=272, unit="cm")),
    own("build", f"{_PHYSICAL}.build", coded("build", Build)),
    own("eyes", f"{_PHYSICAL}.eyes", coded("colour of eyes", EyeColour)),
    own("hair", f"{_PHYSICAL}.hair", coded("colour of hair", HairColour)),
    Group(
        path=f"{_PHYSICAL}.marks",
        prefix="tattoo[{n}]/",
        count=None,
        fixed={"type": "tattoo"},
        rows=(
            first("tattoo-body-part", "place", words.BODY_PART),
            first("tattoo-description", "description", LINE),
        ),
    ),
    Group(
        path=f"{_PHYSICAL}.marks",
        prefix="baken-mark[{n}]/",
        count=None,
        rows=(
            first("type", "type", _MARK_TYPE, default="other"),
            first("place", "place", words.BODY_PART),
            first("description", "description", LINE),
        ),
    ),
    Row(field=f"{PERSON}/portrait[1]/@data", path="sections.image.data", converter=PICTURE),
    own("portrait-taken", "sections.image.taken", EXACT_DATE),
    Constant(path="sections.image.media_type", value="image/jpeg"),
    Group(
        path="sections.biometric_refs.references",
        prefix="baken-biometric[{n}]/",
        count=None,
        rows=(
            first("kind", "kind", coded("kind of biometric data", BiometricKind), needs=("system", "reference")),
            first("system", "system", SHORT, needs=("kind",)),
            first("reference", "reference", SHORT, needs=("kind",)),
            first("country", "country", COUNTRY, needs=("kind",)),
            first(
                "sha256",
                "sha256",
                Formed(what="hash", form=HASH_PATTERN, shown="43 base64url characters", upper=False),
                needs=("kind",),
            ),
            first("taken", "taken", EXACT_DATE, needs=("kind",)),
        ),
    ),
)

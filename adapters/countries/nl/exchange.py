"""The Dutch table, part three: purpose and handling, references, care and safety."""

from __future__ import annotations

from adapters.countries.nl import care_words as words
from adapters.countries.nl.person import LAND, REFUSE
from adapters.countries.nl.person_words import AGE_BAND, SEX
from adapters.countries.nl.values import CITATION, DAY, LINE, SHORT
from adapters.mapping.codes import CodeList, Many
from adapters.mapping.numbers import Whole
from adapters.mapping.table import Group, Row, Rows
from adapters.mapping.text import Text, Upper
from contracts.events import FIVE_YEARS_DAYS
from contracts.sections.remarks import MAX_HANDLING_NOTE
from contracts.text import MAX_PROSE

ID_FIELD = "Registratienummer"
_FORBIDDEN = CodeList("DerdeLanden", {"verboden": True, "toegestaan": False})

CLAIMS: Rows = (
    Row(field=ID_FIELD, path="national_id", converter=SHORT, on_malformed=REFUSE),
    Row(field="Doel", path="purpose", converter=words.PURPOSE),
    Row(field="Rechtsgrond", path="basis", converter=Many(CITATION), on_malformed=REFUSE),
    Row(field="Spoed", path="urgency", converter=words.URGENCY, default="routine"),
    Row(
        field="Geldigheid",
        path="validity_days",
        converter=Whole(low=1, high=FIVE_YEARS_DAYS, unit="dagen"),
        on_malformed=REFUSE,
    ),
    Row(field="Bevestiging", path="claims", converter=Many(words.CLAIM, as_set=True)),
)

_HANDLING = "sections.handling"
HANDLING: Rows = (
    Row(field="Afhandelingscode", path=f"{_HANDLING}.codes", converter=Many(words.HANDLING, as_set=True)),
    Row(
        field="AfhandelingTekst",
        path="sections.handling_note.text",
        converter=Text(limit=MAX_HANDLING_NOTE, lines=True),
    ),
    Row(field="Doorgifte", path=f"{_HANDLING}.onward", converter=words.ONWARD),
    Row(field="DerdeLanden", path=f"{_HANDLING}.no_third_country", converter=_FORBIDDEN),
    Row(field="GebruikInRechte", path=f"{_HANDLING}.judicial_use", converter=words.JUDICIAL),
    Row(field="Regime", path=f"{_HANDLING}.legal_regime", converter=words.REGIME),
    Row(field="Minderjarig", path=f"{_HANDLING}.minor", converter=words.MINOR),
    Row(field="Behandelaar", path=f"{_HANDLING}.actor", converter=SHORT, on_malformed=REFUSE),
)

REMARKS: Rows = (
    Row(field="Zaaknummer", path="sections.references.case_number", converter=SHORT),
    Group(
        path="sections.references.numbers",
        prefix="Referentie{n}",
        count=3,
        rows=(
            Row(field="Nummer", path="number", converter=SHORT),
            Row(field="Van", path="scheme", converter=words.REFERENCE_SCHEME, default="other"),
            Row(field="Land", path="country", converter=LAND),
        ),
    ),
    Row(field="Taal", path="sections.references.language", converter=words.LANGUAGE),
    Row(field="Omschrijving", path="sections.narrative.text", converter=Text(limit=MAX_PROSE, lines=True)),
    Row(field="Bronwaardering", path="sections.evaluation.source", converter=words.SOURCE, default="X"),
    Row(field="Informatiewaardering", path="sections.evaluation.information", converter=words.INFORMATION, default="4"),
    Row(field="WaarderingSchema", path="sections.evaluation.original.scheme", converter=words.EVALUATION_SCHEME),
    Row(field="Waardering", path="sections.evaluation.original.value", converter=SHORT),
)

_NEEDS = "sections.needs"
NEEDS: Rows = (
    Row(field="Zorgbehoefte", path=f"{_NEEDS}.services", converter=Many(words.SERVICE, as_set=True)),
    Row(field="Opvangeis", path=f"{_NEEDS}.capabilities", converter=Many(words.CAPABILITY, as_set=True)),
    Row(field="Gesprekstaal", path=f"{_NEEDS}.languages", converter=Many(words.LANGUAGE, as_set=True)),
    Row(field="GeslachtBegeleider", path=f"{_NEEDS}.staff_sex", converter=SEX),
    Row(field="Meereizenden", path=f"{_NEEDS}.dependants.count", converter=Whole(low=1, high=30)),
    Row(
        field="MeereizendenLeeftijd",
        path=f"{_NEEDS}.dependants.age_bands",
        converter=Many(AGE_BAND, as_set=True),
    ),
    Row(field="Veiligheidsniveau", path=f"{_NEEDS}.safety_level", converter=Whole(low=1, high=4)),
    Row(field="Dossiertype", path=f"{_NEEDS}.service_level", converter=words.SERVICE_LEVEL),
    Row(field="NodigVoor", path=f"{_NEEDS}.needed_by", converter=DAY),
)

_SAFETY = "sections.safety"
SAFETY: Rows = (
    Row(
        field="ToestemmingVoor",
        path=f"{_SAFETY}.consent.scope",
        converter=Many(words.CONSENT_SCOPE, as_set=True),
    ),
    Row(field="ToestemmingVan", path=f"{_SAFETY}.consent.given_by", converter=words.CONSENT_GIVER),
    Row(field="ToestemmingOp", path=f"{_SAFETY}.consent.given_on", converter=DAY, on_malformed=REFUSE),
    Row(field="ToestemmingIngetrokken", path=f"{_SAFETY}.consent.withdrawn_on", converter=DAY, on_malformed=REFUSE),
    Row(field="GeenToestemming", path=f"{_SAFETY}.consent.without", converter=words.NO_CONSENT),
    Row(field="VoogdNodig", path=f"{_SAFETY}.guardian.needed", converter=words.YES_NO),
    Row(field="VoogdBenoemd", path=f"{_SAFETY}.guardian.appointed", converter=words.YES_NO),
    Row(field="VoogdContact", path=f"{_SAFETY}.guardian.contact", converter=LINE),
    Row(field="NietBenaderen", path=f"{_SAFETY}.do_not_contact", converter=Many(words.CONTACT_GROUP, as_set=True)),
    Row(field="VeiligContactWijze", path=f"{_SAFETY}.safe_contact.channel", converter=words.CHANNEL),
    Row(field="VeiligContact", path=f"{_SAFETY}.safe_contact.value", converter=LINE),
    Row(field="VeiligContactUitleg", path=f"{_SAFETY}.safe_contact.note", converter=LINE),
    Row(field="OpvangSinds", path=f"{_SAFETY}.shelter.accepted_on", converter=DAY, on_malformed=REFUSE),
    Row(field="OpvangLand", path=f"{_SAFETY}.shelter.country", converter=LAND),
    Row(field="OpvangRegio", path=f"{_SAFETY}.shelter.region", converter=Upper()),
    Row(field="OpvangAanbieder", path=f"{_SAFETY}.shelter.provider", converter=SHORT),
)

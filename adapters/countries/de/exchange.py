"""The German table, part three: purpose and handling, references, care and safety."""

from __future__ import annotations

from adapters.countries.de import care_words as words
from adapters.countries.de.person import LAND, REFUSE
from adapters.countries.de.person_words import AGE_BAND, SEX
from adapters.countries.de.values import CITATION, DAY, LINE, SHORT
from adapters.mapping.numbers import Whole
from adapters.mapping.table import Each, Group, Row, Rows
from adapters.mapping.text import Text, Upper
from contracts.events import FIVE_YEARS_DAYS
from contracts.sections.remarks import MAX_HANDLING_NOTE
from contracts.text import MAX_PROSE

ID_FIELD = "Alert/Number"
KIND_FIELD = "Alert/Category"

CLAIMS: Rows = (
    Row(field=ID_FIELD, path="national_id", converter=SHORT, on_malformed=REFUSE),
    Row(field="Alert/Purpose", path="purpose", converter=words.PURPOSE),
    Each(field="Alert/LegalBasis[{n}]", path="basis", converter=CITATION, as_set=False, on_malformed=REFUSE),
    Row(field="Alert/Urgency", path="urgency", converter=words.URGENCY, default="routine"),
    Row(
        field="Alert/Validity",
        path="validity_days",
        converter=Whole(low=1, high=FIVE_YEARS_DAYS, unit="Tage"),
        on_malformed=REFUSE,
    ),
    Each(field="Alert/Confirmation[{n}]", path="claims", converter=words.CLAIM),
)

_HANDLING = "sections.handling"
HANDLING: Rows = (
    Each(field="Alert/Handling/Code[{n}]", path=f"{_HANDLING}.codes", converter=words.HANDLING),
    Row(
        field="Alert/Handling/Note",
        path="sections.handling_note.text",
        converter=Text(limit=MAX_HANDLING_NOTE, lines=True),
    ),
    Row(field="Alert/Handling/Onward", path=f"{_HANDLING}.onward", converter=words.ONWARD),
    Row(
        field="Alert/Handling/ThirdCountries",
        path=f"{_HANDLING}.no_third_country",
        converter=words.THIRD_COUNTRIES,
    ),
    Row(field="Alert/Handling/JudicialUse", path=f"{_HANDLING}.judicial_use", converter=words.JUDICIAL),
    Row(field="Alert/Handling/LegalRegime", path=f"{_HANDLING}.legal_regime", converter=words.REGIME),
    Row(field="Alert/Handling/Minor", path=f"{_HANDLING}.minor", converter=words.MINOR),
    Row(field="Alert/Handling/Actor", path=f"{_HANDLING}.actor", converter=SHORT, on_malformed=REFUSE),
)

REMARKS: Rows = (
    Row(field="Alert/CaseNumber", path="sections.references.case_number", converter=SHORT),
    Group(
        path="sections.references.numbers",
        prefix="Alert/Reference[{n}]",
        count=None,
        rows=(
            Row(field="", path="number", converter=SHORT),
            Row(field="/@system", path="scheme", converter=words.REFERENCE_SCHEME, default="other"),
            Row(field="/@country", path="country", converter=LAND),
        ),
    ),
    Row(field="Alert/Narrative/@language", path="sections.references.language", converter=words.LANGUAGE),
    Row(field="Alert/Narrative", path="sections.narrative.text", converter=Text(limit=MAX_PROSE, lines=True)),
    Row(field="Alert/Evaluation/Source", path="sections.evaluation.source", converter=words.SOURCE, default="X"),
    Row(
        field="Alert/Evaluation/Information",
        path="sections.evaluation.information",
        converter=words.INFORMATION,
        default="4",
    ),
    Row(
        field="Alert/Evaluation/Original/@scheme",
        path="sections.evaluation.original.scheme",
        converter=words.EVALUATION_SCHEME,
    ),
    Row(field="Alert/Evaluation/Original", path="sections.evaluation.original.value", converter=SHORT),
)

_NEEDS = "sections.needs"
NEEDS: Rows = (
    Each(field="Alert/Needs/Service[{n}]", path=f"{_NEEDS}.services", converter=words.SERVICE),
    Each(field="Alert/Needs/Capability[{n}]", path=f"{_NEEDS}.capabilities", converter=words.CAPABILITY),
    Each(field="Alert/Needs/Language[{n}]", path=f"{_NEEDS}.languages", converter=words.LANGUAGE),
    Row(field="Alert/Needs/StaffSex", path=f"{_NEEDS}.staff_sex", converter=SEX),
    Row(field="Alert/Needs/Dependants", path=f"{_NEEDS}.dependants.count", converter=Whole(low=1, high=30)),
    Each(field="Alert/Needs/DependantAgeBand[{n}]", path=f"{_NEEDS}.dependants.age_bands", converter=AGE_BAND),
    Row(field="Alert/Needs/SafetyLevel", path=f"{_NEEDS}.safety_level", converter=Whole(low=1, high=4)),
    Row(field="Alert/Needs/ServiceLevel", path=f"{_NEEDS}.service_level", converter=words.SERVICE_LEVEL),
    Row(field="Alert/Needs/NeededBy", path=f"{_NEEDS}.needed_by", converter=DAY),
)

_SAFETY = "sections.safety"
SAFETY: Rows = (
    Each(field="Alert/Safety/ConsentScope[{n}]", path=f"{_SAFETY}.consent.scope", converter=words.CONSENT_SCOPE),
    Row(field="Alert/Safety/ConsentGivenBy", path=f"{_SAFETY}.consent.given_by", converter=words.CONSENT_GIVER),
    Row(field="Alert/Safety/ConsentGivenOn", path=f"{_SAFETY}.consent.given_on", converter=DAY, on_malformed=REFUSE),
    Row(
        field="Alert/Safety/ConsentWithdrawnOn",
        path=f"{_SAFETY}.consent.withdrawn_on",
        converter=DAY,
        on_malformed=REFUSE,
    ),
    Row(field="Alert/Safety/WithoutConsent", path=f"{_SAFETY}.consent.without", converter=words.NO_CONSENT),
    Row(field="Alert/Safety/GuardianNeeded", path=f"{_SAFETY}.guardian.needed", converter=words.YES_NO),
    Row(field="Alert/Safety/GuardianAppointed", path=f"{_SAFETY}.guardian.appointed", converter=words.YES_NO),
    Row(field="Alert/Safety/GuardianContact", path=f"{_SAFETY}.guardian.contact", converter=LINE),
    Each(field="Alert/Safety/DoNotContact[{n}]", path=f"{_SAFETY}.do_not_contact", converter=words.CONTACT_GROUP),
    Row(field="Alert/Safety/SafeContactChannel", path=f"{_SAFETY}.safe_contact.channel", converter=words.CHANNEL),
    Row(field="Alert/Safety/SafeContact", path=f"{_SAFETY}.safe_contact.value", converter=LINE),
    Row(field="Alert/Safety/SafeContactRemark", path=f"{_SAFETY}.safe_contact.note", converter=LINE),
    Row(field="Alert/Safety/ShelterSince", path=f"{_SAFETY}.shelter.accepted_on", converter=DAY, on_malformed=REFUSE),
    Row(field="Alert/Safety/ShelterCountry", path=f"{_SAFETY}.shelter.country", converter=LAND),
    Row(field="Alert/Safety/ShelterRegion", path=f"{_SAFETY}.shelter.region", converter=Upper()),
    Row(field="Alert/Safety/ShelterProvider", path=f"{_SAFETY}.shelter.provider", converter=SHORT),
)

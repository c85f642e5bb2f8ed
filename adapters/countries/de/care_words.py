"""German words for codes about care, handling and the exchange itself."""

from __future__ import annotations

from adapters.mapping.codes import CodeList, coded
from contracts.codes import HandlingCode, InformationCode, SourceCode

YES_NO = CodeList("yes or no", {"ja": True, "nein": False, "J": True, "N": False})
"""An empty element is neither: absence is never read as "no"."""

MINOR = CodeList("Minor", {"ja": "yes", "nein": "no", "vermutlich": "presumed", "J": "yes", "N": "no"})

SERVICE = CodeList(
    "Service",
    {
        "Unterbringung": "shelter",
        "Notunterkunft": "emergency_shelter",
        "Kinderschutzunterkunft": "child_shelter",
        "medizinisch": "medical",
        "psychologisch": "psychological",
        "rechtlich": "legal",
        "Dolmetschen": "interpretation",
        "Beförderung": "transport",
        "Vormund": "child_guardian",
        "Rückkehrhilfe": "return_assistance",
        "Bedenkfrist": "reflection_period",
        "finanziell": "financial",
        "Entgiftung": "detox",
    },
)

CAPABILITY = CodeList(
    "Capability",
    {
        "Frauen": "women",
        "Männer": "men",
        "gemischt": "mixed",
        "Kinder": "children",
        "Familien": "families",
        "LSBTIQ": "lgbtiq",
        "Rollstuhl": "wheelchair",
        "medizinisch": "medical",
        "hohe Sicherheit": "high_security",
        "Haustiere": "pets",
    },
)

SERVICE_LEVEL = CodeList(
    "ServiceLevel",
    {
        "nur Erfassung": "register_only",
        "Erfassung und Unterbringung": "register_and_shelter",
        "Erfassung und Beratung": "register_and_advice",
    },
)

CONSENT_SCOPE = CodeList(
    "ConsentScope",
    {"Vermittlung": "referral", "Identität": "identity", "Kontakt": "contact", "Weitergabe": "onward"},
)
CONSENT_GIVER = CodeList("ConsentGiver", {"betroffene Person": "person", "Vormund": "guardian"})
NO_CONSENT = CodeList("WithoutConsent", {"Kind": "child", "lebenswichtiges Interesse": "vital_interest"})

CONTACT_GROUP = CodeList(
    "DoNotContact",
    {
        "Familie": "family",
        "Partner": "partner",
        "Arbeitgeber": "employer",
        "Gemeinschaft": "community",
        "Konsulat": "consulate",
        "sonstige": "other",
    },
)

CHANNEL = CodeList(
    "Channel",
    {
        "Telefon": "phone",
        "E-Mail": "email",
        "über Organisation": "through_organisation",
        "persönlich": "in_person",
    },
)

PURPOSE = CodeList(
    "Purpose",
    {
        "Fahndung": "locate_suspect",
        "Opferschutz": "protect_victim",
        "Identifizierung": "identify",
        "Verhütung": "prevent",
        "Strafverfolgung": "prosecute",
        "Statistik": "statistics",
        "Übung": "training",
    },
)

URGENCY_LEVEL = {"eilt": "urgent", "sofort": "immediate"}
URGENCY_REASON = {
    "Lebensgefahr": "life_at_risk",
    "Kind in Gefahr": "child_at_risk",
    "Fluchtgefahr": "flight_risk",
    "Beweisverlust": "evidence_loss",
    "andauernde Ausbeutung": "ongoing_exploitation",
}

URGENCY = CodeList(
    "Urgency",
    {"normal": "routine"}
    | {
        f"{word}: {reason_word}": f"{level}:{reason}"
        for word, level in URGENCY_LEVEL.items()
        for reason_word, reason in URGENCY_REASON.items()
    },
)
"""A level above normal has its reason behind a colon, as "eilt: Fluchtgefahr"."""

HANDLING = coded("HandlingCode", HandlingCode)

ONWARD = CodeList(
    "Onward",
    {"keine": "none", "nach Zustimmung": "with_release", "gleiches Profil": "same_profile"},
)

JUDICIAL = CodeList(
    "JudicialUse",
    {"nein": "none", "nach Zustimmung": "with_permission", "ja": "permitted"},
)

REGIME = CodeList("LegalRegime", {"BDSG Teil 3": "led", "DSGVO": "gdpr"})
"""Part 3 of the BDSG carries out Directive (EU) 2016/680; the DSGVO is the GDPR."""

THIRD_COUNTRIES = CodeList("ThirdCountries", {"untersagt": True, "erlaubt": False})

SOURCE = coded("Source", SourceCode)
INFORMATION = coded("Information", InformationCode)

EVALUATION_SCHEME = CodeList(
    "Scheme",
    {
        "4x4": "europol4x4",
        "5x5x5": "uk5x5x5",
        "3x5x2": "uk3x5x2",
        "Admiralty": "admiralty",
        "sonstige": "other",
    },
)

REFERENCE_SCHEME = CodeList(
    "ReferenceScheme",
    {
        "SIENA": "siena",
        "SIS": "sis",
        "Europol": "europol",
        "Interpol": "interpol",
        "ECRIS": "ecris",
        "Eurojust": "eurojust",
        "national": "national",
        "sonstige": "other",
    },
)

CLAIM = CodeList(
    "Confirmation",
    {
        "unbedingt erforderlich": "strictly_necessary",
        "Vier-Augen-Freigabe": "second_approval",
        "Einwilligung": "consent",
    },
)
"""Conditions that an officer asserts; `victim_purpose` and `after_match` are never asserted, they follow."""

LANGUAGES = {
    "Deutsch": "de",
    "Englisch": "en",
    "Niederländisch": "nl",
    "Französisch": "fr",
    "Spanisch": "es",
    "Italienisch": "it",
    "Portugiesisch": "pt",
    "Polnisch": "pl",
    "Rumänisch": "ro",
    "Bulgarisch": "bg",
    "Ungarisch": "hu",
    "Tschechisch": "cs",
    "Slowakisch": "sk",
    "Ukrainisch": "uk",
    "Russisch": "ru",
    "Griechisch": "el",
    "Türkisch": "tr",
    "Albanisch": "sq",
    "Serbisch": "sr",
    "Kroatisch": "hr",
    "Litauisch": "lt",
    "Lettisch": "lv",
    "Estnisch": "et",
    "Arabisch": "ar",
    "Persisch": "fa",
    "Urdu": "ur",
    "Hindi": "hi",
    "Chinesisch": "zh",
    "Vietnamesisch": "vi",
    "Thailändisch": "th",
    "Tigrinya": "ti",
    "Amharisch": "am",
    "Somali": "so",
    "Yoruba": "yo",
    "Igbo": "ig",
    "Edo": "bin",
    "Romani": "rom",
}
LANGUAGE = CodeList("Language", LANGUAGES | {code: code for code in LANGUAGES.values()})
"""Languages by their German names, or by BCP 47: those of victims of the cases, and of member states."""

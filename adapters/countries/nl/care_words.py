"""Dutch words for codes about care, handling and the exchange itself."""

from __future__ import annotations

from adapters.mapping.codes import CodeList

YES_NO = CodeList("Ja/nee", {"ja": True, "nee": False, "J": True, "N": False})
"""An empty field is neither: absence is never read as "no"."""

MINOR = CodeList("Minderjarig", {"ja": "yes", "nee": "no", "vermoedelijk": "presumed", "J": "yes", "N": "no"})

SERVICE = CodeList(
    "Zorgbehoefte",
    {
        "opvang": "shelter",
        "noodopvang": "emergency_shelter",
        "kinderopvang": "child_shelter",
        "medisch": "medical",
        "psychologisch": "psychological",
        "juridisch": "legal",
        "tolk": "interpretation",
        "vervoer": "transport",
        "voogd": "child_guardian",
        "terugkeer": "return_assistance",
        "bedenktijd": "reflection_period",
        "financieel": "financial",
        "afkicken": "detox",
    },
)

CAPABILITY = CodeList(
    "Opvangeis",
    {
        "vrouwen": "women",
        "mannen": "men",
        "gemengd": "mixed",
        "kinderen": "children",
        "gezinnen": "families",
        "lhbtiq": "lgbtiq",
        "rolstoel": "wheelchair",
        "medisch": "medical",
        "hoge beveiliging": "high_security",
        "huisdieren": "pets",
    },
)

SERVICE_LEVEL = CodeList(
    "Dossiertype",
    {
        "Registratie": "register_only",
        "Registratie en Opvang": "register_and_shelter",
        "Registratie, Informatie en Advies": "register_and_advice",
    },
)
"""Dossier types of CoMensha."""

CONSENT_SCOPE = CodeList(
    "Toestemmingvoor",
    {"verwijzing": "referral", "identiteit": "identity", "contact": "contact", "doorgifte": "onward"},
)
CONSENT_GIVER = CodeList("Toestemmingvan", {"betrokkene": "person", "voogd": "guardian"})
NO_CONSENT = CodeList("Geentoestemming", {"kind": "child", "vitaal belang": "vital_interest"})

CONTACT_GROUP = CodeList(
    "Nietbenaderen",
    {
        "familie": "family",
        "partner": "partner",
        "werkgever": "employer",
        "gemeenschap": "community",
        "consulaat": "consulate",
        "anders": "other",
    },
)

CHANNEL = CodeList(
    "Contactwijze",
    {
        "telefoon": "phone",
        "e-mail": "email",
        "via organisatie": "through_organisation",
        "persoonlijk": "in_person",
    },
)

PURPOSE = CodeList(
    "Doel",
    {
        "opsporing verdachte": "locate_suspect",
        "bescherming slachtoffer": "protect_victim",
        "identificatie": "identify",
        "voorkoming": "prevent",
        "vervolging": "prosecute",
        "statistiek": "statistics",
        "oefening": "training",
    },
)

URGENCY_LEVEL = {"normaal": "routine", "spoed": "urgent", "onmiddellijk": "immediate"}
URGENCY_REASON = {
    "levensgevaar": "life_at_risk",
    "kind in gevaar": "child_at_risk",
    "vluchtgevaar": "flight_risk",
    "bewijsverlies": "evidence_loss",
    "voortdurende uitbuiting": "ongoing_exploitation",
}

URGENCY = CodeList(
    "Spoed",
    {"normaal": "routine", "nee": "routine"}
    | {
        f"{word}: {reason_word}": f"{level}:{reason}"
        for word, level in URGENCY_LEVEL.items()
        if level != "routine"
        for reason_word, reason in URGENCY_REASON.items()
    },
)
"""A level above normal has its reason behind a colon, as "spoed: vluchtgevaar"."""

HANDLING = CodeList("Afhandelingscode", {"H0": "H0", "H1": "H1", "H2": "H2", "H3": "H3"})

ONWARD = CodeList(
    "Doorgifte",
    {"geen": "none", "na toestemming": "with_release", "zelfde profiel": "same_profile"},
)

JUDICIAL = CodeList(
    "Gebruikinrechte",
    {"nee": "none", "na toestemming": "with_permission", "ja": "permitted"},
)

REGIME = CodeList("Regime", {"Wpg": "led", "AVG": "gdpr"})
"""The Wet politiegegevens carries out Directive (EU) 2016/680; the AVG is the GDPR."""

SOURCE = CodeList("Bronwaardering", {"A": "A", "B": "B", "C": "C", "X": "X"})
INFORMATION = CodeList("Informatiewaardering", {"1": "1", "2": "2", "3": "3", "4": "4"})

EVALUATION_SCHEME = CodeList(
    "Waarderingschema",
    {
        "4x4": "europol4x4",
        "5x5x5": "uk5x5x5",
        "3x5x2": "uk3x5x2",
        "Admiralty": "admiralty",
        "anders": "other",
    },
)

REFERENCE_SCHEME = CodeList(
    "Kenmerkvan",
    {
        "SIENA": "siena",
        "SIS": "sis",
        "Europol": "europol",
        "Interpol": "interpol",
        "ECRIS": "ecris",
        "Eurojust": "eurojust",
        "nationaal": "national",
        "anders": "other",
    },
)

CLAIM = CodeList(
    "Bevestiging",
    {
        "strikt noodzakelijk": "strictly_necessary",
        "tweede goedkeuring": "second_approval",
        "toestemming": "consent",
    },
)
"""Conditions that an officer asserts; `victim_purpose` and `after_match` are never asserted, they follow."""

LANGUAGES = {
    "Nederlands": "nl",
    "Engels": "en",
    "Duits": "de",
    "Frans": "fr",
    "Spaans": "es",
    "Italiaans": "it",
    "Portugees": "pt",
    "Pools": "pl",
    "Roemeens": "ro",
    "Bulgaars": "bg",
    "Hongaars": "hu",
    "Tsjechisch": "cs",
    "Slowaaks": "sk",
    "Oekra\u00efens": "uk",
    "Russisch": "ru",
    "Grieks": "el",
    "Turks": "tr",
    "Albanees": "sq",
    "Servisch": "sr",
    "Kroatisch": "hr",
    "Litouws": "lt",
    "Lets": "lv",
    "Estisch": "et",
    "Arabisch": "ar",
    "Perzisch": "fa",
    "Urdu": "ur",
    "Hindi": "hi",
    "Chinees": "zh",
    "Vietnamees": "vi",
    "Thais": "th",
    "Tigrinya": "ti",
    "Amhaars": "am",
    "Somalisch": "so",
    "Yoruba": "yo",
    "Igbo": "ig",
    "Edo": "bin",
    "Romani": "rom",
}
LANGUAGE = CodeList("Taal", LANGUAGES)
"""Languages by their Dutch names; the ones that victims of the cases speak, and those of member states."""

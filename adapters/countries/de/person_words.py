"""German words for codes about a person and their papers."""

from __future__ import annotations

from adapters.interface import Reason
from adapters.mapping.codes import CodeList, coded
from adapters.mapping.conversion import Note
from contracts.codes import AgeBand, Script

SEX = CodeList(
    "Sex",
    {
        "M": "1",
        "W": "2",
        "D": "9",
        "U": "0",
        "männlich": "1",
        "weiblich": "2",
        "divers": "9",
        "unbekannt": "0",
    },
    {
        word: Note(
            Reason.COARSENED, "divers is read as 9 (not applicable), the only value of ISO/IEC 5218 beside M and W"
        )
        for word in ("D", "divers")
    },
)
"""M, W and D as in German registers; U is unknown. Divers is a recorded sex that ISO/IEC 5218 does not have."""

IDENTITY_STATUS = CodeList(
    "IdentityStatus",
    {
        "bestätigt": "confirmed",
        "nicht bestätigt": "not_confirmed",
        "Alias": "alias",
        "Aliaspersonalie": "alias",
        "missbraucht": "misused",
    },
)

NAME_TYPE = CodeList(
    "NameType",
    {
        "Name": "primary",
        "Geburtsname": "birth",
        "früherer Name": "previous",
        "Umschrift": "romanisation",
        "Spitzname": "nickname",
        "Deckname": "pseudonym",
    },
)

SCRIPT = coded("Script", Script)
"""ISO 15924."""

ROMANISATION_RULE = CodeList(
    "RomanisationRule", {"ICAO": "icao_9303", "ISO 843": "iso_843", "Dokument": "document", "sonstige": "other"}
)

AGE_ASSERTION = CodeList(
    "AgeAssertion",
    {
        "Dokument": "documented",
        "eigene Angabe": "stated",
        "Untersuchung": "assessed",
        "vermutlich Kind": "presumed_child",
        "Schätzung": "estimated_range",
    },
)

AGE_BAND = coded("AgeBand", AgeBand)

MISUSE_CATEGORY = CodeList(
    "MisuseCategory",
    {
        "Namen": "names",
        "Geburt": "birth",
        "Geschlecht": "sex",
        "Staatsangehörigkeiten": "nationalities",
        "Beschreibung": "physical",
        "Lichtbild": "image",
        "Biometrie": "biometric_refs",
        "Dokumente": "documents",
    },
)

DOCUMENT_TYPE = CodeList(
    "DocumentType",
    {
        "Reisepass": "passport",
        "Pass": "passport",
        "Personalausweis": "id_card",
        "Aufenthaltstitel": "residence_permit",
        "Führerschein": "driving_licence",
        "Reiseausweis": "travel_document",
        "Geburtsurkunde": "birth_certificate",
        "sonstiges": "other",
    },
)

DOCUMENT_STATE = CodeList(
    "DocumentState",
    {
        "gültig": "valid",
        "gestohlen": "stolen",
        "abhandengekommen": "lost",
        "ungültig": "invalidated",
        "Fälschung": "false",
        "Blankodokument": "blank",
    },
)

BUILD = CodeList(
    "Build",
    {"schlank": "slim", "mittel": "medium", "athletisch": "athletic", "kräftig": "heavy", "unbekannt": "unknown"},
)

EYES = CodeList(
    "Eyes",
    {
        "schwarz": "black",
        "blau": "blue",
        "braun": "brown",
        "grün": "green",
        "grau": "grey",
        "hellbraun": "hazel",
        "sonstige": "other",
        "unbekannt": "unknown",
    },
)

HAIR = CodeList(
    "Hair",
    {
        "kahl": "bald",
        "schwarz": "black",
        "blond": "blond",
        "braun": "brown",
        "gefärbt": "dyed",
        "grau": "grey",
        "rot": "red",
        "weiß": "white",
        "sonstige": "other",
        "unbekannt": "unknown",
    },
)

MARK_TYPE = CodeList(
    "MarkType",
    {
        "Tätowierung": "tattoo",
        "Narbe": "scar",
        "Muttermal": "birthmark",
        "Piercing": "piercing",
        "Amputation": "amputation",
        "sonstiges": "other",
    },
)

BODY_PART = CodeList(
    "BodyPart",
    {
        "Kopf": "head",
        "Gesicht": "face",
        "Hals": "neck",
        "Brust": "chest",
        "Rücken": "back",
        "Bauch": "abdomen",
        "Arm links": "arm_left",
        "Arm rechts": "arm_right",
        "Hand links": "hand_left",
        "Hand rechts": "hand_right",
        "Bein links": "leg_left",
        "Bein rechts": "leg_right",
        "Fuß links": "foot_left",
        "Fuß rechts": "foot_right",
        "sonstige": "other",
    },
)

BIOMETRIC_KIND = CodeList(
    "BiometricKind",
    {"Lichtbild": "photo", "Fingerabdruck": "fingerprint", "Handflächenabdruck": "palm_print", "DNA": "dna"},
)

"""Dutch words for codes about a person and their papers."""

from __future__ import annotations

from adapters.interface import Reason
from adapters.mapping.codes import CodeList
from adapters.mapping.conversion import Note

SEX = CodeList(
    "Geslacht",
    {"M": "1", "V": "2", "O": "0", "X": "9", "man": "1", "vrouw": "2", "onbekend": "0"},
    {"X": Note(Reason.COARSENED, "X is read as 9 (not applicable), the only value of ISO/IEC 5218 beside M and V")},
)
"""M and V; O is unknown. X of a Dutch passport is a recorded sex that ISO/IEC 5218 does not have."""

IDENTITY_STATUS = CodeList(
    "Identiteitstatus",
    {"vastgesteld": "confirmed", "niet vastgesteld": "not_confirmed", "misbruikt": "misused"},
)
"""An alias has fields of its own."""

ROMANISATION_RULE = CodeList(
    "Romanisatieregel", {"ICAO": "icao_9303", "ISO 843": "iso_843", "document": "document", "anders": "other"}
)

AGE_ASSERTION = CodeList(
    "Leeftijdsgrond",
    {
        "document": "documented",
        "eigen opgave": "stated",
        "onderzoek": "assessed",
        "vermoedelijk kind": "presumed_child",
        "schatting": "estimated_range",
    },
)

AGE_BAND = CodeList(
    "Leeftijdsgroep",
    {band: band for band in ("0-8", "9-17", "18-20", "21-23", "24-26", "27-29", "30-38", "39-47", "48+")},
)

MISUSE_CATEGORY = CodeList(
    "Misbruiktoestemming",
    {
        "namen": "names",
        "geboorte": "birth",
        "geslacht": "sex",
        "nationaliteiten": "nationalities",
        "signalement": "physical",
        "foto": "image",
        "biometrie": "biometric_refs",
        "documenten": "documents",
    },
)

DOCUMENT_TYPE = CodeList(
    "Documentsoort",
    {
        "paspoort": "passport",
        "identiteitskaart": "id_card",
        "ID-kaart": "id_card",
        "verblijfsdocument": "residence_permit",
        "rijbewijs": "driving_licence",
        "reisdocument": "travel_document",
        "geboorteakte": "birth_certificate",
        "anders": "other",
    },
)

DOCUMENT_STATE = CodeList(
    "Documentstatus",
    {
        "geldig": "valid",
        "gestolen": "stolen",
        "vermist": "lost",
        "ongeldig": "invalidated",
        "vals": "false",
        "blanco": "blank",
    },
)

BUILD = CodeList(
    "Postuur",
    {"slank": "slim", "normaal": "medium", "atletisch": "athletic", "fors": "heavy", "onbekend": "unknown"},
)

EYES = CodeList(
    "Oogkleur",
    {
        "zwart": "black",
        "blauw": "blue",
        "bruin": "brown",
        "groen": "green",
        "grijs": "grey",
        "lichtbruin": "hazel",
        "anders": "other",
        "onbekend": "unknown",
    },
)

HAIR = CodeList(
    "Haarkleur",
    {
        "kaal": "bald",
        "zwart": "black",
        "blond": "blond",
        "bruin": "brown",
        "geverfd": "dyed",
        "grijs": "grey",
        "rood": "red",
        "wit": "white",
        "anders": "other",
        "onbekend": "unknown",
    },
)

MARK_TYPE = CodeList(
    "Kenmerksoort",
    {
        "tatoeage": "tattoo",
        "litteken": "scar",
        "moedervlek": "birthmark",
        "piercing": "piercing",
        "amputatie": "amputation",
        "anders": "other",
    },
)

BODY_PART = CodeList(
    "Kenmerkplaats",
    {
        "hoofd": "head",
        "gezicht": "face",
        "hals": "neck",
        "borst": "chest",
        "rug": "back",
        "buik": "abdomen",
        "linkerarm": "arm_left",
        "rechterarm": "arm_right",
        "linkerhand": "hand_left",
        "rechterhand": "hand_right",
        "linkerbeen": "leg_left",
        "rechterbeen": "leg_right",
        "linkervoet": "foot_left",
        "rechtervoet": "foot_right",
        "anders": "other",
    },
)

BIOMETRIC_KIND = CodeList(
    "Biometriesoort",
    {"foto": "photo", "vingerafdruk": "fingerprint", "handpalmafdruk": "palm_print", "DNA": "dna"},
)

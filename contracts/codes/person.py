"""List code values that describe a person, their documents and marks.

Origins: ISO/IEC 5218, ISO 15924, CTDC codebook, ECRIS-TCN and SIS fields, Delegated Regulation (EU) 2023/333.
"""

from __future__ import annotations

from enum import StrEnum


class IdentityStatus(StrEnum):
    """Identity categories of SIS (Delegated Regulation (EU) 2023/333). An alias is a whole identity."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    ALIAS = "alias"
    MISUSED = "misused"


class NameType(StrEnum):
    """What kind of name this is."""

    PRIMARY = "primary"
    BIRTH = "birth"
    PREVIOUS = "previous"
    PSEUDONYM = "pseudonym"
    NICKNAME = "nickname"
    ROMANISATION = "romanisation"


class Script(StrEnum):
    """ISO 15924 code of the letters that a name is written in."""

    LATIN = "Latn"
    CYRILLIC = "Cyrl"
    GREEK = "Grek"
    ARABIC = "Arab"
    HEBREW = "Hebr"
    ARMENIAN = "Armn"
    GEORGIAN = "Geor"
    HAN = "Hani"
    HANGUL = "Hang"
    HIRAGANA = "Hira"
    KATAKANA = "Kana"
    DEVANAGARI = "Deva"
    BENGALI = "Beng"
    ETHIOPIC = "Ethi"
    THAI = "Thai"


class RomanisationRule(StrEnum):
    """Which table gave a romanised name."""

    ICAO_9303 = "icao_9303"
    ISO_843 = "iso_843"
    DOCUMENT = "document"
    OTHER = "other"


class DatePrecision(StrEnum):
    """How much of a partial date is known. `about_year` is a year with "ca.", `unknown` a known unknown."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"
    ABOUT_YEAR = "about_year"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    """ISO/IEC 5218, as recorded."""

    NOT_KNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    NOT_APPLICABLE = "9"


class AgeBand(StrEnum):
    """Bands of the CTDC codebook; two of them, 0-8 and 9-17, are minors."""

    FROM_0 = "0-8"
    FROM_9 = "9-17"
    FROM_18 = "18-20"
    FROM_21 = "21-23"
    FROM_24 = "24-26"
    FROM_27 = "27-29"
    FROM_30 = "30-38"
    FROM_39 = "39-47"
    FROM_48 = "48+"


class Minor(StrEnum):
    """Whether the subject is a minor; where the age is uncertain, `presumed` (Directive 2011/36 art. 13(2))."""

    YES = "yes"
    NO = "no"
    PRESUMED = "presumed"


class AgeAssertion(StrEnum):
    """On what the age rests."""

    DOCUMENTED = "documented"
    STATED = "stated"
    ASSESSED = "assessed"
    PRESUMED_CHILD = "presumed_child"
    ESTIMATED_RANGE = "estimated_range"


class DocumentType(StrEnum):
    """Identity and travel documents."""

    PASSPORT = "passport"
    ID_CARD = "id_card"
    RESIDENCE_PERMIT = "residence_permit"
    DRIVING_LICENCE = "driving_licence"
    TRAVEL_DOCUMENT = "travel_document"
    BIRTH_CERTIFICATE = "birth_certificate"
    OTHER = "other"


class DocumentState(StrEnum):
    """What is known about a document."""

    VALID = "valid"
    STOLEN = "stolen"
    LOST = "lost"
    INVALIDATED = "invalidated"
    FALSE = "false"
    BLANK = "blank"


class Build(StrEnum):
    """Build of a person."""

    SLIM = "slim"
    MEDIUM = "medium"
    ATHLETIC = "athletic"
    HEAVY = "heavy"
    UNKNOWN = "unknown"


class EyeColour(StrEnum):
    """Colour of the eyes."""

    BLACK = "black"
    BLUE = "blue"
    BROWN = "brown"
    GREEN = "green"
    GREY = "grey"
    HAZEL = "hazel"
    OTHER = "other"
    UNKNOWN = "unknown"


class HairColour(StrEnum):
    """Colour of the hair, or none of it."""

    BALD = "bald"
    BLACK = "black"
    BLOND = "blond"
    BROWN = "brown"
    DYED = "dyed"
    GREY = "grey"
    RED = "red"
    WHITE = "white"
    OTHER = "other"
    UNKNOWN = "unknown"


class MarkType(StrEnum):
    """Physical marks that do not change (Reg. 2018/1862 art. 20(3)(e))."""

    TATTOO = "tattoo"
    SCAR = "scar"
    BIRTHMARK = "birthmark"
    PIERCING = "piercing"
    AMPUTATION = "amputation"
    OTHER = "other"


class BodyPart(StrEnum):
    """Where on the body."""

    HEAD = "head"
    FACE = "face"
    NECK = "neck"
    CHEST = "chest"
    BACK = "back"
    ABDOMEN = "abdomen"
    ARM_LEFT = "arm_left"
    ARM_RIGHT = "arm_right"
    HAND_LEFT = "hand_left"
    HAND_RIGHT = "hand_right"
    LEG_LEFT = "leg_left"
    LEG_RIGHT = "leg_right"
    FOOT_LEFT = "foot_left"
    FOOT_RIGHT = "foot_right"
    OTHER = "other"


class BiometricKind(StrEnum):
    """What a biometric reference points to."""

    PHOTO = "photo"
    FINGERPRINT = "fingerprint"
    PALM_PRINT = "palm_print"
    DNA = "dna"


class MisuseCategory(StrEnum):
    """Data categories that the victim of a misused identity agreed to (Reg. 2018/1862 art. 62)."""

    NAMES = "names"
    BIRTH = "birth"
    SEX = "sex"
    NATIONALITIES = "nationalities"
    PHYSICAL = "physical"
    IMAGE = "image"
    BIOMETRIC_REFS = "biometric_refs"
    DOCUMENTS = "documents"

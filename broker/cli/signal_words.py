"""Words around the indicators, in the languages of the catalogues: questions, menus, and how an assessment reads."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from contracts.codes import (
    Act,
    Answered,
    Combination,
    Element,
    Language,
    ProposalReason,
    ReporterClass,
    SignalOutcome,
    Strength,
)

_ORDER = (Language.EN, Language.NL, Language.DE)


class Phrase(StrEnum):
    """Sentences of the interview and of a printed assessment."""

    SITUATION = "situation"
    SEEN = "seen"
    PLACE = "place"
    PLACE_ENTER = "place_enter"
    REPORTER = "reporter"
    ACTS = "acts"
    STRONG_ONES = "strong_ones"
    REST = "rest"
    AGAIN = "again"
    OUTCOME = "outcome"
    ADULT = "adult"
    PUBLISH = "publish"
    NOT_PUBLISHED = "not_published"
    ASSESSMENT = "assessment"
    JUDGEMENT = "judgement"
    REINFORCED = "reinforced"
    ELEVEN = "eleven"
    ELSEWHERE = "elsewhere"
    COUNTS = "counts"
    UNKNOWN = "unknown"
    PROPOSAL = "proposal"
    DECIDES = "decides"


_WORDS: Mapping[StrEnum, tuple[str, str, str]] = {
    Phrase.SITUATION: ("What may it be? Number:", "Wat kan het zijn? Nummer:", "Was kann es sein? Nummer:"),
    Phrase.SEEN: (
        "When was it seen? Enter: just now; or a date as 2026-11-18 or 2026-11:",
        "Wanneer is het gezien? Enter: zojuist; of een datum als 2026-11-18 of 2026-11:",
        "Wann wurde es gesehen? Enter: gerade eben; oder ein Datum wie 2026-11-18 oder 2026-11:",
    ),
    Phrase.PLACE: (
        "Where? A country as NL, or a region as NL-NH:",
        "Waar? Een land als NL, of een regio als NL-NH:",
        "Wo? Ein Land wie NL, oder eine Region wie NL-NH:",
    ),
    Phrase.PLACE_ENTER: (
        "Where? A country as NL, or a region as NL-NH; Enter: {}:",
        "Waar? Een land als NL, of een regio als NL-NH; Enter: {}:",
        "Wo? Ein Land wie NL, oder eine Region wie NL-NH; Enter: {}:",
    ),
    Phrase.REPORTER: ("Who reports it? Number:", "Wie meldt het? Nummer:", "Wer meldet es? Nummer:"),
    Phrase.ACTS: (
        "What was done with the child? Numbers; Enter: not known:",
        "Wat is er met het kind gedaan? Nummers; Enter: niet bekend:",
        "Was geschah mit dem Kind? Nummern; Enter: nicht bekannt:",
    ),
    Phrase.STRONG_ONES: (
        "Strong indicators. y: seen, n: asked and not so, Enter: not asked.",
        "Sterke indicatoren. j: gezien, n: gevraagd en niet zo, Enter: niet gevraagd.",
        "Starke Indikatoren. j: gesehen, n: gefragt und nicht so, Enter: nicht gefragt.",
    ),
    Phrase.REST: (
        "Numbers of what was seen, with - of what is not so (2 5 -7); Enter: not asked:",
        "Nummers van wat gezien is, met - van wat niet zo is (2 5 -7); Enter: niet gevraagd:",
        "Nummern dessen, was gesehen wurde, mit - was nicht so ist (2 5 -7); Enter: nicht gefragt:",
    ),
    Phrase.AGAIN: ("Not understood. Once more.", "Niet begrepen. Nog eens.", "Nicht verstanden. Noch einmal."),
    Phrase.OUTCOME: (
        "You decide. Number; Enter: as proposed:",
        "U beslist. Nummer; Enter: zoals voorgesteld:",
        "Sie entscheiden. Nummer; Enter: wie vorgeschlagen:",
    ),
    Phrase.ADULT: (
        "Is the person known to be of age? y; Enter: not known:",
        "Is bekend dat de persoon meerderjarig is? j; Enter: niet bekend:",
        "Ist bekannt, dass die Person volljährig ist? j; Enter: nicht bekannt:",
    ),
    Phrase.PUBLISH: (
        "Publish this signal for {} days? y; Enter: no:",
        "Dit signaal voor {} dagen publiceren? j; Enter: nee:",
        "Diesen Hinweis für {} Tage veröffentlichen? j; Enter: nein:",
    ),
    Phrase.NOT_PUBLISHED: (
        "Not published; nothing was kept.",
        "Niet gepubliceerd; er is niets bewaard.",
        "Nicht veröffentlicht; nichts wurde aufbewahrt.",
    ),
    Phrase.ASSESSMENT: (
        "Assessment by the rule ilo_ec_2009: {}",
        "Beoordeling volgens de regel ilo_ec_2009: {}",
        "Einschätzung nach der Regel ilo_ec_2009: {}",
    ),
    Phrase.JUDGEMENT: (
        "Assessment without a rule, for its strengths are not in the catalogue: {}",
        "Beoordeling zonder regel, want de gewichten staan niet in de catalogus: {}",
        "Einschätzung ohne Regel, denn ihre Stärken stehen nicht im Katalog: {}",
    ),
    Phrase.REINFORCED: ("reinforced by {}", "versterkt door {}", "verstärkt durch {}"),
    Phrase.ELEVEN: (
        "indicators of forced labour that this points to: {}",
        "indicatoren van dwangarbeid waarop dit wijst: {}",
        "Indikatoren für Zwangsarbeit, auf die dies weist: {}",
    ),
    Phrase.ELSEWHERE: (
        "seen, and not asked in this situation: {}",
        "gezien, en in deze situatie niet gevraagd: {}",
        "gesehen, und in dieser Lage nicht gefragt: {}",
    ),
    Phrase.COUNTS: ("{} not so, {} not asked", "{} niet zo, {} niet gevraagd", "{} nicht so, {} nicht gefragt"),
    Phrase.UNKNOWN: ("strength unknown", "gewicht onbekend", "Stärke unbekannt"),
    Phrase.PROPOSAL: ("Proposed: {}. {}", "Voorstel: {}. {}", "Vorschlag: {}. {}"),
    Phrase.DECIDES: (
        "This is an assessment and no finding: a person decides.",
        "Dit is een beoordeling en geen vaststelling: een mens beslist.",
        "Dies ist eine Einschätzung und kein Befund: ein Mensch entscheidet.",
    ),
    Strength.STRONG: ("strong", "sterk", "stark"),
    Strength.MEDIUM: ("medium", "middelmatig", "mittel"),
    Strength.WEAK: ("weak", "zwak", "schwach"),
    Answered.POSITIVE: ("positive", "positief", "positiv"),
    Answered.NOT_POSITIVE: ("not positive", "niet positief", "nicht positiv"),
    Answered.OPEN: ("open", "open", "offen"),
    Combination.TWO_STRONG: ("two strong", "twee sterke", "zwei starke"),
    Combination.STRONG_AND_OTHER: ("one strong and another", "een sterke en een andere", "eine starke und eine andere"),
    Combination.THREE_MEDIUM: ("three medium", "drie middelmatige", "drei mittlere"),
    Combination.TWO_MEDIUM_AND_WEAK: (
        "two medium and one weak",
        "twee middelmatige en een zwakke",
        "zwei mittlere und eine schwache",
    ),
    Element.ACT: ("act", "handeling", "Handlung"),
    Element.MEANS: ("means", "dwangmiddel", "Tatmittel"),
    Element.EXPLOITATION: ("exploitation", "uitbuiting", "Ausbeutung"),
    Element.COERCION: ("coercion at destination", "dwang op de bestemming", "Zwang am Zielort"),
    ProposalReason.ALL_ELEMENTS: (
        "Every element is positive.",
        "Elk element is positief.",
        "Jedes Element ist positiv.",
    ),
    ProposalReason.SOMETHING_SEEN: (
        "Something was seen, and not every element is positive.",
        "Er is iets gezien, en niet elk element is positief.",
        "Etwas wurde gesehen, und nicht jedes Element ist positiv.",
    ),
    ProposalReason.TOO_LITTLE_ASKED: (
        "Nothing was seen, and too little was asked.",
        "Er is niets gezien, en er is te weinig gevraagd.",
        "Nichts wurde gesehen, und zu wenig wurde gefragt.",
    ),
    ProposalReason.RULED_OUT: (
        "Nothing was seen, and what was not asked changes nothing.",
        "Er is niets gezien, en wat niet gevraagd is verandert niets.",
        "Nichts wurde gesehen, und was nicht gefragt wurde, ändert nichts.",
    ),
    SignalOutcome.NO_FINDING: ("no finding", "geen bevinding", "kein Befund"),
    SignalOutcome.FURTHER_ASSESSMENT: ("further assessment", "nader onderzoek", "weitere Prüfung"),
    SignalOutcome.PRESUMED_VICTIM: ("presumed victim", "vermoedelijk slachtoffer", "mutmaßliches Opfer"),
    ReporterClass.POLICE: ("police", "politie", "Polizei"),
    ReporterClass.BORDER: ("border guard", "grensbewaking", "Grenzschutz"),
    ReporterClass.LABOUR_INSPECTORATE: ("labour inspectorate", "arbeidsinspectie", "Arbeitsinspektion"),
    ReporterClass.MUNICIPALITY: ("municipality", "gemeente", "Kommune"),
    ReporterClass.HEALTH: ("health care", "zorg", "Gesundheitswesen"),
    ReporterClass.EDUCATION: ("education", "onderwijs", "Schule"),
    ReporterClass.BANK: ("bank", "bank", "Bank"),
    ReporterClass.HOTEL: ("hotel", "hotel", "Hotel"),
    ReporterClass.TRANSPORT: ("transport", "vervoer", "Verkehr"),
    ReporterClass.NGO: ("NGO", "ngo", "NGO"),
    ReporterClass.CITIZEN: ("citizen", "burger", "Bürger"),
    ReporterClass.SELF: ("the person affected", "de betrokkene zelf", "betroffene Person"),
    ReporterClass.ANONYMOUS: ("anonymous", "anoniem", "anonym"),
    Act.RECRUITMENT: ("recruited", "geworven", "angeworben"),
    Act.TRANSPORTATION: ("transported", "vervoerd", "befördert"),
    Act.TRANSFER: ("transferred", "overgebracht", "verbracht"),
    Act.HARBOURING: ("harboured", "gehuisvest", "beherbergt"),
    Act.RECEPTION: ("received", "opgenomen", "aufgenommen"),
    Act.EXCHANGE_OF_CONTROL: ("control passed on", "zeggenschap overgedragen", "Kontrolle übertragen"),
}
YES = {Language.EN: "y", Language.NL: "j", Language.DE: "j"}
"""The letter for yes; no is `n` in all of them."""


def word(value: StrEnum, language: Language, *inserted: object) -> str:
    """Return the words for `value`, with `inserted` in their places."""
    text = _WORDS[value][_ORDER.index(language)]
    return text.format(*inserted) if inserted else text

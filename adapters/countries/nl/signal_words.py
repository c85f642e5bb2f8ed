"""Dutch words for codes about signals: who reports, what was seen, how it was assessed."""

from __future__ import annotations

from adapters.mapping.codes import CodeList

REPORTER = CodeList(
    "Melder",
    {
        "politie": "police",
        "marechaussee": "border",
        "Arbeidsinspectie": "labour_inspectorate",
        "gemeente": "municipality",
        "zorg": "health",
        "onderwijs": "education",
        "bank": "bank",
        "hotel": "hotel",
        "vervoer": "transport",
        "ngo": "ngo",
        "burger": "citizen",
        "betrokkene zelf": "self",
        "anoniem": "anonymous",
        "Meld Misdaad Anoniem": "anonymous",
        "MMA": "anonymous",
    },
)

INDICATOR = CodeList(
    "Indicator",
    {
        "misbruik kwetsbaarheid": "ilo-11:abuse_of_vulnerability",
        "misleiding": "ilo-11:deception",
        "beperking bewegingsvrijheid": "ilo-11:restriction_of_movement",
        "isolement": "ilo-11:isolation",
        "fysiek of seksueel geweld": "ilo-11:physical_sexual_violence",
        "intimidatie of dreiging": "ilo-11:intimidation_threats",
        "inhouden documenten": "ilo-11:retention_of_documents",
        "inhouden loon": "ilo-11:withholding_of_wages",
        "schuldbinding": "ilo-11:debt_bondage",
        "slechte werk- of leefomstandigheden": "ilo-11:abusive_conditions",
        "buitensporig overwerk": "ilo-11:excessive_overtime",
        "D1 misleid over werk, plaats of werkgever": "ilo-ec:d1-deceived_on_job",
        "D2 documenten afgenomen bij werving": "ilo-ec:d2-confiscated_documents",
        "D2 geweld bij werving": "ilo-ec:d2-violence",
        "D4 buitensporige werktijden": "ilo-ec:d4-excessive_hours",
        "D5 documenten afgenomen": "ilo-ec:d5-confiscated_documents",
        "D5 schuldbinding": "ilo-ec:d5-debt_bondage",
        "D5 isolement of bewaking": "ilo-ec:d5-isolation",
        "D5 geweld": "ilo-ec:d5-violence",
    },
)

RULE = CodeList("Beoordelingsregel", {"ILO/EC 2009": "ilo_ec_2009", "professioneel oordeel": "professional_judgement"})

OUTCOME = CodeList(
    "Uitkomst",
    {
        "geen bevinding": "no_finding",
        "nader onderzoek": "further_assessment",
        "vermoedelijk slachtoffer": "presumed_victim",
    },
)

SITUATION = CodeList(
    "Situatie",
    {
        "volwassene arbeid": "adult_labour",
        "volwassene seksueel": "adult_sexual",
        "kind arbeid": "child_labour",
        "kind seksueel": "child_sexual",
    },
)

DIMENSION = CodeList("Dimensie", {word: word for word in ("D1", "D2", "D3", "D4", "D5", "D6")})

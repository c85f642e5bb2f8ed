"""Dutch words for codes about signals: who reports, what was seen, how it was assessed."""

from __future__ import annotations

from adapters.mapping.codes import CodeList
from contracts.codes import Language
from contracts.indicators import words

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

INDICATOR = CodeList("Indicator", words(Language.NL))
"""The texts of the catalogues, behind the dimension where there is one: `D5 ...`."""

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

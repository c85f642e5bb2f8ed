"""German words for codes about signals: who reports, what was seen, how it was assessed."""

from __future__ import annotations

from adapters.mapping.codes import CodeList, coded
from contracts.codes import Dimension, Language
from contracts.indicators import words

REPORTER = CodeList(
    "Reporter",
    {
        "Polizei": "police",
        "Bundespolizei": "border",
        "Finanzkontrolle Schwarzarbeit": "labour_inspectorate",
        "FKS": "labour_inspectorate",
        "Kommune": "municipality",
        "Gesundheitswesen": "health",
        "Schule": "education",
        "Bank": "bank",
        "Hotel": "hotel",
        "Verkehrsunternehmen": "transport",
        "Fachberatungsstelle": "ngo",
        "Bürger": "citizen",
        "betroffene Person": "self",
        "anonym": "anonymous",
    },
)

INDICATOR = CodeList("Indicator", words(Language.DE))
"""The texts of the catalogues, behind the dimension where there is one: `D5 ...`."""

RULE = CodeList("Rule", {"ILO/EK 2009": "ilo_ec_2009", "fachliche Einschätzung": "professional_judgement"})

OUTCOME = CodeList(
    "Outcome",
    {
        "kein Befund": "no_finding",
        "weitere Prüfung": "further_assessment",
        "mutmaßliches Opfer": "presumed_victim",
    },
)

SITUATION = CodeList(
    "Situation",
    {
        "Erwachsene, Arbeit": "adult_labour",
        "Erwachsene, sexuell": "adult_sexual",
        "Kind, Arbeit": "child_labour",
        "Kind, sexuell": "child_sexual",
    },
)

DIMENSION = coded("Dimension", Dimension)

"""German words for codes about signals: who reports, what was seen, how it was assessed."""

from __future__ import annotations

from adapters.mapping.codes import CodeList, coded
from contracts.codes import Dimension

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

INDICATOR = CodeList(
    "Indicator",
    {
        "Ausnutzen von Schutzbedürftigkeit": "ilo-11:abuse_of_vulnerability",
        "Täuschung": "ilo-11:deception",
        "Einschränkung der Bewegungsfreiheit": "ilo-11:restriction_of_movement",
        "Isolation": "ilo-11:isolation",
        "körperliche oder sexuelle Gewalt": "ilo-11:physical_sexual_violence",
        "Einschüchterung oder Drohung": "ilo-11:intimidation_threats",
        "Einbehalten von Ausweisen": "ilo-11:retention_of_documents",
        "Einbehalten von Lohn": "ilo-11:withholding_of_wages",
        "Schuldknechtschaft": "ilo-11:debt_bondage",
        "ausbeuterische Arbeits- und Lebensbedingungen": "ilo-11:abusive_conditions",
        "übermäßige Überstunden": "ilo-11:excessive_overtime",
        "D1 Täuschung über Arbeit, Ort oder Arbeitgeber": "ilo-ec:d1-deceived_on_job",
        "D2 Ausweise bei Anwerbung abgenommen": "ilo-ec:d2-confiscated_documents",
        "D2 Gewalt bei Anwerbung": "ilo-ec:d2-violence",
        "D4 übermäßige Arbeitszeit": "ilo-ec:d4-excessive_hours",
        "D5 Ausweise abgenommen": "ilo-ec:d5-confiscated_documents",
        "D5 Schuldknechtschaft": "ilo-ec:d5-debt_bondage",
        "D5 Isolation oder Bewachung": "ilo-ec:d5-isolation",
        "D5 Gewalt": "ilo-ec:d5-violence",
    },
)

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

"""German words for codes about the case: roles, offences, actions, victims, exploitation, things."""

from __future__ import annotations

from adapters.interface import Reason
from adapters.mapping.codes import CodeList, coded
from adapters.mapping.conversion import Note
from contracts.codes import Industry

SUBJECT = CodeList(
    "SubjectCategory",
    {"Beschuldigter": "suspect", "Tatverdächtiger": "suspect", "Verurteilter": "convicted"},
)

ROLE = CodeList(
    "Role",
    {
        "Anwerber": "recruiter",
        "Schleuser": "transporter",
        "Fahrer": "transporter",
        "Unterbringer": "harbourer",
        "Ausbeuter": "controller_exploiter",
        "Zuhälter": "controller_exploiter",
        "Organisator": "organiser",
        "Dokumentenfälscher": "facilitator_documents",
        "Vermieter": "facilitator_housing",
        "Geldgeber": "facilitator_finance",
        "Online-Betreiber": "facilitator_online",
        "wissentlicher Abnehmer": "client_knowing_user",
        "Freier einer minderjährigen Person": "client_of_minor",
        "korrupter Amtsträger": "corrupt_official",
        "juristische Person": "legal_person",
        "Finanzagent": "money_mule",
        "sonstige": "other",
    },
    {"Zuhälter": Note(Reason.COARSENED, "the event says who controls or exploits, not that it is procuring")},
)

OFFENCE_LIST = CodeList("OffenceList", {"national": "national", "ECRIS": "ecris", "ICCS": "iccs"})

SUSPECT_ACTION = CodeList(
    "Action",
    {
        "Aufenthaltsermittlung": "locate",
        "verdeckte Kontrolle": "discreet_check",
        "Ermittlungsanfrage": "inquiry_check",
        "gezielte Kontrolle": "specific_check",
        "Identitätsfeststellung": "identify",
        "zur Kenntnis": "inform_only",
        "Festnahme (Verweis)": "arrest_reference",
    },
)

DECISION = CodeList(
    "DecisionKind",
    {
        "Europäischer Haftbefehl": "european_arrest_warrant",
        "EuHB": "european_arrest_warrant",
        "SIS-Ausschreibung": "sis_alert",
        "Haftbefehl": "national_warrant",
        "Anordnung der Staatsanwaltschaft": "prosecutor_order",
        "richterliche Anordnung": "court_order",
        "polizeiliche Anordnung": "police_decision",
    },
)

MODUS = CodeList(
    "ModusOperandi",
    {
        "Betrieb": "place_of_business",
        "Bildungseinrichtung": "educational_institution",
        "Arbeitsplatz": "at_work",
        "soziales Netzwerk": "online_social_network",
        "Internetanzeige": "online_advertisement",
        "Fernsehwerbung": "television_advertisement",
        "Zeitungsanzeige": "newspaper_advertisement",
        "Familie": "family",
        "Freunde": "friends",
        "sonstige": "other",
    },
)

WARNING = CodeList(
    "Warning",
    {
        "bewaffnet": "armed",
        "gewalttätig": "violent",
        "entwichen": "escaped",
        "suizidgefährdet": "suicide_risk",
        "Gesundheitsgefahr": "health_threat",
        "Terrorismusbezug": "terror_related",
        "Gefahr von Vergeltung": "at_risk_of_retaliation",
        "in Begleitung des Ausbeuters": "accompanied_by_controller",
        "Familie nicht kontaktieren": "do_not_contact_family",
    },
)

VICTIM_KIND = CodeList(
    "VictimAlertKind",
    {
        "vermisst, in Gewahrsam zu nehmen": "missing_protect",
        "vermisst": "missing_no_protect",
        "Kind, Entziehungsgefahr": "child_abduction_risk",
        "Kind, Ausbeutungsgefahr": "child_trafficking_risk",
        "schutzbedürftige Erwachsene, Ausbeutungsgefahr": "vulnerable_adult_trafficking_risk",
        "angetroffen, zur Kenntnis": "located_inform",
        "mögliches Opfer": "possible_victim_notice",
    },
)

VICTIM_STATUS = CodeList(
    "VictimStatus",
    {
        "möglich": "possible",
        "mutmaßlich": "presumed",
        "festgestellt": "formally_identified",
        "verneint": "rejected",
    },
)

ASSERTED_BY = CodeList(
    "AssertedBy",
    {
        "Polizei": "police",
        "Fachberatungsstelle": "ngo",
        "Staatsanwaltschaft oder Gericht": "court_prosecution",
        "Behörde": "gov_nonpolice",
        "Finanzkontrolle Schwarzarbeit": "labour_inspectorate",
        "FKS": "labour_inspectorate",
        "Bundespolizei": "border_guard",
        "Gesundheitswesen": "health",
        "betroffene Person": "self",
        "sonstige": "other",
    },
)

STATEMENT = CodeList("Statement", {"keine": "none", "abgegeben": "given", "widerrufen": "withdrawn"})

VICTIM_ACTION = CodeList(
    "Action",
    {
        "Ausschreibende Stelle benachrichtigen": "contact_origin",
        "sicheren Ort aufsuchen": "safe_place",
        "Gesundheitszustand prüfen": "welfare_check",
    },
)

CHILD_CASE = CodeList(
    "ChildCase",
    {
        "Ausreißer": "runaway",
        "unbegleiteter minderjähriger Ausländer": "unaccompanied_migrant",
        "UMA": "unaccompanied_migrant",
        "Kindesentziehung": "parental_abduction",
        "unbekannt": "unknown",
    },
)

EXPLOITATION = CodeList(
    "Form",
    {
        "sexuelle Ausbeutung": "sexual_exploitation",
        "Zwangsprostitution": "sexual_exploitation",
        "Ausbeutung der Arbeitskraft": "forced_labour_services",
        "häusliche Ausbeutung": "domestic_servitude",
        "Sklaverei": "slavery_servitude",
        "Ausbeutung der Bettelei": "forced_begging",
        "Ausbeutung strafbarer Handlungen": "forced_criminality",
        "Organentnahme": "organ_removal",
        "Zwangsheirat": "forced_marriage",
        "illegale Adoption": "illegal_adoption",
        "Ausbeutung der Leihmutterschaft": "surrogacy_exploitation",
        "Zwang zum Kriegsdienst": "forced_military_nonstate",
        "Kinderarbeit": "child_labour",
        "sonstige": "other",
        "unbekannt": "unknown",
    },
    {"Zwangsprostitution": Note(Reason.COARSENED, "the event says sexual exploitation, not which")},
)

ACT = CodeList(
    "Act",
    {
        "Anwerben": "recruitment",
        "Befördern": "transportation",
        "Weitergeben": "transfer",
        "Beherbergen": "harbouring",
        "Aufnehmen": "reception",
        "Übergabe der Kontrolle": "exchange_of_control",
    },
)

MEANS = CodeList(
    "Means",
    {
        "Gewalt oder Drohung": "threat_or_force",
        "andere Nötigung": "other_coercion",
        "Entführung": "abduction",
        "Betrug": "fraud",
        "List": "deception",
        "Machtmissbrauch": "abuse_of_power",
        "Ausnutzen von Schutzbedürftigkeit": "abuse_of_vulnerability",
        "Zahlung oder Vorteil": "payment_or_benefit",
    },
)

CONTROL = CodeList(
    "ControlMethod",
    {
        "Androhung von Gewalt": "physical_threats",
        "Drohung mit Behörden": "threats_law_enforcement",
        "Bedrohung von Kindern oder Familie": "threatens_children_family",
        "Schuldknechtschaft": "debt_bondage",
        "falsche Versprechen": "false_promises",
        "körperliche Misshandlung": "physical_abuse",
        "sexueller Missbrauch": "sexual_abuse",
        "Abnahme der Einnahmen": "takes_earnings",
        "kein Zugang zu Geld": "restricts_financial_access",
        "kein Zugang zu Versorgung": "restricts_medical_care",
        "Entzug des Nötigen": "withholds_necessities",
        "psychische Misshandlung": "psychological_abuse",
        "Betäubungsmittel": "psychoactive_substance",
        "übermäßige Arbeitszeit": "excessive_working_hours",
        "Einbehalten von Ausweisen": "withholds_documents",
        "Einschränkung der Bewegungsfreiheit": "restricts_movement",
        "sonstige": "other",
    },
)

INDUSTRY = coded("Industry", Industry)
"""Sections of the WZ 2008, which are those of ISIC rev. 4."""

TRANSPORT = CodeList(
    "TransportMode",
    {
        "Pkw": "car",
        "Bus": "bus",
        "Zug": "train",
        "Lkw": "lorry",
        "Schiff": "ship",
        "Flugzeug": "aircraft",
        "zu Fuß": "foot",
        "sonstige": "other",
        "unbekannt": "unknown",
    },
)

VEHICLE = CodeList(
    "VehicleKind",
    {
        "Pkw": "car",
        "Kleintransporter": "van",
        "Lkw": "lorry",
        "Bus": "bus",
        "Kraftrad": "motorcycle",
        "Anhänger": "trailer",
        "Wasserfahrzeug": "vessel",
        "Luftfahrzeug": "aircraft",
        "sonstige": "other",
    },
)

ACCOUNT = CodeList(
    "AccountKind",
    {
        "Bankkonto": "bank",
        "Karte": "card",
        "Krypto": "crypto",
        "Zahlungsdienst": "payment_service",
        "sonstige": "other",
    },
)

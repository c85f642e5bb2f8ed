"""Dutch words for codes about the case: roles, offences, actions, victims, exploitation, things."""

from __future__ import annotations

from adapters.mapping.codes import CodeList

SUBJECT = CodeList("Hoedanigheid", {"verdachte": "suspect", "veroordeelde": "convicted"})

ROLE = CodeList(
    "Rol",
    {
        "ronselaar": "recruiter",
        "vervoerder": "transporter",
        "huisvester": "harbourer",
        "uitbuiter": "controller_exploiter",
        "organisator": "organiser",
        "documentvervalser": "facilitator_documents",
        "verhuurder": "facilitator_housing",
        "geldschieter": "facilitator_finance",
        "onlinebeheerder": "facilitator_online",
        "bewuste afnemer": "client_knowing_user",
        "klant van minderjarige": "client_of_minor",
        "corrupte ambtenaar": "corrupt_official",
        "rechtspersoon": "legal_person",
        "geldezel": "money_mule",
        "anders": "other",
    },
)

OFFENCE_SCHEME = CodeList("Delictlijst", {"nationaal": "national", "ECRIS": "ecris", "ICCS": "iccs"})

SUSPECT_ACTION = CodeList(
    "Maatregel",
    {
        "opsporen verblijfplaats": "locate",
        "onopvallende controle": "discreet_check",
        "ondervragingscontrole": "inquiry_check",
        "gerichte controle": "specific_check",
        "identificeren": "identify",
        "ter informatie": "inform_only",
        "aanhouding (verwijzing)": "arrest_reference",
    },
)

DECISION = CodeList(
    "Beslissingsoort",
    {
        "Europees aanhoudingsbevel": "european_arrest_warrant",
        "EAB": "european_arrest_warrant",
        "SIS-signalering": "sis_alert",
        "nationaal aanhoudingsbevel": "national_warrant",
        "bevel officier van justitie": "prosecutor_order",
        "rechterlijk bevel": "court_order",
        "politiebeslissing": "police_decision",
    },
)

MODUS = CodeList(
    "Werkwijze",
    {
        "bedrijf": "place_of_business",
        "school": "educational_institution",
        "werk": "at_work",
        "sociale media": "online_social_network",
        "onlineadvertentie": "online_advertisement",
        "televisiereclame": "television_advertisement",
        "krantenadvertentie": "newspaper_advertisement",
        "familie": "family",
        "vrienden": "friends",
        "anders": "other",
    },
)

WARNING = CodeList(
    "Waarschuwing",
    {
        "gewapend": "armed",
        "gewelddadig": "violent",
        "ontvlucht": "escaped",
        "su\u00efcidaal": "suicide_risk",
        "gezondheidsrisico": "health_threat",
        "terrorisme": "terror_related",
        "kans op vergelding": "at_risk_of_retaliation",
        "in gezelschap van uitbuiter": "accompanied_by_controller",
        "familie niet benaderen": "do_not_contact_family",
    },
)

VICTIM_KIND = CodeList(
    "Meldingsoort",
    {
        "vermist, beschermen": "missing_protect",
        "vermist": "missing_no_protect",
        "kind, ontvoeringsrisico": "child_abduction_risk",
        "kind, uitbuitingsrisico": "child_trafficking_risk",
        "kwetsbare volwassene, uitbuitingsrisico": "vulnerable_adult_trafficking_risk",
        "aangetroffen, ter informatie": "located_inform",
        "mogelijk slachtoffer": "possible_victim_notice",
    },
)

VICTIM_STATUS = CodeList(
    "Slachtofferstatus",
    {
        "mogelijk": "possible",
        "vermoedelijk": "presumed",
        "vastgesteld": "formally_identified",
        "afgewezen": "rejected",
    },
)

ASSERTED_BY = CodeList(
    "Vastgestelddoor",
    {
        "politie": "police",
        "ngo": "ngo",
        "OM of rechter": "court_prosecution",
        "overheid": "gov_nonpolice",
        "Arbeidsinspectie": "labour_inspectorate",
        "KMar": "border_guard",
        "zorg": "health",
        "betrokkene": "self",
        "anders": "other",
    },
)

STATEMENT = CodeList("Verklaring", {"geen": "none", "afgelegd": "given", "ingetrokken": "withdrawn"})

VICTIM_ACTION = CodeList(
    "Maatregel",
    {
        "contact met melder": "contact_origin",
        "veilige plaats": "safe_place",
        "welzijnscontrole": "welfare_check",
    },
)

CHILD_CASE = CodeList(
    "Kindzaak",
    {
        "weggelopen": "runaway",
        "alleenstaande minderjarige vreemdeling": "unaccompanied_migrant",
        "AMV": "unaccompanied_migrant",
        "onttrekking door ouder": "parental_abduction",
        "onbekend": "unknown",
    },
)

EXPLOITATION = CodeList(
    "Uitbuitingsvorm",
    {
        "seksuele uitbuiting": "sexual_exploitation",
        "arbeidsuitbuiting": "forced_labour_services",
        "huishoudelijke dienstbaarheid": "domestic_servitude",
        "slavernij": "slavery_servitude",
        "gedwongen bedelarij": "forced_begging",
        "criminele uitbuiting": "forced_criminality",
        "orgaanverwijdering": "organ_removal",
        "gedwongen huwelijk": "forced_marriage",
        "illegale adoptie": "illegal_adoption",
        "gedwongen draagmoederschap": "surrogacy_exploitation",
        "gedwongen krijgsdienst": "forced_military_nonstate",
        "kinderarbeid": "child_labour",
        "anders": "other",
        "onbekend": "unknown",
    },
)

ACT = CodeList(
    "Handeling",
    {
        "werven": "recruitment",
        "vervoeren": "transportation",
        "overbrengen": "transfer",
        "huisvesten": "harbouring",
        "opnemen": "reception",
        "overdragen van controle": "exchange_of_control",
    },
)

MEANS = CodeList(
    "Dwangmiddel",
    {
        "geweld of dreiging": "threat_or_force",
        "andere dwang": "other_coercion",
        "ontvoering": "abduction",
        "fraude": "fraud",
        "misleiding": "deception",
        "misbruik van overwicht": "abuse_of_power",
        "misbruik van kwetsbaarheid": "abuse_of_vulnerability",
        "betaling of voordeel": "payment_or_benefit",
    },
)

CONTROL = CodeList(
    "Controlemiddel",
    {
        "bedreiging met geweld": "physical_threats",
        "dreigen met autoriteiten": "threats_law_enforcement",
        "bedreiging van kinderen of familie": "threatens_children_family",
        "schuldbinding": "debt_bondage",
        "valse beloften": "false_promises",
        "mishandeling": "physical_abuse",
        "seksueel misbruik": "sexual_abuse",
        "afpakken inkomsten": "takes_earnings",
        "geen toegang tot geld": "restricts_financial_access",
        "geen toegang tot zorg": "restricts_medical_care",
        "onthouden basisbehoeften": "withholds_necessities",
        "psychische mishandeling": "psychological_abuse",
        "verdovende middelen": "psychoactive_substance",
        "extreme werktijden": "excessive_working_hours",
        "innemen documenten": "withholds_documents",
        "vrijheidsbeperking": "restricts_movement",
        "anders": "other",
    },
)

INDUSTRY = CodeList("Bedrijfstak", {letter: letter for letter in "ABCDEFGHIJKLMNOPQRSTU"})
"""Sections of the SBI, which are those of ISIC rev. 4."""

TRANSPORT = CodeList(
    "Vervoerwijze",
    {
        "auto": "car",
        "bus": "bus",
        "trein": "train",
        "vrachtwagen": "lorry",
        "schip": "ship",
        "vliegtuig": "aircraft",
        "te voet": "foot",
        "anders": "other",
        "onbekend": "unknown",
    },
)

VEHICLE = CodeList(
    "Voertuigsoort",
    {
        "auto": "car",
        "bestelbus": "van",
        "vrachtwagen": "lorry",
        "bus": "bus",
        "motor": "motorcycle",
        "aanhanger": "trailer",
        "vaartuig": "vessel",
        "vliegtuig": "aircraft",
        "anders": "other",
    },
)

ACCOUNT = CodeList(
    "Rekeningsoort",
    {"bank": "bank", "kaart": "card", "crypto": "crypto", "betaaldienst": "payment_service", "anders": "other"},
)

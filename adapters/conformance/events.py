"""Events that say everything once, synthetic throughout: what a format must carry or declare lost.

Persons and numbers do not exist: documents are of Utopia's kind (UTO), phone numbers end in zeros, and the
picture is the smallest grey JPEG.
"""

from __future__ import annotations

from typing import Any

from adapters.interface import EventContent
from contracts.codes import Condition
from contracts.encoding import encode_base64url

_JPEG = encode_base64url(
    bytes.fromhex("ffd8")  # start
    + bytes.fromhex("ffdb004300" + "01" * 64)  # quantisation: all ones
    + bytes.fromhex("ffc0000b080001000101011100")  # baseline, 1 x 1, grey
    + bytes.fromhex("ffc4001400" + "01" + "00" * 16)  # one DC code: no difference
    + bytes.fromhex("ffc4001410" + "01" + "00" * 16)  # one AC code: end of block
    + bytes.fromhex("ffda0008010100003f003f")  # scan, and one block
    + bytes.fromhex("ffd9")  # end
)
_PLACE = {
    "address": "Teststraat 1",
    "country": "NLD",
    "point": {"latitude": 52_370_216, "longitude": 4_895_168},
    "region": "NL-NH",
    "town": "Utopiadam",
}
_NAME = {
    "forenames": "Test Persoon",
    "particle": "van der",
    "script": "Latn",
    "surname": "Voorbeeld",
    "type": "primary",
}
_WHOLE = {"precision": "day", "value": "1991-06-15"}

_IDENTITY: dict[str, Any] = {
    "identities": [
        {
            "birth": {"country": "SUN", "date": _WHOLE, "region": "NL-UT", "town": "Proefstad"},
            "names": [
                _NAME,
                {"script": "Latn", "surname": "Meisjesnaam", "type": "birth"},
                {"forenames": "Eerder", "script": "Latn", "surname": "Vroeger", "type": "previous"},
                {"rule": "icao_9303", "script": "Latn", "surname": "Voorbield", "type": "romanisation"},
                {"rule": "iso_843", "script": "Latn", "surname": "Voorbijld", "type": "romanisation"},
                {"full": "De Baken", "script": "Latn", "type": "nickname"},
                {"full": "A. Niemand", "script": "Latn", "type": "pseudonym"},
            ],
            "nationalities": ["NLD", "XXA"],
            "register_numbers": [{"country": "NLD", "number": "999999990"}, {"country": "BEL", "number": "TEST-1"}],
            "sex": "2",
            "status": "confirmed",
        },
        {
            "age": {"least": 25, "most": 35, "on": "2026-05-31"},
            "birth": {"date": {"precision": "about_year", "value": "1990"}},
            "names": [{"full": "Alias Een", "script": "Latn", "type": "primary"}],
            "sex": "9",
            "status": "alias",
        },
        {
            "birth": {"date": {"precision": "month", "value": "1990-02"}},
            "misuse_consent": {"categories": ["birth", "names"], "given_on": "2026-01-02"},
            "names": [{"patronymic": "Testovitsj", "script": "Latn", "surname": "Geleend", "type": "primary"}],
            "status": "misused",
        },
    ]
}

_PERSON: dict[str, Any] = {
    "biometric_refs": {
        "references": [
            {
                "country": "NLD",
                "kind": "photo",
                "reference": "TEST-77",
                "sha256": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
                "system": "Testregister",
                "taken": {"precision": "year", "value": "2025"},
            }
        ]
    },
    "documents": {
        "documents": [
            {
                "authority": "Gemeente Test",
                "country": "NLD",
                "expires": {"precision": "day", "value": "2031-01-01"},
                "issued": {"precision": "day", "value": "2021-01-01"},
                "number": "UTO123456",
                "state": "stolen",
                "type": "passport",
            }
        ]
    },
    "evaluation": {"information": "2", "original": {"scheme": "admiralty", "value": "B2"}, "source": "B"},
    "exploitation": {
        "acts": ["harbouring", "recruitment"],
        "control_methods": ["debt_bondage", "restricts_movement"],
        "forms": ["forced_labour_services", "sexual_exploitation"],
        "industry": ["A", "I"],
        "means": ["deception", "threat_or_force"],
    },
    "handling_note": {"text": "Eerst bellen.\nNiet mailen."},
    "identity": _IDENTITY,
    "image": {"data": _JPEG, "media_type": "image/jpeg", "taken": {"precision": "month", "value": "2026-03"}},
    "movement": {
        "last_seen": {"at": "2026-10-25T01:30:00Z", "place": _PLACE},
        "routes": [
            {
                "destination": {"country": "DEU", "town": "Teststadt"},
                "mode": "bus",
                "note": "wekelijks",
                "on": {"precision": "day", "value": "2026-09-01"},
                "origin": {"country": "ROU"},
                "via": [{"country": "HUN"}, {"country": "AUT", "town": "Probeort"}],
            }
        ],
    },
    "narrative": {"text": 'Regel een; met "aanhaling".\nRegel twee: =SOM(1)'},
    "objects": {
        "accounts": [{"country": "NLD", "institution": "Testbank", "kind": "bank", "number": "NL00TEST0000000000"}],
        "handles": [{"handle": "@test", "platform": "Voorbeeldnet"}],
        "organisations": [{"country": "NLD", "name": "Proef B.V.", "registration": "00000000"}],
        "phones": [{"number": "+31600000000"}, {"imei": "000000000000000"}],
        "vehicles": [
            {
                "colour": "wit",
                "country": "NLD",
                "kind": "van",
                "make": "Merk",
                "model": "Model",
                "plate": "UT-00-XX",
                "vin": "TEST0000000000000",
            }
        ],
    },
    "physical": {
        "build": "slim",
        "eyes": "brown",
        "hair": "dyed",
        "height_cm": 180,
        "marks": [{"description": "anker", "place": "arm_left", "type": "tattoo"}],
    },
    "references": {
        "case_number": "ZAAK-TEST-1",
        "language": "nl",
        "numbers": [
            {"number": "TEST-2", "scheme": "siena"},
            {"country": "DEU", "number": "TEST-3", "scheme": "national"},
        ],
    },
}
_HANDLING = {
    "actor": "pseudoniem0001",
    "codes": ["H0", "H1", "H2", "H3"],
    "judicial_use": "with_permission",
    "legal_regime": "led",
    "no_third_country": True,
    "onward": "with_release",
}

SUSPECT = EventContent(
    type="suspect-alert.v1",
    purpose="locate_suspect",
    basis=("dir-2023-977:art7", "reg-2018-1862:art36"),
    urgency="urgent:flight_risk",
    validity_days=365,
    claims=frozenset({Condition.STRICTLY_NECESSARY}),
    national_id="TEST-VERDACHTE",
    sections={
        **_PERSON,
        "handling": {**_HANDLING, "minor": "no"},
        "role": {
            "action": "arrest_reference",
            "assessment": {"assessed_on": "2026-11-02", "reference": "TEST-4"},
            "decision": {
                "country": "NLD",
                "decided_on": "2026-11-01",
                "kind": "european_arrest_warrant",
                "reference": "TEST-5",
            },
            "modus_operandi": ["at_work", "friends"],
            "offences": [
                {"code": "Sr 273f", "country": "NLD", "scheme": "national"},
                {"code": "0402", "scheme": "ecris"},
                {"code": "0204", "scheme": "iccs"},
                {"code": "StGB 232", "country": "DEU", "scheme": "national"},
            ],
            "roles": ["organiser", "recruiter"],
            "subject_category": "convicted",
            "warnings": ["armed", "violent"],
        },
    },
)
"""Every section and nearly every member that a suspect alert can have, in letters that all formats have."""

VICTIM = EventContent(
    type="victim-alert.v1",
    purpose="protect_victim",
    basis=("dir-2011-36:art11",),
    urgency="immediate:life_at_risk",
    validity_days=365,
    claims=frozenset({Condition.CONSENT, Condition.SECOND_APPROVAL, Condition.STRICTLY_NECESSARY}),
    national_id="TEST-SLACHTOFFER",
    sections={
        **_PERSON,
        "handling": {**_HANDLING, "minor": "no"},
        "needs": {
            "capabilities": ["children", "women"],
            "dependants": {"age_bands": ["0-8", "9-17"], "count": 2},
            "languages": ["en", "ro"],
            "needed_by": "2026-12-01",
            "safety_level": 3,
            "service_level": "register_and_shelter",
            "services": ["legal", "shelter"],
            "staff_sex": "2",
        },
        "safety": {
            "consent": {"given_by": "person", "given_on": "2026-10-01", "scope": ["contact", "identity"]},
            "do_not_contact": ["family", "partner"],
            "guardian": {"appointed": False, "contact": "Voogdij Test", "needed": False},
            "safe_contact": {"channel": "email", "note": "alleen overdag", "value": "test@example.org"},
            "shelter": {"accepted_on": "2026-10-20", "country": "NLD", "provider": "Opvang Test", "region": "NL-NH"},
        },
        "status": {
            "action": "safe_place",
            "age_assertion": "documented",
            "age_band": "30-38",
            "asserted_by": "police",
            "assessment": {"assessed_on": "2026-11-02", "reference": "TEST-6"},
            "interview_held": True,
            "kind": "vulnerable_adult_trafficking_risk",
            "statement": "none",
            "victim_status": "presumed",
            "warnings": ["accompanied_by_controller"],
        },
    },
)
"""Every section that a victim alert can have."""

SIGNAL = EventContent(
    type="signal.v1",
    purpose="prevent",
    basis=("dir-2023-977:art7",),
    urgency="routine",
    validity_days=365,
    claims=frozenset({Condition.STRICTLY_NECESSARY}),
    national_id="TEST-SIGNAAL",
    sections={
        **{
            name: _PERSON[name]
            for name in (
                "evaluation",
                "exploitation",
                "handling_note",
                "identity",
                "movement",
                "narrative",
                "objects",
                "references",
            )
        },
        "handling": {**_HANDLING, "minor": "no"},
        "observation": {
            "assessment": {
                "assessed_on": "2026-11-02",
                "outcome": "further_assessment",
                "positive": ["D5"],
                "rule": "ilo_ec_2009",
                "situation": "adult_labour",
            },
            "indicators": {
                "no": ["ilo-11:isolation"],
                "not_asked": ["ilo-11:deception", "ilo-ec:d2-violence"],
                "yes": ["ilo-11:debt_bondage", "ilo-ec:d5-debt_bondage", "ilo-ec:d5-violence"],
            },
            "observed_at": "2026-10-31T22:15:00Z",
            "place": {"country": "NLD", "region": "NL-NH"},
            "reporter": "anonymous",
        },
    },
)
"""Every section that a signal can have."""
PLAIN_SIGNAL = EventContent(
    type="signal.v1",
    purpose="prevent",
    basis=("dir-2023-977:art7",),
    urgency="routine",
    validity_days=90,
    national_id="TEST-SIGNAAL-2",
    sections={
        "handling": {**_HANDLING, "codes": ["H0"], "judicial_use": "permitted", "minor": "presumed"},
        "observation": {
            "indicators": {"yes": ["ilo-11:withholding_of_wages"]},
            "observed_on": {"precision": "month", "value": "2026-10"},
            "place": {"country": "BEL"},
            "reporter": "bank",
        },
    },
)
"""A signal about nobody, without assessment."""


def _named(script: str, surname: str, forenames: str) -> EventContent:
    name = {"forenames": forenames, "script": script, "surname": surname, "type": "primary"}
    identity = {"birth": {"date": _WHOLE}, "names": [name], "status": "confirmed"}
    sections = {**SUSPECT.sections, "identity": {"identities": [identity]}}
    return EventContent(
        type=SUSPECT.type,
        purpose=SUSPECT.purpose,
        basis=SUSPECT.basis,
        urgency=SUSPECT.urgency,
        validity_days=SUSPECT.validity_days,
        national_id=f"TEST-{script}-{len(surname)}",
        sections=sections,
    )


SCRIPTS = (
    _named("Latn", "\u0218tefan\u021b", "Gic\u0103"),
    _named("Latn", "\u0141ukaszewska", "\u017b\u00f3fia"),
    _named("Latn", "\u0132sselstein", "Stra\u00df\u00f6"),
    _named("Cyrl", "\u0422\u0435\u0441\u0442\u0435\u043d\u043a\u043e", "\u041e\u043b\u044c\u0433\u0430"),
    _named("Grek", "\u0394\u03bf\u03ba\u03b9\u03bc\u03ae\u03c2", "\u0386\u03bd\u03bd\u03b1"),
    _named("Arab", "\u0627\u062e\u062a\u0628\u0627\u0631", "\u0645\u062b\u0627\u0644"),
)
"""Names in letters that some encodings lack: preserved, or declared lost."""

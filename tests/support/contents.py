"""Synthetic section contents, JSON-plain, as they stand in a disclosure. Nobody in them exists."""

from __future__ import annotations

import copy
import struct
from typing import Any

from contracts.content import parse_section
from contracts.encoding import encode_base64url
from contracts.errors import Code
from contracts.parts import SectionModel

EVENT_ID = "01920000-0000-7000-8000-000000000001"
OTHER_EVENT_ID = "01920000-0000-7000-8000-000000000002"


def segment(marker: int, body: bytes) -> bytes:
    """A JPEG segment with its length."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


JFIF = segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")
FRAME = segment(0xC0, b"\x08\x00\x10\x00\x10\x01\x01\x11\x00")
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
JPEG = b"\xff\xd8" + JFIF + segment(0xDB, bytes(65)) + FRAME + segment(0xC4, bytes(20)) + SCAN + b"\xff\xd9"
"""The segments of a baseline JPEG of 16 by 16 pixels; the pixels themselves are noise."""

NAME = {"type": "primary", "script": "Latn", "surname": "Vries", "particle": "de", "forenames": "Jan Testman"}
IDENTITY = {
    "status": "confirmed",
    "names": [NAME],
    "birth": {"date": {"value": "1984-05", "precision": "month"}, "country": "YUG", "town": "Teststad"},
    "sex": "1",
    "nationalities": ["NLD", "XXA"],
    "register_numbers": [{"country": "NLD", "number": "999999990"}],
}
CONTENTS: dict[str, Any] = {
    "identity": {"identities": [IDENTITY, {"status": "alias", "names": [{**NAME, "type": "nickname"}]}]},
    "documents": {"documents": [{"type": "passport", "number": "NPO 123-I4", "country": "NLD", "state": "stolen"}]},
    "physical": {"height_cm": 181, "build": "slim", "eyes": "blue", "marks": [{"type": "scar", "place": "face"}]},
    "image": {"media_type": "image/jpeg", "data": encode_base64url(JPEG)},
    "biometric_refs": {"references": [{"kind": "fingerprint", "system": "HAVANK", "reference": "T-000001"}]},
    "role": {
        "subject_category": "suspect",
        "roles": ["organiser", "recruiter"],
        "offences": [{"scheme": "iccs", "code": "0204"}, {"scheme": "national", "code": "273f", "country": "NLD"}],
        "action": "discreet_check",
        "modus_operandi": ["online_social_network"],
        "warnings": ["armed"],
    },
    "status": {
        "kind": "child_trafficking_risk",
        "victim_status": "presumed",
        "asserted_by": "police",
        "statement": "none",
        "action": "safe_place",
        "age_band": "9-17",
        "warnings": ["accompanied_by_controller"],
    },
    "exploitation": {
        "forms": ["forced_labour_services", "sexual_exploitation"],
        "acts": ["recruitment"],
        "means": ["deception"],
        "control_methods": ["debt_bondage", "restricts_movement"],
        "industry": ["A", "I"],
    },
    "movement": {
        "last_seen": {
            "place": {"country": "DEU", "region": "DE-NW", "town": "Musterstadt"},
            "on": {"value": "2026-05-31", "precision": "day"},
        },
        "routes": [{"origin": {"country": "ROU"}, "destination": {"country": "NLD"}, "mode": "bus"}],
    },
    "objects": {
        "vehicles": [{"kind": "van", "plate": "ab-12 3c", "country": "NLD"}],
        "phones": [{"number": "+31600000000"}],
        "accounts": [{"kind": "bank", "number": "NL00TEST0000000000"}],
        "handles": [{"platform": "example", "handle": "test_handle"}],
        "organisations": [{"name": "Testbedrijf BV", "country": "NLD"}],
    },
    "needs": {"services": ["legal", "shelter"], "capabilities": ["women"], "languages": ["ro"], "safety_level": 3},
    "safety": {
        "consent": {"scope": ["identity", "referral"], "given_by": "person", "given_on": "2026-05-01"},
        "guardian": {"needed": True, "appointed": False},
        "do_not_contact": ["family"],
        "safe_contact": {"channel": "phone", "value": "+31600000001"},
    },
    "observation": {
        "observed_at": "2026-05-31T21:30:00Z",
        "place": {"country": "NLD", "region": "NL-NH"},
        "reporter": "anonymous",
        "indicators": {
            "yes": ["ilo-11:debt_bondage", "ilo-ec:d5-debt_bondage", "ilo-ec:d5-isolation"],
            "no": ["ilo-11:isolation"],
            "not_asked": ["ilo-11:deception"],
        },
        "assessment": {
            "rule": "ilo_ec_2009",
            "situation": "adult_labour",
            "positive": ["D5"],
            "outcome": "further_assessment",
            "assessed_on": "2026-06-01",
        },
    },
    "references": {
        "case_number": "TEST-2026-1",
        "numbers": [{"scheme": "siena", "number": "0000-1"}],
        "language": "nl",
    },
    "narrative": {"text": "Verzonnen tekst.\nTweede regel."},
    "evaluation": {"source": "B", "information": "2", "original": {"scheme": "admiralty", "value": "B2"}},
    "handling": {
        "codes": ["H0"],
        "onward": "with_release",
        "no_third_country": True,
        "judicial_use": "with_permission",
        "legal_regime": "led",
        "minor": "no",
        "actor": "p5eud0nym",
    },
    "handling_note": {"text": "Alleen na overleg."},
    "notice": {"ground": "purpose_achieved"},
    "report": {
        "request": {
            "asked": ["identity", "whereabouts"],
            "why_there": ["residence"],
            "subject_category": "suspect",
            "offences": [{"scheme": "iccs", "code": "0204"}],
        }
    },
    "offer": {
        "country": "NLD",
        "region": "NL-NH",
        "services": ["shelter"],
        "capabilities": ["women"],
        "places_free": 2,
        "valid_until": "2026-06-30",
    },
    "opened": {"disclosures": ["WyJzYWx0IiwidiIse31d"]},
    "consultations": {
        "entries": [
            {
                "iss": "DE-BKA",
                "jti": EVENT_ID,
                "at": "2026-05-31T08:00:00Z",
                "actor": "p5eud0nym",
                "why": "case_work",
            }
        ]
    },
    "summary": {"age_band": "39-47", "sex": "1", "nationalities": ["NLD"], "roles": ["organiser"], "month": "2026-05"},
    "markers": {"minor": "no", "action": "discreet_check", "warnings": ["armed"]},
    "match_keys": {
        "plates": [{"plate": "AB123C", "country": "NLD"}],
        "documents": [{"number": "NP0", "type": "passport"}],
    },
}
"""One valid content for each section."""


def content(name: str, **changes: Any) -> Any:
    """Return a copy of a valid content with members changed; None removes one."""
    changed = {**copy.deepcopy(CONTENTS[name]), **changes}
    return {member: value for member, value in changed.items() if value is not None}


def section(name: str, **changes: Any) -> SectionModel:
    """Return a valid section with members changed."""
    return parse_section(name, content(name, **changes), code=Code.E13_CONTENT)


def sections(*names: str, **given: SectionModel) -> dict[str, SectionModel]:
    """Return valid sections by name."""
    return {**{name: section(name) for name in names}, **given}

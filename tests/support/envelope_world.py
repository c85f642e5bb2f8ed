"""Hold a small exchange in memory for the envelope: participants with keys, a trust view, valid records.

The view is built by hand, not from a signed list: what a list must be is tested with `broker.trust`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from broker.envelope.compose import Composed, Event, Issue, compose
from broker.envelope.deliver import cloudevents_headers, feed_key, feed_values
from broker.envelope.grants import EpochKeys
from broker.ports import Incoming
from broker.trust.hpke import HybridPrivateKey, generate
from broker.trust.jws import protected_header
from broker.trust.signer import PemSigner
from broker.trust.view import ListedKey, Participant, Regime, Role, TokenType, TrustView
from contracts.encoding import sha256
from contracts.events import EVENTS
from contracts.identifiers import AuthorityId, Environment, Topics, alert_id, event_id
from contracts.wire import AudienceEntry, Claims, Leaf, Position, Submit
from tests.support.seeds import seeded

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOW_S = int(NOW.timestamp())
NOW_MS = NOW_S * 1000
DAY = 86_400
TOPICS = Topics(Environment.LIVE)
ISSUER = AuthorityId("NL-POL")
PROFILES = {"NL-POL": "liaison", "DE-BKA": "liaison", "FR-PNJ": "liaison", "BE-FGP": "border", "NL-CARE": "care"}

HANDLING = {
    "codes": ["H1", "H2"],
    "onward": "with_release",
    "no_third_country": True,
    "judicial_use": "with_permission",
    "legal_regime": "led",
    "minor": "no",
    "actor": "k3JfT0qWvX2a",
}
SUSPECT: dict[str, Any] = {
    "handling": HANDLING,
    "identity": {
        "identities": [
            {
                "status": "confirmed",
                "names": [{"type": "primary", "script": "Latn", "surname": "Voorbeeld", "forenames": "Pieter"}],
                "sex": "1",
                "nationalities": ["NLD"],
            }
        ]
    },
    "role": {
        "subject_category": "suspect",
        "roles": ["recruiter"],
        "offences": [{"scheme": "ecris", "code": "0400"}],
        "action": "discreet_check",
    },
    "summary": {"sex": "1", "nationalities": ["NLD"], "roles": ["recruiter"]},
    "markers": {"minor": "no", "action": "discreet_check", "warnings": ["violent"]},
    "match_keys": {"plates": [{"plate": "AB123C", "country": "NLD"}]},
}
VICTIM: dict[str, Any] = {
    "handling": {**HANDLING, "minor": "presumed"},
    "status": {
        "kind": "missing_protect",
        "victim_status": "presumed",
        "asserted_by": "police",
        "statement": "none",
        "action": "safe_place",
    },
    "summary": {"sex": "2"},
    "markers": {"minor": "presumed", "action": "safe_place"},
}
NOTICE: dict[str, Any] = {
    "handling": {name: value for name, value in HANDLING.items() if name != "minor"},
    "notice": {"ground": "purpose_achieved"},
}
LIAISON = ("handling", "identity", "markers", "role", "summary")
BORDER = ("handling", "markers", "match_keys")


class MadeUpKeys:
    """Give every epoch key there could be, by hashing its id; those in `missing` have not arrived."""

    def __init__(self) -> None:
        self.missing: set[str] = set()

    def get(self, kid: str, /) -> bytes | None:
        return None if kid in self.missing else hashlib.sha256(kid.encode()).digest()


def entry(to: str, sections: tuple[str, ...], *, profile: str | None = None, because: tuple[str, ...] = ()) -> Any:
    return AudienceEntry(to=to, profile=profile or PROFILES[to], sections=sections, because=because)


AUDIENCE = (entry("BE-FGP", BORDER), entry("DE-BKA", LIAISON), entry("FR-PNJ", LIAISON))


@cache
def signing_key(name: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(hashlib.sha256(name.encode()).digest(), "big") >> 1, ec.SECP256R1())


@cache
def signer(name: str) -> PemSigner:
    return PemSigner(signing_key(name), sha256(b"certificate of " + name.encode()))


@cache
def hybrid(name: str) -> HybridPrivateKey:
    return generate(seeded(int.from_bytes(name.encode(), "big")))


def listed(name: str, token: TokenType, **changes: Any) -> ListedKey:
    values = {
        "issuer": AuthorityId(name),
        "key": signing_key(name).public_key(),
        "kid": signer(name).kid,
        "token": token,
        "not_before": NOW_S - 200 * DAY,
        "not_after": NOW_S + 500 * DAY,
        "types": frozenset(EVENTS),
    }
    return ListedKey(**{**values, **changes})


def participant(name: str, **changes: Any) -> Participant:
    care = PROFILES.get(name) == "care"
    values = {
        "id": AuthorityId(name),
        "roles": frozenset({Role.CARE if care else Role.AUTHORITY}),
        "regime": Regime.GDPR if care else Regime.LED,
        "third_country": False,
        "slots": 2,
        "issues": frozenset(EVENTS),
        "profiles": {known.type: PROFILES[name] for known in EVENTS.values() if PROFILES.get(name) in known.profiles},
        "encryption": hybrid(name).public(),
    }
    return Participant(**{**values, **changes})


@cache
def trust() -> TrustView:
    """A list with every participant and a key of each for events and grants."""
    keys = [listed(name, token) for name in PROFILES for token in (TokenType.EVENT, TokenType.GRANT)]
    return TrustView(
        version=7,
        environment=Environment.LIVE,
        expires=NOW_S + DAY,
        participants={AuthorityId(name): participant(name) for name in PROFILES},
        headers={protected_header(key.key, key.kid, key.token): key for key in keys},
        checkpoint_origin="baken/live",
        checkpoint_keys={},
    )


def trust_with_key(name: str = ISSUER, **changes: Any) -> TrustView:
    """The list with another entry for the event key of `name`."""
    key = listed(name, TokenType.EVENT, **changes)
    header = signer(name).header(TokenType.EVENT)
    return replace(trust(), headers={**trust().headers, header: key})


def trust_with_participant(name: str, **changes: Any) -> TrustView:
    """The list with another entry for participant `name`."""
    participants = {**trust().participants, AuthorityId(name): participant(name, **changes)}
    return replace(trust(), participants=participants)


SUSPECT_EVENT = Event(
    type="suspect-alert.v1",
    purpose="locate_suspect",
    basis=("dir-2023-977:art7",),
    urgency="urgent:flight_risk",
    policy="minimisation-1",
    sections=SUSPECT,
    audience=AUDIENCE,
    sub=alert_id(seeded(2)(16)),
    ver=1,
)
VICTIM_EVENT = replace(
    SUSPECT_EVENT,
    type="victim-alert.v1",
    purpose="protect_victim",
    basis=("dir-2011-36:art11",),
    sections=VICTIM,
    audience=(
        entry("BE-FGP", ("handling", "markers")),
        entry("DE-BKA", ("handling", "markers", "status", "summary")),
    ),
)
BATCH_EVENT = replace(
    SUSPECT_EVENT,
    type="consultation-batch.v1",
    purpose="statistics",
    urgency="routine",
    sections={
        "handling": NOTICE["handling"],
        "consultations": {
            "entries": [
                {
                    "iss": "DE-BKA",
                    "jti": event_id(NOW, seeded(3)(10)),
                    "at": "2026-11-23T11:00:00Z",
                    "actor": "k3JfT0qWvX2a",
                    "why": "case_work",
                }
            ]
        },
    },
    audience=(),
    sub=None,
    ver=None,
)
ISSUE = Issue(
    env=Environment.LIVE,
    iss=ISSUER,
    jti=event_id(NOW, seeded(1)(10)),
    iat=NOW_S,
    exp=NOW_S + 180 * DAY,
    slot=0,
    gen=1,
    seq=1,
)


@dataclass
class Made:
    """A composed record with what a broker and a recipient would read of it."""

    composed: Composed
    keys: MadeUpKeys = field(default_factory=MadeUpKeys)

    @property
    def claims(self) -> Claims:
        return self.composed.claims

    def submitted(self, **changes: Any) -> Incoming:
        """The record on its submit topic, appended at `NOW`."""
        return submitted(self.composed.record, self.claims, **changes)

    def leaf(self, **changes: Any) -> Leaf:
        values = {
            "code": None,
            "decision": "admitted",
            "gap": 0,
            "jws": self.composed.signing_input_hash,
            "position": Position(topic=self.claims.place, partition=self.claims.slot, offset=41),
            "record": self.composed.record_hash,
            "time": NOW_MS,
            "trust": 7,
        }
        return Leaf(**{**values, **changes})

    def delivered(self, to: str = "DE-BKA", **changes: Any) -> Incoming:
        """The feed record of `to`, as a broker makes it."""
        from broker.envelope.steps_form import SUBMIT  # noqa: PLC0415 (keeps this module importable alone)

        submit: Submit = SUBMIT.decode(self.composed.record)
        return delivered(feed_values(submit, self.leaf())[to], self.claims, to=to, **changes)


def submitted(record: bytes | None, claims: Claims, **changes: Any) -> Incoming:
    values = {
        "topic": TOPICS.submit(ISSUER),
        "partition": claims.slot,
        "offset": 41,
        "time": NOW_MS,
        "key": f"{ISSUER}/{claims.slot}".encode(),
        "value": record,
        "headers": cloudevents_headers(jti=claims.jti, iss=claims.iss, type_=claims.type),
    }
    return Incoming(**{**values, **changes})


def delivered(value: bytes | None, claims: Claims, *, to: str = "DE-BKA", **changes: Any) -> Incoming:
    values = {
        "topic": TOPICS.feed(to),
        "partition": 0,
        "offset": 12,
        "time": NOW_MS + 40,
        "key": feed_key(iss=claims.iss, jti=claims.jti),
        "value": value,
        "headers": cloudevents_headers(jti=claims.jti, iss=claims.iss, type_=claims.type),
    }
    return Incoming(**{**values, **changes})


def make(
    event: Event = SUSPECT_EVENT, issue: Issue = ISSUE, *, keys: EpochKeys | None = None, seed: int = 5,
    by: PemSigner | None = None,
) -> Made:  # fmt: skip
    """Compose `event` as its issuer does, signed `by` its key or another, with repeatable randomness."""
    made_up, own = MadeUpKeys(), by or signer(issue.iss)
    return Made(compose(event, issue, signer=own, keys=keys or made_up, randomness=seeded(seed)), made_up)

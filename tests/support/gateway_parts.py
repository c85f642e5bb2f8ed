"""Make what the stores of a gateway keep, well formed and unsigned: the stores do not look at signatures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from broker.gateway.inbox import Arrival, Inbox
from broker.gateway.outbox import NewRow
from broker.ports import Incoming
from contracts.encoding import canonical, sha256
from contracts.identifiers import alert_id, event_id
from contracts.wire import Claims, Reference

SECTIONS = {"role": {"subject": "PLANTED-SECTION"}}


class Maker:
    """Make claims and rows one after another."""

    def __init__(self, clock: Callable[[], datetime], randomness: Any) -> None:
        self._clock = clock
        self._randomness = randomness

    def claims(self, **changes: Any) -> Claims:
        iat = int(self._clock().timestamp())
        values: dict[str, Any] = {
            "sd_alg": "sha-256",
            "basis": ("dir-2023-977:art7",),
            "env": "live",
            "exp": iat + 90 * 86_400,
            "gen": 1,
            "iat": iat,
            "iss": "NL-POL",
            "jti": event_id(self._clock(), self._randomness(10)),
            "place": "baken.submit.nl-pol",
            "policy": "minimisation-1",
            "purpose": "locate_suspect",
            "ref": (),
            "sealed": {},
            "sections": {},
            "seq": 1,
            "slot": 0,
            "sub": alert_id(self._randomness(16)),
            "type": "suspect-alert.v1",
            "urgency": "routine",
            "ver": 1,
        }
        return Claims(**{**values, **changes})

    def row(self, claims: Claims, **changes: Any) -> NewRow:
        value = canonical({"jws": claims.jti, "pad": "x" * 200})
        values: dict[str, Any] = {
            "claims": claims,
            "value": value,
            "headers": (("ce_id", claims.jti.encode()),),
            "record": sha256(value),
            "signing": sha256(claims.jti.encode()),
            "disclosures": {"role": "PLANTED-DISCLOSURE"},
            "recipients": {"DE-BKA": "liaison"},
        }
        return NewRow(**{**values, **changes})


def reference(claims: Claims) -> Reference:
    """Return the reference to the event that has these claims."""
    return Reference(iss=claims.iss, jti=claims.jti)


def arrival(claims: Claims, **changes: Any) -> Arrival:
    """Return an event as the feed brings it, opened unless told otherwise."""
    incoming = Incoming(
        topic="baken.feed.de-bka",
        partition=0,
        offset=7,
        time=1_700_000_000_000,
        key=f"{claims.iss}/{claims.jti}".encode(),
        value=b'{"jws":"..."}',
        headers=(("ce_id", claims.jti.encode()), ("content-type", b"application/json")),
    )
    values: dict[str, Any] = {"incoming": incoming, "claims": claims, "profile": "liaison", "kid": "k/1"}
    return Arrival(**{"sections": SECTIONS, **values, **changes})


def receive(inbox: Inbox, item: Arrival) -> None:
    """Store one arrival in a transaction of its own."""
    with inbox.store.write() as connection:
        inbox.add(connection, item, now_ms=5, admitted=4)

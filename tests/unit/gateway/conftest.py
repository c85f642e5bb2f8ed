"""Give gateway tests real databases in a temporary folder, a clock they set and repeatable randomness."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broker.gateway.inbox import Inbox
from broker.gateway.outbox import NewRow, Outbox
from broker.gateway.stores import Store
from broker.gateway.tables import INBOX, OUTBOX
from broker.gateway.vault import Vault
from contracts.encoding import canonical, sha256
from contracts.identifiers import alert_id, event_id
from contracts.wire import Claims, Reference

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def randomness() -> Any:
    return random.Random(7).randbytes  # noqa: S311 - tests want the same bytes again


@pytest.fixture
def vault(randomness: Any) -> Vault:
    return Vault(b"k" * 32, randomness)


@pytest.fixture
def outbox(tmp_path: Path, vault: Vault) -> Iterator[Outbox]:
    store = Store.open_file(tmp_path / "outbox.db", OUTBOX)
    yield Outbox(store, vault)
    store.close()


@pytest.fixture
def inbox(tmp_path: Path, vault: Vault) -> Iterator[Inbox]:
    store = Store.open_file(tmp_path / "inbox.db", INBOX)
    yield Inbox(store, vault)
    store.close()


class Maker:
    """Make claims and rows that are well formed, without signatures: the stores do not look at those."""

    def __init__(self, clock: SetClock, randomness: Any) -> None:
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


@pytest.fixture
def maker(clock: SetClock, randomness: Any) -> Maker:
    return Maker(clock, randomness)


def reference(claims: Claims) -> Reference:
    """Return the reference to the event that has these claims."""
    return Reference(iss=claims.iss, jti=claims.jti)

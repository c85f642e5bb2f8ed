"""Take a valid record apart, change one thing, mend what hangs on it, and put it together again.

Mending means signing anew, sealing anew or recomputing a hash, so that the one change is the only fault.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from broker.envelope.compose import Event, Issue
from broker.envelope.deliver import cloudevents_headers
from broker.envelope.disclose import digest, disclosure
from broker.envelope.grants import epoch_of
from broker.envelope.order import Head
from broker.envelope.seal import pad, protected_header, seal, sealed_hash, wrap_key
from broker.ports import Incoming
from broker.trust.view import TokenType, TrustView
from contracts.encoding import canonical, decode_base64url, encode_base64url, sha256
from contracts.errors import Code
from contracts.events import spec
from contracts.wire import SealedPart
from tests.support.envelope_world import (
    ISSUE,
    ISSUER,
    NOW_MS,
    SUSPECT_EVENT,
    delivered,
    make,
    signer,
    submitted,
    trust,
)

SALT = bytes(range(100, 116))
CONTENT_KEY = bytes(range(200, 232))
NONCE = bytes(range(12))


class Bench:
    """One record on the bench. `record` and `claims` are plain JSON; `sign` puts claims back into the record."""

    def __init__(self, event: Event = SUSPECT_EVENT, issue: Issue = ISSUE, *, seed: int = 5) -> None:
        self.made = make(event, issue, seed=seed)
        self.record: dict[str, Any] = json.loads(self.made.composed.record)
        self.header, self.payload, self.signature = self.record["jws"].split(".")
        self.claims: dict[str, Any] = json.loads(decode_base64url(self.payload, code=Code.E03_BASE64))
        self.disclosures = dict(self.made.composed.disclosures)
        self.trust: TrustView = trust()
        self.head = Head()
        self.keys = self.made.keys
        self.at = NOW_MS
        self.value: bytes | None = None
        self.placed: dict[str, Any] = {}
        self.leaf_changes: dict[str, Any] = {}
        self.to = "DE-BKA"

    def under(self, **changes: Any) -> Bench:
        """Change what the verifier knows: `trust`, `head`, `at`, `keys`, or who the recipient is: `to`."""
        for name, value in changes.items():
            setattr(self, name, value)
        return self

    def on(self, **placed: Any) -> Bench:
        """Change where the record stands: topic, partition, key, headers."""
        self.placed |= placed
        return self

    def member(self, **changes: Any) -> Bench:
        """Change members of the record that no signature covers; None removes one."""
        for name, value in changes.items():
            if value is None:
                del self.record[name]
            else:
                self.record[name] = value
        return self

    def part(self, index: int, **changes: str) -> Bench:
        """Change a sealed part on the wire, and nothing else."""
        self.record["sealed"][index] |= changes
        return self

    def wrap(self, index: int, **changes: str) -> Bench:
        """Change a wrap on the wire, and nothing else."""
        self.record["wraps"][index] |= changes
        return self

    def jws(self, text: str) -> Bench:
        """Put any text in the place of the JWS."""
        self.record["jws"] = text
        return self

    def sign(self, *, payload: bytes | None = None, header: str | None = None, by: str = ISSUER) -> Bench:
        """Sign the claims as they are now, or other bytes, under the header of `by` or another one."""
        self.payload = encode_base64url(canonical(self.claims) if payload is None else payload)
        self.header = signer(by).header(TokenType.EVENT) if header is None else header
        self.signature = encode_base64url(signer(by).sign(f"{self.header}.{self.payload}".encode()))
        return self.join()

    def join(self) -> Bench:
        """Put the three parts into the record as they are."""
        self.record["jws"] = f"{self.header}.{self.payload}.{self.signature}"
        return self

    def claim(self, **changes: Any) -> Bench:
        """Change claims and sign; None removes a claim."""
        for name, value in changes.items():
            if value is None:
                del self.claims[name]
            else:
                self.claims[name] = value
        return self.sign()

    def disclose(self, section: str, content: Any) -> Bench:
        """Put other content under a section's digest and sign."""
        return self.disclose_raw(section, disclosure(content, salt=SALT))

    def disclose_raw(self, section: str, text: str) -> Bench:
        """Put any disclosure under a section's digest and sign."""
        self.disclosures[section] = text
        self.claims["sections"][section] = {"_sd": [digest(text)]}
        shown = spec(self.claims["type"]).clear
        if section in shown:
            self.record["disclosed"][shown.index(section)] = text
        return self.sign()

    def reseal(
        self, profile: str, texts: Sequence[str] | None = None, /, *, plaintext: bytes | None = None, **header: str
    ) -> Bench:
        """Seal other disclosures, or any plaintext, for a profile; hash, wraps and signature follow."""
        names = {"env": "live", "iss": self.claims["iss"], "jti": self.claims["jti"], "profile": profile, **header}
        sealed = pad(list(texts or ())) if plaintext is None else plaintext
        return self.put_part(profile, seal(sealed, key=CONTENT_KEY, nonce=NONCE, protected=protected_header(**names)))

    def put_part(self, profile: str, part: SealedPart) -> Bench:
        """Put any sealed part in the place of a profile's; hash, wraps and signature follow."""
        profiles = sorted({wrap["profile"] for wrap in self.record["wraps"]})
        self.record["sealed"][profiles.index(profile)] = json.loads(canonical(part))
        self.claims["sealed"][profile] = sealed_hash(part)
        for wrap in self.record["wraps"]:
            if wrap["profile"] == profile:
                wrap["encrypted_key"] = wrap_key(CONTENT_KEY, epoch_key=hashlib.sha256(wrap["kid"].encode()).digest())
        return self.sign()

    def wrap_for(self, to: str, profile: str) -> dict[str, str]:
        """Return a wrap of some content key for a recipient."""
        claims = self.made.claims
        kid = epoch_of(iss=claims.iss, to=to, type_=claims.type, iat=claims.iat, exp=claims.exp, profile=profile).kid
        epoch_key = hashlib.sha256(kid.encode()).digest()
        return {"encrypted_key": wrap_key(CONTENT_KEY, epoch_key=epoch_key), "kid": kid, "profile": profile, "to": to}

    def raw(self, value: bytes | None) -> Bench:
        """Send these bytes."""
        self.value = value if value is not None else b""
        if value is None:
            self.placed["value"] = None
        return self

    def submitted(self) -> Incoming:
        """The record on the submit topic, where and under which its claims say."""
        value = canonical(self.record) if self.value is None else self.value
        own = {
            "topic": self.claims["place"],
            "partition": self.claims["slot"],
            "key": f"{self.claims['iss']}/{self.claims['slot']}".encode(),
            "headers": self.headers(),
        }
        return submitted(value, self.made.claims, **{"time": self.at, **own, **self.placed})

    def headers(self) -> tuple[tuple[str, bytes], ...]:
        """The Kafka headers that repeat the claims."""
        return cloudevents_headers(jti=self.claims["jti"], iss=self.claims["iss"], type_=self.claims["type"])

    def feed(self) -> dict[str, Any]:
        """The feed record of `to` as plain JSON, its leaf about the record as it is now."""
        wrap = next(wrap for wrap in self.record["wraps"] if wrap["to"] == self.to)
        profiles = sorted({wrap["profile"] for wrap in self.record["wraps"]})
        sealed = copy.deepcopy(self.record["sealed"][profiles.index(wrap["profile"])])
        sealed |= {"encrypted_key": wrap["encrypted_key"], "header": {"kid": wrap["kid"]}}
        signing_input = self.record["jws"].rpartition(".")[0].encode()
        leaf = json.loads(canonical(self.made.leaf(jws=sha256(signing_input), time=self.at)))
        return {"jws": self.record["jws"], "leaf": {**leaf, **self.leaf_changes}, "sealed": sealed}

    def delivered(self, feed: dict[str, Any] | None = None) -> Incoming:
        """The record in the feed of `to`; `feed` is used where it was changed."""
        value = canonical(feed or self.feed()) if self.value is None else self.value
        return delivered(value, self.made.claims, **{"to": self.to, "headers": self.headers(), **self.placed})


def issue(**changes: Any) -> Issue:
    return replace(ISSUE, **changes)


def event(**changes: Any) -> Event:
    return replace(SUSPECT_EVENT, **changes)

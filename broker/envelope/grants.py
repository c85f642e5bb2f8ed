"""Hand epoch keys to recipients: signed by the issuer, sealed with HPKE, tied to their context (DESIGN 4.4).

An epoch key serves one issuer, recipient, retention class and UTC day. Its id, the `kid`, says so
and never gets another key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, Protocol

import msgspec

from broker.envelope.steps_form import (
    STATEMENT,
    decode_claims,
    step_01_size,
    step_02_container,
    step_03_form,
    step_03_header,
)
from broker.envelope.steps_trust import check_key, step_04_signature
from broker.ports import Incoming
from broker.trust.hpke import OVERHEAD_BYTES, HybridPrivateKey, open_, seal
from broker.trust.signer import Signer, sign_compact
from broker.trust.view import HybridPublicKey, TokenType, TrustView
from contracts.encoding import canonical, decode_base64url, encode_base64url
from contracts.errors import Code, refusal
from contracts.events import DAY_SECONDS, FIVE_YEARS_DAYS, QUARTER_DAYS, YEAR_DAYS, retention_class
from contracts.identifiers import Environment, Topics, epoch_day
from contracts.wire import Claims, Grant, Signed

EPOCH_KEY_BYTES: Final = 32
ENC_BYTES: Final = OVERHEAD_BYTES + EPOCH_KEY_BYTES
LATENESS_DAYS: Final = 3
"""What step 7 allows between `iat` and append time."""
SUITE: Final = "MLKEM768_X25519,HKDF_SHA256,AES_256_GCM"
INFO_VERSION: Final = "baken-grant-1"
TERM_DAYS: Final = {"90d": QUARTER_DAYS, "1y": YEAR_DAYS, "5y": FIVE_YEARS_DAYS}
"""Longest validity of the events that a key of this term serves."""

_GRANT: Final = msgspec.json.Decoder(Grant)


class EpochKeys(Protocol):
    """Find epoch keys, one's own or granted ones, by `kid`."""

    def get(self, kid: str, /) -> bytes | None:
        """Return the 32 bytes of the key, or None where it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """What an epoch key serves: events of `iss` for `to`, of one retention class, issued on one UTC day."""

    iss: str
    to: str
    retention: str
    day: date

    @property
    def kid(self) -> str:
        """Id of the key: `<iss>/<to>/<class>/<YYYY-MM-DD>`."""
        return f"{self.iss}/{self.to}/{self.retention}/{self.day.isoformat()}"

    @property
    def bulletin_key(self) -> bytes:
        """Kafka key of the grant on the issuer's bulletin."""
        return f"grant/{self.to}/{self.retention}/{self.day.isoformat()}".encode()

    @property
    def begins(self) -> int:
        """First second of the day: `nbf` of the grant."""
        return int(datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC).timestamp())

    @property
    def ends(self) -> int:
        """`exp` of the grant: the term of the class after the day and the lateness that step 7 allows."""
        term = TERM_DAYS[self.retention.rpartition("-")[2]]
        return self.begins + (term + 1 + LATENESS_DAYS) * DAY_SECONDS


def epoch_of(*, iss: str, to: str, type_: str, iat: int, exp: int, profile: str) -> Epoch:
    """Return the epoch whose key wraps the content key of such an event for `to`."""
    return Epoch(iss=iss, to=to, retention=retention_class(type_, iat, exp, profile), day=epoch_day(iat))


def epoch_kid(claims: Claims, *, to: str, profile: str) -> str:
    """Return the `kid` that a wrap of this event for `to` must name."""
    return f"{claims.iss}/{to}/{_class_and_day(claims.type, claims.iat, claims.exp, profile)}"


@lru_cache(maxsize=1024)
def _class_and_day(type_: str, iat: int, exp: int, profile: str) -> str:
    """Return what is the same for all recipients of a profile; asked once per wrap."""
    return f"{retention_class(type_, iat, exp, profile)}/{epoch_day(iat).isoformat()}"


def grant_info(grant: Grant) -> bytes:
    """Return the HPKE `info`: all claims but `enc`, and a version.

    Base mode names no sender (RFC 9180 §9.1.1): without it a participant could lift the ciphertext
    out of somebody's grant and sign it as its own.
    """
    context = {name: value for name, value in msgspec.to_builtins(grant).items() if name != "enc"}
    return canonical({**context, "v": INFO_VERSION})


def make_grant(
    epoch_key: bytes, *, epoch: Epoch, environment: Environment, recipient: HybridPublicKey, signer: Signer
) -> bytes:
    """Return the bulletin value that hands `epoch_key` to `recipient`; its Kafka key is `epoch.bulletin_key`."""
    unsealed = Grant(
        retention=epoch.retention,
        enc="",
        env=environment.value,
        exp=epoch.ends,
        iss=epoch.iss,
        kid=epoch.kid,
        nbf=epoch.begins,
        suite=SUITE,
        to=epoch.to,
    )
    enc = encode_base64url(seal(recipient, epoch_key, grant_info(unsealed)))
    grant = msgspec.structs.replace(unsealed, enc=enc)
    return canonical(Signed(jws=sign_compact(signer, TokenType.GRANT, canonical(grant))))


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedGrant:
    """A grant that its issuer signed, on the issuer's own bulletin; still sealed."""

    grant: Grant
    epoch: Epoch


def verify_grant(incoming: Incoming, *, trust: TrustView) -> VerifiedGrant:
    """Verify a grant as it stands on a bulletin, with the numbers of the procedure where they apply.

    Steps 1 to 4 as for events, with the header of a grant; 5: closed claims, environment, `kid`,
    `nbf` and `exp` as the named epoch has them; 6: the key is the issuer's and valid at the record's
    time; 8: the bulletin and the Kafka key are the issuer's and the epoch's.

    Raises:
        RecordError: `E01-*` to `E06-*`, `E08-place`.
    """
    value = step_01_size(incoming.value)
    statement = step_02_container(value, STATEMENT)
    token = step_03_form(statement.record.jws)
    key = step_03_header(token, trust, typ=TokenType.GRANT)
    signed = step_04_signature(token, key)
    grant = decode_claims(signed.token.payload, _GRANT)
    if grant.env != trust.environment.value:
        raise refusal(Code.E05_ENVIRONMENT, "granted for another environment")
    epoch = Epoch(iss=grant.iss, to=grant.to, retention=grant.retention, day=epoch_day(grant.nbf))
    if (grant.kid, grant.nbf, grant.exp) != (epoch.kid, epoch.begins, epoch.ends):
        raise refusal(Code.E05_SCHEMA, "kid, nbf and exp do not name one epoch")
    if key.issuer != grant.iss:
        raise refusal(Code.E06_ISSUER, "the key belongs to another participant")
    check_key(key, incoming.time // 1000)
    if incoming.topic != Topics(trust.environment).bulletin(grant.iss) or incoming.key != epoch.bulletin_key:
        raise refusal(Code.E08_PLACE, "another bulletin or key")
    return VerifiedGrant(grant=grant, epoch=epoch)


def open_grant(verified: VerifiedGrant, private: HybridPrivateKey) -> bytes:
    """Open the epoch key in a verified grant.

    A `kid` never changes its key: compare with the one already held, in constant time (`hmac.compare_digest`).

    Raises:
        ForbiddenSection: `E12-open`, whatever the reason: another recipient key, another context, other bytes.
    """
    enc = decode_base64url(verified.grant.enc, code=Code.E12_OPEN, detail="enc is not strict base64url")
    if len(enc) != ENC_BYTES:
        raise refusal(Code.E12_OPEN, "enc has another length")
    return open_(private, enc, grant_info(verified.grant))

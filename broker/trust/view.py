"""Hold what a verified trust list says, in the form that verification asks for.

Only `broker.trust.documents` builds a `TrustView`: nothing unverified fits into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contracts.identifiers import AuthorityId, Environment

SigningPublicKey = EllipticCurvePublicKey | Ed25519PublicKey


class Regime(StrEnum):
    """Legal regime under which a participant receives: police (LED) or care (GDPR)."""

    LED = "led"
    GDPR = "gdpr"


class Role(StrEnum):
    """What a participant is in the exchange."""

    AUTHORITY = "authority"
    CARE = "care"
    AUDITOR = "auditor"


class TokenType(StrEnum):
    """`typ` of a protected header: one entry of the header table for each that a key may use."""

    EVENT = "baken+sd-jwt"
    GRANT = "baken-grant+jwt"
    FRESHNESS = "baken-fresh+jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """A signing key by its exact protected header. Instants are seconds since the epoch.

    The certificate's interval is `not_before` to `not_after`; `revoked_from` is None or the instant
    from which nothing that the key signed counts. `lifted` holds suspensions that are over, each
    from its first instant to the first that counts again.
    """

    issuer: AuthorityId
    key: SigningPublicKey
    kid: str
    token: TokenType
    not_before: int
    not_after: int
    types: frozenset[str]
    revoked_from: int | None = None
    lifted: tuple[tuple[int, int], ...] = ()

    def revoked_at(self, instant: int) -> bool:
        """Tell whether the key was suspended or withdrawn at `instant` (seconds)."""
        if self.revoked_from is not None and instant >= self.revoked_from:
            return True
        return any(start <= instant < end for start, end in self.lifted)


@dataclass(frozen=True, slots=True, kw_only=True)
class HybridPublicKey:
    """Listed HPKE key of a participant: MLKEM768 (1,184 bytes) and X25519 (32 bytes)."""

    mlkem: bytes
    x25519: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """What the list permits one participant. `profiles` gives its one profile per event type."""

    id: AuthorityId
    roles: frozenset[Role]
    regime: Regime
    third_country: bool
    slots: int
    issues: frozenset[str]
    profiles: Mapping[str, str]
    encryption: HybridPublicKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustView:
    """A verified trust list, ready for look-ups.

    `expires` is the instant (seconds) from which this view is stale: the end of its freshness.
    """

    version: int
    environment: Environment
    expires: int
    participants: Mapping[AuthorityId, Participant]
    headers: Mapping[str, ListedKey] = field(repr=False)
    checkpoint_origin: str
    checkpoint_keys: Mapping[str, bytes]

    def key_for(self, header: str) -> ListedKey | None:
        """Return the key whose protected header is exactly `header` (base64url text), if listed."""
        return self.headers.get(header)

    def participant(self, authority: str) -> Participant | None:
        """Return the listed participant, if any."""
        return self.participants.get(AuthorityId(authority))

"""Say how far a record has been verified by the type that holds it; each is made by one step alone.

::

    Submitted (1-2)  Token (3)  Signed (3-4)  Claimed (5)  Authentic (6)  Timely (7)  Placed (8)
    hub, auditor:    Placed -> Addressed (9-10) -> Admitted (11)  | Repeat | Refused
    recipient:       Placed -> Sealed (11) -> Opened (12) -> Valid (13)  | AwaitingGrant

No state holds anything that its steps have not checked, so a function that asks for `Placed` cannot
be given a record whose signature nobody looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from broker.envelope.order import Head
from broker.trust.view import ListedKey
from contracts.encoding import sha256
from contracts.errors import Code
from contracts.events import EventSpec
from contracts.parts import SectionModel
from contracts.wire import AudienceEntry, Claims, Feed, Record, Submit

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Submitted(Generic[R]):
    """A container in its one spelling (steps 1 and 2); nothing in it is trusted yet."""

    record: R


@dataclass(frozen=True, slots=True)
class Token:
    """A JWS whose parts are strict base64url (step 3, form); nobody has vouched for it yet."""

    jws: str
    header: str
    signing_input: bytes
    payload: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @property
    def signing_input_hash(self) -> str:
        """What identifies a signed event: `header.payload`, never the signature, which can be re-encoded."""
        return sha256(self.signing_input)


@dataclass(frozen=True, slots=True)
class Signed:
    """Bytes that a listed key signed (steps 3 and 4)."""

    token: Token
    key: ListedKey


@dataclass(frozen=True, slots=True)
class Claimed:
    """Typed claims of a known event type (step 5)."""

    token: Token
    key: ListedKey
    claims: Claims
    spec: EventSpec


@dataclass(frozen=True, slots=True)
class Authentic:
    """Claims that their issuer may make with this key at this time (step 6)."""

    token: Token
    claims: Claims
    spec: EventSpec


@dataclass(frozen=True, slots=True)
class Timely(Authentic):
    """Claims within their time (step 7)."""


@dataclass(frozen=True, slots=True)
class Placed(Timely):
    """Claims that stand where they were signed for (step 8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A record that passed steps 1 to 8 and so counts for the head, with the head after it.

    `disclosed` are the disclosures that held against their digests: both or none.
    """

    placed: Placed
    disclosed: tuple[str, ...]
    head: Head

    @property
    def claims(self) -> Claims:
        """The verified claims."""
        return self.placed.claims

    @property
    def jws(self) -> str:
        """The signed part as received."""
        return self.placed.token.jws

    @property
    def signing_input_hash(self) -> str:
        """The identity of the signed part."""
        return self.placed.token.signing_input_hash

    @property
    def passed_eight(self) -> bool:
        """Always true: a type says so. `Refused` has the same question with two answers."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(Counted):
    """A record whose number was used before: not an error, not delivered. The head stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed(Counted):
    """In order (9) and addressed as policy allows (10): what an auditor can confirm."""

    audience: tuple[AudienceEntry, ...]
    gap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted(Addressed):
    """Sealed for exactly its audience (11): ready to be delivered. `submit` is the record itself."""

    submit: Submit


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record refused for one reason. `token` and `placed` say how far it came; `head` is the head after it.

    `disclosed` are the disclosures that held against their digests; empty unless steps 1 to 8 held.
    """

    code: Code
    detail: str
    head: Head
    token: Token | None = None
    placed: Placed | None = None
    disclosed: tuple[str, ...] = ()

    @property
    def claims(self) -> Claims | None:
        """The claims, where steps 1 to 8 held: before that they are nobody's word."""
        return self.placed.claims if self.placed else None

    @property
    def jws(self) -> str | None:
        """The signed part, where steps 1 to 8 held."""
        return self.placed.token.jws if self.placed else None

    @property
    def signing_input_hash(self) -> str | None:
        """The hash of the signing input, where there is one at all (from `E03-header` on)."""
        return self.token.signing_input_hash if self.token else None

    @property
    def passed_eight(self) -> bool:
        """Whether the record passed steps 1 to 8 and so counted for the head."""
        return self.placed is not None


Verdict = Admitted | Repeat | Refused
Audited = Addressed | Repeat | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A delivered event of which everything but the sealed part is verified (1-8, 11)."""

    placed: Placed
    feed: Feed
    profile: str
    kid: str
    ciphertext: bytes = field(repr=False)

    @property
    def claims(self) -> Claims:
        """The verified claims."""
        return self.placed.claims

    @property
    def signing_input_hash(self) -> str:
        """The identity of the signed part."""
        return self.placed.token.signing_input_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingGrant:
    """The epoch key `kid` is not there yet: no refusal. Keep the bytes and verify them again when it comes."""

    sealed: Sealed

    @property
    def kid(self) -> str:
        """The epoch key that is missing."""
        return self.sealed.kid

    @property
    def claims(self) -> Claims:
        """The verified claims."""
        return self.sealed.placed.claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A sealed part that opened and whose every disclosure belongs to this event and profile (12)."""

    sealed: Sealed
    disclosures: Mapping[str, str] = field(repr=False)
    contents: Mapping[str, Any] = field(repr=False)

    @property
    def claims(self) -> Claims:
        """The verified claims."""
        return self.sealed.placed.claims

    @property
    def profile(self) -> str:
        """The profile that was opened."""
        return self.sealed.profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid(Opened):
    """Content that fits its contract (13).

    `contents` stays as it was signed; `sections` is typed, by name, in the newest version of the type.
    """

    sections: Mapping[str, SectionModel] = field(repr=False)

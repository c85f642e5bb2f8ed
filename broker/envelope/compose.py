"""Compose the record of one event: disclose, sign once, seal per profile, wrap per recipient.

The same event composed again gets new salts and keys and is another event: keep the bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from msgspec import UNSET

from broker.envelope.deliver import Headers, cloudevents_headers, submit_key
from broker.envelope.disclose import AUDIENCE, DECOY_BYTES, decoy, digest, disclosure
from broker.envelope.grants import EpochKeys, epoch_kid
from broker.envelope.seal import pad, protected_header, seal, sealed_hash, wrap_key
from broker.ports import Randomness
from broker.trust.signer import Signer, sign_compact
from broker.trust.view import TokenType
from contracts.encoding import canonical, sha256
from contracts.errors import Code, GrantMissing, UsageError, refusal
from contracts.events import EventSpec, spec
from contracts.identifiers import AlertId, AuthorityId, Environment, EventId, Topic, Topics
from contracts.sections.audience import audience_content
from contracts.wire import (
    CONTENT_KEY_BYTES,
    MAX_RECORD_BYTES,
    NONCE_BYTES,
    SALT_BYTES,
    AudienceEntry,
    Claims,
    Reference,
    SectionDigest,
    Submit,
    Wrap,
)

_KEY_AND_NONCE: Final = CONTENT_KEY_BYTES + NONCE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What an event says and to whom.

    `sections` holds JSON-plain content by section name, derived sections and `handling` included,
    `audience` not: it is made from the entries. `alert` is `sub` and `ver`, where the type has them.
    """

    type: str
    purpose: str
    basis: tuple[str, ...]
    urgency: str
    policy: str
    sections: Mapping[str, Any] = field(repr=False)
    audience: tuple[AudienceEntry, ...]
    ref: tuple[Reference, ...] = ()
    sub: AlertId | None = None
    ver: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Who issues an event, when, and under which number. `iat` and `exp` are seconds."""

    env: Environment
    iss: AuthorityId
    jti: EventId
    iat: int
    exp: int
    slot: int
    gen: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A record ready to be stored and sent as it is, with what its issuer keeps.

    `disclosures` are by section name, `audience` included: later disclosures and orders need them.
    """

    record: bytes
    topic: Topic
    partition: int
    key: bytes
    headers: Headers
    jti: EventId
    claims: Claims
    signing_input_hash: str
    record_hash: str
    disclosures: Mapping[str, str] = field(repr=False)


def compose(event: Event, issue: Issue, *, signer: Signer, keys: EpochKeys, randomness: Randomness) -> Composed:
    """Disclose, sign, seal and wrap one event. `randomness` is asked once.

    What a draft must contain and what policy allows is decided before; here only what would make a
    record that says something else than the event.

    Raises:
        UsageError: a section is not of the type, or one is opened that the event lacks.
        GrantMissing: an epoch key is not made yet; make and publish the grant first.
        OversizeRecord: `E01-size`, the hub would refuse the record.
    """
    known = spec(event.type)
    names, profiles = known.sections, known.profiles
    audience = tuple(sorted(event.audience, key=_recipient))
    contents = {**event.sections, AUDIENCE: audience_content(audience)}
    opened = _opened(audience, contents)
    _check_names(known, contents, opened)
    fresh = _draw(
        randomness,
        {
            **{name: SALT_BYTES if name in contents else DECOY_BYTES for name in names},
            **{f"/{name}": _KEY_AND_NONCE if name in opened else DECOY_BYTES for name in profiles},
        },
    )

    disclosures = {name: disclosure(contents[name], salt=fresh[name]) for name in names if name in contents}
    parts = {
        profile: seal(
            pad([disclosures[name] for name in shown]),
            key=fresh[f"/{profile}"][:CONTENT_KEY_BYTES],
            nonce=fresh[f"/{profile}"][CONTENT_KEY_BYTES:],
            protected=protected_header(env=issue.env.value, iss=issue.iss, jti=issue.jti, profile=profile),
        )
        for profile, shown in opened.items()
    }
    claims = _claims(
        event,
        issue,
        sections={name: digest(disclosures[name]) if name in disclosures else decoy(fresh[name]) for name in names},
        sealed={name: sealed_hash(parts[name]) if name in parts else decoy(fresh[f"/{name}"]) for name in profiles},
    )
    jws = sign_compact(signer, TokenType.EVENT, canonical(claims))
    wraps = tuple(_wrap(entry, claims, fresh[f"/{entry.profile}"][:CONTENT_KEY_BYTES], keys) for entry in audience)
    disclosed = tuple(disclosures[name] for name in known.clear)
    record = canonical(Submit(disclosed=disclosed, jws=jws, sealed=tuple(parts.values()), wraps=wraps))
    if len(record) > MAX_RECORD_BYTES:
        raise refusal(Code.E01_SIZE, f"more than {MAX_RECORD_BYTES} bytes")
    return Composed(
        record=record,
        topic=Topic(claims.place),
        partition=issue.slot,
        key=submit_key(iss=issue.iss, slot=issue.slot),
        headers=cloudevents_headers(jti=issue.jti, iss=issue.iss, type_=event.type),
        jti=issue.jti,
        claims=claims,
        signing_input_hash=sha256(jws.rpartition(".")[0].encode("ascii")),
        record_hash=sha256(record),
        disclosures=disclosures,
    )


def _recipient(entry: AudienceEntry) -> str:
    return entry.to


def _opened(audience: Sequence[AudienceEntry], contents: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the sections that each profile opens; profiles sorted, as `sealed` lists them."""
    opened: dict[str, tuple[str, ...]] = {}
    for entry in audience:
        if opened.setdefault(entry.profile, entry.sections) != entry.sections:
            raise UsageError("audience: a profile opens the same sections for all its recipients")
    for names in opened.values():
        if names != tuple(sorted(set(names))) or not names:
            raise UsageError("audience: opened sections are sorted, each once, and not none")
        if not contents.keys() >= set(names):
            raise UsageError("audience: a section is opened that the event does not have")
    return dict(sorted(opened.items()))


def _check_names(known: EventSpec, contents: Mapping[str, Any], opened: Mapping[str, Any]) -> None:
    if not contents.keys() <= set(known.sections) or not contents.keys() >= set(known.clear):
        raise UsageError("sections: only those of the type, handling and what auditors open always")
    if not opened.keys() <= set(known.profiles):
        raise UsageError("audience: a profile cannot receive this type")


def _draw(randomness: Randomness, sizes: Mapping[str, int]) -> dict[str, bytes]:
    """Cut one draw of randomness into disjoint pieces, so that no byte serves twice."""
    drawn = randomness(sum(sizes.values()))
    pieces: dict[str, bytes] = {}
    begin = 0
    for name, size in sizes.items():
        pieces[name] = drawn[begin : begin + size]
        begin += size
    return pieces


def _claims(event: Event, issue: Issue, *, sections: Mapping[str, str], sealed: Mapping[str, str]) -> Claims:
    return Claims(
        sd_alg="sha-256",
        basis=event.basis,
        env=issue.env.value,
        exp=issue.exp,
        gen=issue.gen,
        iat=issue.iat,
        iss=issue.iss,
        jti=issue.jti,
        place=Topics(issue.env).submit(issue.iss),
        policy=event.policy,
        purpose=event.purpose,
        ref=event.ref,
        sealed=dict(sealed),
        sections={name: SectionDigest(sd=(value,)) for name, value in sections.items()},
        seq=issue.seq,
        slot=issue.slot,
        sub=UNSET if event.sub is None else event.sub,
        type=event.type,
        urgency=event.urgency,
        ver=UNSET if event.ver is None else event.ver,
    )


def _wrap(entry: AudienceEntry, claims: Claims, content_key: bytes, keys: EpochKeys) -> Wrap:
    kid = epoch_kid(claims, to=entry.to, profile=entry.profile)
    epoch_key = keys.get(kid)
    if epoch_key is None:
        raise GrantMissing(f"no epoch key {kid}")
    return Wrap(encrypted_key=wrap_key(content_key, epoch_key=epoch_key), kid=kid, profile=entry.profile, to=entry.to)

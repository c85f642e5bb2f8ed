"""Accept trust documents, and say what is in force: nothing unverified becomes a `TrustView`.

As in TUF, the list says who is trusted and the freshness statement says which list is in force and
who lost trust since. Both only rise: a refused document changes nothing, and old trust is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from broker.trust.jws import decode_signature, protected_header, split, verify_signature
from broker.trust.listing import build_view
from broker.trust.models import FRESHNESS_VALIDITY_SECONDS, Freshness, Revocation
from broker.trust.roots import Roots, public_key
from broker.trust.signer import bare_kid
from broker.trust.view import ListedKey, SigningPublicKey, TokenType, TrustView
from contracts.encoding import decode_base64url, decode_canonical, sha256
from contracts.errors import Code, RecordError, TrustRefused, TrustStale
from contracts.identifiers import seconds
from contracts.wire import Signed

CLOCK_TOLERANCE_SECONDS = 120
"""How far a freshness statement may lie ahead of our clock."""

_SIGNED = msgspec.json.Decoder(Signed)
_FRESHNESS = msgspec.json.Decoder(Freshness)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """An accepted list: its view without revocations, its hash, and the headers of its freshness keys."""

    view: TrustView
    hash: str
    freshness: dict[str, SigningPublicKey]


class TrustStore:
    """Keep every accepted list and the last freshness statement. Owner of all trust in a process.

    Rules of its state: versions only rise; the statement in force names an accepted list by version
    and hash; a later statement over the same list keeps every revocation of the one before.
    """

    def __init__(self, roots: Roots) -> None:
        self._roots = roots
        self._lists: dict[int, _Listed] = {}
        self._statement: Freshness | None = None
        self._current: TrustView | None = None

    def accept_list(self, data: bytes) -> int:
        """Verify a trust list and keep it; it comes into force with a freshness statement for it.

        The list that is there already is accepted again without effect. Returns its version.

        Raises:
            TrustRefused: signatures, form, an entry, or a version that does not rise; nothing changes.
        """
        trust_list, payload = self._roots.open_list(data)
        version, digest = trust_list.version, sha256(payload)
        highest = max(self._lists, default=0)
        if version <= highest:
            known = self._lists.get(version)
            if known is not None and known.hash == digest:
                return version
            raise TrustRefused(f"trust list: version {version} where {highest} is known")
        view = build_view(trust_list)
        keys = [public_key(text) for text in trust_list.freshness]
        freshness: dict[str, SigningPublicKey] = {
            protected_header(key, bare_kid(key), TokenType.FRESHNESS): key for key in keys
        }
        self._lists[version] = _Listed(view=view, hash=digest, freshness=freshness)
        return version

    def accept_freshness(self, data: bytes, now: datetime | None) -> TrustView:
        """Verify a freshness statement and put the list that it names in force.

        Without `now` it is judged as of its own `iat`: for who judges the past from documents alone.

        Raises:
            TrustRefused: signature, form, another list, expired or going back; nothing changes.
        """
        statement = self._open(data)
        listed = self._lists[statement.version]
        _check_time(statement, listed.view, statement.iat if now is None else seconds(now))
        self._check_rising(statement)
        self._current = _revoke(listed.view, statement)
        self._statement = statement
        return self._current

    def current(self, now: datetime) -> TrustView:
        """Return the view in force.

        Raises:
            TrustStale: there is none, or its freshness is over: stop consuming, refuse nothing.
        """
        if self._current is None:
            raise TrustStale("no freshness statement")
        if seconds(now) >= self._current.expires:
            raise TrustStale("the freshness statement is over")
        return self._current

    @property
    def versions(self) -> tuple[int, ...]:
        """Versions of all accepted lists, rising."""
        return tuple(sorted(self._lists))

    def version_at(self, version: int) -> TrustView | None:
        """Return the view of an accepted list, in force or not, for those who judge the past."""
        if self._current is not None and self._current.version == version:
            return self._current
        listed = self._lists.get(version)
        return None if listed is None else listed.view

    def _open(self, data: bytes) -> Freshness:
        try:
            signed = decode_canonical(
                data, _SIGNED, syntax=Code.E02_JSON, schema=Code.E02_MEMBER, spelling=Code.E02_CANONICAL
            )
            parts = split(signed.jws)
            issuers = [version for version, listed in self._lists.items() if parts.header in listed.freshness]
            if not issuers:
                raise TrustRefused("freshness: of a key that no accepted list names")
            key = self._lists[issuers[-1]].freshness[parts.header]
            verify_signature(key, parts.signing_input, decode_signature(parts.signature))
            payload = decode_base64url(parts.payload, code=Code.E03_BASE64)
            statement = decode_canonical(
                payload, _FRESHNESS, syntax=Code.E05_SCHEMA, schema=Code.E05_SCHEMA, spelling=Code.E05_CANONICAL
            )
        except RecordError as fault:
            raise TrustRefused(f"freshness: {fault}") from fault
        self._check_names(statement, issuers)
        return statement

    def _check_names(self, statement: Freshness, issuers: list[int]) -> None:
        listed = self._lists.get(statement.version)
        if listed is None:
            raise TrustRefused(f"freshness: for list {statement.version}, which is not known")
        if statement.hash != listed.hash or statement.env != self._roots.environment.value:
            raise TrustRefused("freshness: for another list")
        if statement.version not in issuers:
            raise TrustRefused("freshness: of a key that its list does not name")
        known = {key.kid for key in listed.view.headers.values()}
        named = [entry.kid for entry in statement.revocations]
        if not known.issuperset(named) or len(set(named)) != len(named):
            raise TrustRefused("freshness: revokes a certificate twice or one that is not listed")

    def _check_rising(self, statement: Freshness) -> None:
        before = self._statement
        if before is None:
            return
        if (statement.version, statement.iat) < (before.version, before.iat):
            raise TrustRefused("freshness: older than the one in force")
        if statement.version > before.version:
            return  # the root keys had the word after these revocations: their list holds the history
        later = {entry.kid: entry for entry in statement.revocations}
        if not all(_still_revoked(entry, later.get(entry.kid)) for entry in before.revocations):
            raise TrustRefused("freshness: takes a revocation back")


def _check_time(statement: Freshness, view: TrustView, now: int) -> None:
    if not 0 < statement.exp - statement.iat <= FRESHNESS_VALIDITY_SECONDS:
        raise TrustRefused("freshness: not valid for at most 24 hours")
    if statement.iat > now + CLOCK_TOLERANCE_SECONDS:
        raise TrustRefused("freshness: from the future")
    if statement.exp <= now:
        raise TrustRefused("freshness: expired")
    if view.expires <= now:
        raise TrustRefused("freshness: for an expired list")


def _still_revoked(before: Revocation, after: Revocation | None) -> bool:
    if after is None or after.since > before.since:
        return False
    return before.status == "suspended" or after.status == "withdrawn"


def _revoke(view: TrustView, statement: Freshness) -> TrustView:
    since = {entry.kid: entry.since for entry in statement.revocations}
    headers = {header: _revoke_key(key, since.get(key.kid)) for header, key in view.headers.items()}
    return replace(view, headers=headers, expires=min(view.expires, statement.exp))


def _revoke_key(key: ListedKey, since: int | None) -> ListedKey:
    if since is None:
        return key
    return replace(key, revoked_from=since if key.revoked_from is None else min(since, key.revoked_from))

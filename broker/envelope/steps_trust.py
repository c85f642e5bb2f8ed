"""Steps 4, 6, 7, 8 and 9: signature, issuer, time, place and order.

`at` is the instant that counts, in milliseconds: the append time on the submit topic, which a feed
or audit record carries as `leaf.time`. `iat` is the issuer's own claim and is believed by nobody.
"""

from __future__ import annotations

from typing import Final

from broker.envelope.deliver import cloudevents_headers, feed_key, submit_key
from broker.envelope.order import Advance, Head, advance
from broker.envelope.states import Authentic, Claimed, Placed, Signed, Timely, Token
from broker.ports import Incoming
from broker.trust.jws import verify_signature
from broker.trust.view import ListedKey, TrustView
from contracts.errors import Code, refusal
from contracts.events import validity_limit_seconds
from contracts.identifiers import topics_of
from contracts.reference_rule import reference_rule
from contracts.wire import Claims, Leaf

MAX_AHEAD_SECONDS: Final = 120
"""Clocks of issuers may differ from the log's by this much."""
MAX_BEHIND_SECONDS: Final = 72 * 3600
"""A gateway that was cut off over a weekend still gets its outbox through."""


def step_04_signature(token: Token, key: ListedKey) -> Signed:
    """Verify over the bytes as received, with the algorithm of the listed key.

    Raises:
        BadSignature: `E04-signature`.
    """
    verify_signature(key.key, token.signing_input, token.signature)
    return Signed(token, key)


def step_06_issuer(claimed: Claimed, trust: TrustView, *, at: int) -> Authentic:
    """Hold issuer and type against the trust list, and the certificate against both instants.

    Raises:
        UntrustedSignature: `E06-issuer`, `E06-certificate`, `E06-revoked`, `E06-type`.
    """
    claims, key = claimed.claims, claimed.key
    issuer = trust.participant(claims.iss)
    if issuer is None or key.issuer != claims.iss:
        raise refusal(Code.E06_ISSUER, "the key belongs to another participant")
    check_key(key, claims.iat, at // 1000)
    if claims.type not in key.types or claims.type not in issuer.issues:
        raise refusal(Code.E06_TYPE, "the issuer may not issue this type")
    return Authentic(claimed.token, claims, claimed.spec)


def check_key(key: ListedKey, *instants: int) -> None:
    """Require the certificate to be valid, and the key not revoked, at every one of `instants` (seconds).

    Raises:
        UntrustedSignature: `E06-certificate`, `E06-revoked`.
    """
    if not all(key.not_before <= instant <= key.not_after for instant in instants):
        raise refusal(Code.E06_CERTIFICATE, "outside the validity of the certificate")
    if any(key.revoked_at(instant) for instant in instants):
        raise refusal(Code.E06_REVOKED, "the key is revoked")


def step_07_time(authentic: Authentic, *, at: int) -> Timely:
    """Hold `iat` and `exp` against the append time and the longest validity of the type.

    Raises:
        StaleRecord: `E07-future`, `E07-late`, `E07-expired`, `E07-validity`.
    """
    claims = authentic.claims
    if claims.iat * 1000 > at + MAX_AHEAD_SECONDS * 1000:
        raise refusal(Code.E07_FUTURE, f"iat is more than {MAX_AHEAD_SECONDS} s ahead")
    if claims.iat * 1000 < at - MAX_BEHIND_SECONDS * 1000:
        raise refusal(Code.E07_LATE, f"iat is more than {MAX_BEHIND_SECONDS} s behind")
    if claims.exp * 1000 <= at:
        raise refusal(Code.E07_EXPIRED, "exp has passed")
    if not 0 < claims.exp - claims.iat <= validity_limit_seconds(claims.type):
        raise refusal(Code.E07_VALIDITY, "longer than the type allows")
    return Timely(authentic.token, claims, authentic.spec)


def step_08_place(timely: Timely, incoming: Incoming) -> Placed:
    """Require a submit record to stand on the topic, partition and key it was signed for, under its own headers.

    Raises:
        MisaddressedRecord: `E08-place`, `E08-headers`.
    """
    claims = timely.claims
    _check_own_place(claims)
    if (incoming.topic, incoming.partition) != (claims.place, claims.slot):
        raise refusal(Code.E08_PLACE, "another topic or partition")
    if incoming.key != submit_key(iss=claims.iss, slot=claims.slot):
        raise refusal(Code.E08_PLACE, "another key")
    _check_headers(claims, incoming)
    return Placed(timely.token, claims, timely.spec)


def step_08_place_of_feed(timely: Timely, incoming: Incoming, leaf: Leaf, *, me: str) -> Placed:
    """Require a feed record to stand in one's own feed, under its own key and headers, beside its own leaf.

    Raises:
        MisaddressedRecord: `E08-place`, `E08-headers`.
    """
    claims = timely.claims
    if incoming.topic != topics_of(claims.env).feed(me):
        raise refusal(Code.E08_PLACE, "another feed")
    if incoming.key != feed_key(iss=claims.iss, jti=claims.jti):
        raise refusal(Code.E08_PLACE, "another key")
    _check_headers(claims, incoming)
    if leaf.decision != "admitted" or leaf.code is not None:
        raise refusal(Code.E08_PLACE, "the leaf does not admit")
    return step_08_place_of_leaf(timely, leaf)


def step_08_place_of_leaf(timely: Timely, leaf: Leaf) -> Placed:
    """Require a leaf to be about this signed part, at the place that it was signed for.

    Raises:
        MisaddressedRecord: `E08-place`.
    """
    claims = timely.claims
    _check_own_place(claims)
    if (leaf.position.topic, leaf.position.partition) != (claims.place, claims.slot):
        raise refusal(Code.E08_PLACE, "the leaf has another topic or partition")
    if leaf.jws != timely.token.signing_input_hash:
        raise refusal(Code.E08_PLACE, "the leaf is about another signed part")
    return Placed(timely.token, claims, timely.spec)


def step_09_order(placed: Placed, head: Head) -> Advance | None:
    """Place the record after the head of its partition; None is a repeat.

    Raises:
        OutOfOrder: `E09-generation`.
    """
    return advance(head, placed.claims)


def step_09_references(placed: Placed) -> None:
    """Require the form of `ref`, `sub` and `ver` that the type has.

    Raises:
        OutOfOrder: `E09-reference`.
    """
    reference_rule(placed.claims)


def _check_own_place(claims: Claims) -> None:
    if claims.place != topics_of(claims.env).submit(claims.iss):
        raise refusal(Code.E08_PLACE, "the place belongs to another participant or environment")


def _check_headers(claims: Claims, incoming: Incoming) -> None:
    expected = cloudevents_headers(jti=claims.jti, iss=claims.iss, type_=claims.type)
    if sorted(incoming.headers, key=_name) != list(expected):
        raise refusal(Code.E08_HEADERS, "headers are not exactly those that repeat the claims")


def _name(header: tuple[str, bytes | None]) -> str:
    return header[0]

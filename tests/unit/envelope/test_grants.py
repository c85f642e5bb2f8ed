"""Grants: made, verified, opened; and every way in which one is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from broker.envelope.grants import Epoch, epoch_of, make_grant, open_grant, verify_grant
from broker.ports import Incoming
from broker.trust.hpke import seal
from broker.trust.signer import sign_compact
from broker.trust.view import TokenType, TrustView
from contracts.encoding import canonical, decode_base64url, encode_base64url
from contracts.errors import Code, RecordError
from contracts.identifiers import Environment
from tests.support.envelope_world import DAY, NOW_MS, NOW_S, TOPICS, hybrid, listed, signer, trust

KEY = bytes(range(32))
EPOCH = Epoch(iss="NL-POL", to="DE-BKA", retention="suspect-1y", day=date(2026, 11, 23))
MIDNIGHT = NOW_S - 12 * 3_600


def grant(epoch: Epoch = EPOCH, *, by: str = "NL-POL", env: Environment = Environment.LIVE) -> bytes:
    recipient = hybrid(epoch.to).public()
    return make_grant(KEY, epoch=epoch, environment=env, recipient=recipient, signer=signer(by))


def on_bulletin(value: bytes | None, **changes: Any) -> Incoming:
    values: dict[str, Any] = {
        "topic": TOPICS.bulletin("NL-POL"),
        "partition": 0,
        "offset": 3,
        "time": NOW_MS,
        "key": EPOCH.bulletin_key,
        "value": value,
    }
    return Incoming(**{**values, **changes})


def claims_of(value: bytes) -> dict[str, Any]:
    payload = json.loads(value)["jws"].split(".")[1]
    claims: dict[str, Any] = json.loads(decode_base64url(payload, code=Code.E03_BASE64))
    return claims


def signed(claims: dict[str, Any] | bytes, *, by: str = "NL-POL", token: TokenType = TokenType.GRANT) -> bytes:
    payload = claims if isinstance(claims, bytes) else canonical(claims)
    return canonical({"jws": sign_compact(signer(by), token, payload)})


def changed(**changes: Any) -> bytes:
    return signed({**claims_of(grant()), **changes})


def test_an_epoch_names_its_key_and_its_term() -> None:
    """The key id, the bulletin key, the first second and the end follow from the four members."""
    assert EPOCH.kid == "NL-POL/DE-BKA/suspect-1y/2026-11-23"
    assert EPOCH.bulletin_key == b"grant/DE-BKA/suspect-1y/2026-11-23"
    assert EPOCH.begins == MIDNIGHT
    assert EPOCH.ends == MIDNIGHT + (366 + 1 + 3) * DAY
    assert replace(EPOCH, retention="care-90d").ends == MIDNIGHT + (90 + 1 + 3) * DAY
    assert replace(EPOCH, retention="victim-5y").ends == MIDNIGHT + (1827 + 1 + 3) * DAY


@pytest.mark.parametrize(
    ("type_", "days", "profile", "retention"),
    [
        ("suspect-alert.v1", 90, "liaison", "suspect-90d"),
        ("suspect-alert.v1", 91, "border", "suspect-1y"),
        ("victim-alert.v1", 366, "liaison", "victim-1y"),
        ("victim-alert.v1", 367, "care", "care-5y"),
        ("erase.v1", 90, "liaison", "suspect-90d"),
        ("receipt.v1", 90, "care", "care-90d"),
    ],
)
def test_the_epoch_of_an_event_is_the_utc_day_of_iat_and_its_retention_class(
    type_: str, days: int, profile: str, retention: str
) -> None:
    """Class and day depend on signed claims and the profile alone."""
    late = MIDNIGHT + DAY - 1
    epoch = epoch_of(iss="NL-POL", to="DE-BKA", type_=type_, iat=late, exp=late + days * DAY, profile=profile)
    assert epoch == replace(EPOCH, retention=retention)


def test_a_grant_opens_to_the_key_that_was_granted() -> None:
    """Signed, on its own bulletin, under its own key: the recipient gets the 32 bytes."""
    verified = verify_grant(on_bulletin(grant()), trust=trust())
    assert verified.epoch == EPOCH
    assert open_grant(verified, hybrid("DE-BKA")) == KEY


def test_only_the_recipient_opens_it() -> None:
    """Another participant's key gives a refusal that tells nothing."""
    verified = verify_grant(on_bulletin(grant()), trust=trust())
    with pytest.raises(RecordError) as caught:
        open_grant(verified, hybrid("FR-PNJ"))
    assert caught.value.code is Code.E12_OPEN


def lifted() -> bytes:
    """BE-FGP signs as its own a ciphertext that NL-POL sealed to DE-BKA."""
    own = replace(EPOCH, iss="BE-FGP")
    stolen = claims_of(grant())["enc"]
    return signed({**claims_of(grant(own, by="BE-FGP")), "enc": stolen}, by="BE-FGP")


def test_a_ciphertext_lifted_into_another_grant_does_not_open() -> None:
    """`info` ties the ciphertext to its issuer: HPKE base mode alone would not."""
    verified = verify_grant(on_bulletin(lifted(), topic=TOPICS.bulletin("BE-FGP")), trust=trust())
    with pytest.raises(RecordError) as caught:
        open_grant(verified, hybrid("DE-BKA"))
    assert caught.value.code is Code.E12_OPEN


@pytest.mark.parametrize("member", ["class", "env", "exp", "iss", "kid", "nbf", "suite", "to", "v"])
def test_every_member_of_info_counts(member: str) -> None:
    """A key sealed under a context that differs in one member does not open."""
    claims = claims_of(grant())
    context = {name: value for name, value in claims.items() if name != "enc"} | {"v": "baken-grant-1"}
    context[member] = 1 if isinstance(context[member], int) else "x"
    enc = encode_base64url(seal(hybrid("DE-BKA").public(), KEY, canonical(context)))
    verified = verify_grant(on_bulletin(signed({**claims, "enc": enc})), trust=trust())
    with pytest.raises(RecordError) as caught:
        open_grant(verified, hybrid("DE-BKA"))
    assert caught.value.code is Code.E12_OPEN


@pytest.mark.parametrize("enc", ["", "AA", "A" * 1557, "=" * 1558, "A" * 1558])
def test_other_ciphertexts_do_not_open(enc: str) -> None:
    """Another length, another spelling and other bytes are one refusal."""
    value = changed(enc=enc) if enc else changed(enc="A")
    with pytest.raises(RecordError) as caught:
        open_grant(verify_grant(on_bulletin(value), trust=trust()), hybrid("DE-BKA"))
    assert caught.value.code is Code.E12_OPEN


def without(**revoked: Any) -> TrustView:
    key = listed("NL-POL", TokenType.GRANT, **revoked)
    return replace(trust(), headers={**trust().headers, signer("NL-POL").header(TokenType.GRANT): key})


REFUSED: list[tuple[Code, str, Callable[[], Incoming], TrustView]] = [
    (Code.E01_EMPTY, "empty", lambda: on_bulletin(b""), trust()),
    (Code.E02_JSON, "not JSON", lambda: on_bulletin(b"x"), trust()),
    (Code.E02_MEMBER, "more members", lambda: on_bulletin(canonical({**json.loads(grant()), "x": 1})), trust()),
    (Code.E02_CANONICAL, "space", lambda: on_bulletin(grant() + b" "), trust()),
    (Code.E03_FORM, "two parts", lambda: on_bulletin(canonical({"jws": "AA.AA"})), trust()),
    (Code.E03_BASE64, "padded", lambda: on_bulletin(canonical({"jws": json.loads(grant())["jws"] + "=="})), trust()),
    (
        Code.E03_HEADER,
        "header of an event",
        lambda: on_bulletin(signed(claims_of(grant()), token=TokenType.EVENT)),
        trust(),
    ),
    (Code.E04_SIGNATURE, "altered", lambda: on_bulletin(grant()[:-12] + b"AAAAAAAAAA" + grant()[-2:]), trust()),
    (Code.E05_SCHEMA, "unknown claim", lambda: on_bulletin(changed(aud="x")), trust()),
    (Code.E05_SCHEMA, "unknown class", lambda: on_bulletin(changed(**{"class": "suspect-9y"})), trust()),
    (Code.E05_SCHEMA, "other suite", lambda: on_bulletin(changed(suite="X25519")), trust()),
    (
        Code.E05_SCHEMA,
        "kid of another day",
        lambda: on_bulletin(changed(kid="NL-POL/DE-BKA/suspect-1y/2026-11-22")),
        trust(),
    ),
    (
        Code.E05_SCHEMA,
        "kid of another recipient",
        lambda: on_bulletin(changed(kid="NL-POL/FR-PNJ/suspect-1y/2026-11-23")),
        trust(),
    ),
    (Code.E05_SCHEMA, "nbf within the day", lambda: on_bulletin(changed(nbf=MIDNIGHT + 1)), trust()),
    (Code.E05_SCHEMA, "longer term", lambda: on_bulletin(changed(exp=EPOCH.ends + 1)), trust()),
    (Code.E05_CANONICAL, "order", lambda: on_bulletin(signed(json.dumps(claims_of(grant())).encode())), trust()),
    (Code.E05_ENVIRONMENT, "exercise", lambda: on_bulletin(grant(env=Environment.EXERCISE)), trust()),
    (Code.E06_ISSUER, "signed by another", lambda: on_bulletin(signed(claims_of(grant()), by="BE-FGP")), trust()),
    (Code.E06_CERTIFICATE, "over", lambda: on_bulletin(grant()), without(not_after=NOW_S - 1)),
    (Code.E06_REVOKED, "revoked", lambda: on_bulletin(grant()), without(revoked_from=NOW_S)),
    (Code.E08_PLACE, "bulletin of another", lambda: on_bulletin(grant(), topic=TOPICS.bulletin("BE-FGP")), trust()),
    (
        Code.E08_PLACE,
        "key of another epoch",
        lambda: on_bulletin(grant(), key=b"grant/DE-BKA/suspect-1y/2026-11-22"),
        trust(),
    ),
]


@pytest.mark.parametrize("vector", REFUSED, ids=lambda v: f"{v[0].value}: {v[1]}")
def test_a_grant_with_one_fault_is_refused(vector: tuple[Code, str, Callable[[], Incoming], TrustView]) -> None:
    """Each fault has its own code, with the numbers of the procedure for events."""
    code, _, arrives, view = vector
    with pytest.raises(RecordError) as caught:
        verify_grant(arrives(), trust=view)
    assert caught.value.code is code


def test_a_day_beyond_the_calendar_is_a_refusal() -> None:
    """An `nbf` that no calendar has does not escape as another error."""
    with pytest.raises(RecordError) as caught:
        verify_grant(on_bulletin(changed(nbf=2**53 - 1)), trust=trust())
    assert caught.value.code is Code.E05_SCHEMA

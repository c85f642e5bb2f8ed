"""Raw records open with other people's libraries, by `docs/wire.md` alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives import serialization
from joserfc import jwe as other_jwe
from joserfc.jwk import OctKey
from jwcrypto import jwk

from broker.audit.merkle import leaf_hash
from broker.envelope.grants import epoch_of, make_grant
from broker.envelope.steps_form import SUBMIT
from broker.envelope.verify import verify_delivered
from broker.trust.signer import PemSigner
from contracts.audit_log import entry
from contracts.encoding import canonical, decode_base64url, encode_base64url, sha256
from contracts.errors import Code
from contracts.identifiers import Environment
from tests.support import independent_reader as reader
from tests.support.envelope_world import (
    BORDER,
    ISSUE,
    LIAISON,
    SUSPECT,
    SUSPECT_EVENT,
    VICTIM_EVENT,
    Made,
    hybrid,
    make,
    signer,
    signing_key,
    trust,
)


def keyring() -> dict[str, jwk.JWK]:
    public = signing_key("NL-POL").public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {signer("NL-POL").kid: jwk.JWK.from_pem(pem)}


def key_file(name: str) -> bytes:
    key = hybrid(name)
    return canonical(
        {
            "kem": "MLKEM768_X25519",
            "mlkem_seed": encode_base64url(key.mlkem_seed),
            "x25519": encode_base64url(key.x25519),
        }
    )


def granted(made: Made, to: str, profile: str) -> bytes:
    epoch = epoch_of(iss="NL-POL", to=to, type_=made.claims.type, iat=ISSUE.iat, exp=ISSUE.exp, profile=profile)
    key = made.keys.get(epoch.kid)
    assert key is not None
    issuer: PemSigner = signer("NL-POL")
    return make_grant(key, epoch=epoch, environment=Environment.LIVE, recipient=hybrid(to).public(), signer=issuer)


@pytest.mark.parametrize(("to", "profile", "sections"), [("DE-BKA", "liaison", LIAISON), ("BE-FGP", "border", BORDER)])
def test_a_raw_grant_and_a_raw_feed_record_open_with_standard_libraries(
    to: str, profile: str, sections: tuple[str, ...]
) -> None:
    """HPKE of cryptography, JWE and JWS of jwcrypto and SDJWTVerifier of sd-jwt give the issuer's content."""
    made = make()
    kid, epoch_key = reader.open_grant(
        granted(made, to, profile), keys=keyring(), private=reader.encryption_key(key_file(to))
    )
    value = made.delivered(to).value
    assert value is not None
    read = reader.read_feed(value, keys=keyring(), epoch_keys={kid: epoch_key})
    assert read.profile == profile
    assert read.sections == {name: SUSPECT[name] for name in sections}
    assert read.claims["jti"] == made.claims.jti
    assert read.leaf_hash == leaf_hash(entry(made.leaf()))


def test_both_readers_see_the_same_in_a_victim_alert() -> None:
    """Our verifier and the independent reader agree on every section."""
    made = make(VICTIM_EVENT)
    incoming = made.delivered("DE-BKA")
    ours = verify_delivered(incoming, me="DE-BKA", trust=trust(), keys=made.keys)
    assert incoming.value is not None
    kid = json.loads(incoming.value)["sealed"]["header"]["kid"]
    theirs = reader.read_feed(incoming.value, keys=keyring(), epoch_keys={kid: made.keys.get(kid) or b""})
    assert theirs.sections == getattr(ours, "contents", None)


def test_the_reader_refuses_what_it_must() -> None:
    """An oracle that opens anything would prove nothing: another key and another leaf do not pass."""
    made = make()
    value = made.delivered("DE-BKA").value
    assert value is not None
    kid = json.loads(value)["sealed"]["header"]["kid"]
    with pytest.raises(Exception, match=r"(?i)decryption|key"):
        reader.read_feed(value, keys=keyring(), epoch_keys={kid: bytes(32)})
    other = canonical({**json.loads(value), "leaf": json.loads(canonical(made.leaf(jws="A" * 43)))})
    with pytest.raises(ValueError, match="leaf"):
        reader.read_feed(other, keys=keyring(), epoch_keys={kid: made.keys.get(kid) or b""})


def test_a_second_jose_library_opens_the_sealed_part() -> None:
    """joserfc reads the flattened JWE as delivered."""
    made = make()
    value = made.delivered("DE-BKA").value
    assert value is not None
    sealed: dict[str, Any] = json.loads(value)["sealed"]
    key = OctKey.import_key(made.keys.get(sealed["header"]["kid"]) or b"")
    registry = other_jwe.JWERegistry(algorithms=["A256KW", "A256GCM"], strict_check_header=False)
    opened = other_jwe.decrypt_json(sealed, key, registry=registry)
    assert opened.plaintext is not None
    assert len(opened.plaintext) in {512, 1024, 2048, 4096}


def test_canonical_bytes_are_those_of_rfc_8785() -> None:
    """The record, the claims and every disclosure are spelt as an independent implementation spells them."""
    made = make()
    record = json.loads(made.composed.record)
    claims = json.loads(decode_base64url(record["jws"].split(".")[1], code=Code.E03_BASE64))
    assert rfc8785.dumps(record) == made.composed.record
    assert rfc8785.dumps(claims) == canonical(claims)
    for text in made.composed.disclosures.values():
        data = decode_base64url(text, code=Code.E12_DISCLOSURE)
        assert rfc8785.dumps(json.loads(data)) == data


def test_the_hash_that_identifies_an_event_leaves_the_signature_out() -> None:
    """It is SHA-256 of the first two parts, as everybody can compute it."""
    submit = SUBMIT.decode(make(SUSPECT_EVENT).composed.record)
    header, payload, _ = submit.jws.split(".")
    assert sha256(f"{header}.{payload}".encode()) == make(SUSPECT_EVENT).composed.signing_input_hash

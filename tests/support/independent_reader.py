"""Open raw grants and raw feed records with standard libraries alone, written from `docs/wire.md`.

Nothing of `broker` or `contracts` is imported: if this reader opens a record, any engineer can.
HPKE is from `cryptography`, JWE and JWS from jwcrypto, disclosures from sd-jwt.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from jwcrypto import jwe, jwk, jws
from sd_jwt.verifier import SDJWTVerifier

SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


@dataclass(frozen=True)
class ReadRecord:
    """A feed record as an outsider reads it: clear claims, sections by name, the leaf and its Merkle hash."""

    claims: Mapping[str, Any]
    sections: Mapping[str, Any]
    profile: str
    leaf: Mapping[str, Any]
    leaf_hash: bytes


def b64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def certificate_keys(*pems: bytes) -> dict[str, jwk.JWK]:
    """Return verification keys by `kid`: SHA-256 of the DER of each signing certificate."""
    keys = {}
    for pem in pems:
        certificate = x509.load_pem_x509_certificate(pem)
        der = certificate.public_bytes(serialization.Encoding.DER)
        keys[b64text(hashlib.sha256(der).digest())] = jwk.JWK.from_pem(pem)
    return keys


def encryption_key(document: bytes) -> hpke.MLKEM768X25519PrivateKey:
    """Read the file `encryption.key`."""
    stored = json.loads(document)
    return hpke.MLKEM768X25519PrivateKey(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(b64(stored["mlkem_seed"])),
        x25519.X25519PrivateKey.from_private_bytes(b64(stored["x25519"])),
    )


def verified(token: str, keys: Mapping[str, jwk.JWK], typ: str) -> dict[str, Any]:
    """Verify a compact JWS with the key that its exact header names and return its claims."""
    header = json.loads(b64(token.split(".", 1)[0]))
    kid = header["kid"]
    if header != {"alg": "ES256", "kid": kid, "typ": typ}:
        raise ValueError("another protected header")
    parsed = jws.JWS()
    parsed.deserialize(token)
    parsed.verify(keys[kid], alg="ES256")
    claims: dict[str, Any] = json.loads(parsed.payload)
    return claims


def open_grant(
    value: bytes, *, keys: Mapping[str, jwk.JWK], private: hpke.MLKEM768X25519PrivateKey
) -> tuple[str, bytes]:
    """Return `kid` and epoch key of a bulletin record `grant/...`."""
    grant = verified(json.loads(value)["jws"], keys, "baken-grant+jwt")
    if grant["kid"].split("/")[:3] != [grant["iss"], grant["to"], grant["class"]]:
        raise ValueError("kid does not name the parties and the class")
    info = canonical({**{name: grant[name] for name in grant if name != "enc"}, "v": "baken-grant-1"})
    return grant["kid"], SUITE.decrypt(b64(grant["enc"]), private, info=info)


def read_feed(value: bytes, *, keys: Mapping[str, jwk.JWK], epoch_keys: Mapping[str, bytes]) -> ReadRecord:
    """Verify and open the value of a feed record, in the order of `docs/wire.md`."""
    record = json.loads(value)
    token, sealed, leaf = record["jws"], record["sealed"], record["leaf"]
    claims = verified(token, keys, "baken+sd-jwt")

    signing_input = token.rpartition(".")[0].encode()
    if leaf["jws"] != b64text(hashlib.sha256(signing_input).digest()):
        raise ValueError("the leaf is about another event")
    text = ".".join(sealed[name] for name in ("protected", "iv", "ciphertext", "tag"))
    fingerprint = b64text(hashlib.sha256(text.encode()).digest())
    profile = next(name for name, signed in claims["sealed"].items() if signed == fingerprint)
    expected = {
        "alg": "A256KW",
        "cty": "baken-disclosures",
        "enc": "A256GCM",
        "env": claims["env"],
        "iss": claims["iss"],
        "jti": claims["jti"],
        "profile": profile,
    }
    if b64(sealed["protected"]) != canonical(expected):
        raise ValueError("another protected header of the sealed part")

    epoch_key = jwk.JWK(kty="oct", k=b64text(epoch_keys[sealed["header"]["kid"]]))
    parsed = jwe.JWE()
    parsed.deserialize(json.dumps(sealed), key=epoch_key)
    disclosures = parsed.payload.rstrip(b"\x00").decode("ascii").split("~")

    opened = SDJWTVerifier(f"{token}~{'~'.join(disclosures)}~", lambda _issuer, header: keys[header["kid"]])
    sections = {name: cut["v"] for name, cut in opened.get_verified_payload()["sections"].items() if "v" in cut}
    if len(sections) != len(disclosures):
        raise ValueError("a disclosure belongs to no section")
    leaf_hash = hashlib.sha256(b"\x00" + canonical(leaf)).digest()
    return ReadRecord(claims=claims, sections=sections, profile=profile, leaf=leaf, leaf_hash=leaf_hash)

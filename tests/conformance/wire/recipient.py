"""Feed records with exactly one fault, as a recipient meets them: steps 1 to 8 and 11 to 13."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from broker.envelope.disclose import disclosure
from broker.envelope.seal import pad
from broker.ports import Incoming
from contracts.encoding import canonical, encode_base64url
from contracts.errors import Code
from contracts.identifiers import event_id
from contracts.wire import MAX_RECORD_BYTES, Reference
from tests.conformance.wire.hub_form import next_character
from tests.support.envelope_world import (
    DAY,
    NOTICE,
    NOW,
    NOW_MS,
    NOW_S,
    SUSPECT,
    MadeUpKeys,
    delivered,
    entry,
    trust_with_key,
    trust_with_participant,
)
from tests.support.seeds import seeded
from tests.support.wire_bench import SALT, Bench, event, issue

Arrives = Callable[[Bench], Incoming]
FOREIGN = Reference(iss="DE-BKA", jti=event_id(NOW, seeded(9)(10)))


def feed(**changes: Any) -> Arrives:
    """Change members of the feed record."""
    return lambda bench: bench.delivered({**bench.feed(), **changes})


def leaf(**changes: Any) -> Arrives:
    """Change members of the leaf."""

    def spoil(bench: Bench) -> Incoming:
        value = bench.feed()
        return bench.delivered({**value, "leaf": {**value["leaf"], **changes}})

    return spoil


def sealed(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Arrives:
    """Change the flattened JWE."""

    def spoil(bench: Bench) -> Incoming:
        value = bench.feed()
        return bench.delivered({**value, "sealed": {**value["sealed"], **change(value["sealed"])}})

    return spoil


def opened(*texts: str | Callable[[Bench], str]) -> Arrives:
    """Seal other disclosures for the liaison profile; a section name stands for its disclosure."""

    def spoil(bench: Bench) -> Incoming:
        chosen = [text(bench) if callable(text) else bench.disclosures.get(text, text) for text in texts]
        return bench.reseal("liaison", chosen).delivered()

    return spoil


def plaintext(data: bytes | Callable[[Bench], bytes]) -> Arrives:
    """Seal any plaintext for the liaison profile."""
    return lambda bench: bench.reseal("liaison", plaintext=data(bench) if callable(data) else data).delivered()


def raw_disclosure(text: str) -> Arrives:
    """Sign and seal a `role` whose disclosure is not of our form."""
    return lambda bench: bench.disclose_raw("role", text).reseal("liaison", [text]).delivered()


def content(section: str, value: Any) -> Arrives:
    """Sign and seal one section with this content."""

    def spoil(bench: Bench) -> Incoming:
        bench.disclose(section, value)
        return bench.reseal("liaison", [bench.disclosures[section]]).delivered()

    return spoil


def made(bench: Bench) -> Arrives:
    """Deliver another record from the start."""
    return lambda _: bench.delivered()


def array(*items: Any) -> str:
    return encode_base64url(canonical(list(items)))


def first_changed(text: str) -> str:
    return ("A" if text[0] != "A" else "B") + text[1:]


class OtherKeys(MadeUpKeys):
    """Give another key than the issuer has."""

    def get(self, kid: str, /) -> bytes | None:
        return hashlib.sha256(b"another " + kid.encode()).digest()


SALT_TEXT = encode_base64url(SALT)
ROLE = SUSPECT["role"]
RECEIPT = event(
    type="receipt.v1",
    sub=None,
    ver=None,
    ref=(FOREIGN,),
    sections={**NOTICE, "notice": {"received": [{"jti": event_id(NOW, seeded(3)(10)), "state": "received"}]}},
    audience=(entry("DE-BKA", ("handling", "notice")),),
)
YEAR_AND_A_DAY = issue(exp=NOW_S + 367 * DAY)

SHARED: list[tuple[Code, str, Arrives]] = [
    (Code.E01_EMPTY, "empty", lambda b: b.raw(b"").delivered()),
    (Code.E01_SIZE, "too long", lambda b: b.raw(b" " * (MAX_RECORD_BYTES + 1)).delivered()),
    (Code.E02_JSON, "cut", lambda b: b.raw(canonical(b.feed())[:-1]).delivered()),
    (Code.E02_MEMBER, "a submit record", lambda b: b.raw(canonical(b.record)).delivered()),
    (Code.E02_MEMBER, "unknown member", feed(disclosed=[])),
    (Code.E02_MEMBER, "recipient header with more", sealed(lambda s: {"header": {**s["header"], "alg": "dir"}})),
    (Code.E02_MEMBER, "additional data", sealed(lambda _: {"aad": "AA"})),
    (Code.E02_CANONICAL, "space", lambda b: b.raw(json.dumps(b.feed(), sort_keys=True).encode()).delivered()),
    (Code.E03_FORM, "two parts", feed(jws="AA.AA")),
    (Code.E03_BASE64, "padded", lambda b: b.delivered({**b.feed(), "jws": b.record["jws"] + "=="})),
    (Code.E03_HEADER, "not listed", lambda b: b.sign(header=encode_base64url(b"{}")).delivered()),
    (Code.E04_SIGNATURE, "signed by another", lambda b: b.sign(header=b.header, by="DE-BKA").delivered()),
    (Code.E05_SCHEMA, "unknown claim", lambda b: b.claim(aud="DE-BKA").delivered()),
    (Code.E06_CERTIFICATE, "over", lambda b: b.under(trust=trust_with_key(not_after=NOW_S - 1)).delivered()),
    (Code.E06_REVOKED, "at leaf.time", lambda b: b.under(trust=trust_with_key(revoked_from=NOW_S)).delivered()),
    (Code.E07_LATE, "at leaf.time", lambda b: b.under(at=NOW_MS + 73 * 3_600_000).delivered()),
    (Code.E08_PLACE, "feed of another", lambda b: b.on(topic="baken.feed.fr-pnj").delivered()),
    (Code.E08_PLACE, "another key", lambda b: b.on(key=b"NL-POL/0").delivered()),
    (Code.E08_PLACE, "place of another", lambda b: b.claim(place="baken.submit.de-bka").delivered()),
    (Code.E08_PLACE, "leaf about another event", leaf(jws="A" * 43)),
    (Code.E08_PLACE, "leaf without event", leaf(jws=None)),
    (Code.E08_PLACE, "leaf refuses", leaf(decision="refused", code="E10-regime")),
    (Code.E08_PLACE, "leaf of a repeat", leaf(decision="repeat", code="E09-repeat")),
    (Code.E08_PLACE, "leaf with a code", leaf(code="E10-regime")),
    (
        Code.E08_PLACE,
        "leaf of another topic",
        leaf(position={"offset": 1, "partition": 0, "topic": "baken.submit.de-bka"}),
    ),
    (
        Code.E08_PLACE,
        "leaf of another partition",
        leaf(position={"offset": 1, "partition": 1, "topic": "baken.submit.nl-pol"}),
    ),
    (Code.E08_HEADERS, "other type", lambda b: b.on(headers=b.headers()[:3]).delivered()),
]
SEALED: list[tuple[Code, str, Arrives]] = [
    (Code.E11_HASH, "one bit", sealed(lambda s: {"ciphertext": first_changed(s["ciphertext"])})),
    (Code.E11_HASH, "of another event", lambda b: b.delivered({**b.feed(), "sealed": Bench(seed=6).feed()["sealed"]})),
    (Code.E11_HASH, "trailing bits", sealed(lambda s: {"tag": next_character(s["tag"])})),
    (Code.E11_HASH, "padded", sealed(lambda s: {"tag": s["tag"] + "=="})),
    (Code.E11_HASH, "header moved", sealed(lambda s: {"protected": first_changed(s["protected"])})),
    (
        Code.E11_PROFILES,
        "profile of somebody else",
        lambda b: delivered(canonical(b.under(to="BE-FGP").feed()), b.made.claims, to="DE-BKA"),
    ),
    (
        Code.E11_PROFILES,
        "type that one does not receive",
        lambda b: b.under(trust=trust_with_participant("DE-BKA", profiles={})).delivered(),
    ),
    (Code.E11_HEADER, "of another event", lambda b: b.reseal("liaison", ["x"], jti=FOREIGN.jti).delivered()),
    (Code.E11_HEADER, "of another profile", lambda b: b.reseal("liaison", ["x"], profile="border").delivered()),
    (Code.E11_WRAP, "key of another day", sealed(lambda _: {"header": {"kid": "NL-POL/DE-BKA/suspect-1y/2026-11-22"}})),
    (
        Code.E11_WRAP,
        "key of another recipient",
        lambda b: delivered(canonical(b.under(to="FR-PNJ").feed()), b.made.claims, to="DE-BKA"),
    ),
    (Code.E11_WRAP, "24 bytes", sealed(lambda _: {"encrypted_key": "A" * 32})),
    (Code.E11_WRAP, "trailing bits", sealed(lambda _: {"encrypted_key": "A" * 53 + "B"})),
    (Code.E12_OPEN, "another epoch key", lambda b: b.under(keys=OtherKeys()).delivered()),
    (Code.E12_OPEN, "altered wrap", sealed(lambda s: {"encrypted_key": first_changed(s["encrypted_key"])})),
    (
        Code.E12_OPEN,
        "content key of another event",
        lambda b: b.delivered(
            {
                **b.feed(),
                "sealed": {**b.feed()["sealed"], "encrypted_key": b.wrap_for("DE-BKA", "liaison")["encrypted_key"]},
            }
        ),
    ),
    (
        Code.E12_PADDING,
        "larger class than needed",
        plaintext(lambda b: b.disclosures["markers"].encode().ljust(1024, b"\0")),
    ),
    (Code.E12_PADDING, "zero inside", plaintext(b"AA\0AA".ljust(512, b"\0"))),
    (Code.E12_DISCLOSURE, "nothing but zeros", plaintext(bytes(512))),
    (
        Code.E12_DISCLOSURE,
        "empty item",
        plaintext(lambda b: pad([b.disclosures["markers"], "", b.disclosures["role"]])),
    ),
    (Code.E12_DISCLOSURE, "bytes beyond ASCII", plaintext(b"\xff\xfe".ljust(512, b"\0"))),
    (Code.E12_DISCLOSURE, "not referenced", opened("markers", disclosure({"x": 1}, salt=SALT))),
    (Code.E12_DISCLOSURE, "of another event", opened(lambda _: Bench(seed=6).disclosures["markers"])),
    (Code.E12_DISCLOSURE, "twice", opened("markers", "markers")),
    (Code.E12_DISCLOSURE, "order", opened("role", "markers")),
    (Code.E12_DISCLOSURE, "key-binding token appended", opened("markers", "AA.AA.AA")),
    (Code.E12_DISCLOSURE, "trailing bits", raw_disclosure(next_character(disclosure({"a": 12}, salt=SALT)))),
    (Code.E12_DISCLOSURE, "two elements", raw_disclosure(array(SALT_TEXT, ROLE))),
    (Code.E12_DISCLOSURE, "four elements", raw_disclosure(array(SALT_TEXT, "v", ROLE, 1))),
    (Code.E12_DISCLOSURE, "name is not v", raw_disclosure(array(SALT_TEXT, "role", ROLE))),
    (Code.E12_DISCLOSURE, "reserved name", raw_disclosure(array(SALT_TEXT, "_sd", ROLE))),
    (Code.E12_DISCLOSURE, "short salt", raw_disclosure(array(SALT_TEXT[:-2], "v", ROLE))),
    (Code.E12_DISCLOSURE, "an object", raw_disclosure(encode_base64url(canonical({"v": ROLE})))),
    (
        Code.E12_DISCLOSURE,
        "not canonical",
        raw_disclosure(encode_base64url(json.dumps([SALT_TEXT, "v", ROLE]).encode())),
    ),
    (
        Code.E12_DISCLOSURE,
        "nested 400 deep",
        raw_disclosure(encode_base64url(b'["%s","v",' % SALT_TEXT.encode() + b"[" * 400 + b"]" * 400 + b"]")),
    ),
    (Code.E12_SECTION, "the audience", opened("audience", "handling")),
    (
        Code.E12_SECTION,
        "beyond the profile",
        opened("match_keys"),
    ),
]
CONTENT: list[tuple[Code, str, Arrives]] = [
    (Code.E13_CONTENT, "unknown code", content("role", {**ROLE, "action": "detain"})),
    (Code.E13_CONTENT, "unknown member", content("role", {**ROLE, "mood": "bad"})),
    (Code.E13_CONTENT, "missing member", content("role", {"action": "locate"})),
    (Code.E13_CONTENT, "nested _sd", content("role", {**ROLE, "_sd": ["A" * 43]})),
    (Code.E13_CONTENT, "array element digest", content("role", {**ROLE, "roles": [{"...": "A" * 43}]})),
    (Code.E13_CONTENT, "null member", content("role", {**ROLE, "warnings": None})),
    (Code.E13_CONTENT, "float", content("markers", {**SUSPECT["markers"], "minor": 1.0})),
    (
        Code.E13_CONTENT,
        "control character",
        content("identity", json.loads(json.dumps(SUSPECT["identity"]).replace("Pieter", "Pie\\u0000ter"))),
    ),
    (
        Code.E13_CONTENT,
        "text override",
        content("identity", json.loads(json.dumps(SUSPECT["identity"]).replace("Pieter", "Pie\\u202eter"))),
    ),
    (
        Code.E13_CONTENT,
        "not NFC",
        content("identity", json.loads(json.dumps(SUSPECT["identity"]).replace("Pieter", "Pie\\u0301ter"))),
    ),
    (Code.E13_CONTENT, "not an object", content("role", ["recruiter"])),
    (Code.E13_CONTENT, "receipt about other events than ref", made(Bench(RECEIPT, issue(exp=NOW_S + 90 * DAY)))),
    (Code.E13_CONTENT, "validity above the limit of a check", made(Bench(issue=YEAR_AND_A_DAY))),
]

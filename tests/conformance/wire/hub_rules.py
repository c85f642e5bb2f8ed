"""Records with exactly one fault in steps 6 to 11, as the hub meets them."""

from __future__ import annotations

from dataclasses import replace

from broker.envelope.disclose import decoy
from broker.envelope.order import Head
from contracts.errors import Code
from contracts.identifiers import event_id
from contracts.wire import AudienceEntry, Reference
from tests.conformance.wire.hub_form import Spoil, next_character
from tests.support.contents import CONTENTS
from tests.support.envelope_world import (
    BATCH_EVENT,
    BORDER,
    DAY,
    HANDLING,
    LIAISON,
    NOTICE,
    NOW,
    NOW_MS,
    NOW_S,
    SUSPECT,
    VICTIM,
    VICTIM_EVENT,
    entry,
    trust,
    trust_with_key,
    trust_with_participant,
)
from tests.support.seeds import seeded
from tests.support.wire_bench import Bench, event, issue

EARLIER = Reference(iss="NL-POL", jti=event_id(NOW, seeded(9)(10)))
FOREIGN = Reference(iss="DE-BKA", jti=EARLIER.jti)
ALL = frozenset({"suspect-alert.v1"})
CARE_HANDLING = {**HANDLING, "legal_regime": "gdpr", "codes": ["H0"], "minor": "presumed"}
CARE = ("markers", "needs", "status", "summary")
NEEDS = {"services": ["accommodation"]}
REPORT = CONTENTS["report"]


def addressed(*entries: AudienceEntry, **handling: object) -> Spoil:
    """Compose anew for another audience and handling block."""
    return lambda _: Bench(event(audience=entries, sections={**SUSPECT, "handling": {**HANDLING, **handling}}))


def audience(*entries: dict[str, object]) -> Spoil:
    """Sign another audience section over the same sealed parts and wraps."""
    return lambda bench: bench.disclose("audience", list(entries))


def line(to: str, profile: str, sections: tuple[str, ...]) -> dict[str, object]:
    return {"because": [], "profile": profile, "sections": list(sections), "to": to}


def request(*basis: str, urgency: str = "routine") -> Bench:
    """Compose a request with this legal basis."""
    return Bench(
        event(
            type="request.v1",
            basis=basis,
            urgency=urgency,
            sections={"handling": HANDLING, "report": REPORT},
            audience=(entry("DE-BKA", ("handling", "report")),),
            ver=None,
        ),
        issue(exp=NOW_S + 90 * DAY),
    )


def wraps(change: object) -> Spoil:
    """Change the list of wraps."""
    return lambda bench: bench.member(wraps=change(bench.record["wraps"]))  # type: ignore[operator]


def sealed(change: object) -> Spoil:
    """Change the list of sealed parts."""
    return lambda bench: bench.member(sealed=change(bench.record["sealed"]))  # type: ignore[operator]


def exchange_headers(**changes: bytes | None) -> Spoil:
    """Change the Kafka headers; None removes one."""

    def spoil(bench: Bench) -> Bench:
        headers = {name.replace("_", "-") if name == "content_type" else name: v for name, v in changes.items()}
        merged = {**dict(bench.headers()), **headers}
        return bench.on(headers=tuple((name, value) for name, value in merged.items() if value is not None))

    return spoil


def batch(**changes: object) -> Bench:
    """Return a consultation batch, its one line changed."""
    bench = Bench(BATCH_EVENT)
    (consultation,) = BATCH_EVENT.sections["consultations"]["entries"]
    return bench.disclose("consultations", {"entries": [{**consultation, **changes}]}) if changes else bench


def longer(bench: Bench) -> Bench:
    return bench.member(disclosed=[*bench.record["disclosed"], batch().record["disclosed"][1]])


def shorter(bench: Bench) -> Bench:
    return bench.member(disclosed=bench.record["disclosed"][:2])


L = line("DE-BKA", "liaison", LIAISON)
B = line("BE-FGP", "border", BORDER)
F = line("FR-PNJ", "liaison", LIAISON)

TRUST: list[tuple[Code, str, Spoil]] = [
    (Code.E06_ISSUER, "key of another participant", lambda b: b.sign(by="DE-BKA")),
    (
        Code.E06_ISSUER,
        "issuer not on the list",
        lambda b: b.under(trust=replace(trust(), participants={"DE-BKA": trust().participants["DE-BKA"]})),
    ),
    (Code.E06_CERTIFICATE, "ended before iat", lambda b: b.under(trust=trust_with_key(not_after=NOW_S - 1))),
    (Code.E06_CERTIFICATE, "begins after append", lambda b: b.under(trust=trust_with_key(not_before=NOW_S + 1))),
    (
        Code.E06_CERTIFICATE,
        "ended between iat and append",
        lambda b: b.under(trust=trust_with_key(not_after=NOW_S + 60), at=NOW_MS + 61_000),
    ),
    (
        Code.E06_CERTIFICATE,
        "valid at append, not yet at iat",
        lambda b: b.under(trust=trust_with_key(not_before=NOW_S + 60), at=NOW_MS + 61_000),
    ),
    (Code.E06_REVOKED, "from this second", lambda b: b.under(trust=trust_with_key(revoked_from=NOW_S))),
    (
        Code.E06_REVOKED,
        "between iat and append",
        lambda b: b.under(trust=trust_with_key(revoked_from=NOW_S + 60), at=NOW_MS + 60_000),
    ),
    (
        Code.E06_REVOKED,
        "suspended for a while",
        lambda b: b.under(trust=trust_with_key(lifted=((NOW_S - 60, NOW_S + 1),))),
    ),
    (Code.E06_TYPE, "key", lambda b: b.under(trust=trust_with_key(types=frozenset({"victim-alert.v1"})))),
    (
        Code.E06_TYPE,
        "participant",
        lambda b: b.under(trust=trust_with_participant("NL-POL", issues=frozenset({"victim-alert.v1"}))),
    ),
    (Code.E07_FUTURE, "121 s ahead", lambda b: b.under(at=NOW_MS - 121_000)),
    (Code.E07_FUTURE, "one millisecond more than 120 s ahead", lambda b: b.under(at=NOW_MS - 120_001)),
    (Code.E07_LATE, "one millisecond more than 72 h", lambda b: b.under(at=NOW_MS + 72 * 3_600_000 + 1)),
    (Code.E07_EXPIRED, "in this millisecond", lambda _: Bench(issue=issue(exp=NOW_S + 60)).under(at=NOW_MS + 60_000)),
    (Code.E07_VALIDITY, "above five years", lambda _: Bench(issue=issue(exp=NOW_S + 1827 * DAY + 1))),
    (
        Code.E07_VALIDITY,
        "ends before it begins",
        lambda _: Bench(issue=issue(exp=NOW_S - 1)).under(at=NOW_MS - 60_000),
    ),
]
PLACE: list[tuple[Code, str, Spoil]] = [
    (Code.E08_PLACE, "topic of another participant", lambda b: b.on(topic="baken.submit.de-bka")),
    (Code.E08_PLACE, "topic of an exercise", lambda b: b.on(topic="exercise.submit.nl-pol")),
    (Code.E08_PLACE, "another partition", lambda b: b.on(partition=1)),
    (Code.E08_PLACE, "another key", lambda b: b.on(key=b"NL-POL/1")),
    (Code.E08_PLACE, "no key", lambda b: b.on(key=None)),
    (Code.E08_PLACE, "place of another participant", lambda b: b.claim(place="baken.submit.de-bka")),
    (Code.E08_PLACE, "place of another environment", lambda b: b.claim(place="exercise.submit.nl-pol")),
    (Code.E08_HEADERS, "other type", exchange_headers(ce_type=b"victim-alert.v1")),
    (Code.E08_HEADERS, "other id", exchange_headers(ce_id=b"0")),
    (Code.E08_HEADERS, "other source", exchange_headers(ce_source=b"DE-BKA")),
    (Code.E08_HEADERS, "other version", exchange_headers(ce_specversion=b"0.3")),
    (Code.E08_HEADERS, "one missing", exchange_headers(content_type=None)),
    (Code.E08_HEADERS, "one more", exchange_headers(ce_subject=b"x")),
    (Code.E08_HEADERS, "none", lambda b: b.on(headers=())),
    (Code.E08_HEADERS, "one twice", lambda b: b.on(headers=(*b.headers(), b.headers()[0]))),
    (Code.E08_HEADERS, "null value", lambda b: b.on(headers=(*b.headers()[1:], ("ce_id", None)))),
]
ORDER: list[tuple[Code, str, Spoil]] = [
    (Code.E09_GENERATION, "older", lambda b: b.under(head=Head(2, 1))),
    (Code.E09_GENERATION, "newer, not from 1", lambda _: Bench(issue=issue(gen=3, seq=2)).under(head=Head(2, 9))),
    (Code.E09_GENERATION, "first record of a partition, not from 1", lambda _: Bench(issue=issue(seq=2))),
    (Code.E09_REFERENCE, "second version without reference", lambda _: Bench(event(ver=2))),
    (Code.E09_REFERENCE, "first version with reference", lambda _: Bench(event(ref=(EARLIER,)))),
    (Code.E09_REFERENCE, "event of another issuer", lambda _: Bench(event(ver=2, ref=(FOREIGN,)))),
    (Code.E09_REFERENCE, "twice", lambda _: Bench(event(ver=2, ref=(EARLIER, EARLIER)))),
    (Code.E09_REFERENCE, "alert without sub", lambda _: Bench(event(sub=None))),
    (Code.E09_REFERENCE, "alert without ver", lambda _: Bench(event(ver=None))),
    (
        Code.E09_REFERENCE,
        "erase of nothing",
        lambda _: Bench(
            event(type="erase.v1", ver=None, sections=NOTICE, audience=(entry("DE-BKA", ("handling", "notice")),)),
            issue(exp=NOW_S + 90 * DAY),
        ),
    ),
]
POLICY: list[tuple[Code, str, Spoil]] = [
    (Code.E10_DIGEST, "swapped", lambda b: b.member(disclosed=b.record["disclosed"][::-1])),
    (Code.E10_DIGEST, "of another event", lambda b: b.member(disclosed=Bench(seed=6).record["disclosed"])),
    (Code.E10_DIGEST, "other spelling", lambda b: b.member(disclosed=[d + "=" for d in b.record["disclosed"]])),
    (Code.E10_DIGEST, "signed, but no disclosure", lambda b: b.disclose_raw("audience", "bm9uc2Vuc2U")),
    (
        Code.E10_DIGEST,
        "handling is a decoy",
        lambda b: b.claim(sections={**b.claims["sections"], "handling": {"_sd": [decoy(b"1")]}}),
    ),
    (Code.E10_RECIPIENT, "nobody of that name", audience(B, L, line("XX-NIX", "liaison", LIAISON))),
    (Code.E10_RECIPIENT, "twice", audience(B, L, L)),
    (Code.E10_RECIPIENT, "out of order", audience(L, B, F)),
    (Code.E10_RECIPIENT, "the issuer itself", audience(B, L, line("NL-POL", "liaison", LIAISON))),
    (Code.E10_PROFILE, "not the recipient's own", audience(B, line("DE-BKA", "border", BORDER), F)),
    (
        Code.E10_PROFILE,
        "type not received",
        lambda b: b.under(trust=trust_with_participant("DE-BKA", profiles={"victim-alert.v1": "liaison"})),
    ),
    (
        Code.E10_PROFILE,
        "unknown to the type",
        lambda b: b.under(trust=trust_with_participant("DE-BKA", profiles={"suspect-alert.v1": "care"})).disclose(
            "audience", [B, line("DE-BKA", "care", LIAISON), F]
        ),
    ),
    (Code.E10_SECTION, "beyond the maximum", audience(line("BE-FGP", "border", (*BORDER, "role")), L, F)),
    (Code.E10_SECTION, "the audience itself", audience(line("BE-FGP", "border", ("audience", *BORDER)), L, F)),
    (Code.E10_SECTION, "none", audience(line("BE-FGP", "border", ()), L, F)),
    (Code.E10_SECTION, "not in order", audience({**B, "sections": list(reversed(BORDER))}, L, F)),
    (Code.E10_SECTION, "unknown condition", audience({**B, "because": ["curiosity"]}, L, F)),
    (Code.E10_SECTION, "one profile opens two ways", audience(B, L, line("FR-PNJ", "liaison", LIAISON[:3]))),
    (
        Code.E10_SECTION,
        "condition unmet",
        audience(B, *(line(to, "liaison", tuple(sorted((*LIAISON, "physical")))) for to in ("DE-BKA", "FR-PNJ"))),
    ),
    (Code.E10_SECTION, "not of its form", audience({"to": "BE-FGP"})),
    (
        Code.E10_SECTION,
        "identity of a minor victim to prosecute",
        lambda _: Bench(
            replace(
                VICTIM_EVENT,
                purpose="prosecute",
                sections={**VICTIM, "identity": SUSPECT["identity"]},
                audience=(entry("DE-BKA", ("handling", "identity", "markers"), because=("victim_purpose",)),),
            )
        ),
    ),
    (
        Code.E10_HANDLING,
        "minor not stated",
        lambda b: b.disclose("handling", {k: v for k, v in HANDLING.items() if k != "minor"}),
    ),
    (Code.E10_HANDLING, "contradiction", lambda b: b.disclose("handling", {**HANDLING, "judicial_use": "permitted"})),
    (Code.E10_HANDLING, "unknown code", lambda b: b.disclose("handling", {**HANDLING, "codes": ["H9"]})),
    (Code.E10_HANDLING, "unknown member", lambda b: b.disclose("handling", {**HANDLING, "mood": "good"})),
    (
        Code.E10_HANDLING,
        "approved, and not named",
        lambda b: b.disclose("handling", {**HANDLING, "approved_by": "Another-0fficer"}),
    ),
    (
        Code.E10_HANDLING,
        "approved by nobody",
        audience(*({**one, "because": sorted({*one["because"], "second_approval"})} for one in (B, L, F))),
    ),
    (Code.E10_HANDLING, "float", lambda b: b.disclose("handling", {**HANDLING, "minor": 1.5})),
    (
        Code.E10_HANDLING,
        "third country",
        lambda b: b.under(trust=trust_with_participant("DE-BKA", third_country=True)),
    ),
    (
        Code.E10_REGIME,
        "regime of the block",
        lambda b: b.disclose("handling", {**HANDLING, "legal_regime": "gdpr", "codes": ["H0"]}),
    ),
    (
        Code.E10_REGIME,
        "care beside police",
        lambda _: Bench(
            replace(
                VICTIM_EVENT,
                sections={**VICTIM, "needs": NEEDS, "handling": CARE_HANDLING},
                audience=(entry("NL-CARE", CARE), *VICTIM_EVENT.audience),
            )
        ),
    ),
    (Code.E10_NO_AUDIENCE, "empty", lambda _: Bench(event(audience=()))),
    (Code.E10_CLOCK, "request without a time limit", lambda _: request("dir-2023-977:art4")),
    (Code.E10_CLOCK, "two time limits", lambda _: request("dir-2023-977:art5-1-c", "reg-2018-1862:art8")),
    (Code.E10_CLOCK, "urgent limit of a routine request", lambda _: request("dir-2023-977:art5-1-a")),
    (
        Code.E10_CLOCK,
        "routine limit of an urgent request",
        lambda _: request("dir-2023-977:art5-1-c", urgency="urgent:flight_risk"),
    ),
    (Code.E10_PROFILE, "a batch for somebody", lambda _: batch().disclose("audience", [L])),
    (Code.E10_DIGEST, "a batch without its consultations", lambda _: shorter(batch())),
    (Code.E10_DIGEST, "consultations where none belong", longer),
    (Code.E10_CONSULTATIONS, "unknown member", lambda _: batch(mood="good")),
    (Code.E10_CONSULTATIONS, "unknown reason", lambda _: batch(why="curiosity")),
]
SEALING: list[tuple[Code, str, Spoil]] = [
    (
        Code.E11_HASH,
        "one bit",
        lambda b: b.part(
            0, tag=("A" if b.record["sealed"][0]["tag"][0] != "A" else "B") + b.record["sealed"][0]["tag"][1:]
        ),
    ),
    (Code.E11_HASH, "of another event", lambda b: b.member(sealed=Bench(seed=6).record["sealed"])),
    (Code.E11_HASH, "padded", lambda b: b.part(0, tag=b.record["sealed"][0]["tag"] + "==")),
    (Code.E11_HASH, "trailing bits", lambda b: b.part(0, tag=next_character(b.record["sealed"][0]["tag"]))),
    (Code.E11_HASH, "empty ciphertext", lambda b: b.part(0, ciphertext="AA")),
    (
        Code.E11_HASH,
        "decoy signed in its place",
        lambda b: b.claim(sealed={**b.claims["sealed"], "border": decoy(b"1")}),
    ),
    (Code.E11_HEADER, "of another event", lambda b: b.reseal("border", [b.disclosures["markers"]], jti=EARLIER.jti)),
    (
        Code.E11_HEADER,
        "of another profile",
        lambda b: b.reseal("border", [b.disclosures["markers"]], profile="liaison"),
    ),
    (Code.E11_HEADER, "of another issuer", lambda b: b.reseal("border", [b.disclosures["markers"]], iss="DE-BKA")),
    (
        Code.E11_HEADER,
        "of another environment",
        lambda b: b.reseal("border", [b.disclosures["markers"]], env="exercise"),
    ),
    (Code.E11_PROFILES, "one missing", sealed(lambda s: s[:1])),
    (Code.E11_PROFILES, "one twice", sealed(lambda s: [s[0], s[1], s[1]])),
    (Code.E11_PROFILES, "order", sealed(lambda s: s[::-1])),
    (Code.E11_PROFILES, "none", sealed(lambda _: [])),
    (
        Code.E11_PROFILES,
        "one that nobody was addressed with",
        lambda b: b.member(wraps=b.record["wraps"][:1]).disclose("audience", [B]),
    ),
    (Code.E11_WRAP, "one missing", wraps(lambda w: w[:2])),
    (Code.E11_WRAP, "one twice", wraps(lambda w: [*w, w[0]])),
    (Code.E11_WRAP, "order", wraps(lambda w: [w[0], w[2], w[1]])),
    (
        Code.E11_WRAP,
        "for somebody else",
        lambda b: b.member(wraps=[*b.record["wraps"][:2], b.wrap_for("NL-CARE", "liaison")]),
    ),
    (Code.E11_WRAP, "under another profile", lambda b: b.wrap(1, profile="border")),
    (Code.E11_WRAP, "another day", lambda b: b.wrap(1, kid="NL-POL/DE-BKA/suspect-1y/2026-11-22")),
    (Code.E11_WRAP, "another class", lambda b: b.wrap(1, kid="NL-POL/DE-BKA/victim-1y/2026-11-23")),
    (Code.E11_WRAP, "another issuer's key", lambda b: b.wrap(1, kid="DE-BKA/DE-BKA/suspect-1y/2026-11-23")),
    (Code.E11_WRAP, "24 bytes, which is a 128-bit key", lambda b: b.wrap(1, encrypted_key="A" * 32)),
    (Code.E11_WRAP, "trailing bits", lambda b: b.wrap(1, encrypted_key="A" * 53 + "B")),
    (Code.E11_WRAP, "other alphabet", lambda b: b.wrap(1, encrypted_key="+" + "A" * 53)),
]
COUNTED = (*ORDER, *POLICY, *SEALING)
"""Refused after step 8: the head moves to the record's number."""
UNCOUNTED = (*TRUST, *PLACE)

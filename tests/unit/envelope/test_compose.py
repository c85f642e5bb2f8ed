"""Composing: one signature, one draw of randomness, one ciphertext per profile, one wrap per recipient."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from broker.envelope.compose import Composed, Event, compose
from broker.envelope.disclose import digest
from broker.trust.view import TokenType
from contracts.encoding import decode_base64url, sha256
from contracts.errors import Code, GrantMissing, OversizeRecord, UsageError
from contracts.events import spec
from tests.support.envelope_world import (
    BORDER,
    ISSUE,
    LIAISON,
    SUSPECT,
    SUSPECT_EVENT,
    VICTIM_EVENT,
    MadeUpKeys,
    entry,
    make,
    signer,
)
from tests.support.seeds import seeded

KID = "NL-POL/DE-BKA/suspect-1y/2026-11-23"


class CountingSigner:
    """Sign as NL-POL and count."""

    kid = signer("NL-POL").kid

    def __init__(self) -> None:
        self.signed = 0

    def header(self, token: TokenType) -> str:
        return signer("NL-POL").header(token)

    def sign(self, signing_input: bytes) -> bytes:
        self.signed += 1
        return signer("NL-POL").sign(signing_input)


def composed(
    event: Event = SUSPECT_EVENT, *, randomness: Callable[[int], bytes] | None = None, keys: MadeUpKeys | None = None
) -> Composed:
    return compose(
        event,
        ISSUE,
        signer=signer("NL-POL"),
        keys=keys or MadeUpKeys(),
        randomness=randomness or seeded(5),
    )


def test_an_event_is_signed_once_however_many_receive_it() -> None:
    """Three recipients and two profiles cost one signature."""
    counting = CountingSigner()
    compose(SUSPECT_EVENT, ISSUE, signer=counting, keys=MadeUpKeys(), randomness=seeded(5))
    assert counting.signed == 1


def test_randomness_is_drawn_once() -> None:
    """One draw serves salts, decoys, content keys and nonces: 5+2 present and 10 absent sections, 2 profiles."""
    sizes: list[int] = []

    def draw(size: int) -> bytes:
        sizes.append(size)
        return seeded(5)(size)

    record = composed(randomness=draw)
    present = len(record.disclosures)
    assert sizes == [present * 16 + (len(spec("suspect-alert.v1").sections) - present) * 32 + 2 * 44]


def test_no_random_byte_serves_twice() -> None:
    """Salts are disjoint pieces of the draw."""
    drawn = b"".join(number.to_bytes(4, "big") for number in range(400))
    record = composed(randomness=lambda size: drawn[:size])
    salts = [json.loads(decode_base64url(text, code=Code.E12_DISCLOSURE))[0] for text in record.disclosures.values()]
    assert len(set(salts)) == len(salts)


def test_every_event_of_a_type_has_the_same_shape() -> None:
    """What is absent does not show: the same sections, the same profiles, values of one length."""
    full = composed().claims
    sparse = composed(replace(SUSPECT_EVENT, audience=(entry("BE-FGP", ("handling",)),))).claims
    bare = composed(replace(SUSPECT_EVENT, sections={"handling": SUSPECT["handling"]}, audience=())).claims
    for claims in (full, sparse, bare):
        assert tuple(claims.sections) == spec("suspect-alert.v1").sections
        assert tuple(claims.sealed) == spec("suspect-alert.v1").profiles
        assert {len(section.sd[0]) for section in claims.sections.values()} == {43}
        assert {len(value) for value in claims.sealed.values()} == {43}


def test_the_digests_are_those_of_the_disclosures_that_the_issuer_keeps() -> None:
    """Later disclosures and orders need every one of them, the audience included."""
    record = composed()
    assert set(record.disclosures) == {*SUSPECT, "audience"}
    for name, text in record.disclosures.items():
        assert record.claims.sections[name].sd == (digest(text),)


def test_composing_again_gives_another_event() -> None:
    """New salts, keys and decoys: nothing of one composition stands in another."""
    first, second = composed(randomness=seeded(1)), composed(randomness=seeded(2))
    ones = {section.sd for section in first.claims.sections.values()} | set(first.claims.sealed.values())
    others = {section.sd for section in second.claims.sections.values()} | set(second.claims.sealed.values())
    assert not ones & others


def test_one_ciphertext_per_profile_and_one_wrap_per_recipient() -> None:
    """Ciphertexts stand in the order of profiles, wraps in the order of recipients."""
    record = json.loads(composed().record)
    assert len(record["sealed"]) == 2
    assert [(wrap["to"], wrap["profile"]) for wrap in record["wraps"]] == [
        ("BE-FGP", "border"),
        ("DE-BKA", "liaison"),
        ("FR-PNJ", "liaison"),
    ]
    assert record["wraps"][1]["kid"] == KID


def test_the_order_in_which_recipients_are_given_does_not_matter() -> None:
    """An audience has one spelling."""
    shuffled = replace(SUSPECT_EVENT, audience=SUSPECT_EVENT.audience[::-1])
    assert composed(shuffled).record == composed().record


def test_no_content_stands_in_clear() -> None:
    """Neither names nor codes of the content are in the record, its key or its headers."""
    record = composed()
    shown = b" ".join((record.record, record.key, *(value for _, value in record.headers)))
    for planted in (b"Voorbeeld", b"Pieter", b"recruiter", b"AB123C"):
        assert planted not in shown
    assert "Voorbeeld" not in repr(record)
    assert "Voorbeeld" not in repr(SUSPECT_EVENT)


def test_hashes_are_of_the_bytes_that_are_sent() -> None:
    """The outbox finds its leaf by these two."""
    record = composed()
    assert record.record_hash == sha256(record.record)
    signing_input = json.loads(record.record)["jws"].rpartition(".")[0]
    assert record.signing_input_hash == sha256(signing_input.encode())
    assert (record.topic, record.partition, record.key) == ("baken.submit.nl-pol", 0, b"NL-POL/0")


def test_an_epoch_key_that_is_not_made_yet_is_asked_for() -> None:
    """The gateway grants first and composes then."""
    keys = MadeUpKeys()
    keys.missing.add(KID)
    with pytest.raises(GrantMissing) as caught:
        composed(keys=keys)
    assert KID in caught.value.detail


@pytest.mark.parametrize(
    "changes",
    [
        {"sections": {name: value for name, value in SUSPECT.items() if name != "handling"}},
        {"sections": {**SUSPECT, "needs": {}}},
        {"audience": (entry("DE-BKA", ("handling", "narrative")),)},
        {"audience": (entry("DE-BKA", ("role", "handling")),)},
        {"audience": (entry("DE-BKA", ("handling", "handling")),)},
        {"audience": (entry("DE-BKA", ()),)},
        {"audience": (entry("DE-BKA", LIAISON), entry("FR-PNJ", LIAISON[:2]))},
        {"audience": (entry("NL-CARE", BORDER),)},
    ],
)
def test_an_event_that_would_say_something_else_is_not_composed(changes: dict[str, Any]) -> None:
    """Sections beyond the type, opened ones that are absent, unordered or uneven, and foreign profiles."""
    with pytest.raises(UsageError) as caught:
        composed(replace(SUSPECT_EVENT, **changes))
    assert "Voorbeeld" not in str(caught.value)


def test_a_record_that_the_hub_would_refuse_for_size_is_not_sent() -> None:
    """The issuer learns of it at once, with the code of step 1."""
    large = {**SUSPECT, "narrative": {"text": "x" * 300_000}}
    audience = (entry("DE-BKA", (*LIAISON[:3], "narrative", *LIAISON[3:])),)
    with pytest.raises(OversizeRecord) as caught:
        composed(replace(SUSPECT_EVENT, sections=large, audience=audience))
    assert caught.value.code is Code.E01_SIZE


def test_a_victim_alert_has_three_profiles_whoever_receives_it() -> None:
    """The claims do not tell whether care was addressed."""
    assert set(make(VICTIM_EVENT).claims.sealed) == {"border", "care", "liaison"}

"""Keys, headers, partitions and the feed record of one recipient."""

from __future__ import annotations

import hashlib
import json

import msgspec
import pytest
from msgspec import UNSET

from broker.envelope import deliver
from broker.envelope.steps_form import SUBMIT
from contracts.wire import Position, Reference
from tests.support.envelope_world import NOW_MS, make

POSITION = Position(topic="baken.submit.nl-pol", partition=1, offset=41)


def test_keys_are_ids_and_numbers() -> None:
    """Each kind of record has one form of key, and a tombstone has the key of what it removes."""
    assert deliver.submit_key(iss="NL-POL", slot=2) == b"NL-POL/2"
    assert deliver.feed_key(iss="NL-POL", jti="j") == b"NL-POL/j"
    assert deliver.tombstone_key(Reference(iss="NL-POL", jti="j")) == b"NL-POL/j"
    assert deliver.notice_key("j") == b"notice/j"
    assert deliver.repeat_key("j", POSITION) == b"repeat/j/1/41"
    assert deliver.quarantine_key(POSITION) == b"1/41"
    assert deliver.HEARTBEAT_KEY == b"heartbeat"


def test_headers_follow_the_cloudevents_binding() -> None:
    """Five headers, all of them repeating claims or constants."""
    claims = make().claims
    assert dict(make().composed.headers) == {
        "ce_id": claims.jti.encode(),
        "ce_source": b"NL-POL",
        "ce_specversion": b"1.0",
        "ce_type": b"suspect-alert.v1",
        "content-type": b"application/json",
    }


@pytest.mark.parametrize(("sub", "subject"), [("s", "s"), (None, "j")])
def test_a_slot_follows_from_the_alert_else_from_the_event(sub: str | None, subject: str) -> None:
    """First 8 bytes of SHA-256, big-endian, modulo the slots."""
    expected = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], "big") % 7
    assert deliver.slot_of(sub=sub, jti="j", slots=7) == expected


def test_all_events_of_an_alert_share_a_feed_partition() -> None:
    """A tombstone reaches what it removes; an event without alert stands by its own id."""
    claims = make().claims
    later = msgspec.structs.replace(claims, jti="019ab0f0-0000-7000-8000-000000000001")
    assert deliver.feed_partition(claims, 64) == deliver.feed_partition(later, 64)
    alone = msgspec.structs.replace(later, sub=UNSET)
    expected = hashlib.sha256(f"NL-POL/{later.jti}".encode()).digest()[:8]
    assert deliver.feed_partition(alone, 64) == int.from_bytes(expected, "big") % 64


@pytest.mark.parametrize(("to", "index"), [("BE-FGP", 0), ("DE-BKA", 1), ("FR-PNJ", 1)])
def test_a_feed_record_has_the_ciphertext_and_wrap_of_its_recipient_alone(to: str, index: int) -> None:
    """Neither the disclosures of audience and handling nor another recipient stands in it."""
    made = make()
    submit = SUBMIT.decode(made.composed.record)
    value = deliver.feed_values(submit, made.leaf())[to]
    feed = json.loads(value)
    assert set(feed) == {"jws", "leaf", "sealed"}
    assert feed["sealed"]["ciphertext"] == submit.sealed[index].ciphertext
    wrap = next(wrap for wrap in submit.wraps if wrap.to == to)
    assert feed["sealed"]["encrypted_key"] == wrap.encrypted_key
    assert feed["sealed"]["header"] == {"kid": wrap.kid}
    for other in {"BE-FGP", "DE-BKA", "FR-PNJ"} - {to}:
        assert other.encode() not in value
    for text in submit.disclosed:
        assert text.encode() not in value


def test_notices_and_heartbeats_are_canonical() -> None:
    """Both are what `docs/wire.md` shows."""
    leaf = make().leaf()
    assert json.loads(deliver.notice_value(leaf)) == {"leaf": json.loads(msgspec.json.encode(leaf))}
    assert deliver.heartbeat_value(NOW_MS) == f'{{"heartbeat":{NOW_MS}}}'.encode()


def test_a_feed_topic_is_of_the_environment_of_the_event() -> None:
    """An exercise never reaches a live feed."""
    assert deliver.feed_topic(make().claims, "DE-BKA") == "baken.feed.de-bka"
    exercise = msgspec.structs.replace(make().claims, env="exercise")
    assert deliver.feed_topic(exercise, "DE-BKA") == "exercise.feed.de-bka"

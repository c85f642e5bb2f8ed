"""Identifiers have one form each, and topic names carry nothing personal."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from contracts import identifiers
from contracts.identifiers import Environment, Topics

NOON = datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=UTC)


def test_event_ids_carry_their_time_and_sort_by_it() -> None:
    """A UUIDv7 has version 7, the RFC variant, and the millisecond in front."""
    first = identifiers.event_id(NOON, b"\xff" * 10)
    later = identifiers.event_id(NOON.replace(microsecond=251_000), b"\x00" * 10)
    assert re.match(identifiers.EVENT_ID_PATTERN, first)
    assert first < later


def test_alert_ids_are_random_and_of_version_four() -> None:
    """An alert id must not carry time."""
    assert re.match(identifiers.ALERT_ID_PATTERN, identifiers.alert_id(b"\xff" * 16))


def test_instants_survive_the_way_through_milliseconds() -> None:
    """Kafka's timestamps and our instants are the same moments."""
    assert identifiers.instant(identifiers.milliseconds(NOON)) == NOON
    assert identifiers.seconds(NOON) == identifiers.milliseconds(NOON) // 1000
    assert identifiers.iso(NOON) == "2026-11-24T12:00:00Z"
    assert identifiers.epoch_day(identifiers.seconds(NOON)).isoformat() == "2026-11-24"


def test_topic_names_of_both_environments() -> None:
    """Live and exercise never share a topic."""
    live, exercise = Topics(Environment.LIVE), Topics(Environment.EXERCISE)
    assert live.submit("NL-POL") == "baken.submit.nl-pol"
    assert exercise.feed("DE-BKA") == "exercise.feed.de-bka"
    assert live.bulletin("NL-POL") == "baken.bulletin.nl-pol"
    assert live.quarantine("NL-POL") == "baken.quarantine.nl-pol"
    assert (live.audit, live.checkpoints, live.trust) == ("baken.audit", "baken.checkpoints", "baken.trust")
    assert live.participant_of("baken.submit.nl-pol") == "NL-POL"


@pytest.mark.parametrize(("text", "valid"), [("NL-POL", True), ("nl-pol", False), ("NLPOL", False), ("NL-", False)])
def test_participant_ids_have_one_form(text: str, valid: bool) -> None:
    """Capitals, a country, a unit."""
    assert identifiers.is_authority(text) is valid

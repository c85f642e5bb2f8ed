"""Name participants, events, alerts, topics and instants, each in one form."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

AuthorityId = NewType("AuthorityId", str)
"""`<ISO 3166-1 alpha-2>-<unit>` in capitals, as `NL-POL`."""
EventId = NewType("EventId", str)
"""UUIDv7 in its usual text form; unique within its issuer."""
AlertId = NewType("AlertId", str)
"""Random UUID (version 4): it must not carry time."""
Topic = NewType("Topic", str)

AUTHORITY_PATTERN = r"^[A-Z]{2}-[A-Z0-9]{2,12}$"
EVENT_ID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
ALERT_ID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
HASH_PATTERN = r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$"
"""32 bytes in base64url: the last character carries four bits, so that one hash has one spelling."""

_AUTHORITY = re.compile(AUTHORITY_PATTERN)
_EVENT_ID = re.compile(EVENT_ID_PATTERN)


class Environment(StrEnum):
    """Live data and exercises have separate trust roots, keys and topics."""

    LIVE = "live"
    EXERCISE = "exercise"

    @property
    def prefix(self) -> str:
        """First part of every topic name."""
        return "baken" if self is Environment.LIVE else "exercise"


class Topics:
    """Spell the topic names of one environment (DESIGN section 3)."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._prefix = environment.prefix
        self.audit = Topic(f"{environment.prefix}.audit")
        self.checkpoints = Topic(f"{environment.prefix}.checkpoints")
        self.trust = Topic(f"{environment.prefix}.trust")

    def submit(self, participant: str) -> Topic:
        """Records that `participant` hands in; only its gateway writes."""
        return self._of("submit", participant)

    def feed(self, participant: str) -> Topic:
        """Records and notices for `participant`; only the broker writes."""
        return self._of("feed", participant)

    def bulletin(self, participant: str) -> Topic:
        """Grants, tallies and cosignatures of `participant`; everyone reads."""
        return self._of("bulletin", participant)

    def quarantine(self, participant: str) -> Topic:
        """Reasons for refused records of `participant`; only it reads."""
        return self._of("quarantine", participant)

    def participant_of(self, topic: str) -> AuthorityId:
        """Return the participant in a topic name of the form `<env>.<kind>.<p>`."""
        return AuthorityId(topic.rsplit(".", 1)[1].upper())

    def _of(self, kind: str, participant: str) -> Topic:
        return Topic(f"{self._prefix}.{kind}.{participant.lower()}")


_TOPICS = {environment.value: Topics(environment) for environment in Environment}


def topics_of(env: str) -> Topics:
    """Return the topics of the environment that a verified `env` claim names."""
    return _TOPICS[env]


def is_authority(text: str) -> bool:
    """Tell whether `text` has the form of a participant id."""
    return _AUTHORITY.fullmatch(text) is not None


def is_event_id(text: str) -> bool:
    """Tell whether `text` has the form of an event id (UUIDv7)."""
    return _EVENT_ID.fullmatch(text) is not None


def event_id(at: datetime, randomness: bytes) -> EventId:
    """Make a UUIDv7 (RFC 9562 §5.7) from an instant and 10 random bytes."""
    milliseconds = int(at.timestamp() * 1000)
    value = (milliseconds << 80) | int.from_bytes(randomness[:10], "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return EventId(str(UUID(int=value)))


def alert_id(randomness: bytes) -> AlertId:
    """Make a random UUID (version 4) from 16 random bytes."""
    return AlertId(str(UUID(bytes=randomness[:16], version=4)))


def seconds(at: datetime) -> int:
    """Return whole seconds since the epoch, as in `iat` and `exp`."""
    return int(at.timestamp())


def milliseconds(at: datetime) -> int:
    """Return whole milliseconds since the epoch, as in Kafka's append time."""
    return int(at.timestamp() * 1000)


def instant(milliseconds_: int) -> datetime:
    """Return the UTC instant of a Kafka timestamp in milliseconds."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds_)


def iso(at: datetime) -> str:
    """Spell an instant as ISO 8601 in UTC with whole seconds and `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch_day(seconds_: int) -> date:
    """Return the UTC day that an `iat` falls in: the epoch of its keys."""
    return datetime.fromtimestamp(seconds_, UTC).date()

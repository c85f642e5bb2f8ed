"""Narrow ports between the services and the log, the clock and randomness.

`broker.transport` holds the only implementations that know Kafka; tests hold one in memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A record as read: bytes untouched. `value` is None for a tombstone.

    `time` is the record's timestamp in milliseconds: append time on `submit` topics.
    `headers` keep their order and their raw bytes; a name may repeat and a value may be None.
    """

    topic: str
    partition: int
    offset: int
    time: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A record to write. `partition` None lets the topic's only partition take it."""

    topic: str
    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int = 0


@dataclass(frozen=True, slots=True, order=True)
class TopicPartition:
    """One partition of a topic, as a group assigns it."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """How far a partition is done: the next offset to read, and metadata kept with it."""

    offset: int
    metadata: str


class LogWriter(Protocol):
    """Write to the log with `acks=all`, idempotently, in the order given per partition."""

    async def write(self, records: Sequence[Outgoing]) -> list[int]:
        """Write all and return their offsets in the same order.

        Raises:
            LogUnavailable: not all were acknowledged within the bound; any of them may be stored.
            AuthorisationError: the log refuses this principal.
        """


class LogReader(Protocol):
    """Read partitions without a consumer group: no commit, no state on the broker."""

    async def end(self, topic: str, partition: int = 0) -> int:
        """Return the offset that the next record will get."""

    def read(
        self, topic: str, partition: int = 0, *, start: int = 0, follow: bool = False
    ) -> AsyncIterator[list[Incoming]]:
        """Yield batches from `start` on: up to the end seen at the call, or for ever with `follow`.

        With `follow` an empty batch is yielded at least once a second while nothing arrives, so that
        a caller can look at its own deadlines. `start` before the first kept offset begins there.
        """


class GroupReader(Protocol):
    """Read topics as a member of a consumer group, which keeps how far the work is done."""

    def batches(self) -> AsyncIterator[list[Incoming]]:
        """Yield batches for ever, in order per partition, from the committed offset on (the earliest without one).

        An empty batch is yielded at least once a second while nothing arrives. A batch holds records
        of one or more partitions; after a rebalance a record may come again.

        Raises:
            LogUnavailable: nothing could be read within the bound.
            AuthorisationError: the log refuses this principal.
        """

    async def commit(self, offsets: Mapping[tuple[str, int], int]) -> None:
        """Commit the next offset to read for each (topic, partition).

        Raises:
            LogUnavailable: not acknowledged; the records come again, which is no error of theirs.
        """


class Groups(Protocol):
    """Open consumer groups."""

    def open(self, group: str, topics: Sequence[str]) -> AbstractAsyncContextManager[GroupReader]:
        """Join `group` for `topics`; leave it, without committing anything, at the end of the block."""


class BatchHandler(Protocol):
    """Work through assigned partitions batch by batch; the caller commits what comes back.

    Calls never overlap. A `TransientError` from `assigned` or `batch` brings the same call again
    after a pause, with nothing committed in between; an error to halt on ends the application.
    """

    async def assigned(self, partition: TopicPartition, committed: Commit | None, /) -> None:
        """Take over `partition` with what is committed for it (None: nothing yet).

        Called before the first batch after an assignment, and again after `batch` gave None.
        """

    async def revoked(self, partitions: Sequence[TopicPartition], /) -> None:
        """Forget `partitions`: another member may have them already."""

    async def batch(self, partition: TopicPartition, records: list[Incoming], /) -> Commit | None:
        """Do the work for `records`, which follow each other on `partition`, and say what to commit.

        None gives the partition up: nothing is committed, and `assigned` is called anew with what
        is committed by then.
        """


class Clock(Protocol):
    """Tell the time; tests set it."""

    def __call__(self) -> datetime:
        """Return the present instant in UTC."""


class Randomness(Protocol):
    """Give random bytes; `os.urandom` in production, a seeded source in tests."""

    def __call__(self, size: int, /) -> bytes:
        """Return `size` random bytes."""

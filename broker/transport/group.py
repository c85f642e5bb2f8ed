"""Read as a member of a consumer group that commits what is done, and nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from broker.ports import GroupReader, Incoming
from broker.settings import Log
from broker.transport.connection import client_options, translated
from broker.transport.kafka_log import (
    POLL_MS,
    READ_RECORDS,
    SILENCE_SECONDS,
    TLS_CLOSE_SECONDS,
    incoming,
    start,
    stop,
)
from contracts.errors import LogUnavailable

COMMIT_SECONDS = 10.0

_LOG = structlog.get_logger()


class KafkaGroups:
    """Open consumer groups for one instance, as a static member: a restart keeps its partitions.

    One instance opens a group once at a time; a second member of the same name fences the first.
    """

    def __init__(self, log: Log, client_id: str) -> None:
        self._log = log
        self._client_id = client_id

    @asynccontextmanager
    async def open(self, group: str, topics: Sequence[str]) -> AsyncIterator[GroupReader]:
        """Join `group` for `topics`; see `broker.ports.Groups`.

        Raises:
            LogUnavailable, AuthorisationError: the group cannot be joined.
        """
        consumer = AIOKafkaConsumer(
            *topics,
            **client_options(self._log, self._client_id),
            group_id=group,
            group_instance_id=self._client_id,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        try:
            await start(consumer, self._log)
            yield KafkaGroupReader(consumer)
        finally:
            await stop(consumer)
            await asyncio.sleep(TLS_CLOSE_SECONDS)


class KafkaGroupReader:
    """An open membership. Owner of its positions; what is committed is Kafka's."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def batches(self) -> AsyncIterator[list[Incoming]]:
        """Yield batches for ever; see `broker.ports.GroupReader`."""
        silent_since = time.monotonic()
        while True:
            with translated("group"):
                found = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=READ_RECORDS)
            batch = [incoming(record) for records in found.values() for record in records]
            yield batch
            if batch or heard(self._consumer):
                silent_since = time.monotonic()
            elif time.monotonic() - silent_since > SILENCE_SECONDS:
                raise LogUnavailable(f"group: silent for {SILENCE_SECONDS:.0f} s")

    async def commit(self, offsets: Mapping[tuple[str, int], int]) -> None:
        """Commit the next offset to read for each (topic, partition); see `broker.ports.GroupReader`."""
        wanted = {TopicPartition(*where): offset for where, offset in offsets.items()}
        try:
            with translated("commit"):
                async with asyncio.timeout(COMMIT_SECONDS):
                    await self._consumer.commit(wanted)
        except LogUnavailable as fault:
            if not isinstance(fault.__cause__, (CommitFailedError, IllegalStateError)):
                raise
            # The partitions have gone to another member, which reads the records again.
            _LOG.info("commit.lost", count=len(wanted))


def heard(consumer: AIOKafkaConsumer) -> bool:
    """Tell whether Kafka answered lately for every assigned partition that is not paused."""
    asked = set(consumer.assignment()) - set(consumer.paused())
    polled = [consumer.last_poll_timestamp(where) for where in asked]
    return all(at is not None and time.time() - at / 1000 < SILENCE_SECONDS for at in polled)

"""Run the broker's batch work as a FastStream application over the submit topics.

FastStream polls and hands over batches of raw records; nothing is decoded on the way, since one bad
record must not fail a batch. Commits are ours: FastStream acknowledges nothing. What a handler
raises reaches the caller of `run`, for FastStream would only log it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import aiokafka
import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaConnectionError
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker
from faststream.kafka.message import FAKE_CONSUMER, KafkaAckableMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber
from faststream.security import BaseSecurity

from broker.ports import BatchHandler, Commit, TopicPartition
from broker.settings import Log
from broker.tasks import finished
from broker.transport.connection import (
    CONNECT_SECONDS,
    METADATA_MS,
    REQUEST_MS,
    client_options,
    explain_refusal,
    tls_context,
    translated,
)
from broker.transport.group import COMMIT_SECONDS, heard
from broker.transport.kafka_log import SILENCE_SECONDS, TLS_CLOSE_SECONDS, incoming
from broker.transport.worker import Worker
from contracts.errors import LogUnavailable

BATCH_TIMEOUT_MS = 50
"""FastStream waits this long once more after an empty poll."""
FETCH_BYTES = 4 * 1024 * 1024
"""What one fetch brings of a partition: a batch of ordinary records, and it bounds memory per partition."""
REBALANCE_MS = 60_000
"""How long a rebalance waits for a batch in flight: longer than its writes may take."""
START_SECONDS = 90.0
"""Joining may wait for a rebalance."""
DRAIN_SECONDS = 15.0
"""A batch in flight may end before the process does; a write that hangs is cut."""
WATCH_SECONDS = 1.0
AGAIN_SECONDS = 2.0
"""Pause before a new session after Kafka was not there."""

_LOG = structlog.get_logger()


class Application:
    """The submit topics of one environment, worked on by one handler as one member of a group."""

    def __init__(
        self,
        log: Log,
        *,
        client_id: str,
        group: str,
        topics: Sequence[str],
        handler: BatchHandler,
        batch_records: int = 500,
    ) -> None:
        self._log = log
        self._client_id = client_id
        self._group = group
        self._topics = tuple(topics)
        self._handler = handler
        self._batch_records = batch_records

    async def run(self, stop: asyncio.Event, *, ready: Callable[[], None] = lambda: None) -> None:
        """Work until `stop` is set; `ready` is called each time the group was joined.

        An absent Kafka is waited for.

        Raises:
            AuthorisationError: the log refuses this principal.
            BakenError: what the handler raised and nobody can try again.
        """
        while not stop.is_set():
            try:
                await _Session(self._log, self._client_id, self._group).run(
                    self._topics, self._handler, self._batch_records, stop, ready
                )
            except LogUnavailable as fault:
                _LOG.warning("broker.unreachable", code=fault.code.value, group=self._group)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), AGAIN_SECONDS)


class _Session:
    """One life of the FastStream broker and its consumer, and the `Position` of the worker."""

    def __init__(self, log: Log, client_id: str, group: str) -> None:
        self._log = log
        self._client_id = client_id
        self._group = group
        self._broker = KafkaBroker(
            log.bootstrap.split(","),
            client_id=client_id,
            security=BaseSecurity(ssl_context=tls_context(log.tls)),
            request_timeout_ms=REQUEST_MS,
            metadata_max_age_ms=METADATA_MS,
            allow_auto_create_topics=False,
            consumer_only=True,  # what is produced goes through `KafkaLog`
            ack_policy=AckPolicy.MANUAL,
            graceful_timeout=DRAIN_SECONDS,
            codec=_RawBatches(),
            apply_types=False,
            logger=None,
        )
        self._admin = AIOKafkaAdminClient(**client_options(log, client_id))

    async def run(
        self,
        topics: Sequence[str],
        handler: BatchHandler,
        batch_records: int,
        stop: asyncio.Event,
        ready: Callable[[], None],
    ) -> None:
        worker = Worker(handler, self)
        self._subscriber = submit_subscriber(
            self._broker,
            topics,
            group=self._group,
            instance=self._client_id,
            batch_records=batch_records,
            listener=_Listener(worker),
        )

        @self._subscriber
        async def admit(records: list[aiokafka.ConsumerRecord[Any, Any]]) -> None:
            for partition, batch in _by_partition(records).items():
                await worker.take(partition, [incoming(record) for record in batch])

        application = FastStream(self._broker, logger=None)
        try:
            await self._start(application)
            ready()
            await self._watch(worker, stop)
        finally:
            await finished(self._close(worker, application))

    async def _close(self, worker: Worker, application: FastStream) -> None:
        await worker.close(DRAIN_SECONDS)
        stopping = asyncio.ensure_future(application.stop())
        await asyncio.wait([stopping], timeout=DRAIN_SECONDS)
        stopping.cancel()
        await self._admin.close()
        await asyncio.sleep(TLS_CLOSE_SECONDS)

    async def _start(self, application: FastStream) -> None:
        try:
            with translated(self._group):
                async with asyncio.timeout(START_SECONDS):
                    await self._admin.start()
                    await application.start()
        except LogUnavailable as fault:
            if isinstance(fault.__cause__, KafkaConnectionError):
                raise await explain_refusal(self._log) from fault
            raise

    async def _watch(self, worker: Worker, stop: asyncio.Event) -> None:
        """Wait for `stop`, for a failure, or for a consumer that Kafka no longer answers."""
        stopping = asyncio.ensure_future(stop.wait())
        waiting: list[asyncio.Future[Any]] = [stopping, worker.failed]
        try:
            silent_since = time.monotonic()
            while not stopping.done():
                await asyncio.wait(waiting, timeout=WATCH_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if worker.failed.done():
                    worker.failed.result()
                if worker.busy or heard(self._consumer):
                    silent_since = time.monotonic()
                elif time.monotonic() - silent_since > SILENCE_SECONDS:
                    raise LogUnavailable(f"{self._group}: silent for {SILENCE_SECONDS:.0f} s")
        finally:
            stopping.cancel()

    @property
    def _consumer(self) -> aiokafka.AIOKafkaConsumer:
        if self._subscriber.consumer is None:
            raise LogUnavailable(f"{self._group}: not connected")
        return self._subscriber.consumer

    # Position

    async def committed(self, partition: TopicPartition) -> Commit | None:
        """Ask the coordinator: the consumer's own look-up drops the metadata."""
        where = _their(partition)
        with translated(self._group):
            async with asyncio.timeout(COMMIT_SECONDS):
                found = (await self._admin.list_consumer_group_offsets(self._group, partitions=[where])).get(where)
        return None if found is None or found.offset < 0 else Commit(offset=found.offset, metadata=found.metadata)

    async def first(self, partition: TopicPartition) -> int:
        """Return the first kept offset."""
        where = _their(partition)
        with translated(partition.topic):
            async with asyncio.timeout(CONNECT_SECONDS):
                return int((await self._consumer.beginning_offsets([where]))[where])

    async def commit(self, partition: TopicPartition, commit: Commit) -> None:
        """Commit offset and metadata; a rebalance or a lost coordinator leaves the work to be repeated."""
        try:
            with translated(self._group):
                async with asyncio.timeout(COMMIT_SECONDS):
                    await self._consumer.commit({_their(partition): (commit.offset, commit.metadata)})
        except LogUnavailable as fault:
            lost = isinstance(fault.__cause__, (CommitFailedError, IllegalStateError))
            event = "commit.lost" if lost else "commit.failed"
            _LOG.warning(event, topic=partition.topic, partition=partition.partition, offset=commit.offset)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Read on from `offset`, if the partition is still ours."""
        if self._has(partition):
            self._consumer.seek(_their(partition), offset)

    def pause(self, partition: TopicPartition) -> None:
        """Fetch nothing more, if the partition is still ours."""
        if self._has(partition):
            self._consumer.pause(_their(partition))

    def resume(self, partition: TopicPartition) -> None:
        """Fetch again, if the partition is still ours."""
        if self._has(partition):
            self._consumer.resume(_their(partition))

    def _has(self, partition: TopicPartition) -> bool:
        return self._subscriber.consumer is not None and _their(partition) in self._consumer.assignment()


def submit_subscriber(
    broker: KafkaBroker,
    topics: Sequence[str],
    *,
    group: str,
    instance: str,
    batch_records: int,
    listener: aiokafka.ConsumerRebalanceListener | None = None,
) -> BatchSubscriber:
    """Register the broker's one subscription: raw batches of the submit topics, as one member of `group`."""
    return broker.subscriber(
        *topics,
        batch=True,
        max_records=batch_records,
        max_partition_fetch_bytes=FETCH_BYTES,
        batch_timeout_ms=BATCH_TIMEOUT_MS,
        group_id=group,
        group_instance_id=instance,
        auto_offset_reset="earliest",
        rebalance_timeout_ms=REBALANCE_MS,
        listener=listener,
        parser=_untouched,
        title="submit",
        description="Signed and sealed events as a participant hands them in.",
    )


class _Listener(aiokafka.ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka carries no types
    """Pass the group's assignments on to the worker."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    async def on_partitions_revoked(self, revoked: set[aiokafka.TopicPartition]) -> None:
        await self._worker.revoke(_ours(revoked))

    async def on_partitions_assigned(self, assigned: set[aiokafka.TopicPartition]) -> None:
        self._worker.assign(_ours(assigned))


class _RawBatches:
    """A codec that hands records over as they are; a batch subscriber needs all four."""

    async def decode(self, msg: Any) -> Any:
        """Return the raw record."""
        return msg.raw_message

    async def decode_batch(self, msg: Any) -> list[Any]:
        """Return the raw records."""
        return list(msg.raw_message)

    async def encode(self, msg: Any, serializer: Any = None) -> tuple[bytes, str | None]:  # noqa: ARG002
        """Return bytes as they are."""
        return msg, None

    async def encode_batch(self, msgs: Sequence[Any], serializer: Any = None) -> list[tuple[bytes, str | None]]:  # noqa: ARG002
        """Return bytes as they are."""
        return [(msg, None) for msg in msgs]


async def _untouched(records: tuple[Any, ...]) -> KafkaAckableMessage:
    """Wrap a batch without looking at it: a header that is no UTF-8 would make it unparseable."""
    return KafkaAckableMessage(body=b"", raw_message=records, consumer=FAKE_CONSUMER)


def _by_partition(records: list[Any]) -> dict[TopicPartition, list[Any]]:
    batches: dict[TopicPartition, list[Any]] = {}
    for record in records:
        batches.setdefault(TopicPartition(record.topic, record.partition), []).append(record)
    return batches


def _ours(partitions: set[aiokafka.TopicPartition]) -> list[TopicPartition]:
    return sorted(TopicPartition(where.topic, where.partition) for where in partitions)


def _their(partition: TopicPartition) -> aiokafka.TopicPartition:
    return aiokafka.TopicPartition(partition.topic, partition.partition)

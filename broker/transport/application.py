"""Run admission as a FastStream application: raw batches in, explicit commits out.

FastStream keeps the consumer and its loop; every decision about a record is the handler's. Nothing is
decoded, acknowledged or skipped by the framework: its batches are lists of records as they arrived.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import structlog
from aiokafka import ConsumerRecord
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError, IllegalStateError
from aiokafka.structs import OffsetAndMetadata
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import FAKE_CONSUMER, KafkaAckableMessage
from faststream.security import BaseSecurity

from broker.ports import BatchHandler, Commit, TopicPartition
from broker.settings import Log
from broker.transport.connection import METADATA_MS, client_options, tls_context, translated
from broker.transport.group import COMMIT_SECONDS
from broker.transport.kafka_log import incoming, start
from contracts.errors import AuthorisationError, BakenError, LogUnavailable, TransientError

BATCH_TIMEOUT_MS = 50
"""How long a batch may wait to fill; an idle partition waits twice this."""
GRACEFUL_SECONDS = 15.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 10.0
"""Pauses between tries of a batch double up to this: an outage is felt at most this long after its end."""

_LOG = structlog.get_logger()


class RawCodec:
    """Hand records over as they arrived. Encoding is for publishers, of which this application has none."""

    async def decode(self, msg: Any) -> Any:
        """Return the raw record."""
        return msg.raw_message

    async def decode_batch(self, msg: Any) -> list[Any]:
        """Return the raw records."""
        return list(msg.raw_message)

    async def encode(self, msg: Any, serializer: Any = None) -> tuple[bytes, str | None]:  # noqa: ARG002 - their form
        """Return bytes as they are."""
        return bytes(msg), None

    async def encode_batch(self, msgs: Sequence[Any], serializer: Any = None) -> list[tuple[bytes, str | None]]:
        """Return bytes as they are."""
        return [await self.encode(msg, serializer) for msg in msgs]


async def untouched(message: Any) -> KafkaAckableMessage:
    """Wrap a batch without looking at headers: one that is null or no text must not lose the batch."""
    return KafkaAckableMessage(body=b"", raw_message=message, consumer=FAKE_CONSUMER)


class Application(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """One member of the admission group. Owner of which partitions are taken over and of the fault that ended it.

    Handler calls never overlap: `_turn` is held around each of them.
    """

    def __init__(
        self,
        log: Log,
        *,
        client_id: str,
        group: str,
        topics: Iterable[str],
        handler: BatchHandler,
        batch_records: int,
    ) -> None:
        """Wire the subscriber; `client_id` is also the static member's name, so a restart keeps its partitions."""
        self._settings = log
        self._client_id = client_id
        self._group = group
        self._handler = handler
        self._turn = asyncio.Lock()
        self._taken: set[KafkaPartition] = set()
        self._taking: set[asyncio.Task[Any]] = set()
        self._ended = asyncio.Event()
        self._fault: BaseException | None = None
        self._admin: AIOKafkaAdminClient | None = None
        self.broker = KafkaBroker(
            log.bootstrap,
            client_id=client_id,
            security=BaseSecurity(ssl_context=tls_context(log.tls), use_ssl=True),
            metadata_max_age_ms=METADATA_MS,
            allow_auto_create_topics=False,
            consumer_only=True,
            ack_policy=AckPolicy.MANUAL,
            graceful_timeout=GRACEFUL_SECONDS,
            codec=RawCodec(),
            apply_types=False,
            logger=None,
        )
        self._subscriber = self.broker.subscriber(
            *topics,
            group_id=group,
            group_instance_id=client_id,
            batch=True,
            max_records=batch_records,
            batch_timeout_ms=BATCH_TIMEOUT_MS,
            auto_offset_reset="earliest",
            listener=self,
            parser=untouched,
            title="Submit",
            description="Records of participants, judged one by one in the order of their partition.",
        )
        self._subscriber(self._batch)

    async def run(self, stop: asyncio.Event, *, ready: Callable[[], None] = lambda: None) -> None:
        """Work until `stop` is set.

        Raises:
            LogUnavailable, AuthorisationError: the group cannot be joined.
            IntegrityFault: the handler met a fault to halt on; nothing of that batch is committed.
        """
        self._admin = AIOKafkaAdminClient(**client_options(self._settings, self._client_id))
        try:
            await start(self._admin, self._settings)
            with translated(self._group):
                await self.broker.start()
            ready()
            asking = [asyncio.ensure_future(event.wait()) for event in (stop, self._ended)]
            await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
            for task in asking:
                task.cancel()
        finally:
            self._ended.set()
            for task in self._taking:
                task.cancel()
            await self.broker.stop()
            await self._admin.close()
            async with self._turn:
                await self._handler.revoked([_ours(where) for where in self._taken])
        if self._fault is not None:
            raise self._fault

    async def on_partitions_revoked(self, revoked: Iterable[KafkaPartition]) -> None:
        """Wait for the batch in hand and let the partitions go."""
        async with self._turn:
            self._taken -= set(revoked)
            await self._handler.revoked([_ours(where) for where in revoked])

    async def on_partitions_assigned(self, assigned: Iterable[KafkaPartition]) -> None:
        """Take the partitions over beside the rebalance, which must not wait for the audit log."""
        for where in assigned:
            task = asyncio.create_task(self._take_over_soon(where))
            self._taking.add(task)
            task.add_done_callback(self._taking.discard)

    async def _take_over_soon(self, where: KafkaPartition) -> None:
        await self._guarded(lambda: self._taken_over(where), where)

    async def _batch(self, records: list[ConsumerRecord]) -> None:
        by_partition: dict[KafkaPartition, list[ConsumerRecord]] = {}
        for record in records:
            by_partition.setdefault(KafkaPartition(record.topic, record.partition), []).append(record)
        for where, batch in by_partition.items():
            await self._guarded(lambda where=where, batch=batch: self._work(where, batch), where)  # type: ignore[misc]  # bound now

    async def _guarded(self, step: Callable[[], Any], where: KafkaPartition) -> None:
        """Call `step` until it succeeds or the partition is gone; a fault to halt on ends the application.

        Transient faults keep the batch in hand: its position is not lost, and later records wait.
        """
        pause = FIRST_PAUSE_SECONDS
        while not self._ended.is_set() and self._assigned(where):
            try:
                async with self._turn:
                    await step()
            except (TransientError, AuthorisationError) as fault:
                _LOG.warning(
                    "batch.waits", code=fault.code.value, topic=where.topic, partition=where.partition, seconds=pause
                )
                await _sleep(self._ended, pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            except Exception as fault:  # noqa: BLE001  # reason: the framework would skip the batch and go on
                if isinstance(fault, BakenError):
                    _LOG.error("batch.halts", code=fault.code.value, topic=where.topic, partition=where.partition)
                self._fault = fault
                self._ended.set()
            else:
                return

    async def _work(self, where: KafkaPartition, records: list[ConsumerRecord]) -> None:
        await self._taken_over(where)
        commit = await self._handler.batch(_ours(where), [incoming(record) for record in records])
        if commit is None:
            # Another member decided these records: begin again where the group stands now.
            self._taken.discard(where)
            committed = await self._taken_over(where)
            if committed is not None:
                self._consumer().seek(where, committed.offset)
            else:
                await self._consumer().seek_to_beginning(where)
            return
        await self._commit(where, commit)

    async def _taken_over(self, where: KafkaPartition) -> Commit | None:
        if where in self._taken:
            return None
        committed = await self._committed(where)
        await self._handler.assigned(_ours(where), committed)
        self._taken.add(where)
        return committed

    async def _committed(self, where: KafkaPartition) -> Commit | None:
        assert self._admin is not None  # noqa: S101 - set before the broker starts
        with translated(self._group):
            async with asyncio.timeout(COMMIT_SECONDS):
                found = await self._admin.list_consumer_group_offsets(self._group, partitions=[where])
        kept = found.get(where)
        if kept is None or kept.offset < 0:
            return None
        return Commit(offset=kept.offset, metadata=kept.metadata)

    async def _commit(self, where: KafkaPartition, commit: Commit) -> None:
        """Commit; where that fails the records come again, to this member or another, and keep their decision."""
        try:
            with translated("commit"):
                async with asyncio.timeout(COMMIT_SECONDS):
                    await self._consumer().commit({where: OffsetAndMetadata(commit.offset, commit.metadata)})
        except LogUnavailable as fault:
            lost = isinstance(fault.__cause__, (CommitFailedError, IllegalStateError))
            _LOG.warning("commit.lost" if lost else "commit.unknown", topic=where.topic, partition=where.partition)

    def _assigned(self, where: KafkaPartition) -> bool:
        consumer = self._subscriber.consumer
        return consumer is not None and where in consumer.assignment()

    def _consumer(self) -> Any:
        return self._subscriber.consumer


def _ours(where: KafkaPartition) -> TopicPartition:
    return TopicPartition(topic=where.topic, partition=where.partition)


async def _sleep(until: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await until.wait()
    except TimeoutError:
        return

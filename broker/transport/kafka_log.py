"""Write to and read from Kafka: the log behind `LogWriter` and `LogReader`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError, OffsetOutOfRangeError, for_code

from broker.ports import Incoming, Outgoing
from broker.settings import Log
from broker.tasks import finished
from broker.transport.connection import CONNECT_SECONDS, client_options, explain_refusal, translate, translated
from broker.transport.producer import WRITE_SECONDS, Producer
from contracts.errors import LogUnavailable

READ_RECORDS = 500
"""Records in one batch; with 512 KiB each at most, it bounds memory."""
POLL_MS = 500
"""A following reader yields at least this often."""
SILENCE_SECONDS = 30.0
"""Kafka answers a fetch at least twice a second, also with nothing: silence means the connection is dead."""
WAIT_AT_END_MS = 10
"""How long Kafka holds a fetch at the end of a partition for a reader that stops there anyhow."""
STOP_SECONDS = 5.0
TLS_CLOSE_SECONDS = 0.05
"""The client library closes its connections without waiting; the loop needs a moment to say goodbye."""


class KafkaLog:
    """The log of one process: `async with KafkaLog(settings.log, instance) as log`.

    Connections are made when first needed. Owner of one producer, one client for look-ups, and one
    consumer for each read that is open.
    """

    def __init__(self, log: Log, client_id: str, *, write_seconds: float = WRITE_SECONDS) -> None:
        self._settings = log
        self._client_id = client_id
        self._producer = Producer(log, client_id, write_seconds=write_seconds)
        self._admin: AIOKafkaAdminClient | None = None
        self._offsets: AIOKafkaConsumer | None = None
        self._starting = asyncio.Lock()
        self._partitions: dict[str, set[int]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Disconnect, after what is being written is acknowledged or given up."""
        await finished(self._close())

    async def _close(self) -> None:
        await self._producer.close()
        offsets, self._offsets = self._offsets, None
        if offsets is not None:
            await _stop(offsets)
        admin, self._admin = self._admin, None
        if admin is not None:
            await admin.close()
        await asyncio.sleep(TLS_CLOSE_SECONDS)

    async def write(self, records: Sequence[Outgoing]) -> list[int]:
        """Write all and return their offsets; see `broker.ports.LogWriter`."""
        return await self._producer.write(records)

    async def end(self, topic: str, partition: int = 0) -> int:
        """Return the offset that the next record will get.

        Raises:
            LogUnavailable, AuthorisationError: as for `read`.
        """
        where = TopicPartition(topic, partition)
        await self._check(where)
        return await self._end(where, await self._look_ups())

    async def read(
        self, topic: str, partition: int = 0, *, start: int = 0, follow: bool = False
    ) -> AsyncIterator[list[Incoming]]:
        """Yield batches from `start` on; see `broker.ports.LogReader`.

        Raises:
            LogUnavailable: Kafka did not answer within the bound, or the log ends before `start`.
            AuthorisationError: the log refuses this principal.
        """
        where = TopicPartition(topic, partition)
        first, end = await self._bounds(where)
        position = max(start, first)
        if not follow and position >= end:
            return
        if position > end:
            raise LogUnavailable(f"{topic} ends at {end}, before {position}")
        consumer = self._consumer(fetch_max_wait_ms=POLL_MS if follow else WAIT_AT_END_MS)
        try:
            await self._start(consumer)
            consumer.assign([where])
            consumer.seek(where, position)
            async for batch in self._poll(consumer, where, None if follow else end):
                yield batch
        finally:
            await stop(consumer)

    async def _poll(
        self, consumer: AIOKafkaConsumer, where: TopicPartition, end: int | None
    ) -> AsyncIterator[list[Incoming]]:
        silent_since = time.monotonic()
        while True:
            position = await self._position(consumer, where)
            if end is not None and position >= end:
                return
            records = await self._fetch(consumer, where)
            batch = [incoming(record) for record in records if end is None or record.offset < end]
            if batch or end is None:
                yield batch
            # A caller may work on a batch for long: only what was polled since then can be silent.
            polled = consumer.last_poll_timestamp(where)
            heard = polled is not None and time.time() - polled / 1000 < SILENCE_SECONDS
            if batch or heard:
                silent_since = time.monotonic()
            elif time.monotonic() - silent_since > SILENCE_SECONDS:
                raise LogUnavailable(f"{where.topic}: silent for {SILENCE_SECONDS:.0f} s")

    async def _fetch(self, consumer: AIOKafkaConsumer, where: TopicPartition) -> list[ConsumerRecord]:
        try:
            with translated(where.topic):
                found = await consumer.getmany(where, timeout_ms=POLL_MS, max_records=READ_RECORDS)
        except LogUnavailable as fault:
            if not isinstance(fault.__cause__, OffsetOutOfRangeError):
                raise
            # Retention overtook a slow reader: go on with what is left, or wait for a log that lags.
            first, end = await self._bounds(where)
            position = await self._position(consumer, where)
            if not position < first <= end:
                raise
            consumer.seek(where, first)
            return []
        return list(found.get(where, []))

    async def _position(self, consumer: AIOKafkaConsumer, where: TopicPartition) -> int:
        with translated(where.topic):
            return int(await consumer.position(where))

    async def _bounds(self, where: TopicPartition) -> tuple[int, int]:
        """Return the first kept offset and the end, after a check that this principal may know them.

        The check comes first: asked for a topic that it may not see, the client would repeat its
        metadata request for ever, a thousand times a second.
        """
        await self._check(where)
        consumer = await self._look_ups()
        end = await self._end(where, consumer)
        with translated(where.topic):
            async with asyncio.timeout(CONNECT_SECONDS):
                first = (await consumer.beginning_offsets([where]))[where]
        return int(first), end

    async def _end(self, where: TopicPartition, consumer: AIOKafkaConsumer) -> int:
        with translated(where.topic):
            async with asyncio.timeout(CONNECT_SECONDS):
                return int((await consumer.end_offsets([where]))[where])

    async def _check(self, where: TopicPartition) -> None:
        if where.partition in self._partitions.get(where.topic, ()):
            return
        admin = await self._administration()
        with translated(where.topic):
            async with asyncio.timeout(CONNECT_SECONDS):
                (described,) = await admin.describe_topics([where.topic])
        if described["error_code"]:
            raise translate(for_code(described["error_code"])(), where.topic)
        self._partitions[where.topic] = {entry["partition"] for entry in described["partitions"]}
        if where.partition not in self._partitions[where.topic]:
            raise LogUnavailable(f"{where.topic} has no partition {where.partition}")

    async def _administration(self) -> AIOKafkaAdminClient:
        async with self._starting:
            if self._admin is None:
                admin = AIOKafkaAdminClient(**client_options(self._settings, self._client_id))
                async with AsyncExitStack() as unless_started:
                    unless_started.push_async_callback(disconnect, admin)
                    await self._start(admin)
                    unless_started.pop_all()
                self._admin = admin
            return self._admin

    async def _look_ups(self) -> AIOKafkaConsumer:
        """Return a consumer without partitions: a look-up there never waits behind a long fetch."""
        async with self._starting:
            if self._offsets is None:
                consumer = self._consumer()
                async with AsyncExitStack() as unless_started:
                    unless_started.push_async_callback(stop, consumer)
                    await self._start(consumer)
                    unless_started.pop_all()
                self._offsets = consumer
            return self._offsets

    def _consumer(self, **options: int) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            **client_options(self._settings, self._client_id),
            **options,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
        )

    async def _start(self, client: Any) -> None:
        await start(client, self._settings)


async def start(client: Any, log: Log) -> None:
    """Start a client within a bound.

    Raises:
        LogUnavailable, AuthorisationError: with what stands in the way.
    """
    try:
        with translated("connection"):
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.start()
    except LogUnavailable as fault:
        if isinstance(fault.__cause__, KafkaConnectionError):
            raise await explain_refusal(log) from fault
        raise


async def disconnect(admin: AIOKafkaAdminClient) -> None:
    """Close a client for look-ups, however often the caller is cancelled."""
    await finished(admin.close())


async def stop(consumer: AIOKafkaConsumer) -> None:
    """Stop a consumer within a bound, whatever state it is in and however often the caller is cancelled."""
    await finished(_stop(consumer))


async def _stop(consumer: AIOKafkaConsumer) -> None:
    # A group-less consumer that is stopped before its first task ran cancels its caller (aiokafka 0.14).
    await asyncio.sleep(0)
    stopping = asyncio.ensure_future(consumer.stop())
    await asyncio.wait([stopping], timeout=STOP_SECONDS)
    if not stopping.done():
        stopping.cancel()


def incoming(record: ConsumerRecord) -> Incoming:
    """Take a record over, bytes untouched."""
    return Incoming(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        time=record.timestamp,
        key=record.key,
        value=record.value,
        headers=tuple((name, value) for name, value in record.headers),
    )

"""Produce with `acks=all`, idempotently, within a bound, and never with a producer that went wrong.

An idempotent producer of the client library never gives a batch up, and after an outage it may stay
out of sequence until it is replaced. So every wait has a bound here, and after a failure whose
outcome is unknown the producer is thrown away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError, MessageSizeTooLargeError

from broker.ports import Outgoing
from broker.settings import Log
from broker.transport.connection import CONNECT_SECONDS, client_options, explain_refusal, translate, translated
from contracts.errors import AuthorisationError, LogUnavailable

WRITE_SECONDS = 30.0
"""Longer than the loss of a broker takes to heal (about 12 s); what is not acknowledged then is unknown."""
MAX_BATCH_BYTES = 768 * 1024
"""Below the topic's 1 MiB, which Kafka counts per batch."""
STOP_SECONDS = 5.0

_LOG = structlog.get_logger()


class Producer:
    """A producer that is made when first needed. Owner of the client and of its replacement.

    Principals that may only read never make one: Kafka refuses them the producer id.
    """

    def __init__(self, log: Log, client_id: str, *, write_seconds: float = WRITE_SECONDS) -> None:
        self._log = log
        self._client_id = client_id
        self._write_seconds = write_seconds
        self._client: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._leaving: set[asyncio.Task[None]] = set()

    async def write(self, records: Sequence[Outgoing]) -> list[int]:
        """Write all and return their offsets; see `broker.ports.LogWriter`."""
        if not records:
            return []
        client = await self._ready()
        try:
            async with asyncio.timeout(self._write_seconds):
                return await _send(client, records)
        except (KafkaError, TimeoutError) as fault:
            if not isinstance(fault, MessageSizeTooLargeError):
                # Unknown outcome: any of the records may be stored, and the client may be out of sequence.
                self._discard(client)
            raise translate(fault, records[0].topic) from fault

    async def close(self) -> None:
        """Let everything in flight end, within a bound, and disconnect."""
        client, self._client = self._client, None
        if client is not None:
            flushed = asyncio.ensure_future(client.flush())
            await asyncio.wait([flushed], timeout=STOP_SECONDS)
            flushed.cancel()
            self._abandon(client)
        if self._leaving:
            await asyncio.wait(self._leaving, timeout=STOP_SECONDS)
        for task in self._leaving:
            task.cancel()

    async def _ready(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._client is None:
                client = AIOKafkaProducer(
                    **client_options(self._log, self._client_id),
                    acks="all",
                    enable_idempotence=True,
                    max_batch_size=MAX_BATCH_BYTES,
                )
                try:
                    with translated("producer"):
                        async with asyncio.timeout(CONNECT_SECONDS):
                            await client.start()
                except (LogUnavailable, AuthorisationError) as fault:
                    self._abandon(client)
                    if isinstance(fault.__cause__, KafkaConnectionError):
                        raise await explain_refusal(self._log) from fault
                    raise
                self._client = client
            return self._client

    def _discard(self, client: AIOKafkaProducer) -> None:
        if self._client is client:
            self._client = None
            _LOG.warning("producer.replaced")
            self._abandon(client)

    def _abandon(self, client: AIOKafkaProducer) -> None:
        """Disconnect aside: a client waits for its requests in flight, which a dead node holds for 20 s."""
        task = asyncio.ensure_future(_disconnect(client))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)


async def _send(client: AIOKafkaProducer, records: Sequence[Outgoing]) -> list[int]:
    """Send in batches of our own: one acknowledgement for each, not one for each record."""
    places: dict[tuple[str, int], list[int]] = {}
    for index, record in enumerate(records):
        if len(record.value or b"") > MAX_BATCH_BYTES:
            raise MessageSizeTooLargeError
        places.setdefault((record.topic, record.partition), []).append(index)
    for topic, partition in places:
        if partition not in await client.partitions_for(topic):
            raise LogUnavailable(f"{topic} has no partition {partition}")
    offsets = [0] * len(records)

    async def send(topic: str, partition: int, indexes: list[int]) -> None:
        waiting = []
        for batch, among in _batches(client, records, indexes):
            waiting.append((await client.send_batch(batch, topic, partition=partition), among))
        for stored, among in waiting:
            first = (await stored).offset
            for place, index in enumerate(among):
                offsets[index] = first + place

    await asyncio.gather(*(send(*place, indexes) for place, indexes in places.items()))
    return offsets


def _batches(
    client: AIOKafkaProducer, records: Sequence[Outgoing], indexes: list[int]
) -> Iterator[tuple[Any, list[int]]]:
    """Yield batches that are full or the last, each with the indexes of its records. The first record always fits."""
    batch = client.create_batch()
    among: list[int] = []
    for index in indexes:
        record = records[index]
        while batch.append(timestamp=None, key=record.key, value=record.value, headers=list(record.headers)) is None:
            yield batch, among
            batch, among = client.create_batch(), []
        among.append(index)
    batch.close()
    yield batch, among


async def _disconnect(client: AIOKafkaProducer) -> None:
    """Disconnect without waiting for what is not sent yet: `stop` would wait for ever.

    The library has no public way (aiokafka 0.14 `AIOKafkaProducer.stop`); a test holds this one.
    """
    client._closed = True  # noqa: SLF001 (see above)
    with suppress(KafkaError):
        await client._sender.close()  # noqa: SLF001
    await client.client.close()

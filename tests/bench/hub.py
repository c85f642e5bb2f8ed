"""One process between submit topics and feeds: Baken's admission, or a bare FastStream router.

`python -m tests.bench.hub JSON`, started by `tests.bench.admission`. Both read with FastStream in batches
of 500, write idempotently with `acks=all` over TLS and commit after each batch. When the first `warm`
records are done the meter starts, and it stops `count` records later: connecting, joining and warming up
are outside. The last line on standard output is what was spent.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka.errors import KafkaError
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaPublishMessage
from faststream.security import BaseSecurity

from broker.admission.process import AdmissionProcess
from broker.embedded import home as homes
from broker.ports import Commit, Incoming, TopicPartition
from broker.settings import Log
from broker.transport.application import FETCH_BYTES, Application, _RawBatches, _untouched
from broker.transport.connection import tls_context
from broker.transport.kafka_log import KafkaLog
from broker.transport.producer import MAX_BATCH_BYTES
from broker.trust.documents import TrustStore
from broker.trust.follower import TrustFollower
from broker.trust.roots import Roots
from contracts.identifiers import Topics

BATCH_RECORDS = 500
CHUNK_BYTES = 700 * 1024
"""Values of one batch of the router: below the batch limit, with room for keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one process does: `role` is `admission` or `router`; the router copies to `feeds`."""

    role: str
    home: str
    instance: str
    topics: list[str]
    feeds: list[str]
    warm: int
    count: int


class Meter:
    """Count records and note CPU and wall time at the first and at the last that counts."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._done = 0
        self._began: tuple[int, float, float] | None = None
        self.spent: dict[str, float] | None = None
        self.finished = asyncio.Event()
        self.fault: BaseException | None = None

    def fail(self, fault: BaseException) -> None:
        """Give up."""
        self.fault = fault
        self.finished.set()

    def add(self, records: int) -> None:
        """Note that so many records more are done."""
        self._done += records
        now = (self._done, time.process_time(), time.perf_counter())
        if self._began is None and self._done >= self._job.warm:
            self._began = now
        elif self._began is not None and self._done - self._began[0] >= self._job.count and self.spent is None:
            records, cpu, wall = (end - begin for end, begin in zip(now, self._began, strict=True))
            self.spent = {"operations": records, "cpu": cpu, "wall": wall}
            self.finished.set()


class Metered:
    """Admission with a meter around it."""

    def __init__(self, process: AdmissionProcess, meter: Meter) -> None:
        self._process = process
        self._meter = meter

    async def assigned(self, partition: TopicPartition, committed: Commit | None, /) -> None:
        await self._process.assigned(partition, committed)

    async def revoked(self, partitions: Sequence[TopicPartition], /) -> None:
        await self._process.revoked(partitions)

    async def batch(self, partition: TopicPartition, records: list[Incoming], /) -> Commit | None:
        done = await self._process.batch(partition, records)
        assert done is not None
        self._meter.add(len(records))
        return done


def now() -> datetime:
    return datetime.now(UTC)


async def admit(job: Job, home: homes.Home, log: Log, meter: Meter) -> None:
    """Admit as the broker does, without its sweep and heartbeats, whose work does not grow with records."""
    topics = Topics(home.environment)
    async with KafkaLog(log, job.instance) as kafka:
        trust = TrustFollower(kafka, topics, TrustStore(Roots.load(home.trust / "roots.json")), now)
        await trust.load()
        process = AdmissionProcess(reader=kafka, writer=kafka, trust=trust.store, topics=topics, clock=now)
        application = Application(
            log,
            client_id=job.instance,
            group=f"bench.{job.instance}",
            topics=job.topics,
            handler=Metered(process, meter),
            batch_records=BATCH_RECORDS,
        )
        await application.run(meter.finished)


async def copy(job: Job, _: homes.Home, log: Log, meter: Meter) -> None:
    """Copy every record's bytes and key to every feed, and nothing else."""
    broker = KafkaBroker(
        log.bootstrap,
        client_id=job.instance,
        security=BaseSecurity(ssl_context=tls_context(log.tls)),
        acks="all",
        enable_idempotence=True,
        max_batch_size=MAX_BATCH_BYTES,
        ack_policy=AckPolicy.MANUAL,
        codec=_RawBatches(),
        apply_types=False,
        logger=None,
    )
    subscriber = broker.subscriber(
        *job.topics,
        batch=True,
        max_records=BATCH_RECORDS,
        max_partition_fetch_bytes=FETCH_BYTES,
        group_id=f"bench.{job.instance}",
        auto_offset_reset="earliest",
        parser=_untouched,
    )

    @subscriber
    async def route(records: list[Any]) -> None:
        batches = [
            broker.publish_batch(
                *[KafkaPublishMessage(body=record.value, key=record.key) for record in chunk], topic=feed, partition=0
            )
            for feed in job.feeds
            for chunk in _chunks(records)
        ]
        try:
            await asyncio.gather(*batches)
            assert subscriber.consumer is not None
            await subscriber.consumer.commit()
        except KafkaError as fault:  # FastStream would only log it, and nobody would ever finish
            meter.fail(fault)
        else:
            meter.add(len(records))

    application = FastStream(broker, logger=None)
    await application.start()
    await meter.finished.wait()
    await application.stop()


def _chunks(records: list[Any]) -> list[list[Any]]:
    chunks: list[list[Any]] = [[]]
    size = 0
    for record in records:
        if size + len(record.value) > CHUNK_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append(record)
        size += len(record.value)
    return chunks


ROLES: dict[str, Callable[[Job, homes.Home, Log, Meter], Any]] = {"admission": admit, "router": copy}


async def main(job: Job) -> None:
    """Run one job and print what it spent."""
    home = homes.load(Path(job.home))
    meter = Meter(job)
    await ROLES[job.role](job, home, home.operator_log(), meter)
    if meter.fault is not None:
        raise meter.fault
    print(json.dumps(meter.spent))  # noqa: T201 - read by the process that started this one


def command(job: Job) -> list[str]:
    """Return the command line that runs `job`."""
    return [sys.executable, "-m", "tests.bench.hub", json.dumps(asdict(job))]


if __name__ == "__main__":
    asyncio.run(main(Job(**json.loads(sys.argv[1]))))

"""Wire the concrete parts of each service together: the only place that knows all of them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker import logging
from broker.admission.process import AdmissionProcess, Step
from broker.audit.checkpointer import Checkpointer
from broker.gateway.service import GatewayService
from broker.settings import BrokerSettings, CheckpointerSettings, GatewaySettings, ServiceSettings
from broker.tasks import end
from broker.transport.application import Application
from broker.transport.group import KafkaGroups
from broker.transport.kafka_log import KafkaLog
from broker.trust.documents import TrustStore
from broker.trust.follower import TrustFollower
from broker.trust.keyfiles import load_private
from broker.trust.roots import Roots
from broker.trust.view import TrustView
from contracts.errors import UsageError
from contracts.identifiers import Topics

S = TypeVar("S", bound=ServiceSettings)

GROUP = "broker.admission"

log = structlog.get_logger()


def now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def kafka_log(settings: ServiceSettings) -> KafkaLog:
    """Return the log of a service, to be used as an async context manager."""
    return KafkaLog(settings.log, settings.instance)


def run(service: str, settings: S, main: Callable[[S, asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run a service until SIGTERM or SIGINT asks it to stop, logging to standard error."""
    logging.configure(service=service, instance=settings.instance)

    async def body() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await main(settings, stop)

    asyncio.run(body())
    log.info("service.stopped")


async def broker(
    settings: BrokerSettings, stop: asyncio.Event, *, passed: Callable[[Step], None] = lambda _: None
) -> None:
    """Admit, log and deliver for every participant that may issue, until `stop`.

    `passed` is called right after each durable step; fault tests end the process there.
    """
    topics = Topics(settings.environment)
    async with kafka_log(settings) as kafka:
        trust = follower(settings, kafka, topics)
        process = AdmissionProcess(
            reader=kafka,
            writer=kafka,
            trust=trust.store,
            topics=topics,
            clock=now,
            heartbeat_seconds=settings.heartbeat_seconds,
            sweep_seconds=settings.sweep_seconds,
            passed=passed,
        )

        async def admit() -> None:
            view = await trust.wait_until_fresh()
            application = Application(
                settings.log,
                client_id=settings.instance,
                group=GROUP,
                topics=submit_topics(view, topics),
                handler=process,
                batch_records=settings.batch_records,
            )
            await application.run(stop, ready=lambda: log.info(logging.READY_EVENT, trust=view.version))

        await together(stop, trust.run(), process.run_heartbeats(), process.run_sweeps(), admit())


async def checkpointer(settings: CheckpointerSettings, stop: asyncio.Event) -> None:
    """Sign tree heads over what `audit` holds, until `stop`."""
    topics = Topics(settings.environment)
    key = load_private(settings.key)
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"key: {settings.key} is no Ed25519 key; checkpoints are signed with Ed25519 alone")
    async with kafka_log(settings) as kafka:
        trust = follower(settings, kafka, topics)

        async def sign() -> None:
            view = await trust.wait_until_fresh()
            log.info(logging.READY_EVENT, trust=view.version)
            await Checkpointer(
                reader=kafka,
                writer=kafka,
                topics=topics,
                key=key,
                origin=view.checkpoint_origin,
                keys=view.checkpoint_keys.values(),
                clock=now,
                interval=settings.interval_seconds,
            ).run()

        await together(stop, trust.run(), sign())


async def gateway(settings: GatewaySettings, stop: asyncio.Event) -> None:
    """Relay, receive, open, answer and erase for one participant, until `stop`."""
    async with kafka_log(settings) as kafka:
        service = GatewayService(
            settings,
            log=kafka,
            groups=KafkaGroups(settings.log, settings.instance),
            clock=now,
            randomness=os.urandom,
        )

        listening = None
        if settings.http is not None:
            from broker.gateway.http.serve import serve  # noqa: PLC0415 - FastAPI: the hub's services need not wait

            listening = serve(service, settings.http, clock=now).ready

        async def announce() -> None:
            view = await service.trust.wait_until_fresh()
            if listening is not None:
                await listening.wait()
            log.info(logging.READY_EVENT, trust=view.version, participant=settings.participant)

        announcing = asyncio.create_task(announce())
        stopping = asyncio.create_task(when(stop, service.stop))
        try:
            await service.run()
        finally:
            for task in (announcing, stopping):
                await end(task)


def follower(settings: ServiceSettings, kafka: KafkaLog, topics: Topics) -> TrustFollower:
    """Return the follower of the `trust` topic, rooted in the keys that `settings` name."""
    return TrustFollower(kafka, topics, TrustStore(Roots.load(settings.trust.roots)), now)


def submit_topics(view: TrustView, topics: Topics) -> list[str]:
    """Return the submit topics of every participant that may issue anything."""
    return [topics.submit(one.id) for one in view.participants.values() if one.issues]


async def together(stop: asyncio.Event, *work: Awaitable[None]) -> None:
    """Run `work` side by side until `stop` is set or one part ends; its fault is the service's fault."""
    tasks = [asyncio.ensure_future(one) for one in work]
    asking = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait([asking, *tasks], return_when=asyncio.FIRST_COMPLETED)
    finally:
        ended = [task for task in tasks if task.done()]
        asking.cancel()
        for task in tasks:
            await end(task)
    for task in ended:
        task.result()


async def when(event: asyncio.Event, then: Callable[[], None]) -> None:
    """Call `then` once `event` is set."""
    await event.wait()
    then()

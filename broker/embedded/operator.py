"""Play the operator of a local exchange: publish the trust list, and renew its freshness well before it ends."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from broker import logging
from broker.embedded import home as homes
from broker.embedded import pki
from broker.embedded.home import Home
from broker.ports import Clock, LogWriter, Outgoing
from broker.transport.kafka_log import KafkaLog
from broker.trust.follower import FRESH_KEY, list_key
from contracts.errors import TransientError
from contracts.identifiers import Topics

RENEW_AFTER = timedelta(hours=6)
"""A quarter of a statement's 24 hours: three renewals may fail before anybody stops."""
LOOK_SECONDS = 60.0
"""Pause between looks at the wall clock, which goes on while a machine sleeps; also between attempts."""

_LOG = structlog.get_logger()


async def publish(home: Home, writer: LogWriter, *, now: datetime) -> None:
    """Write every version of the trust list, and a new freshness statement for the one in force.

    Readers take a list that they know again without effect, so it can be repeated after a crash.

    Raises:
        LogUnavailable: not all was acknowledged.
    """
    trust_list = pki.renew_list(home, now=now)
    topic = Topics(home.environment).trust
    versions = [
        Outgoing(topic=topic, key=list_key(number), value=path.read_bytes()) for number, path in pki.lists(home)
    ]
    statement = Outgoing(topic=topic, key=FRESH_KEY, value=pki.freshness(home, trust_list, now=now))
    await writer.write([*versions, statement])
    _LOG.info("trust.published", trust=trust_list.version)


async def publish_once(home: Home, clock: Clock) -> None:
    """Connect, publish, disconnect."""
    async with KafkaLog(home.operator_log(), "operator-1") as log:
        await publish(home, log, now=clock())


async def serve(publishing: Callable[[], Awaitable[None]], clock: Clock, stop: asyncio.Event) -> None:
    """Publish now and whenever the statement is a quarter of its life old, until `stop` is set.

    What fails is tried again at the next look.
    """
    due = clock()
    while not stop.is_set():
        if clock() >= due:
            try:
                await publishing()
            except TransientError as fault:
                _LOG.warning("trust.unpublished", code=fault.code.value)
            else:
                due = clock() + RENEW_AFTER
                _LOG.info(logging.READY_EVENT)
        try:
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
        except TimeoutError:
            continue


def _now() -> datetime:
    return datetime.now(UTC)


async def _main(home: Home) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(partial(publish_once, home, _now), _now, stop)


def main(arguments: list[str]) -> int:
    """Run the service for one home."""
    parser = argparse.ArgumentParser(prog="python -m broker.embedded.operator", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    home = homes.load(parser.parse_args(arguments).home)
    logging.configure(service="operator", instance="operator-1")
    asyncio.run(_main(home))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

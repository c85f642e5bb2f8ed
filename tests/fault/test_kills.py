"""Kill any service at any point: no acknowledged record is lost and nobody sees an event twice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from broker.admission.recorded import recorded
from broker.cli.places import auditor_of, gateway_of
from broker.embedded import exchange, services
from broker.embedded.home import Home
from broker.embedded.ports import LOOPBACK
from broker.gateway.outbox import Outcome
from broker.gateway.stores import Store
from broker.gateway.tables import entries
from broker.gateway.tables import events as issued
from broker.topology.model import Compaction
from broker.transport.kafka_log import KafkaLog
from contracts.identifiers import Topics
from tests.support.command import argv, baken
from tests.support.records import suspects
from tests.support.waiting import until

EVENTS = int(os.environ.get("BAKEN_FAULT_EVENTS", "2500"))
"""5,000 and more on demand: what is promised does not depend on how many there are."""
KILLS = 3
FEW = 200
DEADLINE_SECONDS = 240.0

pytestmark = pytest.mark.timeout(420)


class Broker:
    """The broker process of a test: started, killed and started again by hand."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *crash: str) -> subprocess.Popen[bytes]:
        """Start it as deployed, or with the step and count of a crash point."""
        command = services.command(self._home, services.BROKER)
        if crash:
            command = [sys.executable, "-m", "tests.support.crashing_broker", str(self._home.broker_config), *crash]
        with (self._home.logs / "broker.log").open("ab") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output)
        return self._process

    def kill(self) -> None:
        """End it with SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Run an exchange without its broker, which each test starts and kills itself."""
    folder = tmp_path_factory.mktemp("kills") / "home"
    chosen = ["operator", "checkpointer", "gateway-nl-pol", "gateway-de-bka", "gateway-be-fgp"]
    with exchange.up(folder, compaction=Compaction.TEST, only=chosen) as running:
        yield running.home


@pytest.fixture
def broker(home: Home) -> Iterator[Broker]:
    """Return a broker that is not running yet; it ends with the test."""
    process = Broker(home)
    yield process
    process.kill()


def everything_arrived(home: Home, events: set[str]) -> None:
    """Assert that each event is once in both inboxes and once admitted in a log that verifies."""
    with gateway_of(home.folder, "NL-POL") as gateway:
        until(lambda: gateway.outbox.open_count(sorted(events)), lambda left: left == 0, DEADLINE_SECONDS)
        assert {gateway.state(event).outcome for event in sorted(events)[::100]} == {Outcome.ADMITTED}
        published = alerts_in(gateway.outbox.store, issued)
    for participant in ("DE-BKA", "BE-FGP"):
        with gateway_of(home.folder, participant) as gateway:
            store = gateway.inbox.store
            until(lambda store=store: alerts_in(store, entries), lambda count: count >= published, DEADLINE_SECONDS)
            seen = Counter(entry.jti for entry in gateway.feed())
        assert {event for event in events if seen[event] != 1} == set()
    admitted = on_record(home)
    assert {event for event in events if admitted[event] != 1} == set()
    verdict = baken("audit", "verify", "--home", home.folder, "--json")
    assert verdict.json()["findings"] == [finding for finding in verdict.json()["findings"] if finding["remark"]]
    assert verdict.code == 0


def alerts_in(store: Store, table: Table) -> int:
    """Count the alerts in an outbox or inbox without opening them."""
    with store.read() as connection:
        count = select(func.count()).select_from(table).where(table.c.type == "suspect-alert.v1")
        return connection.scalar(count) or 0


def on_record(home: Home) -> Counter[str]:
    """Count the leaves that admit each event, as the auditor reads them."""

    async def read() -> Counter[str]:
        settings = auditor_of(home.folder, None)
        found: Counter[str] = Counter()
        decided = set()
        async with KafkaLog(settings.log, settings.instance) as log:
            async for batch in log.read(Topics(settings.environment).audit):
                for record in batch:
                    one = recorded(record.value, offset=record.offset)
                    claims = one.claims()
                    place = (one.leaf.position.topic, one.leaf.position.partition, one.leaf.position.offset)
                    if one.leaf.decision == "admitted" and claims is not None and place not in decided:
                        found[claims.jti] += 1
                    decided.add(place)
        return found

    return asyncio.run(read())


def test_a_broker_killed_again_and_again_loses_and_repeats_nothing(home: Home, broker: Broker, tmp_path: Path) -> None:
    """5,000 events, one crash between audit and feeds and three kills at random points."""
    file = tmp_path / "suspects.csv"
    file.write_bytes(suspects(EVENTS))
    crashing = broker.start("read-back", "3")
    command = argv("publish", "--home", home.folder, "--as", "NL-POL", "--json", "--wait", "0", file)
    with gateway_of(home.folder, "NL-POL") as gateway, subprocess.Popen(command, stdout=subprocess.PIPE) as publishing:
        assert crashing.wait(DEADLINE_SECONDS) == -signal.SIGKILL
        for kill in range(1, KILLS + 1):
            broker.start()
            reached = kill * EVENTS // (KILLS + 2)
            until(lambda: gateway.outbox.backlog().get("closed", 0), lambda n: n >= reached, DEADLINE_SECONDS)  # noqa: B023
            broker.kill()
        broker.start()
        output, _ = publishing.communicate(timeout=DEADLINE_SECONDS)
    assert publishing.returncode == 0
    events = set(map(str, _events(output)))
    assert len(events) == EVENTS
    everything_arrived(home, events)


def test_kafka_gateways_and_checkpointer_killed_lose_and_repeat_nothing(
    home: Home, broker: Broker, tmp_path: Path
) -> None:
    """Each of them is killed in the middle of its work and started again by the supervisor."""
    broker.start()
    events: set[str] = set()
    for turn, victim in enumerate(("gateway-nl-pol", "gateway-de-bka", "checkpointer", "kafka")):
        file = tmp_path / f"{victim}.csv"
        file.write_bytes(suspects(FEW, first=100_000 + turn * FEW))
        ran = baken("publish", "--home", home.folder, "--as", "NL-POL", "--json", "--wait", "0", file)
        assert ran.code == 0
        events |= {event["event"] for event in ran.json()["events"]}
        os.kill(pid(home, victim), signal.SIGKILL)
        until(lambda victim=victim: pid(home, victim) != 0, seconds=DEADLINE_SECONDS)
    until(lambda: listens(home), seconds=DEADLINE_SECONDS)
    everything_arrived(home, events)


def listens(home: Home) -> bool:
    """Tell whether Kafka takes connections again: a process that was started is not there yet."""
    with socket.socket() as tried:
        return tried.connect_ex((LOOPBACK, home.port)) == 0


def pid(home: Home, name: str) -> int:
    """Return the process id of a running service, 0 while it is not running."""
    return next(state.pid or 0 for state in exchange.status(home.folder) if state.name == name)


def _events(output: bytes) -> list[str]:
    return [event["event"] for event in json.loads(output)["events"]]

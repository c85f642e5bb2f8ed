"""Gateways whose outbox and inbox are on PostgreSQL work on a real Kafka as those on SQLite do."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date

import pytest

from adapters import interface
from broker import bootstrap
from broker.embedded import exchange as exchanges
from broker.gateway.gateway import Gateway, open_gateway
from broker.gateway.outbox import Outcome
from broker.gateway.status import DeliveryState
from broker.settings import BrokerSettings, GatewaySettings, Stores
from broker.topology.model import Compaction
from contracts.codes import ErasureGround, ReceiptState
from contracts.errors import TrustStale
from tests.support.exchange import RunningNode
from tests.support.postgres import PostgresServer
from tests.support.records import suspects

ISSUER, RECIPIENT = "NL-POL", "DE-BKA"
BOUND_SECONDS = 60.0


@pytest.fixture(scope="module")
def kafka_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """Run a node on which no other test has committed a position: the broker here is a real one."""
    folder = tmp_path_factory.mktemp("postgresql") / "home"
    with exchanges.up(folder, compaction=Compaction.TEST, only=[]) as running:
        yield RunningNode(home=running.home)


@pytest.fixture
def settings(kafka_node: RunningNode, postgres: PostgresServer) -> Iterator[dict[str, GatewaySettings]]:
    """Settings of both gateways as their files have them, but for the URL of a database each."""
    with ExitStack() as stack:
        found = {}
        for name in (ISSUER, RECIPIENT):
            url = postgres.url(stack.enter_context(postgres.empty()))
            written = GatewaySettings.load(kafka_node.home.config(name))
            found[name] = written.model_copy(update={"stores": Stores(outbox=url, inbox=url)})
        yield found


def opened(settings: GatewaySettings) -> Gateway:
    """Open a gateway beside its process, as a command does."""
    return open_gateway(settings, clock=bootstrap.now, randomness=os.urandom)


async def trusted(gateway: Gateway) -> None:
    """Wait until the process of a gateway has read the trust list."""
    while True:
        try:
            gateway.trust_memory.current()
        except TrustStale:
            await asyncio.sleep(0.05)
        else:
            return


async def reached(gateway: Gateway, event: str, state: DeliveryState) -> None:
    """Wait until the one recipient of an event has come that far."""
    while [line.state for line in gateway.state(event).deliveries] != [state]:  # noqa: ASYNC110 - another process decides
        await asyncio.sleep(0.05)


async def test_an_alert_lives_its_life_on_postgresql(
    kafka_node: RunningNode, settings: dict[str, GatewaySettings]
) -> None:
    """Published, admitted, opened, acted upon, erased: every state reaches the issuer's ledger."""
    stop = asyncio.Event()
    broker = BrokerSettings.load(kafka_node.home.broker_config)
    services = [bootstrap.broker(broker, stop), *(bootstrap.gateway(one, stop) for one in settings.values())]
    running = [asyncio.ensure_future(service) for service in services]
    drafts = [record.draft for record in interface.find("nl-csv").decode(suspects(1), on=date(2026, 3, 2))]
    with opened(settings[ISSUER]) as issuer, opened(settings[RECIPIENT]) as recipient:
        async with asyncio.timeout(BOUND_SECONDS):
            await trusted(issuer)
            (told,) = issuer.publish([draft for draft in drafts if draft], to=[RECIPIENT])
            await reached(issuer, told.jti, DeliveryState.OPENED)
            recipient.report_action(recipient.inbox.number_of(told.jti), ReceiptState.ACTED)
            await reached(issuer, told.jti, DeliveryState.ACTED)
            (ordered,) = issuer.order_erasure(told.sub, ErasureGround.PURPOSE_ACHIEVED)
            await reached(issuer, ordered.events[0], DeliveryState.CERTIFIED)
        assert issuer.state(told.jti).outcome is Outcome.ADMITTED
        assert [entry.sections for entry in recipient.feed() if entry.jti == told.jti] == [{}]
    stop.set()
    await asyncio.gather(*running)

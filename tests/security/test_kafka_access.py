"""Other people's topics and groups, tried on a real node."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError

from broker.embedded import home as homes
from broker.ports import Outgoing
from broker.settings import Log
from broker.topology import cluster
from broker.topology.plan import plan
from broker.transport.connection import client_options
from broker.transport.kafka_log import KafkaLog
from contracts.errors import AuthorisationError
from tests.support.exchange import RunningNode

BOUND_SECONDS = 20.0


async def write(log: Log, topic: str, value: bytes) -> None:
    async with asyncio.timeout(BOUND_SECONDS), KafkaLog(log, "writer") as writer:
        await writer.write([Outgoing(topic=topic, key=b"k", value=value)])


async def read(log: Log, topic: str) -> list[bytes | None]:
    async with asyncio.timeout(BOUND_SECONDS), KafkaLog(log, "reader") as reader:
        return [record.value async for batch in reader.read(topic) for record in batch]


@asynccontextmanager
async def member(log: Log, topic: str, group: str) -> AsyncIterator[AIOKafkaConsumer]:
    """Join a consumer group on a topic."""
    made = AIOKafkaConsumer(
        topic, **client_options(log, "member"), group_id=group, auto_offset_reset="earliest", enable_auto_commit=False
    )
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


async def test_what_is_granted_works(kafka_node: RunningNode) -> None:
    """A gateway writes its own topic and no other right is needed; the broker reads it, alone and in its group."""
    await write(kafka_node.log("NL-POL"), "baken.submit.nl-pol", b"own")
    assert b"own" in await read(kafka_node.log("broker"), "baken.submit.nl-pol")
    async with (
        asyncio.timeout(BOUND_SECONDS),
        member(kafka_node.log("broker"), "baken.submit.nl-pol", "broker.admission") as reader,
    ):
        assert (await reader.getone()).value == b"own"


@pytest.mark.parametrize(
    ("owner", "topic"),
    [
        ("NL-POL", "baken.submit.nl-care"),
        ("NL-POL", "baken.feed.de-bka"),
        ("NL-POL", "baken.feed.nl-pol"),
        ("NL-POL", "baken.audit"),
        ("NL-POL", "baken.trust"),
        ("NL-POL", "baken.bulletin.de-bka"),
        ("NL-POL", "exercise.submit.nl-pol"),
        ("EU-AUD", "baken.audit"),
        ("checkpointer", "baken.audit"),
        ("broker", "baken.submit.nl-pol"),
        ("broker", "baken.checkpoints"),
    ],
)
async def test_writing_without_the_right_is_refused(kafka_node: RunningNode, owner: str, topic: str) -> None:
    """A clear error, at once, whoever tries and whether or not there is such a topic."""
    with pytest.raises(AuthorisationError):
        await write(kafka_node.log(owner), topic, b"intruder")


@pytest.mark.parametrize(
    ("owner", "topic"),
    [
        ("NL-POL", "baken.feed.de-bka"),
        ("NL-POL", "baken.submit.nl-care"),
        ("NL-POL", "baken.quarantine.de-bka"),
        ("NL-POL", "baken.audit"),
        ("EU-AUD", "baken.feed.nl-pol"),
        ("checkpointer", "baken.submit.nl-pol"),
    ],
)
async def test_reading_without_the_right_is_refused(kafka_node: RunningNode, owner: str, topic: str) -> None:
    """A clear error, at once, and no endless questions to the node."""
    with pytest.raises(AuthorisationError):
        await read(kafka_node.log(owner), topic)


@pytest.mark.parametrize(
    ("owner", "topic", "group", "fault"),
    [
        ("NL-POL", "baken.feed.de-bka", "gateway.nl-pol", TopicAuthorizationFailedError),
        ("NL-POL", "baken.feed.nl-pol", "gateway.de-bka", GroupAuthorizationFailedError),
        ("NL-POL", "baken.feed.nl-pol", "gateway.nl-pol.more", GroupAuthorizationFailedError),
        ("NL-POL", "baken.feed.nl-pol", "broker.admission", GroupAuthorizationFailedError),
        ("EU-AUD", "baken.audit", "auditor", GroupAuthorizationFailedError),
    ],
)
async def test_foreign_groups_are_refused(
    kafka_node: RunningNode, owner: str, topic: str, group: str, fault: type[Exception]
) -> None:
    """Nobody can move another's position, or read under a name that is not its own."""
    with pytest.raises(fault):
        async with asyncio.timeout(BOUND_SECONDS), member(kafka_node.log(owner), topic, group) as reader:
            await reader.getone()


def test_only_the_operator_administers(kafka_node: RunningNode) -> None:
    """A gateway can neither read nor change topics, access rules and quotas."""
    desired = kafka_node.home.desired(homes.topology())
    with pytest.raises(AuthorisationError):
        cluster.apply(kafka_node.log("NL-POL"), desired)
    with cluster.connect(kafka_node.log("operator")) as session:
        assert plan(desired, session.state()).changes == 0


def test_a_removed_participant_is_shut_out_and_comes_back(kafka_node: RunningNode) -> None:
    """Applying a topology without it withdraws its rights at once; applying the full one restores them."""
    topology = homes.topology()
    full = kafka_node.home.desired(topology)
    remaining = tuple(participant for participant in kafka_node.home.participants if participant != "BE-FGP")
    without = replace(kafka_node.home, participants=remaining).desired(topology)
    operator = kafka_node.log("operator")
    try:
        withdrawn = cluster.apply(operator, without)
        assert {acl.principal for acl in withdrawn.withdraw if acl.name == "gateway.be-fgp"} == {"User:be-fgp"}
        with pytest.raises(AuthorisationError):
            asyncio.run(write(kafka_node.log("BE-FGP"), "baken.submit.be-fgp", b"after"))
    finally:
        cluster.apply(operator, full)
    asyncio.run(write(kafka_node.log("BE-FGP"), "baken.submit.be-fgp", b"again"))
    assert cluster.apply(operator, full).changes == 0

"""The topology is applied to a real node, again without effect, and mends what drifted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broker.embedded import home as homes
from broker.topology import cluster
from broker.topology.model import Acl, Compaction, State, TopicState
from broker.topology.plan import Plan
from contracts.identifiers import Environment
from tests.support.command import baken
from tests.support.exchange import RunningNode


@pytest.fixture
def desired(kafka_node: RunningNode) -> State:
    return kafka_node.home.desired(homes.topology())


def carry_out(node: RunningNode, changes: Plan) -> None:
    with cluster.connect(node.log("operator")) as session:
        session.carry_out(changes)


def test_a_second_apply_changes_nothing(kafka_node: RunningNode, desired: State) -> None:
    """What is on the node is read back as exactly what was asked for."""
    assert cluster.apply(kafka_node.log("operator"), desired).changes == 0
    with cluster.connect(kafka_node.log("operator")) as session:
        found = session.state()
    assert {name: found.topics[name] for name in desired.topics} == dict(desired.topics)
    assert found.acls == desired.acls
    assert found.quotas == desired.quotas


def test_drift_is_mended(kafka_node: RunningNode, desired: State) -> None:
    """A changed and an added setting, a lost and a foreign rule, a changed and a foreign quota."""
    foreign = Acl(resource="topic", name="baken.", principal="User:nl-pol", operation="all", pattern="prefixed")
    lost = Acl(resource="topic", name="baken.feed.nl-pol", principal="User:nl-pol", operation="read")
    drift = Plan(
        settings={"baken.feed.nl-pol": {"retention.ms": "60000", "segment.bytes": "1048576"}},
        allow=frozenset({foreign}),
        withdraw=frozenset({lost}),
        quotas={"nl-pol": {"producer_byte_rate": 1.0}, "stranger": {"consumer_byte_rate": 5.0}},
    )
    carry_out(kafka_node, drift)
    mended = cluster.apply(kafka_node.log("operator"), desired)
    assert mended.settings == {"baken.feed.nl-pol": {"retention.ms": "-1", "segment.bytes": None}}
    assert (mended.allow, mended.withdraw) == ({lost}, {foreign})
    assert mended.quotas == {"nl-pol": dict(desired.quotas["nl-pol"]), "stranger": {"consumer_byte_rate": None}}
    assert cluster.apply(kafka_node.log("operator"), desired).changes == 0


def test_the_settings_of_live_data_are_accepted(kafka_node: RunningNode, desired: State) -> None:
    """Kafka takes both sets of settings, one after the other."""
    live = replace(kafka_node.home, compaction=Compaction.PRODUCTION).desired(homes.topology())
    changed = cluster.apply(kafka_node.log("operator"), live)
    assert changed.settings["baken.feed.nl-pol"]["max.compaction.lag.ms"] == "21600000"
    assert set(cluster.apply(kafka_node.log("operator"), desired).settings) == set(changed.settings)
    assert cluster.apply(kafka_node.log("operator"), desired).changes == 0


def test_a_topic_grows_in_place(kafka_node: RunningNode, desired: State) -> None:
    """More slots become more partitions; what is not listed is named and left alone."""
    name = f"{Environment.EXERCISE.prefix}.submit.growing"
    one = TopicState(partitions=1, replication=1, settings={"min.insync.replicas": "1"})
    operator = kafka_node.log("operator")
    for wanted, expected in ((one, {}), (replace(one, partitions=3), {name: 3})):
        grown = cluster.apply(operator, replace(desired, topics={**desired.topics, name: wanted}))
        assert grown.grow == expected
    after = cluster.apply(operator, desired)
    assert (after.changes, after.unlisted) == (0, (name,))


def test_the_commands_plan_and_apply_what_is_missing(kafka_node: RunningNode) -> None:
    """A topic's setting that drifted is planned, set back, and then there is nothing left to do."""
    home = kafka_node.home
    carry_out(kafka_node, Plan(settings={"baken.audit": {"retention.ms": "1000"}}))
    planned = baken("topology", "plan", "--home", home.folder, "--json")
    assert (planned.code, planned.json()["applied"], planned.json()["changes"]) == (0, False, 1)
    assert planned.json()["lines"][0].startswith("set baken.audit retention.ms=")
    applied = baken("topology", "apply", "--home", home.folder, "--wait", "5")
    assert (applied.code, applied.out.splitlines()[-1]) == (0, "1 changes made")
    assert baken("topology", "plan", "--home", home.folder).out.splitlines()[-1] == "0 changes"

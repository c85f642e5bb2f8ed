"""Topology: what should be, what is, and the difference."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broker.embedded import places
from broker.topology.model import Acl, Compaction, Member, Replication, State, TopicState, Topology
from broker.topology.plan import plan
from contracts.identifiers import Environment, Topics

MEMBERS = (Member(id="NL-POL", slots=2), Member(id="DE-BKA"), Member(id="EU-AUD", auditor=True))
EMPTY = State(topics={}, acls=frozenset(), quotas={})


@pytest.fixture(scope="module")
def topology() -> Topology:
    return Topology.load(places.TOPOLOGY)


@pytest.fixture(scope="module")
def desired(topology: Topology) -> State:
    return topology.desired(Environment.LIVE, MEMBERS)


@pytest.mark.parametrize("environment", list(Environment))
def test_topics_are_spelled_as_everywhere(topology: Topology, environment: Environment) -> None:
    """The file's names are those of `contracts.identifiers.Topics`, in both environments."""
    names = Topics(environment)
    kinds = (names.submit, names.feed, names.bulletin, names.quarantine)
    expected = {names.audit, names.checkpoints, names.trust} | {kind(p) for kind in kinds for p in ("NL-POL", "DE-BKA")}
    assert set(topology.desired(environment, MEMBERS).topics) == expected


def test_a_submit_topic_has_a_partition_per_slot(desired: State) -> None:
    """Slots are fixed when a participant joins."""
    assert desired.topics["baken.submit.nl-pol"].partitions == 2
    assert desired.topics["baken.submit.de-bka"].partitions == 1


def test_a_gateway_gets_exactly_its_rights(desired: State) -> None:
    """It writes its own submit topic and bulletin, reads its own feed and what is for everyone, nothing else."""
    rights = {(acl.name, acl.operation) for acl in desired.acls if acl.principal == "User:nl-pol"}
    assert rights == {
        ("baken.submit.nl-pol", "write"),
        ("baken.feed.nl-pol", "read"),
        ("baken.quarantine.nl-pol", "read"),
        ("baken.bulletin.nl-pol", "read"),
        ("baken.bulletin.nl-pol", "write"),
        ("baken.bulletin.de-bka", "read"),
        ("baken.checkpoints", "read"),
        ("baken.trust", "read"),
        ("gateway.nl-pol", "read"),
    }


def test_an_auditor_reads_the_log_and_writes_nothing(desired: State) -> None:
    """Audit, checkpoints, trust and bulletins; no feed and no consumer group."""
    rights = {(acl.name, acl.operation) for acl in desired.acls if acl.principal == "User:eu-aud"}
    assert {operation for _, operation in rights} == {"read"}
    assert {name for name, _ in rights} == {
        "baken.audit",
        "baken.checkpoints",
        "baken.trust",
        "baken.bulletin.nl-pol",
        "baken.bulletin.de-bka",
    }


def test_super_users_need_no_rules(desired: State) -> None:
    """The operator passes every rule; a rule for it would only look like a bound."""
    assert not {acl for acl in desired.acls if acl.principal in ("User:operator", "User:nodes")}


def test_no_rule_is_wider_than_one_name(desired: State) -> None:
    """No prefix, no wildcard, no cluster right: `nl` never opens `nl-pol`."""
    assert all(acl.pattern == "literal" and "*" not in acl.name for acl in desired.acls)
    assert {acl.resource for acl in desired.acls} == {"topic", "group"}


def test_settings_for_tests_replace_single_ones(topology: Topology) -> None:
    """The overlay shortens erasure and keeps everything else."""
    live = topology.desired(Environment.LIVE, MEMBERS).topics["baken.feed.nl-pol"].settings
    test = topology.desired(Environment.LIVE, MEMBERS, compaction=Compaction.TEST).topics["baken.feed.nl-pol"].settings
    assert test["file.delete.delay.ms"] == "1000"
    assert test["max.compaction.lag.ms"] == "5000"
    assert test["cleanup.policy"] == live["cleanup.policy"] == "compact"
    assert set(test) == set(live)


def test_the_audit_log_outlives_the_longest_validity(desired: State) -> None:
    """Its term is six years and more; an event lives five at most."""
    days = int(desired.topics["baken.audit"].settings["retention.ms"]) / 86_400_000
    assert days >= 6 * 365.25


def test_replication_follows_the_number_of_nodes(topology: Topology) -> None:
    """Three copies of which two must be written on a cluster; one on a single node."""
    single = topology.desired(Environment.LIVE, MEMBERS, replication=Replication.SINGLE).topics["baken.audit"]
    cluster = topology.desired(Environment.LIVE, MEMBERS).topics["baken.audit"]
    assert (single.replication, single.settings["min.insync.replicas"]) == (1, "1")
    assert (cluster.replication, cluster.settings["min.insync.replicas"]) == (3, "2")


def test_nothing_changes_where_all_is_as_desired(desired: State) -> None:
    """The plan between equal states is empty."""
    assert plan(desired, desired).changes == 0
    assert plan(desired, desired).lines() == []


def test_an_empty_cluster_gets_everything(desired: State) -> None:
    """All topics, rules and quotas are made."""
    changes = plan(desired, EMPTY)
    assert set(changes.create) == set(desired.topics)
    assert changes.allow == desired.acls
    assert changes.quotas == desired.quotas
    assert changes.changes == len(changes.lines())


def test_drift_is_mended_exactly(desired: State) -> None:
    """A changed, an added and a lost setting, rule and quota each give one change."""
    audit = desired.topics["baken.audit"]
    settings = {**audit.settings, "retention.ms": "1", "segment.ms": "5"}
    settings.pop("compression.type")
    foreign = Acl(resource="topic", name="baken.", principal="User:nl-pol", operation="all", pattern="prefixed")
    lost = next(iter(sorted(desired.acls)))
    actual = State(
        topics={**desired.topics, "baken.audit": replace(audit, settings=settings)},
        acls=desired.acls - {lost} | {foreign},
        quotas={"nl-pol": {}, "de-bka": {**desired.quotas["de-bka"], "request_percentage": 5.0}, "gone": {"x": 1.0}},
    )
    changes = plan(desired, actual)
    assert changes.settings == {
        "baken.audit": {
            "retention.ms": audit.settings["retention.ms"],
            "segment.ms": None,
            "compression.type": "uncompressed",
        }
    }
    assert (changes.allow, changes.withdraw) == ({lost}, {foreign})
    assert changes.quotas == {
        "nl-pol": dict(desired.quotas["nl-pol"]),
        "de-bka": {"request_percentage": None},
        "gone": {"x": None},
    }
    assert "withdraw User:nl-pol to all topic baken. prefixed" in changes.lines()


def test_a_removed_participant_loses_its_rights_and_keeps_its_data(topology: Topology, desired: State) -> None:
    """Its rules and quota are withdrawn, its topics are named and left alone."""
    changes = plan(topology.desired(Environment.LIVE, [MEMBERS[0], MEMBERS[2]]), desired)
    assert {acl.principal for acl in changes.withdraw if acl.name == "gateway.de-bka"} == {"User:de-bka"}
    assert changes.quotas == {"de-bka": {"producer_byte_rate": None}}
    assert "baken.feed.de-bka" in changes.unlisted
    assert not changes.create


def test_partitions_grow_and_never_shrink(desired: State) -> None:
    """More slots are added in place; fewer partitions or other copies cannot be made, and that is said."""
    present = {**desired.topics, "baken.submit.nl-pol": replace(desired.topics["baken.submit.nl-pol"], partitions=1)}
    assert plan(desired, replace(desired, topics=present)).grow == {"baken.submit.nl-pol": 2}
    present["baken.submit.nl-pol"] = TopicState(
        partitions=4, replication=1, settings=desired.topics["baken.submit.nl-pol"].settings
    )
    changes = plan(desired, replace(desired, topics=present))
    assert changes.changes == 0
    assert changes.blocked == (
        "baken.submit.nl-pol has 4 partitions, wanted 2",
        "baken.submit.nl-pol has 1 copies, wanted 3",
    )

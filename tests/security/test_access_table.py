"""The access table: every cell of it, computed from the topology file and asked of a real node."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from kafka import KafkaAdminClient

from broker.embedded import home as homes
from broker.settings import Log
from broker.topology.model import Acl, Member, State
from contracts.identifiers import Environment
from tests.security.access import OPERATIONS, Row, rows
from tests.support.exchange import RunningNode

MEMBERS = tuple(
    Member(id=participant, auditor=participant == "EU-AUD")
    for participant in ("NL-POL", "DE-BKA", "BE-FGP", "NL-CARE", "EU-AUD")
)
TABLE = {
    "submit": {"owner": "W", "broker": "R"},
    "feed": {"owner": "R", "broker": "W"},
    "audit": {"broker": "RW", "checkpointer": "R", "auditor": "R"},
    "checkpoints": {"gateway": "R", "broker": "R", "checkpointer": "RW", "auditor": "R", "operator": "R"},
    "bulletin": {"owner": "RW", "gateway": "R", "broker": "R", "checkpointer": "R", "auditor": "R", "operator": "R"},
    "trust": {"gateway": "R", "broker": "R", "checkpointer": "R", "auditor": "R", "operator": "RW"},
    "quarantine": {"owner": "R", "broker": "W"},
}
"""The table as decided. The file follows it; a change of the file alone is noticed here."""


@contextmanager
def admin(log: Log) -> Iterator[Any]:
    """Open an administration client with somebody's certificate."""
    context = ssl.create_default_context(cafile=str(log.tls.ca))
    context.load_cert_chain(log.tls.certificate, log.tls.key)
    client = KafkaAdminClient(bootstrap_servers=log.bootstrap, security_protocol="SSL", ssl_context=context)
    try:
        yield client
    finally:
        client.close()


def test_the_file_holds_the_table_as_decided() -> None:
    """Who reads and writes what is the decided table, no more and no less."""
    found = {name: topic.access.model_dump(exclude_none=True) for name, topic in homes.topology().topics.items()}
    assert found == TABLE


@pytest.mark.parametrize("environment", list(Environment))
def test_the_access_rules_grant_every_cell_and_nothing_more(environment: Environment) -> None:
    """For each principal, topic and operation the rules allow exactly what the table says."""
    topology = homes.topology()
    desired = topology.desired(environment, MEMBERS)
    cells = 0
    for row in rows(topology, environment, MEMBERS):
        if row.principal in topology.principals.super:
            continue
        assert granted(desired, row) == row.allowed, row
        cells += len(OPERATIONS)
    assert cells >= 500


@pytest.mark.parametrize("environment", list(Environment))
def test_no_topic_has_two_participants_as_writers(environment: Environment) -> None:
    """Whoever writes a topic is one participant or a service of the hub."""
    written: dict[str, set[str]] = {}
    for row in rows(homes.topology(), environment, MEMBERS):
        if "write" in row.allowed and "-" in row.principal:
            written.setdefault(row.topic, set()).add(row.principal)
    assert written
    assert all(len(writers) == 1 for writers in written.values())


@pytest.mark.parametrize("owner", ["NL-POL", "DE-BKA", "NL-CARE", "EU-AUD", "broker", "checkpointer", "operator"])
def test_a_real_node_grants_every_cell_and_nothing_more(kafka_node: RunningNode, owner: str) -> None:
    """Asked with its own certificate, the node names for each topic exactly the operations of the table."""
    wanted = {
        row.topic: row.allowed
        for row in rows(homes.topology(), Environment.LIVE, MEMBERS)
        if row.principal == owner.lower()
    }
    with admin(kafka_node.log(owner)) as client:
        described = {topic["name"]: topic for topic in client.describe_topics(sorted(wanted))}
    found = {
        name: frozenset(word.lower() for word in described[name].get("authorized_operations") or ()) & set(OPERATIONS)
        for name in wanted
    }
    assert found == wanted


def granted(desired: State, row: Row) -> frozenset[str]:
    """Judge as Kafka's authoriser does: exact and prefixed names, and what reading and writing imply."""
    allowed = {acl.operation for acl in desired.acls if acl.principal == f"User:{row.principal}" and covers(acl, row)}
    if "all" in allowed:
        return frozenset(OPERATIONS)
    implied = {"describe"} if allowed & {"read", "write", "delete", "alter"} else set()
    return frozenset(allowed | implied)


def covers(acl: Acl, row: Row) -> bool:
    if acl.resource != "topic" or acl.permission != "allow":
        return False
    if acl.pattern == "prefixed":
        return row.topic.startswith(acl.name)
    return acl.name in (row.topic, "*")

"""Compute from the topology file what every principal may do to every topic: the access table as single cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from broker.topology.model import AccessTable, Member, Topology
from contracts.identifiers import Environment

OPERATIONS = ("read", "write", "create", "delete", "alter", "describe", "describe_configs", "alter_configs")
HUB = ("broker", "checkpointer", "operator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A principal and a topic, with the operations that must be allowed; all others must be denied."""

    principal: str
    topic: str
    allowed: frozenset[str]


def rows(topology: Topology, environment: Environment, members: tuple[Member, ...]) -> Iterator[Row]:
    """Yield one row for each principal and topic of an environment, eight cells each."""
    gateways = [member for member in members if not member.auditor]
    for pattern in topology.topics.values():
        for owner in gateways if pattern.per_participant else [None]:
            topic = pattern.name.replace("{env}", environment.prefix)
            topic = topic.replace("{participant}", owner.id.lower() if owner else "")
            for member in members:
                yield Row(
                    principal=member.id.lower(),
                    topic=topic,
                    allowed=_allowed(_letters(pattern.access, member, owner)),
                )
            for role in HUB:
                super_user = role in topology.principals.super
                letters = getattr(pattern.access, role) or ""
                yield Row(
                    principal=role, topic=topic, allowed=frozenset(OPERATIONS) if super_user else _allowed(letters)
                )


def _letters(access: AccessTable, member: Member, owner: Member | None) -> str:
    role = access.auditor if member.auditor else access.gateway
    return (role or "") + ((access.owner or "") if member == owner else "")


def _allowed(letters: str) -> frozenset[str]:
    """Reading and writing imply describing (Kafka's own rule)."""
    names = {"R": "read", "W": "write"}
    allowed = {names[letter] for letter in letters}
    return frozenset(allowed | ({"describe"} if allowed else set()))

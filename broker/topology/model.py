"""Read the topology file into closed types, and spell out what it means for given participants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from broker.settings import Settings
from contracts.identifiers import Environment

Value = str | int | float
Access = Literal["R", "W", "RW"]
_PARTICIPANT = "{participant}"


class Compaction(StrEnum):
    """Which settings hold: those of live data, or those that let tests see erasure within seconds."""

    PRODUCTION = "production"
    TEST = "test"


class Replication(StrEnum):
    """How many copies a partition has: on the three nodes of a cluster, or on a single node."""

    CLUSTER = "cluster"
    SINGLE = "single"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Acl:
    """One access rule in Kafka's words, in lower case.

    The topology makes only rules that allow a principal (`User:<name>`) to read or write the resource of
    exactly this name. The other fields are there to recognise, and withdraw, what somebody else made.
    Reading and writing imply describing (Kafka's own rule).
    """

    resource: str
    name: str
    principal: str
    operation: str
    pattern: str = "literal"
    permission: str = "allow"
    host: str = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A participant as far as Kafka is concerned. An auditor reads and has no topics of its own."""

    id: str
    slots: int = 1
    auditor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicState:
    """A topic's partitions, copies, and the settings that differ from Kafka's defaults (as Kafka spells them)."""

    partitions: int
    replication: int
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Topics by name, ACLs, and quotas by user name: what should be, or what is."""

    topics: Mapping[str, TopicState]
    acls: frozenset[Acl]
    quotas: Mapping[str, Mapping[str, float]]


class ReplicationSettings(Settings):
    """Copies of each partition, and how many must hold a record before it counts as written."""

    factor: Annotated[int, Field(ge=1)]
    min_insync: Annotated[int, Field(ge=1)]


class Overlay(Settings):
    """Settings for live data and the replacements for tests."""

    settings: dict[str, Value] = Field(default_factory=dict)
    test: dict[str, Value] = Field(default_factory=dict)

    def chosen(self, compaction: Compaction) -> dict[str, str]:
        """Return the settings that hold, as Kafka spells them."""
        chosen = {**self.settings, **(self.test if compaction is Compaction.TEST else {})}
        return {name: str(value) for name, value in chosen.items()}


class AccessTable(Settings):
    """Who may read and write a topic; an absent role may do neither."""

    owner: Access | None = None
    gateway: Access | None = None
    broker: Access | None = None
    checkpointer: Access | None = None
    auditor: Access | None = None
    operator: Access | None = None


class TopicPattern(Overlay):
    """A topic, or a family of topics with one per participant."""

    name: Annotated[str, Field(pattern=r"^\{env\}\.[a-z]+(\.\{participant\})?$")]
    partitions: Annotated[int, Field(ge=1)] | Literal["slots"]
    access: AccessTable

    @property
    def per_participant(self) -> bool:
        """Tell whether each participant has its own."""
        return _PARTICIPANT in self.name


class Principals(Settings):
    """Kafka user of each role."""

    gateway: str
    auditor: str
    broker: str
    checkpointer: str
    operator: str
    super: list[str]


class Groups(Settings):
    """Consumer groups that a role may use."""

    gateway: list[str]
    broker: list[str]


class Topology(Settings):
    """The whole file."""

    principals: Principals
    groups: Groups
    quotas: dict[Literal["gateway"], dict[str, float]]
    replication: dict[Replication, ReplicationSettings]
    common: Overlay
    node: Overlay
    topics: dict[str, TopicPattern]

    def desired(
        self,
        environment: Environment,
        members: Iterable[Member],
        *,
        compaction: Compaction = Compaction.PRODUCTION,
        replication: Replication = Replication.CLUSTER,
    ) -> State:
        """Spell out every topic, ACL and quota for these participants."""
        all_members = list(members)
        gateways = [member for member in all_members if not member.auditor]
        copies = self.replication[replication]
        topics: dict[str, TopicState] = {}
        acls: set[Acl] = set()
        for pattern in self.topics.values():
            for owner in gateways if pattern.per_participant else [None]:
                name = _fill(pattern.name, environment, owner)
                topics[name] = TopicState(
                    partitions=_partitions(pattern, owner),
                    replication=copies.factor,
                    settings={
                        **self.common.chosen(compaction),
                        **pattern.chosen(compaction),
                        "min.insync.replicas": str(copies.min_insync),
                    },
                )
                acls.update(self._topic_acls(name, pattern.access, owner, all_members))
        for member in gateways:
            names = [_fill(group, environment, member) for group in self.groups.gateway]
            acls.update(_group_acl(name, self._user("gateway", member)) for name in names)
        acls.update(_group_acl(name, self._user("broker", None)) for name in self.groups.broker)
        quotas = {_fill(self.principals.gateway, environment, member): self.quotas["gateway"] for member in gateways}
        return State(topics=topics, acls=frozenset(acls), quotas=quotas)

    def _topic_acls(
        self, topic: str, access: AccessTable, owner: Member | None, members: list[Member]
    ) -> Iterator[Acl]:
        grants: dict[str, str] = {}
        for member in members:
            role = "auditor" if member.auditor else "gateway"
            own = access.owner if member == owner else None
            grants[self._user(role, member)] = (getattr(access, role) or "") + (own or "")
        for role in ("broker", "checkpointer", "operator"):
            grants[self._user(role, None)] = getattr(access, role) or ""
        for principal, letters in grants.items():
            if principal.removeprefix("User:") in self.principals.super:
                continue
            for letter, operation in (("R", "read"), ("W", "write")):
                if letter in letters:
                    yield Acl(resource="topic", name=topic, principal=principal, operation=operation)

    def _user(self, role: str, member: Member | None) -> str:
        return f"User:{_fill(getattr(self.principals, role), None, member)}"


def _fill(pattern: str, environment: Environment | None, member: Member | None) -> str:
    filled = pattern.replace("{env}", environment.prefix if environment else "")
    return filled.replace(_PARTICIPANT, member.id.lower() if member else "")


def _partitions(pattern: TopicPattern, owner: Member | None) -> int:
    if pattern.partitions == "slots":
        return owner.slots if owner else 1
    return pattern.partitions


def _group_acl(name: str, principal: str) -> Acl:
    return Acl(resource="group", name=name, principal=principal, operation="read")

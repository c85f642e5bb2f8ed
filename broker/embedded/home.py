"""Lay out the home of a local exchange: where everything lies, and what it was made with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from broker.embedded import places
from broker.embedded.defaults import is_auditor, terms_of
from broker.embedded.node import Node
from broker.embedded.ports import LOOPBACK
from broker.settings import Log, Settings, Tls
from broker.topology.model import Compaction, Member, Replication, State, Topology
from contracts.errors import UsageError
from contracts.identifiers import Environment

DEFAULT_PARTICIPANTS = ("NL-POL", "DE-BKA", "BE-FGP", "NL-CARE", "EU-AUD")
MARKER = "exchange.toml"
"""Written last: a folder that has it is a complete home."""


class HomeFile(Settings):
    """`exchange.toml`: what the exchange was made with. Ports may change when somebody else took them.

    `bootstrap` names the nodes of a cluster that runs elsewhere; without it, Kafka is the embedded node.
    """

    environment: Environment
    compaction: Compaction
    participants: Annotated[list[str], Field(min_length=1)]
    port: int
    controller_port: int
    http_ports: dict[str, int]
    bootstrap: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A complete home and its places. `folder` is absolute."""

    folder: Path
    environment: Environment
    compaction: Compaction
    participants: tuple[str, ...]
    port: int
    controller_port: int
    http_ports: Mapping[str, int]
    cluster: str | None = None

    @property
    def bootstrap(self) -> str:
        """Where clients reach Kafka."""
        return self.cluster or f"{LOOPBACK}:{self.port}"

    @property
    def gateways(self) -> tuple[str, ...]:
        """Participants with a gateway: all but auditors."""
        return tuple(participant for participant in self.participants if not is_auditor(participant))

    @property
    def trust(self) -> Path:
        """Folder of roots, list, CAs and the coordinating body's keys."""
        return self.folder / "trust"

    @property
    def run(self) -> Path:
        """Folder of pid files, state and lock."""
        return self.folder / "run"

    @property
    def lock(self) -> Path:
        """Held by the supervisor that owns this home."""
        return self.run / "lock"

    @property
    def logs(self) -> Path:
        """Folder of the services' output."""
        return self.folder / "logs"

    @property
    def broker_config(self) -> Path:
        """Configuration of the broker."""
        return self.folder / "broker" / "broker.toml"

    @property
    def checkpointer_config(self) -> Path:
        """Configuration of the checkpointer."""
        return self.folder / "checkpointer" / "checkpointer.toml"

    @property
    def transport_ca(self) -> Path:
        """Certificate of the only CA that Kafka accepts."""
        return self.trust / "transport-ca.pem"

    def participant(self, participant: str) -> Path:
        """Return the folder of a participant.

        Raises:
            UsageError: it takes no part in this exchange.
        """
        if participant not in self.participants:
            raise UsageError(f"{participant} takes no part in {self.folder}: {', '.join(self.participants)} do")
        return self.folder / participant

    def config(self, participant: str) -> Path:
        """Return a participant's configuration: `auditor.toml` of an auditor, else `gateway.toml`."""
        return self.participant(participant) / ("auditor.toml" if is_auditor(participant) else "gateway.toml")

    def clients(self, participant: str) -> Path:
        """Return the folder of the CA and the certificates of a gateway's HTTP clients."""
        return self.participant(participant) / "clients"

    def url(self, participant: str) -> str:
        """Return where a gateway serves HTTP."""
        return f"https://{LOOPBACK}:{self.http_ports[participant]}"

    def node(self) -> Node:
        """Return the Kafka node of this home."""
        folder = self.folder / "kafka"
        return Node(
            folder=folder,
            port=self.port,
            controller_port=self.controller_port,
            ca=self.transport_ca,
            keystore=folder / "node.pem",
            compaction=self.compaction,
        )

    def operator_log(self) -> Log:
        """Return how the operator reaches Kafka."""
        keys = self.folder / "operator" / "keys"
        tls = Tls(ca=self.transport_ca, certificate=keys / "tls.pem", key=keys / "tls.key")
        return Log(bootstrap=self.bootstrap, tls=tls)

    def desired(self, topology: Topology) -> State:
        """Return what Kafka should hold for these participants."""
        members = [
            Member(id=participant, slots=terms_of(participant).slots, auditor=is_auditor(participant))
            for participant in self.participants
        ]
        copies = Replication.SINGLE if self.cluster is None else Replication.CLUSTER
        return topology.desired(self.environment, members, compaction=self.compaction, replication=copies)


def exists(folder: Path) -> bool:
    """Tell whether there is a complete home."""
    return (folder / MARKER).is_file()


def load(folder: Path) -> Home:
    """Read a home.

    Raises:
        UsageError: there is none, or its file is damaged.
    """
    absolute = folder.resolve()
    if not exists(absolute):
        raise UsageError(f"{folder} is no home of an exchange: `baken up --home {folder}` makes one")
    file = HomeFile.load(absolute / MARKER)
    return Home(
        folder=absolute,
        environment=file.environment,
        compaction=file.compaction,
        participants=tuple(file.participants),
        port=file.port,
        controller_port=file.controller_port,
        http_ports=file.http_ports,
        cluster=file.bootstrap,
    )


def checked(participants: Sequence[str]) -> tuple[str, ...]:
    """Return the participants as given, each once and each well formed.

    Raises:
        UsageError: none, one twice, or one of another form.
    """
    for participant in participants:
        terms_of(participant)
    if not participants or len(set(participants)) != len(participants):
        raise UsageError("give at least one participant, and each once")
    return tuple(participants)


def topology() -> Topology:
    """Read the topology file."""
    return Topology.load(places.TOPOLOGY)

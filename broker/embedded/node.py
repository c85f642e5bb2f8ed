"""Format and start one Kafka node: KRaft, TLS with client certificates on every listener, deny by default."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from broker.embedded import places
from broker.embedded.ports import LOOPBACK
from broker.topology.model import Compaction, Topology
from contracts.errors import ServiceFailed

HEAP_MEGABYTES = 512
"""A node unpacks a batch before it can refuse it; 256 MB is ample for records, not for that."""
FORMAT_SECONDS = 60
READY_LINE = "Kafka Server started"
"""Written by `kafka.server.KafkaRaftServer` when the node serves requests."""
PRINCIPAL_RULE = r"RULE:^CN=[^,]+,OU=([^,]+),O=[^,]+,C=[A-Z]{2}$/$1/L,DEFAULT"
"""The `OU` alone names the principal. Kafka sees the name in RFC 2253 order: the reverse of C, O, OU, CN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A single node and its files. `keystore` holds the PKCS#8 key and the certificate in one PEM file.

    `bind` is where it listens; clients are always told the loopback address.
    """

    folder: Path
    port: int
    controller_port: int
    ca: Path
    keystore: Path
    compaction: Compaction = Compaction.PRODUCTION
    bind: str = LOOPBACK

    @property
    def data(self) -> Path:
        """Where partitions lie."""
        return self.folder / "data"

    @property
    def properties(self) -> Path:
        """The file that Kafka reads at start."""
        return self.folder / "server.properties"

    @property
    def bootstrap(self) -> str:
        """Address for clients."""
        return f"{LOOPBACK}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What a node runs on: a Java runtime and Kafka's jars."""

    java: Path
    jars: Sequence[Path]

    def command(self, node: Node, main: str, *arguments: str) -> list[str]:
        """Return the command line of a main class of Kafka.

        The first compiler tier alone halves the time to start; the class path is spelled out, so that
        nothing that lies beside the checked jars is ever loaded.
        """
        return [
            str(self.java),
            f"-Xmx{HEAP_MEGABYTES}m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            f"-Djava.io.tmpdir={node.folder / 'tmp'}",
            f"-Dlog4j2.configurationFile={places.LOG4J}",
            "-cp",
            os.pathsep.join(map(str, self.jars)),
            main,
            *arguments,
        ]

    def serve(self, node: Node) -> list[str]:
        """Return the command line that runs the node until it is told to stop."""
        return self.command(node, "kafka.Kafka", str(node.properties))


Run = Callable[[Sequence[str]], str | None]
"""Run a command to its end and return the last line that it printed if it failed."""


def run_here(command: Sequence[str]) -> str | None:
    """Run a command as a child process."""
    outcome = subprocess.run(  # noqa: S603 - our own Java and checked jars
        command, capture_output=True, text=True, timeout=FORMAT_SECONDS, check=False
    )
    if outcome.returncode == 0:
        return None
    return (outcome.stderr.strip().splitlines() or outcome.stdout.strip().splitlines() or ["no output"])[-1]


def prepare(node: Node, program: Program, topology: Topology, run: Run = run_here) -> bool:
    """Write the node's properties and format its storage if it has none; return whether it was formatted.

    Storage that is there is used as it is. It is formatted under another name and renamed, so that a
    crash leaves either none or a complete one. `run` runs the storage tool to its end.

    Raises:
        ServiceFailed: Kafka's storage tool failed; its last line is in the message.
    """
    (node.folder / "tmp").mkdir(parents=True, exist_ok=True)
    write_properties(node.properties, settings(node, topology))
    if node.data.exists():
        return False
    fresh = node.folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    recipe = node.folder / "format.properties"
    write_properties(recipe, {**settings(node, topology), "log.dirs": str(fresh)})
    fault = run(
        program.command(
            node, "kafka.tools.StorageTool", "format", "--standalone", "-t", cluster_id(), "-c", str(recipe)
        )
    )
    recipe.unlink()
    if fault is not None:
        raise ServiceFailed(f"Kafka could not format {node.folder}: {fault}")
    fresh.rename(node.data)
    return True


def cluster_id() -> str:
    """Make a cluster id: a random UUID in base64url that no command line takes for an option."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode("ascii").rstrip("=")
        if not text.startswith("-"):
            return text


def settings(node: Node, topology: Topology) -> dict[str, str]:
    """Return the node's properties."""
    listener, controller = f"SSL://{node.bootstrap}", f"CONTROLLER://{LOOPBACK}:{node.controller_port}"
    bound = f"SSL://{node.bind}:{node.port}"
    return {
        "node.id": "1",
        "controller.quorum.bootstrap.servers": f"{LOOPBACK}:{node.controller_port}",
        "listeners": f"{bound},{controller}",
        "advertised.listeners": f"{listener},{controller}",
        "log.dirs": str(node.data),
        # One node: nothing to copy to, few coordinators, and no waiting for members that will not come.
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        "group.coordinator.append.linger.ms": "0",
        # The default takes 128 MB of a 512 MB heap.
        "log.cleaner.dedupe.buffer.size": "10485760",
        # A node that was killed waits for its own former session before it may serve again.
        "broker.session.timeout.ms": "4000",
        "broker.heartbeat.interval.ms": "1000",
        **secured(ca=node.ca, keystore=node.keystore, topology=topology),
        **topology.node.chosen(node.compaction),
    }


def secured(*, ca: Path, keystore: Path, topology: Topology) -> dict[str, str]:
    """Return what every node has, alone or in a cluster: two roles, TLS with client certificates, deny by default."""
    return {
        "process.roles": "broker,controller",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "SSL",
        "listener.security.protocol.map": "CONTROLLER:SSL,SSL:SSL",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(keystore),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(ca),
        "ssl.client.auth": "required",
        "ssl.enabled.protocols": "TLSv1.3",
        "ssl.protocol": "TLSv1.3",
        "ssl.principal.mapping.rules": PRINCIPAL_RULE,
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": ";".join(f"User:{name}" for name in topology.principals.super),
        "allow.everyone.if.no.acl.found": "false",
        "auto.create.topics.enable": "false",
    }


def write_properties(path: Path, values: Mapping[str, str]) -> None:
    """Write a properties file as Java reads it."""
    # A backslash begins an escape in Java's properties format.
    lines = [f"{key}={value.replace(chr(92), chr(92) * 2)}" for key, value in values.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

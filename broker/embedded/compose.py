"""Make the home of an exchange whose Kafka has three nodes, each service in a container: for `deploy/compose`.

`python -m broker.embedded.compose --home DIR` makes the PKI, the signed trust list and every configuration file, as
for a local exchange, and what differs in a cluster: three nodes with certificates of their own names, a second broker,
databases on PostgreSQL. Keys of roots and CAs stay in DIR/trust; no container gets them.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from broker.embedded import configs, node, setup
from broker.embedded import home as homes
from broker.embedded.home import MARKER, Home
from broker.embedded.pki import TransportTls
from broker.ports import Randomness
from broker.topology.model import Compaction, Replication, Topology
from broker.trust.issue import CertificateAuthority
from broker.trust.keyfiles import write_private
from contracts.errors import BakenError

NODES = ("kafka-1", "kafka-2", "kafka-3")
SECOND_BROKER = "broker-2"
PARTICIPANTS = ("NL-POL", "DE-BKA", "EU-AUD")
INSIDE = Path("/exchange")
"""Where the containers see their part of the home."""
PORT, CONTROLLER_PORT = 9093, 9094
BOOTSTRAP = ",".join(f"{host}:{PORT}" for host in NODES)
LISTEN = "0.0.0.0:8443"
DATABASE = "postgresql+psycopg://{user}@postgres/{user}?passfile={passfile}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was made: the home, and the variables of `compose.yaml`."""

    home: Home
    environment: dict[str, str]


def prepare(
    folder: Path, *, participants: Sequence[str], now: datetime, randomness: Randomness, compaction: Compaction
) -> Made:
    """Make the home at `folder`; one that is there is left as it is.

    Raises:
        UsageError: the folder holds something else, or a participant is named wrongly.
    """
    home = setup.ensure(folder, participants=participants, compaction=compaction, now=now, randomness=randomness)
    variables = home.folder / "compose.env"
    if not variables.exists():
        _complete(home, variables, now=now, randomness=randomness)
    lines = (line.split("=", 1) for line in variables.read_text(encoding="utf-8").splitlines())
    return Made(home=homes.load(folder), environment=dict(lines))


def _complete(home: Home, variables: Path, *, now: datetime, randomness: Randomness) -> None:
    """Turn the home of a local exchange into that of a cluster. Every step can be repeated; the last one ends it."""
    topology = homes.topology()
    transport = CertificateAuthority.load(home.trust / "transport-ca.key", home.transport_ca)
    tls = TransportTls(transport=transport, now=now, randomness=randomness)
    for number, host in enumerate(NODES, start=1):
        _node(home, number, host, topology, tls)
    shutil.rmtree(home.node().folder, ignore_errors=True)
    second = home.folder / SECOND_BROKER
    tls.client(second / "keys", "broker", SECOND_BROKER)
    text = home.broker_config.read_text(encoding="utf-8").replace('"broker-1"', f'"{SECOND_BROKER}"')
    (second / home.broker_config.name).write_text(_bootstrap(text), encoding="utf-8")
    services = (home.broker_config, home.checkpointer_config)
    for path in (*services, *(home.config(participant) for participant in home.participants)):
        path.write_text(_bootstrap(path.read_text(encoding="utf-8")), encoding="utf-8")
    for participant in home.gateways:
        _database(home, participant)
        _interface(home, participant)
    marker = home.folder / MARKER
    text = marker.read_text(encoding="utf-8")
    if "bootstrap" not in text:
        marker.write_text(f'{text}bootstrap = "{BOOTSTRAP}"\n', encoding="utf-8")
    part = variables.with_name(f".{variables.name}")
    part.write_text(
        f"BAKEN_HOME={home.folder}\nBAKEN_CLUSTER_ID={node.cluster_id()}\nBAKEN_USER={os.getuid()}:{os.getgid()}\n",
        encoding="utf-8",
    )
    part.replace(variables)


def _node(home: Home, number: int, host: str, topology: Topology, tls: TransportTls) -> None:
    folder = home.folder / host
    (folder / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
    tls.node(folder / "node.pem", host, [host])
    node.write_properties(folder / "server.properties", settings(number, topology, compaction=home.compaction))


def settings(number: int, topology: Topology, *, compaction: Compaction) -> dict[str, str]:
    """Return the properties of node `number` of the cluster, from 1."""
    host = NODES[number - 1]
    copies = topology.replication[Replication.CLUSTER]
    internal = ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")
    return {
        "node.id": str(number),
        "controller.quorum.voters": ",".join(f"{n}@{name}:{CONTROLLER_PORT}" for n, name in enumerate(NODES, start=1)),
        "listeners": f"SSL://0.0.0.0:{PORT},CONTROLLER://0.0.0.0:{CONTROLLER_PORT}",
        "advertised.listeners": f"SSL://{host}:{PORT},CONTROLLER://{host}:{CONTROLLER_PORT}",
        "log.dirs": str(INSIDE / host / "data"),
        "default.replication.factor": str(copies.factor),
        "min.insync.replicas": str(copies.min_insync),
        **{f"{name}.replication.factor": str(copies.factor) for name in internal},
        **{f"{name}.min.isr": str(copies.min_insync) for name in internal if name != "offsets.topic"},
        **node.secured(
            ca=INSIDE / "trust" / "transport-ca.pem", keystore=INSIDE / host / "node.pem", topology=topology
        ),
        **topology.node.chosen(compaction),
    }


def _database(home: Home, participant: str) -> None:
    """Keep both stores of a gateway on PostgreSQL; the password stands in files that only their owner reads."""
    user = participant.lower().replace("-", "_")
    folder = home.participant(participant)
    password = secrets.token_urlsafe(24)
    write_private(folder / "keys" / "pgpass", f"postgres:5432:*:{user}:{password}\n".encode())
    write_private(folder / "postgres.password", password.encode())
    config = home.config(participant)
    url = DATABASE.format(user=user, passfile=INSIDE / participant / "keys" / "pgpass")
    text = config.read_text(encoding="utf-8")
    for name in ("outbox", "inbox"):
        text = re.sub(rf'^{name} = ".*"$', f'{name} = "{url}"', text, flags=re.MULTILINE)
    config.write_text(text, encoding="utf-8")


def _interface(home: Home, participant: str) -> None:
    """Let the gateway listen inside its container; what of it the host shows is for compose.yaml to say."""
    config = home.config(participant)
    text = re.sub(r'^listen = ".*"$', f'listen = "{LISTEN}"', config.read_text(encoding="utf-8"), flags=re.MULTILINE)
    config.write_text(text, encoding="utf-8")
    (home.participant(participant) / "intake").mkdir(exist_ok=True, mode=0o700)


def _bootstrap(text: str) -> str:
    return configs.BOOTSTRAP.sub(f'bootstrap = "{BOOTSTRAP}"', text)


def main(arguments: list[str]) -> int:
    """Make the home and say what to do with it."""
    parser = argparse.ArgumentParser(prog="python -m broker.embedded.compose", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--participants", default=",".join(PARTICIPANTS), help="comma-separated (%(default)s)")
    options = parser.parse_args(arguments)
    try:
        made = prepare(
            options.home,
            participants=options.participants.split(","),
            now=datetime.now(UTC),
            randomness=os.urandom,
            compaction=Compaction.PRODUCTION,
        )
    except BakenError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write(
        f"made {made.home.folder}\n"
        f"next: docker compose --env-file {made.home.folder / 'compose.env'} -f deploy/compose/compose.yaml up\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

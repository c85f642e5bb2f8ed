"""The exchange in containers: three nodes, two brokers, no key where it does not belong."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from broker.embedded import compose, home, places
from broker.embedded.compose import BOOTSTRAP, INSIDE, NODES, PARTICIPANTS, Made, prepare
from broker.embedded.exchange import up
from broker.embedded.jars import kafka_version, locked
from broker.settings import AuditorSettings, BrokerSettings, CheckpointerSettings, GatewaySettings
from broker.topology.model import Compaction
from contracts.errors import UsageError

FILE = places.REPOSITORY / "deploy" / "compose" / "compose.yaml"
SECRETS = {"root-1.key", "root-2.key", "root-3.key", "transport-ca.key", "national-NL.key", "national-DE.key", "ca.key"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("compose") / "home")


def make(folder: Path) -> Made:
    return prepare(
        folder,
        participants=PARTICIPANTS,
        now=datetime(2026, 3, 2, tzinfo=UTC),
        randomness=os.urandom,
        compaction=Compaction.PRODUCTION,
    )


@pytest.fixture(scope="module")
def services(made: Made) -> dict[str, Any]:
    """Render the file: every variable replaced by its value or default, as Compose does it."""

    def value(match: re.Match[str]) -> str:
        name, _, default = match[1].partition(":")
        found = made.environment.get(name, default[1:] if default.startswith("-") else None)
        assert found is not None, f"{name} has neither value nor default"
        return found

    document = yaml.safe_load(re.sub(r"\$\{([^}]+)\}", value, FILE.read_text(encoding="utf-8")))
    rendered: dict[str, Any] = document["services"]
    return rendered


def mounts(service: dict[str, Any]) -> Iterator[tuple[Path, Path, bool]]:
    """Yield source, target and whether it is read-only, of what a service sees of the home."""
    for mount in service.get("volumes", ()):
        source, target, *mode = mount.split(":")
        if "/" in source:
            yield (FILE.parent / source).resolve(), Path(target), mode == ["ro"]


def test_the_parts_are_there(services: dict[str, Any]) -> None:
    """Three nodes, two brokers, checkpointer, operator, one gateway and its database, and the topology once."""
    assert set(NODES) | {f"{node}-format" for node in NODES} <= services.keys()
    assert {"broker-1", "broker-2", "checkpointer", "operator", "topology", "gateway-nl-pol", "postgres"} <= set(
        services
    )
    assert services["topology"]["command"][:2] == ["topology", "apply"]


def test_every_path_of_a_command_is_mounted_and_there(made: Made, services: dict[str, Any]) -> None:
    """What a container is told to read is a file of the home that it can see."""
    for name, service in services.items():
        seen = {target: source for source, target, _ in mounts(service)}
        for source in seen.values():
            assert source.exists(), f"{name}: {source}"
        for word in service.get("command", ()):
            path = Path(word.rpartition("=")[2])
            if path.is_relative_to(INSIDE) and path != INSIDE:
                mounted = next(target for target in seen if path == target or path.is_relative_to(target))
                assert (seen[mounted] / path.relative_to(mounted)).exists() or seen[mounted].is_file(), (
                    f"{name}: {path}"
                )


def test_no_container_sees_a_key_that_is_not_its_own(made: Made, services: dict[str, Any]) -> None:
    """Keys of roots and CAs are in none; a folder of keys is in one service alone."""
    owners: dict[Path, set[str]] = {}
    for name, service in services.items():
        for source, _, _ in mounts(service):
            files = [source] if source.is_file() else [path for path in source.rglob("*") if path.is_file()]
            assert not {file.name for file in files} & SECRETS, name
            for file in files:
                if file.suffix in {".key", ".password"} or file.name in {"node.pem", "pgpass"}:
                    owners.setdefault(file, set()).add(name.removesuffix("-format"))
    assert owners
    shared = {path.name: names for path, names in owners.items() if len(names) > 1}
    assert shared == {"tls.key": {"topology", "operator"}, "freshness.key": {"topology", "operator"}}


def test_containers_of_ours_are_confined(services: dict[str, Any]) -> None:
    """They run as nobody special, without capabilities, on a root file system that they cannot write."""
    for name, service in services.items():
        if name != "postgres":
            assert service["read_only"], name
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
            assert service["user"] == f"{os.getuid()}:{os.getgid()}", name
        assert "privileged" not in service
        shown = service.get("ports", [])
        assert not shown or name == "gateway-nl-pol", "nothing of the hub is shown on the host"
        assert all(port.startswith("127.0.0.1:") for port in shown)


def test_images_are_pinned_to_a_version(services: dict[str, Any]) -> None:
    """No image floats; the Kafka release is the pinned one."""
    tags = {service["image"] for service in services.values()}
    assert all(tag.partition(":")[2] not in {"", "latest"} for tag in tags)
    assert f"apache/kafka:{kafka_version(locked())}" in tags


def test_configurations_load_and_lead_to_the_cluster(made: Made) -> None:
    """Every service's file is complete, and names all three nodes."""
    folder = made.home.folder
    loaded = [
        BrokerSettings.load(folder / "broker" / "broker.toml"),
        BrokerSettings.load(folder / "broker-2" / "broker.toml"),
        CheckpointerSettings.load(folder / "checkpointer" / "checkpointer.toml"),
        GatewaySettings.load(folder / "NL-POL" / "gateway.toml"),
        AuditorSettings.load(folder / "EU-AUD" / "auditor.toml"),
    ]
    assert {one.log.bootstrap for one in loaded} == {BOOTSTRAP}
    assert [one.instance for one in loaded[:2]] == ["broker-1", "broker-2"]
    gateway = loaded[3]
    assert isinstance(gateway, GatewaySettings)
    assert str(gateway.stores.outbox).startswith("postgresql+psycopg://nl_pol@postgres/")


def test_the_topology_is_the_same_file_with_three_copies(made: Made) -> None:
    """A topic of the cluster differs from one of the embedded node in its copies alone."""
    cluster = made.home.desired(home.topology())
    assert {topic.replication for topic in cluster.topics.values()} == {3}
    assert {topic.settings["min.insync.replicas"] for topic in cluster.topics.values()} == {"2"}
    assert "baken.submit.nl-pol" in cluster.topics


def test_nodes_form_one_quorum_and_trust_one_ca(made: Made) -> None:
    """Each has its own name and id; all have the same voters and the deny-by-default of every node."""
    found = [properties(made.home.folder / host / "server.properties") for host in NODES]
    assert [one["node.id"] for one in found] == ["1", "2", "3"]
    assert len({one["controller.quorum.voters"] for one in found}) == 1
    assert all(one["min.insync.replicas"] == "2" and one["ssl.client.auth"] == "required" for one in found)
    assert all(one["allow.everyone.if.no.acl.found"] == "false" for one in found)


def properties(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines())


def test_making_it_again_changes_nothing(made: Made) -> None:
    """Keys, passwords and the cluster's id stay."""
    before = {path: path.read_bytes() for path in made.home.folder.rglob("*") if path.is_file()}
    assert make(made.home.folder).environment == made.environment
    assert {path: path.read_bytes() for path in made.home.folder.rglob("*") if path.is_file()} == before


def test_a_local_exchange_is_not_started_on_it(made: Made) -> None:
    """`baken up` says where that home belongs."""
    with pytest.raises(UsageError, match="deploy/compose"):
        up(made.home.folder)


def test_the_command_says_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its variables are the file that it names."""
    assert compose.main(["--home", str(tmp_path / "home"), "--participants", "NL-POL,EU-AUD"]) == 0
    assert "docker compose --env-file" in capsys.readouterr().out
    assert tomllib.loads((tmp_path / "home" / "exchange.toml").read_text())["bootstrap"] == BOOTSTRAP

"""An exchange whose Kafka runs in a container, for the tests of this folder.

The image is the official one, or what `BAKEN_KAFKA_IMAGE` names; `tests/containers/local_image.py` builds one where
no registry of images is reachable. It needs `java` on its PATH and Kafka's jars in /opt/kafka/libs.
"""

from __future__ import annotations

import asyncio
import gc
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docker
import pytest
from docker.errors import APIError, DockerException, ImageNotFound
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from broker.embedded import home as homes
from broker.embedded import lock, node, operator, places, services
from broker.embedded.exchange import Exchange
from broker.embedded.home import Home
from broker.embedded.jars import kafka_version, locked
from broker.embedded.supervisor import Supervisor
from broker.topology import cluster
from tests.support.exchange import make_home

IMAGE = os.environ.get("BAKEN_KAFKA_IMAGE") or f"apache/kafka:{kafka_version(locked())}"
PROGRAM = node.Program(java=Path("java"), jars=[Path("/opt/kafka/libs/*")])
START_SECONDS = 120.0
MEMORY = "1g"


@pytest.fixture(scope="session")
def image() -> str:
    """Return the name of an image that this engine has or can pull."""
    client, reason = _engine()
    if client is None:
        pytest.skip(f"no Docker engine answers here ({reason})")
    with closing(client):
        try:
            client.images.get(IMAGE)
        except ImageNotFound:
            try:
                client.images.pull(IMAGE)
            except APIError:
                pytest.skip(f"{IMAGE} can be had from no registry: tests/containers/local_image.py builds a local one")
    return IMAGE


def _engine() -> tuple[docker.DockerClient | None, str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # docker-py leaves the socket open that it cannot connect
        try:
            return docker.from_env(), ""
        except DockerException as fault:
            reason = type(fault.__cause__ or fault).__name__
        gc.collect()
    return None, reason


@pytest.fixture(scope="session")
def exchange(image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    """Run a whole exchange: Kafka in a container, every other service as a process of its own."""
    home = make_home(tmp_path_factory.mktemp("container") / "home")
    with ExitStack() as stack:
        stack.enter_context(lock.owned(home.lock))
        stack.enter_context(kafka_in_container(image, home))
        cluster.apply(home.operator_log(), home.desired(homes.topology()))
        asyncio.run(operator.publish_once(home, lambda: datetime.now(UTC)))
        supervisor = Supervisor(home=home.folder)
        stack.callback(supervisor.stop, hurried=lambda: False)
        others = services.others(home, services.names(home))
        for service in others:
            supervisor.start(service)
        supervisor.wait_ready([service.name for service in others], seconds=START_SECONDS)
        yield Exchange(home=home, seconds=())


@contextmanager
def kafka_in_container(image: str, home: Home) -> Iterator[None]:
    """Run the node of `home` in a container: the same properties, certificates and topology as the embedded one."""
    testcontainers_config.ryuk_disabled = True  # its image comes from a registry; the container ends with this block
    kafka = replace(home.node(), bind="0.0.0.0")  # noqa: S104 - inside the container; published on loopback alone
    node.prepare(kafka, PROGRAM, homes.topology(), run=lambda command: _to_its_end(image, home, command))
    container = _container(image, home, PROGRAM.serve(kafka))
    container.ports[str(home.port)] = ("127.0.0.1", home.port)
    with container.waiting_for(LogMessageWaitStrategy(node.READY_LINE).with_startup_timeout(int(START_SECONDS))):
        yield


def _to_its_end(image: str, home: Home, command: Sequence[str]) -> str | None:
    with _container(image, home, command) as container:
        code = container.wait()
        lines = b"\n".join(container.get_logs()).decode().strip().splitlines()
    return None if code == 0 else (lines or ["no output"])[-1]


def _container(image: str, home: Home, command: Sequence[str]) -> DockerContainer:
    """Describe a container that sees the node's own folder, the CA and the log settings at their own places."""
    container = DockerContainer(image, mem_limit=MEMORY, user=f"{os.getuid()}:{os.getgid()}", entrypoint=command[0])
    container.with_command(list(command[1:]))
    container.with_volume_mapping(home.node().folder, str(home.node().folder), "rw")
    container.with_volume_mapping(home.transport_ca, str(home.transport_ca))
    container.with_volume_mapping(places.LOG4J, str(places.LOG4J))
    return container

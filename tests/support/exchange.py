"""Give tests a real Kafka node, and a whole exchange, each started once per session.

`tests/integration`, `tests/fault` and `tests/security` import these fixtures in their `conftest.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broker.embedded import exchange as exchanges
from broker.embedded import run, setup
from broker.embedded.exchange import Exchange
from broker.embedded.home import DEFAULT_PARTICIPANTS, Home
from broker.embedded.supervisor import Supervisor
from broker.settings import Log, Tls
from broker.topology.model import Compaction

GROUP = "kafka"
"""xdist group: what shares a node runs in one worker, beside the fast tests of the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningNode:
    """A Kafka node with the topology of the default participants, and everybody's certificates."""

    home: Home

    def log(self, owner: str) -> Log:
        """Return how `owner` (a participant, `broker`, `checkpointer` or `operator`) reaches the node."""
        keys = self.home.folder / owner / "keys"
        tls = Tls(ca=self.home.transport_ca, certificate=keys / "tls.pem", key=keys / "tls.key")
        return Log(bootstrap=self.home.bootstrap, tls=tls)


def make_home(folder: Path) -> Home:
    """Make a home with the settings that erase within seconds."""
    return setup.ensure(
        folder,
        participants=DEFAULT_PARTICIPANTS,
        compaction=Compaction.TEST,
        now=datetime.now(UTC),
        randomness=os.urandom,
    )


@pytest.fixture(scope="session")
def kafka_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """Run one node with the whole topology and no service."""
    home = make_home(tmp_path_factory.mktemp("node") / "home")
    supervisor = Supervisor(home=home.folder)
    try:
        run.start_node(home, supervisor)
        yield RunningNode(home=home)
    finally:
        supervisor.stop()


@pytest.fixture(scope="session")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    """Run a whole exchange: Kafka, broker, checkpointer, gateways, operator. It ends with the session."""
    folder = tmp_path_factory.mktemp("exchange") / "home"
    with exchanges.up(folder, compaction=Compaction.TEST) as running:
        yield running


def share_one_worker(items: list[pytest.Item], folder: Path) -> None:
    """Put the tests under `folder` that name no group of their own into the one of the shared node."""
    for item in items:
        if item.path.is_relative_to(folder) and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(GROUP))

"""Give tests a real Kafka node, and a whole exchange, each started once per session.

Both are bound to the test run: when it ends, however it ends, they are taken down.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broker.embedded import exchange as exchanges
from broker.embedded import setup
from broker.embedded.exchange import Exchange
from broker.embedded.home import DEFAULT_PARTICIPANTS, Home
from broker.settings import Log, Tls
from broker.topology.model import Compaction

TWO_SHELTERS = (*DEFAULT_PARTICIPANTS, "BE-CARE")
"""What each type of event needs: three police authorities, and two shelters that offer places to each other."""


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
    """Make a home with the settings that erase within seconds, and start nothing."""
    return setup.ensure(
        folder,
        participants=DEFAULT_PARTICIPANTS,
        compaction=Compaction.TEST,
        now=datetime.now(UTC),
        randomness=os.urandom,
    )


@pytest.fixture(scope="session")
def kafka_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """Run one node with the whole topology and a published trust list, and no service."""
    folder = tmp_path_factory.mktemp("node") / "home"
    with exchanges.up(folder, compaction=Compaction.TEST, only=[]) as running:
        yield RunningNode(home=running.home)


@pytest.fixture(scope="session")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    """Run a whole exchange: Kafka, broker, checkpointer, five gateways, operator. It ends with the session."""
    folder = tmp_path_factory.mktemp("exchange") / "home"
    with exchanges.up(folder, participants=TWO_SHELTERS, compaction=Compaction.TEST) as running:
        yield running

"""Participants upgrade months apart: a version of a type is read beside the other, and comes when all have it.

The hub, NL-POL and DE-BKA run a later release, which has a second version of the suspect alert; BE-FGP runs
the present one, and follows. All are processes of their own over a Kafka of their own.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from adapters.interface import as_json
from broker.cli.places import gateway_of
from broker.embedded import exchange, services
from broker.embedded.home import Home
from broker.gateway.entries import InboxEntry
from broker.logging import READY_EVENT
from broker.topology.model import Compaction
from tests.support.command import baken
from tests.support.gateway_world import sections, suspect
from tests.support.next_version import NEWER, OLDER, REFERENCES, CaseReferences, later_release
from tests.support.waiting import until

LATER = "tests.support.next_version"
SECONDS = 60.0

pytestmark = pytest.mark.timeout(300)


@dataclass(slots=True)
class Processes:
    """Services of one home, each of either release; owned by the test, which ends them."""

    home: Home
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *, later: bool) -> None:
        """Start a service of the present or of the later release."""
        command = services.command(self.home, name)
        if later:
            command[command.index("broker.cli")] = LATER
        with self.log(name).open("wb") as output:
            self.running[name] = subprocess.Popen(command, stdout=output, stderr=output)

    def ready(self) -> None:
        """Return when all that were started serve."""
        for name, process in self.running.items():
            until(lambda name=name: self.log(name).read_text(), lambda text: READY_EVENT in text, SECONDS)
            assert process.poll() is None

    def end(self, name: str) -> None:
        """End a service in order."""
        process = self.running.pop(name)
        process.terminate()
        process.wait()

    def log(self, name: str) -> Path:
        """Return where a service logs."""
        return self.home.logs / f"{name}.log"


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """Run the mixed installation."""
    folder = tmp_path_factory.mktemp("mixed") / "home"
    participants = ("NL-POL", "DE-BKA", "BE-FGP", "EU-AUD")
    with exchange.up(
        folder, participants=participants, compaction=Compaction.TEST, only=[services.CHECKPOINTER]
    ) as running:
        processes = Processes(running.home)
        for name in (services.BROKER, "gateway-nl-pol", "gateway-de-bka"):
            processes.start(name, later=True)
        processes.start("gateway-be-fgp", later=False)
        try:
            processes.ready()
            yield processes
        finally:
            for name in list(processes.running):
                processes.end(name)


def later(*words: str | Path) -> Any:
    """Run a command of the later release and return its JSON."""
    with later_release():
        ran = baken(*words, "--json")
    assert ran.code == 0, ran.err + ran.out
    return ran.json()


def allow(home: Home, *participants: str) -> None:
    """Let participants receive and issue the second version, and return when NL-POL's gateway knows."""
    version = later("trust", "allow", NEWER, *participants, "--home", home.folder)["version"]
    with gateway_of(home.folder, "NL-POL") as gateway:
        until(lambda: gateway.trust_memory.current().version, lambda known: known == version, SECONDS)


def publish(home: Home, file: Path) -> Any:
    """Publish the file as NL-POL of the later release."""
    return later("publish", "--home", home.folder, "--as", "NL-POL", "--adapter", "baken-json", file)


def entry(home: Home, participant: str, event: str) -> InboxEntry:
    """Return an event as it stands in an inbox, once it is opened there."""
    with gateway_of(home.folder, participant) as gateway:
        return until(
            lambda: next((one for one in gateway.feed() if one.jti == event and one.state == "opened"), None),
            lambda found: found is not None,
            SECONDS,
        )  # type: ignore[return-value]


def test_a_version_comes_when_all_have_it(mixed: Processes, tmp_path: Path) -> None:
    """While one recipient lags all get the first version, and the loss is told; then the same record says all."""
    home, file = mixed.home, tmp_path / "suspect.json"
    references = {"references": CaseReferences(**REFERENCES)}
    file.write_bytes(as_json(suspect(type=NEWER, sections={**sections("identity", "role"), **references})))

    allow(home, "NL-POL", "DE-BKA")
    first = publish(home, file)
    (event,) = first["events"]
    assert (event["type"], event["version"], event["outcome"]) == (OLDER, 1, "admitted")
    assert [(one["path"], one["reason"], one["value"]) for one in first["residue"]] == [
        ("references.unit", "other_version", '"TEST-UNIT-7"')
    ]
    for participant in ("DE-BKA", "BE-FGP"):
        assert entry(home, participant, event["event"]).type == OLDER
    assert entry(home, "DE-BKA", event["event"]).sections["references"] == {"case_number": "TEST-2026-1"}

    mixed.end("gateway-be-fgp")
    mixed.start("gateway-be-fgp", later=True)
    mixed.ready()
    allow(home, "BE-FGP")
    second = publish(home, file)
    (event,) = second["events"]
    assert (event["type"], event["version"], event["outcome"]) == (NEWER, 2, "admitted")
    assert second["residue"] == []
    assert entry(home, "DE-BKA", event["event"]).sections["references"] == REFERENCES
    assert entry(home, "BE-FGP", event["event"]).type == NEWER
    assert first["events"][0]["alert"] == event["alert"]

    found = later("audit", "verify", "--home", home.folder)["findings"]
    assert [one for one in found if not one["remark"]] == []

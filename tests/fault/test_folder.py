"""Kill the gateway while it works files of the watched folder off: every record once, in bounded memory."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from broker.cli.places import gateway_of
from broker.embedded import exchange, services
from broker.embedded.home import Home
from broker.gateway.gateway import Gateway as Participant
from broker.gateway.tables import entries
from broker.topology.model import Compaction
from tests.support.records import suspects
from tests.support.waiting import until

RECORDS = int(os.environ.get("BAKEN_FOLDER_RECORDS", "800"))
"""In `make test`; 10,000 show the same and take several minutes."""
FILES = 4
GATEWAY = "gateway-nl-pol"
DEADLINE_SECONDS = 120.0 + RECORDS * 0.3
MEMORY_KIB = 24 * 1024
"""How much more the gateway may hold at the end than after a third of the records: caches and the allocator fill up
once, while two thirds of 10,000 records kept in memory, each with its sections and bytes, would take 100 MiB."""

pytestmark = pytest.mark.timeout(int(DEADLINE_SECONDS) + 120)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Run an exchange without the gateway that the test starts and kills."""
    folder = tmp_path_factory.mktemp("folder") / "home"
    chosen = ["operator", "broker", "gateway-de-bka"]
    with exchange.up(folder, compaction=Compaction.TEST, only=chosen) as running:
        yield running.home


class Gateway:
    """The gateway process of NL-POL, started and killed by hand."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        with (self._home.logs / f"{GATEWAY}.log").open("ab") as output:
            self.process = subprocess.Popen(services.command(self._home, GATEWAY), stdout=output, stderr=output)
        return self.process

    def kill(self) -> None:
        """End it with SIGKILL."""
        self.process.kill()
        self.process.wait()

    def memory(self) -> int:
        """Return what it holds in memory, in KiB (`VmRSS` of proc(5))."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def received(gateway: Participant) -> int:
    """Count what is in an inbox without opening it."""
    with gateway.inbox.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(entries)) or 0


@pytest.fixture
def gateway(home: Home) -> Iterator[Gateway]:
    process = Gateway(home)
    yield process
    process.kill()


def test_a_gateway_that_is_killed_twice_publishes_each_record_once(
    home: Home, gateway: Gateway, record_property: Callable[[str, object], None]
) -> None:
    """All records of all files: one event each in the outbox, once in the recipient's inbox, one report a file."""
    intake = home.participant("NL-POL") / "intake"
    until((intake / "in").is_dir, bool, DEADLINE_SECONDS)
    each = RECORDS // FILES
    for n in range(FILES):
        part = intake / "in" / f".{n}.csv"
        part.write_bytes(suspects(each, first=1 + n * each))
        part.rename(intake / "in" / f"{n}.csv")
    with gateway_of(home.folder, "NL-POL") as mine, gateway_of(home.folder, "DE-BKA") as theirs:

        def decided() -> int:
            return sum(one.decided for one in mine.intake.submissions())

        for reached in (RECORDS // 10, RECORDS * 3 // 10):
            until(decided, reached.__le__, DEADLINE_SECONDS)
            gateway.kill()
            gateway.start()
        until(decided, (RECORDS // 3).__le__, DEADLINE_SECONDS)
        settled = gateway.memory()
        until(lambda: len(list((intake / "done").iterdir())), lambda count: count == FILES, DEADLINE_SECONDS)
        grown = gateway.memory() - settled
        record_property("kib_after_a_third", settled)
        record_property("kib_grown", grown)
        reports = [json.loads(path.read_text()) for path in (intake / "done").rglob("*.report.json")]
        events = [record["event"] for report in reports for record in report["records"]]
        assert {record["state"] for report in reports for record in report["records"]} == {"acknowledged"}
        assert len(events) == len(set(events)) == each * FILES
        until(lambda: mine.outbox.open_count(events), lambda left: left == 0, DEADLINE_SECONDS)
        assert mine.outbox.backlog() == {"closed": each * FILES}
        until(lambda: received(theirs), lambda count: count >= each * FILES, DEADLINE_SECONDS)
        seen = Counter(entry.jti for entry in theirs.feed())
    assert seen == Counter(events)
    assert list((intake / "work").iterdir()) == list((intake / "in").iterdir()) == []
    assert grown < MEMORY_KIB

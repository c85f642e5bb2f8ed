"""Measure admission on a real Kafka against a router that copies, and two processes against one.

The router reads records of the size that feed records have and writes them to as many feeds, so both
put the same bytes into the same topics; what the router does not do is admission. Kafka's own work is
nobody's: only the two processes are counted.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from broker.embedded import exchange
from broker.embedded.defaults import terms_of
from broker.embedded.home import Home
from broker.envelope.compose import Event, Issue, compose
from broker.envelope.deliver import feed_values
from broker.ports import Outgoing
from broker.topology.model import Compaction
from broker.transport.kafka_log import KafkaLog
from broker.trust.signer import PemSigner
from contracts.identifiers import AuthorityId, Topics, alert_id, event_id, seconds
from tests.bench import hub, workload
from tests.bench.envelope import event_of
from tests.bench.measure import Row, Spent, Target
from tests.support import envelope_world as world

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {3: Target(bound=0.33, at_least=True), 10: Target(bound=0.5, at_least=True)}
TWO = Target(bound=0.9, at_least=True)
TWO_AT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Rounds, and records of a round: warm-up and measured, fewer where each goes to more feeds."""

    rounds: int
    warm: int
    records: int

    def count(self, recipients: int) -> int:
        """Return how many records to measure for so many recipients."""
        return max(self.records // max(1, recipients // 3), 1)


TINY = Load(rounds=1, warm=1, records=3)
QUICK = Load(rounds=3, warm=100, records=900)
FULL = Load(rounds=7, warm=500, records=4000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who plays what: an issuer and a source of the router for each number of recipients, two pairs of issuers."""

    issuers: dict[int, str]
    sources: dict[int, str]
    alone: tuple[str, str]
    shared: tuple[str, str]
    recipients: tuple[str, ...]


def full_cast(counts: Sequence[int]) -> Cast:
    """Return participants that nobody else is."""
    return Cast(
        issuers={count: f"NL-ONE{count}" for count in counts},
        sources={count: f"NL-SRC{count}" for count in counts},
        alone=("NL-ALONE1", "NL-ALONE2"),
        shared=("NL-SHARED1", "NL-SHARED2"),
        recipients=workload.RECIPIENTS,
    )


class Stage:
    """A running Kafka with its cast. Numbers of each issuer go on from round to round."""

    def __init__(self, home: Home, cast: Cast) -> None:
        self.home = home
        self.cast = cast
        self.topics = Topics(home.environment)
        self._generation = seconds(datetime.now(UTC))
        self._numbers: dict[str, int] = {}

    def event(self, count: int) -> Event:
        """Return the alert for the first `count` recipients, with the profiles that this exchange lists."""
        alert = event_of(workload.draft(), len(workload.RECIPIENTS))
        shapes = {entry.profile: entry for entry in alert.audience}
        kind = alert.type
        audience = [replace_to(shapes[terms_of(name).profiles[kind]], name) for name in self.cast.recipients[:count]]
        return replace(alert, audience=tuple(sorted(audience, key=lambda entry: entry.to)))

    def submitted(self, issuer: str, count: int, records: int) -> list[Outgoing]:
        """Compose records of `issuer` for `count` recipients."""
        folder = self.home.folder / issuer / "keys"
        signer = PemSigner.load(folder / "signing.key", folder / "signing.pem")
        keys, event, now = world.MadeUpKeys(), self.event(count), datetime.now(UTC)
        made = []
        for _ in range(records):
            number = self._numbers[issuer] = self._numbers.get(issuer, 0) + 1
            issue = Issue(
                env=self.home.environment,
                iss=AuthorityId(issuer),
                jti=event_id(now, os.urandom(10)),
                iat=seconds(now),
                exp=seconds(now) + 90 * world.DAY,
                slot=0,
                gen=self._generation,
                seq=number,
            )
            one = replace(event, sub=alert_id(os.urandom(16)))
            composed = compose(one, issue, signer=signer, keys=keys, randomness=os.urandom)
            made.append(
                Outgoing(topic=composed.topic, key=composed.key, value=composed.record, headers=composed.headers)
            )
        return made

    def copied(self, source: str, count: int, records: int) -> list[Outgoing]:
        """Return records as the router reads them: what the first recipient gets, under keys of their own."""
        sent = workload.send(self.event(count))
        value = feed_values(sent.submit, sent.made.leaf())[self.cast.recipients[0]]
        topic = self.topics.submit(source)
        return [
            Outgoing(topic=topic, key=f"{source}/{os.urandom(16).hex()}".encode(), value=value) for _ in range(records)
        ]

    def feeds(self, count: int) -> list[str]:
        """Return the feeds that an event for `count` recipients goes to, its issuer's notice aside."""
        return [self.topics.feed(name) for name in self.cast.recipients[:count]]

    def fill(self, records: Sequence[Outgoing]) -> None:
        """Write records as whoever owns their topics."""

        async def write() -> None:
            async with KafkaLog(self.home.operator_log(), "bench-fill") as log:
                await log.write(records)

        asyncio.run(write())

    def run(self, *jobs: hub.Job) -> list[Spent]:
        """Run processes side by side and return what each spent."""
        running = [subprocess.Popen(hub.command(job), cwd=ROOT, stdout=subprocess.PIPE, text=True) for job in jobs]
        spent = []
        for process in running:
            output, _ = process.communicate()
            assert process.returncode == 0
            spent.append(Spent(**json.loads(output.splitlines()[-1])))
        return spent

    def job(self, role: str, name: str, count: int, load: Load, *issuers: str) -> hub.Job:
        """Return a job that reads the submit topics of `issuers`."""
        return hub.Job(
            role=role,
            home=str(self.home.folder),
            instance=f"{role}-{name}",
            topics=[self.topics.submit(issuer) for issuer in issuers],
            feeds=self.feeds(count),
            warm=load.warm,
            count=load.count(count),
        )


def replace_to(entry: world.AudienceEntry, name: str) -> world.AudienceEntry:
    """Return the same opening for another recipient."""
    return world.AudienceEntry(because=entry.because, profile=entry.profile, sections=entry.sections, to=name)


def rows(counts: Sequence[int], load: Load) -> Iterator[Row]:
    """Start a Kafka for the benchmark alone and yield its rows."""
    cast = full_cast(counts)
    names = [*cast.recipients, *cast.issuers.values(), *cast.sources.values(), *cast.alone, *cast.shared]
    with (
        TemporaryDirectory() as folder,
        exchange.up(Path(folder) / "home", participants=names, compaction=Compaction.PRODUCTION, only=[]) as running,
    ):
        yield from rows_on(Stage(running.home, cast), counts, load)


def rows_on(stage: Stage, counts: Sequence[int], load: Load, *, two_at: int = TWO_AT) -> Iterator[Row]:
    """Yield the rows of admission on a running Kafka."""
    for count in counts:
        ours, bare = [], []
        for number in range(load.rounds):
            records = load.warm + load.count(count) + hub.BATCH_RECORDS
            issuer, source = stage.cast.issuers[count], stage.cast.sources[count]
            stage.fill(stage.submitted(issuer, count, records))
            stage.fill(stage.copied(source, count, records))
            admission = stage.job("admission", f"{count}", count, load, issuer)
            router = stage.job("router", f"{count}", count, load, source)
            for job, spent in ((admission, ours), (router, bare))[:: 1 if number % 2 == 0 else -1]:
                spent.extend(stage.run(job))
        yield Row(
            name="admission",
            size=f"{count}",
            ours=tuple(ours),
            bare=tuple(bare),
            baseline="a bare FastStream router",
            target=TARGETS.get(count),
            inverse=True,
        )
    yield _two(stage, two_at, load)


def _two(stage: Stage, count: int, load: Load) -> Row:
    """Two processes with a submit topic each against one process with both."""
    one, two = [], []
    for number in range(load.rounds):
        for together in (True, False)[:: 1 if number % 2 == 0 else -1]:
            records = load.warm + load.count(count) + hub.BATCH_RECORDS
            issuers = stage.cast.alone if together else stage.cast.shared
            stage.fill([item for issuer in issuers for item in stage.submitted(issuer, count, records)])
            if together:
                one += stage.run(stage.job("admission", "both", count, load, *issuers))
            else:
                jobs = [stage.job("admission", f"of-{issuer}", count, load, issuer) for issuer in issuers]
                two.append(_sum(stage.run(*jobs)))
    return Row(
        name="admission, two processes",
        size=f"{count}",
        ours=tuple(two),
        bare=tuple(one),
        baseline="one process",
        target=TWO,
        inverse=True,
    )


def _sum(spent: Sequence[Spent]) -> Spent:
    """Add what processes side by side did; they share the wall time."""
    return Spent(
        operations=sum(one.operations for one in spent),
        cpu=sum(one.cpu for one in spent),
        wall=max(one.wall for one in spent),
    )

"""Run the hub in memory: gateways that submit, the transport that drives admission, what came out of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec

from broker.admission.process import AdmissionProcess, Step
from broker.envelope.compose import Event, Issue
from broker.ports import Commit, TopicPartition
from broker.trust.signer import PemSigner
from broker.trust.view import TrustView
from contracts.errors import TransientError, TrustStale
from contracts.identifiers import AuthorityId, event_id, seconds
from contracts.wire import Audit, Reference
from tests.support import envelope_world as world
from tests.support.memory_log import MemoryLog, SettableClock
from tests.support.seeds import seeded

SUBMIT = TopicPartition(world.TOPICS.submit("NL-POL"), 0)
AUDIT = world.TOPICS.audit
_AUDIT = msgspec.json.Decoder(Audit)


class Killed(BaseException):
    """What a `kill -9` is to the process under test: nothing of it runs on."""


@dataclass
class FixedTrust:
    """Trust that a test sets. `stale` makes it stale."""

    views: dict[int, TrustView] = field(default_factory=lambda: {7: world.trust()})
    stale: bool = False

    @property
    def versions(self) -> tuple[int, ...]:
        return tuple(sorted(self.views))

    def current(self, _: datetime, /) -> TrustView:
        if self.stale:
            raise TrustStale("ordered by the test")
        return self.views[max(self.views)]

    def version_at(self, version: int, /) -> TrustView | None:
        return self.views.get(version)


class Hub:
    """One log, one clock, one trust; processes come and go. Owner: the test."""

    def __init__(self) -> None:
        self.clock = SettableClock(world.NOW)
        self.log = MemoryLog(self.clock)
        self.trust = FixedTrust()
        self.committed: dict[TopicPartition, Commit] = {}
        self.numbers: dict[tuple[str, int, int], int] = {}
        self.made: list[world.Made] = []

    def process(self, **changes: Any) -> AdmissionProcess:
        """Start a process."""
        values = {
            "reader": self.log,
            "writer": self.log,
            "trust": self.trust,
            "topics": world.TOPICS,
            "clock": self.clock,
        }
        return AdmissionProcess(**{**values, **changes})

    def killed_at(self, step: Step, *, after: int = 0) -> AdmissionProcess:
        """Start a process that dies right after `step`, once it passed it `after` times."""
        left = [after]

        def passed(now: Step) -> None:
            if now is step:
                left[0] -= 1
                if left[0] < 0:
                    raise Killed

        return self.process(passed=passed)

    def make(
        self, event: Event = world.SUSPECT_EVENT, *, iss: str = "NL-POL", gen: int = 1, seq: int | None = None,
        slot: int = 0, days: int = 90, **changes: Any,
    ) -> world.Made:  # fmt: skip
        """Compose an event under the next number of its issuer's partition."""
        number = self.numbers.get((iss, slot, gen), 0) + 1 if seq is None else seq
        self.numbers[iss, slot, gen] = number
        count = len(self.made) + 1
        now = seconds(self.clock())
        issue = Issue(
            env=world.ISSUE.env,
            iss=AuthorityId(iss),
            jti=event_id(self.clock(), seeded(count)(10)),
            iat=now,
            exp=now + days * world.DAY,
            slot=slot,
            gen=gen,
            seq=number,
        )
        made = world.make(replace(event, **changes), issue, seed=count, by=self.signer(iss))
        self.made.append(made)
        return made

    def signer(self, name: str) -> PemSigner:
        """Return the key that a participant signs with."""
        return world.signer(name)

    def submit(self, made: world.Made | None = None, **changes: Any) -> world.Made:
        """Put a record on its submit topic; without one, a new suspect alert."""
        made = made or self.make(**changes)
        sent = made.submitted()
        self.log.append(
            made.composed.topic, made.composed.record, key=made.composed.key, headers=sent.headers,
            partition=made.composed.partition,
        )  # fmt: skip
        return made

    def submit_bytes(self, value: bytes | None) -> None:
        """Put any bytes on the submit topic of NL-POL."""
        self.log.append(SUBMIT.topic, value, key=b"NL-POL/0")

    async def drive(
        self,
        process: AdmissionProcess,
        partition: TopicPartition = SUBMIT,
        *,
        batch: int = 500,
        assign: bool = True,
        tries: int = 5,
    ) -> None:
        """Do what the transport does until the partition is at its end: assign, batch, commit."""
        again = assign
        while tries:
            try:
                if again:
                    await process.assigned(partition, self.committed.get(partition))
                    again = False
                start = self.committed[partition].offset if partition in self.committed else 0
                waiting = [r for r in self.log.records(partition.topic, partition.partition) if r.offset >= start]
                if not waiting:
                    return
                done = await process.batch(partition, waiting[:batch])
            except TransientError:
                tries -= 1
                continue
            if done is None:
                again = True
                tries -= 1
            else:
                self.committed[partition] = done
        raise AssertionError("not done within the tries")

    # What came out.

    def audits(self) -> list[Audit]:
        """All audit records in order."""
        return [_AUDIT.decode(record.value or b"") for record in self.log.records(AUDIT)]

    def decisions(self) -> list[str]:
        """Code or decision of every leaf, in order."""
        return [audit.leaf.code or audit.leaf.decision for audit in self.audits()]

    def feed(self, participant: str) -> dict[bytes | None, bytes | None]:
        """What a compacted reader sees in a feed."""
        return self.log.latest(world.TOPICS.feed(participant))

    def events(self, participant: str) -> list[str]:
        """Ids of the events that stand in a feed, not removed by a tombstone."""
        own = (b"notice/", b"repeat/", b"heartbeat")
        return [
            (key or b"").decode().rpartition("/")[2]
            for key, value in self.feed(participant).items()
            if value is not None and not (key or b"").startswith(own)
        ]

    def quarantined(self) -> dict[bytes | None, bytes | None]:
        """Quarantine of NL-POL."""
        return self.log.latest(world.TOPICS.quarantine("NL-POL"))


def ending(kind: str, *ended: world.Made, to: tuple[str, ...]) -> dict[str, Any]:
    """Changes that make an event end `ended` for `to`: `erase.v1`, `recall.v1`, `withdraw.v1`."""
    return {
        "type": kind,
        "sections": world.NOTICE,
        "audience": tuple(world.entry(name, ("notice",)) for name in sorted(to)),
        "ref": tuple(Reference(iss=made.claims.iss, jti=made.claims.jti) for made in ended),
        "sub": ended[0].claims.sub,
        "ver": None,
    }


def receipt(kind: str, *orders: world.Made, to: str = "NL-POL") -> dict[str, Any]:
    """Changes that make an event answer `orders`: `receipt.v1`, `erasure-receipt.v1`."""
    return {**ending(kind, *orders, to=(to,)), "sub": None}

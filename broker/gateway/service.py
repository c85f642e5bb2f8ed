"""Run a gateway: all its tasks over one pair of databases, one process per outbox, stopped cleanly."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

import structlog
from sqlalchemy import Connection

from adapters import interface
from broker.gateway.erasure import Certificate, Erasure
from broker.gateway.gateway import Gateway, open_gateway
from broker.gateway.intake.folder import WatchedFolder
from broker.gateway.intake.work import Worker
from broker.gateway.receipts import GATEWAY_ACTOR
from broker.gateway.relay import Relay
from broker.gateway.settle import Settlement
from broker.gateway.subscribe import Subscriber
from broker.ports import Clock, Groups, LogReader, LogWriter, Randomness
from broker.settings import GatewaySettings
from broker.tasks import end, repeat
from broker.trust.documents import TrustStore
from broker.trust.follower import TrustFollower
from broker.trust.roots import Roots
from contracts.errors import LogUnavailable
from contracts.events import ERASE, is_a
from contracts.identifiers import Topics, milliseconds, seconds

IDLE_SECONDS = 0.2
"""Pause of a task that found nothing: what the command line writes is noticed this soon."""
KEYS_SECONDS = 1.0
"""Pause between looks at bulletins and at own grants."""
LOCK_SECONDS = 5.0
"""Pause between looks whether the lock on the outbox is held: a database server may have ended its session."""
FOLDER_ACTOR = "watched folder"
"""Who is responsible for what comes through the folder: whoever may write there."""
EXPIRY_SECONDS = 30.0
"""Pause between looks for what is past its end."""

_log = structlog.get_logger()


class Log(LogReader, LogWriter, Protocol):
    """A log that is both read and written."""


class GatewayService:
    """One participant's gateway process. Owner of the outbox lock and of every task."""

    def __init__(
        self,
        settings: GatewaySettings,
        *,
        log: Log,
        groups: Groups,
        clock: Clock,
        randomness: Randomness,
        trust: TrustFollower | None = None,
    ) -> None:
        """Wire the tasks; `trust` is made from the settings' roots and the log unless one is given."""
        self._settings = settings
        self._log = log
        self._groups = groups
        self._clock = clock
        self._randomness = randomness
        self._topics = Topics(settings.environment)
        self._stop = asyncio.Event()
        self._alarmed: set[str] = set()
        self._overdue_until = 0
        self._beside: list[tuple[str, Callable[[asyncio.Event], Coroutine[Any, Any, None]]]] = []
        self.contact: datetime | None = None
        """When this process last read from Kafka, or heard that there is nothing to read."""
        self.gateway: Gateway = open_gateway(settings, clock=clock, randomness=randomness)
        self.trust = trust or TrustFollower(
            log,
            self._topics,
            TrustStore(Roots.load(settings.trust.roots)),
            clock,
            keep=self.gateway.trust_memory.remember,
        )
        self._wire()

    def _wire(self) -> None:
        gateway, settings = self.gateway, self._settings
        self.relay = Relay(
            outbox=gateway.outbox,
            writer=self._log,
            reissue=self._reissue,
            participant=gateway.participant,
            topic=self._topics.submit(gateway.participant),
            clock=self._clock,
            resend_seconds=settings.resend_seconds,
            reissue_seconds=settings.reissue_seconds,
        )
        self.erasure = Erasure(inbox=gateway.inbox, certify=self._certify, clock=self._clock)
        self.subscriber = Subscriber(
            inbox=gateway.inbox,
            settlement=Settlement(
                outbox=gateway.outbox,
                participant=gateway.participant,
                reissue=self._reissue,
                clock=self._clock,
            ),
            erasure=self.erasure,
            receipts=gateway.receipts.due,
            history=gateway.history,
            keys=gateway.granted,
            participant=gateway.participant,
            environment=settings.environment,
            clock=self._clock,
        )

        interface.find(settings.adapter)  # a wrong name ends the start, not the first file
        folder = settings.intake.folder
        self.folder = (
            None
            if folder is None
            else WatchedFolder(
                folder,
                intake=gateway.intake,
                adapter=settings.adapter,
                actor=gateway.pseudonym(FOLDER_ACTOR),
            )
        )
        self.worker = Worker(
            intake=gateway.intake,
            publisher=gateway.publisher,
            vault=gateway.vault,
            clock=self._clock,
            file=None if self.folder is None else self.folder.read,
        )

    @property
    def stopping(self) -> asyncio.Event:
        """Set when every task is to end."""
        return self._stop

    def beside(self, name: str, run: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
        """Run something in this process beside the tasks: until the event is set, and no longer."""
        self._beside.append((name, run))

    def stop(self) -> None:
        """Ask every task to end after its present step; `run` then returns."""
        self._stop.set()

    async def run(self) -> None:
        """Run until `stop` is called or a task meets a fault that must halt the service.

        Raises:
            UsageError: another process works on this outbox.
            IntegrityFault: own state or the log contradicts itself.
        """
        try:
            with self.gateway.outbox.store.only_one() as hold:
                if self.folder is not None:
                    self.folder.prepare()
                await self._run_tasks(hold)
        finally:
            self.gateway.close()
            _log.info("gateway.stopped", participant=self.gateway.participant)

    async def _run_tasks(self, hold: Callable[[], None]) -> None:
        with suppress(LogUnavailable):  # then the follower goes on trying, and the tasks wait for it
            await self.trust.load()
        following = asyncio.create_task(self.trust.run())
        tasks = [
            self._task("relay", self.relay.step, IDLE_SECONDS),
            self._task("feed", self._consume, IDLE_SECONDS),
            self._task("grants", self.grants_step, KEYS_SECONDS),
            self._task("keys", self.keys_step, KEYS_SECONDS),
            self._task("answers", self.answers_step, IDLE_SECONDS),
            self._task("expiry", self.expiry_step, EXPIRY_SECONDS),
            self._task("intake", self.intake_step, IDLE_SECONDS),
            self._task("lock", self._holding(hold), LOCK_SECONDS),
        ]
        if self.folder is not None:
            tasks.append(self._task("folder", self.folder_step, IDLE_SECONDS))
        tasks += [asyncio.create_task(run(self._stop), name=name) for name, run in self._beside]
        _log.info("gateway.started", participant=self.gateway.participant)
        try:
            await asyncio.wait([following, *tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stop.set()
            # The other tasks end their step, so that nothing is left half applied.
            results = await asyncio.gather(*tasks, return_exceptions=True)
            await end(following)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        if not following.cancelled():
            following.result()

    def _task(self, name: str, step: Callable[[], Awaitable[int]], idle_seconds: float) -> asyncio.Task[None]:
        return asyncio.create_task(
            repeat(name, step, stop=self._stop, idle_seconds=idle_seconds, randomness=self._randomness), name=name
        )

    def _holding(self, hold: Callable[[], None]) -> Callable[[], Awaitable[int]]:
        """Return the step that makes sure that this is still the only process on the outbox."""

        async def step() -> int:
            await asyncio.to_thread(hold)
            return 0

        return step

    async def _consume(self) -> int:
        """Read the feed and the quarantine topic until stopped; a failure begins again at what is committed.

        Crash between `take` and `commit`: the batch comes again and every effect of it is known.
        """
        participant = self.gateway.participant
        topics = [self._topics.feed(participant), self._topics.quarantine(participant)]
        self.trust.fresh()
        async with self._groups.open(f"gateway.{participant.lower()}", topics) as reader:
            async for batch in reader.batches():
                self.contact = self._clock()
                if batch:
                    self.subscriber.take(batch, self.trust.fresh())
                    await reader.commit({(one.topic, one.partition): one.offset + 1 for one in batch})
                if self._stop.is_set():
                    break
        return 0

    async def intake_step(self) -> int:
        """Decide the next records that were handed in, in a thread: feeds, relay and answers go on meanwhile."""
        trust = self.trust.fresh()
        return await asyncio.to_thread(self.worker.step, trust)

    async def folder_step(self) -> int:
        """Move files of the watched folder on."""
        return 0 if self.folder is None else await asyncio.to_thread(self.folder.step)

    async def grants_step(self) -> int:
        """Read bulletins and open what waited for the grants found; alarm on what has waited too long."""
        trust = self.trust.fresh()
        fresh = await self.gateway.granted.step(self._log, trust)
        waiting = self.gateway.inbox.waiting_kids()
        openable = sorted(kid for kid in waiting if kid in fresh or self.gateway.granted.get(kid) is not None)
        opened = self.subscriber.open_waiting(openable, trust) if openable else 0
        now = seconds(self._clock())
        for kid, since_ms in waiting.items():
            if now - since_ms // 1000 > self._settings.grant_alarm_seconds and kid not in self._alarmed:
                self._alarmed.add(kid)
                _log.error("alarm.grant-missing", kid=kid, seconds=now - since_ms // 1000)
        self._alarmed &= waiting.keys()
        return opened

    async def keys_step(self) -> int:
        """Make keys ahead, publish grants, destroy what is over."""
        keys = self.gateway.own_keys
        made = keys.make_ahead(self.trust.fresh())
        published = await keys.publish(self._log)
        return made + published + keys.retire() + self.gateway.granted.retire()

    async def answers_step(self) -> int:
        """Carry erasures one state further on both sides and issue receipts that are due."""
        moved = self.erasure.step() + self.gateway.own_erasure.step()
        trust = self.trust.fresh()
        return moved + self.gateway.receipts.step(trust) + self.gateway.consulted.step(trust)

    async def expiry_step(self) -> int:
        """Delete what is past its end, here and in the outbox, from the files as well."""
        now = seconds(self._clock())
        gone = self.gateway.inbox.expire(now_s=now) + self.gateway.consulted.retire()
        forgotten = self.gateway.own_erasure.expire(now_s=now) + self.gateway.approvals.expire()
        now_ms = milliseconds(self._clock())
        forgotten += self.gateway.intake.forget(now_ms=now_ms)
        self.alarm_overdue(now_ms)
        if self.folder is not None:
            await asyncio.to_thread(self.folder.clean, now_ms=now_ms)
        # A log that is in use now is cut when the next one expires, or by SQLite itself.
        if gone:
            self.gateway.inbox.store.purge()
        if forgotten:
            self.gateway.outbox.store.purge()
        return gone + forgotten

    def alarm_overdue(self, now_ms: int) -> None:
        """Log each event once whose time to answer is over, on whichever side; after a start those of before too."""
        for one in self.gateway.deadlines.passed(self._overdue_until, now_ms):
            late = (now_ms - one.due) // 1000
            _log.error("alarm.overdue", iss=one.iss, jti=one.jti, to=one.to, type=one.type, seconds=late)
        self._overdue_until = now_ms

    def _reissue(self, connection: Connection, jti: str) -> str | None:
        return self.gateway.issuer.reissue(connection, jti, self.trust.fresh())

    def _certify(self, certificate: Certificate) -> None:
        """Erase what was said here of an erased alert, then answer the order.

        Crash between: the order is certified again, and nothing is found that was said of it.
        """
        order, trust = certificate.order, self.trust.fresh()
        if is_a(order.type, ERASE):
            with self.gateway.outbox.store.write() as connection:
                self.gateway.said.erase(connection, order.ref, actor=GATEWAY_ACTOR, trust=trust)
        self.gateway.receipts.certify(certificate, trust)

"""Carry pending outbox rows to the submit topic, in order, until their leaves close them."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlalchemy import Connection

from broker.envelope.deliver import submit_key
from broker.gateway.outbox import Outbox, Sendable
from broker.ports import Clock, LogWriter, Outgoing
from contracts.identifiers import AuthorityId, Topic, milliseconds, seconds

BATCH_ROWS = 64
BATCH_BYTES = 4 * 1024 * 1024
"""One write: bounded memory, and few rows to repeat after a failure that may have been applied."""

_log = structlog.get_logger()


class Relay:
    """Send what is due. The only writer of the submit topic; one per outbox, enforced by the service's lock.

    `reissue` issues an event anew inside the given transaction and closes the old row.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        writer: LogWriter,
        reissue: Callable[[Connection, str], str | None],
        participant: AuthorityId,
        topic: Topic,
        clock: Clock,
        resend_seconds: float,
        reissue_seconds: float,
    ) -> None:
        self._outbox = outbox
        self._writer = writer
        self._reissue = reissue
        self._participant = participant
        self._topic = topic
        self._clock = clock
        self._resend_ms = int(resend_seconds * 1000)
        self._reissue_seconds = reissue_seconds

    async def step(self) -> int:
        """Send one batch; return how many rows moved, 0 when nothing is due.

        A failed write leaves the rows as they were: any of them may be on the topic, and the same
        bytes are sent again in the same order. What came twice is a `repeat` and goes nowhere.

        Raises:
            LogUnavailable: try again after a pause.
            AuthorisationError: Kafka refuses this gateway.
        """
        now = self._clock()
        rows = self._outbox.due(now_ms=milliseconds(now), resend_ms=self._resend_ms, limit=BATCH_ROWS)
        stale = [row.jti for row in rows if seconds(now) - row.iat > self._reissue_seconds]
        if stale:
            self._renew(stale)
            return len(stale)
        batch: list[Sendable] = []
        size = 0
        for row in rows:
            size += len(row.value)
            if batch and size > BATCH_BYTES:
                break
            batch.append(row)
        if not batch:
            return 0
        await self._writer.write(
            [
                Outgoing(
                    topic=self._topic,
                    key=submit_key(iss=self._participant, slot=row.slot),
                    value=row.value,
                    headers=row.headers,
                    partition=row.slot,
                )
                for row in batch
            ]
        )
        self._outbox.mark_sent([row.jti for row in batch], now_ms=milliseconds(self._clock()))
        return len(batch)

    def _renew(self, jtis: list[str]) -> None:
        """Issue rows anew that would be too late by the time they are judged (step 7: 72 hours)."""
        with self._outbox.store.write() as connection:
            for jti in jtis:
                renewed = self._reissue(connection, jti)
                _log.warning("outbox.reissued", jti=jti, ref=renewed, reason="late")

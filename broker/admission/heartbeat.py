"""Keep every feed partition moving, so that Kafka closes its segments and compaction erases (DESIGN 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog

from broker.envelope.deliver import HEARTBEAT_KEY, heartbeat_value
from broker.ports import Clock, LogWriter, Outgoing
from contracts.errors import AuthorisationError, TransientError
from contracts.identifiers import Topics, milliseconds

log = structlog.get_logger()


class Heartbeats:
    """Write heartbeats into feed partitions. Holds no state."""

    def __init__(
        self,
        *,
        writer: LogWriter,
        topics: Topics,
        clock: Clock,
        participants: Callable[[], Iterable[str]],
        partitions: int,
    ) -> None:
        self._writer = writer
        self._topics = topics
        self._clock = clock
        self._participants = participants
        self._partitions = partitions

    async def write_once(self) -> None:
        """Write one heartbeat to every feed partition of the participants that trust names now.

        A feed that cannot be written costs its own heartbeat, not that of the others.
        A crash before or after any of these writes leaves a heartbeat more or less; the next one follows.
        """
        try:
            participants = sorted(self._participants())
        except TransientError as fault:
            log.warning("heartbeat.waiting", code=fault.code.value)
            return
        value = heartbeat_value(milliseconds(self._clock()))
        for participant in participants:
            feed = self._topics.feed(participant)
            try:
                await self._writer.write(
                    [
                        Outgoing(topic=feed, key=HEARTBEAT_KEY, value=value, partition=partition)
                        for partition in range(self._partitions)
                    ]
                )
            except (TransientError, AuthorisationError) as fault:
                log.warning("heartbeat.failed", code=fault.code.value, topic=feed)

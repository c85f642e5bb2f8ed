"""Follow the `trust` topic, so that a service always judges by the list in force."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import structlog

from broker.ports import Clock, Incoming, LogReader
from broker.trust.documents import TrustStore
from broker.trust.view import TrustView
from contracts.errors import LogUnavailable, TrustRefused, TrustStale
from contracts.identifiers import Topics

FRESH_KEY = b"fresh"
LIST_KEY_PREFIX = b"list/"
RETRY_SECONDS = 1.0
"""Pause after the log was unavailable; trust outlives it by its freshness."""

_LOG = structlog.get_logger()


def list_key(version: int) -> bytes:
    """Return the Kafka key of a list: every version keeps its own."""
    return LIST_KEY_PREFIX + str(version).encode("ascii")


class TrustFollower:
    """Feed a `TrustStore` from the log. Owner of its position on the topic and of the stale signal.

    A document that does not verify is logged and skipped, and old trust is kept: if it was to
    replace trust, that runs out by itself, and stale trust stops the service.
    """

    def __init__(
        self,
        reader: LogReader,
        topics: Topics,
        store: TrustStore,
        clock: Clock,
        *,
        keep: Callable[[bytes, bytes], None] | None = None,
    ) -> None:
        """Follow for `store`; `keep` is given key and value of every document that was accepted."""
        self.store = store
        self._keep = keep
        self._reader = reader
        self._topic = topics.trust
        self._clock = clock
        self._position = 0
        self._changed = asyncio.Event()
        self._stale = False

    async def load(self) -> None:
        """Read the topic to the end seen at the call.

        Raises:
            LogUnavailable, AuthorisationError: as the reader says.
        """
        async for batch in self._reader.read(self._topic, start=self._position):
            self._take(batch)

    async def run(self) -> None:
        """Load, then follow for ever; end it by cancelling. An unavailable log is tried again."""
        while True:
            try:
                async for batch in self._reader.read(self._topic, start=self._position, follow=True):
                    self._take(batch)
            except LogUnavailable:
                _LOG.warning("trust.unreachable", topic=self._topic, offset=self._position)
                await asyncio.sleep(RETRY_SECONDS)

    def fresh(self) -> TrustView:
        """Return the view in force now.

        Raises:
            TrustStale: logged once as `trust.stale` when it begins, until `trust.fresh` ends it.
        """
        try:
            view = self.store.current(self._clock())
        except TrustStale as fault:
            if not self._stale:
                self._stale = True
                _LOG.error("trust.stale", code=fault.code.value, reason=_word(fault.detail))
            raise
        if self._stale:
            self._stale = False
            _LOG.info("trust.fresh", trust=view.version, expires=view.expires)
        return view

    async def wait_until_fresh(self) -> TrustView:
        """Return the view in force, as soon as there is one; bound it with `asyncio.timeout`."""
        while True:
            changed = self._changed
            try:
                return self.fresh()
            except TrustStale:
                await changed.wait()

    def _take(self, batch: list[Incoming]) -> None:
        for record in batch:
            self._position = record.offset + 1
            if record.value is None or record.key is None:
                continue
            try:
                self._accept(record.key, record.value)
            except TrustRefused as fault:
                _LOG.error("trust.refused", offset=record.offset, code=fault.code.value, reason=_word(fault.detail))
                continue
            if self._keep is not None:
                self._keep(record.key, record.value)
            self._changed.set()
            self._changed = asyncio.Event()

    def _accept(self, key: bytes, value: bytes) -> None:
        if key == FRESH_KEY:
            self.store.accept_freshness(value, self._clock())
        elif key.startswith(LIST_KEY_PREFIX):
            version = self.store.accept_list(value)
            _LOG.info("trust.listed", trust=version)
        else:
            raise TrustRefused("a record under an unknown key")


def _word(detail: str) -> str:
    """Spell a reason as the one word that a log line takes; details of trust hold no content."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", detail).strip("-")[:128]

"""Say whether the gateway can do its work now: each thing it needs is tried, not assumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from broker.gateway.gateway import Gateway
from broker.gateway.stores import Store
from broker.ports import Clock
from broker.trust.view import TrustView
from contracts.errors import BakenError, LogUnavailable, ServiceFailed
from contracts.identifiers import instant, iso, milliseconds, seconds

CONTACT_SECONDS = 15.0
"""Kafka is asked about twice a second while there is nothing to read."""
PENDING_SECONDS = 60.0
"""A row that waits longer to be sent says that the relay does not get through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What the running service knows of itself, beside its databases.

    `contact` is when it last heard of Kafka; `fresh` returns the trust in force or raises `TrustStale`.
    """

    gateway: Gateway
    fresh: Callable[[], TrustView]
    contact: Callable[[], datetime | None]
    clock: Clock

    def checks(self) -> list[dict[str, Any]]:
        """Look at everything; each look says what it found or what is wrong."""
        looks: tuple[tuple[str, Callable[[], str]], ...] = (
            ("trust", self._trust),
            ("kafka", self._kafka),
            ("outbox", lambda: self._writable(self.gateway.outbox.store)),
            ("inbox", lambda: self._writable(self.gateway.inbox.store)),
            ("intake", self._intake),
            ("relay", self._relay),
            ("approvals", self._approvals),
        )
        return [_check(name, look) for name, look in looks]

    def _trust(self) -> str:
        view = self.fresh()
        return f"list {view.version}, fresh until {iso(instant(view.expires * 1000))}"

    def _kafka(self) -> str:
        at = self.contact()
        if at is None:
            raise LogUnavailable("not heard since the start")
        age = (self.clock() - at).total_seconds()
        if age > CONTACT_SECONDS:
            raise LogUnavailable(f"not heard for {age:.0f} s")
        return f"heard {max(age, 0):.1f} s ago"

    def _writable(self, store: Store) -> str:
        store.probe(seconds(self.clock()))
        return "written"

    def _intake(self) -> str:
        waiting, limits = self.gateway.intake.backlog(), self.gateway.settings.intake
        found = f"{waiting.submissions} of {limits.max_backlog} submissions wait"
        if waiting.submissions >= limits.max_backlog or waiting.bytes >= limits.max_backlog_bytes:
            raise ServiceFailed(found)
        return found

    def _relay(self) -> str:
        oldest = self.gateway.outbox.oldest_pending()
        if oldest is None:
            return "nothing waits to be sent"
        age = (milliseconds(self.clock()) - oldest) / 1000
        found = f"the oldest row has waited {max(age, 0):.0f} s to be sent"
        if age > PENDING_SECONDS:
            raise ServiceFailed(found)
        return found

    def _approvals(self) -> str:
        """Say what waits; that a second officer is away never stands in the gateway's way."""
        waiting = self.gateway.approvals.waiting()
        if waiting.oldest is None:
            return "nothing waits for a second officer"
        hours = max(milliseconds(self.clock()) - waiting.oldest, 0) / 3_600_000
        return f"{waiting.count} wait for a second officer, the oldest for {hours:.1f} h"


def _check(name: str, look: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"name": name, "ok": True, "found": look()}
    except BakenError as fault:
        return {"name": name, "ok": False, "found": fault.detail or fault.code.value}

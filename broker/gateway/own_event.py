"""Find an own event as it stands now, with everything that was signed in it: what more of it can be opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, select

from broker.envelope.disclose import AUDIENCE, read
from broker.gateway.orders import Orders
from broker.gateway.outbox import Outbox, Outcome, present, stands
from broker.gateway.tables import alerts, events
from contracts.errors import Code, StoreCorrupt, UsageError
from contracts.events import RESTRICT, versions_of
from contracts.minimisation import POLICIES, POLICY
from contracts.sections.audience import parse_audience
from contracts.sections.handling import Handling
from contracts.sections.safety import Safety
from contracts.sections.status import Status
from contracts.versions import read_event
from contracts.wire import AudienceEntry, Claims

OPENABLE = POLICIES[POLICY].rules.disclosure.earlier
"""Types of which a disclosure may open more."""
_READ = ("handling", "safety", "status")
"""Sections that decide about others, in the order in which they are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvent:
    """An admitted own event in force. `contents` are JSON-plain; `safety` and `status` decide about other sections."""

    jti: str
    sub: str
    exp: int
    claims: Claims
    audience: tuple[AudienceEntry, ...]
    handling: Handling
    disclosures: Mapping[str, str] = field(repr=False)
    contents: Mapping[str, Any] = field(repr=False)
    safety: Safety | None = field(repr=False)
    status: Status | None = field(repr=False)

    def opened_to(self, name: str) -> AudienceEntry | None:
        """Return under which profile, and with which sections, `name` was sent it; None if it was not."""
        return next((entry for entry in self.audience if entry.to == name), None)


def own_event(connection: Connection, name: str, *, outbox: Outbox, orders: Orders, now: int) -> OwnEvent:
    """Return the event that `name` means: an event id, or an alert id or national id for its present version.

    Raises:
        Unknown: this gateway knows no such event.
        UsageError: it is not in force, or another version is, or nothing more of its type can be opened.
    """
    row = present(connection, name)
    if row is None or row.type not in OPENABLE:
        (sub, *others) = [row.sub] if row is not None else orders.resolve(connection, name)
        if others:
            raise UsageError("that national id means several alerts: name one by its alert id or event id")
        row = None if row is not None else connection.execute(_standing(sub)).first()
        if row is None:
            raise UsageError("nothing more of that event can be opened")
    fault = _fault(connection, row, now)
    if fault is not None:
        raise UsageError(fault)
    disclosures = outbox.disclosures(row)
    if disclosures is None:
        raise UsageError("what was in that event is deleted")
    contents = {section: read(text, code=Code.X_STORE_CORRUPT) for section, text in disclosures.items()}
    sections = read_event(row.type, {section: contents[section] for section in _READ if section in contents})
    handling, safety, status = (sections.get(section) for section in _READ)
    if not isinstance(handling, Handling):
        raise StoreCorrupt("an event is stored without its handling block")
    return OwnEvent(
        jti=row.jti,
        sub=row.sub,
        exp=row.exp,
        claims=msgspec.json.decode(row.claims, type=Claims),
        audience=parse_audience(contents.pop(AUDIENCE)),
        handling=handling,
        disclosures=disclosures,
        contents=contents,
        safety=safety if isinstance(safety, Safety) else None,
        status=status if isinstance(status, Status) else None,
    )


def _fault(connection: Connection, row: Row[Any], now: int) -> str | None:
    """Return why nothing can be opened of an event. One that is not admitted may be signed anew, with other digests."""
    last = connection.execute(_standing(row.sub)).first()
    if row.outcome == Outcome.REFUSED:
        return "that event was refused"
    if row.outcome is None:
        return "that event is not admitted yet: try again when it is"
    if last is not None and last.jti != row.jti:
        return "a later version of that alert stands: name the alert, or that version"
    ended = connection.scalar(select(alerts.c.ended).where(alerts.c.sub == row.sub))
    if ended is not None:
        return f"that alert is {ended}"
    if row.exp <= now:
        return "that event is past its validity"
    restricted = select(events.c.jti).where(
        events.c.sub == row.sub, events.c.type.in_(versions_of(RESTRICT)), events.c.number > row.number, stands()
    )
    return None if connection.execute(restricted).first() is None else "the use of that alert is restricted"


def _standing(sub: str) -> Select[Any]:
    """Select the versions of an alert that were not refused, the last one first; of a message there is one."""
    its = select(events).where(events.c.sub == sub, events.c.type.in_(OPENABLE), stands())
    return its.order_by(events.c.number.desc()).limit(1)

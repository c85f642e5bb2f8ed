"""Keep what this gateway has issued: numbers given out, exact bytes to send, and what became of each.

A row is *pending* until Kafka acknowledges its bytes, then *sent*, and *closed* only by its leaf:
admitted, refused with a code, or reissued as a new event. The command line and the gateway process
both write here; every change is one short transaction under the database's write lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Table, bindparam, func, insert, or_, select, update

from broker.envelope.deliver import Headers
from broker.gateway.stores import Store
from broker.gateway.tables import deliveries, events, outbox_facts, slots
from broker.gateway.vault import Vault
from contracts.encoding import canonical, decode_base64url, encode_base64url
from contracts.errors import Code
from contracts.history import about
from contracts.wire import Claims, Leaf

# Built once: these run for every event, and building a statement costs more than running it.
_ADD_EVENT = insert(events)
_ADD_DELIVERY = insert(deliveries)
_SLOT = (slots.c.gen == bindparam("its_gen")) & (slots.c.slot == bindparam("its_slot"))
_LAST_NUMBER = select(slots.c.seq).where(_SLOT)
_NEXT_NUMBER = update(slots).where(_SLOT).values(seq=slots.c.seq + 1)


class State(StrEnum):
    """Where a row stands on its way."""

    PENDING = "pending"
    SENT = "sent"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a row was closed."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    REISSUED = "reissued"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """Place of a record in the order of its slot."""

    gen: int
    slot: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """A signed and sealed event with everything that must be durable beside its bytes."""

    claims: Claims
    value: bytes = field(repr=False)
    headers: Headers = field(repr=False)
    record: str
    signing: str
    disclosures: Mapping[str, str] = field(repr=False)
    recipients: Mapping[str, str]
    content_mark: str | None = None
    origin: str | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sendable:
    """The bytes of a row as they go to the log."""

    jti: str
    slot: int
    iat: int
    attempts: int
    value: bytes = field(repr=False)
    headers: Headers = field(repr=False)


class Outbox:
    """Owner of the outbox tables that concern events and their order."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self.store = store
        self._vault = vault

    def generation(self, connection: Connection, *, now: int) -> int:
        """Return the current generation; a new database begins one that is above any before it.

        The instant of the database's first use serves (seconds): an outbox that was lost and made
        anew orders itself behind what the lost one had sent.
        """
        known = self.store.fact(connection, "generation")
        if known is None:
            connection.execute(insert(outbox_facts).values(name="generation", value=now))
        return known or now

    def begin_generation(self, connection: Connection, *, now: int) -> int:
        """Open a higher generation with fresh numbers: the database went back in time (DESIGN 5, order)."""
        generation = max(self.generation(connection, now=now) + 1, now)
        connection.execute(update(outbox_facts).where(outbox_facts.c.name == "generation").values(value=generation))
        return generation

    def take_number(self, connection: Connection, slot: int, *, now: int) -> Number:
        """Give out the next number of `slot`; it belongs to the caller's transaction and returns with its failure."""
        gen = self.generation(connection, now=now)
        mine = {"its_gen": gen, "its_slot": slot}
        last = connection.scalar(_LAST_NUMBER, mine)
        if last is None:
            connection.execute(insert(slots).values(gen=gen, slot=slot, seq=1))
            return Number(gen=gen, slot=slot, seq=1)
        connection.execute(_NEXT_NUMBER, mine)
        return Number(gen=gen, slot=slot, seq=last + 1)

    def add(self, connection: Connection, row: NewRow, *, now_ms: int) -> None:
        """Store the event beside the number that it was signed with, in one transaction.

        Crash before the commit: neither number nor event exist, nothing was acknowledged. Crash after:
        a pending row, which the relay sends at its next start; these bytes and no others.
        """
        claims, named = row.claims, about(row.claims)
        connection.execute(
            _ADD_EVENT,
            {
                "jti": claims.jti,
                "type": claims.type,
                "sub": claims.sub or None,
                "ver": claims.ver or None,
                "gen": claims.gen,
                "slot": claims.slot,
                "seq": claims.seq,
                "iat": claims.iat,
                "exp": claims.exp,
                "state": State.PENDING,
                "value": row.value,
                "headers": pack_headers(row.headers),
                "record": row.record,
                "signing": row.signing,
                "claims": canonical(claims),
                "about_iss": None if named is None else named.iss,
                "about_jti": None if named is None else named.jti,
                "content_mark": row.content_mark,
                "disclosures_sealed": self._vault.seal(canonical(row.disclosures), place=f"events/{claims.jti}"),
                "origin": row.origin,
                "replaces": row.replaces,
                "created": now_ms,
            },
        )
        if row.recipients:
            connection.execute(
                _ADD_DELIVERY,
                [{"jti": claims.jti, "recipient": to, "profile": p} for to, p in row.recipients.items()],
            )

    def disclosures(self, row: Row[tuple[object, ...]]) -> dict[str, str] | None:
        """Return the disclosures of an event by section; None once they are erased."""
        if row.disclosures_sealed is None:
            return None
        return msgspec.json.decode(
            self._vault.open(row.disclosures_sealed, place=f"events/{row.jti}"), type=dict[str, str]
        )

    def due(self, *, now_ms: int, resend_ms: int, limit: int) -> list[Sendable]:
        """Return rows to send, oldest first: pending ones, and sent ones without a leaf for `resend_ms`."""
        waiting = (events.c.state == State.SENT) & (events.c.sent <= now_ms - resend_ms)
        query = (
            select(events.c.jti, events.c.slot, events.c.iat, events.c.attempts, events.c.value, events.c.headers)
            .where(or_(events.c.state == State.PENDING, waiting), events.c.value.is_not(None))
            .order_by(events.c.number)
            .limit(limit)
        )
        with self.store.read() as connection:
            return [
                Sendable(
                    jti=row.jti,
                    slot=row.slot,
                    iat=row.iat,
                    attempts=row.attempts,
                    value=row.value,
                    headers=unpack_headers(row.headers),
                )
                for row in connection.execute(query)
            ]

    def mark_sent(self, jtis: Sequence[str], *, now_ms: int) -> None:
        """Record Kafka's acknowledgement.

        Crash before: the rows are sent again and come back as `repeat`, which changes nothing once the
        admitted leaf is known. Crash after: the rows wait for their leaves.
        """
        with self.store.write() as connection:
            connection.execute(
                update(events)
                .where(events.c.jti.in_(jtis), events.c.state != State.CLOSED)
                .values(state=State.SENT, sent=now_ms, attempts=events.c.attempts + 1)
            )

    def close(
        self,
        connection: Connection,
        jti: str,
        outcome: Outcome,
        *,
        now_ms: int,
        leaf: Leaf | None = None,
        code: str | None = None,
    ) -> None:
        """Close a row for good and drop its bytes: they have served.

        Crash before: the notice is read again and closes the row then. Crash after: closed.
        """
        connection.execute(
            update(events)
            .where(events.c.jti == jti)
            .values(
                state=State.CLOSED,
                outcome=outcome,
                code=code,
                closed=now_ms,
                admitted=leaf.time if leaf is not None and outcome is Outcome.ADMITTED else None,
                value=None,
                headers=None,
                leaf=None if leaf is None else canonical(leaf),
            )
        )

    def open_count(self, jtis: Iterable[str]) -> int:
        """Return how many of these events, or of those that replaced them, still wait for their leaf."""
        wanted = set(jtis)
        open_now = 0
        with self.store.read() as connection:
            while wanted:
                rows = connection.execute(
                    select(events.c.jti, events.c.state, events.c.replaced_by).where(events.c.jti.in_(wanted))
                ).all()
                open_now += sum(row.state != State.CLOSED for row in rows)
                wanted = {row.replaced_by for row in rows if row.replaced_by is not None}
        return open_now

    def oldest_pending(self) -> int | None:
        """Return when the row that waits longest to be sent was stored (milliseconds), None when none waits."""
        query = select(func.min(events.c.created)).where(events.c.state == State.PENDING)
        with self.store.read() as connection:
            found: int | None = connection.scalar(query)
        return found

    def backlog(self) -> dict[str, int]:
        """Return how many rows are in each state, for readiness and status."""
        with self.store.read() as connection:
            query = select(events.c.state, func.count()).group_by(events.c.state)
            return {state: count for state, count in connection.execute(query)}  # noqa: C416 - rows are not pairs


def find(connection: Connection, *, table: Table = events, **equals: str) -> Row[tuple[object, ...]] | None:
    """Return the one row whose columns equal the given values."""
    query = select(table)
    for name, value in equals.items():
        query = query.where(table.c[name] == value)
    return connection.execute(query).first()


def present(connection: Connection, jti: str) -> Row[Any] | None:
    """Return the row of an own event, or of the one that stands in for it; None for an event of nobody here."""
    row = find(connection, jti=jti)
    while row is not None and row.replaced_by is not None:
        row = find(connection, jti=row.replaced_by)
    return row


def stands() -> ColumnElement[bool]:
    """Return what selects events that were not refused and that no other stands in for."""
    return or_(events.c.outcome.is_(None), events.c.outcome == Outcome.ADMITTED)


def pack_headers(headers: Iterable[tuple[str, bytes | None]]) -> bytes:
    """Keep Kafka headers in order and with their raw bytes."""
    return canonical([[name, None if value is None else encode_base64url(value)] for name, value in headers])


def unpack_headers(packed: bytes | None) -> Headers:
    """Return headers as packed."""
    pairs = msgspec.json.decode(packed or b"[]", type=list[tuple[str, str]])
    return tuple((name, decode_base64url(value, code=Code.X_STORE_CORRUPT)) for name, value in pairs)

"""Keep what this participant received: each event once, opened sections sealed under the local key.

An entry is *opened*, or *awaiting-grant* (stored as it came until its epoch key arrives), or its
content is gone: *erased* by a signed order, *expired* by its own `exp`, *refused* by verification.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, insert, select, update

from broker.envelope.step_opened import Earlier
from broker.gateway.entries import (
    EVERYTHING,
    EntryState,
    InboxEntry,
    Wanted,
    as_entry,
    origins_of,
    place,
    reading,
    sections_of,
)
from broker.gateway.outbox import pack_headers, unpack_headers
from broker.gateway.stores import Store
from broker.gateway.tables import entries, erased_alerts, erased_events, quarantine
from broker.gateway.vault import Vault
from broker.ports import Clock, Incoming
from contracts.encoding import canonical, sha256
from contracts.errors import BakenError, Unknown
from contracts.events import DISCLOSURE, ERASE, ERASURE_RECEIPT, RECALL, RECEIPT, versions_of
from contracts.history import about
from contracts.identifiers import milliseconds
from contracts.wire import Claims, Reference

PAGE_ROWS = 200
"""Rows fetched at a time, so that a long feed needs little memory."""
MAX_DETAIL = 200
MAX_DIGITS = 18
"""Longer numbers do not fit the column."""
ORDERS = frozenset(versions_of(ERASE, RECALL))
"""Events that delete; their own entries outlive what they delete."""
ANSWERS = frozenset(versions_of(RECEIPT, ERASURE_RECEIPT))
"""What others say of our events; never receipted."""
_LAST_CHANGE = select(func.max(entries.c.change))
_COUNT = update(entries).where(entries.c.number == bindparam("its_number")).values(change=bindparam("its_change"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A verified event on its way into the inbox; `sections` is None while its grant is missing."""

    incoming: Incoming = field(repr=False)
    claims: Claims
    profile: str | None
    kid: str
    sections: Mapping[str, Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reportable:
    """An opened event whose issuer may be told what is done about it, and what it was told last."""

    claims: Claims
    restricted: str | None
    action: str | None
    reason: str | None
    actions: int


class Inbox:
    """Owner of the entries and of the memory of what was erased."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self.store = store
        self._vault = vault
        self._clock = clock

    def dropped(self, connection: Connection, claims: Claims) -> str | None:
        """Return why an event must not come in again, or None: it is known, or it was erased."""
        event = and_(entries.c.iss == claims.iss, entries.c.jti == claims.jti)
        if connection.scalar(select(entries.c.number).where(event)) is not None:
            return "known"
        erased = select(erased_events.c.by).where(erased_events.c.iss == claims.iss, erased_events.c.jti == claims.jti)
        if connection.scalar(erased) is not None:
            return "erased"
        if not claims.sub or claims.type in ORDERS:
            return None  # every order is carried out and certified, also the second one about an alert
        gone = select(erased_alerts.c.by).where(erased_alerts.c.iss == claims.iss, erased_alerts.c.sub == claims.sub)
        return None if connection.scalar(gone) is None else "erased"

    def add(
        self, connection: Connection, arrival: Arrival, *, now_ms: int, admitted: int, due: int | None = None
    ) -> None:
        """Store an event inside the caller's transaction, together with its effect and its receipt.

        Crash before the commit: nothing, and the feed brings it again. Crash after: known, and dropped
        by (`iss`, `jti`) when the feed brings it again.
        """
        claims, incoming = arrival.claims, arrival.incoming
        named = about(claims)
        sections = arrival.sections
        connection.execute(
            insert(entries).values(
                iss=claims.iss,
                jti=claims.jti,
                type=claims.type,
                sub=claims.sub or None,
                ver=claims.ver or None,
                iat=claims.iat,
                exp=claims.exp,
                about_iss=None if named is None else named.iss,
                about_jti=None if named is None else named.jti,
                profile=arrival.profile,
                kid=arrival.kid,
                state=EntryState.AWAITING_GRANT if sections is None else EntryState.OPENED,
                headers=pack_headers(incoming.headers),
                value=incoming.value,
                topic=incoming.topic,
                partition=incoming.partition,
                offset=incoming.offset,
                appended=incoming.time,
                admitted=admitted,
                due=due,
                claims=canonical(claims),
                sections_sealed=None
                if sections is None
                else self._vault.seal(canonical(sections), place=place(claims.iss, claims.jti)),
                received=now_ms,
                change=_last_change(connection) + 1,
            )
        )

    def opened(self, connection: Connection, arrival: Arrival) -> None:
        """Add the sections to an entry whose grant came."""
        claims = arrival.claims
        sealed = self._sealed(claims, arrival.sections)
        values = {"profile": arrival.profile, "kid": arrival.kid, "sections_sealed": sealed}
        self.change(connection, _is(claims.iss, claims.jti), state=EntryState.OPENED, **values)

    def earlier(self, connection: Connection, ref: Reference) -> Earlier | None:
        """Return an event that stands opened here, so that more of it can be opened."""
        held = select(entries).where(_is(ref.iss, ref.jti), entries.c.state == EntryState.OPENED)
        row = connection.execute(held).first()
        if row is None:
            return None
        claims = msgspec.json.decode(row.claims, type=Claims)
        return Earlier(claims=claims, profile=row.profile, contents=sections_of(row, self._vault))

    def key_of_waiting(self, connection: Connection, ref: Reference) -> str | None:
        """Return the epoch key that an event waits for, None if it does not wait."""
        waits = select(entries.c.kid).where(_is(ref.iss, ref.jti), entries.c.state == EntryState.AWAITING_GRANT)
        found: str | None = connection.scalar(waits)
        return found

    def wait(self, connection: Connection, claims: Claims, kid: str) -> None:
        """Let a stored record wait for another key: the one of the event that it opens more of."""
        connection.execute(update(entries).where(_is(claims.iss, claims.jti)).values(kid=kid))

    def disclose(self, connection: Connection, claims: Claims, further: Mapping[str, Any]) -> None:
        """Add to the entry that a disclosure with these `claims` names what it opens there."""
        ref = claims.ref[0]
        row = connection.execute(select(entries).where(_is(ref.iss, ref.jti))).one()
        contents, origins = sections_of(row, self._vault), origins_of(row)
        origins |= {name: claims.jti for name in further if name not in contents or name in origins}
        self._rewrite(connection, row, {**contents, **further}, origins)

    def _take_back(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Take out of other entries what disclosures among these opened there: it goes with them."""
        going = select(entries).where(entries.c.number.in_(numbers), entries.c.type.in_(versions_of(DISCLOSURE)))
        for gone in connection.execute(going).all():
            opened = _is(gone.about_iss, gone.about_jti) & (entries.c.disclosed.is_not(None))
            row = connection.execute(select(entries).where(opened, entries.c.number.not_in(numbers))).first()
            origins = {} if row is None else origins_of(row)
            back = {name for name, jti in origins.items() if jti == gone.jti}
            if row is not None and back:
                kept = {name: c for name, c in sections_of(row, self._vault).items() if name not in back}
                self._rewrite(connection, row, kept, {name: jti for name, jti in origins.items() if name not in back})

    def _rewrite(
        self, connection: Connection, row: Row[Any], contents: Mapping[str, Any], origins: Mapping[str, str]
    ) -> None:
        sealed = self._vault.seal(canonical(contents), place=place(row.iss, row.jti))
        values = {"sections_sealed": sealed, "disclosed": canonical(origins) if origins else None}
        self.change(connection, entries.c.number == row.number, **values)

    def change(self, connection: Connection, which: ColumnElement[bool], **values: Any) -> None:
        """Change entries inside the caller's transaction, so that whoever follows sees them again."""
        numbers = list(connection.scalars(select(entries.c.number).where(which).order_by(entries.c.number)))
        last = _last_change(connection)
        if numbers:
            connection.execute(update(entries).where(entries.c.number.in_(numbers)).values(**values))
            counted = [{"its_number": n, "its_change": last + i} for i, n in enumerate(numbers, start=1)]
            connection.execute(_COUNT, counted)

    def reportable(self, number: int) -> Reportable:
        """Return the opened alert or withdrawal of that number.

        Raises:
            Unknown: there is none, or its content is gone.
        """
        with self.store.read() as connection:
            row = connection.execute(select(entries).where(entries.c.number == number)).first()
        if row is None or row.state != EntryState.OPENED or row.type in {*ORDERS, *ANSWERS}:
            raise Unknown("there is no opened alert or withdrawal of that number in this inbox")
        return Reportable(
            claims=msgspec.json.decode(row.claims, type=Claims),
            restricted=row.restricted,
            action=row.action,
            reason=row.reason,
            actions=row.actions,
        )

    def answered(self, connection: Connection, ref: Reference, *, at_ms: int) -> None:
        """Note that an answer to an event that asks for one was admitted at `at_ms`; the first one counts."""
        asks = entries.c.due.is_not(None) & entries.c.answered.is_(None)
        self.change(connection, _is(ref.iss, ref.jti) & asks, answered=at_ms)

    def restrict(self, connection: Connection, claims: Claims, reason: str) -> None:
        """Mark what a restriction names; a later version is not among it and so is free of the mark."""
        named = [reference.jti for reference in claims.ref]
        self.change(connection, and_(entries.c.iss == claims.iss, entries.c.jti.in_(named)), restricted=reason)

    def reported(self, number: int, action: str, reason: str | None, *, actions: int) -> None:
        """Note what the issuer was told about an entry, and how many times it was told something."""
        with self.store.write() as connection:
            self.change(connection, entries.c.number == number, action=action, reason=reason, actions=actions)

    def number_of(self, name: str) -> int:
        """Return the number of the entry that `name` means: its number or the id of its event.

        Raises:
            Unknown: nothing here has it.
        """
        its = entries.c.number == int(name) if name.isdecimal() and len(name) <= MAX_DIGITS else entries.c.jti == name
        with self.store.read() as connection:
            found: list[int] = list(connection.scalars(select(entries.c.number).where(its).limit(2)))
        if len(found) != 1:
            raise Unknown("this inbox has no entry of that number or event id")
        return found[0]

    def refuse(self, connection: Connection, incoming: Incoming, fault: BakenError, *, now_ms: int) -> None:
        """Note a record that does not verify: where it stands and why, never its bytes."""
        at = (incoming.topic, incoming.partition, incoming.offset)
        columns = (quarantine.c.topic, quarantine.c.partition, quarantine.c.offset)
        if connection.execute(
            select(quarantine.c.code).where(and_(*(c == v for c, v in zip(columns, at, strict=True))))
        ).first():
            return
        connection.execute(
            insert(quarantine).values(
                topic=incoming.topic,
                partition=incoming.partition,
                offset=incoming.offset,
                code=fault.code.value,
                detail=fault.detail[:MAX_DETAIL],
                record=sha256(incoming.value or b""),
                received=now_ms,
            )
        )

    def drop_content(self, connection: Connection, numbers: Sequence[int], state: EntryState, code: str | None) -> None:
        """Delete everything of these entries but the fact that they were here, and what they opened of others."""
        self._take_back(connection, numbers)
        gone = {"claims": None, "sections_sealed": None, "disclosed": None, "value": None, "headers": None}
        gone |= {"about_iss": None, "about_jti": None}
        self.change(connection, entries.c.number.in_(numbers), state=state, code=code, **gone)

    def expire(self, *, now_s: int) -> int:
        """Delete the content of what is past its `exp`; return how many entries that concerned."""
        over = select(entries.c.number).where(entries.c.exp <= now_s, entries.c.value.is_not(None)).limit(PAGE_ROWS)
        with self.store.read() as connection:
            numbers = list(connection.scalars(over))
        if numbers:
            with self.store.write() as connection:
                self.drop_content(connection, numbers, EntryState.EXPIRED, None)
        return len(numbers)

    def waiting(self, kids: Sequence[str] | None = None) -> list[Incoming]:
        """Return stored records that wait for a grant, oldest first, as they came; of these `kids` or all."""
        query = select(entries).where(entries.c.state == EntryState.AWAITING_GRANT)
        if kids is not None:
            query = query.where(entries.c.kid.in_(kids))
        with self.store.read() as connection:
            return [as_incoming(row) for row in connection.execute(query.order_by(entries.c.number).limit(PAGE_ROWS))]

    def waiting_kids(self) -> dict[str, int]:
        """Return the keys that stored records wait for, each with the instant (ms) of the first that waits."""
        query = (
            select(entries.c.kid, func.min(entries.c.received).label("since"))
            .where(entries.c.state == EntryState.AWAITING_GRANT)
            .group_by(entries.c.kid)
        )
        with self.store.read() as connection:
            return {row.kid: row.since for row in connection.execute(query)}

    def feed(self, after: int = 0, wanted: Wanted = EVERYTHING) -> Iterator[InboxEntry]:
        """Yield entries in the order of arrival, from behind the number `after`."""
        for row in self._pages(reading().where(*wanted.conditions()), after):
            yield as_entry(row, self._vault, milliseconds(self._clock()))

    def changes(self, after: int, limit: int) -> list[InboxEntry]:
        """Return entries in the order of their last change, from behind the change `after`."""
        query = reading().where(entries.c.change > after).order_by(entries.c.change).limit(limit)
        with self.store.read() as connection:
            now_ms = milliseconds(self._clock())
            return [as_entry(row, self._vault, now_ms) for row in connection.execute(query)]

    def counts(self) -> dict[str, int]:
        """Return how many entries are in each state."""
        query = select(entries.c.state, func.count()).group_by(entries.c.state)
        with self.store.read() as connection:
            return {state: count for state, count in connection.execute(query)}  # noqa: C416 - rows are not pairs

    def last_change(self) -> int:
        """Return the number of the last change, 0 before the first."""
        with self.store.read() as connection:
            return _last_change(connection)

    def _sealed(self, claims: Claims, sections: Mapping[str, Any] | None) -> bytes:
        return self._vault.seal(canonical(sections), place=place(claims.iss, claims.jti))

    def raw(self, after: int = 0) -> Iterator[Incoming]:
        """Yield records exactly as they stood on the feed topic, as long as they are held."""
        held = select(entries).where(entries.c.value.is_not(None))
        for row in self._pages(held, after):
            yield as_incoming(row)

    def _pages(self, query: Any, after: int) -> Iterator[Row[Any]]:
        while True:
            page = query.where(entries.c.number > after).order_by(entries.c.number).limit(PAGE_ROWS)
            with self.store.read() as connection:
                rows = connection.execute(page).all()
            yield from rows
            if len(rows) < PAGE_ROWS:
                return
            after = rows[-1].number


def as_incoming(row: Row[Any]) -> Incoming:
    """Return a stored record as it was read from the feed."""
    return Incoming(
        topic=row.topic,
        partition=row.partition,
        offset=row.offset,
        time=row.appended,
        key=f"{row.iss}/{row.jti}".encode(),
        value=row.value,
        headers=unpack_headers(row.headers),
    )


def _is(iss: str, jti: str) -> ColumnElement[bool]:
    return and_(entries.c.iss == iss, entries.c.jti == jti)


def _last_change(connection: Connection) -> int:
    return connection.scalar(_LAST_CHANGE) or 0

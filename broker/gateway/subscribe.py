"""Take what the broker delivers: verify, open, store; close outbox rows by notices and refusals.

Order of effects for a batch: outbox, inbox, then the offset. The outbox part (leaves, receipts) can be
repeated; the inbox part drops what it knows. A crash anywhere brings the batch again, and a record
that does not verify is noted and passed: it blocks nobody behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
import structlog
from sqlalchemy import Connection, and_

from broker.envelope.deliver import HEARTBEAT_KEY
from broker.envelope.grants import EpochKeys
from broker.envelope.states import AwaitingGrant, Valid
from broker.envelope.step_opened import step_13_opened
from broker.envelope.verify import verify_delivered
from broker.gateway.entries import EntryState
from broker.gateway.erasure import Erasure, Kind
from broker.gateway.history import History
from broker.gateway.inbox import ANSWERS, Arrival, Inbox
from broker.gateway.receipts import ReceiptsDue
from broker.gateway.settle import Settlement
from broker.gateway.tables import entries
from broker.ports import Clock, Incoming
from broker.trust.view import TrustView
from contracts.clocks import ANSWERING
from contracts.deadlines import due_of
from contracts.encoding import decode_canonical
from contracts.errors import Code, RecordError, TrustStale
from contracts.events import DISCLOSURE, ERASE, RECALL, RESTRICT, WITHDRAW, is_a, versions_of
from contracts.identifiers import AuthorityId, Environment, Topics, milliseconds, seconds
from contracts.sections.notice import Notice as NoticeSection
from contracts.wire import Claims, Feed, Leaf, Notice, Quarantine

T = TypeVar("T")

_NOTICE = msgspec.json.Decoder(Notice)
_QUARANTINE = msgspec.json.Decoder(Quarantine)
_FEED = msgspec.json.Decoder(Feed)
_OWN = (b"notice/", b"repeat/")
_BEHIND = frozenset({Code.E03_HEADER, Code.E06_ISSUER, Code.E06_TYPE, Code.E06_CERTIFICATE})
"""Refusals that a newer trust list may lift."""
_ORDERS = dict.fromkeys(versions_of(ERASE), Kind.ERASE) | dict.fromkeys(versions_of(RECALL), Kind.RECALL)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Bad:
    incoming: Incoming
    fault: RecordError


@dataclass(frozen=True, slots=True)
class _Good:
    incoming: Incoming
    verified: Valid | AwaitingGrant


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Apply batches of the feed and the quarantine topic. All state is in the two stores."""

    inbox: Inbox
    settlement: Settlement
    erasure: Erasure
    receipts: ReceiptsDue
    history: History
    keys: EpochKeys
    participant: AuthorityId
    environment: Environment
    clock: Clock

    def take(self, batch: Sequence[Incoming], trust: TrustView) -> None:
        """Apply a batch; when this returns, its offsets may be committed.

        Raises:
            TrustStale: a record was admitted under a list that has not come here yet; nothing is applied.
            StoreBusy: the batch comes again.
        """
        notices: list[tuple[Incoming, Leaf]] = []
        refusals: list[tuple[Incoming, Leaf]] = []
        seen: list[_Good | _Bad] = []
        quarantine = Topics(self.environment).quarantine(self.participant)
        for incoming in batch:
            if incoming.value is None or incoming.key == HEARTBEAT_KEY:
                continue
            try:
                if incoming.topic == quarantine:
                    refusals.append((incoming, _decode(incoming, _QUARANTINE).leaf))
                elif (incoming.key or b"").startswith(_OWN):
                    notices.append((incoming, _decode(incoming, _NOTICE).leaf))
                else:
                    seen.append(self._verify(incoming, trust))
            except RecordError as fault:
                seen.append(_Bad(incoming, fault))
        self._settle(notices, refusals, [one.verified for one in seen if isinstance(one, _Good)])
        if seen:
            self._store(seen)

    def open_waiting(self, kids: Sequence[str], trust: TrustView) -> int:
        """Open stored records whose grants came; return how many are settled.

        Crash before the commit: they wait still, and the next start tries all. Crash after: opened.
        """
        outcomes = [self._verify(incoming, trust) for incoming in self.inbox.waiting(kids)]
        self._settle([], [], [one.verified for one in outcomes if isinstance(one, _Good)])
        settled = 0
        with self.inbox.store.write() as connection:
            for one in outcomes:
                fault = one.fault if isinstance(one, _Bad) else None
                if isinstance(one, _Good):
                    try:
                        settled += self._open(connection, one)
                    except RecordError as found:
                        fault = found
                if fault is not None:
                    self._refuse_waiting(connection, one.incoming, fault)
                    settled += 1
        return settled

    def _open(self, connection: Connection, good: _Good) -> bool:
        """Open a stored record with its effect, unless it still waits; return whether it did.

        Raises:
            RecordError: what is known here speaks against it.
        """
        if not isinstance(good.verified, Valid):
            return False
        waits_for = self._disclose(connection, good.verified)
        if waits_for is not None:
            self.inbox.wait(connection, good.verified.claims, waits_for)
            return False
        self.inbox.opened(connection, _arrival(good.incoming, good.verified))
        self._effects(connection, good.verified)
        return True

    def _verify(self, incoming: Incoming, trust: TrustView) -> _Good | _Bad:
        try:
            verified = verify_delivered(incoming, me=self.participant, trust=trust, keys=self.keys)
        except RecordError as fault:
            if fault.code in _BEHIND and _admitted_under(incoming) > trust.version:
                raise TrustStale("a newer trust list is on its way") from fault
            return _Bad(incoming, fault)
        return _Good(incoming, verified)

    def _settle(
        self,
        notices: Sequence[tuple[Incoming, Leaf]],
        refusals: Sequence[tuple[Incoming, Leaf]],
        verified: Sequence[Valid | AwaitingGrant],
    ) -> None:
        heard = [one for one in verified if one.claims.type in ANSWERS | ANSWERING]
        if not (notices or refusals or heard):
            return
        # Crash before the commit: the batch comes again. Crash after: again too, and changes nothing.
        with self.settlement.outbox.store.write() as connection:
            for incoming, leaf in notices:
                if not self.settlement.notice(connection, leaf):
                    _log.error("alarm.key-compromise", topic=incoming.topic, offset=incoming.offset)
            for incoming, leaf in refusals:
                if not self.settlement.quarantined(connection, leaf):
                    _log.error("alarm.unknown-refusal", topic=incoming.topic, offset=incoming.offset, code=leaf.code)
            for one in heard:
                self._hear(connection, one)
            given = self.settlement.given(connection, [leaf for _, leaf in notices])
        if given:  # crash between the two stores: the notice comes again, and with it both
            with self.inbox.store.write() as connection:
                for ref, at_ms in given:
                    self.inbox.answered(connection, ref, at_ms=at_ms)

    def _hear(self, connection: Connection, said: Valid | AwaitingGrant) -> None:
        """Note beside own events what others say of them. An answer counts, sealed or not, once it is admitted."""
        at_ms = said.sealed.feed.leaf.time
        if said.claims.type in ANSWERING:
            self.settlement.answered(connection, said.claims, at_ms=at_ms)
        elif isinstance(said, Valid):
            notice = said.sections["notice"]
            if isinstance(notice, NoticeSection):
                self.settlement.receipt(connection, said.claims, notice, at_ms=at_ms)

    def _store(self, seen: Sequence[_Good | _Bad]) -> None:
        now_ms = milliseconds(self.clock())
        # One transaction for entry, effect and receipt due. Crash before: the batch comes again. Crash
        # after, before the offset is committed: it comes again and every event is known.
        with self.inbox.store.write() as connection:
            for one in seen:
                fault = one.fault if isinstance(one, _Bad) else self._take_in(connection, one, now_ms=now_ms)
                if fault is not None:
                    self.inbox.refuse(connection, one.incoming, fault, now_ms=now_ms)
                    _log.warning(
                        "record.refused",
                        topic=one.incoming.topic,
                        partition=one.incoming.partition,
                        offset=one.incoming.offset,
                        code=fault.code.value,
                    )

    def _take_in(self, connection: Connection, good: _Good, *, now_ms: int) -> RecordError | None:
        """Store a verified event with its effect, or return why what is known here speaks against it."""
        claims = good.verified.claims
        dropped = self.inbox.dropped(connection, claims)
        if dropped or claims.exp <= seconds(self.clock()):
            _log.info("record.dropped", iss=claims.iss, jti=claims.jti, reason=dropped or "expired")
            return None
        try:
            self.history.check(connection, claims)
            waits_for = self._disclose(connection, good.verified)
        except RecordError as fault:
            return fault
        if waits_for is not None:
            arrival = _sealed(good.incoming, claims, waits_for)
        else:
            arrival = _arrival(good.incoming, good.verified)
        admitted = good.verified.sealed.feed.leaf.time
        due = due_of(claims, to=self.participant, admitted=admitted)
        self.inbox.add(connection, arrival, now_ms=now_ms, admitted=admitted, due=due)
        if isinstance(good.verified, Valid) and waits_for is None:
            self._effects(connection, good.verified)
            return None
        _log.info("record.awaits-grant", iss=claims.iss, jti=claims.jti, kid=arrival.kid)
        if claims.type not in ANSWERS:
            self.receipts.received(connection, claims, now_ms=now_ms)
        return None

    def _disclose(self, connection: Connection, event: Valid | AwaitingGrant) -> str | None:
        """Add what a disclosure opens to the entry that it names; return the key that the entry itself waits for.

        Raises:
            RecordError: `E13-opened`, `E13-content`.
        """
        if not isinstance(event, Valid) or not is_a(event.claims.type, DISCLOSURE):
            return None
        ref = event.claims.ref[0]
        waits_for = self.inbox.key_of_waiting(connection, ref)
        if waits_for is None:
            further = step_13_opened(event, self.inbox.earlier(connection, ref))
            self.inbox.disclose(connection, event.claims, further)
        return waits_for

    def _effects(self, connection: Connection, event: Valid) -> None:
        """Do what an opened event asks of this inbox, once: in the transaction that makes it known."""
        claims = event.claims
        now_ms = milliseconds(self.clock())
        _log.info("record.opened", iss=claims.iss, jti=claims.jti, type=claims.type, profile=event.profile)
        if claims.type in ANSWERS:
            return
        if claims.type in _ORDERS:
            self.erasure.order(connection, claims, _ORDERS[claims.type], now_ms=now_ms)
            return
        if is_a(claims.type, WITHDRAW):
            others = and_(entries.c.iss == claims.iss, entries.c.sub == claims.sub, entries.c.jti != claims.jti)
            self.inbox.change(connection, others, ended="withdrawn")
        if is_a(claims.type, RESTRICT):
            self._restrict(connection, event)
        self.receipts.opened(connection, claims, sorted(event.sections), now_ms=now_ms)

    def _restrict(self, connection: Connection, event: Valid) -> None:
        notice = event.sections.get("notice")
        if isinstance(notice, NoticeSection) and notice.restricted is not None:
            self.inbox.restrict(connection, event.claims, notice.restricted.value)

    def _refuse_waiting(self, connection: Connection, incoming: Incoming, fault: RecordError) -> None:
        iss, _, jti = (incoming.key or b"").decode().partition("/")
        its = and_(entries.c.iss == iss, entries.c.jti == jti)
        gone = {"claims": None, "value": None, "headers": None}
        self.inbox.change(connection, its, state=EntryState.REFUSED, code=fault.code.value, **gone)
        self.inbox.refuse(connection, incoming, fault, now_ms=milliseconds(self.clock()))
        _log.warning("record.refused", iss=iss, jti=jti, code=fault.code.value)


def _sealed(incoming: Incoming, claims: Claims, kid: str) -> Arrival:
    """Return an event that waits for an epoch key: its own, or that of the event which it opens more of."""
    return Arrival(incoming=incoming, claims=claims, profile=None, kid=kid, sections=None)


def _arrival(incoming: Incoming, verified: Valid | AwaitingGrant) -> Arrival:
    if isinstance(verified, AwaitingGrant):
        return _sealed(incoming, verified.claims, verified.kid)
    return Arrival(
        incoming=incoming,
        claims=verified.claims,
        profile=verified.profile,
        kid=verified.sealed.kid,
        sections=verified.contents,
    )


def _decode(incoming: Incoming, decoder: msgspec.json.Decoder[T]) -> T:
    return decode_canonical(
        incoming.value or b"", decoder, syntax=Code.E02_JSON, schema=Code.E02_MEMBER, spelling=Code.E02_CANONICAL
    )


def _admitted_under(incoming: Incoming) -> int:
    """Return the trust list version that the leaf of a feed record names, 0 when it names none."""
    try:
        return _FEED.decode(incoming.value or b"").leaf.trust
    except (msgspec.MsgspecError, ValueError):
        return 0

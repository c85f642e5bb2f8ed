"""Close outbox rows by what the broker decided, and note what recipients say of them.

Everything here can be repeated: a notice that is read again finds the row as it left it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import structlog
from sqlalchemy import BindParameter, Connection, Row, Update, and_, bindparam, exists, func, select, update

from broker.gateway.outbox import Outbox, Outcome, State, find
from broker.gateway.tables import deliveries, events
from broker.ports import Clock
from contracts.clocks import ANSWERING, CLOCKED
from contracts.codes import ReceiptState
from contracts.deadlines import due_of
from contracts.errors import Code
from contracts.identifiers import AuthorityId, milliseconds, seconds
from contracts.sections.notice import Notice
from contracts.wire import Claims, Leaf, Reference

MAX_REISSUES = 5
"""An event that fails this often in a row is not overtaken by chance: it is closed as refused."""
_CODES = frozenset(code.value for code in Code)
RETRIED = frozenset({Code.E07_LATE.value, Code.E09_GENERATION.value})
"""Refusals that say nothing against the content: the record only came late or under an old generation."""

# One statement for all lines of a receipt that say the same. A state implies those before it.
_AT: BindParameter[int] = bindparam("at")
_MINE = update(deliveries).where(
    deliveries.c.jti == bindparam("its_jti"), deliveries.c.recipient == bindparam("its_recipient")
)
_RECEIVED = _MINE.values(received=func.coalesce(deliveries.c.received, _AT))
_OPENED = _RECEIVED.values(opened=func.coalesce(deliveries.c.opened, _AT))
_FIRST = {ReceiptState.RECEIVED: _RECEIVED, ReceiptState.OPENED: _OPENED}
_ACTION = _OPENED.where(func.coalesce(deliveries.c.action_at, 0) <= _AT).values(
    action=bindparam("what"), reason=bindparam("why"), action_at=_AT
)
_ERASURE = _RECEIVED.where(deliveries.c.erasure_at.is_(None)).values(erasure=bindparam("what"), erasure_at=_AT)
_DUE = _MINE.values(due=bindparam("until"))

_log = structlog.get_logger()


class Settlement:
    """Apply leaves and receipts to the outbox. `reissue` issues a row anew and closes the old one."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        participant: AuthorityId,
        reissue: Callable[[Connection, str], str | None],
        clock: Clock,
    ) -> None:
        self.outbox = outbox
        self._participant = participant
        self._reissue = reissue
        self._clock = clock

    def notice(self, connection: Connection, leaf: Leaf) -> bool:
        """Apply an admission or repeat notice; False when this gateway never signed such an event.

        A `repeat` of an event with an admitted leaf is the echo of sending twice and changes nothing.
        Without one the number was overtaken: the event is issued anew. When that fails as well, the
        database went back in time, and a new generation begins.
        """
        row = find(connection, signing=leaf.jws) if leaf.jws else None
        if row is None:
            return False
        if leaf.decision == "admitted":
            self._close(connection, row, Outcome.ADMITTED, leaf)
        elif row.state != State.CLOSED:
            self._retry(connection, row, leaf, later=_depth(connection, row) > 0)
        return True

    def quarantined(self, connection: Connection, leaf: Leaf) -> bool:
        """Apply a refusal; False when no row has these bytes.

        A row that was admitted stays admitted: only a later copy of it was refused.
        """
        row = find(connection, record=leaf.record)
        if row is None:
            return False
        if row.state == State.CLOSED:
            return True
        if leaf.code in RETRIED:
            self._retry(connection, row, leaf, later=leaf.code == Code.E09_GENERATION)
        else:
            self._close(connection, row, Outcome.REFUSED, leaf)
            _log.warning("outbox.refused", jti=row.jti, type=row.type, code=leaf.code)
        return True

    def receipt(self, connection: Connection, claims: Claims, notice: Notice, *, at_ms: int) -> None:
        """Note what a recipient says of events of ours; what it was never sent is not its business.

        `at_ms` is when the receipt was admitted. Receipts may come late and in any order: the first
        instant of a state stands, the latest action counts, and nothing goes backwards.
        """
        ours = {reference.jti for reference in claims.ref if reference.iss == self._participant}
        said: dict[Update, list[dict[str, Any]]] = {}
        for line in notice.received or ():
            if line.jti in ours:
                values = {"its_jti": line.jti, "its_recipient": claims.iss, "at": at_ms}
                if line.state not in _FIRST:
                    values |= {"what": line.state.value, "why": None if line.reason is None else line.reason.value}
                said.setdefault(_FIRST.get(line.state, _ACTION), []).append(values)
        for erased in notice.erased or ():
            if erased.jti in ours:
                values = {"its_jti": erased.jti, "its_recipient": claims.iss, "at": at_ms, "what": erased.state.value}
                said.setdefault(_ERASURE, []).append(values)
        for statement, rows in said.items():
            connection.execute(statement, rows)

    def answered(self, connection: Connection, claims: Claims, *, at_ms: int) -> None:
        """Note that an answer to an own event was admitted at `at_ms`; the first one of who was asked counts."""
        ref = claims.ref[0]
        if ref.iss != self._participant:
            return
        asks = exists().where(events.c.jti == deliveries.c.jti, events.c.type.in_(CLOCKED))
        its = and_(deliveries.c.jti == ref.jti, deliveries.c.recipient == claims.iss, deliveries.c.answered.is_(None))
        connection.execute(update(deliveries).where(its, asks).values(answered=at_ms))

    def given(self, connection: Connection, leaves: Iterable[Leaf]) -> list[tuple[Reference, int]]:
        """Return what own answers among these leaves answered, each with the instant of its admission."""
        admitted = [leaf.jws for leaf in leaves if leaf.decision == "admitted"]
        own = select(events.c.about_iss, events.c.about_jti, events.c.admitted).where(
            events.c.signing.in_(admitted), events.c.type.in_(ANSWERING), events.c.admitted.is_not(None)
        )
        rows = connection.execute(own).all() if admitted else []
        return [(Reference(iss=row.about_iss, jti=row.about_jti), row.admitted) for row in rows]

    def _retry(self, connection: Connection, row: Row[Any], leaf: Leaf, *, later: bool) -> None:
        if _depth(connection, row) >= MAX_REISSUES:
            self._close(connection, row, Outcome.REFUSED, leaf)
            _log.error("outbox.refused", jti=row.jti, type=row.type, code=leaf.code)
            return
        now = seconds(self._clock())
        if later and row.gen == self.outbox.generation(connection, now=now):
            generation = self.outbox.begin_generation(connection, now=now)
            _log.warning("outbox.generation", gen=generation, slot=row.slot, code=leaf.code)
        renewed = self._reissue(connection, row.jti)
        _log.warning("outbox.reissued", jti=row.jti, ref=renewed, code=leaf.code)

    def _close(self, connection: Connection, row: Row[Any], outcome: Outcome, leaf: Leaf) -> None:
        if row.outcome == outcome:
            return
        # A code is the hub's word: one that is unknown here stays in the leaf alone.
        code = leaf.code if leaf.code in _CODES else None
        self.outbox.close(connection, row.jti, outcome, now_ms=milliseconds(self._clock()), leaf=leaf, code=code)
        if outcome is Outcome.ADMITTED and row.type in CLOCKED:
            self._start_clocks(connection, row, leaf)

    @staticmethod
    def _start_clocks(connection: Connection, row: Row[Any], leaf: Leaf) -> None:
        """Note for each recipient until when it must answer: from now on that is known."""
        claims = msgspec.json.decode(row.claims, type=Claims)
        to = connection.scalars(select(deliveries.c.recipient).where(deliveries.c.jti == row.jti)).all()
        dues = [
            {"its_jti": row.jti, "its_recipient": one, "until": due_of(claims, to=one, admitted=leaf.time)}
            for one in to
        ]
        if dues:
            connection.execute(_DUE, dues)


def _depth(connection: Connection, row: Row[Any]) -> int:
    """Return how many events this one stands in for, one after another."""
    depth, before = 0, row.replaces
    while before is not None and depth < MAX_REISSUES:
        depth += 1
        before = connection.scalar(select(events.c.replaces).where(events.c.jti == before))
    return depth

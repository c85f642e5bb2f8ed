"""Keep what waits for a second officer: a draft that must not go out on one person's word.

A draft waits sealed under the local key, with everything that it needs to be decided again. It leaves by the
approval or the rejection of another person, by its time, or when a later record or the end of its alert takes
its place; then the draft is gone and the fact remains for `KEEP_DAYS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec
import structlog
from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, insert, or_, select, update

from broker.gateway.intake.settled import settle_records
from broker.gateway.stores import Store
from broker.gateway.tables import approvals
from broker.gateway.vault import Vault
from broker.ports import Clock, Randomness
from contracts.codes import Condition
from contracts.draft import Draft
from contracts.encoding import canonical
from contracts.errors import Code, Unknown
from contracts.findings import Finding
from contracts.identifiers import event_id, instant, iso, milliseconds
from contracts.reading import parse_section
from contracts.wire import Reference

KEEP_DAYS = 90
"""How long it stays known that something was approved, rejected or left lying: as long as a submission is."""
DAY_MILLISECONDS = 86_400_000
RANDOM_BYTES = 10
PAGE_ROWS = 200
_IT = approvals.c

_log = structlog.get_logger()


class ApprovalState(StrEnum):
    """What became of a request for a second approval."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    """A later record took its place, or its alert ended."""


_WAITING = select(_IT.id).where(_IT.national_mark == bindparam("its_mark"), _IT.state == ApprovalState.PENDING).limit(1)
"""Built once: it runs for every record that is published."""


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A draft at rest."""

    type: str
    purpose: str
    basis: tuple[str, ...]
    urgency: str
    validity_days: int
    claims: tuple[Condition, ...]
    sections: dict[str, Any]
    national_id: str | None
    ref: Reference | None
    to: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A draft that is complete but for a second approval, and why it needs one.

    `mark` recognises the same record, `national_mark` another version of it; `to` are recipients by name
    instead of the routes; `recipients` gives the profile of each.
    """

    draft: Draft = field(repr=False)
    to: tuple[str, ...] | None
    actor: str
    mark: str
    national_mark: str | None
    sub: str | None
    recipients: Mapping[str, str]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A draft that waits, with what it takes to decide it anew; `actor` handed it in."""

    id: str
    mark: str
    actor: str
    draft: Draft = field(repr=False)
    to: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request as it stands. `decided_by` and `actor` are pseudonyms; instants in milliseconds."""

    id: str
    type: str
    state: ApprovalState
    actor: str
    recipients: Mapping[str, str]
    findings: tuple[Mapping[str, Any], ...]
    created: int
    expires: int
    decided: int | None
    decided_by: str | None
    jti: str | None
    sub: str | None
    draft: Mapping[str, Any] | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON; `draft` where it was asked for and is still kept."""
        return {
            "actor": self.actor,
            "alert": self.sub,
            "approval": self.id,
            "created": iso(instant(self.created)),
            "decided": None if self.decided is None else iso(instant(self.decided)),
            "decided_by": self.decided_by,
            "draft": None if self.draft is None else dict(self.draft),
            "event": self.jti,
            "expires": iso(instant(self.expires)),
            "reasons": [dict(finding) for finding in self.findings],
            "recipients": dict(self.recipients),
            "state": self.state.value,
            "type": self.type,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many wait for a second officer, and since when the oldest does (milliseconds)."""

    count: int
    oldest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """Owner of the requests, in outbox.db."""

    store: Store
    vault: Vault
    clock: Clock
    randomness: Randomness
    wait_seconds: float

    def ask(self, connection: Connection, request: Request) -> Approval:
        """Keep a draft until somebody else decides on it, in the caller's transaction; the same again is the same.

        One that was rejected comes back as it is. A pending one of the same national record gives way.
        Crash before the commit: nothing was asked. Crash after: handing the record in again finds it.
        """
        known = _IT.mark == request.mark, _IT.state.in_((ApprovalState.PENDING, ApprovalState.REJECTED))
        row = connection.execute(select(approvals).where(*known).order_by(_IT.number.desc()).limit(1)).first()
        now = self.clock()
        if row is not None and (row.state != ApprovalState.PENDING or row.expires > milliseconds(now)):
            return _approval(row)
        self.replaced(connection, request.national_mark)
        id_ = event_id(now, self.randomness(RANDOM_BYTES))
        connection.execute(
            insert(approvals).values(
                id=id_,
                type=request.draft.type,
                state=ApprovalState.PENDING,
                actor=request.actor,
                mark=request.mark,
                national_mark=request.national_mark,
                sub=request.sub,
                recipients=canonical(dict(request.recipients)),
                findings=canonical([finding.to_json() for finding in request.findings]),
                created=milliseconds(now),
                expires=milliseconds(now) + int(self.wait_seconds * 1000),
                draft_sealed=self.vault.seal(canonical(_kept(request.draft, request.to)), place=_place(id_)),
            )
        )
        return _approval(_row(connection, id_))

    def asked(self, connection: Connection, id_: str) -> Asked:
        """Return what waits, as it was handed in.

        Raises:
            Unknown: there is none of that id that still waits.
        """
        row = _row(connection, id_)
        if row.draft_sealed is None or row.expires <= milliseconds(self.clock()):
            raise Unknown("nothing of that id waits for an approval any more")
        kept = self._opened(row)
        return Asked(id=row.id, mark=row.mark, actor=row.actor, draft=_draft(kept), to=kept.to)

    def settle(
        self,
        connection: Connection,
        id_: str,
        state: ApprovalState,
        *,
        by: str,
        jti: str | None = None,
        sub: str | None = None,
    ) -> None:
        """Write down what somebody decided, in the caller's transaction; the draft goes."""
        self._end(connection, _IT.id == id_, state, by=by, jti=jti, sub=sub)

    def reject(self, id_: str, *, by: str) -> Approval:
        """Have what waits not go out.

        Raises:
            Unknown: nothing of that id waits.
        """
        with self.store.write() as connection:
            self.asked(connection, id_)
            self.settle(connection, id_, ApprovalState.REJECTED, by=by)
            return _approval(_row(connection, id_))

    def supersede(self, connection: Connection, which: ColumnElement[bool]) -> None:
        """End what waits and is overtaken by a later record or by the end of its alert."""
        self._end(connection, which & (_IT.state == ApprovalState.PENDING), ApprovalState.SUPERSEDED)

    def ended(self, connection: Connection, sub: str) -> None:
        """Take nothing up again that waits about an alert that has ended."""
        self.supersede(connection, _IT.sub == sub)

    def replaced(self, connection: Connection, national_mark: str | None) -> None:
        """Let a version that went out stand, whatever older one of that record still waits."""
        if national_mark is None or connection.scalar(_WAITING, {"its_mark": national_mark}) is None:
            return
        self.supersede(connection, _IT.national_mark == national_mark)

    def found(self, id_: str) -> Approval:
        """Return one request with the draft that it is about, as long as that waits.

        Raises:
            Unknown: there is none of that id.
        """
        with self.store.read() as connection:
            row = _row(connection, id_)
        plain = None if row.draft_sealed is None else msgspec.to_builtins(self._opened(row))
        return _approval(row, draft=plain)

    def listed(self, state: ApprovalState | None = None, *, after: int = 0, limit: int = PAGE_ROWS) -> list[Approval]:
        """Return requests, the oldest first."""
        query = select(approvals).where(_IT.number > after).order_by(_IT.number).limit(limit)
        with self.store.read() as connection:
            rows = connection.execute(query if state is None else query.where(_IT.state == state)).all()
        return [_approval(row) for row in rows]

    def waiting(self) -> Waiting:
        """Return how much waits, for readiness and metrics."""
        query = select(func.count(), func.min(_IT.created)).where(_IT.state == ApprovalState.PENDING)
        with self.store.read() as connection:
            count, oldest = connection.execute(query).one()
        return Waiting(count=count, oldest=oldest)

    def expire(self) -> int:
        """End what nobody decided on in time and forget what was decided long ago; return how much went.

        Crash before the commit: all of it is looked at again. Crash after: gone.
        """
        now = milliseconds(self.clock())
        late = (_IT.state == ApprovalState.PENDING) & (_IT.expires <= now)
        old = (_IT.state != ApprovalState.PENDING) & (_IT.decided <= now - KEEP_DAYS * DAY_MILLISECONDS)
        with self.store.read() as connection:
            over = connection.execute(select(_IT.id).where(or_(late, old)).limit(PAGE_ROWS)).all()
        if over:
            with self.store.write() as connection:
                self._end(connection, late, ApprovalState.EXPIRED)
                connection.execute(delete(approvals).where(old))
        return len(over)

    def _opened(self, row: Row[Any]) -> _Kept:
        return msgspec.json.decode(self.vault.open(row.draft_sealed, place=_place(row.id)), type=_Kept)

    def _end(
        self,
        connection: Connection,
        which: ColumnElement[bool],
        state: ApprovalState,
        *,
        by: str | None = None,
        jti: str | None = None,
        sub: str | None = None,
    ) -> None:
        rows = connection.execute(select(_IT.id, _IT.type, _IT.sub).where(which)).all()
        for row in rows:
            values: dict[str, Any] = {"state": state, "decided": milliseconds(self.clock()), "decided_by": by}
            values |= {"jti": jti, "sub": sub or row.sub, "draft_sealed": None}
            connection.execute(update(approvals).where(_IT.id == row.id).values(**values))
            settle_records(connection, row.id, jti=jti, sub=sub, finding=None if jti else _REFUSED[state])
            _log.info(f"approval.{state.value}", ref=row.id, type=row.type, jti=jti)


def rejection() -> Finding:
    """Return why a record that a second officer rejected is refused, as often as it is handed in."""
    return _REFUSED[ApprovalState.REJECTED]


def _finding(rule: str, remedy: str) -> Finding:
    return Finding(code=Code.A06_POLICY, path="", rule=rule, remedy=remedy)


_REFUSED = {
    ApprovalState.REJECTED: _finding("was rejected by a second officer", "change it, or leave it"),
    ApprovalState.EXPIRED: _finding("was approved by nobody in time", "hand it in again if it still stands"),
    ApprovalState.SUPERSEDED: _finding(
        "gave way to a later record, or to the end of its alert, before it was approved", "look at that one"
    ),
}


def _place(id_: str) -> str:
    return f"approvals/{id_}"


def _row(connection: Connection, id_: str) -> Row[Any]:
    row = connection.execute(select(approvals).where(_IT.id == id_)).first()
    if row is None:
        raise Unknown("this gateway has no approval of that id")
    return row


def _approval(row: Row[Any], *, draft: Mapping[str, Any] | None = None) -> Approval:
    return Approval(
        id=row.id,
        type=row.type,
        state=ApprovalState(row.state),
        actor=row.actor,
        recipients=msgspec.json.decode(row.recipients, type=dict[str, str]),
        findings=msgspec.json.decode(row.findings, type=tuple[dict[str, Any], ...]),
        created=row.created,
        expires=row.expires,
        decided=row.decided,
        decided_by=row.decided_by,
        jti=row.jti,
        sub=row.sub,
        draft=draft,
    )


def _kept(draft: Draft, to: Sequence[str] | None) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(
        _Kept(
            type=draft.type,
            purpose=draft.purpose,
            basis=draft.basis,
            urgency=draft.urgency,
            validity_days=draft.validity_days,
            claims=tuple(sorted(draft.claims)),
            sections={name: section.content() for name, section in draft.sections.items()},
            national_id=draft.national_id,
            ref=draft.ref,
            to=None if to is None else tuple(to),
        )
    )
    return plain


def _draft(kept: _Kept) -> Draft:
    return Draft(
        type=kept.type,
        purpose=kept.purpose,
        basis=kept.basis,
        urgency=kept.urgency,
        validity_days=kept.validity_days,
        claims=frozenset(kept.claims),
        sections={name: parse_section(name, content, event_type=kept.type) for name, content in kept.sections.items()},
        national_id=kept.national_id,
        ref=kept.ref,
    )

"""Show what stands in an inbox: entries as this participant may see them, with filters and in two orders.

By `number` in the order of arrival; by `change` in the order in which they last changed, so that whoever
follows sees an entry again when it is opened, ended, acted upon or erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select

from broker.gateway.tables import entries
from broker.gateway.vault import Vault
from contracts.wire import Reference


class EntryState(StrEnum):
    """What there is of an event in this inbox."""

    OPENED = "opened"
    AWAITING_GRANT = "awaiting-grant"
    REFUSED = "refused"
    ERASED = "erased"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """An event as this participant may see it. `about` is what a message or disclosure is about.

    `superseded` tells that a later version is here too, or the same version issued anew. `change` grows
    with every change of an entry. `restricted` is why the issuer restricted its use; `disclosed` names the event
    that opened a section of this one later. Where something must be answered, `due` is until when, `answered` when
    the answer was admitted, and `overdue` tells that the time is over and none was.
    """

    number: int
    change: int
    iss: str
    jti: str
    type: str
    sub: str | None
    ver: int | None
    about: Reference | None
    iat: int
    exp: int
    state: EntryState
    code: str | None
    ended: str | None
    restricted: str | None
    action: str | None
    reason: str | None
    superseded: bool
    profile: str | None
    received: int
    admitted: int
    due: int | None
    answered: int | None
    overdue: bool
    disclosed: Mapping[str, str]
    claims: Mapping[str, Any] = field(repr=False)
    sections: Mapping[str, Any] = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return plain values: what `baken feed --json` and the HTTP interface show."""
        return {
            "about": as_plain(self.about),
            "action": self.action,
            "admitted": self.admitted,
            "alert": self.sub,
            "answered": self.answered,
            "change": self.change,
            "claims": dict(self.claims),
            "code": self.code,
            "disclosed": dict(self.disclosed),
            "due": self.due,
            "ended": self.ended,
            "event": self.jti,
            "exp": self.exp,
            "from": self.iss,
            "iat": self.iat,
            "number": self.number,
            "overdue": self.overdue,
            "profile": self.profile,
            "reason": self.reason,
            "received": self.received,
            "restricted": self.restricted,
            "sections": dict(self.sections),
            "state": self.state.value,
            "superseded": self.superseded,
            "type": self.type,
            "version": self.ver,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A choice of entries; what is None does not matter.

    `about` is an event id, `since` milliseconds of arrival. `due_before` (milliseconds) chooses what this
    participant must have answered by then, and has not.
    """

    number: int | None = None
    type: str | None = None
    iss: str | None = None
    sub: str | None = None
    about: str | None = None
    state: EntryState | None = None
    since: int | None = None
    due_before: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what must hold of a row."""
        equal = {
            "number": self.number,
            "type": self.type,
            "iss": self.iss,
            "sub": self.sub,
            "about_jti": self.about,
            "state": self.state,
        }
        found: list[ColumnElement[bool]] = [entries.c[name] == value for name, value in equal.items() if value]
        if self.since is not None:
            found.append(entries.c.received >= self.since)
        if self.due_before is not None:
            found += [awaits_answer(), entries.c.due < self.due_before]
        return found


EVERYTHING = Wanted()


def awaits_answer() -> ColumnElement[bool]:
    """Return what makes an entry one that this participant still must answer: nothing took it back or away."""
    held = entries.c.state.in_((EntryState.OPENED, EntryState.AWAITING_GRANT))
    return and_(entries.c.due.is_not(None), entries.c.answered.is_(None), entries.c.ended.is_(None), held)


def reading() -> Select[Any]:
    """Return the query for entries with what later ones say of them."""
    later = entries.alias("later")
    superseded = exists().where(
        later.c.iss == entries.c.iss,
        later.c.sub == entries.c.sub,
        or_(later.c.ver > entries.c.ver, and_(later.c.ver == entries.c.ver, later.c.number > entries.c.number)),
    )
    return select(entries, superseded.label("superseded"), awaits_answer().label("awaits"))


def as_entry(row: Row[Any], vault: Vault, now_ms: int) -> InboxEntry:
    """Return a row of `reading` with its sections opened, as it stands at `now_ms`."""
    return InboxEntry(
        number=row.number,
        change=row.change,
        iss=row.iss,
        jti=row.jti,
        type=row.type,
        sub=row.sub,
        ver=row.ver,
        about=about_of(row),
        iat=row.iat,
        exp=row.exp,
        state=EntryState(row.state),
        code=row.code,
        ended=row.ended,
        restricted=row.restricted,
        action=row.action,
        reason=row.reason,
        superseded=row.superseded,
        profile=row.profile,
        received=row.received,
        admitted=row.admitted,
        due=row.due,
        answered=row.answered,
        overdue=bool(row.awaits) and row.due < now_ms,
        disclosed=origins_of(row),
        claims=msgspec.json.decode(row.claims) if row.claims else {},
        sections=sections_of(row, vault),
    )


def sections_of(row: Row[Any], vault: Vault) -> dict[str, Any]:
    """Return the opened sections of a row, as they were signed."""
    sealed = row.sections_sealed
    return msgspec.json.decode(vault.open(sealed, place=place(row.iss, row.jti)), type=dict[str, Any]) if sealed else {}


def origins_of(row: Row[Any]) -> dict[str, str]:
    """Return which sections of a row came by a disclosure, each with the id of that event."""
    return msgspec.json.decode(row.disclosed, type=dict[str, str]) if row.disclosed else {}


def about_of(row: Row[Any]) -> Reference | None:
    """Return the event that a message or disclosure is about, of a row of either store."""
    return None if row.about_jti is None else Reference(iss=row.about_iss, jti=row.about_jti)


def as_plain(about: Reference | None) -> dict[str, str] | None:
    """Return an event by issuer and id as it is shown."""
    return None if about is None else {"event": about.jti, "from": about.iss}


def place(iss: str, jti: str) -> str:
    """Return where the sections of an entry are sealed for."""
    return f"entries/{iss}/{jti}"

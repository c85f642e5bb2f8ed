"""Remember on disk what a replay must look up again, so that memory does not grow with the log.

A private temporary SQLite database: it has no name, and the operating system drops it with the process.
It holds what the audit log holds: ids, codes and hashes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from broker.audit.report import Disclosed
from contracts.wire import AudienceEntry, Claims, Reference

CACHE_KIB = 16 * 1024
"""Page cache; beyond it SQLite uses its temporary file."""

_SCHEMA = """
CREATE TABLE numbers (place TEXT, slot INTEGER, gen INTEGER, seq INTEGER, record TEXT,
  PRIMARY KEY (place, slot, gen, seq)) WITHOUT ROWID;
CREATE TABLE holders (iss TEXT, sub TEXT, holder TEXT, jti TEXT, exp INTEGER,
  PRIMARY KEY (iss, sub, holder, jti)) WITHOUT ROWID;
CREATE TABLE orders (iss TEXT, jti TEXT, type TEXT, sub TEXT, ordered INTEGER, events INTEGER,
  PRIMARY KEY (iss, jti)) WITHOUT ROWID;
CREATE TABLE due (iss TEXT, jti TEXT, holder TEXT, received INTEGER, PRIMARY KEY (iss, jti, holder)) WITHOUT ROWID;
CREATE TABLE disclosures (iss TEXT, holder TEXT, profile TEXT, type TEXT, purpose TEXT, basis TEXT,
  count INTEGER, first INTEGER, last INTEGER,
  PRIMARY KEY (iss, holder, profile, type, purpose, basis)) WITHOUT ROWID;
"""


class ReplayIndex:
    """Facts of one replay. Owned by it; closed with it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._db.close()

    def number_of(self, claims: Claims) -> str | None:
        """Return the hash of the record that used this number first."""
        row = self._db.execute(
            "SELECT record FROM numbers WHERE place=? AND slot=? AND gen=? AND seq=?",
            (claims.place, claims.slot, claims.gen, claims.seq),
        ).fetchone()
        return None if row is None else str(row[0])

    def add_number(self, claims: Claims, record: str) -> None:
        """Note which record used a number, unless another did before."""
        self._db.execute(
            "INSERT OR IGNORE INTO numbers VALUES (?,?,?,?,?)",
            (claims.place, claims.slot, claims.gen, claims.seq, record),
        )

    def add_holders(self, claims: Claims, sub: str, holders: Iterable[str]) -> None:
        """Note who holds an event of an alert from now on."""
        self._db.executemany(
            "INSERT OR IGNORE INTO holders VALUES (?,?,?,?,?)",
            [(claims.iss, sub, holder, claims.jti, claims.exp) for holder in holders],
        )

    def held(self, iss: str, sub: str, at: int) -> list[tuple[str, str]]:
        """Return (recipient, event id) for what is held of an alert at `at` (seconds): sent, valid, not erased."""
        rows = self._db.execute(
            "SELECT holder, jti FROM holders WHERE iss=? AND sub=? AND exp>? ORDER BY holder, jti", (iss, sub, at)
        )
        return [(str(row[0]), str(row[1])) for row in rows]

    def release(self, iss: str, sub: str, holders: Iterable[str]) -> None:
        """Forget that `holders` hold the alert: they were ordered to erase it."""
        self._db.executemany(
            "DELETE FROM holders WHERE iss=? AND sub=? AND holder=?", [(iss, sub, holder) for holder in holders]
        )

    def add_order(self, claims: Claims, sub: str, holders: Iterable[str], time: int) -> None:
        """Note an order to erase, with the recipients that owe a receipt."""
        self._db.execute(
            "INSERT OR IGNORE INTO orders VALUES (?,?,?,?,?,?)",
            (claims.iss, claims.jti, claims.type, sub, time, len(claims.ref)),
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO due VALUES (?,?,?,NULL)", [(claims.iss, claims.jti, holder) for holder in holders]
        )

    def receive(self, holder: str, references: Iterable[Reference], time: int) -> None:
        """Note that `holder` certified the erasure that each of `references` ordered."""
        self._db.executemany(
            "UPDATE due SET received=? WHERE iss=? AND jti=? AND holder=? AND received IS NULL",
            [(time, reference.iss, reference.jti, holder) for reference in references],
        )

    def orders(self) -> Iterator[tuple[str, str, str, str, int, int]]:
        """Yield (issuer, id, type, alert, instant, events) of every order, oldest first."""
        yield from self._db.execute(
            "SELECT iss, jti, type, sub, ordered, events FROM orders ORDER BY ordered, iss, jti"
        )

    def due_of(self, iss: str, jti: str) -> list[tuple[str, int | None]]:
        """Return (recipient, instant of its receipt or None) for one order."""
        rows = self._db.execute("SELECT holder, received FROM due WHERE iss=? AND jti=? ORDER BY holder", (iss, jti))
        return [(str(row[0]), row[1]) for row in rows]

    def add_disclosure(self, claims: Claims, line: AudienceEntry, time: int) -> None:
        """Count one event sent to one recipient."""
        self._db.execute(
            "INSERT INTO disclosures VALUES (?,?,?,?,?,?,1,?,?) ON CONFLICT DO UPDATE SET"
            " count=count+1, last=excluded.last",
            (claims.iss, line.to, line.profile, claims.type, claims.purpose, " ".join(claims.basis), time, time),
        )

    def disclosures(self) -> Iterator[Disclosed]:
        """Yield the disclosures by issuer, recipient, profile, type, purpose and basis."""
        rows = self._db.execute("SELECT * FROM disclosures ORDER BY iss, holder, profile, type, purpose, basis")
        for iss, to, profile, kind, purpose, basis, count, first, last in rows:
            yield Disclosed(
                iss=iss,
                to=to,
                profile=profile,
                type=kind,
                purpose=purpose,
                basis=tuple(basis.split(" ")),
                count=count,
                first=first,
                last=last,
            )

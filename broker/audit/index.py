"""Remember on disk what a replay must look up or count later, so that memory does not grow with the log.

A private temporary SQLite database: it has no name, and the operating system drops it with the process.
It holds what the audit log holds: ids, codes and hashes, words once each. An event takes about 200
bytes and each of its recipients about 20 more (docs/auditing.md, Memory).
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import IntEnum
from types import TracebackType
from typing import Self
from uuid import UUID

from msgspec import UNSET

from contracts.encoding import decode_base64url, encode_base64url
from contracts.errors import Code
from contracts.events import ERASE, ERASURE_RECEIPT, EVENTS, RECALL, Lifecycle, is_a
from contracts.identifiers import milliseconds
from contracts.sections.consultations import Consultation
from contracts.wire import AudienceEntry, Claims, Leaf, Reference

CACHE_KIB = 16 * 1024
"""Page cache; beyond it SQLite uses its temporary file."""
MAX_WORDS = 10_000
"""Words kept in memory to save look-ups: far more than the vocabulary, and a bound for who invents bases."""
MAX_TALLIES = 10_000
"""Counts kept in memory before they are added to the database."""

_SCHEMA = """
CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE);
CREATE TABLE events (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, iss INTEGER NOT NULL, jti BLOB NOT NULL, sub BLOB,
  ver INTEGER, type INTEGER NOT NULL, purpose INTEGER NOT NULL, basis INTEGER NOT NULL, urgency INTEGER NOT NULL,
  actor INTEGER, code INTEGER, time INTEGER NOT NULL, exp INTEGER NOT NULL, refs INTEGER NOT NULL,
  slot INTEGER NOT NULL, gen INTEGER NOT NULL, seq INTEGER NOT NULL, record BLOB NOT NULL);
CREATE INDEX numbers ON events (iss, slot, gen, seq);
CREATE INDEX ids ON events (iss, jti);
CREATE INDEX alerts ON events (sub) WHERE sub IS NOT NULL;
CREATE TABLE deliveries (event INTEGER NOT NULL, recipient INTEGER NOT NULL, profile INTEGER NOT NULL,
  sections INTEGER NOT NULL, because INTEGER NOT NULL, held INTEGER NOT NULL, ended INTEGER, received INTEGER,
  erased INTEGER, PRIMARY KEY (event, recipient)) WITHOUT ROWID;
CREATE TABLE clocks (event INTEGER NOT NULL, recipient INTEGER NOT NULL, article INTEGER NOT NULL,
  period INTEGER NOT NULL, due INTEGER NOT NULL, answered INTEGER, refused INTEGER, ended INTEGER,
  PRIMARY KEY (event, recipient)) WITHOUT ROWID;
CREATE TABLE consultations (who INTEGER NOT NULL, actor INTEGER NOT NULL, why INTEGER NOT NULL, iss INTEGER NOT NULL,
  jti BLOB NOT NULL, at INTEGER NOT NULL);
CREATE TABLE tallies (day INTEGER, participant INTEGER, what INTEGER, code INTEGER, count INTEGER NOT NULL,
  PRIMARY KEY (day, participant, what, code)) WITHOUT ROWID;
"""
DAY_MS = 86_400_000


class Kind(IntEnum):
    """What an event does, coarser than its type; the order is that of an alert's life."""

    NEW = 0
    UPDATE = 1
    WITHDRAWAL = 2
    ORDER = 3
    RECEIPT = 4
    ERASURE_RECEIPT = 5
    DISCLOSURE = 6
    MESSAGE = 7
    BATCH = 8

    @property
    def holds(self) -> bool:
        """Whether it carries content, so that an order to erase must name it."""
        return self in {Kind.NEW, Kind.UPDATE, Kind.DISCLOSURE, Kind.MESSAGE}


def kind_of(claims: Claims) -> Kind:
    """Return the kind of an event of a known type."""
    match EVENTS[claims.type].lifecycle:
        case Lifecycle.ALERT:
            return Kind.NEW if claims.ver == 1 else Kind.UPDATE
        case Lifecycle.ENDING:
            return Kind.ORDER if is_a(claims.type, ERASE) or is_a(claims.type, RECALL) else Kind.WITHDRAWAL
        case Lifecycle.RECEIPT:
            return Kind.ERASURE_RECEIPT if is_a(claims.type, ERASURE_RECEIPT) else Kind.RECEIPT
        case Lifecycle.DISCLOSURE:
            return Kind.DISCLOSURE
        case Lifecycle.MESSAGE:
            return Kind.MESSAGE
        case Lifecycle.BATCH:
            return Kind.BATCH


class ReplayIndex:
    """Facts of one replay. Owned by it; closed with it. Instants in milliseconds."""

    def __init__(self) -> None:
        self.db = sqlite3.connect("", isolation_level=None)
        self.db.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        self.db.execute("PRAGMA journal_mode=OFF")
        self.db.execute("PRAGMA synchronous=OFF")
        self.db.executescript(_SCHEMA)
        self.db.execute("BEGIN")
        self._words: dict[str, int] = {}
        self._tallies: Counter[tuple[int, int, int, int]] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.db.close()

    def word(self, text: str) -> int:
        """Return the number that stands for `text` in the tables."""
        known = self._words.get(text)
        if known is not None:
            return known
        self.db.execute("INSERT OR IGNORE INTO words (word) VALUES (?)", (text,))
        (found,) = self.db.execute("SELECT id FROM words WHERE word=?", (text,)).fetchone()
        if len(self._words) >= MAX_WORDS:
            self._words.clear()
        self._words[text] = int(found)
        return int(found)

    def tally(self, participant: str, what: str, code: str, time: int, count: int = 1) -> None:
        """Count something that happened to a record of `participant` on the UTC day of `time`."""
        self._tallies[time // DAY_MS, self.word(participant), self.word(what), self.word(code)] += count
        if len(self._tallies) >= MAX_TALLIES:
            self.flush()

    def flush(self) -> None:
        """Bring the counts into the database; call it before they are read."""
        self.db.executemany(
            "INSERT INTO tallies VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET count=count+excluded.count",
            [(*key, count) for key, count in self._tallies.items()],
        )
        self._tallies.clear()

    def number_of(self, claims: Claims) -> str | None:
        """Return the hash of the record that used this number first."""
        row = self.db.execute(
            "SELECT record FROM events WHERE iss=? AND slot=? AND gen=? AND seq=? ORDER BY id LIMIT 1",
            (self.word(claims.iss), claims.slot, claims.gen, claims.seq),
        ).fetchone()
        return None if row is None else encode_base64url(row[0])

    def add_event(self, claims: Claims, leaf: Leaf, *, actor: str | None = None) -> int:
        """Note an event that is no repeat, admitted or refused, and return its number here."""
        word = self.word
        return int(
            self.db.execute(
                "INSERT INTO events VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id",
                (
                    kind_of(claims),
                    word(claims.iss),
                    packed(claims.jti),
                    None if claims.sub is UNSET else packed(claims.sub),
                    None if claims.ver is UNSET else claims.ver,
                    word(claims.type),
                    word(claims.purpose),
                    word(" ".join(claims.basis)),
                    word(claims.urgency),
                    None if actor is None else word(actor),
                    None if leaf.code is None else word(leaf.code),
                    leaf.time,
                    claims.exp,
                    len(claims.ref),
                    claims.slot,
                    claims.gen,
                    claims.seq,
                    decode_base64url(leaf.record, code=Code.E02_MEMBER),
                ),
            ).fetchone()[0]
        )

    def add_deliveries(self, event: int, claims: Claims, audience: Iterable[AudienceEntry]) -> None:
        """Note to whom an admitted event went, with the sections that each may open."""
        word, held = self.word, kind_of(claims).holds
        self.db.executemany(
            "INSERT INTO deliveries VALUES (?,?,?,?,?,?,NULL,NULL,NULL)",
            [
                (event, word(e.to), word(e.profile), word(" ".join(e.sections)), word(" ".join(e.because)), held)
                for e in audience
            ],
        )

    def add_consultations(self, who: str, lines: Iterable[Consultation]) -> None:
        """Note what a participant reported of looks at content there."""
        word = self.word
        self.db.executemany(
            "INSERT INTO consultations VALUES (?,?,?,?,?,?)",
            [
                (
                    word(who),
                    word(one.actor),
                    word(one.why.value),
                    word(one.iss),
                    packed(one.jti),
                    milliseconds(datetime.fromisoformat(one.at)),
                )
                for one in lines
            ],
        )

    def held(self, iss: str, sub: str, at: int) -> list[tuple[str, str]]:
        """Return (recipient, event id) for what is held of an alert at `at` (seconds): sent, valid, not erased."""
        rows = self.db.execute(
            "SELECT word, jti FROM events JOIN deliveries ON event=events.id JOIN words ON words.id=recipient"
            " WHERE sub=? AND iss=? AND held AND exp>? ORDER BY word, jti",
            (packed(sub), self.word(iss), at),
        )
        return [(str(word), unpacked(jti)) for word, jti in rows]

    def release(self, iss: str, sub: str, holders: Iterable[str], time: int) -> None:
        """Note that `holders` were ordered to erase the alert: they hold it no longer, and owe no receipt for it."""
        self.db.executemany(
            "UPDATE deliveries SET held=0, ended=coalesce(ended,?) WHERE held AND recipient=?"
            " AND event IN (SELECT id FROM events WHERE sub=? AND iss=?)",
            [(time, self.word(holder), packed(sub), self.word(iss)) for holder in holders],
        )

    def replace(self, references: Iterable[Reference], time: int) -> None:
        """Note that a later version took the place of events: who was away never sees the earlier one."""
        self._mark("ended", references, time)

    def receive(self, holder: str, references: Iterable[Reference], time: int, *, erasure: bool) -> None:
        """Note the first receipt of `holder` for each of `references`; with `erasure`, that it erased as ordered."""
        self._mark("erased" if erasure else "received", references, time, holder)

    def _mark(self, column: str, references: Iterable[Reference], time: int, holder: str | None = None) -> None:
        whose = "" if holder is None else " AND recipient=?"
        whom: Sequence[int] = () if holder is None else (self.word(holder),)
        self.db.executemany(
            f"UPDATE deliveries SET {column}=coalesce({column},?) WHERE event IN"  # noqa: S608 - columns of ours
            f" (SELECT id FROM events WHERE iss=? AND jti=?){whose}",
            [(time, self.word(ref.iss), packed(ref.jti), *whom) for ref in references],
        )


def unpacked(event: bytes) -> str:
    """Return an id of the tables as text."""
    return str(UUID(bytes=event))


def packed(text: str) -> bytes:
    """Return an id as it stands in the tables."""
    return bytes.fromhex(text.replace("-", ""))

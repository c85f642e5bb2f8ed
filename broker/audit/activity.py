"""Count what a replay saw within a scope: who disclosed what to whom, what came back, what was refused and erased.

All of it is read from the index with one query each; what a query returns is bounded by the vocabulary
and the participants, or cut at `MAX_ROWS`.
"""

# ruff: noqa: S608 - queries are put together from texts in this file; every value is bound
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from broker.audit.clocks import STATE as CLOCK_STATE
from broker.audit.figures import Answers, Clocked, Day, ErasureTimes, Flow, Line, Looked, Named, Opened, Refusals
from broker.audit.index import DAY_MS, Kind, ReplayIndex, unpacked
from broker.audit.report import Disclosed
from broker.audit.scope import Scope

MAX_ROWS = 2_000
"""Lines of one table: more than anybody reads; what is left out is counted."""
RECEIPT_DUE = timedelta(hours=12)
"""A recipient's gateway answers within seconds; half a day covers a night's repair, as in the delivery ledger."""
EPOCH = date(1970, 1, 1)


class Activity:
    """Queries over one replay's index, within one scope."""

    def __init__(self, index: ReplayIndex, scope: Scope) -> None:
        index.flush()
        self._index = index
        self._scope = scope
        participant = None if scope.participant is None else index.word(scope.participant)
        self._values = scope.values(participant)

    def _rows(self, query: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        filled = query.replace("{events}", self._scope.events()).replace("{deliveries}", self._scope.deliveries())
        filled = filled.replace("{consultations}", self._scope.consultations())
        yield from self._index.db.execute(filled, {**self._values, **values})

    def days(self) -> list[Day]:
        """Return the days on which something happened, in order."""
        names = {
            Kind.NEW: "new",
            Kind.UPDATE: "updates",
            Kind.WITHDRAWAL: "withdrawals",
            Kind.ORDER: "orders",
            Kind.RECEIPT: "receipts",
            Kind.ERASURE_RECEIPT: "receipts",
            Kind.DISCLOSURE: "openings",
            Kind.MESSAGE: "messages",
            Kind.BATCH: "batches",
        }
        found: dict[int, Counter[str]] = {}
        for day, kind, count in self._rows(
            "SELECT e.time/86400000, e.kind, count(*) FROM events e WHERE e.code IS NULL AND {events} GROUP BY 1, 2"
        ):
            found.setdefault(day, Counter())[names[Kind(kind)]] += count
        for day, count in self._rows(
            "SELECT e.time/86400000, count(*) FROM events e JOIN deliveries d ON d.event=e.id"
            " WHERE e.kind IN (0, 1, 6, 7) AND {deliveries} GROUP BY 1"
        ):
            found.setdefault(day, Counter())["disclosed"] += count
        for day, _, _, count in self._refused():
            found.setdefault(day, Counter())["refused"] += count
        return [Day(day=(EPOCH + timedelta(days=day)).isoformat(), **found[day]) for day in sorted(found)]

    def refusals(self) -> list[Refusals]:
        """Return refusals by issuer and code, most first."""
        counts: Counter[tuple[str, str]] = Counter()
        for _, iss, code, count in self._refused():
            counts[iss, code] += count
        return [Refusals(iss=iss, code=code, count=count) for (iss, code), count in _most(counts)]

    def _refused(self) -> Iterator[tuple[int, str, str, int]]:
        """Yield (day, issuer, code, count): of an alert as far as the claims of what was refused are known."""
        if self._scope.alert is None:
            yield from self._tallied("what.word='refused'")
            return
        yield from self._rows(
            "SELECT e.time/86400000, i.word, c.word, count(*) FROM events e JOIN words i ON i.id=e.iss"
            " JOIN words c ON c.id=e.code WHERE {events} GROUP BY 1, 2, 3"
        )

    def disorder(self) -> dict[str, int]:
        """Return repeats by kind, skipped numbers and void leaves; nothing of an alert, for leaves do not name it."""
        counts: Counter[str] = Counter()
        if self._scope.alert is None:
            for what in ("repeat-honest", "repeat-other-content", "repeat-unknown", "gap", "void"):
                counts[what] = sum(count for *_, count in self._tallied("what.word=:what", what=what))
        return dict(counts)

    def _tallied(self, condition: str, **values: str) -> Iterator[tuple[int, str, str, int]]:
        own = "" if self._scope.participant is None else " AND t.participant=:participant"
        yield from self._rows(
            "SELECT t.day, p.word, c.word, t.count FROM tallies t JOIN words p ON p.id=t.participant"
            " JOIN words what ON what.id=t.what JOIN words c ON c.id=t.code"
            f" WHERE {condition} AND t.day>=:first_day AND t.day<:past_day{own} ORDER BY 1, 2, 3",
            first_day=self._values["first"] // DAY_MS,
            past_day=-(-self._values["past"] // DAY_MS),
            **values,
        )

    def disclosures(self) -> list[Disclosed]:
        """Return what went to whom, by issuer, recipient, profile, type, purpose and basis."""
        rows = self._rows(
            "SELECT i.word, r.word, p.word, t.word, u.word, b.word, count(*), min(e.time), max(e.time)"
            " FROM events e JOIN deliveries d ON d.event=e.id"
            " JOIN words i ON i.id=e.iss JOIN words r ON r.id=d.recipient"
            " JOIN words p ON p.id=d.profile JOIN words t ON t.id=e.type JOIN words u ON u.id=e.purpose"
            " JOIN words b ON b.id=e.basis WHERE {deliveries} GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"
        )
        return [
            Disclosed(
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
            for iss, to, profile, kind, purpose, basis, count, first, last in rows
        ]

    def flows(self) -> list[Flow]:
        """Return the alerts that went from one participant to another."""
        rows = self._rows(
            "SELECT i.word, r.word, count(*) FROM events e JOIN deliveries d ON d.event=e.id"
            " JOIN words i ON i.id=e.iss JOIN words r ON r.id=d.recipient"
            " WHERE e.kind<2 AND {deliveries} GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return [Flow(iss=iss, to=to, count=count) for iss, to, count in rows]

    def opened(self) -> list[Opened]:
        """Return how often each section of an alert was opened, by profile."""
        counts: Counter[tuple[str, str]] = Counter()
        for profile, sections, count in self._by_delivery("d.profile", "d.sections"):
            for section in sections.split(" "):
                counts[section, profile] += count
        return [Opened(section=name, profile=profile, count=count) for (name, profile), count in sorted(counts.items())]

    def profiles(self) -> list[Named]:
        """Return how many alerts went out under each profile."""
        return _named(self._by_delivery("d.profile"))

    def conditions(self) -> list[Named]:
        """Return how many alerts went out under each condition; one may need several."""
        counts: Counter[str] = Counter()
        for because, count in self._by_delivery("d.because"):
            for condition in because.split():
                counts[condition] += count
        return [Named(name=name, count=count) for name, count in _most(counts)]

    def urgency(self) -> list[Named]:
        """Return how many alerts were sent with each urgency."""
        rows = self._rows(
            "SELECT w.word, count(*) FROM events e JOIN words w ON w.id=e.urgency"
            " WHERE e.kind<2 AND e.code IS NULL AND {events} GROUP BY 1"
        )
        return _named(rows)

    def _by_delivery(self, *columns: str) -> Iterator[tuple[Any, ...]]:
        """Yield the words in `columns` of deliveries of alerts, with how many have them."""
        joins = "".join(f" JOIN words w{n} ON w{n}.id={column}" for n, column in enumerate(columns))
        words = ", ".join(f"w{n}.word" for n in range(len(columns)))
        yield from self._rows(
            f"SELECT {words}, count(*) FROM events e JOIN deliveries d ON d.event=e.id{joins}"
            f" WHERE e.kind<2 AND {{deliveries}} GROUP BY {words}"
        )

    def answers(self, now: int, due: timedelta = RECEIPT_DUE) -> list[Answers]:
        """Return what became of receipts by recipient, at `now` (milliseconds)."""
        limit = int(due.total_seconds() * 1000)
        found = []
        for recipient, to, total, in_time, late, missing, ended, longest in self._rows(_ANSWERS, now=now, limit=limit):
            count = in_time + late
            found.append(
                Answers(
                    to=to,
                    due=total,
                    in_time=in_time,
                    late=late,
                    missing=missing,
                    open=total - count - missing - ended,
                    ended=ended,
                    median=self._median(_DELAYS, count, recipient=recipient),
                    longest=None if longest is None else longest / 1000,
                )
            )
        return found

    def clocks(self, now: int) -> list[Clocked]:
        """Return what became of requests by whoever must answer and time limit, at `now` (milliseconds)."""
        found = []
        for recipient, article_word, to, article, period, *counts, longest in self._rows(_CLOCKS, now=now):
            asked, in_time, late, refused, overdue, ended = counts
            answered = in_time + late
            found.append(
                Clocked(
                    to=to,
                    article=article,
                    period=period,
                    asked=asked,
                    in_time=in_time,
                    late=late,
                    refused=refused,
                    overdue=overdue,
                    open=asked - answered - overdue - ended,
                    ended=ended,
                    median=self._median(_CLOCK_DELAYS, answered, recipient=recipient, article=article_word),
                    longest=None if longest is None else longest / 1000,
                )
            )
        return found

    def looked(self) -> list[Looked]:
        """Return consultations by participant, reason and alert, most first, at most `MAX_ROWS`."""
        return [
            Looked(
                by=by,
                why=why,
                iss=iss,
                alert=None if sub is None else unpacked(sub),
                count=count,
                persons=persons,
                first=first,
                last=last,
            )
            for by, why, iss, sub, count, persons, first, last in self._rows(_LOOKED + f" LIMIT {MAX_ROWS}")
        ]

    def looks(self) -> int:
        """Return how many consultations gateways reported."""
        ((count,),) = self._rows(f"SELECT count(*) FROM ({_LOOKS})")
        return int(count)

    def _median(self, query: str, count: int, **values: Any) -> float | None:
        """Return the middle one of `count` sorted durations, in seconds: the lower of two."""
        if count == 0:
            return None
        (row,) = self._rows(f"{query} LIMIT 1 OFFSET :skip", skip=(count - 1) // 2, **values)
        return float(row[0]) / 1000

    def erasure_times(self, now: int, due: timedelta) -> ErasureTimes:
        """Return how many orders there are, and how long it took to complete them, at `now` (milliseconds)."""
        limit = int(due.total_seconds() * 1000)
        ((ordered, complete, late, overdue, longest),) = self._rows(
            "SELECT count(*), count(delay), total(delay>:limit), total(delay IS NULL AND time+:limit<:now), max(delay)"
            f" FROM ({_ORDERS})",
            now=now,
            limit=limit,
        )
        delays = f"SELECT delay FROM ({_ORDERS}) WHERE delay IS NOT NULL ORDER BY 1"
        return ErasureTimes(
            ordered=ordered,
            complete=complete,
            late=int(late),
            open=ordered - complete - int(overdue),
            overdue=int(overdue),
            median=self._median(delays, complete),
            longest=None if longest is None else longest / 1000,
        )

    def orders(self) -> set[tuple[str, str]]:
        """Return (issuer, id) of the orders within the scope, the latest `MAX_ROWS`."""
        rows = self._rows(
            "SELECT i.word, e.jti FROM events e JOIN words i ON i.id=e.iss"
            f" WHERE e.kind=3 AND e.code IS NULL AND {{events}} ORDER BY e.time DESC LIMIT {MAX_ROWS}"
        )
        return {(iss, unpacked(jti)) for iss, jti in rows}

    def lines(self) -> list[Line]:
        """Return the events of the alert in question, the latest `MAX_ROWS`; of no alert, nothing."""
        if self._scope.alert is None:
            return []
        rows = list(self._rows(_LINES + f" LIMIT {MAX_ROWS}"))
        return [
            Line(
                time=time,
                iss=iss,
                actor=actor,
                jti=unpacked(jti),
                type=kind,
                ver=ver,
                purpose=purpose,
                basis=tuple(basis.split(" ")),
                code=code,
                to=tuple(sorted((to or "").split())),
            )
            for time, iss, actor, jti, kind, ver, purpose, basis, code, to in reversed(rows)
        ]


_STATE = """
  CASE WHEN d.received IS NOT NULL THEN CASE WHEN d.received<=e.time+:limit THEN 'in_time' ELSE 'late' END
       WHEN min(coalesce(d.ended, 9e18), e.exp*1000)<=min(e.time+:limit, :now) THEN 'ended'
       WHEN e.time+:limit<:now THEN 'missing' ELSE 'open' END"""
_ANSWERS = f"""
SELECT recipient, r.word, count(*), sum(state='in_time'), sum(state='late'), sum(state='missing'),
  sum(state='ended'), max(delay) FROM
  (SELECT d.recipient, {_STATE} AS state, d.received-e.time AS delay FROM events e JOIN deliveries d ON d.event=e.id
   WHERE e.kind<3 AND {{deliveries}})
  JOIN words r ON r.id=recipient GROUP BY recipient ORDER BY 2
"""
_CLOCKS = f"""
SELECT recipient, article, r.word, a.word, p.word, count(*), sum(state='in_time'), sum(state='late'),
  sum(coalesce(refused, 0)), sum(state='overdue'), sum(state='ended'), max(delay) FROM
  (SELECT d.recipient, d.article, d.period, {CLOCK_STATE} AS state, d.refused, d.answered-e.time AS delay
   FROM events e JOIN clocks d ON d.event=e.id WHERE {{deliveries}})
  JOIN words r ON r.id=recipient JOIN words a ON a.id=article JOIN words p ON p.id=period
  GROUP BY recipient, article, period ORDER BY 3, 4
"""
_LOOKS = (
    "SELECT c.*, (SELECT sub FROM events e WHERE e.iss=c.iss AND e.jti=c.jti AND e.code IS NULL LIMIT 1) AS sub"
    " FROM consultations c WHERE {consultations}"
)
_LOOKED = (
    "SELECT p.word, w.word, i.word, c.sub, count(*), count(DISTINCT c.actor), min(c.at), max(c.at)"
    f" FROM ({_LOOKS}) c JOIN words p ON p.id=c.who JOIN words w ON w.id=c.why JOIN words i ON i.id=c.iss"
    " GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3, 4"
)
_CLOCK_DELAYS = (
    "SELECT d.answered-e.time FROM events e JOIN clocks d ON d.event=e.id WHERE d.answered IS NOT NULL"
    " AND d.recipient=:recipient AND d.article=:article AND {deliveries} ORDER BY 1"
)
_DELAYS = (
    "SELECT d.received-e.time FROM events e JOIN deliveries d ON d.event=e.id"
    " WHERE e.kind<3 AND d.received IS NOT NULL AND d.recipient=:recipient AND {deliveries} ORDER BY 1"
)
_ORDERS = (
    "SELECT e.time AS time, CASE WHEN count(d.erased)=count(*) THEN max(d.erased)-e.time END AS delay"
    " FROM events e JOIN deliveries d ON d.event=e.id"
    " WHERE e.kind=3 AND e.code IS NULL AND {events} GROUP BY e.id"
)
_LINES = (
    "SELECT e.time, i.word, a.word, e.jti, t.word, e.ver, u.word, b.word, c.word,"
    " (SELECT group_concat(r.word, ' ') FROM deliveries d JOIN words r ON r.id=d.recipient WHERE d.event=e.id)"
    " FROM events e JOIN words i ON i.id=e.iss LEFT JOIN words a ON a.id=e.actor JOIN words t ON t.id=e.type"
    " JOIN words u ON u.id=e.purpose JOIN words b ON b.id=e.basis LEFT JOIN words c ON c.id=e.code"
    " WHERE {events} ORDER BY e.time DESC, e.id DESC"
)


def _most(counts: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _named(rows: Iterator[tuple[Any, ...]]) -> list[Named]:
    return [Named(name=name, count=count) for name, count in _most(Counter(dict(rows)))]

"""Hold the figures of a report: counts, codes and pseudonyms, no content. Durations in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What was admitted on one UTC day, by kind of event.

    `disclosed` counts what holds content (alerts, messages, openings of further sections) once for each recipient.
    """

    day: str
    new: int = 0
    updates: int = 0
    withdrawals: int = 0
    orders: int = 0
    receipts: int = 0
    messages: int = 0
    openings: int = 0
    batches: int = 0
    disclosed: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How many alerts one participant sent another, versions counted each."""

    iss: str
    to: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """How often a section was opened to recipients of a profile."""

    section: str
    profile: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A count by the name of a code."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """How often records of one participant were refused with one code."""

    iss: str
    code: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Receipts of one recipient for alerts and withdrawals. Durations in seconds, None without any receipt.

    `missing` is past its time; `open` has still time; `ended` was erased, replaced or past its validity
    before it was due.
    """

    to: str
    due: int
    in_time: int
    late: int
    missing: int
    open: int
    ended: int
    median: float | None
    longest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """What one participant had to answer within one time limit, `article` being the law that sets it.

    `refused` counts refusals among the answers. `overdue` is past its time; `open` has still time; `ended` was
    withdrawn, erased or past its validity before it was due. Durations in seconds, None without any answer.
    """

    to: str
    article: str
    period: str
    asked: int
    in_time: int
    late: int
    refused: int
    overdue: int
    open: int
    ended: int
    median: float | None
    longest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event of an alert, in the order of admission, with who is responsible (a pseudonym) and to whom it went."""

    time: int
    iss: str
    actor: str | None
    jti: str
    type: str
    ver: int | None
    purpose: str
    basis: tuple[str, ...]
    code: str | None
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureTimes:
    """Orders to erase and recall. `late` ones are complete too; `overdue` ones are not and past their time."""

    ordered: int
    complete: int
    late: int
    open: int
    overdue: int
    median: float | None
    longest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How often persons at `by` looked at what they hold of an alert of `iss`, and why, as their gateway reports it.

    `alert` is None for what belongs to none that the log knows; `persons` counts pseudonyms.
    """

    by: str
    why: str
    iss: str
    alert: str | None
    count: int
    persons: int
    first: int
    last: int

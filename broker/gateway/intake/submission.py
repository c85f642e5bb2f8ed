"""Say what a submission is and what became of it. All of these are plain values; instants in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contracts.identifiers import instant, iso


class Source(StrEnum):
    """Where a submission came from."""

    HTTP = "http"
    FOLDER = "folder"


class SubmissionStatus(StrEnum):
    """How far a submission is."""

    RECEIVED = "received"
    """Durable; no record was decided yet."""
    WORKING = "working"
    DONE = "done"
    """Every record was decided, and not all were refused."""
    REFUSED = "refused"
    """Every record was refused, or the file as a whole."""


OPEN = (SubmissionStatus.RECEIVED, SubmissionStatus.WORKING)


class RecordStatus(StrEnum):
    """What became of one record."""

    ACKNOWLEDGED = "acknowledged"
    """An event of its own is durable in the outbox."""
    UNCHANGED = "unchanged"
    """The very same record is in the exchange already; nothing was issued."""
    PENDING = "pending"
    """It waits for a second officer, and becomes acknowledged or refused by what is decided."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A submission that is durable. `repeated` tells that it was handed in before under the same key."""

    id: str
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Where a submission stands; the counts are of records decided so far, `residue` of national values."""

    id: str
    source: Source
    adapter: str
    state: SubmissionStatus
    bytes: int
    decided: int
    acknowledged: int
    unchanged: int
    pending: int
    refused: int
    residue: int
    created: int
    changed: int

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "acknowledged": self.acknowledged,
            "adapter": self.adapter,
            "bytes": self.bytes,
            "changed": iso(instant(self.changed)),
            "created": iso(instant(self.created)),
            "decided": self.decided,
            "pending": self.pending,
            "refused": self.refused,
            "residue": self.residue,
            "source": self.source.value,
            "state": self.state.value,
            "submission": self.id,
            "unchanged": self.unchanged,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedRecord:
    """What became of one record: its event and alert, or every finding; `residue_count` values went elsewhere.

    `flags` say what of it is probably wrong, without values; `residue` holds what the record holds. Both are
    empty once the alert is erased or over.
    """

    number: int
    line: int
    state: RecordStatus
    approval: str | None
    jti: str | None
    sub: str | None
    findings: tuple[Mapping[str, Any], ...]
    flags: tuple[Mapping[str, Any], ...]
    residue_count: int
    residue: tuple[Mapping[str, Any], ...] = field(repr=False)

    def to_json(self, *, with_residue: bool = True) -> dict[str, Any]:
        """Return plain values for JSON; without the values of the residue unless they are asked for."""
        shown: dict[str, Any] = {
            "alert": self.sub,
            "approval": self.approval,
            "event": self.jti,
            "findings": list(self.findings),
            "flags": list(self.flags),
            "line": self.line,
            "number": self.number,
            "residue_count": self.residue_count,
            "state": self.state.value,
        }
        return {**shown, "residue": list(self.residue)} if with_residue else shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits to be worked off."""

    submissions: int
    bytes: int

"""Say what a report is about: a period in UTC days, a participant, an alert; each narrows the others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from contracts.errors import UsageError
from contracts.identifiers import ALERT_ID_PATTERN, is_authority, milliseconds

_ALERT = re.compile(ALERT_ID_PATTERN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is asked. `start` and `end` are the first and the last day; None leaves that side open.

    A participant's report has what it sent and what it received.
    """

    start: date | None = None
    end: date | None = None
    participant: str | None = None
    alert: str | None = None

    def __post_init__(self) -> None:
        if self.participant is not None and not is_authority(self.participant):
            raise UsageError(f"--participant {self.participant}: no participant id, as NL-POL")
        if self.alert is not None and not _ALERT.fullmatch(self.alert):
            raise UsageError("--alert: an alert id is a random UUID in lower case, as `baken audit replay` shows them")
        if self.start and self.end and self.start > self.end:
            raise UsageError("--from is after --to")

    def first(self) -> int:
        """Return the first millisecond of the period."""
        return 0 if self.start is None else _midnight(self.start)

    def past(self) -> int:
        """Return the first millisecond behind the period."""
        return 2**62 if self.end is None else _midnight(self.end + timedelta(days=1))

    def events(self) -> str:
        """Return the condition on `events e`, for the values of `values`."""
        received = "EXISTS (SELECT 1 FROM deliveries x WHERE x.event=e.id AND x.recipient=:participant)"
        return self._where(f"(e.iss=:participant OR {received})")

    def deliveries(self) -> str:
        """Return the condition on `events e` joined with `deliveries d`."""
        return self._where("(e.iss=:participant OR d.recipient=:participant)")

    def consultations(self) -> str:
        """Return the condition on `consultations c`."""
        conditions = ["c.at>=:first", "c.at<:past"]
        if self.participant is not None:
            conditions.append("(c.who=:participant OR c.iss=:participant)")
        if self.alert is not None:
            conditions.append("sub=:alert")
        return " AND ".join(conditions)

    def values(self, participant: int | None) -> dict[str, Any]:
        """Return the values that the conditions name; `participant` is its number in the index."""
        alert = None if self.alert is None else bytes.fromhex(self.alert.replace("-", ""))
        return {"first": self.first(), "past": self.past(), "participant": participant, "alert": alert}

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "alert": self.alert,
            "from": self.start and self.start.isoformat(),
            "participant": self.participant,
            "to": self.end and self.end.isoformat(),
        }

    def _where(self, own: str) -> str:
        conditions = ["e.time>=:first", "e.time<:past"]
        if self.participant is not None:
            conditions.append(own)
        if self.alert is not None:
            conditions.append("e.sub=:alert")
        return " AND ".join(conditions)


def _midnight(day: date) -> int:
    return milliseconds(datetime.combine(day, time(), UTC))

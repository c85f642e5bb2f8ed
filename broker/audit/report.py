"""Hold what a replay found out, ready to be printed or written as JSON. No content, references only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from broker.audit.figures import Clocked
from broker.audit.findings import AuditFinding
from contracts.encoding import encode_base64url
from contracts.identifiers import instant, iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """How often one recipient was sent events of one kind, why and on what basis (Dir. (EU) 2016/680 art. 25)."""

    iss: str
    to: str
    profile: str
    type: str
    purpose: str
    basis: tuple[str, ...]
    count: int
    first: int
    last: int

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "basis": list(self.basis),
            "count": self.count,
            "first": iso(instant(self.first)),
            "from": self.iss,
            "last": iso(instant(self.last)),
            "profile": self.profile,
            "purpose": self.purpose,
            "to": self.to,
            "type": self.type,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One order to erase and what came back. Instants in milliseconds; `done` is None while receipts are missing."""

    iss: str
    jti: str
    type: str
    sub: str
    ordered: int
    events: int
    due: tuple[str, ...]
    received: tuple[str, ...]
    done: int | None
    overdue: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """Recipients whose receipt has not come."""
        return tuple(sorted(set(self.due) - set(self.received)))

    @property
    def complete(self) -> bool:
        """Tell whether every recipient has certified."""
        return not self.missing

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "alert": self.sub,
            "complete": self.complete,
            "done": None if self.done is None else iso(instant(self.done)),
            "due": list(self.due),
            "event": self.jti,
            "events": self.events,
            "from": self.iss,
            "missing": list(self.missing),
            "ordered": iso(instant(self.ordered)),
            "overdue": self.overdue,
            "received": list(self.received),
            "type": self.type,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """The verdict of a replay.

    `signed` leaves are covered by the last of `checkpoints` verified checkpoints; leaves behind it are
    only counted. `decisions`, `refusals` (by code) and `repeats` (`honest`, `other-content`, `unknown`)
    count decisions, not void leaves; `gaps` counts numbers that issuers skipped. Of the `orders` to erase
    `erasures` lists the first thousands, those not complete before all others.
    """

    leaves: int
    root: bytes
    signed: int
    checkpoints: int
    decisions: dict[str, int]
    refusals: dict[str, int]
    repeats: dict[str, int]
    gaps: int
    void: int
    reverified: int
    disclosures: tuple[Disclosed, ...]
    erasures: tuple[Erasure, ...]
    orders: int
    clocks: tuple[Clocked, ...]
    findings: tuple[AuditFinding, ...]
    unlisted: int

    @property
    def verified(self) -> bool:
        """Tell whether the log is whole and true: no finding but remarks."""
        return not self.unlisted and all(finding.remark for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON; `root` in base64url."""
        return {
            "checkpoints": self.checkpoints,
            "clocks": [msgspec.to_builtins(line) for line in self.clocks],
            "decisions": dict(sorted(self.decisions.items())),
            "disclosures": [line.to_json() for line in self.disclosures],
            "erasures": [line.to_json() for line in self.erasures],
            "findings": [finding.to_json() for finding in self.findings],
            "gaps": self.gaps,
            "leaves": self.leaves,
            "orders": self.orders,
            "refusals": dict(sorted(self.refusals.items())),
            "repeats": dict(sorted(self.repeats.items())),
            "reverified": self.reverified,
            "root": encode_base64url(self.root),
            "signed": self.signed,
            "unlisted": self.unlisted,
            "verified": self.verified,
            "void": self.void,
        }

"""Say what became of a draft that was handed in: it is out, it is refused, or it waits for a second officer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from contracts.findings import Finding
from contracts.versions import Lost

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """A draft that is durable: the national system may forget its copy. A message has no `ver`.

    `position` is its place among the drafts handed in. `unchanged` tells that the very same record is
    in the exchange already and nothing was issued; `recalled` names recipients that this version drops,
    `lost` what of the draft the issued version of its type cannot hold.
    """

    position: int
    jti: str
    sub: str
    ver: int | None
    type: str
    exp: int
    recipients: Mapping[str, str]
    unchanged: bool = False
    recalled: tuple[str, ...] = ()
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedDraft:
    """A draft of which nothing was issued, with everything that is wrong with it."""

    position: int
    type: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A draft that is durable and waits for a second officer; `findings` say why. Nothing was issued."""

    position: int
    approval: str
    type: str
    expires: int
    recipients: Mapping[str, str]
    findings: tuple[Finding, ...]


Published = Acknowledged | RefusedDraft | Pending


def report(outcome: Published) -> None:
    """Log what became of a draft, by ids and codes alone."""
    if isinstance(outcome, Acknowledged):
        _log.info("alert.acknowledged", jti=outcome.jti, sub=outcome.sub, ver=outcome.ver, type=outcome.type)
    elif isinstance(outcome, Pending):
        _log.info("approval.pending", ref=outcome.approval, type=outcome.type)
    else:
        codes = sorted({finding.code.value for finding in outcome.findings})
        _log.warning("alert.refused", reason=codes, count=len(outcome.findings))

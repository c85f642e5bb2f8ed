"""Compare the leaves that stand in a log with those that were signed, and say which one differs how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from broker.audit.findings import AuditFinding, FindingCode


@dataclass(frozen=True, slots=True)
class Standing:
    """A leaf hash with the offset of `audit` where it stands."""

    hash: bytes
    offset: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """What differs, and how many of the standing leaves belong to the signed range."""

    findings: tuple[AuditFinding, ...]
    consumed: int


@dataclass(slots=True)
class _Differences:
    """Indexes into the signed leaves (`missing`), into the standing ones (`added`), and pairs of both."""

    missing: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    changed: list[tuple[int, int]] = field(default_factory=list)


def align(signed: Sequence[bytes], standing: Sequence[Standing], *, start: int, count: int | None = None) -> Alignment:
    """Explain why `standing` is not the signed leaves from index `start` on.

    `signed` and `standing` may reach further than the `count` leaves in question: what follows tells a
    changed record from a missing or an added one.
    """
    count = len(signed) if count is None else count
    matcher = SequenceMatcher(None, signed, [item.hash for item in standing], autojunk=False)
    raw = _Differences()
    consumed = 0
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if i1 >= count:
            break
        if tag == "equal":
            consumed = j1 + min(i2, count) - i1
            continue
        i2 = min(i2, count)  # noqa: PLW2901 - the range in question ends here
        paired = min(i2 - i1, j2 - j1)
        raw.changed += [(i1 + step, j1 + step) for step in range(paired)]
        raw.missing += range(i1 + paired, i2)
        consumed = j1 + paired
        if i2 < count:
            raw.added += range(j1 + paired, j2)
            consumed = j2
    return Alignment(tuple(_name(signed, standing, start, raw)), consumed)


def _name(signed: Sequence[bytes], standing: Sequence[Standing], start: int, raw: _Differences) -> list[AuditFinding]:
    """Turn raw differences into findings: a leaf that is gone here and stands there has moved."""
    elsewhere = {standing[j].hash: j for j in [*raw.added, *(j for _, j in raw.changed)]}
    moved = {i: elsewhere[signed[i]] for i in [*raw.missing, *(i for i, _ in raw.changed)] if signed[i] in elsewhere}
    arrived = set(moved.values())
    findings = [
        AuditFinding(
            code=FindingCode.LEAF_MOVED,
            detail="signed here, stands at this offset",
            index=start + i,
            offset=standing[j].offset,
        )
        for i, j in moved.items()
    ]
    findings += [
        AuditFinding(code=FindingCode.LEAF_MISSING, detail="signed and not in the log", index=start + i)
        for i in raw.missing
        if i not in moved
    ]
    findings += [
        AuditFinding(code=FindingCode.LEAF_ADDED, detail="in the log and not signed", offset=standing[j].offset)
        for j in raw.added
        if j not in arrived
    ]
    for i, j in raw.changed:
        if i not in moved and j not in arrived:
            findings.append(
                AuditFinding(
                    code=FindingCode.LEAF_CHANGED,
                    detail="another leaf was signed here",
                    index=start + i,
                    offset=standing[j].offset,
                )
            )
        elif i not in moved:
            findings.append(
                AuditFinding(code=FindingCode.LEAF_MISSING, detail="signed and not in the log", index=start + i)
            )
        elif j not in arrived:
            findings.append(
                AuditFinding(code=FindingCode.LEAF_ADDED, detail="in the log and not signed", offset=standing[j].offset)
            )
    return sorted(findings, key=lambda item: (item.index is None, item.index or 0, item.offset or 0))

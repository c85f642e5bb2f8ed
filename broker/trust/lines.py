"""Say which versions of event types the lines of a trust list have, and let a version come or go (docs/versions.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from broker.trust.models import ListedParticipant
from contracts.errors import UsageError
from contracts.events import EVENTS, is_a, spec
from contracts.versions import newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """The newest version of a kind of event in this installation, and who has an older one but not this.

    `beside` are the older versions that some line has still.
    """

    type: str
    cannot_receive: tuple[str, ...]
    cannot_issue: tuple[str, ...]
    beside: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def lags(lines: Iterable[ListedParticipant]) -> list[Lag]:
    """Return every kind of event with who lags behind; one that nobody lags behind in is there too."""
    lines = list(lines)
    found = []
    for latest in sorted({newest(event_type) for event_type in EVENTS}):
        kind = spec(latest)
        found.append(
            Lag(
                type=latest,
                cannot_receive=tuple(line.id for line in lines if _older(line.profiles, latest)),
                cannot_issue=tuple(line.id for line in lines if _older(line.issues, latest)),
                beside=tuple(
                    sorted({one for line in lines for one in _listed(line) if is_a(one, kind) and one != latest})
                ),
            )
        )
    return found


def unknown(lines: Iterable[ListedParticipant]) -> list[str]:
    """Return the types of the list that this installation does not know: then it is the one that lags."""
    return sorted({one for line in lines for one in _listed(line) if one not in EVENTS})


def with_version(line: ListedParticipant, event_type: str, *, issue: bool) -> ListedParticipant:
    """Return a line with a version of what it has in another version already; `issue` lets it issue that too.

    Raises:
        UsageError: it has no version of that kind, which is a decision of another weight.
    """
    kind = spec(event_type)
    received = [one for one in sorted(line.profiles) if is_a(one, kind)]
    issued = issue and any(is_a(one, kind) for one in line.issues)
    if not received and not issued:
        raise UsageError(f"{line.id} has no version of {kind.name}: a version comes where another one is")
    profiles = dict(line.profiles)
    if received:
        profiles.setdefault(event_type, line.profiles[received[-1]])
    issues = {*line.issues, *((event_type,) if issued else ())}
    return msgspec.structs.replace(line, issues=tuple(sorted(issues)), profiles=profiles)


def without_version(line: ListedParticipant, event_type: str, *, receive: bool) -> ListedParticipant:
    """Return a line that may not issue a version any more; with `receive` false it cannot receive it either.

    Raises:
        UsageError: it has no other version of that kind, so that the kind would go with it.
    """
    kind = spec(event_type)
    issues = tuple(one for one in line.issues if one != event_type)
    kept = {one: profile for one, profile in line.profiles.items() if receive or one != event_type}
    for before, after in ((line.issues, issues), (line.profiles, kept)):
        if len(before) != len(after) and not any(is_a(one, kind) for one in after):
            raise UsageError(f"{line.id} has no other version of {kind.name}: let it have the newer one first")
    return msgspec.structs.replace(line, issues=issues, profiles=kept)


def _listed(line: ListedParticipant) -> set[str]:
    return {*line.issues, *line.profiles}


def _older(types: Iterable[str], latest: str) -> bool:
    """Tell whether a line has a version of the kind, but not this one."""
    its = [one for one in types if is_a(one, spec(latest))]
    return bool(its) and latest not in its

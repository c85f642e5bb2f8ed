"""Read an event in another version of its type, and say what that version cannot hold (docs/versions.md).

What a version changed against the one before it is a table, followed upwards and downwards alike. The
rules of this package know the newest version of each type; events stay as they were signed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from contracts.draft import Draft
from contracts.errors import Code
from contracts.events import EVENTS, EventSpec, spec, versions_of
from contracts.findings import Finding
from contracts.parts import SectionModel
from contracts.reading import parse_section, read_section


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One member of a section that two neighbouring versions of a type spell differently.

    Paths are dotted and go through lists by themselves, as `identities.names.surname`. None says that this
    version has no such member; both of them say that its name changed, or with `instead` its code list:
    codes that only the newer version has, each with what the older one says for it, None for nothing.
    """

    section: str
    older: str | None
    newer: str | None
    instead: Mapping[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a change that moves nothing, or moves a member to another place."""
        if self.older == self.newer and (self.older is None or not self.instead):
            raise ValueError("a change that changes nothing")
        if None not in {self.older, self.newer} and _parent(self.older) != _parent(self.newer):
            raise ValueError("a member is renamed where it stands, never moved elsewhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the version `newer` of a type changed against `older`, the one before it.

    Sections that only one of them has follow from the types themselves. A new member is optional, or its
    absence has a meaning: what nobody stated cannot be made up.
    """

    older: str
    newer: str
    changes: tuple[Change, ...]

    def __post_init__(self) -> None:
        """Refuse a table that two readers could follow differently."""
        (old, _, before), (new, _, after) = self.older.partition(".v"), self.newer.partition(".v")
        if old != new or int(after) != int(before) + 1:
            raise ValueError("a step leads from a version of a type to the next one")
        sides = (
            [(one.section, one.older) for one in self.changes if one.older is not None],
            [(one.section, one.newer) for one in self.changes if one.newer is not None],
        )
        renamed = {(one.section, one.older) for one in self.changes if one.older != one.newer}
        if any(len(set(side)) != len(side) for side in sides) or renamed & set(sides[1]):
            raise ValueError("a member stands in two changes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What an event says that version `type` of it cannot: its place and its JSON-plain value."""

    path: str
    type: str
    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """JSON-plain section contents in another version, and what got lost on the way."""

    contents: Mapping[str, Any] = field(repr=False)
    lost: tuple[Lost, ...]


_STEPS: dict[str, Step] = {}
STEPS: Mapping[str, Step] = MappingProxyType(_STEPS)
"""Steps by the newer of their two versions. There is one version of every type so far."""
_GONE: Final = object()
"""Stands for a value that has nothing left in it."""


def newest(event_type: str) -> str:
    """Return the newest known version of a type.

    Raises:
        UnknownEventType: E05-type.
    """
    known = spec(event_type)
    while (later := EVENTS.get(f"{known.name}.v{known.version + 1}")) is not None:
        known = later
    return known.type


def common(kind: EventSpec, issues: Collection[str], receive: Iterable[Collection[str]]) -> str:
    """Return the version of `kind` to issue: the newest that the issuer may issue and every recipient can receive.

    Where there is none it is the newest that the issuer may issue, else the newest of all; step 6 or 10
    then says who lacks it.
    """
    versions = versions_of(kind)
    own = [one for one in versions if one in issues]
    shared = [one for one in own if all(one in line for line in receive)] if own else []
    return (shared or own or list(versions))[-1]


def moved(contents: Mapping[str, Any], *, source: str, target: str) -> Moved:
    """Return the sections of an event of type `source` as its version `target` spells them.

    Raises:
        UnknownEventType: E05-type.
    """
    lost: list[Lost] = []
    for step, upwards in _way(source, target):
        there = spec(step.newer if upwards else step.older)
        extra = [name for name in sorted(contents) if name not in there.sections]
        lost += [Lost(path=name, type=there.type, value=contents[name]) for name in extra]
        contents = {name: content for name, content in contents.items() if name not in extra}
        for change in step.changes:
            contents = _changed(contents, change, there.type, lost, upwards=upwards)
    return Moved(contents=contents, lost=tuple(lost))


def in_newest(draft: Draft) -> tuple[Draft, tuple[Lost, ...], list[Finding]]:
    """Return a draft of a known type in the newest version, what got lost, and why it cannot be said there."""
    latest = newest(draft.type)
    if latest == draft.type:
        return draft, (), []
    contents = {name: section.content() for name, section in draft.sections.items()}
    there = moved(contents, source=draft.type, target=latest)
    sections, findings = read_as(latest, there.contents)
    return replace(draft, type=latest, sections=sections), there.lost, findings


def read_as(event_type: str, contents: Mapping[str, Any]) -> tuple[dict[str, SectionModel], list[Finding]]:
    """Return the sections that `event_type` takes as they are, and what is wrong with the others."""
    sections: dict[str, SectionModel] = {}
    findings: list[Finding] = []
    for name, content in contents.items():
        read = read_section(name, content, code=Code.A03_FIELD, event_type=event_type)
        if isinstance(read, SectionModel):
            sections[name] = read
        else:
            findings += [replace(one, rule=f"{one.rule} of {event_type}") for one in read]
    return sections, findings


def read_event(
    event_type: str, contents: Mapping[str, Any], *, code: Code = Code.E13_CONTENT
) -> dict[str, SectionModel]:
    """Hold JSON-plain sections against their own version and return them as the newest one has them (step 13).

    Raises:
        RecordError: of the class of `code`, as `parse_section` does.
    """
    sections = _parsed(event_type, contents, code)
    latest = newest(event_type)
    if latest == event_type:
        return sections
    return _parsed(latest, moved(contents, source=event_type, target=latest).contents, code)


def _parsed(event_type: str, contents: Mapping[str, Any], code: Code) -> dict[str, SectionModel]:
    return {name: parse_section(name, content, code=code, event_type=event_type) for name, content in contents.items()}


def _way(source: str, target: str) -> Iterator[tuple[Step, bool]]:
    """Yield the steps between two versions in their order, each with whether it is taken upwards."""
    start, end = spec(source), spec(target)
    if start.name != end.name:
        raise ValueError("an event has the versions of its own type")
    upwards = start.version < end.version
    numbers = range(start.version + 1, end.version + 1) if upwards else range(start.version, end.version, -1)
    for number in numbers:
        newer = f"{start.name}.v{number}"
        unchanged = Step(older=f"{start.name}.v{number - 1}", newer=newer, changes=())
        yield STEPS.get(newer, unchanged), upwards


def _changed(
    contents: Mapping[str, Any], change: Change, there: str, lost: list[Lost], *, upwards: bool
) -> Mapping[str, Any]:
    here, to = (change.older, change.newer) if upwards else (change.newer, change.older)
    if here is None or change.section not in contents:
        return contents
    move = _Move(
        there=there,
        to=None if to is None else to.rpartition(".")[2],
        instead={} if upwards else change.instead,
        lost=lost,
    )
    content = move.apply(contents[change.section], here.split("."), change.section)
    others = {name: value for name, value in contents.items() if name != change.section}
    return others if content is _GONE else {**others, change.section: content}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """One change in one direction; `lost` takes what has no place there."""

    there: str
    to: str | None
    instead: Mapping[str, str | None]
    lost: list[Lost]

    def apply(self, value: Any, path: Sequence[str], where: str) -> Any:
        """Return a copy of `value` with the member at `path` moved; `_GONE` if that left nothing."""
        if isinstance(value, list):
            items = [self.apply(item, path, f"{where}[{number}]") for number, item in enumerate(value)]
            return value if items == value else _distinct(items) or _GONE
        name, *below = path
        if not isinstance(value, dict) or name not in value:
            return value
        place = f"{where}.{name}"
        kept = self.apply(value[name], below, place) if below else self._leaf(value[name], place)
        spelt = name if below else self.to
        others = {other: member for other, member in value.items() if other != name}
        return (others if kept is _GONE or spelt is None else {**others, spelt: kept}) or _GONE

    def _leaf(self, value: Any, place: str) -> Any:
        if self.to is None:
            self._lose(place, value)
            return _GONE
        if not isinstance(value, list):
            return self._said(value, place)
        said = [self._said(item, place) for item in value]
        if said == value:
            return value
        distinct = _distinct(said)
        return (sorted(distinct) if value == sorted(value) else distinct) or _GONE

    def _said(self, value: Any, place: str) -> Any:
        """Return what is said for a code in the other version."""
        if not isinstance(value, str) or value not in self.instead:
            return value
        self._lose(place, value)
        word = self.instead[value]
        return _GONE if word is None else word

    def _lose(self, place: str, value: Any) -> None:
        self.lost.append(Lost(path=place, type=self.there, value=value))


def _distinct(items: list[Any]) -> list[Any]:
    """Leave out what is gone, and what now says the same as an item before it: no list says a thing twice."""
    return [one for number, one in enumerate(items) if one is not _GONE and one not in items[:number]]


def _parent(path: str | None) -> str:
    return (path or "").rpartition(".")[0]

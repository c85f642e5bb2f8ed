"""The one door to the adapters: what an adapter is, which are installed, and how to translate with them.

An adapter turns the bytes of a national file into drafts and says, field by field, what it could not
carry over. Nothing disappears silently: each non-empty national value is in the draft or in the residue.
Residue holds personal data; it stays with the gateway that owns the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, runtime_checkable

from contracts.codes import Condition
from contracts.draft import Draft
from contracts.encoding import canonical
from contracts.errors import UsageError
from contracts.events import MESSAGES
from contracts.findings import Finding
from contracts.parts import SectionModel
from contracts.quality import Flag
from contracts.versions import Lost, in_newest
from contracts.wire import Reference

ENTRY_POINTS = "baken.adapters"
"""Group in which a distribution offers its adapters, so that a country can ship its own package."""


class Reason(StrEnum):
    """Why a value stands in the residue."""

    UNMAPPED = "unmapped"
    """The national field has no canonical home."""
    MALFORMED = "malformed"
    """The value of an optional field cannot be read; it was left out."""
    NULL_WORD = "null_word"
    """The value is a word for "nothing known"; it was read as absent, never as "no"."""
    COARSENED = "coarsened"
    """The event says less than the record, or in another spelling; the original stands here."""
    SUSPICIOUS = "suspicious"
    """The value was carried over as it is, but looks wrong; it was not repaired."""
    NOT_EXPRESSIBLE = "not_expressible"
    """The national format has no field for this canonical value."""
    NOT_ENCODABLE = "not_encodable"
    """The national encoding lacks a character of this value."""
    DERIVED = "derived"
    """Computed from other sections by the issuer; a national record does not state it."""
    OTHER_VERSION = "other_version"
    """The version of the type that is used has no place for the value (docs/versions.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidueItem:
    """One value that the other side does not hold as it was.

    Decoding: `field` is the national field and `path` where the value went, if it went anywhere. Encoding:
    `path` is the canonical path. `line` is the record's first line, or its number from 1 in encoding.
    """

    line: int
    field: str | None
    path: str | None
    value: str
    reason: Reason
    rule: str

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON. They hold what the record holds."""
        return {
            "field": self.field,
            "line": self.line,
            "path": self.path,
            "reason": self.reason.value,
            "rule": self.rule,
            "value": self.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedRecord:
    """One national record: a draft, or the findings for which it is refused whole; residue in either case.

    `flags` say what of a draft is probably wrong and went into it all the same. A finding about the file as a
    whole comes as a record without `national_id`, and ends the file.
    """

    line: int
    national_id: str | None
    draft: Draft | None
    residue: list[ResidueItem]
    findings: list[Finding]
    flags: list[Flag] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventContent:
    """What an adapter can write into a national record: an event's claims and the sections that are open."""

    type: str
    sections: Mapping[str, Any]
    purpose: str | None = None
    basis: tuple[str, ...] = ()
    urgency: str | None = None
    validity_days: int | None = None
    claims: frozenset[Condition] = frozenset()
    national_id: str | None = None
    ref: Reference | None = None

    @classmethod
    def of(cls, draft: Draft) -> EventContent:
        """Take over everything that a draft says."""
        return cls(
            type=draft.type,
            sections=draft.sections,
            purpose=draft.purpose,
            basis=draft.basis,
            urgency=draft.urgency,
            validity_days=draft.validity_days,
            claims=draft.claims,
            national_id=draft.national_id,
            ref=draft.ref,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A national file, and what of the events it does not say."""

    data: bytes
    residue: list[ResidueItem]


@runtime_checkable
class Adapter(Protocol):
    """The translation between one national format and the events. It keeps no state and does no I/O."""

    name: str
    description: str

    def decode(self, data: bytes, *, on: date | None = None) -> Iterator[DecodedRecord]:
        """Translate a file record by record, in file order; memory is bounded by one record.

        Without the day of issue `on`, rules of policy (A06), which count ages, are left to the gateway.
        A bad record comes with its findings and no draft, and the records behind it go on. Raises
        nothing for content: whatever the bytes are, the answer is in the records.
        """

    def encode(self, records: Iterable[EventContent]) -> Encoded:
        """Write events as one national file; what has no field or no character goes to the residue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The outcome of `convert`: the output, and everything that it does not say."""

    data: bytes
    accepted: int
    residue: list[ResidueItem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)


def installed() -> dict[str, Adapter]:
    """Return the installed adapters by name, in the order of their names.

    Raises:
        UsageError: an entry point does not lead to an adapter of that name.
    """
    return {name: _load(point) for name, point in _points().items()}


@cache
def find(name: str) -> Adapter:
    """Return the installed adapter `name`, looked up once in the life of a process.

    No other is loaded: what is wrong with one adapter does not concern who uses another.

    Raises:
        UsageError: there is none, or its entry point leads elsewhere.
    """
    points = _points()
    if name not in points:
        raise UsageError(f"no adapter {name} is installed; there are: {', '.join(points) or 'none'}")
    return _load(points[name])


def _points() -> dict[str, EntryPoint]:
    return {point.name: point for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name)}


def _load(point: EntryPoint) -> Adapter:
    adapter = point.load()
    if not isinstance(adapter, Adapter) or adapter.name != point.name:
        raise UsageError(f"entry point {point.name} is no adapter of that name; fix or remove its package")
    return adapter


def convert(data: bytes, *, source: str, target: str | None = None, on: date | None = None) -> Converted:
    """Translate a national file into another national format, or without `target` into JSON lines of drafts.

    Refused records are left out and their findings returned; so a caller can show both.
    """
    reader = find(source)
    writer = find(target) if target is not None else None
    drafts: list[Draft] = []
    residue: list[ResidueItem] = []
    findings: list[Finding] = []
    flags: list[Flag] = []
    for record in reader.decode(data, on=on):
        residue += record.residue
        findings += record.findings
        flags += record.flags
        if record.draft is not None:
            draft, lost, faults = in_newest(record.draft)
            residue += [unsaid(one, line=record.line) for one in lost]
            findings += faults
            if not faults:
                drafts.append(draft)
    if writer is None:
        output = b"".join(as_json(draft) + b"\n" for draft in drafts)
    else:
        encoded = writer.encode(EventContent.of(draft) for draft in drafts)
        output = encoded.data
        residue += encoded.residue
    return Converted(data=output, accepted=len(drafts), residue=residue, findings=findings, flags=flags)


def unsaid(lost: Lost, *, line: int) -> ResidueItem:
    """Return a value that another version of the type cannot hold, as what is left over of the record on `line`."""
    rule = f"{lost.type} has no place for it"
    value = canonical(lost.value).decode()
    return ResidueItem(line=line, field=None, path=lost.path, value=value, reason=Reason.OTHER_VERSION, rule=rule)


def as_json(draft: Draft | EventContent) -> bytes:
    """Spell a draft as canonical JSON: the form in which `convert` shows it and the adapter `baken-json` reads it."""
    plain = {
        name: section.content() if isinstance(section, SectionModel) else section
        for name, section in draft.sections.items()
    }
    named: dict[str, Any] = {"national_id": draft.national_id}
    if draft.type in MESSAGES:
        named = {} if draft.ref is None else {"ref": {"event": draft.ref.jti, "from": draft.ref.iss}}
    return canonical(
        {
            **named,
            "basis": list(draft.basis),
            "claims": sorted(draft.claims),
            "purpose": draft.purpose,
            "sections": plain,
            "type": draft.type,
            "urgency": draft.urgency,
            "validity_days": draft.validity_days,
        }
    )

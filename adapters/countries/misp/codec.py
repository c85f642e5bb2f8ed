"""The codec of MISP events: national records are the subjects of an event, their fields are paths in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from adapters.countries.misp import shape
from adapters.countries.misp.build import build_event
from adapters.countries.misp.parts import Node, Parts
from adapters.countries.misp.subjects import Subjects
from adapters.countries.misp.values import EVENT_AND_PERSON
from adapters.formats.json import Value, as_text, can_write, read_values, write_values
from adapters.formats.keyed import Fields
from adapters.formats.national import NationalRecord, Unreadable
from contracts.errors import Code
from contracts.findings import Finding

MOST_SUBJECTS = 500
MOST_MEMBERS = 2_000
"""Fields of an event itself, which each of its records repeats."""

_OWN_TAG = re.compile(r"person/.*/(@Tag/baken:[^\[]+)\[\d+\]", re.DOTALL)


class MispCodec:
    """Read and write MISP events; keeps no state between files."""

    def read(self, data: bytes, *, required: Sequence[str]) -> Iterator[NationalRecord | Unreadable]:  # noqa: ARG002
        """Yield a record for each subject of each event; an event's line is that of all its records.

        `required` is not asked here: a field that an event lacks is a fault of that record alone.
        """
        for found in read_values(data, shape.DIALECT):
            if isinstance(found, Unreadable):
                yield found
            else:
                yield from _records(found)

    def write(self, records: Iterable[Mapping[str, str]], *, fields: Sequence[str]) -> bytes:  # noqa: ARG002
        """Write one event for each record, as MISP exports several: `{"response": [{"Event": …}, …]}`.

        The fields of a record stand in the order in which they were written.
        """
        used: set[str] = set()
        return write_values([build_event(record, used) for record in records], wrapper="response")

    def can_write(self, text: str) -> bool:
        """Tell whether JSON can hold the text."""
        return can_write(text)


def _records(value: Value) -> Iterator[NationalRecord | Unreadable]:
    event = value.value.get("Event") if isinstance(value.value, dict) else None
    if not isinstance(event, dict) or len(value.value) != 1:
        remedy = 'write {"Event": {…}} and nothing beside it'
        yield _unreadable(value, Code.A02_FORMAT, "the value is no MISP event", remedy)
        return
    parts = Parts(event)
    subjects = Subjects(parts.nodes, parts.members.get(shape.KIND_FIELD, "").casefold())
    if len(subjects.kinds) > MOST_SUBJECTS or (len(subjects.kinds) > 1 and len(parts.members) > MOST_MEMBERS):
        rule = f"the event has more than {MOST_SUBJECTS} suspects and victims, or {MOST_MEMBERS} tags and members"
        yield _unreadable(value, Code.A01_SIZE, rule, "split the event")
        return
    for number, (subject, nodes) in enumerate(subjects.homes(parts.nodes).items()):
        fields = _fields(parts, subject, nodes)
        if subject is not None:
            _state_kind(fields, subjects.kinds[subject])
            _prefer_own_tags(fields)
        if number == 0:
            fields |= parts.aside
        yield NationalRecord(line=value.line, last_line=value.last_line, fields=fields)


def _fields(parts: Parts, subject: str | None, nodes: Iterable[tuple[str, Node]]) -> Fields:
    """Return the fields of a record; without UUIDs of MISP, or an id of its own, it has no national id."""
    fields = dict(parts.members)
    numbers: Counter[str] = Counter()
    loose: dict[str, Any] = {}
    for key, node in nodes:
        numbers[key] += 1
        at = key if key == shape.PERSON else f"{key}[{numbers[key]}]"
        ledger = parts.read(node, at, fields)
        if ledger and node.is_object:
            fields[f"{at}/@"] = as_text(ledger)
        elif ledger:
            loose[at] = ledger
    if loose:
        fields["@Attribute/@"] = as_text(loose)
    own = fields.pop(f"{shape.OWN}[1]/{shape.NATIONAL_ID}[1]", "")
    given = parts.uuid if subject is None else f"{parts.uuid}/{subject}"
    if own or EVENT_AND_PERSON.fullmatch(given):
        fields[shape.ID_FIELD] = own or given
    return fields


def _state_kind(fields: Fields, kind: str) -> None:
    """Say what the record is where the tag says it; keep a tag that says else, and no role that says the same."""
    tagged = fields.get(shape.KIND_FIELD, kind)
    if tagged.casefold() != kind:
        fields[f"@overruled/{shape.KIND_FIELD}"] = tagged
    fields[shape.KIND_FIELD] = kind
    roles = [name for name in fields if name.startswith(f"{shape.PERSON}/{shape.ROLE}[") and name.endswith("]")]
    for name in roles:
        if fields[name].strip() == shape.ROLE_OF_KIND.get(kind):
            del fields[name]


def _prefer_own_tags(fields: Fields) -> None:
    """Let Baken's tags on an attribute of a person hold for that person, in place of the event's."""
    own: dict[str, list[str]] = {}
    for name, text in fields.items():
        if match := _OWN_TAG.fullmatch(name):
            own.setdefault(match[1], []).append(text)
    for name in [name for name in fields if _OWN_TAG.fullmatch(name)]:
        del fields[name]
    for key, texts in own.items():
        for name in [name for name in fields if name.startswith(f"{key}[")]:
            fields[f"@overruled/{name}"] = fields.pop(name)
        fields |= {f"{key}[{n}]": text for n, text in enumerate(dict.fromkeys(texts), start=1)}


def _unreadable(value: Value, code: Code, rule: str, remedy: str) -> Unreadable:
    finding = Finding(code=code, path="", rule=rule, remedy=remedy, line=value.line)
    return Unreadable(line=value.line, finding=finding)

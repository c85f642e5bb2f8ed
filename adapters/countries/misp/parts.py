"""Take a MISP event apart into its objects and loose attributes, and what must not be read of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.countries.misp import shape
from adapters.countries.misp.marking import Marking, is_deleted
from adapters.formats.json import as_text
from adapters.formats.keyed import Entries, Fields, flatten, step


@dataclass(frozen=True, slots=True)
class Node:
    """An object or a loose attribute; `id` is its UUID, or its place where it has none of its own."""

    id: str
    name: str
    entry: Mapping[str, Any]
    is_object: bool

    @property
    def key(self) -> str:
        """What stands before its number in a path."""
        return step(self.name) if self.is_object else f"@Attribute/{step(self.name)}"

    @property
    def is_person(self) -> bool:
        """Whether this is an object about a person."""
        return self.is_object and self.name == shape.PERSON

    def values(self, relation: str) -> list[str]:
        """Return what the object says under a relation, in lower case."""
        found = [
            one["value"].strip().casefold()
            for one in _entries(self.entry, "Attribute")
            if one.get("object_relation") == relation and isinstance(one.get("value"), str) and not is_deleted(one)
        ]
        return [value for value in found if value]

    def references(self) -> Iterator[tuple[str, str]]:
        """Yield relationship and target of each reference."""
        for one in _entries(self.entry, "ObjectReference"):
            target = one.get("referenced_uuid")
            if isinstance(target, str) and target and not is_deleted(one):
                yield str(one.get("relationship_type")), target


class Parts:
    """An event apart: `members` are the fields of the event itself, `aside` what is kept whole and not read."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        uuid = event.get("uuid")
        self.uuid = uuid if isinstance(uuid, str) else ""
        self.members: Fields = {}
        self.aside: Fields = {}
        self.nodes: list[Node] = []
        self._marking = Marking(event)
        self._object = shape.object_shape(self._marking.aside)
        rest = {name: value for name, value in event.items() if name not in {"Attribute", "Object"}}
        ledger = flatten(rest, shape.EVENT, "", self.members)
        if ledger:
            self.members["@"] = as_text(ledger)
        self._ids: set[str] = set()
        self._take(event, "Object", shape.OBJECTS)
        self._take(event, "Attribute", shape.LOOSE)

    def read(self, node: Node, at: str, fields: Fields) -> dict[str, Any]:
        """Put what a node says into `fields` under the path `at`, and return its bookkeeping."""
        naming, known = ("name", self._object) if node.is_object else ("type", shape.ATTRIBUTE)
        rest = {name: value for name, value in node.entry.items() if name != naming}
        return flatten(rest, known, at, fields)

    def _take(self, event: Mapping[str, Any], name: str, known: Entries) -> None:
        listed = event.get(name)
        if listed is not None and not isinstance(listed, list):
            self.aside[f"@{name}"] = as_text(listed)
            return
        for n, entry in enumerate(listed or (), start=1):
            called = known.called(entry)
            word = None if called is None else self._marking.aside(entry)
            if called is None:
                self.aside[f"@{name}[{n}]"] = as_text(entry)
            elif word is not None:
                self.aside[f"@{word}/@{name}/{step(called.name)}[{n}]"] = as_text(entry)
            else:
                self.nodes.append(self._node(called.name, entry, place=f"{name}[{n}]", is_object=name == "Object"))

    def _node(self, name: str, entry: Mapping[str, Any], *, place: str, is_object: bool) -> Node:
        uuid = entry.get("uuid")
        id_ = uuid if isinstance(uuid, str) and uuid and uuid not in self._ids else place
        self._ids.add(id_)
        return Node(id_, name, entry, is_object)


def _entries(entry: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    listed = entry.get(name)
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []

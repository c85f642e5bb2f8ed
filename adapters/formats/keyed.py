"""Flatten a JSON tree into fields by path, and build it from them again, by a stated shape.

Lists whose entries are told apart by a member become paths: with `Object` by `name` and `Attribute` by
`object_relation`, a value stands at `person[1]/first-name[1]`, numbered among those of its name. What the
format itself says about an entry stands behind `@`: `person[1]/first-name[1]/@comment`. Bookkeeping (ids,
timestamps) of an entry stands together at `…/@`. What the shape does not know is kept whole, as JSON.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from adapters.formats.json import as_text

_RESERVED = re.compile(r"[%/\[\]\x00-\x1f]|^@")
_STEP = re.compile(r"(.*?)(?:\[([1-9]\d{0,5})\])?", re.DOTALL)

Fields = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What is known of one kind of object.

    `text` is the member that is the object's own text. Members in `ledger` are bookkeeping.
    """

    text: str | None = None
    ledger: frozenset[str] = frozenset()
    lists: Mapping[str, Entries] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A list whose entries are named by the first member of `by` that they have.

    `under` stands before the names. `split` takes a name apart into the name proper and a text, by its
    groups `name` and `text`; a name that it does not fit is both. An entry for which `aside` has a word is not
    read but kept whole, as JSON, under `@` and that word.
    """

    by: tuple[str, ...]
    shape: Shape
    under: str = ""
    split: re.Pattern[str] | None = None
    aside: Callable[[Mapping[str, Any]], str | None] = lambda _: None

    def called(self, entry: Any) -> Called | None:
        """Return what an entry is called; None where nothing names it."""
        if not isinstance(entry, dict):
            return None
        for member in self.by:
            name = entry.get(member)
            if isinstance(name, str) and name.strip():
                rest = {other: value for other, value in entry.items() if other != member}
                return self._called(name, rest)
        return None

    def _called(self, name: str, rest: Mapping[str, Any]) -> Called:
        if self.split is None:
            return Called(name, None, rest)
        match = self.split.fullmatch(name)
        return Called(*((match["name"].casefold(), match["text"]) if match else (name.casefold(), name)), rest)


class Called(NamedTuple):
    """The name of an entry, the text that the name holds, and what else the entry says."""

    name: str
    text: str | None
    rest: Mapping[str, Any]


def step(name: str) -> str:
    """Spell a name as a step of a path: what would read as part of the path is written as in URLs."""
    return _RESERVED.sub(lambda match: f"%{ord(match[0]):02X}", name)


def unstep(text: str) -> str:
    """Undo `step`."""
    return re.sub("%([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), text)


def is_blank(value: Any) -> bool:
    """Tell whether a member says nothing: null, blank text, or an empty container."""
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def flatten(tree: Mapping[str, Any], shape: Shape, at: str, fields: Fields) -> dict[str, Any]:
    """Put what `tree` says into `fields` under the path `at`; return its bookkeeping and that of its entries."""
    inside = f"{at}/" if at else ""
    ledger: dict[str, Any] = {}
    for name, value in tree.items():
        if is_blank(value):
            continue
        own = f"{inside}@{step(name)}"
        if name in shape.ledger:
            ledger[name] = value
        elif name in shape.lists and isinstance(value, list):
            ledger |= _flatten_list(value, shape.lists[name], own, inside, fields)
        elif name == shape.text and not isinstance(value, dict | list):
            fields[at] = as_text(value)
        elif isinstance(value, list):
            fields |= {f"{own}[{n}]": as_text(one) for n, one in enumerate(value, start=1)}
        else:
            fields[own] = as_text(value)
    return ledger


def _flatten_list(entries: list[Any], known: Entries, own: str, inside: str, fields: Fields) -> dict[str, Any]:
    ledgers: dict[str, Any] = {}
    numbers: Counter[str] = Counter()
    for n, entry in enumerate(entries, start=1):
        called = known.called(entry)
        if called is None:
            fields[f"{own}[{n}]"] = as_text(entry)
            continue
        key = f"{known.under}{step(called.name)}"
        if (word := known.aside(entry)) is not None:
            key = f"@{word}/{key}"
        numbers[key] += 1
        key = f"{key}[{numbers[key]}]"
        if word is not None:
            fields[inside + key] = as_text(entry)
            continue
        if called.text is not None:
            fields[inside + key] = called.text
        ledger = flatten(called.rest, known.shape, inside + key, fields)
        if ledger:
            ledgers[key] = ledger
    return ledgers


def steps(path: str) -> Iterator[tuple[str, int]]:
    """Yield the names in a path, each with its number, 1 where none is written."""
    for part in path.split("/"):
        match = _STEP.fullmatch(part)
        if match is not None:
            yield unstep(match[1]), int(match[2] or 1)

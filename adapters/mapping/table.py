"""The form of a country's table: which national field says what, for each kind of record.

Rows and groups are read in both directions. A row binds one field to one canonical path; a group binds
numbered fields to the objects of a canonical list, chosen in writing by their fixed members.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as optional
from enum import StrEnum
from typing import Any, NamedTuple

from adapters.formats.national import Codec
from adapters.mapping.codes import Many
from adapters.mapping.conversion import Converter


class OnMalformed(StrEnum):
    """What a value that cannot be read costs. An unknown code always refuses the record (CONTRACTS, principles)."""

    REFUSE = "refuse"
    """The record: the field decides what is done with a person, or for how long."""
    RESIDUE = "residue"
    """The value alone: the record is useful, and true, without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One national field and the canonical path, relative to its group, that it speaks of.

    `default` is what an empty field means where the object around it exists: only for members that the
    contract requires and whose weakest value claims nothing.
    """

    field: str
    path: str
    converter: Converter
    on_malformed: OnMalformed = OnMalformed.RESIDUE
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One field with several values, each the `member` of an object of its own in the list at `path`.

    Every object has the members `fixed` besides. In writing, the field takes the objects that have exactly
    these members. `converter` reads one value.
    """

    field: str
    path: str
    member: str
    converter: Converter
    fixed: Mapping[str, Any] = optional(default_factory=dict)
    on_malformed: OnMalformed = OnMalformed.RESIDUE

    def many(self) -> Many:
        """Return the converter of the whole field."""
        return Many(self.converter)

    def takes(self, item: Mapping[str, Any]) -> bool:
        """Tell whether an object says nothing but `fixed` and `member`."""
        return item.keys() == {*self.fixed, self.member} and self.fixed.items() <= item.items()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields, `prefix` with `{n}` from 1 to `count` before their names, for the objects of the list at `path`.

    Each object gets the members `fixed`. In writing a group takes the objects that have them, in order, and
    none that has all members of one of `unless`.
    """

    path: str
    rows: Rows
    prefix: str = ""
    count: int = 1
    fixed: Mapping[str, Any] = optional(default_factory=dict)
    unless: tuple[Mapping[str, Any], ...] = ()

    def prefix_of(self, n: int) -> str:
        """Return what stands before the names of the `n`th object's fields."""
        return self.prefix.format(n=n)

    def takes(self, item: Mapping[str, Any]) -> bool:
        """Tell whether an object belongs to this group."""
        if any(other.items() <= item.items() for other in self.unless):
            return False
        return self.fixed.items() <= item.items()


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A member that has one value wherever the object around it says anything; no field states it."""

    path: str
    value: Any


Rows = tuple[Row | Spread | Group | Constant, ...]
"""What a table, or the objects of a list, consist of."""


class Binding(NamedTuple):
    """A row with its full field name and its path without list indexes."""

    field: str
    path: str
    row: Row | Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of record: its word in the field that tells kinds apart, and its event type."""

    word: str
    type: str
    rows: Rows

    def bindings(self) -> Iterator[Binding]:
        """Yield every field of this kind once, in table order."""
        yield from _bindings(self.rows, "", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A country's format. Paths start at the draft: `purpose`, `national_id`, `sections.identity…`.

    `null_words` are in lower case; a field with one of them says nothing, unless its code list knows the word.
    """

    name: str
    description: str
    codec: Codec
    kind_field: str
    id_field: str
    kinds: tuple[Kind, ...]
    null_words: frozenset[str]

    def kind_of_word(self, word: str) -> Kind | None:
        """Return the kind with this word, without regard to case."""
        return next((kind for kind in self.kinds if kind.word == word.strip().casefold()), None)

    def kind_of_type(self, type_: str) -> Kind | None:
        """Return the kind that carries events of this type."""
        return next((kind for kind in self.kinds if kind.type == type_), None)

    def fields(self) -> list[str]:
        """Return every field once: the columns of a written file."""
        names = {self.kind_field: None}
        for kind in self.kinds:
            names |= dict.fromkeys(binding.field for binding in kind.bindings())
        return list(names)


def _bindings(rows: Rows, prefix: str, path: str) -> Iterator[Binding]:
    for row in rows:
        if isinstance(row, Row | Spread):
            yield Binding(prefix + row.field, path + row.path, row)
        elif isinstance(row, Group):
            for n in range(1, row.count + 1):
                yield from _bindings(row.rows, prefix + row.prefix_of(n), f"{path}{row.path}.")

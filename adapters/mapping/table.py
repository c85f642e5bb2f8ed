"""The form of a country's table: which national field says what, for each kind of record.

Rows and groups are read in both directions. A row binds one field to one canonical path; a group binds
numbered fields to the objects of a canonical list, chosen in writing by their fixed members.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as optional
from enum import StrEnum
from itertools import count
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
    contract requires and whose weakest value claims nothing. A row is not read where a field of `unless` says
    something. Values of a path that several fields may state stand in `strictest`, the most restrictive
    first: that one holds, and the residue keeps the others. Else fields that differ refuse the record.
    A value says nothing without the paths that it `needs`: where one is absent, the text is kept as residue.
    With `default_where` the default stands only beside these members, as a country beside a national code.
    """

    field: str
    path: str
    converter: Converter
    on_malformed: OnMalformed = OnMalformed.RESIDUE
    default: Any = None
    default_where: Mapping[str, Any] = optional(default_factory=dict)
    unless: tuple[str, ...] = ()
    strictest: tuple[Any, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Each:
    """Fields numbered from 1 without a gap, `{n}` in `field`, each one value of the list at `path`.

    Equal values are kept once, and the residue keeps the texts of the others; `as_set` puts them in ascending
    order, the one spelling of a set of codes. What is beyond the items that a list may have stays unread.
    `default` is as in a row.
    """

    field: str
    path: str
    converter: Converter
    as_set: bool = True
    on_malformed: OnMalformed = OnMalformed.RESIDUE
    default: tuple[Any, ...] = ()

    def field_of(self, n: int) -> str:
        """Return the name of the `n`th field."""
        return self.field.format(n=n)


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

    Without `count` the numbers go on as long as there are fields, without a gap. `marked` are fields with one
    word: where several groups share a prefix, they say whose each number is, and in writing such groups count
    on. With `single`, `path` is one object, not a list; a second one stays unread.
    Each object gets the members `fixed`. In writing a group takes the objects that have them, in order, and
    none that has all members of one of `unless`.
    """

    path: str
    rows: Rows
    prefix: str = ""
    count: int | None = 1
    marked: Mapping[str, str] = optional(default_factory=dict)
    single: bool = False
    fixed: Mapping[str, Any] = optional(default_factory=dict)
    unless: tuple[Mapping[str, Any], ...] = ()

    @property
    def numbered(self) -> bool:
        """Whether the prefix holds a number."""
        return "{n}" in self.prefix

    def numbers(self) -> Iterable[int]:
        """Return the numbers that a prefix may have."""
        return count(1) if self.count is None else range(1, self.count + 1)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Fields that contradict each other: a record in which all of them stand is refused.

    Each field counts with one of its words, in lower case, or with any text where none is listed.
    """

    fields: Mapping[str, frozenset[str]]
    path: str
    rule: str
    remedy: str

    def stands(self, fields: Mapping[str, str]) -> bool:
        """Tell whether a record contradicts itself this way."""
        texts = {name: fields.get(name, "").strip().casefold() for name in self.fields}
        return all(text and (not self.fields[name] or text in self.fields[name]) for name, text in texts.items())


Rows = tuple[Row | Each | Spread | Group | Constant, ...]
"""What a table, or the objects of a list, consist of."""


class Binding(NamedTuple):
    """A row with its full field name and its path without list indexes."""

    field: str
    path: str
    row: Row | Each | Spread


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
    `asides` are parts of field names by which the codec says that a field must not be read, each with the reason.
    """

    name: str
    description: str
    codec: Codec
    kind_field: str
    id_field: str
    kinds: tuple[Kind, ...]
    null_words: frozenset[str]
    clashes: tuple[Clash, ...] = ()
    asides: Mapping[str, str] = optional(default_factory=dict)

    def kind_of_word(self, word: str) -> Kind | None:
        """Return the kind with this word, without regard to case."""
        return next((kind for kind in self.kinds if kind.word.casefold() == word.strip().casefold()), None)

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
        elif isinstance(row, Each):
            yield Binding(prefix + row.field_of(1), path + row.path, row)
        elif isinstance(row, Group):
            for n in range(1, (row.count or 1) + 1):
                yield from _bindings(row.rows, prefix + row.prefix_of(n), f"{path}{row.path}.")

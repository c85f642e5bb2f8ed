"""Read the table backwards: an event becomes a national record; what stays behind is the declared loss."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from adapters.interface import Encoded, EventContent, Reason, ResidueItem
from adapters.mapping.conversion import Converter, Inexpressible, Malformed, Note, Writing
from adapters.mapping.reading import read_text
from adapters.mapping.table import Constant, Each, Group, Row, Rows, Spread, Table
from adapters.mapping.tree import leaves, look, take
from contracts.encoding import canonical

DERIVED = ("summary", "markers", "match_keys")
"""Sections that the issuer computes from the others (CONTRACTS 2)."""
OF_THE_HUB = ("audience",)
"""Sections that say who got the event, not what it is about."""


def encode_records(table: Table, records: Iterable[EventContent]) -> Encoded:
    """Write every event that the table has a kind for; the residue says all that the file does not."""
    residue: list[ResidueItem] = []
    rows: list[dict[str, str]] = []
    for number, content in enumerate(records, start=1):
        pass_ = _Pass(table, number)
        written = pass_.record(content)
        if written is not None:
            rows.append(written)
        residue += pass_.residue
    used = {name: None for row in rows for name in row}
    known = [name for name in table.fields() if name in used or name in {table.kind_field, table.id_field}]
    fields = list(dict.fromkeys([*known, *used]))
    return Encoded(data=table.codec.write(rows, fields=fields), residue=residue)


def plain_content(content: EventContent) -> dict[str, Any]:
    """Return an event as plain values under the paths that tables use; a copy, to be taken apart."""
    sections = {
        name: section if isinstance(section, dict) else section.model_dump(mode="json", exclude_none=True)
        for name, section in content.sections.items()
    }
    plain = {
        "basis": list(content.basis),
        "claims": sorted(content.claims),
        "national_id": content.national_id,
        "purpose": content.purpose,
        "sections": sections,
        "urgency": content.urgency,
        "validity_days": content.validity_days,
    }
    stated = {name: value for name, value in plain.items() if value not in (None, [], {})}
    copy: dict[str, Any] = orjson.loads(canonical(stated))
    return copy


class _Pass:
    """Own one event while it is written: what was taken from it stands in a field, the rest is loss."""

    def __init__(self, table: Table, number: int) -> None:
        self.residue: list[ResidueItem] = []
        self._table = table
        self._number = number
        self._written: dict[str, str] = {}
        self._order: dict[str, list[int]] = {}
        self._numbers: dict[str, int] = {}

    def record(self, content: EventContent) -> dict[str, str] | None:
        """Write one event; None when the format has no such kind of record."""
        kind = self._table.kind_of_type(content.type)
        left = plain_content(content)
        for section in DERIVED + OF_THE_HUB:
            found = take(left, f"sections.{section}")
            if found is not None:
                self._lose(f"sections.{section}", None, found, Note(Reason.DERIVED, "not stated in national records"))
        if kind is None:
            self._lose("", None, left, Note(Reason.NOT_EXPRESSIBLE, "the format has no record for this event type"))
            return None
        self._written[self._table.kind_field] = kind.word
        self._object(kind.rows, left, "", "")
        for path, order in self._order.items():
            if order != sorted(order):
                self._lose(path, None, order, Note(Reason.COARSENED, "the fields put these entries in another order"))
        for path, value in leaves(left):
            self._lose(path, None, value, Note(Reason.NOT_EXPRESSIBLE, "the format has no field left for this value"))
        return self._written

    def _object(self, rows: Rows, left: dict[str, Any], prefix: str, path: str) -> None:
        for row in rows:
            if isinstance(row, Group):
                self._list(row, left, prefix, path)
            elif isinstance(row, Spread):
                self._spread(row, left, prefix, path)
            elif isinstance(row, Each):
                self._each(row, left, prefix, path)
            elif isinstance(row, Constant):
                if look(left, row.path) == row.value:
                    take(left, row.path)
            else:
                value = take(left, row.path)
                if value is not None:
                    self._field(row.converter, value, prefix + row.field, path + row.path)
                    self._beside(row, left, prefix + row.field)

    def _list(self, group: Group, left: dict[str, Any], prefix: str, path: str) -> None:
        if group.single:
            item = look(left, group.path)
            if isinstance(item, dict) and group.takes(item):
                self._item(group, item, prefix, path + group.path)
            return
        items = self._items(left, group.path)
        room = None if group.count is None else group.count - self._numbers.get(prefix + group.prefix, 0)
        taken = [index for index, item in enumerate(items) if item and group.takes(item)][:room]
        self._order.setdefault(path + group.path, []).extend(taken)
        for index in taken:
            self._item(group, items[index], prefix, f"{path}{group.path}.{index}")

    def _item(self, group: Group, item: dict[str, Any], prefix: str, place: str) -> None:
        """Write one object of a group under the next number of its prefix, which is used up if anything is written."""
        for name in group.fixed:
            del item[name]
        series = prefix + group.prefix
        number = self._numbers.get(series, 0) + 1
        begins = prefix + group.prefix_of(number)
        marks = {begins + name: word for name, word in group.marked.items()}
        self._written |= marks
        before = len(self._written)
        self._object(group.rows, item, begins, f"{place}.")
        if len(self._written) > before:
            if group.numbered:
                self._numbers[series] = number
            return
        for name in marks:
            del self._written[name]
        if group.fixed:
            self._lose(place, None, dict(group.fixed), Note(Reason.NOT_EXPRESSIBLE, "no field says this entry"))

    def _spread(self, row: Spread, left: dict[str, Any], prefix: str, path: str) -> None:
        items = self._items(left, row.path)
        taken = [index for index, item in enumerate(items) if row.takes(item)]
        if taken:
            self._order.setdefault(path + row.path, []).extend(taken)
            values = [items[index][row.member] for index in taken]
            self._field(row.many(), values, prefix + row.field, path + row.path)
        for index in taken:
            items[index].clear()

    def _each(self, row: Each, left: dict[str, Any], prefix: str, path: str) -> None:
        n = 1
        for index, value in enumerate(take(left, row.path) or ()):
            name = prefix + row.field_of(n)
            self._field(row.converter, value, name, f"{path}{row.path}.{index}")
            n += name in self._written

    def _items(self, left: dict[str, Any], path: str) -> list[dict[str, Any]]:
        """Return the objects of a list; those taken stay as empty objects, so that indexes hold."""
        found = look(left, path)
        return found if isinstance(found, list) else []

    def _field(self, converter: Converter, value: Any, name: str, path: str) -> None:
        try:
            writing = converter.write(value)
        except Inexpressible as verdict:
            self._lose(path, name, value, Note(Reason.NOT_EXPRESSIBLE, verdict.rule))
            return
        if writing.rest is not None:
            self._lose(path, name, writing.rest, Note(Reason.NOT_EXPRESSIBLE, "the format has no word for this"))
        if not writing.text:
            return
        if not self._table.codec.can_write(writing.text):
            self._lose(path, name, value, Note(Reason.NOT_ENCODABLE, "the encoding lacks a character of this value"))
            return
        note = self._doubt(converter, writing, value)
        if note is None:
            self._written[name] = writing.text
            notes = writing.notes
        elif note.reason is Reason.COARSENED:
            self._written[name] = writing.text
            notes = (*writing.notes, note)
        else:
            notes = (note,)
        for one in notes:
            self._lose(path, name, value, one)

    def _beside(self, row: Row, left: dict[str, Any], name: str) -> None:
        """Take what the written text states beside its value, as the script of a name: no field need say it."""
        text = self._written.get(name)
        stated = read_text(row.converter, text, self._table.null_words).beside if text else {}
        parent = row.path.rpartition(".")[0]
        for member, value in stated.items():
            where = f"{parent}.{member}" if parent else member
            if look(left, where) == value:
                take(left, where)

    def _doubt(self, converter: Converter, writing: Writing, value: Any) -> Note | None:
        """Read the text again before it is written: a name that equals a null word would vanish."""
        try:
            reading = read_text(converter, writing.text, self._table.null_words)
        except Malformed as verdict:
            return Note(Reason.NOT_EXPRESSIBLE, f"in this format: {verdict.rule}")
        if reading.value is None:
            return Note(Reason.NOT_EXPRESSIBLE, "in this format the text says nothing")
        if reading.value != value and writing.rest is None and not writing.notes:
            return Note(Reason.COARSENED, "the written text reads differently")
        return None

    def _lose(self, path: str, name: str | None, value: Any, note: Note) -> None:
        shown = value if isinstance(value, str) else canonical(value).decode("utf-8")
        self.residue.append(
            ResidueItem(line=self._number, field=name, path=path, value=shown, reason=note.reason, rule=note.rule)
        )

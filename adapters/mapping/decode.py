"""Read the table forwards: one national record becomes a draft with residue, or is refused with every finding."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from typing import Any

from adapters.formats.national import NationalRecord
from adapters.interface import DecodedRecord, Reason, ResidueItem
from adapters.mapping.check import checked_draft, contract_path, flags_in
from adapters.mapping.conversion import Converter, Malformed, Note, Reading
from adapters.mapping.reading import read_text
from adapters.mapping.table import Constant, Each, Group, Kind, OnMalformed, Row, Rows, Spread, Table
from adapters.mapping.tree import extend, look, put, take
from contracts.errors import Code
from contracts.findings import Finding
from contracts.parts import MAX_ITEMS

_NOTHING = (None, ())
"""Defaults that add nothing."""


def decode_record(table: Table, record: NationalRecord, *, on: date | None = None) -> DecodedRecord:
    """Translate one record; with the day of issue `on`, hold it against policy too. Never raises for content."""
    pass_ = _Pass(table, record)
    kind = pass_.kind()
    tree = pass_.objects(kind.rows) if kind is not None else {}
    pass_.leave_unread(kind)
    national_id = tree.get("national_id")
    draft, flags = None, []
    if kind is not None:
        if national_id is None:
            pass_.refuse(table.id_field, "national_id", Malformed("the record has no number", "give it a unique one"))
        draft, findings = checked_draft(
            kind, tree, sources=pass_.sources, refused=pass_.findings, line=record.line, on=on
        )
        pass_.add(findings)
        pass_.contradictions()
        draft = None if pass_.findings else draft
        flags = [] if draft is None else flags_in(kind, draft, sources=pass_.sources, line=record.line)
    return DecodedRecord(
        line=record.line,
        national_id=national_id,
        draft=draft,
        residue=pass_.residue,
        findings=pass_.findings,
        flags=flags,
    )


class _Pass:
    """Own what is found out about one record: residue, findings, and which field each path came from."""

    def __init__(self, table: Table, record: NationalRecord) -> None:
        self.residue: list[ResidueItem] = []
        self.findings: list[Finding] = []
        self.sources: dict[str, str] = {}
        self._table = table
        self._record = record
        self._left = {name: text for name, text in record.fields.items() if text.strip()}
        self._names = sorted(record.fields)

    def kind(self) -> Kind | None:
        """Tell the record's kind from the field that says so, or note why it has none."""
        name = self._table.kind_field
        word = self._left.pop(name, "")
        kind = self._table.kind_of_word(word)
        if kind is None:
            words = ", ".join(kind.word for kind in self._table.kinds)
            code = Code.A04_CODE if word else Code.A03_FIELD
            self.refuse(name, "type", Malformed("the field does not say what the record is", f"write {words}", code))
        return kind

    def objects(self, rows: Rows, prefix: str = "", path: str = "") -> dict[str, Any]:
        """Read the fields of one object. It stays empty when none of them says anything."""
        found: dict[str, Any] = {}
        for row in rows:
            if isinstance(row, Row):
                stands = prefix + row.field in self._left
                if stands and not (row.unless and any(self._says(prefix + other) for other in row.unless)):
                    self._field(row, found, prefix, path)
            elif isinstance(row, Each):
                if prefix + row.field_of(1) in self._record.fields:
                    self._each(row, found, prefix, path)
            elif isinstance(row, Group):
                self._list(row, found, prefix, path)
            elif isinstance(row, Spread) and prefix + row.field in self._left:
                self._spread(row, found, prefix, path)
        if found:
            self._complete(rows, found, path)
        return found

    def _complete(self, rows: Rows, found: dict[str, Any], path: str) -> None:
        """Take out what says nothing alone, then add what empty fields mean."""
        for row in rows:
            if isinstance(row, Row) and row.needs and any(look(found, other) is None for other in row.needs):
                self._drop(row, found, path)
        for row in rows:
            if isinstance(row, Constant) or (isinstance(row, Row | Each) and row.default not in _NOTHING):
                _put_default(row, found)

    def leave_unread(self, kind: Kind | None) -> None:
        """Put every field that no row has read into the residue."""
        rule = (
            "the field has no canonical home" if kind is None else f"no canonical home in a record of kind {kind.word}"
        )
        for name, text in self._left.items():
            why = next((why for mark, why in self._table.asides.items() if mark in name), rule)
            self._keep(name, None, text, Note(Reason.UNMAPPED, why))
        self._left = {}

    def refuse(self, name: str, path: str, verdict: Malformed) -> None:
        """Note a finding for which the whole record is refused."""
        self.findings.append(
            Finding(
                code=verdict.code,
                path=contract_path(path),
                rule=verdict.rule,
                remedy=verdict.remedy,
                line=self._record.line,
                field=name,
            )
        )

    def add(self, findings: list[Finding]) -> None:
        """Take over what the contract found, but not what follows from a field that was already refused."""
        refused = {finding.field for finding in self.findings}
        self.findings += [finding for finding in findings if finding.field is None or finding.field not in refused]

    def contradictions(self) -> None:
        """Refuse a record whose fields contradict each other."""
        for clash in self._table.clashes:
            if clash.stands(self._record.fields):
                self.refuse(next(iter(clash.fields)), clash.path, Malformed(clash.rule, clash.remedy))

    def _says(self, name: str) -> bool:
        return bool(self._record.fields.get(name, "").strip())

    def _is(self, name: str, word: str) -> bool:
        return self._left.get(name, "").strip().casefold() == word.casefold()

    def _begins(self, prefix: str) -> bool:
        """Tell whether some field of the record begins with `prefix`."""
        at = bisect_left(self._names, prefix)
        return at < len(self._names) and self._names[at].startswith(prefix)

    def _list(self, group: Group, found: dict[str, Any], prefix: str, path: str) -> None:
        for n in group.numbers():
            begins = prefix + group.prefix_of(n)
            if begins and not self._begins(begins):
                if group.count is None:
                    break
                continue
            stands = look(found, group.path)
            marked = all(self._is(begins + name, word) for name, word in group.marked.items())
            full = stands is not None if group.single else len(stands or ()) >= MAX_ITEMS
            if not marked or full:
                continue
            item_path = f"{path}{group.path}." if group.single else f"{path}{group.path}.{len(stands or ())}."
            item = self.objects(group.rows, begins, item_path)
            if not item:
                continue
            for name in group.marked:
                del self._left[begins + name]
            if group.single:
                put(found, group.path, {**item, **group.fixed})
            elif {**item, **group.fixed} not in (stands or ()):
                extend(found, group.path, [{**item, **group.fixed}])

    def _spread(self, row: Spread, found: dict[str, Any], prefix: str, path: str) -> None:
        name = prefix + row.field
        reading = self._read(name, path + row.path, row.many(), row.on_malformed)
        if reading is None:
            return
        items = [{row.member: value, **row.fixed} for value in reading.value]
        first = extend(found, row.path, items)
        for index in range(first, first + len(items)):
            self.sources.setdefault(f"{path}{row.path}.{index}", name)

    def _each(self, row: Each, found: dict[str, Any], prefix: str, path: str) -> None:
        values = list(look(found, row.path) or [])
        n = 1
        while (name := prefix + row.field_of(n)) in self._record.fields and len(values) < MAX_ITEMS:
            reading = self._read(name, f"{path}{row.path}.{n - 1}", row.converter, row.on_malformed)
            if reading is not None and reading.value in values:
                note = Note(Reason.COARSENED, "another field says the same; the event says it once")
                self._keep(name, path + row.path, self._record.fields[name], note)
            elif reading is not None:
                values.append(reading.value)
                self.sources.setdefault(path + row.path, name)
            n += 1
        if values:
            take(found, row.path)
            put(found, row.path, sorted(values, key=str) if row.as_set else values)

    def _field(self, row: Row, found: dict[str, Any], prefix: str, path: str) -> None:
        name = prefix + row.field
        reading = self._read(name, path + row.path, row.converter, row.on_malformed)
        if reading is None:
            return
        parent = row.path.rpartition(".")[0]
        stated = {row.path: reading.value}
        stated |= {f"{parent}.{member}" if parent else member: value for member, value in reading.beside.items()}
        for where, value in stated.items():
            if where == row.path and row.strictest and look(found, where) in row.strictest:
                self._restrict(row, found, value, name, path)
                continue
            self.sources.setdefault(path + where, name)
            if not put(found, where, value):
                verdict = Malformed("two fields state this differently", "keep one of them, or make them equal")
                self.refuse(name, path + where, verdict)

    def _drop(self, row: Row, found: dict[str, Any], path: str) -> None:
        """Take a value out again that says nothing alone."""
        if take(found, row.path) is not None:
            name = self.sources.pop(path + row.path)
            note = Note(Reason.MALFORMED, f"says nothing without {', '.join(row.needs)}")
            self._keep(name, path + row.path, self._record.fields[name], note)

    def _restrict(self, row: Row, found: dict[str, Any], value: Any, name: str, path: str) -> None:
        """Let the more restrictive of two values hold; the residue keeps the other one's text."""
        stands, source = look(found, row.path), self.sources[path + row.path]
        if value == stands:
            return
        looser = name
        if row.strictest.index(value) < row.strictest.index(stands):
            take(found, row.path)
            put(found, row.path, value)
            self.sources[path + row.path], looser = name, source
        note = Note(Reason.COARSENED, "another field is more restrictive, and holds")
        self._keep(looser, path + row.path, self._record.fields[looser], note)

    def _read(self, name: str, path: str, converter: Converter, on_malformed: OnMalformed) -> Reading | None:
        """Read a field; None when it is empty, says nothing or cannot be read, which is noted."""
        text = self._left.pop(name, None)
        if text is None:
            return None
        try:
            reading = read_text(converter, text, self._table.null_words)
        except Malformed as verdict:
            if on_malformed is OnMalformed.REFUSE or verdict.code is not Code.A03_FIELD:
                self.refuse(name, path, verdict)
            else:
                self._keep(name, path, text, Note(Reason.MALFORMED, verdict.rule))
            return None
        for note in reading.notes:
            self._keep(name, path, text, note)
        return reading if reading.value is not None else None

    def _keep(self, name: str, path: str | None, text: str, note: Note) -> None:
        self.residue.append(
            ResidueItem(line=self._record.line, field=name, path=path, value=text, reason=note.reason, rule=note.rule)
        )


def _put_default(row: Row | Each | Constant, found: dict[str, Any]) -> None:
    """Add what a row says where its field says nothing and the object around it exists."""
    parent = row.path.rpartition(".")[0]
    if not (look(found, parent) if parent else found):
        return
    if isinstance(row, Constant):
        put(found, row.path, row.value)
    elif look(found, row.path) is not None:
        return
    elif isinstance(row, Each):
        put(found, row.path, list(row.default))
    elif all(look(found, path) == value for path, value in row.default_where.items()):
        put(found, row.path, row.default)

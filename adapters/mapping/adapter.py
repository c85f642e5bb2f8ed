"""Make an adapter of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from adapters.formats.national import Unreadable
from adapters.interface import DecodedRecord, Encoded, EventContent
from adapters.mapping.decode import decode_record
from adapters.mapping.encode import encode_records
from adapters.mapping.table import Table


class TableAdapter:
    """The adapter of one country's table (`adapters.interface.Adapter`)."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.name = table.name
        self.description = table.description

    def decode(self, data: bytes, *, on: date | None = None) -> Iterator[DecodedRecord]:
        """Translate a file record by record; see `Adapter.decode`."""
        required = (self.table.kind_field, self.table.id_field)
        for record in self.table.codec.read(data, required=required):
            if isinstance(record, Unreadable):
                yield DecodedRecord(
                    line=record.line, national_id=None, draft=None, residue=[], findings=[record.finding]
                )
            else:
                yield decode_record(self.table, record, on=on)

    def encode(self, records: Iterable[EventContent]) -> Encoded:
        """Write events as one national file; see `Adapter.encode`."""
        return encode_records(self.table, records)

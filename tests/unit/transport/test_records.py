"""A header name that is no text costs nobody their batch."""

from __future__ import annotations

from typing import Any

from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from broker.transport.records import TolerantRecords, readable


class NoText(str):
    """A header name whose bytes are no UTF-8."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        return b"\xff\xfename"


def batch(*names: str) -> bytes:
    """Return one batch with a record for each header name."""
    builder = _DefaultRecordBatchBuilderPy(
        2, 0, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1, batch_size=10_000
    )
    for offset, name in enumerate(names):
        builder.append(offset, 1000, b"key", b"value %d" % offset, [(name, b"\xff"), ("other", None)])
    return bytes(builder.build())


def read(data: bytes) -> list[tuple[bytes, list[tuple[str, bytes | None]]]]:
    records, found = readable(data), []
    while records.has_next():
        found += [(record.value, list(record.headers)) for record in records.next_batch()]
    return found


def test_the_record_and_those_beside_it_are_read() -> None:
    """Values are untouched, the name is spelt with question marks, other headers stay as they are."""
    assert read(batch("a", NoText("b"), "c") + batch("d")) == [
        (b"value 0", [("a", b"\xff"), ("other", None)]),
        (b"value 1", [("??name", b"\xff"), ("other", None)]),
        (b"value 2", [("c", b"\xff"), ("other", None)]),
        (b"value 0", [("d", b"\xff"), ("other", None)]),
    ]


def test_ordinary_batches_take_the_library_s_own_reader() -> None:
    """The slower reader is for what the fast one cannot read."""
    assert not isinstance(readable(batch("a")), TolerantRecords)
    assert isinstance(readable(batch(NoText("a"))), TolerantRecords)

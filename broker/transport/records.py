"""Read records whose header names are no text: the client library stops at them, for ever.

aiokafka 0.14 decodes header names as UTF-8 while it reads a batch. One participant that writes a name
which is no UTF-8 would end the broker's reading of every partition: the same batch is fetched and fails
again and again. Headers are hints and are compared with the claims later (step 8), so such a name is
spelt with question marks here, and the record is judged like every other.
"""

from __future__ import annotations

from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import KafkaError
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords, _MemoryRecordsPy
from aiokafka.record.util import decode_varint

QUESTION_MARK = 0x3F
ASCII_END = 0x80


class TolerantBatch(_DefaultRecordBatchPy):  # type: ignore[misc]  # aiokafka has no types
    """A batch that mends header names where the library's own reading of a record fails."""

    def _read_msg(self) -> Any:
        try:
            return super()._read_msg()
        except UnicodeDecodeError:
            mend_header_names(self._buffer, self._pos)
            return super()._read_msg()


class TolerantRecords(_MemoryRecordsPy):  # type: ignore[misc]  # aiokafka has no types
    """Fetched bytes as batches that can be read whatever their header names are."""

    def next_batch(self) -> Any:
        """Return the next batch, None at the end. Batches of before Kafka 0.11 have no headers."""
        batch, length = self._next_slice, self.MAGIC_OFFSET
        if batch is None or batch[length] < 2:  # noqa: PLR2004 - the first format with headers
            return super().next_batch()
        self._cache_next()
        return TolerantBatch(batch)


def mend_header_names(buffer: bytearray, position: int) -> None:
    """Replace every byte beyond ASCII in the header names of the record at `position`, in place."""
    _, position = decode_varint(buffer, position)  # length
    for _ in range(3):  # attributes, timestamp and offset deltas
        _, position = decode_varint(buffer, position)
    for _ in range(2):  # key, value
        size, position = decode_varint(buffer, position)
        position += max(size, 0)
    count, position = decode_varint(buffer, position)
    for _ in range(count):
        size, position = decode_varint(buffer, position)
        for index in range(position, position + size):
            if buffer[index] >= ASCII_END:
                buffer[index] = QUESTION_MARK
        position += size
        size, position = decode_varint(buffer, position)
        position += max(size, 0)


def readable(data: bytes) -> Any:
    """Return fetched bytes as records: with the library's fast reader where it can read them."""
    looked = MemoryRecords(data)
    try:
        while looked.has_next():
            for _ in looked.next_batch():
                pass
    except UnicodeDecodeError:
        return TolerantRecords(data)
    except KafkaError:
        pass  # a damaged batch: the fetcher meets it again and says so
    return MemoryRecords(data)


def accept_any_header_name() -> None:
    """Let every consumer of this process read through `readable`."""
    fetcher.MemoryRecords = readable

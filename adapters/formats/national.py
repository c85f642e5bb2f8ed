"""What every codec reads and writes: a national record as named texts, and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalRecord:
    """One record of a file. `line` and `last_line` are its first and last physical line, from 1."""

    line: int
    last_line: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record, or with `whole_file` the rest of the file, that the codec cannot read."""

    line: int
    finding: Finding
    whole_file: bool = False


class Codec(Protocol):
    """Translate between bytes and national records; knows nothing of what the fields mean."""

    def read(self, data: bytes, *, required: Sequence[str]) -> Iterator[NationalRecord | Unreadable]:
        """Yield the records in file order, each as soon as it is read; `required` fields must exist in the file."""

    def write(self, records: Iterable[Mapping[str, str]], *, fields: Sequence[str]) -> bytes:
        """Write records with exactly these `fields`, in this order; a field that a record lacks is empty."""

    def can_write(self, text: str) -> bool:
        """Tell whether every character of `text` exists in the file's encoding."""

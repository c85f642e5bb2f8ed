"""What a value converter is: one national text to one canonical value, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from adapters.interface import Reason
from contracts.errors import Code, NationalRecordError


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the residue must say about a value although it was read."""

    reason: Reason
    rule: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a national text says. `value` None means that it says nothing.

    `beside` holds members that the same text states next to the row's own path, as the particle in
    "Vries, de"; they have rows of their own for writing.
    """

    value: Any
    notes: tuple[Note, ...] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Writing:
    """The national text for a canonical value.

    `notes` say what the text does not hold of it; `rest` is the part of it that has no text at all.
    """

    text: str
    notes: tuple[Note, ...] = ()
    rest: Any = None


class Malformed(NationalRecordError):
    """The text does not follow the rule; neither rule nor remedy quotes it.

    A verdict on one value: the engine makes a finding or a line of residue of it.
    """

    def __init__(self, rule: str, remedy: str, code: Code = Code.A03_FIELD) -> None:
        super().__init__(code, rule)
        self.rule = rule
        self.remedy = remedy


class Inexpressible(NationalRecordError):
    """The national field has no text for this canonical value; the engine makes a line of residue of it."""

    def __init__(self, rule: str) -> None:
        super().__init__(Code.A04_CODE, rule)
        self.rule = rule


class Converter(Protocol):
    """Read and write one kind of value; `read(write(v).text).value == v` unless notes say otherwise."""

    def read(self, text: str, /) -> Reading:
        """Read a trimmed, non-empty text. Raises Malformed."""

    def write(self, value: Any, /) -> Writing:
        """Write a canonical value. Raises Inexpressible."""


@runtime_checkable
class KnowsWords(Protocol):
    """A converter for which some words mean something although they are null words elsewhere."""

    def knows(self, text: str) -> bool:
        """Tell whether this text, in lower case, has a meaning of its own here."""

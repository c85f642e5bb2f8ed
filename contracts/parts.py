"""Give every section content the same strictness."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

T = TypeVar("T")

MAX_ITEMS = 50
"""Entries of one list in a section: far above real cases, and it bounds the work on hostile input."""
MAX_ANSWERS = 200
"""Entries of a set that may hold most of a long code list, as the answers of a signal do."""


class Part(BaseModel):
    """A closed, immutable, strictly typed piece of a section.

    Optional members default to None and are left out when absent: a list is never empty and a
    null is never written, so that nothing has two spellings.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    def content(self) -> dict[str, Any]:
        """Return JSON-plain content: the form that is signed."""
        return self.model_dump(mode="json", exclude_none=True)


class SectionModel(Part):
    """The whole content of one section."""


_EMPTY = "is empty"
"""Said here: pydantic's own limit would also call a list empty whose entries are all wrong."""


def _ascending(items: tuple[T, ...]) -> tuple[T, ...]:
    if not items:
        raise ValueError(_EMPTY)
    if len(items) > 1 and list(items) != sorted(set(items), key=str):
        raise ValueError("is not in ascending order without repetition")
    return items


def _distinct(items: tuple[T, ...]) -> tuple[T, ...]:
    if not items:
        raise ValueError(_EMPTY)
    if len(items) > 1 and len(set(items)) != len(items):
        raise ValueError("holds an entry twice")
    return items


_SET: Any = {"minItems": 1, "uniqueItems": True}
_A_FEW: Any = Field(max_length=MAX_ITEMS, json_schema_extra=_SET)

Several = Annotated[tuple[T, ...], _A_FEW, AfterValidator(_distinct)]
"""A list in meaningful order, not empty, without repetition."""
Codes = Annotated[tuple[T, ...], _A_FEW, AfterValidator(_ascending)]
"""A set of codes: ascending, so that the same set has one spelling."""
ManyCodes = Annotated[tuple[T, ...], Field(max_length=MAX_ANSWERS, json_schema_extra=_SET), AfterValidator(_ascending)]
"""A set of codes of a long list."""

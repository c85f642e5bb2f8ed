"""Read who may see a part of an event: what is deleted, and what is marked stricter than the event around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.countries.misp import shape

INHERITED = "5"
SHARING_GROUP = "4"


class Marking:
    """The marking of an event, to hold its parts against.

    A part that fewer may see than the event must not go where the event goes: it is kept, and not read.
    """

    def __init__(self, event: Mapping[str, Any]) -> None:
        self._distribution = _text(event, "distribution")
        self._group = _text(event, "sharing_group_id")
        self._tlp = _tlp(event)

    def aside(self, part: Mapping[str, Any]) -> str | None:
        """Return why a part is not read: `deleted`, `withheld`, or None."""
        if is_deleted(part):
            return "deleted"
        return "withheld" if self._is_stricter(part) else None

    def _is_stricter(self, part: Mapping[str, Any]) -> bool:
        if _tlp(part) < self._tlp:
            return True
        own = _text(part, "distribution")
        if own not in shape.DISTRIBUTIONS:
            return bool(own) and own != INHERITED
        if own == SHARING_GROUP == self._distribution:
            return _text(part, "sharing_group_id") != self._group
        return self._distribution in shape.DISTRIBUTIONS and _rank(own) < _rank(self._distribution)


def is_deleted(part: Mapping[str, Any]) -> bool:
    """Tell whether a part is deleted softly: MISP writes a boolean, or 1 as number or text."""
    return part.get("deleted") is True or part.get("deleted") in {"1", "true"}


def _text(part: Mapping[str, Any], member: str) -> str:
    value = part.get(member)
    return value if isinstance(value, str) else ""


def _rank(distribution: str) -> int:
    return shape.DISTRIBUTIONS.index(distribution)


def _tlp(part: Mapping[str, Any]) -> int:
    """Return the strictest TLP of a part, as its place in the order; an unknown word counts as the strictest."""
    listed = part.get("Tag")
    called = [shape.TAGS.called(tag) for tag in listed] if isinstance(listed, list) else []
    words = [one.text.casefold() for one in called if one is not None and one.name == "tlp" and one.text]
    words = [shape.OLD_TLP.get(word, word) for word in words]
    return min((shape.TLP.index(word) if word in shape.TLP else 0 for word in words), default=len(shape.TLP) - 1)

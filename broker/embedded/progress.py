"""Say how far a long step has come; the command line draws it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called when a step begins (`done` 0), each time it moves, and when it is complete (`done` = `total`)."""

    def __call__(self, step: str, done: int, total: int, /) -> None:
        """Show that `done` of `total` parts of `step` are complete."""


def silent(step: str, done: int, total: int, /) -> None:
    """Show nothing."""

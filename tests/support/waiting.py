"""Wait for a condition with a deadline, never for a length of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

DEADLINE_SECONDS = 90.0


def until(look: Callable[[], T], enough: Callable[[T], bool] = bool, seconds: float = DEADLINE_SECONDS) -> T:
    """Return what `look` finds as soon as it is enough; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if enough(found):
            return found
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.1)

"""Give tests random bytes that are the same in every run."""

from __future__ import annotations

import random
from collections.abc import Callable


def seeded(seed: int) -> Callable[[int], bytes]:
    """Return a `Randomness` that gives the same bytes for the same seed."""
    return random.Random(seed).randbytes  # noqa: S311 (repeatable on purpose: tests only)

"""Homes for the tests of the embedded exchange."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from broker.embedded import setup
from broker.embedded.home import DEFAULT_PARTICIPANTS, Home
from broker.topology.model import Compaction

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HomeMaker = Callable[..., Home]


@pytest.fixture
def make_home(tmp_path: Path) -> HomeMaker:
    """Make homes with keys from a seeded source."""

    def make(
        folder: Path = tmp_path / "home",
        *,
        participants: tuple[str, ...] = DEFAULT_PARTICIPANTS,
        compaction: Compaction = Compaction.TEST,
        now: datetime = NOW,
    ) -> Home:
        return setup.ensure(
            folder,
            participants=participants,
            compaction=compaction,
            now=now,
            randomness=Random(1).randbytes,  # noqa: S311 (the same keys each time)
        )

    return make

"""Lock: one owner per home."""

from __future__ import annotations

from pathlib import Path

import pytest

from broker.embedded import lock
from contracts.errors import UsageError


def test_a_home_has_one_owner(tmp_path: Path) -> None:
    """A second owner is refused while the first is there, and welcome afterwards."""
    path = tmp_path / "home" / "run" / "lock"
    assert not lock.is_held(path)
    with lock.owned(path):
        assert lock.is_held(path)
        with pytest.raises(UsageError, match="another supervisor owns"), lock.owned(path):
            pass
    assert not lock.is_held(path)
    with lock.owned(path):
        pass

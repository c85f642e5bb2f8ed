"""Integration tests share one exchange and one bare node."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.exchange import exchange, kafka_node, share_one_worker

__all__ = ["exchange", "kafka_node"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run them in one worker, so that each is started once."""
    share_one_worker(items, Path(__file__).parent)

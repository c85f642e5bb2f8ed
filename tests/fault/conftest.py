"""Fault tests run in the worker of the real Kafka, one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.exchange import share_one_worker


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run them in one worker: each has an exchange of its own."""
    share_one_worker(items, Path(__file__).parent)

"""One exchange and one bare node for all tests that need a real Kafka."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.exchange import exchange, kafka_node

__all__ = ["exchange", "kafka_node"]

GROUP = "kafka"
"""xdist group: what needs Kafka runs in one worker, so that each shared node is started once."""
FOLDERS = tuple(Path(__file__).parent / name for name in ("integration", "fault", "security"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that need Kafka, and name no group of their own, into one group before workers take them."""
    for item in items:
        needs_kafka = any(item.path.is_relative_to(folder) for folder in FOLDERS)
        if needs_kafka and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(GROUP))

"""The main job on a Kafka that runs in a container: the tests of the integration scenario, on this exchange."""

from __future__ import annotations

from tests.integration.test_main_job import *  # noqa: F403 - the same tests, by name
from tests.integration.test_main_job import home, published

__all__ = ["home", "published"]

"""One exchange and one bare node for all tests that need a real Kafka.

Those tests run in one process (`make test`): what they share is then started once.
"""

from __future__ import annotations

from tests.support.exchange import exchange, kafka_node

__all__ = ["exchange", "kafka_node"]

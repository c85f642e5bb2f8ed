"""One exchange, one bare node and one database server for all tests that need a real one.

Tests with Kafka run in one process (`make test`): what they share is then started once. A database
server starts within a second, once in each process that needs it.
"""

from __future__ import annotations

from tests.support.exchange import exchange, kafka_node
from tests.support.postgres import postgres

__all__ = ["exchange", "kafka_node", "postgres"]

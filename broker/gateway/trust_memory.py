"""Remember the trust documents in force, so that records can be signed while Kafka is away.

What is remembered was verified when it came, and is verified again whenever it is used: the
database is no root of trust.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from broker.gateway.stores import Store
from broker.gateway.tables import documents
from broker.ports import Clock
from broker.trust.documents import TrustStore
from broker.trust.follower import FRESH_KEY, LIST_KEY_PREFIX
from broker.trust.roots import Roots
from broker.trust.view import TrustView
from contracts.errors import TrustRefused, TrustStale


@dataclass(frozen=True, slots=True)
class TrustMemory:
    """The last accepted lists and freshness statement, by their Kafka key."""

    store: Store
    roots: Roots
    clock: Clock

    def remember(self, key: bytes, value: bytes) -> None:
        """Keep an accepted document; a freshness statement replaces the one before.

        Crash before: the document is read from the log again at the next start. Crash after: known.
        """
        name = key.decode("ascii")
        with self.store.write() as connection:
            known = connection.scalar(select(documents.c.value).where(documents.c.name == name))
            if known is None:
                connection.execute(insert(documents).values(name=name, value=value))
            elif known != value:
                connection.execute(update(documents).where(documents.c.name == name).values(value=value))

    def current(self) -> TrustView:
        """Verify what is remembered and return the view in force now.

        Raises:
            TrustStale: nothing is remembered, or its freshness is over: the gateway process must reach the log.
        """
        with self.store.read() as connection:
            kept = {row.name.encode(): row.value for row in connection.execute(select(documents))}
        lists = sorted(
            (int(key.removeprefix(LIST_KEY_PREFIX)), value)
            for key, value in kept.items()
            if key.startswith(LIST_KEY_PREFIX)
        )
        if not lists or FRESH_KEY not in kept:
            raise TrustStale("no trust list has reached this gateway yet: start its process and wait for the log")
        now = self.clock()
        trust = TrustStore(self.roots)
        try:
            for _, value in lists:
                trust.accept_list(value)
            trust.accept_freshness(kept[FRESH_KEY], now)
        except TrustRefused as fault:
            raise TrustStale("the remembered trust is out of date: start the gateway process") from fault
        return trust.current(now)

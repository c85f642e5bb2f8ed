"""Measure publishing as a gateway does it: a batch of drafts, decided, sealed and durable in the outbox.

The baseline makes the same cryptography and puts the same bytes into one bare SQLite table, a transaction
for each batch, with the same durability.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from broker.gateway.publish import BATCH_DRAFTS, Acknowledged
from broker.settings import Stores
from contracts.encoding import canonical
from tests.bench import primitives, workload
from tests.bench.envelope import event_of
from tests.bench.measure import Effort, Row, Work, compare
from tests.support.gateway_world import GatewayWorld

ISSUER = "NL-POL"
_numbers = itertools.count()


def rows(counts: tuple[int, ...], effort: Effort) -> Iterator[Row]:
    """Yield a row for each number of recipients."""
    for count in counts:
        with TemporaryDirectory() as folder:
            world = GatewayWorld(Path(folder), _files, participants=(ISSUER,))
            with closing(world), closing(sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)) as bare:
                ours, theirs = compare(_publishing(world, count), _bare(bare, count), effort, unit=BATCH_DRAFTS)
        yield Row(
            name="publish: into the outbox", size=f"{count}", ours=ours, bare=theirs, baseline="primitives and SQLite"
        )


def _files(folder: Path) -> Stores:
    return Stores(outbox=folder / "outbox.db", inbox=folder / "inbox.db")


def _publishing(world: GatewayWorld, count: int) -> Work:
    publisher = replace(world.gateway(ISSUER).publisher, routes=workload.routes(count))
    trust = workload.trust()

    def work() -> None:
        drafts = [replace(workload.draft(), national_id=f"UTO-T-{next(_numbers)}") for _ in range(BATCH_DRAFTS)]
        outcomes = list(publisher.publish(drafts, trust, actor="bench"))
        assert all(isinstance(outcome, Acknowledged) for outcome in outcomes)

    return work


def _bare(database: sqlite3.Connection, count: int) -> Callable[[], None]:
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE bare (id BLOB PRIMARY KEY, record BLOB, kept BLOB)")
    sent = workload.send(event_of(workload.draft(), count))
    seal, record, kept = primitives.publishing(sent), sent.composed.record, canonical(dict(sent.composed.disclosures))

    def work() -> None:
        database.execute("BEGIN IMMEDIATE")
        for _ in range(BATCH_DRAFTS):
            seal()
            database.execute("INSERT INTO bare VALUES (?, ?, ?)", (os.urandom(16), record, kept))
        database.execute("COMMIT")

    return work

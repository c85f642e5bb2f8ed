"""Measure the auditor's replay against a bare Merkle tree with one signature check for each record."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace

from msgspec import UNSET

from contracts.audit_log import entry
from contracts.identifiers import alert_id
from tests.bench import primitives, workload
from tests.bench.envelope import event_of
from tests.bench.measure import Effort, Row, compare
from tests.support.audited import Audited


def rows(counts: tuple[int, ...], effort: Effort, *, records: int) -> Iterator[Row]:
    """Yield a row for each number of recipients, over a log of so many records in memory."""
    for count in counts:
        hub = asyncio.run(_worked(count, records))

        def replayed(hub: Audited = hub) -> None:
            result = asyncio.run(hub.replay())
            assert result.reverified == records

        ours, bare = compare(replayed, _bare(hub), effort, unit=records)
        yield Row(name="audit replay", size=f"{count}", ours=ours, bare=bare, baseline="bare tree and signatures")


async def _worked(count: int, records: int) -> Audited:
    """Return a hub that has admitted so many alerts for `count` recipients and signed its tree."""
    hub = Audited()
    listed = workload.trust()
    hub.trust.views = {7: replace(listed, checkpoint_keys=hub.trust.views[7].checkpoint_keys)}
    event = event_of(workload.draft(), count)
    for _ in range(records):
        hub.submit(hub.make(event, sub=alert_id(os.urandom(16))))
    await hub.work()
    return hub


def _bare(hub: Audited) -> Callable[[], None]:
    audits = hub.audits()
    leaves = [entry(audit.leaf) for audit in audits]
    checks = [primitives.verifying(audit.jws) for audit in audits if audit.jws is not UNSET]

    def work() -> None:
        frontier: list[bytes] = []
        for number, leaf in enumerate(leaves, start=1):
            node = hashlib.sha256(b"\x00" + leaf).digest()
            while number % 2 == 0:
                node = hashlib.sha256(b"\x01" + frontier.pop() + node).digest()
                number //= 2  # noqa: PLW2901 - the carry of a binary counter
            frontier.append(node)
        for check in checks:
            check()

    return work

"""Replay the audit log: rebuild the tree, hold it against every checkpoint, judge every decision again.

The source is the log itself or an export of it, through one interface, read once from its start. What
is *not* checked here: what recipients received and whether it opens, which only they can tell, and
cosignatures of witnesses.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing
from datetime import datetime, timedelta
from itertools import islice

from broker.audit import checkpoint
from broker.audit.activity import Activity
from broker.audit.alignment import Standing
from broker.audit.checkpoint import SignedCheckpoint
from broker.audit.cover import Cover
from broker.audit.decisions import Decisions, PastTrust
from broker.audit.erasures import ERASURE_DUE
from broker.audit.findings import AuditFinding, FindingCode, Findings
from broker.audit.index import ReplayIndex
from broker.audit.report import AuditResult
from broker.audit.scope import Scope
from broker.ports import Incoming, LogReader
from broker.trust.documents import TrustStore
from broker.trust.follower import FRESH_KEY, LIST_KEY_PREFIX
from broker.trust.roots import Roots
from contracts.errors import TrustRefused, UsageError
from contracts.identifiers import Topics, instant, milliseconds

MAX_ERASURES = 10_000
"""Orders listed in a verdict, those that are not complete first; the others are counted."""


async def load_trust(source: LogReader, topics: Topics, roots: Roots) -> TrustStore:
    """Read every trust list that `source` holds, each verified from `roots`.

    A freshness statement is accepted as of the time when it was published: an auditor judges the past,
    and its revocations count however old it is.

    Raises:
        TrustRefused: a document does not verify; `detail` names its offset.
    """
    store = TrustStore(roots)
    async for batch in source.read(topics.trust):
        for record in batch:
            try:
                _accept(store, record)
            except TrustRefused as fault:
                raise TrustRefused(f"trust offset {record.offset}: {fault.detail}") from fault
    return store


def _accept(store: TrustStore, record: Incoming) -> None:
    if record.value is None or record.key is None:
        return
    if record.key == FRESH_KEY:
        store.accept_freshness(record.value, instant(record.time))
    elif record.key.startswith(LIST_KEY_PREFIX):
        store.accept_list(record.value)
    else:
        raise TrustRefused("unknown key")


async def replay(
    source: LogReader,
    trust: PastTrust,
    *,
    topics: Topics,
    now: datetime,
    erasure_due: timedelta = ERASURE_DUE,
    known: Iterable[AuditFinding] = (),
    inspect: Callable[[ReplayIndex], None] | None = None,
) -> AuditResult:
    """Replay what `source` holds now and return the verdict.

    `known` are findings about the source itself (`ExportLog.findings`); they count as the others do.
    `inspect` may count in the index before that is closed.

    Raises:
        UsageError: `trust` holds no list, so no checkpoint can be verified.
        LogUnavailable: the log does not answer.
    """
    views = [view for version in trust.versions if (view := trust.version_at(version)) is not None]
    if not views:
        raise UsageError("no trust list; give the roots that its lists are signed with")
    keys = {key for view in views for key in view.checkpoint_keys.values()}
    findings = Findings()
    for finding in known:
        findings.add(finding)
    with ReplayIndex() as index:
        decisions = Decisions(trust, index, findings)
        async with (
            aclosing(_checkpoints(source, topics, views[-1].checkpoint_origin, keys, findings)) as checkpoints,
            aclosing(_leaves(source, topics, decisions)) as leaves,
        ):
            # The first checkpoint is read before the first leaf, so the end of the checkpoints lies
            # before the end of the leaves: a log that grows meanwhile never looks short.
            cover = Cover(leaves, findings)
            await _cover(cover, checkpoints)
            await cover.drain()
        root = cover.tree.tree_at(cover.tree.size)
        erasures = tuple(islice(decisions.erasures.results(now, due=erasure_due), MAX_ERASURES))
        decisions.clocks.overdue(milliseconds(now))
        everything = Activity(index, Scope())
        if inspect is not None:
            inspect(index)
        return AuditResult(
            leaves=decisions.leaves,
            root=b"" if root is None else root.root(),
            signed=cover.signed,
            checkpoints=cover.checkpoints,
            decisions=dict(decisions.decisions),
            refusals=dict(decisions.refusals),
            repeats=dict(decisions.repeats),
            gaps=decisions.gaps,
            void=decisions.void,
            reverified=decisions.reverified,
            disclosures=tuple(everything.disclosures()),
            erasures=erasures,
            orders=everything.erasure_times(milliseconds(now), erasure_due).ordered,
            clocks=tuple(everything.clocks(milliseconds(now))),
            findings=tuple(findings.found),
            unlisted=findings.unlisted,
        )


async def _cover(cover: Cover, checkpoints: AsyncIterator[SignedCheckpoint]) -> None:
    """Check each checkpoint with the next one at hand."""
    found = await anext(checkpoints, None)
    while found is not None:
        following = await anext(checkpoints, None)
        await cover.check(found, following)
        found = following


async def _leaves(source: LogReader, topics: Topics, decisions: Decisions) -> AsyncGenerator[Standing, None]:
    async for batch in source.read(topics.audit):
        for record in batch:
            yield decisions.take(record)


async def _checkpoints(
    source: LogReader, topics: Topics, origin: str, keys: set[bytes], findings: Findings
) -> AsyncGenerator[SignedCheckpoint, None]:
    """Yield the checkpoints whose signatures hold; the others are findings."""
    expected = 0
    async for batch in source.read(topics.checkpoints):
        for record in batch:
            if record.offset != expected:
                findings.add(
                    AuditFinding(
                        code=FindingCode.CHECKPOINT_OFFSET,
                        detail="checkpoints missing or out of order before this offset",
                        offset=record.offset,
                        count=max(1, record.offset - expected),
                    )
                )
            expected = max(expected, record.offset + 1)
            try:
                found = checkpoint.read(record, origin=origin, keys=keys)
            except TrustRefused as fault:
                findings.add(
                    AuditFinding(code=FindingCode.CHECKPOINT_REFUSED, detail=fault.detail, offset=record.offset)
                )
                continue
            yield found

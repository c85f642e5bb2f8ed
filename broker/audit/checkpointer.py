"""Sign checkpoints over what is read back from `audit` (DESIGN section 8)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit import checkpoint
from broker.audit.checkpoint import MAX_LEAVES, SignedCheckpoint
from broker.audit.merkle import leaf_hash
from broker.audit.note import TreeHead
from broker.audit.window import TreeWindow
from broker.ports import Clock, Incoming, LogReader, LogWriter
from contracts.audit_log import decode_audit, entry
from contracts.encoding import encode_base64url
from contracts.errors import AuditGap, CheckpointFork, TransientError
from contracts.identifiers import Topics

RETRY_SECONDS = 2.0
"""Wait after a log that did not answer; the root is recomputed from what is stored, so nothing is lost."""
RECENT_CHECKPOINTS = 100
"""Records looked at on start: two instances that ran side by side are never further apart."""

log = structlog.get_logger()


class Checkpointer:
    """Follow `audit` and publish signed tree heads on `checkpoints`.

    The tree comes from what is stored, never from what anybody meant to write, so a restarted or a
    second instance signs the same roots. All state can be thrown away at any instant; it is owned by
    the one task that runs `run` or `catch_up`.
    """

    def __init__(
        self,
        *,
        reader: LogReader,
        writer: LogWriter,
        topics: Topics,
        key: Ed25519PrivateKey,
        origin: str,
        keys: Iterable[bytes],
        clock: Clock,
        interval: float = 1.0,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Sign with `key` under the name `origin`; `keys` are the raw public keys that the trust list names."""
        self._reader = reader
        self._writer = writer
        self._topics = topics
        self._key = key
        self._origin = origin
        self._keys = {*keys, key.public_key().public_bytes_raw()}
        self._clock = clock
        self._interval = timedelta(seconds=interval)
        self._pause = pause
        self._forget()

    def _forget(self) -> None:
        self._tree = TreeWindow()
        self._next_audit = 0
        self._next_checkpoint = 0
        self._highest = 0
        self._ahead: dict[int, bytes] = {}
        self._signed_at = self._clock()

    async def run(self) -> None:
        """Sign for ever, at most `MAX_LEAVES` leaves and about one interval apart.

        Raises:
            CheckpointFork: two roots for one size: stop, and let people look.
            AuditGap: `audit` is shorter than what is signed, or damaged.
            TrustRefused: a checkpoint on the topic is not ours.
        """
        while True:
            try:
                await self._recover()
                async for batch in self._reader.read(self._topics.audit, start=self._next_audit, follow=True):
                    await self._take(batch)
                    if self._clock() - self._signed_at >= self._interval:
                        await self._publish()
            except TransientError as fault:
                log.warning("checkpoint.waiting", code=fault.code.value, seconds=RETRY_SECONDS)
                await self._pause(RETRY_SECONDS)
            else:
                return

    async def catch_up(self) -> int:
        """Sign what stands in `audit` at the call, once, and return the size that is signed then."""
        await self._recover()
        async for batch in self._reader.read(self._topics.audit, start=self._next_audit):
            await self._take(batch)
        await self._publish()
        return self._highest

    async def _take(self, batch: list[Incoming]) -> None:
        for record in batch:
            audit = decode_audit(record.value, offset=record.offset)
            self._tree.append(leaf_hash(entry(audit.leaf)))
            self._next_audit = record.offset + 1
            self._compare(self._tree.size, self._ahead.pop(self._tree.size, None))
            if self._tree.size - self._highest >= MAX_LEAVES:
                await self._publish()

    async def _publish(self) -> None:
        """Publish the present head unless it is published already.

        A crash before the write leaves the leaves to the next checkpoint; a crash after it leaves a
        checkpoint that the restart reads back and continues. A write of unknown fate may appear twice:
        the same size with the same root.
        """
        await self._read_checkpoints()
        self._signed_at = self._clock()
        size = self._tree.size
        if size <= self._highest:
            return
        leaves = self._tree.leaves(max(self._highest, size - MAX_LEAVES), size)
        tree = self._tree.tree_at(size)
        if leaves is None or tree is None:
            raise AuditGap("leaves to be signed are no longer held")
        record = checkpoint.compose(
            TreeHead(origin=self._origin, size=size, root=tree.root()),
            key=self._key,
            leaves=leaves,
            frontier=tree.hashes,
            audit_offset=self._next_audit,
            topic=self._topics.checkpoints,
        )
        await self._writer.write([record])
        self._highest = size
        log.info("checkpoint.signed", size=size, root=encode_base64url(tree.root()), count=len(leaves))

    async def _read_checkpoints(self) -> None:
        """Read what stands on `checkpoints` since the last look, another instance's work included."""
        if await self._reader.end(self._topics.checkpoints) <= self._next_checkpoint:
            return
        async for batch in self._reader.read(self._topics.checkpoints, start=self._next_checkpoint):
            for record in batch:
                found = checkpoint.read(record, origin=self._origin, keys=self._keys)
                self._next_checkpoint = record.offset + 1
                self._note(found)

    def _note(self, found: SignedCheckpoint) -> None:
        size, root = found.head.size, found.head.root
        self._highest = max(self._highest, size)
        if size > self._tree.size:
            if self._ahead.setdefault(size, root) != root:
                raise CheckpointFork(f"two roots for size {size}")
            return
        self._compare(size, root)

    def _compare(self, size: int, root: bytes | None) -> None:
        tree = self._tree.tree_at(size) if root is not None else None
        if tree is not None and tree.root() != root:
            raise CheckpointFork(f"two roots for size {size}")

    async def _recover(self) -> None:
        """Take up the tree at the largest checkpoint on the topic, or begin it."""
        self._forget()
        end = await self._reader.end(self._topics.checkpoints)
        recent: dict[int, SignedCheckpoint] = {}
        self._next_checkpoint = max(0, end - RECENT_CHECKPOINTS)
        async for batch in self._reader.read(self._topics.checkpoints, start=self._next_checkpoint):
            for record in batch:
                found = checkpoint.read(record, origin=self._origin, keys=self._keys)
                self._next_checkpoint = record.offset + 1
                if recent.setdefault(found.head.size, found).head.root != found.head.root:
                    raise CheckpointFork(f"two roots for size {found.head.size}")
        if recent:
            await self._take_up(recent[max(recent)])

    async def _take_up(self, last: SignedCheckpoint) -> None:
        """Continue behind `last`: from its hint where that leads to its last leaf, else from the first leaf."""
        tree = last.tree()
        if tree is None:
            raise CheckpointFork(f"the frontier at size {last.head.size} does not give the signed root")
        self._highest = last.head.size
        if last.audit_offset is not None and await self._leads_to(last, last.audit_offset):
            self._tree = TreeWindow(tree)
            self._next_audit = last.audit_offset
            return
        log.warning("checkpoint.rebuilding", size=last.head.size)
        await self._rebuild(last)

    async def _leads_to(self, last: SignedCheckpoint, hint: int) -> bool:
        """Tell whether the record just before `hint` is the last leaf of the checkpoint."""
        if hint == 0 or not last.leaves or await self._reader.end(self._topics.audit) < hint:
            return False
        async for batch in self._reader.read(self._topics.audit, start=hint - 1):
            for record in batch:
                leaf = decode_audit(record.value, offset=record.offset).leaf
                return record.offset == hint - 1 and leaf_hash(entry(leaf)) == last.leaves[-1]
        return False

    async def _rebuild(self, last: SignedCheckpoint) -> None:
        async for batch in self._reader.read(self._topics.audit):
            for record in batch:
                leaf = decode_audit(record.value, offset=record.offset).leaf
                self._tree.append(leaf_hash(entry(leaf)))
                self._next_audit = record.offset + 1
                if self._tree.size == last.head.size:
                    self._compare(last.head.size, last.head.root)
                    return
        raise AuditGap(f"audit holds {self._tree.size} leaves, {last.head.size} are signed")

"""Hold the replayed leaves against every checkpoint: same size, same root, same leaf hashes."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from itertools import islice

from broker.audit.alignment import Standing, align
from broker.audit.checkpoint import MAX_LEAVES, SignedCheckpoint
from broker.audit.findings import AuditFinding, FindingCode, Findings
from broker.audit.window import TreeWindow

LOOK_AHEAD = MAX_LEAVES
"""Leaves read beyond a checkpoint that does not fit, to see where the log and the signed leaves meet again."""


class Cover:
    """Grow the tree from the log, checkpoint by checkpoint. Memory: a few thousand hashes.

    Where the log differs from what was signed, the difference is located by the signed leaf hashes and
    the tree goes on from the signed ones, so that one changed record does not hide the next.
    """

    def __init__(self, leaves: AsyncIterator[Standing], findings: Findings) -> None:
        self._leaves = leaves
        self._findings = findings
        self._pending: deque[Standing] = deque()
        self.tree = TreeWindow()
        self.checkpoints = 0
        self.signed = 0

    async def check(self, found: SignedCheckpoint, following: SignedCheckpoint | None) -> None:
        """Check one checkpoint in the order of their topic; `following` is the next one, if there is one."""
        if found.head.size <= self.tree.size:
            self._check_earlier(found)
            return
        await self._bridge(found)
        needed = found.head.size - self.tree.size
        await self._fill(needed)
        own = [item.hash for item in islice(self._pending, needed)]
        if len(own) == needed and self._root_with(own) == found.head.root:
            self._accept(own, needed)
            self._check_claims(found)
            return
        signed = list(found.leaves[self.tree.size - found.start :])
        if len(signed) == needed and self._root_with(signed) == found.head.root:
            await self._explain(found, signed, following)
            return
        self._report_root(found, len(own))

    async def drain(self) -> None:
        """Count the leaves behind the last checkpoint: nothing signed speaks for them yet."""
        first, count = None, 0
        while await self._fill(1):
            item = self._pending.popleft()
            first = item.offset if first is None else first
            count += 1
            self.tree.append(item.hash)
        if first is not None:
            self._add(FindingCode.LEAF_UNSIGNED, "behind the last checkpoint", offset=first, count=count)

    def _check_earlier(self, found: SignedCheckpoint) -> None:
        """Compare a size that was passed already: a repeat, or a second instance a little behind."""
        tree = self.tree.tree_at(found.head.size)
        if tree is None:
            self._add(FindingCode.CHECKPOINT_LATE, "goes back too far to be compared", offset=found.offset)
        elif tree.root() != found.head.root:
            self._add(FindingCode.CHECKPOINT_FORK, "another root for this size", offset=found.offset)
        else:
            self.checkpoints += 1
            self._check_claims(found)

    def _check_claims(self, found: SignedCheckpoint) -> None:
        """Check what the record says beside the signed head: followers rely on it."""
        own = self.tree.leaves(found.start, found.head.size)
        if found.tree() is None or (own is not None and list(found.leaves) != own):
            self._add(
                FindingCode.CHECKPOINT_LEAVES,
                "leaf hashes or frontier are not those of the signed tree",
                offset=found.offset,
            )

    async def _bridge(self, found: SignedCheckpoint) -> None:
        """Append the leaves that lie between the last checkpoint and the first leaf hash of this one."""
        while self.tree.size < found.start and await self._fill(1):
            self.tree.append(self._pending.popleft().hash)

    async def _explain(self, found: SignedCheckpoint, signed: list[bytes], following: SignedCheckpoint | None) -> None:
        ahead = list(following.leaves) if following is not None and following.start == found.head.size else []
        await self._fill(len(signed) + LOOK_AHEAD)
        standing = list(islice(self._pending, len(signed) + LOOK_AHEAD))
        aligned = align(signed + ahead, standing, start=self.tree.size, count=len(signed))
        for finding in aligned.findings:
            self._findings.add(finding)
        self._accept(signed, aligned.consumed)

    def _report_root(self, found: SignedCheckpoint, own: int) -> None:
        self._add(
            FindingCode.CHECKPOINT_ROOT,
            "neither the log nor the signed leaf hashes give this root: "
            f"they differ between sizes {self.signed} and {found.head.size}",
            offset=found.offset,
            index=self.signed,
        )
        tree = found.tree()
        if tree is None:
            return
        for _ in range(own):
            self._pending.popleft()
        self.tree = TreeWindow(tree)
        self.signed = found.head.size

    def _accept(self, leaves: list[bytes], consumed: int) -> None:
        for leaf in leaves:
            self.tree.append(leaf)
        for _ in range(consumed):
            self._pending.popleft()
        self.signed = self.tree.size
        self.checkpoints += 1

    def _root_with(self, leaves: list[bytes]) -> bytes | None:
        tree = self.tree.tree_at(self.tree.size)
        if tree is None:
            return None
        for leaf in leaves:
            tree.append(leaf)
        return tree.root()

    async def _fill(self, count: int) -> bool:
        """Read until `count` leaves are pending; False when the log ends before."""
        while len(self._pending) < count:
            item = await anext(self._leaves, None)
            if item is None:
                return False
            self._pending.append(item)
        return True

    def _add(self, code: FindingCode, detail: str, *, offset: int, index: int | None = None, count: int = 1) -> None:
        self._findings.add(AuditFinding(code=code, detail=detail, offset=offset, index=index, count=count))

"""Follow a growing tree and keep its last leaves, so that recent sizes can be looked at again."""

from __future__ import annotations

from broker.audit.merkle import Frontier

WINDOW_LEAVES = 4_000
"""Four full checkpoints: further back than two checkpointers of one log are ever apart."""


class TreeWindow:
    """A frontier with the leaves of the last sizes. Memory is bounded by twice `WINDOW_LEAVES` hashes.

    Owned by its one reader of the log; it changes by `append` alone.
    """

    def __init__(self, base: Frontier | None = None) -> None:
        self._frontier = (base or Frontier()).copy()
        self._base = self._frontier.copy()
        self._recent: list[bytes] = []

    @property
    def size(self) -> int:
        """Number of leaves in the whole tree."""
        return self._frontier.size

    @property
    def frontier(self) -> tuple[bytes, ...]:
        """Frontier at the present size."""
        return self._frontier.hashes

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash and forget what lies too far back."""
        self._frontier.append(leaf)
        self._recent.append(leaf)
        if len(self._recent) > 2 * WINDOW_LEAVES:
            for old in self._recent[:WINDOW_LEAVES]:
                self._base.append(old)
            del self._recent[:WINDOW_LEAVES]

    def tree_at(self, size: int) -> Frontier | None:
        """Return the tree as it was at `size`; None when that is ahead or too far back."""
        if size == self.size:
            return self._frontier.copy()
        if not self._base.size <= size < self.size:
            return None
        tree = self._base.copy()
        for leaf in self._recent[: size - self._base.size]:
            tree.append(leaf)
        return tree

    def leaves(self, start: int, end: int) -> list[bytes] | None:
        """Return the leaf hashes of indexes `start` to `end` (excluded); None when not all are kept."""
        if not self._base.size <= start <= end <= self.size:
            return None
        return self._recent[start - self._base.size : end - self._base.size]

"""Collect inclusion paths while leaves stream by, so that nobody has to hold the tree (RFC 9162 §2.1.3.1)."""

from __future__ import annotations

from collections.abc import Iterable

from broker.audit.merkle import EMPTY_ROOT, left_leaves, node_hash

Node = tuple[int, int]
"""A perfect subtree by its height and its number from the left at that height."""


class PathBuilder:
    """Build the paths of known indexes in a tree of known size, in one pass over its leaves.

    Every sibling on a path is a perfect subtree or folds from the few that its ragged edge consists of.
    Those alone are kept: O(log² n) hashes for each index, and the frontier.
    """

    def __init__(self, size: int, indexes: Iterable[int]) -> None:
        self._siblings = {index: [_perfect(*edge) for edge in _siblings(index, 0, size)] for index in indexes}
        self._kept: dict[Node, bytes | None] = dict.fromkeys(
            node for siblings in self._siblings.values() for sibling in siblings for node in sibling
        )
        self._frontier: list[bytes] = []
        self._count = 0

    @property
    def count(self) -> int:
        """Number of leaves seen."""
        return self._count

    def append(self, leaf: bytes) -> None:
        """Take the next leaf hash."""
        node, height, number = leaf, 0, self._count
        self._keep(height, number, node)
        while number & 1:
            node = node_hash(self._frontier.pop(), node)
            height, number = height + 1, number >> 1
            self._keep(height, number, node)
        self._frontier.append(node)
        self._count += 1

    def root(self) -> bytes:
        """Return the root over the leaves seen."""
        return _fold(self._frontier) if self._frontier else EMPTY_ROOT

    def path(self, index: int) -> list[bytes]:
        """Return the path of one of the indexes, leaf to root; call it once all leaves were seen."""
        return [
            _fold([kept for node in sibling if (kept := self._kept[node]) is not None])
            for sibling in self._siblings[index]
        ]

    def _keep(self, height: int, number: int, node: bytes) -> None:
        if (height, number) in self._kept:
            self._kept[height, number] = node


def _siblings(index: int, start: int, end: int) -> list[tuple[int, int]]:
    """Return the ranges of leaves whose roots are the path, leaf to root."""
    if end - start <= 1:
        return []
    middle = start + left_leaves(end - start)
    if index < middle:
        return [*_siblings(index, start, middle), (middle, end)]
    return [*_siblings(index, middle, end), (start, middle)]


def _perfect(start: int, end: int) -> list[Node]:
    """Cut a range that a path names into perfect subtrees, largest first."""
    nodes = []
    while start < end:
        height = (end - start).bit_length() - 1
        nodes.append((height, start >> height))
        start += 1 << height
    return nodes


def _fold(hashes: list[bytes]) -> bytes:
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root

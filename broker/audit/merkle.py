"""Hash the audit log into a Merkle tree (RFC 9162 §2.1) and prove things about it.

Hashes are 32 raw bytes. The tree is never stored: appending needs the frontier alone, the roots of
the perfect subtrees that the size in binary names, largest first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from contracts.errors import AuditGap

HASH_BYTES = 32
"""SHA-256. A shorter hash is refused: an empty leaf and an empty root would otherwise match."""
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree of size 0 (RFC 9162 §2.1.1)."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry (RFC 9162 §2.1.1: prefix 0x00, so that a leaf is never taken for a node)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children (prefix 0x01)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """Grow a tree leaf by leaf in O(log n) memory.

    Owned by whoever follows the log; nothing else changes it.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """Take up a tree of `size` leaves with the subtree roots `hashes`, largest first.

        Raises:
            AuditGap: the hashes cannot be the frontier of that size.
        """
        if size < 0 or len(hashes) != size.bit_count() or not _well_formed(hashes):
            raise AuditGap("frontier does not fit the tree size")
        self._size = size
        self._hashes = list(hashes)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """Roots of the perfect subtrees, largest first."""
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the right."""
        if len(leaf) != HASH_BYTES:
            raise AuditGap("leaf hash is not 32 bytes")
        carry, size = leaf, self._size
        while size & 1:
            carry = node_hash(self._hashes.pop(), carry)
            size >>= 1
        self._hashes.append(carry)
        self._size += 1

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        if not self._hashes:
            return EMPTY_ROOT
        root = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            root = node_hash(left, root)
        return root

    def copy(self) -> Frontier:
        """Return an independent frontier of the same tree."""
        return Frontier(self._size, self._hashes)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes in order."""
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the path from leaf `index` to the root over `leaves` (RFC 9162 §2.1.3.1)."""
    if len(leaves) <= 1:
        return []
    split = left_leaves(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of(leaves[:split])]


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Return the proof that the tree over `leaves` extends that over its `first` leaves (RFC 9162 §2.1.4.1)."""
    return _subproof(leaves, first, whole=True) if 0 < first < len(leaves) else []


def verify_inclusion(leaf: bytes, *, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether `path` leads from the leaf hash at `index` to the `root` of a tree of `size` (RFC 9162 §2.1.3.2).

    Every form that the prover above would not give is false: an index not below the size, a path too
    long or too short, a hash that is not 32 bytes.
    """
    if not 0 <= index < size or not _well_formed([leaf, root, *path]):
        return False
    position, last, reached = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            reached = node_hash(sibling, reached)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            reached = node_hash(reached, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and reached == root


def verify_consistency(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether the tree of `second` leaves extends that of `first` (RFC 9162 §2.1.4.2).

    Equal sizes need equal roots and no path; size 0 needs the root of the empty tree and no path.
    """
    if not 0 <= first <= second or not _well_formed([first_root, second_root, *path]):
        return False
    if first in (second, 0):
        expected = EMPTY_ROOT if first == 0 else second_root
        return not path and first_root == expected and (second > 0 or second_root == EMPTY_ROOT)
    hashes = list(path)
    if first & (first - 1) == 0:
        hashes.insert(0, first_root)
    if not hashes:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position >>= 1
        last >>= 1
    older = newer = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            newer = node_hash(newer, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and older == first_root and newer == second_root


def _subproof(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root_of(leaves)]
    split = left_leaves(len(leaves))
    if first <= split:
        return [*_subproof(leaves[:split], first, whole=whole), root_of(leaves[split:])]
    return [*_subproof(leaves[split:], first - split, whole=False), root_of(leaves[:split])]


def left_leaves(size: int) -> int:
    """Return the largest power of two below `size`: how many leaves go left (RFC 9162 §2.1.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _well_formed(hashes: Sequence[bytes]) -> bool:
    return all(len(item) == HASH_BYTES for item in hashes)

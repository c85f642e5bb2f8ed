"""The Merkle tree against the vectors of RFC 6962 implementations and against its own definition."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest

from broker.audit import merkle
from contracts.errors import AuditGap

ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
"""Entries of the Certificate Transparency reference tests."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Roots of the first 1, 2, ... 8 of them."""
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]


def numbered(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, written as the RFC writes it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_tests(size: int) -> None:
    """The root over each prefix of the reference entries is the published one."""
    assert merkle.root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_published_inclusion_path() -> None:
    """The path of the first leaf in a tree of eight is the published one."""
    path = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [item.hex() for item in merkle.inclusion_proof(LEAVES, 0)] == path


def test_frontier_equals_the_definition_at_every_size() -> None:
    """Appending leaf by leaf gives the root of the definition at each of 200 sizes."""
    leaves, tree = numbered(200), merkle.Frontier()
    for size, leaf in enumerate(leaves, 1):
        tree.append(leaf)
        assert (tree.size, tree.root()) == (size, by_definition(leaves[:size]))
        assert len(tree.hashes) == size.bit_count()


def test_frontier_continues_after_being_stored() -> None:
    """A tree of 5,000 leaves that is stored and taken up again every 777 leaves has the same root."""
    leaves, tree = numbered(5_000), merkle.Frontier()
    for number, leaf in enumerate(leaves):
        if number % 777 == 0:
            tree = merkle.Frontier(tree.size, tree.hashes)
        tree.append(leaf)
    assert tree.root() == merkle.root_of(leaves) == by_definition(leaves)


def test_a_copy_grows_alone() -> None:
    """A copied frontier does not change the tree it came from."""
    tree = merkle.Frontier()
    tree.append(LEAVES[0])
    tree.copy().append(LEAVES[1])
    assert tree.root() == LEAVES[0]


@pytest.mark.parametrize(("size", "hashes"), [(1, ()), (3, (b"\0" * 32,)), (0, (b"\0" * 32,)), (1, (b"",)), (-1, ())])
def test_frontier_that_does_not_fit_is_refused(size: int, hashes: tuple[bytes, ...]) -> None:
    """A stored frontier with the wrong number or length of hashes is not taken up."""
    with pytest.raises(AuditGap):
        merkle.Frontier(size, hashes)


def test_short_leaf_is_refused() -> None:
    """A leaf that is not a hash cannot enter the tree."""
    with pytest.raises(AuditGap):
        merkle.Frontier().append(b"short")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21, 64])
def test_every_inclusion_proof_holds_and_no_neighbour_does(size: int) -> None:
    """Each leaf's proof verifies at its own index and size, and at no other index."""
    leaves = numbered(size)
    root = merkle.root_of(leaves)
    for index, leaf in enumerate(leaves):
        path = merkle.inclusion_proof(leaves, index)
        holds = [
            claimed
            for claimed in range(size)
            if merkle.verify_inclusion(leaf, index=claimed, size=size, path=path, root=root)
        ]
        assert holds == [index]


def test_bent_inclusion_proofs_fail() -> None:
    """A path too long, too short, with a short hash, or an index not below the size is refused."""
    leaves = numbered(13)
    root, path = merkle.root_of(leaves), merkle.inclusion_proof(leaves, 5)
    bent = [path[:-1], [*path, path[0]], [b"", *path[1:]], list(reversed(path)), []]
    for wrong in bent:
        assert not merkle.verify_inclusion(leaves[5], index=5, size=13, path=wrong, root=root)
    assert not merkle.verify_inclusion(leaves[5], index=13, size=13, path=path, root=root)
    assert not merkle.verify_inclusion(leaves[5], index=-1, size=13, path=path, root=root)
    assert not merkle.verify_inclusion(b"", index=0, size=1, path=[], root=b"")
    assert not merkle.verify_inclusion(leaves[0], index=0, size=1, path=[root], root=leaves[0])


@pytest.mark.parametrize("size", [2, 3, 8, 13, 32, 33])
def test_every_consistency_proof_holds(size: int) -> None:
    """The tree of each smaller size is shown to be a prefix, and is not with another root."""
    leaves = numbered(size)
    root = merkle.root_of(leaves)
    for first in range(1, size):
        older, path = merkle.root_of(leaves[:first]), merkle.consistency_proof(leaves, first)
        assert merkle.verify_consistency(first, older, size, root, path)
        assert not merkle.verify_consistency(first, leaves[-1], size, root, path)
        assert not merkle.verify_consistency(first, older, size, older, path)
        assert not merkle.verify_consistency(first, older, size, root, path[:-1])
        assert not merkle.verify_consistency(first, older, size, root, [*path, path[0]])


def test_edges_of_consistency() -> None:
    """Equal sizes take equal roots without a path; size 0 takes the empty root; nothing shrinks."""
    roots = [merkle.root_of(LEAVES[:size]) for size in range(9)]
    assert merkle.verify_consistency(4, roots[4], 4, roots[4], [])
    assert not merkle.verify_consistency(4, roots[4], 4, roots[4], [roots[1]])
    assert not merkle.verify_consistency(4, roots[3], 4, roots[4], [])
    assert merkle.verify_consistency(0, merkle.EMPTY_ROOT, 8, roots[8], [])
    assert not merkle.verify_consistency(0, roots[1], 8, roots[8], [])
    assert not merkle.verify_consistency(0, merkle.EMPTY_ROOT, 0, roots[1], [])
    assert not merkle.verify_consistency(8, roots[8], 4, roots[4], [])
    assert not merkle.verify_consistency(3, roots[3], 8, roots[8], [])
    assert not merkle.verify_consistency(-1, merkle.EMPTY_ROOT, 8, roots[8], [])
    for first, second in pairwise(range(1, 9)):
        proof = merkle.consistency_proof(LEAVES[:second], first)
        assert merkle.verify_consistency(first, roots[first], second, roots[second], proof)
    assert merkle.consistency_proof(LEAVES, 8) == []

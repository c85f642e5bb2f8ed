"""Paths collected from a stream are those that RFC 9162 defines over the whole list."""

from __future__ import annotations

import hashlib

import pytest

from broker.audit import merkle
from broker.audit.paths import PathBuilder


def built(leaves: list[bytes], *indexes: int) -> PathBuilder:
    builder = PathBuilder(len(leaves), indexes)
    for leaf in leaves:
        builder.append(leaf)
    return builder


@pytest.mark.parametrize("size", [*range(1, 18), 31, 32, 33, 100])
def test_every_path_of_a_stream_is_the_defined_one(size: int) -> None:
    """All paths of a tree, collected in one pass, equal the recursive definition, and so does the root."""
    leaves = [hashlib.sha256(b"%d" % number).digest() for number in range(size)]
    builder = built(leaves, *range(size))
    assert builder.root() == merkle.root_of(leaves)
    assert builder.count == size
    for index in range(size):
        assert builder.path(index) == merkle.inclusion_proof(leaves, index)


def test_memory_is_logarithmic() -> None:
    """For one index of a million leaves a few hundred hashes are kept at most."""
    assert len(PathBuilder(1_000_003, [654_321])._kept) < 2 * 20


def test_an_empty_tree_has_the_empty_root() -> None:
    """Nothing seen is the tree of size 0."""
    assert PathBuilder(0, []).root() == merkle.EMPTY_ROOT

"""Things belong to the nearest subject, and to nobody where that cannot be said."""

from __future__ import annotations

from adapters.formats.linked import both_ways, nearest


def owners(references: list[tuple[str, str]], *, ends: tuple[str, ...] = (), most: int = 9) -> dict[str, list[str]]:
    return nearest(["a", "b"], both_ways(references), ends={"a", "b", *ends}, most=most)


def test_the_shortest_chain_counts_in_either_direction() -> None:
    """A chain may run against its references; the subject at its near end is the owner."""
    found = owners([("a", "x"), ("y", "x"), ("b", "y"), ("z", "y")])
    assert found == {"a": ["a"], "b": ["b"], "x": ["a"], "y": ["b"], "z": ["b"]}


def test_equal_chains_share_and_too_many_sharers_own_nothing() -> None:
    """What two subjects are equally near to belongs to both, unless more share it than may."""
    assert owners([("a", "x"), ("x", "b")])["x"] == ["a", "b"]
    assert "x" not in owners([("a", "x"), ("x", "b")], most=1)


def test_chains_do_not_lead_through_persons() -> None:
    """What only somebody else links to a subject is not theirs."""
    assert "x" not in owners([("a", "w"), ("w", "x")], ends=("w",))
    assert owners([("a", "b"), ("b", "x")])["x"] == ["b"]


def test_references_into_nothing_and_circles_end() -> None:
    """Targets that do not exist and circles are no trouble."""
    assert owners([("a", "x"), ("x", "y"), ("y", "x"), ("y", "a"), ("q", "nowhere")])["y"] == ["a"]

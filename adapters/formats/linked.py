"""Say which subject each thing belongs to, where things refer to each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

Edges = Mapping[str, Collection[str]]


def both_ways(references: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return what each thing is connected with, whichever of the two refers to the other."""
    edges: dict[str, list[str]] = {}
    for one, other in references:
        edges.setdefault(one, []).append(other)
        edges.setdefault(other, []).append(one)
    return edges


def nearest(subjects: Sequence[str], edges: Edges, *, ends: Collection[str], most: int) -> dict[str, list[str]]:
    """Return for each thing that a chain of references leads to the subjects at its near end, in their order.

    The shortest chain counts; of equal ones each does. Chains do not lead through `ends`. What more than
    `most` subjects share belongs to none of them.
    """
    belongs: dict[str, dict[str, None]] = {one: {one: None} for one in subjects}
    reached, frontier = set(subjects), list(subjects)
    while frontier:
        found: dict[str, dict[str, None]] = {}
        for one in frontier:
            for other in edges.get(one, ()):
                if other not in reached and other not in ends:
                    found.setdefault(other, {}).update(belongs[one])
        belongs |= {other: owners if len(owners) <= most else {} for other, owners in found.items()}
        reached.update(found)  # in place: `|=` with a view of keys copies the set, once for each link of a chain
        frontier = list(found)
    order = {one: number for number, one in enumerate(subjects)}
    return {other: sorted(owners, key=order.__getitem__) for other, owners in belongs.items() if owners}

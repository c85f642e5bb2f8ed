"""Say whom the parts of a MISP event are about: one record for each suspect or victim.

1. A person is a subject if a role says so, or, where they have no role, if the event is tagged `baken:type`.
2. A person without a role whom a subject is `known-as` or `same-as` is another identity of that subject; so is one
   whom a subject `impersonates` and who consented to be shown as misused.
3. An object or attribute belongs to the subjects at the near end of its shortest chain of references, in
   either direction; chains do not lead through persons.
4. What no chain leads to belongs to the only subject there is. Where there are several it is nobody's: it is
   kept in the first record under `@unlinked`. Other persons, and what is theirs, are kept under `@other`.
5. An event without a subject is one record, and everything but persons and what is theirs belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.countries.misp import shape
from adapters.countries.misp.parts import Node
from adapters.formats.linked import both_ways, nearest

MOST_SHARING = 50
"""Subjects that one object may belong to: beyond, it is a hub of the event, and its copies would flood."""


class Subjects:
    """Who the subjects of an event are, in file order, and what belongs to each."""

    def __init__(self, nodes: Sequence[Node], tagged: str) -> None:
        self._persons = {node.id: node for node in nodes if node.is_person}
        kinds = {node.id: kind for node in self._persons.values() if (kind := kind_of(node, tagged))}
        self._identities = self._same(nodes, kinds)
        self.kinds: Mapping[str, str] = {one: kind for one, kind in kinds.items() if one not in self._identities}
        self._others = [one for one in self._persons if one not in kinds and one not in self._identities]
        links = both_ways(
            (self._subject_of(node.id), self._subject_of(target))
            for node in nodes
            for relationship, target in node.references()
            if relationship not in shape.NO_LINK
        )
        ends = frozenset((*self.kinds, *self._others))
        self._mine = nearest(list(self.kinds), links, ends=ends, most=MOST_SHARING)
        self._theirs = nearest(self._others, links, ends=ends, most=MOST_SHARING)

    def homes(self, nodes: Iterable[Node]) -> dict[str | None, list[tuple[str, Node]]]:
        """Return for each subject the nodes of their record, each with its key in paths; None is the event."""
        subjects: list[str | None] = [*self.kinds] or [None]
        found: dict[str | None, list[tuple[str, Node]]] = {subject: [] for subject in subjects}
        for node in nodes:
            for subject, key in self._places(node, subjects):
                found[subject].append((key, node))
        return found

    def _places(self, node: Node, subjects: Sequence[str | None]) -> Iterator[tuple[str | None, str]]:
        if node.id in self.kinds:
            yield node.id, shape.PERSON
        elif node.id in self._identities:
            yield self._identities[node.id]
        elif node.id in self._mine:
            yield from ((subject, node.key) for subject in self._mine[node.id])
        elif node.is_person or node.id in self._theirs:
            yield subjects[0], f"@other/{node.key}"
        else:
            yield subjects[0], node.key if len(subjects) == 1 else f"@unlinked/{node.key}"

    def _subject_of(self, id_: str) -> str:
        return self._identities[id_][0] if id_ in self._identities else id_

    def _same(self, nodes: Iterable[Node], kinds: Mapping[str, str]) -> dict[str, tuple[str, str]]:
        """Return the persons that are other identities, each with its subject and its key."""
        found: dict[str, tuple[str, str]] = {}
        for node in nodes:
            for relationship, target in node.references():
                key, other = shape.IDENTITIES.get(relationship), self._persons.get(target)
                if key is None or other is None or node.id not in kinds or node.id in found or target == node.id:
                    continue
                agreed = key != shape.MISUSED or other.values(shape.CONSENT)
                if agreed and not other.values(shape.ROLE):
                    found.setdefault(target, (node.id, key))
        return found


def kind_of(person: Node, tagged: str) -> str | None:
    """Return what the record about a person is, None where they are no subject."""
    roles = person.values(shape.ROLE)
    if not roles:
        return tagged or None
    return next((kind for role, kind in shape.KINDS_OF_ROLES.items() if role in roles), None)

"""Read and write XML in which things stand side by side and connections say what belongs together.

A message holds subjects (persons) and things. It becomes one record for each subject, with the things at the near
end of a chain of connections; a thing that nothing connects goes to the only subject, or of a message without
subject into the one record that it makes. What cannot be placed, and what a connection says beside its ends, has
fields too, which tables leave to the residue. What is said of the message as a whole is said of each record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from adapters.formats.linked import both_ways, nearest
from adapters.formats.national import NationalRecord, Unreadable
from adapters.formats.xml_source import Fault, Limits, Source, line_of
from adapters.formats.xml_tree import Broken, Fields, Trees, build, last_line
from contracts.errors import Code
from contracts.findings import Finding

MOST_SHARING = 50
"""Subjects that one thing may belong to: beyond, it is a hub of the message, and its copies would flood."""

_ID = "id"
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a country says about its XML; names are without namespace, which is `namespace` for all of them.

    `things` may stand in a message, in the order of writing; one of them, `subject`, splits records, and those
    in `once` stand once in a record. `repeats` are paths of elements that are numbered even where they stand
    alone. A `link` names the ids of what it connects in the attributes `ends`.
    """

    namespace: str
    root: str
    message: str
    subject: str
    things: tuple[str, ...]
    repeats: frozenset[str]
    once: frozenset[str] = frozenset()
    link: str
    ends: tuple[str, str]
    encodings: tuple[str, ...] = ("utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252")
    limits: Limits = field(default_factory=Limits)

    def qualified(self, name: str) -> str:
        """Return a name in the namespace of the format."""
        return f"{{{self.namespace}}}{name}"


@dataclass(frozen=True, slots=True)
class _Link:
    """A connection, and what it says beside its ends."""

    first: str
    second: str
    said: Fields

    def other(self, key: str) -> str:
        """Return the end that is not `key`."""
        return self.second if key == self.first else self.first


@dataclass(slots=True, kw_only=True, eq=False)
class _Thing:
    """A child of a message that connections can name: its fields by relative path, or what is wrong with it."""

    name: str
    key: str
    line: int
    last_line: int
    fields: Fields
    fault: Fault | None = None
    links: list[_Link] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """How many fields it can have in a record."""
        return len(self.fields) + sum(len(link.said) + 2 for link in self.links)


@dataclass(frozen=True, slots=True)
class _Share:
    """What one record consists of; `loose` things belong to nobody and are only kept in it."""

    subject: _Thing | None
    things: list[_Thing]
    loose: list[_Thing]


class XmlCodec:
    """The codec of one form; it keeps no state between files."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def read(self, data: bytes, *, required: Sequence[str] = ()) -> Iterator[NationalRecord | Unreadable]:
        """Yield records and what cannot be read, in file order; what a record lacks is for its reader to say."""
        del required
        form = self.form
        source = Source(
            data=data,
            root=form.qualified(form.root),
            message=form.qualified(form.message),
            encodings=form.encodings,
            limits=form.limits,
        )
        trees = Trees(form.namespace, form.repeats, form.limits)
        for found in source.messages():
            if isinstance(found, Fault):
                yield _unreadable(found)
            else:
                yield from _Message(form, trees, found).records()

    def write(self, records: Iterable[Mapping[str, str]], *, fields: Sequence[str]) -> bytes:
        """Write one message for each record, in UTF-8, its elements in the order of its fields."""
        del fields
        form = self.form
        root = etree.Element(form.qualified(form.root), nsmap=cast("dict[str, str]", {None: form.namespace}))
        for number, record in enumerate(records, start=1):
            message = etree.SubElement(root, form.qualified(form.message))
            things = build(message, record, form.namespace, form.things)
            for place, thing in enumerate(things, start=1):
                thing.set(_ID, f"M{number}-{place}")
            subject = next((thing for thing in things if thing.tag == form.qualified(form.subject)), None)
            for thing in things:
                if subject is not None and thing is not subject:
                    link = etree.SubElement(message, form.qualified(form.link))
                    for end, connected in zip(form.ends, (subject, thing), strict=True):
                        link.set(end, connected.get(_ID, ""))
        etree.indent(root)
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"

    def can_write(self, text: str) -> bool:
        """Tell whether XML can hold every character of `text`."""
        return _UNWRITABLE.search(text) is None


class _Message:
    """Own what one message holds, until its records are told apart."""

    def __init__(self, form: Form, trees: Trees, message: etree._Element) -> None:
        self._form = form
        self._message = message
        self._line = line_of(message)
        self._trees = trees
        self._shared: Fields = []
        self._things: dict[str, _Thing] = {}
        self._links: list[_Link] = []

    def records(self) -> Iterator[NationalRecord | Unreadable]:
        """Yield the records of this message, or why none can be told."""
        try:
            self._collect()
            shares = self._shares()
            self._check_copies(shares)
        except Broken as broken:
            yield _unreadable(broken.fault)
            return
        for share in shares:
            fault = self._fault(share)
            yield self._record(share) if fault is None else _unreadable(fault)

    def _collect(self) -> None:
        """Sort the children of the message into things, connections and what is said of the whole."""
        form, trees, message = self._form, self._trees, self._message
        root = message.getparent()
        if root is not None:
            trees.attributes(root, f"{form.root}/", self._shared)
        trees.attributes(message, "", self._shared)
        counts: Counter[str] = Counter()
        connections: list[etree._Element] = []
        for child in message:
            name = trees.name(child.tag)
            if name == form.link:
                connections.append(child)
            elif name in form.things or child.get(_ID):
                self._add(child, name)
            else:
                counts[name] += 1
                trees.flatten(child, trees.step(name, counts[name], name), name, self._shared)
        if text := trees.own_text(message):
            self._shared.append((form.message, text))
        for child in connections:
            self._connect(child)

    def _add(self, child: etree._Element, name: str) -> None:
        line = line_of(child)
        key = child.get(_ID) or f"{name} {len(self._things)}"
        if key in self._things:
            raise Broken(Fault(line, "two things of a message have the same id", "give each its own"))
        thing = _Thing(name=name, key=key, line=line, last_line=last_line(child), fields=[])
        try:
            self._trees.flatten(child, "", name, thing.fields, without=(_ID,))
        except Broken as broken:
            thing.fault = broken.fault
        self._things[key] = thing

    def _connect(self, child: etree._Element) -> None:
        """Keep a connection with the things that it is said of; one that leads nowhere spoils the other end."""
        line = line_of(child)
        remedy = f"name the ids of two things of the message in {' and '.join(self._form.ends)}"
        fault = Fault(line, "a connection leads to nothing", remedy)
        keys = [child.get(end, "") for end in self._form.ends]
        ends = [self._things[key] for key in dict.fromkeys(keys) if key in self._things]
        if not ends:
            raise Broken(fault)
        if len(ends) == 1:
            ends[0].fault = ends[0].fault or fault
            return
        said: Fields = []
        self._trees.flatten(child, "", self._form.link, said, without=self._form.ends)
        link = _Link(keys[0], keys[1], [one for one in said if one[1].strip()])
        self._links.append(link)
        subjects = [one for one in ends if self._is_subject(one)]
        bearers = [one for one in ends if one not in subjects] if len(subjects) == 1 else subjects or ends[1:]
        for one in bearers:
            one.links.append(link)

    def _shares(self) -> list[_Share]:
        """Say which things each record consists of (`adapters.formats.linked`)."""
        things = list(self._things.values())
        subjects = [one for one in things if self._is_subject(one)]
        if not things:
            raise Broken(Fault(self._line, "the message holds no record", f"put a {self._form.subject} into it"))
        if len(subjects) > self._form.limits.subjects:
            rule = f"a message has more than {self._form.limits.subjects} records"
            raise Broken(Fault(self._line, rule, "split it", Code.A01_SIZE))
        if len(subjects) <= 1:
            return [_Share(next(iter(subjects), None), things, [])]
        keys = [one.key for one in subjects]
        edges = both_ways((link.first, link.second) for link in self._links)
        owners = nearest(keys, edges, ends=frozenset(keys), most=MOST_SHARING)
        shares = {one.key: _Share(one, [], []) for one in subjects}
        for thing in things:
            for key in owners.get(thing.key, ()):
                shares[key].things.append(thing)
            if thing.key not in owners:
                shares[keys[0]].loose.append(thing)
        return list(shares.values())

    def _check_copies(self, shares: Sequence[_Share]) -> None:
        """Bound what records repeat: what is said of the message, and things that persons share."""
        limit = self._form.limits.message_fields
        shared = len(self._shared) * len(shares)
        weights = {one.key: one.weight for one in self._things.values()}
        if shared + sum(weights[one.key] for share in shares for one in share.things) > limit:
            rule = f"the records of a message have more than {limit} fields together"
            raise Broken(Fault(self._line, rule, "split it", Code.A01_SIZE))

    def _fault(self, share: _Share) -> Fault | None:
        """Return why this record is refused, its neighbours aside."""
        counts = Counter(one.name for one in share.things)
        doubled = sorted(name for name in self._form.once if counts[name] > 1)
        if doubled:
            rule = f"the record has more than one {doubled[0]}"
            return Fault(self._line_of(share), rule, "put each into a message of its own")
        for one in (*share.things, *share.loose):
            if one.fault is not None:
                return one.fault
        if sum(len(one.fields) for one in (*share.things, *share.loose)) > self._form.limits.record_fields:
            rule = f"the record has more than {self._form.limits.record_fields} fields"
            return Fault(self._line_of(share), rule, "split it", Code.A01_SIZE)
        return None

    def _record(self, share: _Share) -> NationalRecord:
        fields = dict(self._shared)
        for within, things in (("", share.things), (f"{self._form.message}/", share.loose)):
            counts: Counter[str] = Counter()
            for thing in things:
                counts[thing.name] += 1
                path = within + self._trees.step(thing.name, counts[thing.name], thing.name)
                for inside, text in thing.fields:
                    fields[path + inside] = text
                if thing.links:
                    fields |= self._said(thing, path, share.subject, loose=bool(within))
        last = max((one.last_line for one in share.things), default=self._line)
        return NationalRecord(line=self._line_of(share), last_line=last, fields=fields)

    def _said(self, thing: _Thing, path: str, subject: _Thing | None, *, loose: bool) -> Fields:
        """Return what connections say of a thing in one record, and where they lead if the record does not show it."""
        number = len({inside.split("/")[1] for inside, _ in thing.fields if inside.startswith(f"/{self._form.link}")})
        said: Fields = []
        for link in thing.links:
            other = self._things[link.other(thing.key)]
            shown = other is subject and not loose
            of_another = self._is_subject(other) and not self._is_subject(thing)
            if of_another and not shown and not loose:
                continue
            number += 1
            begins = f"{path}/{self._trees.step(self._form.link, number, '')}"
            if not shown:
                ends = zip(self._form.ends, (link.first, link.second), strict=True)
                said += [(f"{begins}/@{end}", key) for end, key in ends]
            said += [(begins + inside, text) for inside, text in link.said]
        return said

    def _line_of(self, share: _Share) -> int:
        return self._line if share.subject is None else share.subject.line

    def _is_subject(self, thing: _Thing) -> bool:
        return thing.name == self._form.subject


def _unreadable(fault: Fault) -> Unreadable:
    finding = Finding(code=fault.code, path="", rule=fault.rule, remedy=fault.remedy, line=fault.line, field=None)
    return Unreadable(line=fault.line, finding=finding, whole_file=fault.whole_file)

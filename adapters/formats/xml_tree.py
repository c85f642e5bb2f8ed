"""Take XML elements apart into fields by path, as `Person/Identity[2]/Name[1]/FamilyName`, and build them again.

An element that the form numbers has its number always, another only from its second one on. Attributes stand
behind `@`. Names of another namespace stand in braces, as `{uri}name`. Every element without children has a field,
empty or not, so that numbers have no gap; of the others, text beside their children is a field too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from lxml import etree

from adapters.formats.xml_source import SPOILED, Fault, Limits, line_of
from contracts.errors import NationalRecordError

KNOWN_NAMES = 5_000
"""Names kept: far more than a format has, and no file can make them grow."""

Fields = list[tuple[str, str]]

_STEPS = re.compile(r"(?:\{[^}]*\}|[^/{])+")
_NUMBER = re.compile(r"\[\d+\]$")
_XML = "{http://www.w3.org/XML/1998/namespace}"


class Broken(NationalRecordError):
    """A record, or a message, that is XML but cannot be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code, fault.rule)
        self.fault = fault


class Trees:
    """Take the elements of one file apart; owns what it has learnt of their names."""

    def __init__(self, namespace: str, repeats: Collection[str], limits: Limits) -> None:
        self._begins = f"{{{namespace}}}"
        self._repeats = repeats
        self._limits = limits
        self._known: dict[tuple[str, str], tuple[str, str, bool]] = {}

    def name(self, tag: str) -> str:
        """Return the name of an element as it stands in paths."""
        if tag.startswith(self._begins):
            return tag[len(self._begins) :]
        return tag if tag.startswith("{") else f"{{}}{tag}"

    def step(self, name: str, number: int, plain: str) -> str:
        """Return a step of a path: `plain` is the path with this name, without numbers."""
        return f"{name}[{number}]" if number > 1 or plain in self._repeats else name

    def flatten(
        self, element: etree._Element, path: str, plain: str, fields: Fields, *, without: Collection[str] = ()
    ) -> None:
        """Add the fields of an element, which stands at `path`; the attributes `without` are known already.

        Raises:
            Broken: the element is beyond a limit, or holds a character that XML forbids.
        """
        self._flatten(element, path, plain, fields, without=without, depth=1)

    def attributes(self, element: etree._Element, begins: str, fields: Fields, without: Collection[str] = ()) -> None:
        """Add the attributes of an element; `begins` stands before their names."""
        items = cast("list[tuple[str, str]]", element.items())
        if len(items) > self._limits.attributes:
            rule = f"an element has more than {self._limits.attributes} attributes"
            raise Broken(Fault(line_of(element), rule, "check how the file was written"))
        for name, text in items:
            if name not in without:
                self._sound(element, text)
                fields.append((f"{begins}@{name.replace(_XML, 'xml:')}", text))

    def own_text(self, element: etree._Element) -> str:
        """Return the text beside the children of an element, empty where it is blank."""
        parts = [element.text, *(child.tail for child in element)]
        text = " ".join(part.strip() for part in parts if part and not part.isspace())
        self._sound(element, text)
        return text

    def _flatten(
        self,
        element: etree._Element,
        path: str,
        plain: str,
        fields: Fields,
        *,
        without: Collection[str],
        depth: int,
    ) -> None:
        if element.keys():
            self.attributes(element, f"{path}/", fields, without)
        if not len(element):
            text = element.text or ""
            self._sound(element, text)
            fields.append((path, text))
            return
        if depth >= self._limits.depth:
            rule = f"elements are nested deeper than {self._limits.depth} levels"
            raise Broken(Fault(line_of(element), rule, "check how the file was written"))
        counts: dict[str, int] = {}
        for child in element:
            tag = child.tag
            known = self._known.get((plain, tag))
            name, inside, repeats = known or self._learn(plain, tag)
            number = counts[name] = counts.get(name, 0) + 1
            step = f"{name}[{number}]" if repeats or number > 1 else name
            self._flatten(child, f"{path}/{step}", inside, fields, without=(), depth=depth + 1)
        text = self.own_text(element)
        if text:
            fields.append((path, text))

    def _learn(self, plain: str, tag: str) -> tuple[str, str, bool]:
        """Return name, plain path and numbering of an element, and keep them for the next of its kind."""
        name = self.name(tag)
        inside = f"{plain}/{name}"
        if len(self._known) >= KNOWN_NAMES:
            self._known.clear()
        self._known[plain, tag] = known = (name, inside, inside in self._repeats)
        return known

    def _sound(self, element: etree._Element, text: str) -> None:
        if SPOILED in text:
            raise Broken(Fault(line_of(element), "the record has a NUL or another control character", "remove it"))
        if len(text) > self._limits.text_characters:
            rule = f"a text is longer than {self._limits.text_characters} characters"
            raise Broken(Fault(line_of(element), rule, "shorten the text"))


def build(
    message: etree._Element, record: Mapping[str, str], namespace: str, things: Sequence[str]
) -> list[etree._Element]:
    """Build the children of a message from fields, and return those that are `things`, in the order of writing."""
    built: dict[str, etree._Element] = {"": message}

    def at(path: str) -> etree._Element:
        found = built.get(path)
        if found is None:
            *parents, last = _STEPS.findall(path)
            found = built[path] = etree.SubElement(at("/".join(parents)), _tag(_NUMBER.sub("", last), namespace))
        return found

    for path, text in record.items():
        if not text:
            continue
        *parents, last = _STEPS.findall(path)
        if last.startswith("@"):
            at("/".join(parents)).set(last[1:].replace("xml:", _XML), text)
        else:
            at(path).text = text
    order = {_tag(name, namespace): place for place, name in enumerate(things)}
    message[:] = sorted(message, key=lambda child: order.get(child.tag, -1))
    return [child for child in message if child.tag in order]


def last_line(element: etree._Element) -> int:
    """Return the line on which the last element inside begins."""
    while len(element):
        element = element[-1]
    return line_of(element)


def _tag(name: str, namespace: str) -> str:
    return name.removeprefix("{}") if name.startswith("{") else f"{{{namespace}}}{name}"

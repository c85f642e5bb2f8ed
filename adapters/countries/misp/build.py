"""Build a MISP event from the fields of one record: the way back of `codec`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from adapters.countries.misp import shape
from adapters.countries.misp.templates import CATEGORIES, TEMPLATES
from adapters.countries.misp.values import EVENT_AND_PERSON
from adapters.countries.misp.words import TLP_OF_ONWARD
from adapters.formats.keyed import unstep
from contracts.encoding import canonical

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:baken:misp-json")
_OBJECT_FIELD = re.compile(
    r"((?:person|@(?:alias|misused)\[\d+\]|[^@/\[][^/\[]*\[\d+\])/)([^@/\[][^/\[]*)\[(\d+)\](/@data)?", re.DOTALL
)
_TAG_FIELD = re.compile(r"@Tag/([^\[]+)\[\d+\]", re.DOTALL)
_LOOSE_FIELD = re.compile(r"@Attribute/([^/\[]+)\[\d+\]", re.DOTALL)
_RELATIONSHIPS = {shape.ALIAS: "known-as", shape.MISUSED: "impersonates"}
_THING = "related-to"
_PICTURE_NAME = "portrait.jpg"
_INHERIT = "5"
_OWN_ORGANISATION = "0"


def build_event(fields: Mapping[str, str], used: set[str]) -> dict[str, Any]:
    """Return one event. `used` holds the UUIDs of events of the file: one that stands there is not given again.

    UUIDs come from the national id, else from the content, so that the same record is the same event. An event
    goes no further than the organisation that imports it, whatever onward sharing the alert permits. Fields that stand
    for what MISP itself keeps (behind `@`) are not written.
    """
    builder = _Builder(fields)
    event_id, subject_id = builder.identify(used)
    event: dict[str, Any] = {
        "uuid": event_id,
        "info": f"Baken {fields.get(shape.KIND_FIELD, '')}".strip(),
        "distribution": _OWN_ORGANISATION,
        "threat_level_id": "4",
        "analysis": "2",
        "published": False,
    }
    if "@date" in fields:
        event["date"] = fields["@date"]
    event["Tag"] = builder.tags()
    event["Object"] = builder.objects(UUID(event_id), subject_id)
    event["Attribute"] = builder.loose(UUID(event_id))
    return {"Event": {name: value for name, value in event.items() if value != []}}


class _Builder:
    """Own the objects of one event while it is built: per prefix, its attributes in the order of the fields."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = {name: text for name, text in fields.items() if text}
        self._objects: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
        for name, text in self._fields.items():
            if match := _OBJECT_FIELD.fullmatch(name):
                attribute = self._objects.setdefault(match[1], {}).setdefault((match[2], match[3]), {})
                attribute["data" if match[4] else "value"] = text
        kind = self._fields.get(shape.KIND_FIELD, "")
        person = self._objects.get(f"{shape.PERSON}/")
        if person is not None and (role := shape.ROLE_OF_KIND.get(kind)) is not None:
            numbers = [int(number) for relation, number in person if relation == shape.ROLE]
            person[shape.ROLE, str(max(numbers, default=0) + 1)] = {"value": role}

    def identify(self, used: set[str]) -> tuple[str, str | None]:
        """Return the UUIDs of event and subject; a national id that is not theirs is written into `baken-alert`."""
        national_id = self._fields.get(shape.ID_FIELD)
        match = EVENT_AND_PERSON.fullmatch(national_id or "")
        about_person = f"{shape.PERSON}/" in self._objects
        if match is not None and match[1] not in used and (match[2] is not None) == about_person:
            used.add(match[1])
            return match[1], match[2]
        event_id = str(uuid5(_NAMESPACE, national_id or canonical(self._fields).decode("utf-8")))
        if national_id:
            own = self._objects.setdefault(f"{shape.OWN}[1]/", {})
            own[shape.NATIONAL_ID, "1"] = {"value": national_id}
        used.add(event_id)
        return event_id, None

    def tags(self) -> list[dict[str, Any]]:
        """Return the tags; onward sharing is said in TLP too, for readers who know no other word."""
        found = [
            (unstep(match[1]), text) for name, text in self._fields.items() if (match := _TAG_FIELD.fullmatch(name))
        ]
        onward = TLP_OF_ONWARD.get(self._fields.get("@Tag/baken:onward[1]", ""))
        if onward is not None and "@Tag/tlp[1]" not in self._fields:
            found.append(("tlp", onward))
        return [{"name": f'{name}="{text}"' if ":" in name else f"{name}:{text}"} for name, text in found]

    def objects(self, event_id: UUID, subject_id: str | None) -> list[dict[str, Any]]:
        """Return the objects, each with its place in the references of the subject."""
        subject = f"{shape.PERSON}/"
        uuids = {prefix: str(uuid5(event_id, prefix)) for prefix in self._objects}
        if subject in uuids and subject_id is not None:
            uuids[subject] = subject_id
        built = {prefix: self._object(event_id, prefix, uuids[prefix]) for prefix in self._objects}
        if subject in built:
            links = [_link(event_id, uuids, prefix) for prefix in built if prefix != subject]
            built[subject] |= {"ObjectReference": links} if links else {}
        return list(built.values())

    def loose(self, event_id: UUID) -> list[dict[str, Any]]:
        """Return the attributes outside objects."""
        found = ((name, text, _LOOSE_FIELD.fullmatch(name)) for name, text in self._fields.items())
        return [_attribute(event_id, name, unstep(match[1]), {"value": text}) for name, text, match in found if match]

    def _object(self, event_id: UUID, prefix: str, uuid: str) -> dict[str, Any]:
        name = _name(prefix)
        template = TEMPLATES.get(name)
        built: dict[str, Any] = {"name": name, "uuid": uuid, "distribution": _INHERIT}
        if template is not None:
            built |= {
                "meta-category": template.category,
                "description": f"Object {name}",
                "template_uuid": template.uuid,
                "template_version": template.version,
            }
        types = template.types if template is not None else {}
        built["Attribute"] = [
            _attribute(event_id, f"{prefix}{relation}[{number}]", types.get(relation, "text"), texts)
            | {"object_relation": unstep(relation)}
            for (relation, number), texts in self._objects[prefix].items()
        ]
        return built


def _name(prefix: str) -> str:
    key = prefix.partition("[")[0].rstrip("/")
    return shape.PERSON if key in _RELATIONSHIPS else unstep(key)


def _attribute(event_id: UUID, path: str, type_: str, texts: Mapping[str, str]) -> dict[str, Any]:
    picture = {"data": texts["data"]} if "data" in texts else {}
    return {
        "uuid": str(uuid5(event_id, path)),
        "type": type_,
        "category": CATEGORIES.get(type_, "Other"),
        "to_ids": False,
        "distribution": _INHERIT,
        "value": texts.get("value", _PICTURE_NAME),
        **picture,
    }


def _link(event_id: UUID, uuids: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """Return the reference from the subject to another object."""
    return {
        "uuid": str(uuid5(event_id, f"reference {prefix}")),
        "object_uuid": uuids[f"{shape.PERSON}/"],
        "referenced_uuid": uuids[prefix],
        "referenced_type": "1",
        "relationship_type": _RELATIONSHIPS.get(prefix.partition("[")[0], _THING),
    }

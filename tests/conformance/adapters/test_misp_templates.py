"""Events of every public MISP template import whole, and what Baken writes is MISP: judged by pymisp's data alone."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pymisp
import pytest
from jsonschema import Draft4Validator
from pymisp import MISPEvent

from adapters.conformance.events import PLAIN_SIGNAL, SIGNAL, SUSPECT, VICTIM
from adapters.interface import DecodedRecord, EventContent, as_json, find

DATA = Path(pymisp.__file__).parent / "data"
TEMPLATES: list[dict[str, Any]] = [
    json.loads(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("misp-objects/objects/*/definition.json"))
]
BY_NAME = {template["name"]: template for template in TEMPLATES}
TYPES = json.loads((DATA / "describeTypes.json").read_text(encoding="utf-8"))["result"]
ADAPTER = find("misp-json")
DAY = date(2026, 11, 24)
BUNCHES = 12
TAGS = {
    "purpose": "locate_suspect",
    "basis": "dir-2023-977:art7",
    "validity-days": "365",
    "role": "recruiter",
    "offence": "ecris:0402",
    "action": "discreet_check",
}
SPOKEN = {"Suspect"}
"""A value that neither draft nor residue repeats: it says that the record is a suspect alert."""


def rand_uuid(rng: random.Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def text_of(rng: random.Random, type_: str) -> str:
    """Return a value that no other attribute of any event has; of some types one that can be mapped."""
    token = f"{rng.getrandbits(48):012x}"
    good = {
        "phone-number": f"+32{rng.randrange(10**8, 10**9)}",
        "float": f"{rng.randrange(10, 80)}.{rng.randrange(10**5, 10**6)}",
        "datetime": f"20{rng.randrange(10, 26)}-{rng.randrange(10, 13)}-{rng.randrange(10, 29)}T12:34:56Z",
        "date-of-birth": f"19{rng.randrange(10, 99)}-{rng.randrange(10, 13)}-{rng.randrange(10, 29)}",
    }
    odd = (f"{token} \u0442\u0435\u0441\u0442", f"<{token}>&\"'", f"{token}\nsecond line", f" {token} ")
    return good[type_] if type_ in good and rng.random() < 0.7 else rng.choice((token, token.upper(), *odd))


def attribute(rng: random.Random, type_: str, value: str, **more: Any) -> dict[str, Any]:
    return {
        "id": str(rng.randrange(10**6)), "uuid": rand_uuid(rng), "type": type_, "category": "Other", "to_ids": False,
        "timestamp": str(rng.randrange(10**9)), "distribution": "5", "deleted": rng.random() < 0.05, "value": value,
        "comment": rng.choice(("", "", f"comment {rng.getrandbits(40)}")), "Tag": [], **more,
    }  # fmt: skip


def object_of(rng: random.Random, template: dict[str, Any], *, refers_to: str | None) -> dict[str, Any]:
    found = []
    for relation, known in template["attributes"].items():
        for _ in range(rng.choice((1, 1, 3)) if known.get("multiple") else 1):
            value = text_of(rng, known["misp-attribute"])
            if known.get("sane_default") and rng.random() < 0.3:
                value = rng.choice(known["sane_default"])
            found.append(attribute(rng, known["misp-attribute"], str(value), object_relation=relation))
    rng.shuffle(found)
    reference = {"uuid": rand_uuid(rng), "referenced_uuid": refers_to, "relationship_type": "owned-by"}
    return {
        "id": "1", "uuid": rand_uuid(rng), "name": template["name"], "meta-category": template["meta-category"],
        "template_uuid": template["uuid"], "template_version": str(template["version"]), "distribution": "5",
        "Attribute": found, "ObjectReference": [reference] if refers_to else [],
    }  # fmt: skip


def event(rng: random.Random, objects: list[dict[str, Any]], person: str, loose: list[dict[str, Any]]) -> bytes:
    role = attribute(rng, "text", "Suspect", object_relation="role") | {"deleted": False}
    name = attribute(rng, "last-name", "Voorbeeld", object_relation="last-name") | {"deleted": False}
    actor = attribute(rng, "text", "pseudonym-0001", object_relation="actor") | {"deleted": False}
    subject = {"uuid": person, "name": "person", "Attribute": [role, name]}
    own = {"uuid": rand_uuid(rng), "name": "baken-alert", "Attribute": [actor]}
    tags = [{"name": f'baken:{name}="{text}"'} for name, text in TAGS.items()] + [{"name": f"x{rng.getrandbits(40)}"}]
    content = {
        "uuid": rand_uuid(rng), "info": f"info {rng.getrandbits(40)}", "date": "2026-11-20", "distribution": "1",
        "timestamp": str(rng.randrange(10**9)), "Tag": tags, "Attribute": loose, "Object": [subject, own, *objects],
        "Galaxy": [{"name": f"galaxy {rng.getrandbits(40)}", "GalaxyCluster": [{"value": f"c{rng.getrandbits(40)}"}]}],
    }  # fmt: skip
    return json.dumps({"Event": content}).encode()


def values(tree: Any) -> Iterator[str]:
    """Walk raw JSON: every text in it that is no blank, but names of relations, which are names of fields."""
    if isinstance(tree, dict):
        for name, member in tree.items():
            yield from values(member) if name != "object_relation" else ()
    elif isinstance(tree, list):
        for member in tree:
            yield from values(member)
    elif isinstance(tree, str) and tree.strip():
        yield tree


def plain(text: str) -> str:
    return re.sub(r"\W|_", "", text.casefold())


def said(record: DecodedRecord) -> Iterator[str]:
    """Yield what a record says, in the draft or in the residue."""
    if record.draft is not None:
        yield from values(json.loads(as_json(record.draft)))
    for item in record.residue:
        nested = json.loads(item.value) if item.value.startswith(("{", "[")) else item.value
        yield from values(nested if isinstance(nested, dict | list) else item.value)


def kept(records: list[DecodedRecord]) -> str:
    """Return all that the records say and where, letters and digits alone; numbers of the draft among them."""
    drafts = [as_json(record.draft).decode() for record in records if record.draft is not None]
    fields = [unquote(item.field or "") for record in records for item in record.residue]
    return plain(" ".join((*drafts, *fields, *(value for record in records for value in said(record)))))


def lost(data: bytes, records: list[DecodedRecord]) -> list[str]:
    """Return what is nowhere. Of Baken's own tags the value alone counts: the rest is which member it is."""
    whole = kept(records)
    found = (value.rpartition(":")[2] if value.startswith("baken:") else value for value in values(json.loads(data)))
    return [value for value in found if value not in SPOKEN and plain(value.rpartition("=")[2]) not in whole]


@pytest.mark.parametrize("bunch", range(BUNCHES))
def test_every_public_template_imports_whole(bunch: int) -> None:
    """Of objects of all templates with random attributes each value, id and comment is in the draft or the residue."""
    rng = random.Random(bunch)  # noqa: S311 - the same events each time
    person = rand_uuid(rng)
    chosen = TEMPLATES[bunch::BUNCHES]
    objects = [object_of(rng, one, refers_to=person if rng.random() < 0.5 else None) for one in chosen]
    objects = [one for one in objects if one["name"] != "person"]
    loose = [attribute(rng, type_, text_of(rng, type_)) for type_ in TYPES["types"][bunch::BUNCHES]]
    data = event(rng, objects, person, loose)
    records = list(ADAPTER.decode(data, on=DAY))
    assert [one.findings for one in records] == [[]]
    assert lost(data, records) == []


@pytest.mark.parametrize("seed", range(8))
def test_people_and_things_in_any_web_of_references_import_whole(seed: int) -> None:
    """Whoever refers to whom, whatever their roles: no value is lost, be it in the first record or another."""
    rng = random.Random(seed)  # noqa: S311 - the same events each time
    names = ("person", "vehicle", "phone", "bank-account", "legal-entity", "geolocation", "identity", "user-account")
    objects = [object_of(rng, BY_NAME[rng.choice(names)], refers_to=None) for _ in range(25)]
    ids = [one["uuid"] for one in objects]
    for one in objects:
        kinds = ("owned-by", "known-as", "same-as", "impersonates", "related-to", "not-relevant-to")
        links = [(rng.choice(kinds), rng.choice(ids)) for _ in range(rng.randrange(3))]
        one["ObjectReference"] = [
            {"uuid": rand_uuid(rng), "referenced_uuid": target, "relationship_type": kind} for kind, target in links
        ]
    data = event(rng, objects, rand_uuid(rng), [])
    records = list(ADAPTER.decode(data))
    assert len(records) >= 1
    refused = {finding.field for record in records for finding in record.findings}
    gone = [value for value in lost(data, records) if not refused]
    assert gone == []


def test_a_large_event_imports_whole() -> None:
    """An event with 20,000 attributes is one record, with every value of it."""
    rng = random.Random(1)  # noqa: S311 - the same event each time
    chosen = [rng.choice(TEMPLATES) for _ in range(1_060)]
    objects = [object_of(rng, one, refers_to=None) for one in chosen if one["name"] not in {"person", "geolocation"}]
    data = event(rng, objects, rand_uuid(rng), [])
    assert sum(len(one["Attribute"]) for one in objects) > 20_000
    records = list(ADAPTER.decode(data, on=DAY))
    assert [one.findings for one in records] == [[]]
    everything = {plain(value) for record in records for value in said(record)}
    inside = {value for one in objects for value in values(one["Attribute"])}
    assert [value for value in inside if plain(value) not in everything] == []


def test_what_is_written_opens_with_pymisp_and_follows_its_data() -> None:
    """Written events load, keep to MISP's schema, and use templates, types and categories as MISP defines them."""
    strict = json.loads((DATA / "schema.json").read_text(encoding="utf-8"))
    attributes = strict["defs"]["attribute"]["properties"]
    attributes["object_relation"] = {"type": "string"}
    texts = {"type": "string"}
    strict["defs"]["event"]["properties"]["Object"] = {
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                **dict.fromkeys(("uuid", "name", "meta-category", "description"), texts),
                **dict.fromkeys(("template_uuid", "template_version", "distribution"), texts),
                "Attribute": {"type": "array", "items": {"$ref": "#/defs/attribute"}},
                "ObjectReference": {"type": "array", "items": {"type": "object"}},
            },
        },
    }
    written = json.loads(ADAPTER.encode([SUSPECT, VICTIM, SIGNAL, PLAIN_SIGNAL]).data)["response"]
    assert len(written) == 4
    for one in written:
        Draft4Validator(strict).validate(one)
        Draft4Validator(json.loads((DATA / "schema-lax.json").read_text(encoding="utf-8"))).validate(one)
        loaded = MISPEvent()
        loaded.load(json.dumps(one))
        assert str(loaded.uuid) == one["Event"]["uuid"]
        assert len(loaded.objects) == len(one["Event"]["Object"])
        for found in one["Event"]["Object"]:
            check_template(found)


def check_template(found: dict[str, Any]) -> None:
    known = BY_NAME.get(found["name"])
    assert known is not None or found["name"].startswith("baken-")
    if known is not None:
        identity = (known["uuid"], str(known["version"]), known["meta-category"])
        assert (found["template_uuid"], found["template_version"], found["meta-category"]) == identity
    for one in found["Attribute"]:
        relation = (known or {"attributes": {}})["attributes"].get(one["object_relation"])
        assert relation is not None or known is None or one["object_relation"].startswith("baken-")
        assert one["type"] == (relation["misp-attribute"] if relation is not None else "text"), one["object_relation"]
        assert one["type"] in TYPES["category_type_mappings"][one["category"]]


def test_an_event_comes_back_through_pymisp() -> None:
    """What pymisp loads and writes again is the same alert."""
    for content in (SUSPECT, VICTIM):
        (one,) = json.loads(ADAPTER.encode([content]).data)["response"]
        loaded = MISPEvent()
        loaded.load(json.dumps(one))
        direct = [record.draft for record in ADAPTER.decode(json.dumps(one).encode())]
        through = json.dumps({"Event": json.loads(loaded.to_json())}).encode()
        again = [record.draft for record in ADAPTER.decode(through)]
        assert None not in direct
        assert [as_json(draft) for draft in again if draft] == [as_json(draft) for draft in direct if draft]


def test_the_same_event_again_is_an_update() -> None:
    """The national id comes from the UUIDs of event and person, whatever else changes."""
    first = ADAPTER.encode([EventContent.of(draft) for draft in _drafts(SUSPECT)]).data
    later = first.replace(b"Voorbeeld", b"Voorbeelden")
    assert [one.national_id for one in _decoded(first)] == [one.national_id for one in _decoded(later)]


def _decoded(data: bytes) -> list[DecodedRecord]:
    return list(ADAPTER.decode(data))


def _drafts(content: EventContent) -> Iterator[Any]:
    return (record.draft for record in _decoded(ADAPTER.encode([content]).data))

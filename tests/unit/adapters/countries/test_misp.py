"""Whose record a part of a MISP event belongs to, what must not be read of it, and how codes are stated."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from adapters.countries.misp import TABLE, adapter
from adapters.countries.misp.codec import MOST_SUBJECTS
from adapters.formats.national import NationalRecord, Unreadable
from adapters.interface import DecodedRecord, EventContent, Reason
from adapters.mapping.tree import look

EVENT = "5a3c0000-0000-4000-8000-000000000001"
DAY = date(2026, 11, 24)
SUSPECT = {
    "purpose": "locate_suspect", "basis": "dir-2023-977:art7", "validity-days": "365", "role": "recruiter",
    "offence": "ecris:0402", "action": "locate", "handling": "H0", "onward": "with_release",
    "judicial-use": "with_permission",
}  # fmt: skip


def uuid(n: int) -> str:
    return f"5a3c0000-0000-4000-8000-{n:012d}"


def attribute(relation: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"object_relation": relation, "type": "text", "value": value, **more}


def thing(name: str, n: int, *attributes: dict[str, Any], to: tuple[tuple[str, int], ...] = ()) -> dict[str, Any]:
    links = [{"relationship_type": kind, "referenced_uuid": uuid(target)} for kind, target in to]
    return {"name": name, "uuid": uuid(n), "Attribute": list(attributes), "ObjectReference": links}


def person(n: int, role: str | None, name: str, *more: dict[str, Any], **links: Any) -> dict[str, Any]:
    roles = [] if role is None else [attribute("role", role)]
    return thing("person", n, *roles, attribute("last-name", name), *more, **links)


def alert(n: int = 99, **texts: str) -> dict[str, Any]:
    said = {"actor": "pseudonym-0001", **texts}
    return thing("baken-alert", n, *(attribute(name, text) for name, text in said.items()))


def file(
    *objects: dict[str, Any], tags: dict[str, str] | None = None, more: tuple[str, ...] = (), **members: Any
) -> bytes:
    stated = [f'baken:{name}="{text}"' for name, text in (SUSPECT if tags is None else tags).items()]
    event = {"uuid": EVENT, "Object": list(objects), "Tag": [{"name": name} for name in (*stated, *more)], **members}
    return json.dumps({"Event": event}).encode()


def fields(data: bytes) -> list[dict[str, str]]:
    found = list(TABLE.codec.read(data, required=()))
    assert all(isinstance(one, NationalRecord) for one in found)
    return [dict(one.fields) for one in found if isinstance(one, NationalRecord)]


def decode(data: bytes) -> DecodedRecord:
    (record,) = adapter.decode(data, on=DAY)
    return record


def said(record: DecodedRecord, section: str, path: str) -> Any:
    assert record.draft is not None, record.findings
    return look(record.draft.sections[section].model_dump(mode="json"), path)


def test_each_suspect_and_victim_has_a_record_with_what_is_theirs() -> None:
    """Things go to the person at the near end of the chain, in either direction; what two share goes to both."""
    found = fields(
        file(
            person(1, "Suspect", "A", to=(("user-of", 11),)),
            person(2, "Accomplice", "B"),
            person(3, "Victim", "C"),
            person(4, "Witness", "D", to=(("owner-of", 14),)),
            thing("vehicle", 11, attribute("make", "shared"), to=(("owned-by", 2),)),
            thing("phone", 12, attribute("text", "of a company"), to=(("related-to", 13),)),
            thing("legal-entity", 13, attribute("name", "company"), to=(("owned-by", 3),)),
            thing("phone", 14, attribute("text", "of a witness")),
            thing("phone", 15, attribute("text", "of nobody")),
        )
    )
    assert [one["@id"] for one in found] == [f"{EVENT}/{uuid(n)}" for n in (1, 2, 3)]
    assert [one["person/last-name[1]"] for one in found] == ["A", "B", "C"]
    assert [one.get("vehicle[1]/make[1]") for one in found] == ["shared", "shared", None]
    assert [one.get("phone[1]/text[1]") for one in found] == [None, None, "of a company"]
    assert found[0]["@other/person[1]/last-name[1]"] == "D"
    assert found[0]["@other/phone[1]/text[1]"] == "of a witness"
    assert found[0]["@unlinked/phone[1]/text[1]"] == "of nobody"
    assert not any(name.startswith(("@other", "@unlinked")) for one in found[1:] for name in one)


def test_what_nobody_links_belongs_to_the_only_subject() -> None:
    """With one subject there is no question whose a thing is; a denial of a link is none either way."""
    (one,) = fields(
        file(person(1, "Suspect", "A"), thing("phone", 12, attribute("text", "x"), to=(("not-relevant-to", 1),)))
    )
    assert one["phone[1]/text[1]"] == "x"


@pytest.mark.parametrize(
    ("roles", "kind"),
    [
        (["Suspect"], "suspect-alert"),
        (["Victim", "Suspect"], "victim-alert"),
        (["Suspect", "Victim"], "victim-alert"),
        (["Witness", "Accused"], "suspect-alert"),
        (["culprit "], "suspect-alert"),
    ],
)
def test_roles_say_what_a_record_is(roles: list[str], kind: str) -> None:
    """A victim whom somebody also suspects is a victim; other words beside the role stay what they are."""
    subject = thing("person", 1, *(attribute("role", role) for role in roles))
    (one,) = fields(file(subject, more=('baken:type="signal"',)))
    assert one["@Tag/baken:type[1]"] == kind
    assert one["@overruled/@Tag/baken:type[1]"] == "signal"


def test_without_a_role_the_tag_of_the_event_says_it() -> None:
    """Persons without a role are subjects of a tagged event alone; things alone make one record."""
    tagged = ('baken:type="signal"',)
    both = fields(file(person(1, None, "A"), person(2, None, "B"), more=tagged))
    assert [one["@Tag/baken:type[1]"] for one in both] == ["signal", "signal"]
    (one,) = fields(file(thing("phone", 3, attribute("text", "x")), more=tagged))
    assert (one["@id"], one["phone[1]/text[1]"]) == (EVENT, "x")
    record = decode(file(person(1, None, "A")))
    assert [(finding.code.value, finding.field) for finding in record.findings] == [("A03-field", "@Tag/baken:type[1]")]


def test_other_identities_are_the_subjects_own() -> None:
    """Known-as is an alias, impersonation a misused identity only with consent, and a person with a role neither."""
    consent = (attribute("baken-consent", "names"), attribute("baken-consent-date", "2026-10-01"))
    links = (("known-as", 2), ("impersonates", 3), ("impersonates", 4), ("same-as", 5))
    (one,) = fields(
        file(
            person(1, "Suspect", "A", to=links),
            person(2, None, "B"),
            person(3, None, "C", *consent),
            person(4, None, "D"),
            person(5, "Witness", "E"),
        )
    )
    assert one["@alias[1]/last-name[1]"] == "B"
    assert one["@misused[1]/last-name[1]"] == "C"
    assert [one[f"@other/person[{n}]/last-name[1]"] for n in (1, 2)] == ["D", "E"]


@pytest.mark.parametrize(
    ("event", "part", "kept"),
    [
        ({}, {"deleted": True}, "deleted"),
        ({}, {"deleted": "1"}, "deleted"),
        ({}, {"deleted": False}, None),
        ({"distribution": "1"}, {"distribution": "0"}, "withheld"),
        ({"distribution": "1"}, {"distribution": "4", "sharing_group_id": "2"}, "withheld"),
        ({"distribution": "1"}, {"distribution": "3"}, None),
        ({"distribution": "1"}, {"distribution": "5"}, None),
        ({"distribution": "1"}, {"distribution": "9"}, "withheld"),
        ({"distribution": "4", "sharing_group_id": "1"}, {"distribution": "4", "sharing_group_id": "1"}, None),
        ({"distribution": "4", "sharing_group_id": "1"}, {"distribution": "4", "sharing_group_id": "2"}, "withheld"),
        ({}, {"Tag": [{"name": "tlp:red"}]}, "withheld"),
        ({}, {"Tag": [{"name": "tlp:white"}]}, None),
        ({}, {"Tag": [{"name": "tlp:pink"}]}, "withheld"),
    ],
)
def test_a_part_marked_stricter_than_the_event_is_not_read(
    event: dict[str, Any], part: dict[str, Any], kept: str | None
) -> None:
    """What fewer may see than the event, and what is deleted, is kept whole and goes nowhere."""
    marked = attribute("alias", "secret", **part)
    whole = {**thing("phone", 7, attribute("msisdn", "+3247000001")), **part}
    (one,) = fields(file(person(1, "Suspect", "A", marked), whole, **event))
    assert ("person/alias[1]" in one) is (kept is None)
    assert ("phone[1]/msisdn[1]" in one) is (kept is None)
    if kept is not None:
        assert "secret" in one[f"person/@{kept}/alias[1]"]
        assert "+3247000001" in one[f"@{kept}/@Object/phone[2]"]


@pytest.mark.parametrize(
    ("distribution", "tlp", "own", "onward"),
    [
        ("0", None, None, "none"),
        ("1", None, None, "with_release"),
        ("3", None, None, "none"),
        ("3", "tlp:green", None, "same_profile"),
        ("1", "tlp:green", None, "with_release"),
        ("3", "tlp:amber", None, "with_release"),
        ("1", "TLP:RED", None, "none"),
        ("0", None, "with_release", "with_release"),
        ("0", "tlp:red", "with_release", "none"),
        ("0", "tlp:clear", "same_profile", "same_profile"),
    ],
)
def test_onward_sharing_is_never_wider_than_any_marking(
    distribution: str, tlp: str | None, own: str | None, onward: str
) -> None:
    """The strictest of tag, TLP and distribution holds; Baken's own tag stands in for distribution alone."""
    tags = {name: text for name, text in SUSPECT.items() if name not in {"onward", "handling", "judicial-use"}}
    tags |= {"onward": own} if own is not None else {}
    more = (tlp,) if tlp is not None else ()
    records = list(
        adapter.decode(file(person(1, "Suspect", "A"), alert(), tags=tags, more=more, distribution=distribution))
    )
    assert said(records[0], "handling", "onward") == onward


def test_nothing_stated_of_handling_is_left_to_the_gateway() -> None:
    """An event without any marking has no handling, so that the approved default applies."""
    tags = {name: text for name, text in SUSPECT.items() if name not in {"onward", "handling", "judicial-use"}}
    record = decode(file(person(1, "Suspect", "A"), tags=tags))
    assert record.draft is not None
    assert "handling" not in record.draft.sections


def test_tags_of_a_person_hold_for_that_person() -> None:
    """Baken's tags on an attribute of a person replace the event's of that name, for this record alone."""
    own = attribute("role", "Suspect", Tag=[{"name": 'baken:action="identify"'}])
    subjects = (thing("person", 1, own, attribute("last-name", "A")), person(2, "Suspect", "B"))
    first, second = fields(file(*subjects))
    assert (first["@Tag/baken:action[1]"], second["@Tag/baken:action[1]"]) == ("identify", "locate")
    assert first["@overruled/@Tag/baken:action[1]"] == "locate"


def test_a_national_id_of_another_system_is_carried_in_the_alert() -> None:
    """An id that is not MISP's comes back as it is, and the same id always makes the same event."""
    content = EventContent.of(decode(file(person(1, "Suspect", "A"), alert(**{"national-id": "ELSE-1"}))).draft)  # type: ignore[arg-type]
    assert content.national_id == "ELSE-1"
    written = adapter.encode([content, content]).data
    assert [record.national_id for record in adapter.decode(written)] == ["ELSE-1", "ELSE-1"]
    assert adapter.encode([content]).data == adapter.encode([content]).data


def test_two_records_of_one_event_do_not_become_one() -> None:
    """Each record is written as an event of its own; the second keeps its id in the alert."""
    drafts = [one.draft for one in adapter.decode(file(person(1, "Suspect", "A"), person(2, "Suspect", "B"), alert()))]
    second = thing("baken-alert", 98, attribute("actor", "pseudonym-0002"))
    assert drafts == [None, None]
    data = file(person(1, "Suspect", "A"), person(2, "Suspect", "B"), alert() | _describes(1), second | _describes(2))
    read = list(adapter.decode(data))
    contents = [EventContent.of(one.draft) for one in read if one.draft is not None]
    written = adapter.encode(contents).data
    events = [one["Event"]["uuid"] for one in json.loads(written)["response"]]
    assert len(set(events)) == 2
    assert [one.national_id for one in adapter.decode(written)] == [one.national_id for one in read]


def _describes(n: int) -> dict[str, Any]:
    return {"ObjectReference": [{"relationship_type": "describes", "referenced_uuid": uuid(n)}]}


def test_two_persons_with_one_uuid_lose_nothing() -> None:
    """The second is told apart by its place, and refused: no record could be recognised again by it."""
    first, second = fields(file(person(1, "Suspect", "A"), person(1, "Suspect", "B")))
    assert (first["person/last-name[1]"], second["person/last-name[1]"]) == ("A", "B")
    assert "@id" in first
    assert "@id" not in second


def test_an_event_about_too_many_persons_is_refused_whole() -> None:
    """Beyond the limit each record would repeat the event: it must be split."""
    many = [person(n, "Suspect", "A") for n in range(MOST_SUBJECTS + 1)]
    (found,) = TABLE.codec.read(file(*many), required=())
    assert isinstance(found, Unreadable)
    assert found.finding.code.value == "A01-size"


def test_wrong_types_of_values_are_kept() -> None:
    """Numbers and booleans read as their text; a container where a text belongs stays whole in the residue."""
    record = decode(
        file(
            person(1, "Suspect", "A", attribute("alias", 7), attribute("full-name", {"a": [1]})),
            alert(),
            Attribute={"0": {"value": "x"}},
        )
    )
    kept = {item.field: item.value for item in record.residue if item.reason is Reason.UNMAPPED}
    assert kept["person/full-name[1]/@value"] == '{"a":["1"]}'
    assert kept["@Attribute"] == '{"0":{"value":"x"}}'
    assert said(record, "identity", "identities")[0]["names"][1]["full"] == "7"

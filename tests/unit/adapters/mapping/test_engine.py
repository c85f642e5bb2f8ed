"""The engine reads one table in both directions and accounts for every value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters.conformance.events import SUSPECT
from adapters.countries.nl import TABLE
from adapters.formats.national import NationalRecord
from adapters.interface import DecodedRecord, EventContent, Reason, ResidueItem, as_json
from adapters.mapping.decode import decode_record
from adapters.mapping.encode import encode_records
from contracts.codes import Condition
from contracts.errors import Code
from contracts.events import spec
from contracts.sections import SECTION_MODELS

GOOD = {
    "Soort": "verdachte",
    "Registratienummer": "UTO-1",
    "Doel": "opsporing verdachte",
    "Rechtsgrond": "Richtlijn 2023/977 art. 7",
    "Geldigheid": "365",
    "Achternaam": "Voorbeeld",
    "Rol": "ronselaar",
    "Delict": "Sr 273f",
    "Maatregel": "onopvallende controle",
    "Afhandelingscode": "H0|H2",
    "Doorgifte": "na toestemming",
    "DerdeLanden": "verboden",
    "GebruikInRechte": "na toestemming",
    "Regime": "Wpg",
    "Behandelaar": "pseudoniem-01",
}
DAY = date(2026, 11, 24)


def decode(*, on: date | None = DAY, **fields: str | None) -> DecodedRecord:
    merged = {name: text for name, text in {**GOOD, **fields}.items() if text is not None}
    return decode_record(TABLE, NationalRecord(line=7, last_line=8, fields=merged), on=on)


def content(record: DecodedRecord, section: str) -> Any:
    assert record.draft is not None
    return record.draft.sections[section].content()


def encode(**changes: Any) -> tuple[dict[str, str], list[ResidueItem]]:
    encoded = encode_records(TABLE, [replace(SUSPECT, **changes)])
    rows = [one for one in TABLE.codec.read(encoded.data, required=()) if isinstance(one, NationalRecord)]
    return {name: text for name, text in rows[0].fields.items() if text}, encoded.residue


def test_a_good_record_becomes_a_draft() -> None:
    """Type, claims, sections and national number are those of the record, and nothing is left over."""
    record = decode()
    assert record.draft is not None
    assert (record.line, record.national_id, record.residue, record.findings) == (7, "UTO-1", [], [])
    assert record.draft.type == "suspect-alert.v1"
    assert record.draft.basis == ("dir-2023-977:art7",)
    assert record.draft.urgency == "routine"
    assert record.draft.validity_days == 365
    assert sorted(record.draft.sections) == ["handling", "identity", "role"]


def test_defaults_claim_nothing() -> None:
    """Where the contract needs a member, an empty field is its weakest value."""
    record = decode(
        Voertuig1Kenteken="UT-1-X", Document1Nummer="UTO000001", Waardering="B2", WaarderingSchema="Admiralty"
    )
    assert content(record, "identity")["identities"][0]["status"] == "not_confirmed"
    assert content(record, "role")["subject_category"] == "suspect"
    assert content(record, "objects")["vehicles"][0]["kind"] == "other"
    assert content(record, "evaluation")["source"] + content(record, "evaluation")["information"] == "X4"


def test_fields_without_a_home_go_to_the_residue() -> None:
    """An unknown field, and a field of the other kind of record, keep their text in the residue."""
    record = decode(Dienst="Eenheid Utopia", Zorgbehoefte="tolk", Leeg="  ")
    assert [(item.field, item.value, item.reason, item.path) for item in record.residue] == [
        ("Dienst", "Eenheid Utopia", Reason.UNMAPPED, None),
        ("Zorgbehoefte", "tolk", Reason.UNMAPPED, None),
    ]


def test_null_words_are_absence_and_stay_in_the_residue() -> None:
    """A word for nothing known is not sent as a value, unless its code list knows the word."""
    record = decode(Geboorteplaats="Onbekend", Geslacht="onbekend", Bijnaam="NN")
    assert content(record, "identity")["identities"][0]["sex"] == "0"
    assert [(item.field, item.reason) for item in record.residue] == [
        ("Bijnaam", Reason.NULL_WORD),
        ("Geboorteplaats", Reason.NULL_WORD),
    ]


def test_malformed_optional_values_cost_themselves() -> None:
    """A phone that is none is left out and kept in the residue; the record goes on."""
    record = decode(Telefoon="bel kantoor")
    assert record.draft is not None
    assert [(item.field, item.path, item.reason) for item in record.residue] == [
        ("Telefoon", "sections.objects.phones", Reason.MALFORMED)
    ]


def test_all_faults_of_a_record_come_at_once() -> None:
    """Malformed essentials, unknown codes and missing minimum content are listed together, with fields."""
    record = decode(Geboortedatum="99-99-1984", Rol="baas", Delict=None, Rechtsgrond=None, Dienst="x")
    assert record.draft is None
    assert sorted((one.field, one.code) for one in record.findings) == [
        ("Delict", Code.A05_MINIMUM),
        ("Geboortedatum", Code.A03_FIELD),
        ("Rechtsgrond", Code.A05_MINIMUM),
        ("Rol", Code.A04_CODE),
    ]
    assert {one.line for one in record.findings} == {7}
    assert [item.field for item in record.residue] == ["Dienst"]


def test_findings_have_contract_paths() -> None:
    """A finding names the canonical place as the contract does."""
    found = decode(Geboortedatum="99-99-1984", Document1Nummer="!").findings
    assert [one.path for one in found] == ["identity.identities[0].birth.date", "documents.documents[0].number"]


def test_two_fields_must_agree() -> None:
    """A particle stated twice is taken once; stated differently it refuses the record."""
    assert content(decode(Achternaam="Proef, de", Tussenvoegsel="de"), "identity")["identities"][0]["names"][0] == {
        "particle": "de",
        "script": "Latn",
        "surname": "Proef",
        "type": "primary",
    }
    assert [one.field for one in decode(Achternaam="Proef, de", Tussenvoegsel="van").findings] == ["Tussenvoegsel"]


@pytest.mark.parametrize("kind", ["", "getuige"])
def test_a_record_without_a_kind_keeps_everything_in_the_residue(kind: str) -> None:
    """What the record is must be said; its values are not lost meanwhile."""
    record = decode(Soort=kind)
    assert [one.field for one in record.findings] == ["Soort"]
    assert {item.field for item in record.residue} == set(GOOD) - {"Soort"}


def test_a_record_needs_its_number() -> None:
    """Without the national number a later version could not be recognised."""
    assert [one.field for one in decode(Registratienummer="-").findings] == ["Registratienummer"]


def test_policy_waits_for_the_day_of_issue() -> None:
    """Findings that count ages or read the handling block come only with the day; missing handling is the gateway's."""
    child = {"Doorgifte": "geen", "Afhandelingscode": "H0"}
    assert [one.code for one in decode(**child).findings] == [Code.A06_POLICY]
    assert decode(on=None, **child).draft is not None
    without = dict.fromkeys(
        ("Afhandelingscode", "Doorgifte", "DerdeLanden", "GebruikInRechte", "Regime", "Behandelaar")
    )
    assert decode(**without).draft is not None


def test_rules_across_a_section_name_no_single_field() -> None:
    """Where several fields contradict each other, the finding has the section alone."""
    found = decode(Maatregel="aanhouding (verwijzing)").findings
    assert [(one.path, one.field) for one in found] == [("role", None)]


def test_aliases_are_whole_identities() -> None:
    """An alias has its own names, birth and nationalities."""
    record = decode(Alias2Achternaam="Schuil", Alias2Geboortedatum="ca. 1990", Alias2Nationaliteit="Griekse")
    assert content(record, "identity")["identities"][1] == {
        "birth": {"date": {"precision": "about_year", "value": "1990"}},
        "names": [{"script": "Latn", "surname": "Schuil", "type": "primary"}],
        "nationalities": ["GRC"],
        "status": "alias",
    }


def test_every_section_of_both_alerts_can_be_expressed() -> None:
    """The table has a field for something in every section that an officer states."""
    for kind in TABLE.kinds:
        homes = {binding.path.split(".")[1] for binding in kind.bindings() if binding.path.startswith("sections.")}
        stated = set(spec(kind.type).sections) - {"audience", "summary", "markers", "match_keys"}
        assert homes == stated


def test_every_path_leads_into_the_contract() -> None:
    """No row binds a member that the section models do not have."""
    paths = {binding.path for kind in TABLE.kinds for binding in kind.bindings()}
    claims = {path for path in paths if not path.startswith("sections.")}
    assert claims == {"national_id", "purpose", "basis", "urgency", "validity_days", "claims"}
    schemas = {name: model.model_json_schema() for name, model in SECTION_MODELS.items()}
    for path in paths - claims:
        _, section, *members = path.split(".")
        node: dict[str, Any] | None = schemas[section]
        for member in members:
            assert node is not None, path
            node = member_of(node, member, schemas[section].get("$defs", {}))
        assert node is not None, path


def member_of(node: dict[str, Any], name: str, definitions: dict[str, Any]) -> dict[str, Any] | None:
    """Find a member in a JSON Schema, through references, lists and optional members."""
    for option in (node, *node.get("anyOf", [])):
        inner = option.get("items", option)
        inner = definitions[inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner
        if name in inner.get("properties", {}):
            found: dict[str, Any] = inner["properties"][name]
            return found
    return None


def test_columns_nobody_used_are_not_written() -> None:
    """A written file has the fields that say something, and those that every file needs."""
    fields, residue = encode()
    assert residue == []
    assert all(fields.values())
    empty = encode_records(TABLE, [])
    assert empty.data == b"Soort;Registratienummer\r\n"


def test_what_has_no_field_left_is_declared() -> None:
    """A fourth document, a third alias and another script are named with path and value."""
    documents = {"documents": [{"number": f"UTO{n}0000", "type": "passport"} for n in range(5)]}
    _, residue = encode(sections={**SUSPECT.sections, "documents": documents})
    assert [(item.path, item.value, item.reason) for item in residue] == [
        ("sections.documents.documents.3.number", "UTO30000", Reason.NOT_EXPRESSIBLE),
        ("sections.documents.documents.3.type", "passport", Reason.NOT_EXPRESSIBLE),
        ("sections.documents.documents.4.number", "UTO40000", Reason.NOT_EXPRESSIBLE),
        ("sections.documents.documents.4.type", "passport", Reason.NOT_EXPRESSIBLE),
    ]


@pytest.mark.parametrize(
    ("surname", "reason"),
    [
        ("\u0218tefan", Reason.NOT_ENCODABLE),
        ("Proef, de", Reason.NOT_EXPRESSIBLE),
        ("-", Reason.NOT_EXPRESSIBLE),
        ("Onbekend", Reason.COARSENED),
    ],
)
def test_names_that_would_read_differently_are_declared(surname: str, reason: Reason) -> None:
    """A name that the encoding lacks, or that reads as something else, is not written in silence."""
    name = {"forenames": "Test", "script": "Latn", "surname": surname, "type": "primary"}
    identity = {"identities": [{"names": [name], "status": "confirmed"}]}
    _, residue = encode(sections={**SUSPECT.sections, "identity": identity})
    assert [(item.path, item.value, item.reason) for item in residue] == [
        ("sections.identity.identities.0.names.0.surname", surname, reason)
    ]


def test_words_that_the_list_lacks_are_declared_one_by_one() -> None:
    """Of several conditions the ones with a word are written."""
    claims = frozenset({Condition.STRICTLY_NECESSARY, Condition.VICTIM_PURPOSE})
    fields, residue = encode(claims=claims)
    assert fields["Bevestiging"] == "strikt noodzakelijk"
    assert [(item.path, item.value) for item in residue] == [("claims", '["victim_purpose"]')]


def test_another_order_of_entries_is_declared() -> None:
    """Fields have a fixed order; a list that has another one comes back reordered, and the residue says so."""
    phones = {"phones": [{"imei": "000000000000000"}, {"number": "+31600000000"}]}
    _, residue = encode(sections={**SUSPECT.sections, "objects": phones})
    assert [(item.path, item.reason) for item in residue] == [("sections.objects.phones", Reason.COARSENED)]


def test_derived_sections_and_audience_are_not_stated() -> None:
    """What the issuer computes, or the hub reads, is no content of a national record."""
    sections = {**SUSPECT.sections, "markers": {"action": "locate", "minor": "no"}}
    _, residue = encode(sections=sections)
    assert [(item.path, item.reason) for item in residue] == [("sections.markers", Reason.DERIVED)]


def test_events_without_a_kind_of_record_are_declared_whole() -> None:
    """A type that the format lacks gives no record and one line of residue."""
    event = EventContent(type="erase.v1", sections={"notice": {"ground": "expired"}})
    encoded = encode_records(TABLE, [event])
    assert encoded.data == b"Soort;Registratienummer\r\n"
    assert [item.reason for item in encoded.residue] == [Reason.NOT_EXPRESSIBLE]


def test_writing_leaves_the_event_alone() -> None:
    """Encoding takes a copy apart, never the event it was given."""
    before = repr(SUSPECT)
    encode()
    assert repr(SUSPECT) == before


def test_drafts_and_received_sections_are_written_alike() -> None:
    """Section models and plain content give the same file."""
    draft = decode().draft
    assert draft is not None
    plain = EventContent.of(draft)
    contents = {name: section.content() for name, section in draft.sections.items()}
    assert encode_records(TABLE, [plain]) == encode_records(TABLE, [replace(plain, sections=contents)])
    assert as_json(draft).startswith(b'{"basis"')

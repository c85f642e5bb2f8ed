"""Every section has a closed model: a valid content comes back unchanged, each fault is refused with its path."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contracts.errors import Code, ForbiddenSection
from contracts.parts import SectionModel
from contracts.reading import parse_section
from contracts.sections import SECTION_MODELS
from tests.support.contents import CONTENTS, IDENTITY, NAME, content

BIRTH = IDENTITY["birth"]


@pytest.mark.parametrize("name", sorted(SECTION_MODELS))
def test_valid_content_comes_back_unchanged(name: str) -> None:
    """What was signed is what the model writes, and nobody can change it in between."""
    read = parse_section(name, CONTENTS[name])
    assert isinstance(read, SectionModel)
    assert read.content() == CONTENTS[name]
    with pytest.raises(Exception, match="frozen"):
        setattr(read, next(iter(CONTENTS[name])), None)


@pytest.mark.parametrize("name", sorted(SECTION_MODELS))
def test_an_unknown_member_is_refused_everywhere(name: str) -> None:
    """At the top and in every object below, a member that the contract lacks is refused."""
    for changed in with_a_stranger(CONTENTS[name]):
        with pytest.raises(ForbiddenSection) as refused:
            parse_section(name, changed)
        assert refused.value.code is Code.E13_CONTENT
        assert "stranger" not in refused.value.detail


def with_a_stranger(value: Any) -> list[Any]:
    if isinstance(value, dict):
        changed = [{**value, "stranger": "x"}]
        return changed + [{**value, name: inner} for name, member in value.items() for inner in with_a_stranger(member)]
    if isinstance(value, list):
        return [
            [*value[:position], inner, *value[position + 1 :]]
            for position, member in enumerate(value)
            for inner in with_a_stranger(member)
        ]
    return []


@pytest.mark.parametrize("name", sorted(SECTION_MODELS))
def test_nothing_else_is_read_as_a_section(name: str) -> None:
    """Null, numbers, text, lists and null members are no content."""
    for value in (None, 1, "x", [], [CONTENTS[name]], {**CONTENTS[name], next(iter(CONTENTS[name])): None}):
        with pytest.raises(ForbiddenSection):
            parse_section(name, value)


FAULTS: list[tuple[str, str, dict[str, Any], str]] = [
    ("identity", "empty", {"identities": []}, "identity.identities"),
    ("identity", "same twice", {"identities": [IDENTITY, IDENTITY]}, "identity.identities"),
    ("identity", "two confirmed", {"identities": [IDENTITY, {**IDENTITY, "sex": "2"}]}, "identity more than one"),
    ("identity", "says nothing", {"identities": [{"status": "alias", "sex": "1"}]}, "identity.identities[0]"),
    ("identity", "nationalities out of order", {"identities": [{**IDENTITY, "nationalities": ["XXA", "NLD"]}]}, "[0]"),
    ("identity", "misused without consent", {"identities": [{**IDENTITY, "status": "misused"}]}, "consent"),
    (
        "identity",
        "consent without misuse",
        {"identities": [{**IDENTITY, "misuse_consent": {"categories": ["names"], "given_on": "2026-01-01"}}]},
        "misuse_consent",
    ),
    ("identity", "empty birth", {"identities": [{**IDENTITY, "birth": {}}]}, "identity.identities[0].birth"),
    (
        "identity",
        "name of nothing",
        {"identities": [{**IDENTITY, "names": [{"type": "primary", "script": "Latn"}]}]},
        "n",
    ),
    (
        "identity",
        "particle alone",
        {"identities": [{**IDENTITY, "names": [{**NAME, "surname": "unknown"}]}]},
        "particle",
    ),
    (
        "identity",
        "Cyrillic letter in a Latin name",
        {"identities": [{**IDENTITY, "names": [{**NAME, "surname": "Vri\u0435s"}]}]},
        "letters of another script",
    ),
    ("identity", "rule alone", {"identities": [{**IDENTITY, "names": [{**NAME, "rule": "icao_9303"}]}]}, "rule"),
    (
        "identity",
        "ages turned round",
        {"identities": [{**IDENTITY, "age": {"least": 30, "most": 20, "on": "2026-01-01"}}]},
        "least is above most",
    ),
    (
        "documents",
        "country of the past",
        {"documents": [{"type": "passport", "number": "1", "country": "YUG"}]},
        "country",
    ),
    ("observation", "no time", {"observed_at": None}, "instant or the date"),
    ("observation", "two times", {"observed_on": {"value": "2026", "precision": "year"}}, "instant or the date"),
    (
        "observation",
        "unknown time",
        {"observed_at": None, "observed_on": {"value": "unknown", "precision": "unknown"}},
        "at least partly known",
    ),
    ("observation", "a town", {"place": {"country": "NLD", "town": "x"}}, "observation.place.*"),
    ("observation", "region elsewhere", {"place": {"country": "NLD", "region": "DE-NW"}}, "another country"),
    ("observation", "no country", {"place": {"region": "DE-NW"}}, "observation.place.country"),
    ("observation", "no answer", {"indicators": {}}, "says nothing"),
    ("observation", "two answers", {"indicators": {"yes": ["ilo-11:isolation"], "no": ["ilo-11:isolation"]}}, "two"),
    ("observation", "order", {"indicators": {"no": ["ilo-11:isolation", "ilo-11:deception"]}}, "ascending order"),
    ("observation", "unknown indicator", {"indicators": {"yes": ["ilo-11:x"]}}, "observation.indicators.yes[0]"),
    (
        "observation",
        "outcome without rule",
        {"assessment": {"outcome": "presumed_victim", "assessed_on": "2026-01-01"}},
        "observation.assessment.rule",
    ),
    (
        "observation",
        "rule without its situation",
        {"assessment": {"rule": "ilo_ec_2009", "outcome": "no_finding", "assessed_on": "2026-01-01"}},
        "needs a situation",
    ),
    (
        "observation",
        "dimensions of a judgement",
        {
            "assessment": {
                "rule": "professional_judgement",
                "outcome": "no_finding",
                "assessed_on": "2026-01-01",
                "positive": ["D5"],
            }
        },
        "only the rule",
    ),
    (
        "observation",
        "dimension without indicator",
        {"indicators": {"yes": ["ilo-11:debt_bondage"]}},
        "positive without an indicator",
    ),
    ("physical", "giant", {"height_cm": 400}, "physical.height_cm"),
    ("physical", "height as text", {"height_cm": "181"}, "physical.height_cm"),
    ("physical", "height as a truth", {"height_cm": True}, "physical.height_cm"),
    (
        "biometric_refs",
        "short hash",
        {"references": [{**CONTENTS["biometric_refs"]["references"][0], "sha256": "x"}]},
        ".",
    ),
    ("role", "victim as a suspect", {"subject_category": "victim"}, "role.subject_category"),
    ("role", "roles twice", {"roles": ["organiser", "organiser"]}, "role.roles"),
    ("role", "no offence", {"offences": []}, "role.offences"),
    ("role", "national offence of nowhere", {"offences": [{"scheme": "national", "code": "273f"}]}, "country stands"),
    ("role", "offence code of another form", {"offences": [{"scheme": "iccs", "code": "273f"}]}, "form of its scheme"),
    ("role", "arrest without warrant", {"action": "arrest_reference"}, "warrant"),
    (
        "role",
        "arrest on a police decision",
        {
            "action": "arrest_reference",
            "decision": {"kind": "police_decision", "reference": "T-1", "country": "NLD"},
        },
        "warrant",
    ),
    ("status", "detain", {"action": "detain"}, "status.action"),
    ("status", "presumed child of 30", {"age_assertion": "presumed_child", "age_band": "30-38"}, "presumed child"),
    ("status", "child kind of an adult", {"age_band": "30-38"}, "child kind"),
    ("exploitation", "no form", {"forms": None}, "exploitation.forms"),
    (
        "movement",
        "seen twice at once",
        {"last_seen": {**CONTENTS["movement"]["last_seen"], "at": "2026-05-31T12:00:00Z"}},
        "both",
    ),
    ("movement", "route to nowhere", {"routes": [{"mode": "bus"}]}, "names no place"),
    (
        "movement",
        "a point with fractions",
        {"routes": [{"origin": {"point": {"latitude": 52.1, "longitude": 4}}}]},
        "latitude",
    ),
    ("objects", "phone of nothing", {"phones": [{}]}, "neither number nor imei"),
    ("objects", "local number", {"phones": [{"number": "0612345678"}]}, "objects.phones[0].number"),
    ("objects", "vin with an O", {"vehicles": [{"kind": "car", "vin": "O" * 17}]}, "objects.vehicles[0].vin"),
    ("needs", "safety of five", {"safety_level": 5}, "needs.safety_level"),
    ("safety", "half a consent", {"consent": {"scope": ["identity"]}}, "needs scope, given_by and given_on"),
    (
        "safety",
        "consent and none needed",
        {"consent": {**CONTENTS["safety"]["consent"], "without": "child"}},
        "basis without",
    ),
    (
        "safety",
        "consent withdrawn before it was given",
        {"consent": {**CONTENTS["safety"]["consent"], "withdrawn_on": "2026-04-01"}},
        "withdrawn before",
    ),
    (
        "safety",
        "shelter with an address",
        {"shelter": {"accepted_on": "2026-05-01", "country": "NLD", "address": "x"}},
        "s",
    ),
    ("handling", "no codes", {"codes": []}, "handling.codes"),
    ("handling", "codes out of order", {"codes": ["H1", "H0"]}, "handling.codes"),
    ("handling", "free text as actor", {"actor": "Jan de Vries"}, "handling.actor"),
    ("handling", "no actor", {"actor": None}, "handling.actor"),
    ("handling_note", "a second narrative", {"text": "x" * 2001}, "handling_note.text"),
    ("summary", "thirteenth month", {"month": "2026-13"}, "summary.month"),
    ("markers", "no action", {"action": None}, "markers.action"),
    ("match_keys", "a plate as written", {"plates": [{"plate": "ab-12"}]}, "match_keys.plates[0].plate"),
]


@pytest.mark.parametrize(("name", "changes", "where"), [pytest.param(n, c, w, id=f"{n}: {i}") for n, i, c, w in FAULTS])
def test_a_fault_is_refused_with_its_path(name: str, changes: dict[str, Any], where: str) -> None:
    """The refusal names section, path and rule."""
    with pytest.raises(ForbiddenSection) as refused:
        parse_section(name, content(name, **changes))
    assert refused.value.detail.startswith(name)
    assert where in refused.value.detail


@pytest.mark.parametrize("name", ["physical", "movement", "objects", "safety", "references", "match_keys"])
def test_an_empty_section_is_no_section(name: str) -> None:
    """A section without a member says nothing and is left out instead."""
    with pytest.raises(ForbiddenSection, match="says nothing"):
        parse_section(name, {})


def test_the_leading_identity_is_never_a_misused_one() -> None:
    """Confirmed before not confirmed before alias; somebody else's identity leads nobody."""
    consent = {"categories": ["names"], "given_on": "2026-01-01"}
    misused = {"status": "misused", "names": [NAME], "misuse_consent": consent}
    alias = {"status": "alias", "names": [NAME]}
    section: Any = parse_section("identity", {"identities": [misused, alias, IDENTITY]})
    assert section.leading.status == "confirmed"
    section = parse_section("identity", {"identities": [misused, alias]})
    assert section.leading.status == "alias"
    section = parse_section("identity", {"identities": [misused]})
    assert section.leading is None


@pytest.mark.parametrize(
    ("script", "surname"),
    [
        ("Cyrl", "Щербаков"),
        ("Grek", "Παπαδόπουλος"),
        ("Arab", "عمر"),
        ("Hebr", "כהן"),
        ("Armn", "Սարգսյան"),
        ("Geor", "გელაშვილი"),
        ("Hani", "張"),
        ("Hang", "김"),
        ("Hira", "さとう"),
        ("Kana", "サトウ"),
        ("Deva", "कुमार"),
        ("Beng", "রহমান"),
        ("Ethi", "አበበ"),
        ("Thai", "สมชาย"),
    ],
)
def test_names_are_written_in_their_own_script(script: str, surname: str) -> None:
    """Each script accepts its letters and refuses a Latin look-alike among them."""
    name = {"type": "primary", "script": script, "surname": surname}
    parse_section("identity", {"identities": [{"status": "confirmed", "names": [name]}]})
    with pytest.raises(ForbiddenSection, match="letters of another script"):
        parse_section(
            "identity", {"identities": [{"status": "confirmed", "names": [{**name, "surname": surname + "a"}]}]}
        )


@pytest.mark.parametrize("without", ["child", "vital_interest"])
def test_help_may_go_on_without_consent_for_a_reason(without: str) -> None:
    """A child and a vital interest are the only two; neither counts as consent to show an identity."""
    read: Any = parse_section("safety", {"consent": {"without": without}})
    assert not read.consent.covers("identity")


def test_an_image_that_is_no_plain_jpeg_is_refused_with_its_rule() -> None:
    """The refusal of the whole section says what the file holds, not the file."""
    with pytest.raises(ForbiddenSection, match="image data does not begin as a JPEG"):
        parse_section("image", content("image", data="AAAA"))


def test_a_copy_shares_nothing_with_the_samples() -> None:
    """Builders hand out copies, so that one test cannot change another's content."""
    before = copy.deepcopy(CONTENTS["role"])
    content("role")["roles"].append("other")
    assert CONTENTS["role"] == before

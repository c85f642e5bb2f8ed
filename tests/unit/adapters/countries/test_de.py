"""The German words, values and shape."""

from __future__ import annotations

import re
from enum import StrEnum

import pytest

from adapters.countries.de import TABLE, care_words, case_words, lands, person_words, signal_words
from adapters.countries.de.form import FORM
from adapters.countries.de.values import CITATION, DATE, INSTANT, NAME, PAPER_DATE, PHONE, SURNAME
from adapters.interface import Reason
from adapters.mapping.codes import CodeList
from adapters.mapping.conversion import Inexpressible, Malformed
from adapters.mapping.reading import read_text
from contracts import codes
from contracts.events import spec
from contracts.values import BIRTH_COUNTRIES, COUNTRIES, NATIONALITIES

LISTS: list[tuple[CodeList, type[StrEnum]]] = [
    (person_words.SEX, codes.Sex),
    (person_words.IDENTITY_STATUS, codes.IdentityStatus),
    (person_words.NAME_TYPE, codes.NameType),
    (person_words.SCRIPT, codes.Script),
    (person_words.ROMANISATION_RULE, codes.RomanisationRule),
    (person_words.AGE_ASSERTION, codes.AgeAssertion),
    (person_words.AGE_BAND, codes.AgeBand),
    (person_words.MISUSE_CATEGORY, codes.MisuseCategory),
    (person_words.DOCUMENT_TYPE, codes.DocumentType),
    (person_words.DOCUMENT_STATE, codes.DocumentState),
    (person_words.BUILD, codes.Build),
    (person_words.EYES, codes.EyeColour),
    (person_words.HAIR, codes.HairColour),
    (person_words.MARK_TYPE, codes.MarkType),
    (person_words.BODY_PART, codes.BodyPart),
    (person_words.BIOMETRIC_KIND, codes.BiometricKind),
    (case_words.SUBJECT, codes.SubjectCategory),
    (case_words.ROLE, codes.SuspectRole),
    (case_words.OFFENCE_LIST, codes.OffenceScheme),
    (case_words.SUSPECT_ACTION, codes.SuspectAction),
    (case_words.DECISION, codes.DecisionKind),
    (case_words.MODUS, codes.ModusOperandi),
    (case_words.WARNING, codes.WarningMarker),
    (case_words.VICTIM_KIND, codes.VictimAlertKind),
    (case_words.VICTIM_STATUS, codes.VictimStatus),
    (case_words.ASSERTED_BY, codes.AssertedBy),
    (case_words.STATEMENT, codes.VictimStatement),
    (case_words.VICTIM_ACTION, codes.VictimAction),
    (case_words.CHILD_CASE, codes.ChildCase),
    (case_words.EXPLOITATION, codes.ExploitationForm),
    (case_words.ACT, codes.Act),
    (case_words.MEANS, codes.Means),
    (case_words.CONTROL, codes.ControlMethod),
    (case_words.INDUSTRY, codes.Industry),
    (case_words.TRANSPORT, codes.TransportMode),
    (case_words.VEHICLE, codes.VehicleKind),
    (case_words.ACCOUNT, codes.AccountKind),
    (signal_words.REPORTER, codes.ReporterClass),
    (signal_words.INDICATOR, codes.Indicator),
    (signal_words.RULE, codes.AssessmentRule),
    (signal_words.OUTCOME, codes.SignalOutcome),
    (signal_words.SITUATION, codes.Situation),
    (signal_words.DIMENSION, codes.Dimension),
    (care_words.MINOR, codes.Minor),
    (care_words.SERVICE, codes.Service),
    (care_words.CAPABILITY, codes.Capability),
    (care_words.SERVICE_LEVEL, codes.ServiceLevel),
    (care_words.CONSENT_SCOPE, codes.ConsentScope),
    (care_words.CONSENT_GIVER, codes.ConsentGiver),
    (care_words.NO_CONSENT, codes.NoConsentBasis),
    (care_words.CONTACT_GROUP, codes.ContactGroup),
    (care_words.CHANNEL, codes.Channel),
    (care_words.PURPOSE, codes.Purpose),
    (care_words.HANDLING, codes.HandlingCode),
    (care_words.ONWARD, codes.Onward),
    (care_words.JUDICIAL, codes.JudicialUse),
    (care_words.REGIME, codes.LegalRegime),
    (care_words.SOURCE, codes.SourceCode),
    (care_words.INFORMATION, codes.InformationCode),
    (care_words.EVALUATION_SCHEME, codes.EvaluationScheme),
    (care_words.REFERENCE_SCHEME, codes.ReferenceScheme),
]


@pytest.mark.parametrize(("words", "values"), LISTS, ids=lambda value: getattr(value, "__name__", ""))
def test_each_code_has_a_german_word_and_back(words: CodeList, values: type[StrEnum]) -> None:
    """Every canonical value can be written, and what is written reads as that value."""
    assert set(words.values) == set(values)
    for value in values:
        assert words.read(words.write(value.value).text).value == value.value


def test_every_country_and_nationality_is_known_to_the_contract() -> None:
    """Each word leads to a code that the contract takes, and every country has a name of its own that is written."""
    assert set(lands.COUNTRIES.values()) == COUNTRIES
    assert set(lands.BIRTH_COUNTRIES.values()) <= BIRTH_COUNTRIES
    assert set(lands.NATIONALITIES.values()) == NATIONALITIES
    countries = CodeList("Country", lands.BIRTH_COUNTRIES)
    nationalities = CodeList("Nationality", lands.NATIONALITIES)
    assert countries.write("DEU").text == "Deutschland"
    assert nationalities.write("TUR").text == "t\u00fcrkisch"
    assert {countries.read(word).value for word in ("D", "DE", "deu", "DEUTSCHLAND", "BRD")} == {"DEU"}
    assert {nationalities.read(word).value for word in ("deutsch", "Deutschland", "D", "DE", "DEU")} == {"DEU"}
    assert {countries.read(word).value for word in ("Wei\u00dfrussland", "Weissrussland")} == {"BLR"}


def test_every_section_that_a_german_officer_states_has_a_field() -> None:
    """The table has a field for something in every section of each kind of alert."""
    for kind in TABLE.kinds:
        homes = {binding.path.split(".")[1] for binding in kind.bindings() if binding.path.startswith("sections.")}
        assert homes == set(spec(kind.type).sections) - {"audience", "summary", "markers", "match_keys"}


def test_what_the_table_numbers_repeats_in_the_form() -> None:
    """Each path that a row numbers is one that the reader numbers too, and every field begins at a thing."""
    names = {binding.field for kind in TABLE.kinds for binding in kind.bindings()} | {TABLE.kind_field}
    numbered = {re.sub(r"\[\d+\]", "", name[: match.start()]) for name in names for match in re.finditer(r"\[", name)}
    assert numbered == FORM.repeats
    assert {re.split(r"[/\[]", name)[0] for name in names} == set(FORM.things)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Art. 7 Richtlinie 2023/977", "dir-2023-977:art7"),
        ("Art. 36 Verordnung 2018/1862", "reg-2018-1862:art36"),
        ("Art. 9 Abs. 2 lit. c DSGVO", "gdpr:art9-2-c"),
        ("\u00a7 163e StPO", "nat-de:stpo-art163e"),
        ("\u00a7 33 Abs. 1 BKAG", "nat-de:bkag-art33-1"),
    ],
)
def test_citations_are_read_and_written(text: str, word: str) -> None:
    """European and German law as German officers cite it, one code each."""
    assert CITATION.read(text).value == word
    assert CITATION.write(word).text == text


def test_citations_have_habits() -> None:
    """The Union behind an instrument, and small letters, change nothing; other forms and laws are malformed."""
    assert CITATION.read("art. 7 richtlinie (EU) 2023/977").value == "dir-2023-977:art7"
    for text in ("Richtlinie 2023/977 Art. 7", "StPO", "Art. 1 Richtlinie 1999/1", "\u00a7 StGB"):
        with pytest.raises(Malformed):
            CITATION.read(text)
    with pytest.raises(Inexpressible):
        CITATION.write("nat-nl:wpg-art15a")


def test_dates_have_one_order_each() -> None:
    """Births and days in the German order, papers in that of ISO 8601; the other is malformed, never guessed."""
    assert DATE.read("05.06.1984").value == {"precision": "day", "value": "1984-06-05"}
    assert PAPER_DATE.read("2021-06-00").value == {"precision": "month", "value": "2021-06"}
    for converter, text in ((DATE, "1984-06-05"), (PAPER_DATE, "05.06.2021"), (DATE, "06/05/1984")):
        with pytest.raises(Malformed):
            converter.read(text)
    assert INSTANT.read("25.10.2026 02:30Z").value == "2026-10-25T02:30:00Z"
    with pytest.raises(Malformed):
        INSTANT.read("25.10.2026 02:30")


def test_names_of_nobody() -> None:
    """An unknown person is known to be unknown; a null word in another field says nothing."""
    assert NAME.read("Unbekannte Person").value == "unknown"
    assert read_text(NAME, "N.N.", TABLE.null_words).value == "unknown"
    assert read_text(PHONE, "o. A.", TABLE.null_words).notes[0].reason is Reason.NULL_WORD


def test_particles_stand_before_surnames() -> None:
    """What stands in small letters before the surname is its particle; with a capital it belongs to the name."""
    assert SURNAME.read("von der Beispielheide").beside == {"particle": "von der"}
    assert SURNAME.read("Von der Heide").beside == {}


def test_sharp_s_and_umlauts_are_kept_as_written() -> None:
    """Spellings with ae, oe, ue and ss are other names, kept as they are: they are not folded into each other."""
    for name in ("M\u00fc\u00dfig", "Muessig", "STRA\u1e9eER", "Gro\u00dfmann"):
        assert SURNAME.read(name).value == name


def test_phones_are_german_unless_they_say_otherwise() -> None:
    """A number with one zero is German, and all are written with a plus sign."""
    assert PHONE.read("0221 / 000 00-01").value == "+492210000001"
    assert PHONE.write("+492210000001").text == "+492210000001"

"""The Dutch words and values."""

from __future__ import annotations

from enum import StrEnum

import pytest

from adapters.countries.nl import care_words, case_words, lands, person_words, signal_words
from adapters.countries.nl.values import BSN, CITATION
from adapters.mapping.codes import CodeList
from adapters.mapping.conversion import Converter, Inexpressible, Malformed
from adapters.mapping.pictures import Jpeg
from adapters.mapping.text import Upper
from contracts import codes
from contracts.values import BIRTH_COUNTRIES, COUNTRIES, NATIONALITIES

LISTS: list[tuple[CodeList, type[StrEnum]]] = [
    (person_words.SEX, codes.Sex),
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
    (case_words.OFFENCE_SCHEME, codes.OffenceScheme),
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
def test_each_code_has_a_dutch_word_and_back(words: CodeList, values: type[StrEnum]) -> None:
    """Every canonical value can be written, and what is written reads as that value."""
    assert set(words.values) == set(values)
    for value in values:
        assert words.read(words.write(value.value).text).value == value.value


def test_every_country_and_nationality_is_known_to_the_contract() -> None:
    """Each Dutch word leads to a code that the contract takes, and every country has a name."""
    assert set(lands.COUNTRIES.values()) == COUNTRIES
    assert set(lands.BIRTH_COUNTRIES.values()) <= BIRTH_COUNTRIES
    assert set(lands.NATIONALITIES.values()) <= NATIONALITIES
    assert {"SUN", "YUG", "CSK", "DDR"} <= set(lands.BIRTH_COUNTRIES.values())
    CodeList("Landen", lands.BIRTH_COUNTRIES)
    CodeList("Nationaliteiten", lands.NATIONALITIES)


def test_all_dutch_words_exist_in_the_code_page() -> None:
    """What the adapter writes by itself can be written in CP1252."""
    for words, _ in LISTS:
        for value in words.values:
            words.write(value).text.encode("cp1252")
    for word in {*lands.BIRTH_COUNTRIES, *lands.NATIONALITIES, *care_words.LANGUAGES}:
        word.encode("cp1252")


def test_a_bsn_has_nine_digits() -> None:
    """The form is a rule; whether the digits fit together is a flag."""
    assert BSN.read("1234.56.782").value == "123456782"
    with pytest.raises(Malformed):
        BSN.read("12345678")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Richtlijn 2011/36 art. 9", "dir-2011-36:art9"),
        ("Verordening 2018/1862 art. 36", "reg-2018-1862:art36"),
        ("Kaderbesluit 2002/584 art. 2", "fd-2002-584:art2"),
        ("AVG art. 6-1-d", "gdpr:art6-1-d"),
        ("Wpg art. 15a", "nat-nl:wpg-art15a"),
    ],
)
def test_citations_are_read_and_written(text: str, word: str) -> None:
    """European and Dutch law in Dutch words, one code each."""
    assert CITATION.read(text).value == word
    assert CITATION.write(word).text == text


@pytest.mark.parametrize("text", ["Richtlijn 1999/1 art. 1", "AVG 2016/679 art. 6", "zomaar", "Richtlijn 2011/36"])
def test_laws_that_the_contract_does_not_know_are_malformed(text: str) -> None:
    """An unknown instrument, a number too much or an article too few make no legal basis."""
    with pytest.raises(Malformed):
        CITATION.read(text)


def test_the_law_of_another_country_cannot_be_written() -> None:
    """It has no Dutch name."""
    with pytest.raises(Inexpressible):
        CITATION.write("nat-de:stgb-232")


@pytest.mark.parametrize(("converter", "text"), [(Upper(), "NL_NH"), (Upper(), "x"), (Jpeg(), "geen plaatje")])
def test_codes_and_pictures_have_a_form(converter: Converter, text: str) -> None:
    """What is no code, or no base64, is malformed."""
    with pytest.raises(Malformed):
        converter.read(text)


def test_pictures_may_be_wrapped() -> None:
    """Line breaks in base64 mean nothing, and one line is written."""
    assert Jpeg().read("/9j/\r\n/w==").value == "_9j__w"
    assert Jpeg().write("_9j__w").text == "/9j//w=="
    assert Upper().read("nl-nh").value == "NL-NH"

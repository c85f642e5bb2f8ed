"""The interview: few questions, every answer understood or asked again, nothing assumed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from broker.cli.signal_interview import Interview, numbers, place_of, seen_of
from broker.cli.signal_words import Phrase
from contracts.codes import Act, Indicator, Language, ReporterClass, SignalOutcome, Situation
from contracts.indicators import asked_in

NOW = datetime(2026, 11, 24, 14, 7, 33, tzinfo=UTC)
MOST_QUESTIONS = 30
"""At four seconds each they take two minutes: reading a line and typing a letter takes less."""


class Person:
    """Types the given answers, then only Enter, and counts the questions."""

    def __init__(self, answers: Iterable[str] = ()) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.told: list[str] = []

    def ask(self, question: str) -> str:
        self.asked.append(question)
        return self.answers.pop(0) if self.answers else ""


def interview(person: Person, language: Language = Language.EN, country: str | None = "NLD") -> Interview:
    return Interview(language=language, now=NOW, country=country, ask=person.ask, say=person.told.append)


@pytest.mark.parametrize("situation", Situation)
def test_nobody_is_asked_much(situation: Situation) -> None:
    """Whatever the situation, everything from the first question to the last is at most 30 questions."""
    person = Person(["1", "", "", "1"])
    asks = interview(person)
    asks.situation()
    asks.seen()
    asks.place()
    asks.reporter()
    acts = asks.acts()
    found = asks.indicators(situation, acts)
    asks.outcome(SignalOutcome.FURTHER_ASSESSMENT)
    asks.agrees(Phrase.ADULT)
    asks.agrees(Phrase.PUBLISH, 90)
    assert len(person.asked) <= MOST_QUESTIONS
    assert set(found.not_asked) == set(asked_in(situation))
    assert (found.yes, found.no, found.acts) == ((), (), ())


def test_answers_land_where_they_belong() -> None:
    """Letters for the strong indicators, numbers for the others, a minus for what is not so."""
    strong = [Indicator(f"ilo-ec:{one}") for one in ("d1-deceived_on_job", "d2-violence")]
    found = interview(Person(["y", "N", "", "", "", "", "", "1, 9", "-1"])).indicators(Situation.ADULT_LABOUR, ())
    assert found.yes == tuple(
        sorted([strong[0], *(Indicator(f"ilo-ec:d1-deceived_on_{one}") for one in ("wages", "education"))])
    )
    assert found.no == tuple(sorted([strong[1], Indicator("ilo-ec:d2-threats_of_violence")]))
    assert len(found.yes) + len(found.no) + len(found.not_asked) == len(asked_in(Situation.ADULT_LABOUR))


def test_what_is_not_understood_is_asked_again() -> None:
    """A wrong letter, a number that is not there, one twice: the question comes again, and nothing is taken."""
    person = Person(["0", "5", "1 2", "x", "2"])
    assert interview(person).situation() is Situation.ADULT_SEXUAL
    assert person.told.count("Not understood. Once more.") == 4
    person = Person(["7", "1 1", "-1", "4 1"])
    assert interview(person).acts() == (Act.HARBOURING, Act.RECRUITMENT)
    person = Person(["", "14", "13"])
    assert interview(person).reporter() is ReporterClass.ANONYMOUS


def test_the_person_decides() -> None:
    """Enter takes the proposal, a number another outcome."""
    assert interview(Person([""])).outcome(SignalOutcome.PRESUMED_VICTIM) is SignalOutcome.PRESUMED_VICTIM
    assert interview(Person(["1"])).outcome(SignalOutcome.PRESUMED_VICTIM) is SignalOutcome.NO_FINDING


def test_only_yes_is_yes() -> None:
    """In each language its own letter agrees; Enter and n do not."""
    assert interview(Person(["j"]), Language.NL).agrees(Phrase.PUBLISH, 90)
    assert not interview(Person([""]), Language.NL).agrees(Phrase.PUBLISH, 90)
    assert not interview(Person(["y", "n"]), Language.DE).agrees(Phrase.PUBLISH, 90)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ([], [])),
        ("2 5 -7", ([2, 5], [7])),
        ("1,2", ([1, 2], [])),
        ("0", None),
        ("8", None),
        ("-8", None),
        ("2 -2", None),
        ("two", None),
        ("1.5", None),
        ("+1", None),
    ],
)
def test_numbers_are_read_or_not_at_all(text: str, found: tuple[list[int], list[int]] | None) -> None:
    """Each number once and within the list; anything else is no answer."""
    assert numbers(text, 7) == found


@pytest.mark.parametrize(
    ("text", "at", "on"),
    [
        ("", "2026-11-24T14:07:00Z", None),
        ("2026-11-18", None, {"value": "2026-11-18", "precision": "day"}),
        ("2026-11", None, {"value": "2026-11", "precision": "month"}),
        ("2025", None, {"value": "2025", "precision": "year"}),
    ],
)
def test_a_time_is_as_precise_as_it_is_typed(text: str, at: str | None, on: dict[str, str] | None) -> None:
    """Enter is this minute; a date or part of one is kept as it is."""
    seen = seen_of(text, NOW)
    assert seen is not None
    assert (seen.at, seen.on.content() if seen.on else None) == (at, on)


@pytest.mark.parametrize("text", ["2026-11-25", "2027", "18-11-2026", "2026-02-30", "yesterday", "2026-1"])
def test_a_time_that_is_none_is_not_taken(text: str) -> None:
    """What is still to come, what is no date, and what could be read two ways."""
    assert seen_of(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "country", "region"),
    [("NL", "NLD", None), ("nld", "NLD", None), ("be-van", "BEL", "BE-VAN"), ("XK", "XK", None)],
)
def test_a_place_is_a_country_or_a_region(text: str, country: str, region: str | None) -> None:
    """Two or three letters for a country, an ISO 3166-2 code for a region of it."""
    place = place_of(text)
    assert place is not None
    assert (place.country, place.region) == (country, region)


@pytest.mark.parametrize("text", ["", "Holland", "ZZ", "NL-", "NL-ZZZZ", "XXXX-1"])
def test_a_place_that_is_none_is_not_taken(text: str) -> None:
    """A word, an unknown code, half a code."""
    assert place_of(text) is None


def test_who_is_at_home_nowhere_is_asked_for_a_country() -> None:
    """An authority of the Union has no country that Enter could mean."""
    person = Person(["", "de"])
    assert interview(person, country=None).place().country == "DEU"
    assert len(person.asked) == 2

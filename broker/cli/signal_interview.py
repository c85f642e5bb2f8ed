"""Ask a professional through the indicators of one situation: the heaviest one by one, the others by list.

Nothing here names a person. What is not answered stays not asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TypeVar

from pydantic import ValidationError

from broker.cli.signal_words import YES, Phrase, word
from contracts.assessment import Answers
from contracts.codes import (
    Act,
    DatePrecision,
    Dimension,
    Indicator,
    Language,
    ReporterClass,
    SignalOutcome,
    Situation,
    Strength,
)
from contracts.identifiers import iso
from contracts.indicators import DIMENSIONS, ENTRIES, SITUATIONS, asked_in, dimension_of, strength_of
from contracts.places import CoarsePlace
from contracts.values import PartialDate, alpha3

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

_PRECISIONS = {4: DatePrecision.YEAR, 7: DatePrecision.MONTH, 10: DatePrecision.DAY}
_NUMBER = re.compile(r"-?[1-9]\d?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """When something was seen: the instant, or the date as far as it is known."""

    at: str | None = None
    on: PartialDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """Questions and answers in one language. `country` is where the asker is at home, alpha-3."""

    language: Language
    now: datetime
    country: str | None
    ask: Callable[[str], str]
    say: Callable[[str], None]

    def situation(self) -> Situation:
        """Ask which situation is assessed: it decides what is asked."""
        texts = [SITUATIONS[one].text.in_(self.language) for one in Situation]
        return self._choice(Phrase.SITUATION, list(Situation), texts)

    def reporter(self) -> ReporterClass:
        """Ask what kind of person or body reports; `anonymous` is an answer, and no name is ever asked."""
        return self._choice(Phrase.REPORTER, list(ReporterClass), [self._word(one) for one in ReporterClass])

    def seen(self) -> Seen:
        """Ask when it was seen."""
        return self._until(self._word(Phrase.SEEN), lambda text: seen_of(text, self.now))

    def place(self) -> CoarsePlace:
        """Ask roughly where it was."""
        if self.country is None:
            return self._until(self._word(Phrase.PLACE), place_of)
        home = self.country
        return self._until(self._word(Phrase.PLACE_ENTER, home), lambda text: place_of(text or home))

    def acts(self) -> tuple[Act, ...]:
        """Ask what was done with a child; nothing known is an answer."""
        choices = list(Act)
        self._menu([self._word(one) for one in choices])

        def read(text: str) -> tuple[Act, ...] | None:
            found = numbers(text, len(choices))
            return None if found is None or found[1] else tuple(sorted(choices[one - 1] for one in found[0]))

        return self._until(self._word(Phrase.ACTS), read)

    def indicators(self, situation: Situation, acts: tuple[Act, ...]) -> Answers:
        """Ask the indicators: each strong one by itself, then the rest of each dimension at once."""
        yes: list[Indicator] = []
        no: list[Indicator] = []
        asked = asked_in(situation)
        strong = [one for one in asked if strength_of(one, situation) is Strength.STRONG]
        self.say(self._word(Phrase.STRONG_ONES))
        for indicator in strong:
            answer = self._until(f"  {self._indicator(indicator)}?", self._yes_or_no)
            if answer is not Answer.NOT_ASKED:
                (yes if answer is Answer.YES else no).append(indicator)
        for dimension in Dimension:
            rest = [one for one in asked if dimension_of(one) is dimension and one not in strong]
            self.say(f"{dimension.value} {DIMENSIONS[dimension].in_(self.language)}")
            self._menu([self._indicator(one) for one in rest])
            seen, denied = self._until(self._word(Phrase.REST), partial(numbers, most=len(rest)))
            yes += [rest[one - 1] for one in seen]
            no += [rest[one - 1] for one in denied]
        answered = {*yes, *no}
        return Answers(
            situation=situation,
            yes=tuple(sorted(yes)),
            no=tuple(sorted(no)),
            not_asked=tuple(sorted(one for one in asked if one not in answered)),
            acts=acts,
        )

    def outcome(self, proposal: SignalOutcome) -> SignalOutcome:
        """Let the person decide; the proposal stands where they say nothing else."""
        return self._choice(
            Phrase.OUTCOME, list(SignalOutcome), [self._word(one) for one in SignalOutcome], default=proposal
        )

    def agrees(self, phrase: Phrase, *inserted: object) -> bool:
        """Ask a question to which anything but yes means no."""
        return self._until(self._word(phrase, *inserted), self._yes_or_no) is Answer.YES

    def _choice(self, phrase: Phrase, values: Sequence[E], texts: Sequence[str], *, default: E | None = None) -> E:
        self._menu(texts)

        def read(text: str) -> E | None:
            found = numbers(text, len(values))
            if found == ([], []):
                return default
            return values[found[0][0] - 1] if found is not None and len(found[0]) == 1 and not found[1] else None

        return self._until(self._word(phrase), read)

    def _yes_or_no(self, text: str) -> Answer | None:
        letters = {"": Answer.NOT_ASKED, YES[self.language]: Answer.YES, "n": Answer.NO}
        return letters.get(text.casefold())

    def _until(self, question: str, read: Callable[[str], T | None]) -> T:
        while True:
            answer = read(self.ask(question).strip())
            if answer is not None:
                return answer
            self.say(self._word(Phrase.AGAIN))

    def _menu(self, texts: Sequence[str]) -> None:
        for number, text in enumerate(texts, start=1):
            self.say(f"  {number:>2} {text}")

    def _indicator(self, indicator: Indicator) -> str:
        return ENTRIES[indicator].in_(self.language)

    def _word(self, value: StrEnum, *inserted: object) -> str:
        return word(value, self.language, *inserted)


class Answer(StrEnum):
    """What was said to one indicator."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not_asked"


def numbers(text: str, most: int) -> tuple[list[int], list[int]] | None:
    """Read numbers up to `most` and those with a minus, each once; None where that is not what was typed."""
    typed = text.replace(",", " ").split()
    if not all(_NUMBER.fullmatch(one) for one in typed):
        return None
    values = [int(one) for one in typed]
    distinct = {abs(one) for one in values}
    if len(distinct) != len(values) or any(one > most for one in distinct):
        return None
    return [one for one in values if one > 0], [-one for one in values if one < 0]


def seen_of(text: str, now: datetime) -> Seen | None:
    """Read when something was seen: nothing for now, or a date or part of one that is not to come."""
    if not text:
        return Seen(at=iso(now.replace(second=0, microsecond=0)))
    precision = _PRECISIONS.get(len(text))
    if precision is None:
        return None
    try:
        on = PartialDate(value=text, precision=precision)
    except ValidationError:
        return None
    bounds = on.bounds()
    return None if bounds is None or bounds[0] > now.date() else Seen(on=on)


def place_of(text: str) -> CoarsePlace | None:
    """Read a country (alpha-2 or alpha-3) or an ISO 3166-2 region, which lies in its country."""
    typed = text.upper()
    region = typed if "-" in typed else None
    prefix = typed.partition("-")[0]
    country = alpha3(prefix) if len(prefix) == len("NL") else prefix
    try:
        return CoarsePlace(country=country or "", region=region)
    except ValidationError:
        return None

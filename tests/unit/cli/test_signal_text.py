"""How an assessment reads: in each language, with every word for every code."""

from __future__ import annotations

from enum import StrEnum

import pytest

from broker.cli import signal_words
from broker.cli.signal_text import lines
from broker.cli.signal_words import Phrase, word
from contracts.assessment import Answers, assess
from contracts.codes import (
    Act,
    Answered,
    Combination,
    Element,
    Indicator,
    Language,
    ProposalReason,
    ReporterClass,
    SignalOutcome,
    Situation,
    Strength,
)

LISTS: tuple[type[StrEnum], ...] = (
    Phrase, Strength, Answered, Combination, Element, ProposalReason, SignalOutcome, ReporterClass, Act,
)  # fmt: skip


def test_every_code_has_its_own_words() -> None:
    """No code is without words, and no two codes share an entry."""
    assert len(signal_words._WORDS) == sum(map(len, LISTS))
    for language in Language:
        assert all(word(one, language) for values in LISTS for one in values)


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        (
            Language.EN,
            "Assessment by the rule ilo_ec_2009: child, labour exploitation",
            "This is an assessment and no finding: a person decides.",
        ),
        (
            Language.NL,
            "Beoordeling volgens de regel ilo_ec_2009: kind, arbeidsuitbuiting",
            "Dit is een beoordeling en geen vaststelling: een mens beslist.",
        ),
        (
            Language.DE,
            "Einschätzung nach der Regel ilo_ec_2009: Kind, Arbeitsausbeutung",
            "Dies ist eine Einschätzung und kein Befund: ein Mensch entscheidet.",
        ),
    ],
)
def test_an_assessment_reads_in_each_language(language: Language, first: str, last: str) -> None:
    """It begins with its rule, gives a line for each dimension, and ends by saying who decides."""
    yes = tuple(
        Indicator(f"ilo-ec:{one}") for one in ("d3-illegal_status", "d4-excessive_hours", "d4-no_social_protection")
    )
    read = list(lines(assess(Answers(situation=Situation.CHILD_LABOUR, yes=yes)), language))
    assert (read[0], read[-1]) == (first, last)
    assert sum(line.startswith("  D") for line in read) == 6


def test_an_unknown_strength_is_called_unknown() -> None:
    """Where the catalogue lacks strengths, no rule is named and each such fact says so."""
    yes = (Indicator("ilo-ec:d5-violence"), Indicator("ilo-ec:d5-forced_tasks_or_clients"))
    read = "\n".join(lines(assess(Answers(situation=Situation.ADULT_SEXUAL, yes=yes)), Language.EN))
    assert read.startswith("Assessment without a rule")
    assert "strength unknown: violence on the victim" in read
    assert "strong: forced tasks or clients" in read

"""The catalogues of indicators: closed, whole, each entry with its source, texts in every language."""

from __future__ import annotations

from collections import Counter

import pytest

from contracts.codes import Dimension, Indicator, Language, Situation, Strength
from contracts.codes.catalogue import CATALOGUES
from contracts.indicators import DIMENSIONS, ENTRIES, SITUATIONS, asked_in, dimension_of, eleven_of, strength_of, words

OPERATIONAL = [one for one in Indicator if one.startswith("ilo-ec:")]


def test_codes_name_their_catalogue() -> None:
    """Eleven indicators of forced labour have no dimension; operational ones name it in their id."""
    eleven = [one for one in Indicator if one.startswith("ilo-11:")]
    assert (len(eleven), len(OPERATIONAL), len(Indicator)) == (11, 67, 78)
    assert {dimension_of(one) for one in eleven} == {None}
    assert all(isinstance(dimension_of(one), Dimension) for one in OPERATIONAL)
    assert set(ENTRIES) == set(Indicator)


def test_the_lists_for_labour_have_the_counts_of_the_source() -> None:
    """67 indicators for adults, 10, 10, 16, 9, 15, 7 by dimension; 65 for children, none of them weak."""
    adult, child = (asked_in(one) for one in (Situation.ADULT_LABOUR, Situation.CHILD_LABOUR))
    assert (len(adult), len(child)) == (67, 65)
    assert [Counter(map(dimension_of, adult))[one] for one in Dimension] == [10, 10, 16, 9, 15, 7]
    weights = Counter(strength_of(one, Situation.CHILD_LABOUR) for one in child)
    assert weights[Strength.WEAK] == weights[None] == 0
    strong = {one for one in adult if strength_of(one, Situation.ADULT_LABOUR) is Strength.STRONG}
    assert strong == {
        "ilo-ec:d1-deceived_on_job", "ilo-ec:d2-violence", "ilo-ec:d4-excessive_hours",
        "ilo-ec:d5-confiscated_documents", "ilo-ec:d5-debt_bondage", "ilo-ec:d5-isolation", "ilo-ec:d5-violence",
    }  # fmt: skip


@pytest.mark.parametrize("situation", Situation)
def test_a_situation_tells_what_it_asks_and_what_it_lacks(situation: Situation) -> None:
    """The count holds; strengths are those of the source for every indicator, or the gap is said in words."""
    told, asked = SITUATIONS[situation], asked_in(situation)
    assert len(asked) == told.indicators
    known = [strength_of(one, situation) for one in asked]
    assert (None in known) == (told.strengths == "partial") == (told.note is not None)
    assert {one for one in Indicator if strength_of(one, situation) is not None} <= set(asked)


def test_the_same_fact_weighs_by_its_phase() -> None:
    """Confiscated documents are medium at recruitment and strong at destination (ILO and Commission, 2009)."""
    at = {one: Indicator(f"ilo-ec:{one}-confiscated_documents") for one in ("d2", "d5")}
    assert strength_of(at["d2"], Situation.ADULT_LABOUR) is Strength.MEDIUM
    assert strength_of(at["d5"], Situation.ADULT_LABOUR) is Strength.STRONG


def test_what_is_asked_first_weighs_most() -> None:
    """By dimension, in each the heaviest first and what has no known strength last."""
    for situation in Situation:
        order = {Strength.STRONG: 0, Strength.MEDIUM: 1, Strength.WEAK: 2, None: 3}
        places = [(dimension_of(one), order[strength_of(one, situation)]) for one in asked_in(situation)]
        assert places == sorted(places)


def test_every_entry_has_its_source() -> None:
    """A source is named, described, and said to have been seen itself or through another."""
    for catalogue in CATALOGUES:
        sources = {source.id for source in catalogue.source}
        assert {entry.source for entry in catalogue.indicator} <= sources
        assert {asked.source for asked in catalogue.situation.values()} <= sources
        assert all(source.note for source in catalogue.source if source.seen == "secondary")
    assert set(SITUATIONS) == set(Situation)
    assert set(DIMENSIONS) == set(Dimension)


def test_an_operational_indicator_points_to_indicators_of_forced_labour() -> None:
    """Each pointer leads to one of the eleven, which points to itself."""
    for one in Indicator:
        assert all(eleven_of(pointed) == (pointed,) for pointed in eleven_of(one))
    assert eleven_of(Indicator("ilo-ec:d5-isolation")) == ("ilo-11:isolation", "ilo-11:restriction_of_movement")


@pytest.mark.parametrize("language", Language)
def test_texts_tell_indicators_apart(language: Language) -> None:
    """In each language every indicator has a text of its own, without the characters that files separate by."""
    found = words(language)
    assert set(found.values()) == set(Indicator)
    assert len({word.casefold() for word in found}) == len(Indicator)
    assert not [word for word in found if set(word) & set("|;\\\n")]

"""Indicators: their dimensions, and the weights that the source gives."""

from __future__ import annotations

from contracts.codes import Dimension, Indicator, Situation, Strength
from contracts.indicators import STRENGTHS, dimension_of


def test_codes_name_their_catalogue() -> None:
    """Eleven indicators of forced labour have no dimension; operational ones name it in their id."""
    by_catalogue = {name: [one for one in Indicator if one.startswith(f"{name}:")] for name in ("ilo-11", "ilo-ec")}
    assert sum(map(len, by_catalogue.values())) == len(Indicator)
    assert len(by_catalogue["ilo-11"]) == 11
    assert {dimension_of(one) for one in by_catalogue["ilo-11"]} == {None}
    assert all(isinstance(dimension_of(one), Dimension) for one in by_catalogue["ilo-ec"])


def test_the_same_fact_weighs_by_its_phase() -> None:
    """Confiscated documents are medium at recruitment and strong at destination (ILO and Commission, 2009)."""
    weights = STRENGTHS[Situation.ADULT_LABOUR]
    assert weights[Indicator.D2_CONFISCATED_DOCUMENTS] is Strength.MEDIUM
    assert weights[Indicator.D5_CONFISCATED_DOCUMENTS] is Strength.STRONG


def test_every_operational_indicator_has_a_weight() -> None:
    """A catalogue entry without weight could not count in its rule."""
    assert set(STRENGTHS[Situation.ADULT_LABOUR]) == {one for one in Indicator if dimension_of(one) is not None}

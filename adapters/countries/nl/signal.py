"""The Dutch table, part four: what a signal says beside persons, things and handling."""

from __future__ import annotations

from adapters.countries.nl import signal_words as words
from adapters.countries.nl.person import LAND, REFUSE
from adapters.countries.nl.values import DAY, EXACT_DATE, INSTANT
from adapters.mapping.codes import Many
from adapters.mapping.table import Row, Rows
from adapters.mapping.text import Upper
from contracts.parts import MAX_ANSWERS

_OBSERVATION = "sections.observation"
_INDICATORS = Many(words.INDICATOR, as_set=True, at_most=MAX_ANSWERS)
_ASSESSMENT = f"{_OBSERVATION}.assessment"

OBSERVATION: Rows = (
    Row(
        field="WaargenomenTijdstip",
        path=f"{_OBSERVATION}.observed_at",
        converter=INSTANT,
        on_malformed=REFUSE,
    ),
    Row(field="WaargenomenDatum", path=f"{_OBSERVATION}.observed_on", converter=EXACT_DATE, on_malformed=REFUSE),
    Row(field="WaargenomenLand", path=f"{_OBSERVATION}.place.country", converter=LAND),
    Row(field="WaargenomenRegio", path=f"{_OBSERVATION}.place.region", converter=Upper()),
    Row(field="Melder", path=f"{_OBSERVATION}.reporter", converter=words.REPORTER),
    Row(field="IndicatorJa", path=f"{_OBSERVATION}.indicators.yes", converter=_INDICATORS),
    Row(field="IndicatorNee", path=f"{_OBSERVATION}.indicators.no", converter=_INDICATORS),
    Row(field="IndicatorNietGevraagd", path=f"{_OBSERVATION}.indicators.not_asked", converter=_INDICATORS),
    Row(field="Beoordelingsregel", path=f"{_ASSESSMENT}.rule", converter=words.RULE),
    Row(field="Uitkomst", path=f"{_ASSESSMENT}.outcome", converter=words.OUTCOME),
    Row(field="BeoordeeldOp", path=f"{_ASSESSMENT}.assessed_on", converter=DAY, on_malformed=REFUSE),
    Row(field="Situatie", path=f"{_ASSESSMENT}.situation", converter=words.SITUATION),
    Row(field="Dimensie", path=f"{_ASSESSMENT}.positive", converter=Many(words.DIMENSION, as_set=True)),
)

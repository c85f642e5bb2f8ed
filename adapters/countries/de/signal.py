"""The German table, part four: what a signal says beside persons, things and handling."""

from __future__ import annotations

from adapters.countries.de import signal_words as words
from adapters.countries.de.person import LAND, REFUSE
from adapters.countries.de.values import DAY, EXACT_DATE, INSTANT
from adapters.mapping.table import Each, Row, Rows
from adapters.mapping.text import Upper

_OBSERVATION = "sections.observation"
_ASSESSMENT = f"{_OBSERVATION}.assessment"
_EVENT = "Event[1]"

OBSERVATION: Rows = (
    Row(field=f"{_EVENT}/Time", path=f"{_OBSERVATION}.observed_at", converter=INSTANT, on_malformed=REFUSE),
    Row(field=f"{_EVENT}/Date", path=f"{_OBSERVATION}.observed_on", converter=EXACT_DATE, on_malformed=REFUSE),
    Row(field=f"{_EVENT}/Country", path=f"{_OBSERVATION}.place.country", converter=LAND),
    Row(field=f"{_EVENT}/Region", path=f"{_OBSERVATION}.place.region", converter=Upper()),
    Row(field=f"{_EVENT}/Reporter", path=f"{_OBSERVATION}.reporter", converter=words.REPORTER),
    Each(
        field=f"{_EVENT}/Observation/Yes[{{n}}]",
        path=f"{_OBSERVATION}.indicators.yes",
        converter=words.INDICATOR,
    ),
    Each(
        field=f"{_EVENT}/Observation/No[{{n}}]",
        path=f"{_OBSERVATION}.indicators.no",
        converter=words.INDICATOR,
    ),
    Each(
        field=f"{_EVENT}/Observation/NotAsked[{{n}}]",
        path=f"{_OBSERVATION}.indicators.not_asked",
        converter=words.INDICATOR,
    ),
    Row(field=f"{_EVENT}/Assessment/Rule", path=f"{_ASSESSMENT}.rule", converter=words.RULE),
    Row(field=f"{_EVENT}/Assessment/Outcome", path=f"{_ASSESSMENT}.outcome", converter=words.OUTCOME),
    Row(field=f"{_EVENT}/Assessment/On", path=f"{_ASSESSMENT}.assessed_on", converter=DAY, on_malformed=REFUSE),
    Row(field=f"{_EVENT}/Assessment/Situation", path=f"{_ASSESSMENT}.situation", converter=words.SITUATION),
    Each(
        field=f"{_EVENT}/Assessment/Dimension[{{n}}]",
        path=f"{_ASSESSMENT}.positive",
        converter=words.DIMENSION,
    ),
)

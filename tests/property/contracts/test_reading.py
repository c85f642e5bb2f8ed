"""No input makes the contracts fail in another way than by refusing, and what they accept has one spelling."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.age import ages
from contracts.codes import DatePrecision
from contracts.derive import document_key, plate_key
from contracts.encoding import canonical
from contracts.errors import Code, RecordError
from contracts.parts import SectionModel
from contracts.reading import parse_section, read_section
from contracts.sections import SECTION_MODELS
from contracts.sections.jpeg import jpeg_fault
from contracts.text import fault_of
from contracts.values import PartialDate, legal_basis_fault
from tests.support.contents import CONTENTS, JPEG, NAME, section

EXAMPLES = settings(max_examples=100, deadline=None)
NAMES = st.sampled_from(sorted(SECTION_MODELS))
SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=12)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner), max_leaves=8
)


@EXAMPLES
@given(NAMES, JSON)
def test_any_json_is_read_or_refused(name: str, value: Any) -> None:
    """A refusal is the only way in which reading fails, and it carries the code asked for."""
    code = None
    try:
        read = parse_section(name, value)
    except RecordError as refused:
        code = refused.code
    if code is None:
        assert canonical(read.content()) == canonical(value)
    else:
        assert code is Code.E13_CONTENT


@EXAMPLES
@given(NAMES, st.data())
def test_a_damaged_content_is_refused_or_means_what_it_says(name: str, data: st.DataObject) -> None:
    """One member of a valid content replaced by anything: accepted content is written back as it came."""
    value = dict(CONTENTS[name])
    value[data.draw(st.sampled_from(sorted(value)))] = data.draw(JSON)
    read = read_section(name, value, code=Code.E13_CONTENT)
    if isinstance(read, SectionModel):
        assert canonical(read.content()) == canonical(value)
    else:
        assert read


@EXAMPLES
@given(NAMES, st.text(min_size=1, max_size=12), JSON)
def test_an_unknown_member_is_refused(name: str, member: str, value: Any) -> None:
    """Whatever its name and value, a member that the contract lacks is never passed through."""
    assume(member not in SECTION_MODELS[name].model_fields)
    assert isinstance(read_section(name, {**CONTENTS[name], member: value}, code=Code.E13_CONTENT), list)


@EXAMPLES
@given(st.text(max_size=40))
def test_accepted_text_is_composed_and_visible(text: str) -> None:
    """What passes is its own normal form and holds no control or format character."""
    if fault_of(text) is None:
        assert unicodedata.normalize("NFC", text) == text
        assert not {unicodedata.category(one)[0] for one in text} & {"C"}


@EXAMPLES
@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.sampled_from(DatePrecision), st.integers(0, 20_000))
def test_the_true_day_is_within_what_a_partial_date_may_mean(day: date, precision: DatePrecision, later: int) -> None:
    """Coarsening a date never excludes the day itself, and the ages it gives hold the true age."""
    spelt = {
        DatePrecision.DAY: day.isoformat(),
        DatePrecision.MONTH: day.isoformat()[:7],
        DatePrecision.YEAR: day.isoformat()[:4],
        DatePrecision.DECADE: f"{day.isoformat()[:3]}0",
        DatePrecision.ABOUT_YEAR: day.isoformat()[:4],
        DatePrecision.UNKNOWN: "unknown",
    }
    coarse = PartialDate(value=spelt[precision], precision=precision)
    bounds = coarse.bounds()
    if bounds is None:
        return
    assert bounds[0] <= day <= bounds[1]
    on = day + timedelta(days=later)
    identity = {"status": "confirmed", "names": [NAME], "birth": {"date": coarse.content()}}
    known = ages({"identity": section("identity", identities=[identity])}, on)
    true = on.year - day.year - ((on.month, on.day) < (day.month, day.day))
    assert known is not None
    assert known.least <= true <= known.most


@EXAMPLES
@given(st.text(max_size=20), st.sampled_from(DatePrecision))
def test_any_text_is_a_date_or_refused(text: str, precision: DatePrecision) -> None:
    """Validation is the only way in which a date fails."""
    try:
        made = PartialDate(value=text, precision=precision)
    except ValidationError:
        return
    assert made.content() == {"value": text, "precision": precision.value}


@EXAMPLES
@given(st.binary(max_size=200), st.integers(0, len(JPEG)))
def test_any_bytes_are_judged_as_an_image(data: bytes, cut: int) -> None:
    """Arbitrary bytes are refused; a JPEG with some put in is refused or still ends where it says."""
    assert jpeg_fault(data) is not None
    mixed = JPEG[:cut] + data + JPEG[cut:]
    assert jpeg_fault(mixed) is not None or mixed.endswith(b"\xff\xd9")


@EXAMPLES
@given(st.text(max_size=20))
def test_keys_are_stable(text: str) -> None:
    """Normalising twice changes nothing, so that both sides of a match agree."""
    for normalise in (plate_key, document_key):
        key = normalise(text)
        if key is not None:
            assert normalise(key) == key
            assert key.isascii()
    assert legal_basis_fault(text) is None or isinstance(legal_basis_fault(text), str)

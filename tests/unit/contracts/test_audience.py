"""The audience has one spelling: entries by recipient, sections and conditions ascending."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import Code, RecordError
from contracts.sections.audience import audience_content, parse_audience
from contracts.wire import MAX_RECIPIENTS

BORDER = {"because": [], "profile": "border", "sections": ["handling", "markers"], "to": "BE-FGP"}
LIAISON = {"because": ["strictly_necessary"], "profile": "liaison", "sections": ["physical"], "to": "DE-BKA"}


def test_an_audience_is_read_and_written_alike() -> None:
    """What is read is what was signed."""
    assert audience_content(parse_audience([BORDER, LIAISON])) == [BORDER, LIAISON]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param([LIAISON, BORDER], Code.E10_RECIPIENT, id="out of order"),
        pytest.param([BORDER, BORDER], Code.E10_RECIPIENT, id="one twice"),
        pytest.param({}, Code.E10_SECTION, id="no list"),
        pytest.param(None, Code.E10_SECTION, id="null"),
        pytest.param([{**BORDER, "x": 1}], Code.E10_SECTION, id="unknown member"),
        pytest.param([{"to": "BE-FGP"}], Code.E10_SECTION, id="members missing"),
        pytest.param([{**BORDER, "to": "be-fgp"}], Code.E10_SECTION, id="no participant id"),
        pytest.param([{**BORDER, "profile": "Border"}], Code.E10_SECTION, id="profile that is no word"),
        pytest.param([{**BORDER, "sections": ["Markers"]}], Code.E10_SECTION, id="section that is no word"),
        pytest.param([{**BORDER, "because": ["a b"]}], Code.E10_SECTION, id="condition that is no word"),
        pytest.param([{**BORDER, "sections": ["markers", "handling"]}], Code.E10_SECTION, id="sections out of order"),
        pytest.param([{**BORDER, "sections": ["markers", "markers"]}], Code.E10_SECTION, id="section twice"),
        pytest.param([{**LIAISON, "because": ["consent", "consent"]}], Code.E10_SECTION, id="condition twice"),
        pytest.param(
            [{**BORDER, "to": f"BE-A{number:03}"} for number in range(MAX_RECIPIENTS + 1)],
            Code.E10_SECTION,
            id="too many",
        ),
    ],
)
def test_another_form_is_refused_with_its_code(value: Any, code: Code) -> None:
    """Form, order and repetition each have their code."""
    with pytest.raises(RecordError) as refused:
        parse_audience(value)
    assert refused.value.code is code

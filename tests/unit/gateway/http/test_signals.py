"""Indicators and assessments over HTTP: what a form needs, and nothing stored."""

from __future__ import annotations

from broker.gateway.http import signals
from broker.settings import Right
from contracts.codes import Indicator, Situation
from tests.support.gateway_world import GatewayWorld
from tests.support.http_client import MakeClient


async def test_a_form_learns_what_is_asked(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Every indicator with its texts and source, and for each situation what the catalogue lacks."""
    found = (await reach("NL-POL", Right.READ).get("/v1/indicators")).json()
    assert {one["indicator"] for one in found["indicators"]} == set(Indicator)
    assert all({"en", "nl"} <= one["text"].keys() and one["source"] for one in found["indicators"])
    assert {one["situation"] for one in found["situations"]} == set(Situation)
    assert [one["situation"] for one in found["situations"] if one["note"]] == ["adult_sexual", "child_sexual"]


async def test_answers_are_assessed_and_not_stored(exchange: GatewayWorld, reach: MakeClient) -> None:
    """The example of the document is explained by dimension and element; the outbox stays as it was."""
    told = await reach("NL-POL", Right.SUBMIT).post("/v1/signals/assessments", json=signals.EXAMPLE)
    assert told.status_code == 200
    found = told.json()
    assert [one["dimension"] for one in found["dimensions"] if one["result"] == "positive"] == ["D5"]
    assert (found["proposal"], found["reason"]) == ("further_assessment", "something_seen")
    assert exchange.gateway("NL-POL").outbox.backlog() == {}


async def test_answers_outside_the_lists_are_refused(exchange: GatewayWorld, reach: MakeClient) -> None:
    """An unknown code, two answers to one indicator, a missing situation, another right: each has its problem."""
    api = reach("NL-POL", Right.SUBMIT)
    for wrong in (
        {**signals.EXAMPLE, "yes": ["ilo-ec:d9-none"]},
        {**signals.EXAMPLE, "no": signals.EXAMPLE["yes"]},
        {"yes": []},
        {**signals.EXAMPLE, "name": "x"},
    ):
        refused = await api.post("/v1/signals/assessments", json=wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "H-parameter")
    barred = await reach("NL-POL", Right.OPERATE).post("/v1/signals/assessments", json=signals.EXAMPLE)
    assert (barred.status_code, barred.json()["code"]) == (403, "H-right")

"""Explanations over HTTP: for the issuer of an event, and for who received it."""

from __future__ import annotations

from broker.settings import Right
from tests.support.gateway_world import GatewayWorld, victim
from tests.support.http_client import MakeClient


async def test_an_event_is_explained_to_both_ends(exchange: GatewayWorld, reach: MakeClient) -> None:
    """The issuer asks for any participant and may suppose; the recipient asks for itself."""
    (told,) = exchange.gateway("NL-POL").publish([victim()])
    await exchange.run()
    address = f"/v1/events/{told.jti}/explanation"  # type: ignore[union-attr]
    issuer, officer = reach("NL-POL", Right.SUBMIT), reach("DE-BKA", Right.READ)
    shown = (await issuer.get(address, params={"for": "DE-BKA"})).json()
    seen = [one["section"] for one in shown["sections"] if one["verdict"] == "seen"]
    assert (shown["profile"], shown["addressed"], "identity" in seen) == ("liaison", True, True)
    query = {"for": "DE-BKA", "what_if": ["purpose=prosecute", "age=12"]}
    supposed = (await issuer.get(address, params=query)).json()
    (identity,) = [one for one in supposed["sections"] if one["section"] == "identity"]
    assert (identity["verdict"], identity["conditions"][0]["holds"]) == ("not_seen", False)
    mine = (await officer.get(address)).json()
    assert [one["section"] for one in mine["sections"] if one["verdict"] == "seen"] == seen


async def test_a_question_that_does_not_fit_is_refused(exchange: GatewayWorld, reach: MakeClient) -> None:
    """A missing participant, a wrong supposition, an unknown event, a right that is lacking."""
    (told,) = exchange.gateway("NL-POL").publish([victim()])
    address = f"/v1/events/{told.jti}/explanation"  # type: ignore[union-attr]
    issuer = reach("NL-POL", Right.SUBMIT)
    for query, status, code in (
        ("", 422, "X-usage"),
        ("?for=DE-BKA&what_if=sex=1", 422, "X-usage"),
        ("?for=DE-XXX", 404, "X-unknown"),
        ("?fro=DE-BKA", 422, "H-parameter"),
    ):
        refused = await issuer.get(address + query)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    nowhere = await issuer.get("/v1/events/01920000-0000-7000-8000-000000000009/explanation?for=DE-BKA")
    assert nowhere.status_code == 404
    monitor = reach("NL-POL", Right.OPERATE)
    assert (await monitor.get(f"{address}?for=DE-BKA")).json()["code"] == "H-right"

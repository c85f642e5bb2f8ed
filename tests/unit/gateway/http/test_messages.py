"""Messages over HTTP: about an entry, to whoever it concerns, refused with every finding."""

from __future__ import annotations

from typing import Any

from broker.settings import Right
from contracts.codes import ErasureGround
from tests.support.contents import content
from tests.support.gateway_world import GatewayWorld, suspect
from tests.support.http_client import MakeClient
from tests.support.messages import HIT, message, told

NOTHING = {"type": "answer.v1", "sections": {"report": {"answer": {"extent": "nothing_held"}}}}
FOUND: dict[str, Any] = {"type": "hit.v1", "sections": {"report": {"hit": HIT}}}


async def test_an_entry_is_answered_once_and_both_sides_find_it(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Type and sections are enough; the same again is the same; the ledger and the inbox find it by the request."""
    (asked,) = told(exchange, "NL-POL", message("request.v1", None, "objects"), to=["DE-BKA"])
    await exchange.run()
    officer, issuer = reach("DE-BKA"), reach("NL-POL")
    first, again = [await officer.post("/v1/inbox/1/messages", json=NOTHING) for _ in range(2)]
    assert (first.status_code, first.json()["recipients"], first.json()["unchanged"]) == (202, ["NL-POL"], False)
    assert again.json() == {**first.json(), "unchanged": True}
    await exchange.run()
    (entry,) = (await issuer.get("/v1/inbox", params={"about": asked.jti})).json()["entries"]
    assert (entry["event"], entry["about"]) == (first.json()["event"], {"event": asked.jti, "from": "NL-POL"})
    (own,) = (await officer.get("/v1/events", params={"about": asked.jti})).json()["events"]
    assert (own["event"], own["about"]) == (entry["event"], entry["about"])
    assert [one["state"] for one in own["deliveries"]] == ["opened"]
    assert (await issuer.get("/v1/events", params={"about": asked.jti})).json() == {"events": []}
    withdrawn = await officer.post(f"/v1/alerts/{first.json()['alert']}/withdrawal", json={"ground": "inaccurate"})
    assert withdrawn.status_code == 202


async def test_what_is_refused_says_all_that_is_wrong(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Content, history and recipients are findings with remedies; nothing is issued and nothing is quoted."""
    told(exchange, "NL-POL", suspect(), message("request.v1", None, "objects"), to=["DE-BKA"])
    await exchange.run()
    before, api = exchange.gateway("DE-BKA").outbox.backlog(), reach("DE-BKA")
    held, unknown = {"answer": {"extent": "complete"}}, {"answer": {"extent": "GEHEIM"}}
    asked: list[tuple[int, dict[str, Any], set[tuple[str, str]]]] = [
        (1, NOTHING, {("E13-history", "ref")}),
        (2, FOUND, {("E13-history", "ref")}),
        (1, {**FOUND, "to": ["BE-FGP"]}, {("E10-recipient", "audience")}),
        (2, {**NOTHING, "sections": {"report": held}}, {("A05-minimum", "sections")}),
        (2, {**NOTHING, "sections": {"report": unknown}}, {("A04-code", "report.answer.extent")}),
        (1, {**FOUND, "validity_days": 4000}, {("A05-minimum", "validity_days")}),
    ]
    for number, body, findings in asked:
        refused = await api.post(f"/v1/inbox/{number}/messages", json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "X-draft-refused")
        assert findings <= {(one["code"], one["path"]) for one in refused.json()["findings"]}, refused.json()
        assert "GEHEIM" not in refused.text
    assert exchange.gateway("DE-BKA").outbox.backlog() == before


async def test_a_message_that_does_not_fit_the_interface_is_refused(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Unknown members and types, entries that are not there, and clients that may not speak for the participant."""
    told(exchange, "NL-POL", suspect())
    await exchange.run()
    api = reach("DE-BKA")
    for wrong in ({"by": "Jansen"}, {"type": "erase.v1"}, {"sections": "x"}, {"sections": None}):
        refused = await api.post("/v1/inbox/1/messages", json={**FOUND, **wrong})
        assert (refused.status_code, refused.json()["code"]) == (422, "H-parameter")
    assert (await api.post("/v1/inbox/9/messages", json=FOUND)).json()["code"] == "X-unknown"
    assert (await api.get("/v1/events?about=1")).json()["code"] == "H-parameter"
    reader = reach("DE-BKA", Right.READ)
    assert (await reader.post("/v1/inbox/1/messages", json=FOUND)).json()["code"] == "H-right"


async def test_an_erased_entry_cannot_be_answered(exchange: GatewayWorld, reach: MakeClient) -> None:
    """What is gone is told about no more."""
    (one,) = told(exchange, "NL-POL", suspect(), to=["DE-BKA"])
    await exchange.run()
    exchange.gateway("NL-POL").order_erasure(one.sub, ErasureGround.EXPIRED)
    await exchange.run()
    basis = {"purpose": "locate_suspect", "basis": ["dir-2023-977:art7"]}
    refused = await reach("DE-BKA").post("/v1/inbox/1/messages", json={**FOUND, **basis})
    assert [(one["code"], one["path"]) for one in refused.json()["findings"]] == [("E13-history", "ref")]


async def test_a_hit_carries_sections_and_terms_of_its_own(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Purpose, basis and validity are those of the entry unless the message names others."""
    told(exchange, "NL-POL", suspect(), to=["DE-BKA"])
    await exchange.run()
    body = {
        **FOUND,
        "sections": {**FOUND["sections"], "objects": content("objects"), "handling": content("handling")},
        "purpose": "identify",
        "basis": ["reg-2024-982:art47"],
        "validity_days": 10,
    }
    sent = await reach("DE-BKA").post("/v1/inbox/1/messages", json=body)
    assert sent.status_code == 202, sent.text
    await exchange.run()
    (entry,) = [one for one in exchange.gateway("NL-POL").feed() if one.type == "hit.v1"]
    assert (entry.claims["purpose"], entry.claims["basis"]) == ("identify", ["reg-2024-982:art47"])
    assert (entry.exp - entry.iat, entry.sections["objects"]) == (10 * 86_400, content("objects"))

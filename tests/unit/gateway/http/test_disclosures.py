"""Opening further sections over HTTP."""

from __future__ import annotations

from broker.gateway.publish import Acknowledged
from tests.support.gateway_world import GatewayWorld, suspect
from tests.support.http_client import MakeClient
from tests.support.messages import message, ref, told

NOBODYS = "019c8a5e-7e4c-7d8a-9c1b-2f6a4b1c0d9e"


async def published(world: GatewayWorld) -> Acknowledged:
    """Publish an alert of NL-POL on which BE-FGP reports a hit."""
    (alert,) = told(world, "NL-POL", suspect())
    await world.run()
    told(world, "BE-FGP", message("hit.v1", ref("NL-POL", alert)))
    await world.run()
    return alert


async def test_sections_are_opened_later_and_found_in_the_entry(exchange: GatewayWorld, reach: MakeClient) -> None:
    """The same again is the same disclosure; the recipient's entry says which event opened what."""
    alert = await published(exchange)
    asked = {"to": ["BE-FGP"], "sections": ["identity"], "because": ["after_match"]}
    first = await reach("NL-POL").post(f"/v1/events/{alert.jti}/disclosures", json=asked)
    given = first.json()
    assert (first.status_code, given["recipients"], given["repeated"]) == (202, {"BE-FGP": "border"}, False)
    again = await reach("NL-POL").post(f"/v1/events/{alert.jti}/disclosures", json=asked)
    assert again.json() == {**given, "repeated": True}
    await exchange.run()
    (entry,) = (await reach("BE-FGP").get("/v1/inbox?type=suspect-alert.v1")).json()["entries"]
    assert entry["disclosed"] == {"identity": given["event"]}
    assert entry["sections"]["identity"]["identities"]


async def test_what_cannot_be_opened_is_refused_with_every_reason(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Policy has a code of its own; an unknown event is not found; a wrong word does not fit."""
    alert = await published(exchange)
    api, address = reach("NL-POL"), f"/v1/events/{alert.jti}/disclosures"
    refused = await api.post(address, json={"to": ["BE-FGP"], "sections": ["narrative", "role"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "E13-opened")
    assert all(f"section {name} is never opened" in refused.json()["detail"] for name in ("narrative", "role"))
    wrong = [
        ({"to": ["NL-CARE"], "sections": ["identity"]}, address, 422, "X-usage"),
        ({"to": ["BE-FGP"], "sections": ["identity"], "because": ["curious"]}, address, 422, "H-parameter"),
        ({"to": [], "sections": ["identity"]}, address, 422, "H-parameter"),
        ({"to": ["BE-FGP"], "sections": ["identity"]}, f"/v1/events/{NOBODYS}/disclosures", 404, "X-unknown"),
    ]
    for body, where, status, code in wrong:
        answer = await api.post(where, json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)

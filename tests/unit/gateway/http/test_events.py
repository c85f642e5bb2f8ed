"""The ledger and the orders over HTTP."""

from __future__ import annotations

from broker.gateway.publish import Acknowledged
from tests.support.gateway_world import GatewayWorld, suspect
from tests.support.http_client import MakeClient

NOBODYS = "5d1f0c52-8d7b-4a3e-9f60-7c9a2b4e8d11"
GROUND = {"ground": "purpose_achieved"}


async def published(world: GatewayWorld) -> Acknowledged:
    (told,) = world.gateway("NL-POL").publish([suspect()])
    assert isinstance(told, Acknowledged)
    await world.run()
    return told


async def test_an_alert_is_followed_withdrawn_and_erased(exchange: GatewayWorld, reach: MakeClient) -> None:
    """The ledger is the issuer's; each order reaches everybody and is the same when it is given again."""
    told = await published(exchange)
    api = reach("NL-POL")
    ledger = (await api.get(f"/v1/events/{told.jti}")).json()
    assert (ledger["outcome"], ledger["alert"], ledger["version"]) == ("admitted", told.sub, 1)
    for delivery in ledger["deliveries"]:
        assert delivery["state"] == "opened"
        assert delivery["sent"] <= delivery["admitted"] <= delivery["opened"]
    assert (await reach("DE-BKA").get(f"/v1/events/{told.jti}")).json()["code"] == "X-unknown"
    for order in ("withdrawal", "erasure"):
        first = (await api.post(f"/v1/alerts/{told.sub}/{order}", json=GROUND)).json()
        assert (first["alert"], first["recipients"], first["repeated"]) == (told.sub, ["BE-FGP", "DE-BKA"], False)
        await exchange.run()
        again = (await api.post(f"/v1/alerts/{told.sub}/{order}", json=GROUND)).json()
        assert again == {**first, "repeated": True}
    (erasure,) = first["events"]
    ledger = (await api.get(f"/v1/events/{erasure}")).json()
    assert (ledger["erasure"], {one["erasure"] for one in ledger["deliveries"]}) == ("certified", {"erased"})
    gone = await api.post(f"/v1/alerts/{told.sub}/withdrawal", json=GROUND)
    assert gone.json()["repeated"]


async def test_an_alert_is_restricted_for_a_reason(exchange: GatewayWorld, reach: MakeClient) -> None:
    """The recipient's entry carries the reason, and a report that something is done is refused."""
    told = await published(exchange)
    order = f"/v1/alerts/{told.sub}/restriction"
    first = (await reach("NL-POL").post(order, json={"reason": "contested"})).json()
    assert (first["recipients"], first["repeated"]) == (["BE-FGP", "DE-BKA"], False)
    assert (await reach("NL-POL").post(order, json={"reason": "contested"})).json() == {**first, "repeated": True}
    await exchange.run()
    officer = reach("DE-BKA")
    (entry,) = (await officer.get("/v1/inbox?type=suspect-alert.v1")).json()["entries"]
    assert (entry["restricted"], entry["state"]) == ("contested", "opened")
    action = f"/v1/inbox/{entry['number']}/actions"
    refused = await officer.post(action, json={"state": "acted"})
    assert (refused.status_code, refused.json()["code"]) == (422, "X-usage")
    told_so = await officer.post(action, json={"state": "cannot_act", "reason": "inaccurate_or_outdated"})
    assert told_so.status_code == 202
    wrong = await reach("NL-POL").post(order, json={"ground": "purpose_achieved"})
    assert wrong.json()["code"] == "H-parameter"


async def test_orders_need_an_alert_and_a_ground(reach: MakeClient) -> None:
    """Unknown alerts are not found; a national id is no address; a ground is one of the list."""
    api = reach("NL-POL")
    asked = [
        (NOBODYS, GROUND, 404, "X-unknown"),
        ("N-1", GROUND, 422, "H-parameter"),
        (NOBODYS, {"ground": "because"}, 422, "H-parameter"),
        (NOBODYS, {}, 422, "H-parameter"),
    ]
    for order in ("withdrawal", "erasure"):
        for alert, body, status, code in asked:
            refused = await api.post(f"/v1/alerts/{alert}/{order}", json=body)
            assert (refused.status_code, refused.json()["code"]) == (status, code)

"""Second approvals over HTTP."""

from __future__ import annotations

from typing import Any

from adapters.interface import as_json
from broker.gateway.publish import Pending
from broker.settings import Right
from tests.support.gateway_world import GatewayWorld
from tests.support.http_client import MakeClient
from tests.unit.gateway.test_approvals import child


def ask(world: GatewayWorld, actor: str, **changes: Any) -> str:
    """Publish something that then waits; return what it waits under."""
    (outcome,) = world.gateway("NL-POL").publish([child(**changes)], actor=actor)
    assert isinstance(outcome, Pending)
    return outcome.approval


async def test_another_client_approves(exchange: GatewayWorld, reach: MakeClient) -> None:
    """The record is listed, read and approved; then it is out, and stands in the list no more."""
    approval = ask(exchange, "records")
    api = reach("NL-POL")
    (listed,) = (await api.get("/v1/approvals")).json()["approvals"]
    assert (listed["approval"], listed["draft"], listed["state"]) == (approval, None, "pending")
    read = (await api.get(f"/v1/approvals/{approval}")).json()
    assert "narrative" in read["draft"]["sections"]
    assert [reason["path"] for reason in read["reasons"]] == ["claims"]
    given = (await api.post(f"/v1/approvals/{approval}", json={"decision": "approve"})).json()
    assert (given["state"], given["draft"]) == ("approved", None)
    assert given["decided_by"] == exchange.gateway("NL-POL").pseudonym("national-system")
    await exchange.run()
    assert (await api.get(f"/v1/events/{given['event']}")).json()["outcome"] == "admitted"
    assert (await api.get("/v1/approvals")).json()["approvals"] == []
    assert len((await api.get("/v1/approvals?state=approved")).json()["approvals"]) == 1
    assert (await api.post(f"/v1/approvals/{approval}", json={"decision": "approve"})).status_code == 404


async def test_the_client_that_handed_it_in_may_reject_and_not_approve(
    exchange: GatewayWorld, reach: MakeClient
) -> None:
    """To approve one's own is refused with a code; to take it back is not."""
    approval = ask(exchange, "national-system")
    api = reach("NL-POL")
    refused = await api.post(f"/v1/approvals/{approval}", json={"decision": "approve"})
    assert (refused.status_code, refused.json()["code"]) == (403, "X-not-another")
    taken = await api.post(f"/v1/approvals/{approval}", json={"decision": "reject"})
    assert taken.json()["state"] == "rejected"


async def test_to_approve_is_a_right_of_its_own(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Every other right together neither shows nor decides anything."""
    approval = ask(exchange, "records")
    api = reach("NL-POL", *(frozenset(Right) - {Right.APPROVE}))
    for answer in (
        await api.get("/v1/approvals"),
        await api.get(f"/v1/approvals/{approval}"),
        await api.post(f"/v1/approvals/{approval}", json={"decision": "approve"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "H-right")


async def test_a_submitted_record_waits_and_is_acknowledged_later(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Its submission is done with one record pending; the approval makes it acknowledged, with its event."""
    api = reach("NL-POL")
    body, headers = as_json(child()), {"content-type": "application/json"}
    taken = (await api.post("/v1/submissions", content=body, headers=headers)).json()
    await exchange.services["NL-POL"].intake_step()
    at = f"/v1/submissions/{taken['submission']}"
    done = (await api.get(at)).json()
    assert (done["state"], done["decided"], done["pending"], done["acknowledged"]) == ("done", 1, 1, 0)
    (record,) = (await api.get(f"{at}/records")).json()["records"]
    assert (record["state"], record["event"]) == ("pending", None)
    assert record["findings"]
    exchange.gateway("NL-POL").approve(record["approval"], actor="another")
    done = (await api.get(at)).json()
    assert (done["pending"], done["acknowledged"]) == (0, 1)
    (later,) = (await api.get(f"{at}/records")).json()["records"]
    assert (later["state"], later["findings"], later["event"] is None) == ("acknowledged", [], False)
    ready = (await api.get("/metrics")).text
    assert "baken_approvals_pending 0.0" in ready


async def test_a_submitted_record_that_is_rejected_is_refused(exchange: GatewayWorld, reach: MakeClient) -> None:
    """The finding says so, and the counts follow."""
    api = reach("NL-POL")
    body, headers = as_json(child()), {"content-type": "application/json"}
    taken = (await api.post("/v1/submissions", content=body, headers=headers)).json()
    await exchange.services["NL-POL"].intake_step()
    at = f"/v1/submissions/{taken['submission']}"
    (record,) = (await api.get(f"{at}/records")).json()["records"]
    checks = {one["name"]: one["found"] for one in (await api.get("/readyz")).json()["checks"]}
    assert checks["approvals"].startswith("1 wait")
    await api.post(f"/v1/approvals/{record['approval']}", json={"decision": "reject"})
    done = (await api.get(at)).json()
    assert (done["pending"], done["refused"]) == (0, 1)
    (later,) = (await api.get(f"{at}/records")).json()["records"]
    assert "rejected by a second officer" in later["findings"][0]["rule"]

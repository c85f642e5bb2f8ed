"""Reading over HTTP is noted under the client's name."""

from __future__ import annotations

from sqlalchemy import select

from broker.gateway.tables import consultations
from tests.support.gateway_world import GatewayWorld, suspect
from tests.support.http_client import MakeClient


async def test_lists_and_entries_are_noted_with_their_reason(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Who asks is the client; why is a parameter, case work unless it is said, and nothing outside the code list."""
    exchange.gateway("NL-POL").publish([suspect(), suspect("N-2")])
    await exchange.run()
    gateway, api = exchange.gateway("DE-BKA"), reach("DE-BKA")
    (shown,) = (await api.get("/v1/inbox?limit=1")).json()["entries"]
    await api.get(f"/v1/inbox/{shown['number']}?why=cross_check")
    refused = await api.get("/v1/inbox?why=curiosity")
    assert (refused.status_code, refused.json()["code"]) == (422, "H-parameter")
    with gateway.inbox.store.read() as connection:
        noted = connection.execute(select(consultations)).all()
    assert {(row.jti, row.why) for row in noted} == {(shown["event"], "case_work"), (shown["event"], "cross_check")}
    assert {row.actor for row in noted} == {gateway.pseudonym("national-system")}
    assert "baken_consultations_open 2.0" in (await api.get("/metrics")).text

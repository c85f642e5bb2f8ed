"""Health, readiness and metrics: true, and without anything of a record."""

from __future__ import annotations

from broker.gateway.http import health
from broker.settings import Right
from tests.support.gateway_world import GatewayWorld, suspect
from tests.support.http_client import MakeClient


async def test_readiness_names_what_stands_in_the_way(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Each thing that the gateway needs is tried: its fault shows, and goes when it is mended."""
    service = exchange.services["NL-POL"]
    api = reach("NL-POL", Right.OPERATE)

    async def wrong() -> list[str]:
        answer = await api.get("/readyz")
        checks = answer.json()["checks"]
        assert answer.json()["ready"] == (answer.status_code == 200) == all(check["ok"] for check in checks)
        return [check["name"] for check in checks if not check["ok"]]

    assert await wrong() == ["kafka"]
    service.contact = exchange.clock()
    assert await wrong() == []
    service.gateway.publish([suspect()])
    assert await wrong() == []
    exchange.clock.advance(seconds=health.PENDING_SECONDS + 1)
    assert await wrong() == ["kafka", "relay"]
    await service.relay.step()
    service.contact = exchange.clock()
    assert await wrong() == []
    exchange.clock.advance(seconds=86_400)
    service.contact = exchange.clock()
    assert await wrong() == ["trust"]
    assert (await api.get("/healthz")).json() == {"status": "ok"}


async def test_metrics_count_and_say_nothing_personal(exchange: GatewayWorld, reach: MakeClient) -> None:
    """Requests by route template, rows by state; no id, no name, no value of a record."""
    exchange.gateway("NL-POL").publish([suspect("N-4711")])
    await exchange.run()
    api = reach("DE-BKA")
    entry = (await api.get("/v1/inbox/1")).json()
    await api.get("/nowhere/N-4711")
    text = (await api.get("/metrics")).text
    for line in (
        'baken_http_requests_total{route="/v1/inbox/{number}",status="200"} 1.0',
        'baken_http_requests_total{route="unmatched",status="404"} 1.0',
        'baken_inbox_entries{state="opened"} 1.0',
        'baken_outbox_rows{state="pending"} 0.0',
        "baken_receipts_due 0.0",
        "baken_grants_missing 0.0",
        "baken_intake_submissions 0.0",
    ):
        assert line in text
    assert "baken_trust_seconds 8" in text
    for word in (
        "N-4711",
        entry["alert"],
        entry["event"],
        entry["sections"]["identity"]["identities"][0]["names"][0]["surname"],
    ):
        assert word not in text

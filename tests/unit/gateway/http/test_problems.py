"""Refusals: always a problem with a stable code, never a word of what was sent or of a fault."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import structlog

from broker import logging
from broker.gateway.http import problems
from broker.settings import Right
from contracts.errors import (
    Code,
    IntakeFull,
    RequestRefused,
    StoreBusy,
    StoreCorrupt,
    TrustStale,
    UsageError,
)
from tests.support.gateway_world import GatewayWorld
from tests.support.http_client import DOCUMENT, NAME, MakeClient, application, as_client, client, settings

ADDRESSES = (
    ("POST", "/v1/submissions", Right.SUBMIT),
    ("GET", "/v1/submissions/019c8a5e-7d10-7a44-8b1f-0e5c9d3a7b62", Right.SUBMIT),
    ("GET", "/v1/submissions/019c8a5e-7d10-7a44-8b1f-0e5c9d3a7b62/records", Right.SUBMIT),
    ("GET", "/v1/events/019c8a5e-7d10-7a44-8b1f-0e5c9d3a7b62", Right.SUBMIT),
    ("GET", "/v1/events?about=019c8a5e-7d10-7a44-8b1f-0e5c9d3a7b62", Right.SUBMIT),
    ("GET", "/v1/events/019c8a5e-7d10-7a44-8b1f-0e5c9d3a7b62/explanation?for=DE-BKA", Right.SUBMIT),
    ("GET", "/v1/indicators", Right.SUBMIT),
    ("POST", "/v1/signals/assessments", Right.SUBMIT),
    ("GET", "/v1/approvals", Right.APPROVE),
    ("GET", "/v1/approvals/019c8a5e-7d10-7a44-8b1f-0e5c9d3a7b62", Right.APPROVE),
    ("POST", "/v1/approvals/019c8a5e-7d10-7a44-8b1f-0e5c9d3a7b62", Right.APPROVE),
    ("GET", "/v1/inbox", Right.READ),
    ("GET", "/v1/inbox/1", Right.READ),
    ("GET", "/v1/inbox/stream", Right.READ),
    ("POST", "/v1/inbox/1/actions", Right.ORDER),
    ("POST", "/v1/inbox/1/messages", Right.ORDER),
    ("POST", "/v1/alerts/5d1f0c52-8d7b-4a3e-9f60-7c9a2b4e8d11/withdrawal", Right.ORDER),
    ("POST", "/v1/alerts/5d1f0c52-8d7b-4a3e-9f60-7c9a2b4e8d11/erasure", Right.ORDER),
    ("POST", "/v1/alerts/5d1f0c52-8d7b-4a3e-9f60-7c9a2b4e8d11/restriction", Right.ORDER),
    ("POST", "/v1/events/019c8a5e-7d10-7a44-8b1f-0e5c9d3a7b62/disclosures", Right.ORDER),
    ("GET", "/healthz", Right.OPERATE),
    ("GET", "/readyz", Right.OPERATE),
    ("GET", "/metrics", Right.OPERATE),
)

FOLLOWED = ("/v1/events", "/v1/indicators", "/v1/signals")
"""Whoever hands in or reads may ask here."""


async def test_every_address_asks_for_its_right(reach: MakeClient) -> None:
    """Without it the answer is H-right, whatever else the client may; a new address must be in this table."""
    assert sum(len(methods) for methods in DOCUMENT["paths"].values()) == len(ADDRESSES)
    for method, address, right in ADDRESSES:
        others = [one for one in Right if one is not right and not (one is Right.READ and address.startswith(FOLLOWED))]
        api = reach("NL-POL", *others)
        refused = await api.request(
            method, address, json={"state": "acted", "ground": "expired"} if method == "POST" else None
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "H-right"), address


async def test_what_the_framework_refuses_is_a_problem_too(reach: MakeClient) -> None:
    """Unknown paths and methods, and bodies that are no JSON or too large."""
    api = reach("NL-POL")
    order = "/v1/alerts/5d1f0c52-8d7b-4a3e-9f60-7c9a2b4e8d11/erasure"
    as_json = {"Content-Type": "application/json"}
    refused = [
        (await api.get("/v2"), 404, "H-not-found"),
        (await api.get("/v1/inbox/"), 404, "H-not-found"),
        (await api.delete("/v1/inbox"), 405, "H-method"),
        (await api.post(order, content=b"{", headers=as_json), 422, "H-parameter"),
        (await api.post(order, content=b"x" * 70_000, headers=as_json), 413, "H-size"),
        (await api.post(order, content=chunks(b"x" * 10_000, 7), headers=as_json), 413, "H-size"),
        (await api.post(order, content=b'{"ground": "PLANTED"}', headers=as_json), 422, "H-parameter"),
    ]
    for answer, status, code in refused:
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == problems.MEDIA_TYPE
        assert "PLANTED" not in answer.text


async def chunks(part: bytes, count: int) -> Any:
    for _ in range(count):
        yield part


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (StoreBusy("x"), 503, "X-store-busy"),
        (TrustStale("x"), 503, "X-trust-stale"),
        (StoreCorrupt("PLANTED"), 500, "X-store-corrupt"),
        (UsageError("x"), 422, "X-usage"),
        (IntakeFull("x", retry_seconds=9), 503, "X-intake-full"),
        (RequestRefused(Code.H_RATE, "x", retry_seconds=9), 429, "H-rate"),
    ],
)
def test_each_kind_of_failure_has_its_status(fault: Any, status: int, code: str) -> None:
    """What may be tried again says when; what is wrong here says nothing of it."""
    answer = problems.answer(fault)
    assert (answer.status_code, f'"{code}"'.encode() in bytes(answer.body)) == (status, True)
    assert ("retry-after" in answer.headers) == (status in {429, 503})
    assert b"PLANTED" not in bytes(answer.body)
    if getattr(fault, "retry_seconds", None):
        assert answer.headers["retry-after"] == "9"


async def test_an_unforeseen_fault_shows_nothing_of_itself(
    exchange: GatewayWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is H-fault and the log line names class and place; what the fault says stays inside."""

    def explode(*_: Any, **__: Any) -> None:
        raise ValueError("PLANTED")

    monkeypatch.setattr("broker.gateway.inbox.Inbox.feed", explode)
    app = application(exchange.services["NL-POL"], exchange.clock, settings())
    written = io.StringIO()
    logging.configure(service="gateway", instance="gateway-nl-pol", stream=written)
    try:
        async with client(as_client(app, f"CN={NAME}"), raises=False) as api:
            answer = await api.get("/v1/inbox")
    finally:
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()
    assert (answer.status_code, answer.json()["code"]) == (500, "H-fault")
    line = json.loads(written.getvalue().splitlines()[-1])
    assert (line["event"], line["fault"]) == ("http.fault", "ValueError")
    assert "PLANTED" not in answer.text + written.getvalue()

"""Make the application of one gateway: routes, gate, problems and their description."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broker.gateway.http import (
    approvals,
    disclosures,
    events,
    explanation,
    inbox,
    messages,
    operation,
    problems,
    signals,
    submissions,
)
from broker.gateway.http.clients import Clients
from broker.gateway.http.interface import Interface
from broker.gateway.http.limits import Gate
from broker.gateway.http.metrics import Metrics
from broker.settings import HttpSettings

VERSION = "1"
DESCRIPTION = """
What a national system does with its gateway: hand records in, ask what became of them, read and follow what was
received, order withdrawal and erasure.

Every connection is mutual TLS. The common name of the client's certificate decides what it may do. A refusal is
`application/problem+json` (RFC 9457) with a stable `code`; docs/integrate.md lists them.
"""
TAGS = [
    {"name": "submissions", "description": "Hand in national records. Needs the right `submit`."},
    {"name": "signals", "description": "What is asked of a signal, and its assessment. Needs `submit` or `read`."},
    {"name": "alerts", "description": "Own events, and the end of own alerts. Orders need the right `order`."},
    {"name": "approvals", "description": "What waits for a second officer. Needs `approve`."},
    {"name": "inbox", "description": "What was received. Reading needs `read`, reporting an action `order`."},
    {"name": "operation", "description": "For operators and monitors. Needs `operate`."},
]
STREAM_EXAMPLE = 'event: entry\ndata: {"number":17,"state":"opened","type":"suspect-alert.v1",...}\nid: 21\n\n'
UNMATCHED = "unmatched"


def create(interface: Interface, settings: HttpSettings) -> FastAPI:
    """Return the application over `interface` for the clients that `settings` allow."""
    app = bare()
    app.state.interface = interface
    app.add_middleware(
        Gate,
        settings=settings,
        clients=Clients(settings.client),
        max_body_bytes=interface.gateway.settings.intake.max_body_bytes,
    )
    app.add_middleware(_Counted, metrics=interface.metrics)
    return app


def bare() -> FastAPI:
    """Return the application without a gateway behind it: what is needed to describe it."""
    app = FastAPI(
        title="Baken gateway",
        version=VERSION,
        description=DESCRIPTION.strip(),
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
    )
    for part in (submissions, approvals, signals, events, disclosures, explanation, inbox, messages, operation):
        app.include_router(part.router)
    problems.install(app)
    described = app.openapi

    def openapi() -> dict[str, Any]:
        return complete(described())

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend its document
    return app


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Add what FastAPI cannot know: the security scheme, the problems, and nothing that is never answered."""
    parts = document["components"]
    parts["securitySchemes"] = {
        "mutualTLS": {"type": "mutualTLS", "description": "A certificate of the participant's client CA."}
    }
    document["security"] = [{"mutualTLS": []}]
    parts["schemas"] |= problems.schemas()
    # FastAPI describes the stream in the words of OpenAPI 3.2.
    streamed = document["paths"]["/v1/inbox/stream"]["get"]["responses"]["200"]
    streamed["content"] = {"text/event-stream": {"schema": {"type": "string"}, "example": STREAM_EXAMPLE}}
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    return document


class _Counted:
    """ASGI middleware: count every answer, those of the gate as well, by route template and status."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note how it was answered."""
        begun = perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                # The template, never the path: an address may hold an id.
                route = getattr(scope.get("route"), "path", UNMATCHED)
                self._metrics.requests.labels(route, message["status"]).inc()
                self._metrics.seconds.labels(route).observe(perf_counter() - begun)
            await send(message)

        await self._app(scope, receive, counted)

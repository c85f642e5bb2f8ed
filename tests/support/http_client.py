"""Ask a gateway's HTTP interface in the test's own process, and hold every answer against the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from jsonschema import Draft202012Validator

from broker.gateway.http.app import bare, create
from broker.gateway.http.clients import TLS_EXTENSION
from broker.gateway.http.serve import interface_of
from broker.gateway.service import GatewayService
from broker.ports import Clock
from broker.settings import HttpClient, HttpSettings, Right

NAME = "national-system"
DOCUMENT = bare().openapi()
EVERYTHING = tuple(Right)

App = Callable[..., Awaitable[None]]
MakeClient = Callable[..., httpx.AsyncClient]


def settings(may: Iterable[Right] = EVERYTHING, **changes: Any) -> HttpSettings:
    """Return settings with one client; no file that they name is read here."""
    none = Path("none")
    client = [HttpClient(name=NAME, may=frozenset(may))]
    values: dict[str, Any] = {"listen": "127.0.0.1:1", "certificate": none, "key": none, "client_ca": none}
    return HttpSettings(**{**values, "client": client, **changes})


def application(service: GatewayService, clock: Clock, chosen: HttpSettings) -> FastAPI:
    """Return the application over a running gateway."""
    return create(interface_of(service, chosen, clock=clock), chosen)


def as_client(app: App, subject: str | None = f"CN={NAME},O=Test") -> App:
    """Return the application as it is reached with a certificate of this name."""

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        scope["extensions"] = {TLS_EXTENSION: {"client_cert_name": subject}}
        await app(scope, receive, send)

    return asked


def client(app: App, *, raises: bool = True) -> httpx.AsyncClient:
    """Return a client whose every answer must be one that the document describes."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=raises)  # type: ignore[arg-type]  # ASGI in other words
    return httpx.AsyncClient(transport=transport, base_url="https://gateway", event_hooks={"response": [described]})


async def described(response: httpx.Response) -> None:
    """Fail unless the document has this answer to this request and its body fits."""
    await response.aread()
    media = response.headers.get("content-type", "").partition(";")[0]
    path = response.request.url.path
    operations = [found for template, found in DOCUMENT["paths"].items() if _fits(template, path)]
    method = response.request.method.lower()
    if not any(method in operation for operation in operations):
        assert response.status_code >= 400
        schema = {"$ref": "#/components/schemas/Problem"}
    else:
        answers = next(operation[method] for operation in operations if method in operation)["responses"]
        assert str(response.status_code) in answers, f"{method} {path}: {response.status_code} is not described"
        content = answers[str(response.status_code)]["content"]
        assert media in content, f"{method} {path}: {media} is not described"
        schema = content[media].get("schema", {})
    if media.endswith("json"):
        Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(response.json())


def _fits(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path) is not None

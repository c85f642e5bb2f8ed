"""Give tests of the interface a gateway in a world, and a client that may do everything."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from broker.settings import HttpSettings, Right
from tests.support.gateway_world import GatewayWorld
from tests.support.http_client import MakeClient, application, as_client, client, settings


@pytest.fixture
async def reach(exchange: GatewayWorld) -> AsyncIterator[MakeClient]:
    """Return a function that gives a client of a participant's gateway."""
    made: list[httpx.AsyncClient] = []

    def make(
        participant: str, *rights: Right, subject: str | None = None, chosen: HttpSettings | None = None
    ) -> httpx.AsyncClient:
        chosen = chosen or settings(rights or tuple(Right))
        app = application(exchange.services[participant], exchange.clock, chosen)
        made.append(client(as_client(app) if subject is None else as_client(app, subject)))
        return made[-1]

    yield make
    for one in made:
        await one.aclose()

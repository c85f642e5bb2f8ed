"""Gateways and the hub together, in memory: what is published arrives minimised, is receipted and erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broker.gateway.inbox import EntryState
from broker.gateway.outbox import Outcome
from broker.gateway.publish import Acknowledged
from contracts.codes import ErasureGround
from tests.support.gateway_world import GatewayWorld, sections, suspect, victim


@pytest.fixture
async def exchange(tmp_path: Path) -> Any:
    world = GatewayWorld(tmp_path)
    for name in world.services:
        await world.load_trust(name)
    yield world
    world.close()


def published(world: GatewayWorld, *drafts: Any, **options: Any) -> list[Acknowledged]:
    """Publish as NL-POL and require that nothing is refused."""
    outcomes = world.gateway("NL-POL").publish(drafts, **options)
    assert all(isinstance(one, Acknowledged) for one in outcomes), outcomes
    return outcomes  # type: ignore[return-value]


def alerts(world: GatewayWorld, name: str) -> list[Any]:
    """Return the alerts in an inbox."""
    return [entry for entry in world.gateway(name).feed() if entry.type.endswith("-alert.v1")]


async def test_each_recipient_opens_what_its_profile_allows(exchange: GatewayWorld) -> None:
    """Liaison sees the person, the border post only keys and markers, and the issuer learns of every receipt."""
    (told,) = published(exchange, suspect())
    await exchange.run()
    (liaison,), (border,) = alerts(exchange, "DE-BKA"), alerts(exchange, "BE-FGP")
    assert {"identity", "role", "narrative", "documents"} <= liaison.sections.keys()
    assert border.sections.keys() == {"handling", "markers", "match_keys"}
    assert alerts(exchange, "NL-CARE") == []
    state = exchange.gateway("NL-POL").state(told.jti)
    assert state.outcome is Outcome.ADMITTED
    assert {one.to: one.receipt for one in state.deliveries} == {"BE-FGP": "opened", "DE-BKA": "opened"}

"""An issuer opens further sections of what it sent: under the old signature, to whom policy lets it, until the alert ends."""

from __future__ import annotations

from typing import Any

import pytest

from broker.gateway.discloser import Disclosed
from broker.gateway.entries import InboxEntry
from broker.gateway.outbox import Outcome
from broker.gateway.publish import Acknowledged
from contracts.codes import Condition, ErasureGround, KeepReason
from contracts.draft import Draft
from contracts.errors import BakenError, Code, RecordError, Unknown, UsageError
from tests.support.gateway_world import GatewayWorld, sections, suspect, victim
from tests.support.messages import message, ref, told

MATCH = [Condition.AFTER_MATCH]


async def published(world: GatewayWorld, draft: Draft | None = None) -> Acknowledged:
    """Publish an alert of NL-POL and let it arrive."""
    (outcome,) = told(world, "NL-POL", draft or suspect())
    await world.run()
    return outcome


async def hit(world: GatewayWorld, alert: Acknowledged, name: str = "BE-FGP") -> str:
    """Report a hit on an alert, let it arrive, and return its event."""
    (outcome,) = told(world, name, message("hit.v1", ref("NL-POL", alert)))
    await world.run()
    return outcome.jti


async def disclosed(
    world: GatewayWorld, name: str, *names: str, to: str = "BE-FGP", because: list[Condition] | None = None
) -> Disclosed:
    """Disclose as NL-POL and let it arrive."""
    told_ = world.gateway("NL-POL").disclose(name, to=[to], sections=names, because=because or [])
    await world.run()
    return told_


def entries(world: GatewayWorld, name: str, type_: str = "suspect-alert.v1") -> list[InboxEntry]:
    """Return the entries of a type."""
    return [entry for entry in world.gateway(name).feed() if entry.type == type_]


def with_image(**changes: Any) -> Draft:
    """Return a suspect alert with a picture."""
    return suspect(sections={**suspect().sections, **sections("image", "physical", "exploitation")}, **changes)


async def test_after_a_match_the_border_post_sees_who_it_is(exchange: GatewayWorld) -> None:
    """Identity and picture open in the entry that is there, marked with where they came from, and are receipted."""
    alert = await published(exchange, with_image())
    assert not {"identity", "image"} & entries(exchange, "BE-FGP")[0].sections.keys()
    await hit(exchange, alert)
    opened = await disclosed(exchange, alert.jti, "identity", "image", because=MATCH)
    (entry,) = entries(exchange, "BE-FGP")
    (other,) = entries(exchange, "DE-BKA")
    assert {name: entry.sections[name] for name in ("identity", "image")} == {
        name: other.sections[name] for name in ("identity", "image")
    }
    assert entry.sections.keys() == {"handling", "identity", "image", "markers", "match_keys"}
    assert entry.to_json()["disclosed"] == {"identity": opened.jti, "image": opened.jti}
    assert not entries(exchange, "DE-BKA", "disclosure.v1")
    (itself,) = entries(exchange, "BE-FGP", "disclosure.v1")
    assert (itself.jti, itself.sub, itself.exp) == (opened.jti, alert.sub, entry.exp)
    state = exchange.gateway("NL-POL").state(opened.jti)
    assert (state.outcome, [(one.to, one.state) for one in state.deliveries]) == (
        Outcome.ADMITTED,
        [("BE-FGP", "opened")],
    )

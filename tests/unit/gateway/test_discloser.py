"""An issuer opens further sections of what it sent: under the old signature, to whom policy lets it."""

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


async def test_a_hit_says_to_whom_and_of_which_alert(exchange: GatewayWorld) -> None:
    """Whoever reported it sees the present version, also when the hit was on the one before."""
    alert = await published(exchange)
    reported = await hit(exchange, alert)
    (second,) = told(exchange, "NL-POL", suspect(urgency="urgent:flight_risk"))
    await exchange.run()
    gateway = exchange.gateway("NL-POL")
    opened = gateway.disclose_after(reported, sections=["identity"])
    assert (opened.about, opened.recipients) == (second.jti, {"BE-FGP": "border"})
    await exchange.run()
    assert ["identity" in entry.sections for entry in entries(exchange, "BE-FGP")] == [False, True]
    with pytest.raises(Unknown):
        gateway.disclose_after("1", sections=["identity"])  # the receipt of the alert is no hit


async def test_the_same_again_is_the_same_disclosure(exchange: GatewayWorld) -> None:
    """An answer that got lost can be asked for again; other sections are another disclosure."""
    alert = await published(exchange, with_image())
    await hit(exchange, alert)
    first = await disclosed(exchange, alert.sub, "identity", because=MATCH)
    again = await disclosed(exchange, "N-1", "identity", because=MATCH)
    assert (again.jti, again.repeated) == (first.jti, True)
    more = await disclosed(exchange, alert.jti, "image", because=MATCH)
    assert not more.repeated
    (entry,) = entries(exchange, "BE-FGP")
    assert entry.disclosed == {"identity": first.jti, "image": more.jti}


async def test_strictly_necessary_sections_follow_when_somebody_says_so(exchange: GatewayWorld) -> None:
    """What a liaison officer did not get at first opens under its condition, which the hub and auditors see."""
    alert = await published(exchange, with_image())
    assert "physical" not in entries(exchange, "DE-BKA")[0].sections
    with pytest.raises(RecordError, match="section physical needs strictly_necessary"):
        await disclosed(exchange, alert.jti, "physical", to="DE-BKA")
    because = [Condition.STRICTLY_NECESSARY]
    await disclosed(exchange, alert.jti, "physical", "exploitation", to="DE-BKA", because=because)
    assert {"physical", "exploitation"} <= entries(exchange, "DE-BKA")[0].sections.keys()
    assert not {"physical", "exploitation"} & entries(exchange, "BE-FGP")[0].sections.keys()


REFUSED: dict[str, tuple[str, list[str], list[Condition], Code, str]] = {
    "never for a border post": ("BE-FGP", ["narrative"], [], Code.E13_OPENED, "is never opened"),
    "no match": ("BE-FGP", ["identity"], [], Code.E13_OPENED, "needs after_match"),
    "a match that nobody reported": ("BE-FGP", ["identity"], MATCH, Code.X_USAGE, "has reported no hit"),
    "open already": ("DE-BKA", ["identity"], [], Code.X_USAGE, "identity is open"),
    "a section that it does not have": ("DE-BKA", ["needs"], [], Code.X_USAGE, "not in that event"),
    "who else has it": ("DE-BKA", ["audience"], [], Code.X_USAGE, "not in that event"),
    "who does not have it": ("NL-CARE", ["identity"], [], Code.X_USAGE, "was not sent"),
    "one's own approval": ("DE-BKA", ["image"], [Condition.SECOND_APPROVAL], Code.X_USAGE, "because"),
    "no consent": ("DE-BKA", ["image"], [Condition.CONSENT], Code.X_USAGE, "no consent record"),
    "nothing": ("DE-BKA", [], [], Code.X_USAGE, "at least one"),
}


async def test_what_may_not_be_opened_is_refused(exchange: GatewayWorld) -> None:
    """Each time the reason is named, and nothing is issued."""
    alert = await published(exchange)
    before = exchange.gateway("NL-POL").outbox.backlog()
    for case, (to, names, because, code, why) in REFUSED.items():
        with pytest.raises(BakenError, match=why) as refused:
            exchange.gateway("NL-POL").disclose(alert.jti, to=[to], sections=names, because=because)
        assert refused.value.code is code, case
    assert exchange.gateway("NL-POL").outbox.backlog() == before


async def test_nothing_is_opened_of_an_alert_that_is_not_in_force(exchange: GatewayWorld) -> None:
    """Not before it is admitted, of a version that was replaced, while restricted, or after its end."""
    gateway = exchange.gateway("NL-POL")

    def refused(name: str, why: str) -> None:
        with pytest.raises(UsageError, match=why):
            gateway.disclose(name, to=["DE-BKA"], sections=["physical"], because=[Condition.STRICTLY_NECESSARY])

    (alert,) = told(exchange, "NL-POL", with_image())
    refused(alert.jti, "not admitted yet")
    await exchange.run()
    (order,) = gateway.order_restriction(alert.sub, KeepReason.CONTESTED)
    refused(alert.jti, "restricted")
    refused(order.events[0], "nothing more")
    (second,) = told(exchange, "NL-POL", with_image(urgency="urgent:flight_risk"))
    await exchange.run()
    refused(alert.jti, "a later version")
    gateway.disclose(second.jti, to=["DE-BKA"], sections=["physical"], because=[Condition.STRICTLY_NECESSARY])
    gateway.order_withdrawal(alert.sub, ErasureGround.PURPOSE_ACHIEVED)
    refused(second.jti, "withdrawn")
    gateway.order_erasure(alert.sub, ErasureGround.PURPOSE_ACHIEVED)
    refused(alert.sub, "erased")
    with pytest.raises(Unknown):
        gateway.disclose("nobody's", to=["DE-BKA"], sections=["physical"])


async def test_of_a_child_nothing_is_opened_without_a_second_approval(exchange: GatewayWorld) -> None:
    """A disclosure is no way around it: the version that has the approval opens the narrative."""
    child = victim(sections={**victim().sections, **sections("image", "physical")})
    alert = await published(exchange, child)
    (entry,) = entries(exchange, "DE-BKA", "victim-alert.v1")
    assert "narrative" not in entry.sections
    with pytest.raises(RecordError, match="narrative needs second_approval"):
        await disclosed(exchange, alert.jti, "narrative", to="DE-BKA")
    for names in (["identity"], ["image"], ["status"]):
        with pytest.raises(RecordError, match="never opened"):
            await disclosed(exchange, alert.jti, *names)


async def test_care_learns_the_name_once_the_person_consents(exchange_with_care: GatewayWorld) -> None:
    """The consent record of the alert is what counts; police handling stays closed."""
    exchange = exchange_with_care
    person = victim(care=True)
    alert = await published(
        exchange, victim(sections={**person.sections, "identity": victim().sections["identity"]}, care=True)
    )
    (entry,) = entries(exchange, "NL-CARE", "victim-alert.v1")
    assert "identity" not in entry.sections
    with pytest.raises(RecordError, match="needs consent"):
        await disclosed(exchange, alert.jti, "identity", to="NL-CARE")
    opened = await disclosed(exchange, alert.jti, "identity", to="NL-CARE", because=[Condition.CONSENT])
    (entry,) = entries(exchange, "NL-CARE", "victim-alert.v1")
    assert entry.disclosed == {"identity": opened.jti}
    assert "handling" not in entry.sections


async def test_the_handling_of_the_alert_binds_what_is_opened_later(exchange: GatewayWorld) -> None:
    """Codes and the text of H3 go along; who is responsible is who opened it."""
    handling = sections("handling", "handling_note", handling={
        "codes": ["H1", "H3"], "onward": "with_release", "no_third_country": True, "judicial_use": "none",
        "legal_regime": "led", "minor": "no", "actor": "p5eud0nym",
    })  # fmt: skip
    alert = await published(exchange, suspect(sections={**suspect().sections, **sections("physical"), **handling}))
    await disclosed(exchange, alert.jti, "physical", to="DE-BKA", because=[Condition.STRICTLY_NECESSARY])
    (entry,) = entries(exchange, "DE-BKA", "disclosure.v1")
    assert entry.sections["handling"]["codes"] == ["H1", "H3"]
    assert entry.sections["handling_note"] == handling["handling_note"].content()
    assert entry.sections["handling"]["actor"] == exchange.gateway("NL-POL").pseudonym(None)


async def test_an_erasure_takes_what_was_opened_later_with_it(exchange: GatewayWorld) -> None:
    """The order names the disclosure, both entries are emptied, and the recipient certifies."""
    alert = await published(exchange)
    await hit(exchange, alert)
    opened = await disclosed(exchange, alert.jti, "identity", because=MATCH)
    (order,) = exchange.gateway("NL-POL").order_erasure(alert.sub, ErasureGround.UNLAWFUL)
    await exchange.run()
    gone = [entry for entry in exchange.gateway("BE-FGP").feed() if entry.jti in {alert.jti, opened.jti}]
    assert [(one.state, one.sections, one.disclosed) for one in gone] == [("erased", {}, {})] * 2
    assert exchange.gateway("NL-POL").state(order.events[0]).erasure == "certified"


async def test_what_was_opened_later_ends_with_the_alert(exchange: GatewayWorld) -> None:
    """It has the same `exp`, and nothing of either is left after it."""
    alert = await published(exchange)
    await hit(exchange, alert)
    opened = await disclosed(exchange, alert.jti, "identity", because=MATCH)
    assert opened.exp == alert.exp
    inbox = exchange.gateway("BE-FGP").inbox
    inbox.expire(now_s=alert.exp)
    (entry,) = entries(exchange, "BE-FGP")
    assert (entry.state, entry.sections, entry.disclosed) == ("expired", {}, {})

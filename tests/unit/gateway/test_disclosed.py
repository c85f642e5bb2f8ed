"""A recipient holds what is opened later against what was signed and against the policy, and waits where it must."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from broker.envelope.compose import Event
from broker.envelope.disclose import disclosure
from broker.gateway.outbox import find
from broker.gateway.publish import Acknowledged
from broker.gateway.tables import entries as rows
from broker.gateway.tables import quarantine
from contracts.codes import Condition, ErasureGround
from contracts.errors import Code
from contracts.identifiers import AlertId, alert_id
from contracts.sections.notice import Notice
from contracts.wire import AudienceEntry, Reference
from tests.support.contents import content
from tests.support.gateway_world import GatewayWorld, sections, suspect
from tests.support.messages import told
from tests.support.postgres import ON_BOTH

NECESSARY = [Condition.STRICTLY_NECESSARY]


def withheld(**changes: Any) -> Any:
    """Return a suspect alert of which a liaison officer does not get everything at first."""
    return suspect(sections={**suspect().sections, **sections("physical", "exploitation", "image")}, **changes)


async def published(world: GatewayWorld, draft: Any = None, **options: Any) -> Acknowledged:
    """Publish an alert of NL-POL and let it arrive."""
    (alert,) = told(world, "NL-POL", draft or withheld(), **options)
    await world.run()
    return alert


def signed(world: GatewayWorld, alert: Acknowledged) -> dict[str, str]:
    """Return the disclosures of an alert as its issuer keeps them."""
    outbox = world.gateway("NL-POL").outbox
    with outbox.store.read() as connection:
        row = find(connection, jti=alert.jti)
        assert row is not None
        return outbox.disclosures(row) or {}


def forged(world: GatewayWorld, alert: Acknowledged, texts: Sequence[str], **changes: Any) -> str:
    """Issue a disclosure as a gateway of NL-POL would that has no rules of its own."""
    gateway = world.gateway("NL-POL")
    exp = changes.pop("exp", alert.exp)
    to = changes.pop("to", "DE-BKA")
    profile = {"DE-BKA": "liaison", "BE-FGP": "border"}[to]
    values: dict[str, Any] = {
        "type": "disclosure.v1",
        "purpose": "locate_suspect",
        "basis": ("dir-2023-977:art7",),
        "urgency": "routine",
        "policy": "minimisation-1",
        "sections": {"handling": content("handling"), "opened": {"disclosures": list(texts)}},
        "audience": (
            AudienceEntry(
                because=("after_match", "strictly_necessary"),
                profile=profile,
                sections=("handling", "opened"),
                to=to,
            ),
        ),
        "ref": (Reference(iss="NL-POL", jti=alert.jti),),
        "sub": AlertId(alert.sub),
    }
    with gateway.outbox.store.write() as connection:
        event = Event(**{**values, **changes})
        return gateway.issuer.issue(connection, event, gateway.trust_memory.current(), exp=exp)


async def forge(world: GatewayWorld, alert: Acknowledged, texts: Sequence[str], **changes: Any) -> str:
    """Let what is forged arrive."""
    jti = forged(world, alert, texts, **changes)
    await world.run()
    assert world.gateway("NL-POL").state(jti).outcome == "admitted"
    return jti


def entry(world: GatewayWorld, alert: Acknowledged, name: str = "DE-BKA") -> Any:
    """Return what a participant holds of an alert."""
    return next(one for one in world.gateway(name).feed() if one.jti == alert.jti)


def refusals(world: GatewayWorld, name: str = "DE-BKA") -> list[str]:
    """Return the codes of what a gateway refused."""
    with world.gateway(name).inbox.store.read() as connection:
        return list(connection.scalars(select(quarantine.c.code)))


async def test_a_genuine_disclosure_is_added(exchange: GatewayWorld) -> None:
    """The forging hand of these tests makes what is taken in, when it forges nothing."""
    alert = await published(exchange)
    jti = await forge(exchange, alert, [signed(exchange, alert)["physical"]])
    assert entry(exchange, alert).disclosed == {"physical": jti}
    assert entry(exchange, alert).sections["physical"] == content("physical")
    assert refusals(exchange) == []


async def test_what_was_not_signed_never_opens(exchange: GatewayWorld) -> None:
    """Another salt, another content, another event's section, a decoy's name: all refused, and the entry stays."""
    alert = await published(exchange)
    (other,) = told(exchange, "NL-POL", withheld(national_id="N-2"))
    before = entry(exchange, alert).to_json()
    genuine = signed(exchange, alert)
    lies = [
        [disclosure(content("physical"), salt=bytes(16))],
        [disclosure({"height_cm": 150}, salt=bytes(16))],
        [signed(exchange, other)["physical"]],
        [genuine["physical"], disclosure(content("biometric_refs"), salt=bytes(16))],
        [genuine["physical"], genuine["exploitation"]],
        ["WyJzYWx0IiwidiIse31d"],
    ]
    for texts in lies:
        forged(exchange, alert, texts)
    await forge(exchange, alert, [genuine["physical"], genuine["physical"]])
    assert refusals(exchange) == [*[Code.E13_OPENED.value] * len(lies), Code.E13_CONTENT.value]
    assert entry(exchange, alert).to_json() == before


async def test_what_policy_forbids_never_opens(exchange: GatewayWorld) -> None:
    """A border post does not take the narrative, nor anybody who else has the alert, though the issuer signed both."""
    alert = await published(exchange)
    genuine = signed(exchange, alert)
    for name in ("narrative", "objects", "role", "audience"):
        forged(exchange, alert, [genuine[name]], to="BE-FGP")
    await forge(exchange, alert, [genuine["audience"]])
    assert refusals(exchange, "BE-FGP") == [Code.E13_OPENED.value] * 4
    assert refusals(exchange) == [Code.E13_OPENED.value]
    assert entry(exchange, alert, "BE-FGP").sections.keys() == {"handling", "markers", "match_keys"}


async def test_a_disclosure_belongs_to_its_alert(exchange: GatewayWorld) -> None:
    """One under the name of another alert, valid for longer, or about what is not held opens nothing."""
    alert = await published(exchange)
    (elsewhere,) = told(exchange, "NL-POL", withheld(national_id="N-2"), to=["BE-FGP"])
    genuine = signed(exchange, alert)
    forged(exchange, alert, [genuine["physical"]], sub=alert_id(bytes(16)))
    forged(exchange, alert, [genuine["physical"]], exp=alert.exp + 1)
    await forge(exchange, elsewhere, [signed(exchange, elsewhere)["physical"]])
    assert refusals(exchange) == [Code.E13_OPENED.value] * 3
    assert entry(exchange, alert).disclosed == {}


async def test_a_purpose_that_is_not_the_victims_opens_no_victim(exchange: GatewayWorld) -> None:
    """Whatever `because` says: the purpose in the signed claims decides."""
    signal = suspect(
        type="signal.v1",
        purpose="locate_suspect",
        sections=sections(
            "observation", "identity", identity={"identities": [{**content("identity")["identities"][0]}]}
        ),
        validity_days=60,
    )
    alert = await published(exchange, signal, to=["DE-BKA"])
    assert "identity" not in entry(exchange, alert).sections
    await forge(exchange, alert, [signed(exchange, alert)["identity"]])
    assert refusals(exchange) == [Code.E13_OPENED.value]
    await forge(exchange, alert, [signed(exchange, alert)["identity"]], purpose="prosecute")
    assert "identity" in entry(exchange, alert).sections


@ON_BOTH
async def test_a_disclosure_waits_for_the_key_of_the_alert(exchange: GatewayWorld) -> None:
    """Its own key alone opens nothing; once that of the alert is there, both open, the alert first."""
    service = exchange.services["DE-BKA"]
    (alert,) = told(exchange, "NL-POL", withheld())
    await exchange.services["NL-POL"].keys_step()
    await exchange.services["NL-POL"].relay.step()
    await exchange.admit()
    exchange.receive("NL-POL")
    exchange.gateway("NL-POL").disclose(alert.jti, to=["DE-BKA"], sections=["physical"], because=NECESSARY)
    await exchange.services["NL-POL"].relay.step()
    await exchange.admit()
    exchange.receive("DE-BKA")
    (of_alert, of_opening) = [_kid(exchange, type_) for type_ in ("suspect-alert.v1", "disclosure.v1")]
    assert of_alert != of_opening
    trust = service.trust.fresh()
    await service.gateway.granted.step(exchange.log, trust)
    assert service.subscriber.open_waiting([of_opening], trust) == 0
    assert _kid(exchange, "disclosure.v1") == of_alert
    assert service.gateway.inbox.counts() == {"awaiting-grant": 2}
    assert service.subscriber.open_waiting([of_alert], trust) == 2
    assert set(entry(exchange, alert).disclosed) == {"physical"}
    assert _kid(exchange, "disclosure.v1") == of_opening


async def test_a_disclosure_that_comes_before_the_key_of_the_alert_is_stored_sealed(exchange: GatewayWorld) -> None:
    """It is known, receipted as received, and opens with the alert."""
    service = exchange.services["DE-BKA"]
    (alert,) = told(exchange, "NL-POL", withheld())
    await exchange.services["NL-POL"].keys_step()
    await exchange.services["NL-POL"].relay.step()
    await exchange.admit()
    exchange.receive("DE-BKA")
    exchange.receive("NL-POL")
    await service.gateway.granted.step(exchange.log, service.trust.fresh())  # the keys are here, nothing is opened
    exchange.gateway("NL-POL").disclose(alert.jti, to=["DE-BKA"], sections=["physical"], because=NECESSARY)
    await exchange.services["NL-POL"].relay.step()
    await exchange.admit()
    exchange.receive("DE-BKA")
    assert service.gateway.inbox.counts() == {"awaiting-grant": 2}
    await exchange.run()
    assert set(entry(exchange, alert).disclosed) == {"physical"}


async def test_a_recall_of_a_disclosure_closes_what_it_opened(exchange: GatewayWorld) -> None:
    """The alert stays as it was sent; what another disclosure opened stays too."""
    alert = await published(exchange)
    gateway = exchange.gateway("NL-POL")
    kept = gateway.disclose(alert.jti, to=["DE-BKA"], sections=["exploitation"], because=NECESSARY)
    opened = gateway.disclose(alert.jti, to=["DE-BKA"], sections=["physical"], because=NECESSARY)
    await exchange.run()
    assert entry(exchange, alert).disclosed == {"exploitation": kept.jti, "physical": opened.jti}
    await forge(
        exchange,
        alert,
        [],
        type="recall.v1",
        sections={
            "handling": content("handling", minor=None),
            "notice": Notice(ground=ErasureGround.UNLAWFUL).content(),
        },
        audience=(AudienceEntry(because=(), profile="liaison", sections=("handling", "notice"), to="DE-BKA"),),
        ref=(Reference(iss="NL-POL", jti=opened.jti),),
        exp=alert.exp - 250 * 86_400,
    )
    held = entry(exchange, alert)
    assert (held.state, held.disclosed) == ("opened", {"exploitation": kept.jti})
    assert "physical" not in held.sections


async def test_an_erased_alert_is_never_opened_further(exchange: GatewayWorld) -> None:
    """A disclosure that comes after the order is dropped."""
    alert = await published(exchange)
    texts = [signed(exchange, alert)["physical"]]
    exchange.gateway("NL-POL").order_erasure(alert.sub, ErasureGround.UNLAWFUL)
    await exchange.run()
    jti = await forge(exchange, alert, texts)
    assert jti not in {one.jti for one in exchange.gateway("DE-BKA").feed()}
    assert entry(exchange, alert).sections == {}


def _kid(world: GatewayWorld, type_: str) -> str:
    with world.gateway("DE-BKA").inbox.store.read() as connection:
        found: str = connection.scalars(select(rows.c.kid).where(rows.c.type == type_)).one()
    return found

"""Messages between gateways: what they are about is held against what both sides know of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from broker.gateway.entries import EntryState, InboxEntry
from broker.gateway.publish import Acknowledged, RefusedDraft
from broker.gateway.tables import events, quarantine
from contracts.codes import ErasureGround
from contracts.draft import Draft
from contracts.errors import Code
from contracts.wire import Claims, Reference
from tests.support.gateway_world import GatewayWorld, suspect
from tests.support.messages import TWO_SHELTERS, decision, message, offer, ref, referral, told
from tests.support.postgres import ON_BOTH, MakePlaces

NOWHERE = "019c8a5e-7e4c-7d8a-9c1b-2f6a4b1c0d9e"
ABOUT_ALERTS = ["hit.v1", "correction-proposal.v1", "error-report.v1"]


@pytest.fixture
async def shelters(tmp_path: Path, make_places: MakePlaces, unflushed: None) -> AsyncIterator[GatewayWorld]:
    """A world of a police authority and two care organisations."""
    world = GatewayWorld(tmp_path, make_places, participants=("NL-POL", "NL-CARE", "BE-CARE"), terms=TWO_SHELTERS)
    for name in world.services:
        await world.load_trust(name)
    yield world
    world.close()


def of_type(world: GatewayWorld, name: str, type_: str) -> list[InboxEntry]:
    """Return the entries of a type in an inbox."""
    return [entry for entry in world.gateway(name).feed() if entry.type == type_]


def refused(world: GatewayWorld, name: str, draft: Draft, **options: Any) -> list[tuple[Code, str]]:
    """Publish what is refused, and return code and path of every finding."""
    (outcome,) = world.gateway(name).publish([draft], **options)
    assert isinstance(outcome, RefusedDraft), outcome
    assert all(finding.remedy and finding.rule for finding in outcome.findings)
    return [(finding.code, finding.path) for finding in outcome.findings]


def quarantined(world: GatewayWorld, name: str) -> list[str]:
    """Return the codes of records that a gateway refused."""
    with world.gateway(name).inbox.store.read() as connection:
        return list(connection.scalars(select(quarantine.c.code)))


def forge(world: GatewayWorld, name: str, draft: Draft, to: str) -> Acknowledged:
    """Publish as `name` past its own rules of history, as a gateway would that has none."""
    gateway = world.gateway(name)

    class Blind:
        def findings(self, *_: Any) -> list[Any]:
            return []

    publisher = replace(gateway.publisher, history=Blind())  # type: ignore[arg-type]
    (outcome,) = publisher.publish([draft], gateway.trust_memory.current(), actor="pseudonym-1", to=[to])
    assert isinstance(outcome, Acknowledged), outcome
    return outcome


async def alert(world: GatewayWorld) -> Reference:
    """Publish a suspect alert of NL-POL that everybody has opened."""
    (one,) = told(world, "NL-POL", suspect())
    await world.run()
    return ref("NL-POL", one)


async def request(world: GatewayWorld, **changes: Any) -> Reference:
    """Put a request of NL-POL to DE-BKA that it has opened."""
    (one,) = told(world, "NL-POL", message("request.v1", None, "objects", **changes), to=["DE-BKA"])
    await world.run()
    return ref("NL-POL", one)


@ON_BOTH
async def test_a_request_is_answered_and_the_answer_is_about_it(exchange: GatewayWorld) -> None:
    """Nobody names a recipient of the answer: it goes back, opened, and both sides see what it is about."""
    asked = await request(exchange)
    (entry,) = of_type(exchange, "DE-BKA", "request.v1")
    assert entry.sections["report"]["request"]["asked"] == ["identity", "whereabouts"]
    assert (entry.ver, entry.about) == (None, None)
    (answer,) = told(exchange, "DE-BKA", message("answer.v1", asked, "movement", "narrative"))
    assert (answer.ver, answer.recipients) == (None, {"NL-POL": "liaison"})
    await exchange.run()
    (back,) = of_type(exchange, "NL-POL", "answer.v1")
    assert (back.iss, back.about) == ("DE-BKA", asked)
    assert {"report", "movement", "narrative"} <= back.sections.keys()
    state = exchange.gateway("DE-BKA").state(answer.jti)
    assert (state.about, [one.state for one in state.deliveries]) == (asked, ["opened"])


async def test_what_is_said_of_an_alert_reaches_its_issuer_alone(exchange: GatewayWorld) -> None:
    """A hit, a proposal or a report goes to whoever issued the alert, from a border post as well."""
    about = await alert(exchange)
    for one in told(exchange, "BE-FGP", *(message(type_, about, "objects") for type_ in ABOUT_ALERTS)):
        assert set(one.recipients) == {"NL-POL"}
    await exchange.run()
    for type_ in ABOUT_ALERTS:
        (entry,) = of_type(exchange, "NL-POL", type_)
        assert (entry.about, "objects" in entry.sections) == (about, True)
        assert not of_type(exchange, "DE-BKA", type_)


async def test_a_refusal_answers_a_request(exchange: GatewayWorld) -> None:
    """It names its grounds and gives nothing."""
    asked = await request(exchange)
    told(exchange, "DE-BKA", message("refusal.v1", asked))
    await exchange.run()
    (entry,) = of_type(exchange, "NL-POL", "refusal.v1")
    assert entry.sections["report"] == {"refusal": {"grounds": ["ongoing_investigation"]}}


async def test_care_asks_offers_and_decides(shelters: GatewayWorld) -> None:
    """A referral request goes to shelters, an offer comes back, and a decision takes the person in."""
    (asked,) = told(shelters, "NL-CARE", referral(), to=["BE-CARE"])
    await shelters.run()
    (offered,) = told(shelters, "BE-CARE", offer(ref("NL-CARE", asked)), to=["NL-CARE"])
    (decided,) = told(shelters, "BE-CARE", decision(ref("NL-CARE", asked)))
    await shelters.run()
    assert [entry.about for entry in of_type(shelters, "NL-CARE", "shelter-offer.v1")] == [ref("NL-CARE", asked)]
    assert decided.recipients == {"NL-CARE": "care"}
    (accepted,) = told(shelters, "NL-CARE", decision(ref("BE-CARE", offered), "handed_over"))
    await shelters.run()
    assert accepted.recipients == {"BE-CARE": "care"}
    (entry,) = of_type(shelters, "BE-CARE", "referral-decision.v1")
    assert entry.sections == {"notice": {"referral": {"outcome": "handed_over"}}}


async def test_police_refers_and_learns_by_receipt_alone(shelters: GatewayWorld) -> None:
    """Care answers police with receipts: no decision, and no word of where somebody is."""
    (asked,) = told(shelters, "NL-POL", referral(), to=["NL-CARE"])
    await shelters.run()
    (entry,) = of_type(shelters, "NL-CARE", "referral-request.v1")
    assert entry.sections.keys() == {"needs", "summary"}
    assert (Code.E10_PROFILE, "audience") in refused(shelters, "NL-CARE", decision(ref("NL-POL", asked)))


async def test_the_same_message_again_is_not_issued_again(exchange: GatewayWorld) -> None:
    """The same content about the same event is unchanged; about another event it is another message."""
    asked, other = await request(exchange), await request(exchange, urgency="routine", validity_days=29)
    (first,) = told(exchange, "DE-BKA", message("refusal.v1", asked))
    (again,) = told(exchange, "DE-BKA", message("refusal.v1", asked))
    (elsewhere,) = told(exchange, "DE-BKA", message("refusal.v1", other))
    assert (again.jti, again.unchanged) == (first.jti, True)
    assert (elsewhere.unchanged, elsewhere.sub == first.sub) == (False, False)


async def test_a_message_is_withdrawn_and_erased_like_an_alert(exchange: GatewayWorld) -> None:
    """Its event id is enough to name it."""
    asked = await request(exchange)
    gateway = exchange.gateway("NL-POL")
    gateway.order_withdrawal(asked.jti, ErasureGround.PURPOSE_ACHIEVED)
    await exchange.run()
    (entry,) = of_type(exchange, "DE-BKA", "request.v1")
    assert entry.ended == "withdrawn"
    assert refused(exchange, "DE-BKA", message("refusal.v1", asked)) == [(Code.E13_HISTORY, "ref")]
    (order,) = gateway.order_erasure(asked.jti, ErasureGround.ISSUED_IN_ERROR)
    await exchange.run()
    assert gateway.state(order.events[0]).erasure == "certified"
    (entry,) = of_type(exchange, "DE-BKA", "request.v1")
    assert (entry.state, entry.sections) == (EntryState.ERASED, {})
    assert refused(exchange, "DE-BKA", message("refusal.v1", asked)) == [(Code.E13_HISTORY, "ref")]


async def test_what_was_said_of_an_erased_alert_is_erased_with_it(exchange: GatewayWorld) -> None:
    """Hits, requests about it and their answers go everywhere; a hit on another alert stays."""
    about = await alert(exchange)
    (other,) = told(exchange, "NL-POL", suspect("N-2"), to=["DE-BKA"])
    (asked,) = told(exchange, "NL-POL", message("request.v1", about), to=["DE-BKA"])
    await exchange.run()
    answered = message("answer.v1", ref("NL-POL", asked), "objects")
    kept = message("hit.v1", ref("NL-POL", other), "objects")
    told(exchange, "DE-BKA", message("hit.v1", about, "objects"), answered, kept)
    await exchange.run()
    exchange.gateway("NL-POL").order_erasure(about.jti, ErasureGround.DATA_SUBJECT_REQUEST)
    await exchange.run()
    states = {(one.type, one.state, bool(one.sections)) for one in exchange.gateway("NL-POL").feed() if one.profile}
    erased = {(type_, EntryState.ERASED, False) for type_ in ("hit.v1", "answer.v1")}
    assert erased | {("hit.v1", EntryState.OPENED, True)} <= states
    assert of_type(exchange, "DE-BKA", "request.v1")[0].state is EntryState.ERASED
    for name in ("NL-POL", "DE-BKA"):
        with exchange.gateway(name).outbox.store.read() as connection:
            query = select(events.c.about_jti).where(
                events.c.type.in_(["hit.v1", "request.v1", "answer.v1"]), events.c.disclosures_sealed.is_not(None)
            )
            assert list(connection.scalars(query)) == ([other.jti] if name == "DE-BKA" else [])
    exchange.gateway("NL-POL").order_erasure(about.jti, ErasureGround.DATA_SUBJECT_REQUEST)  # again: nothing new
    before = exchange.gateway("NL-POL").outbox.backlog()
    await exchange.run()
    assert exchange.gateway("NL-POL").outbox.backlog() == before


async def test_a_message_that_is_issued_anew_stays_about_the_same(exchange: GatewayWorld) -> None:
    """What it names is followed to what stands in for it, and one event it stays."""
    (one,) = told(exchange, "NL-POL", suspect())
    asking = message("request.v1", ref("NL-POL", one))
    (asked,) = told(exchange, "NL-POL", asking, to=["DE-BKA"])
    gateway = exchange.gateway("NL-POL")
    trust = gateway.trust_memory.current()
    with gateway.outbox.store.write() as connection:
        renewed = [gateway.issuer.reissue(connection, jti, trust) for jti in (one.jti, asked.jti)]
        claims = connection.scalar(select(events.c.claims).where(events.c.jti == renewed[1]))
    assert msgspec.json.decode(claims or b"", type=Claims).ref == (Reference(iss="NL-POL", jti=renewed[0] or ""),)
    await exchange.run()
    assert len(of_type(exchange, "DE-BKA", "request.v1")) == 1
    assert quarantined(exchange, "DE-BKA") == []


# Rules of history where a message is signed.


async def test_nothing_is_said_of_what_was_never_received(exchange: GatewayWorld) -> None:
    """An id that is not in the inbox, an event of another kind, and an event of one's own are refused."""
    about, asked = await alert(exchange), await request(exchange)
    (own,) = told(exchange, "DE-BKA", suspect("D-1"), to=["NL-POL"])
    for type_ in ("answer.v1", "refusal.v1", *ABOUT_ALERTS):
        wrong = about if type_ in {"answer.v1", "refusal.v1"} else asked
        nowhere = Reference(iss="NL-POL", jti=NOWHERE)
        for named in (nowhere, Reference(iss="BE-FGP", jti=asked.jti), wrong, ref("DE-BKA", own)):
            draft = message(type_, named, *(() if type_ == "refusal.v1" else ("objects",)))
            assert (Code.E13_HISTORY, "ref") in refused(exchange, "DE-BKA", draft, to=["NL-POL"]), (type_, named)


async def test_nothing_is_said_of_what_is_still_sealed(exchange: GatewayWorld) -> None:
    """An officer has seen nothing of it yet."""
    (one,) = told(exchange, "NL-POL", message("request.v1", None, "objects"), to=["DE-BKA"])
    await exchange.services["NL-POL"].relay.step()
    await exchange.admit()
    exchange.receive("DE-BKA")
    (entry,) = of_type(exchange, "DE-BKA", "request.v1")
    assert entry.state is EntryState.AWAITING_GRANT
    assert refused(exchange, "DE-BKA", message("refusal.v1", ref("NL-POL", one))) == [(Code.E13_HISTORY, "ref")]


async def test_an_answer_goes_to_nobody_but_who_asked(exchange: GatewayWorld) -> None:
    """Another recipient is refused before anything is signed."""
    asked = await request(exchange)
    draft = message("answer.v1", asked, "objects")
    assert (Code.E10_RECIPIENT, "audience") in refused(exchange, "DE-BKA", draft, to=["BE-FGP"])
    assert (Code.E10_RECIPIENT, "audience") in refused(exchange, "DE-BKA", draft, to=["NL-POL", "BE-FGP"])


async def test_a_request_needs_somebody_to_ask(exchange: GatewayWorld) -> None:
    """Without a route and without a name nobody is addressed."""
    assert refused(exchange, "NL-POL", message("request.v1", None, "objects")) == [(Code.E10_NO_AUDIENCE, "audience")]


async def test_a_request_may_be_about_an_event_of_either_side(exchange: GatewayWorld) -> None:
    """An own alert, or one that was received; not one that nobody here knows."""
    about = await alert(exchange)
    for name, to in (("NL-POL", "BE-FGP"), ("DE-BKA", "BE-FGP")):
        told(exchange, name, message("request.v1", about), to=[to])
    await exchange.run()
    assert [entry.about for entry in of_type(exchange, "BE-FGP", "request.v1")] == [about, about]
    for unknown in (Reference(iss="NL-POL", jti=NOWHERE), Reference(iss="DE-BKA", jti=NOWHERE)):
        assert (Code.E13_HISTORY, "ref") in refused(exchange, "NL-POL", message("request.v1", unknown), to=["DE-BKA"])


# Rules of history where a message arrives.


async def test_what_answers_an_event_that_was_never_sent_is_refused(exchange: GatewayWorld) -> None:
    """The hub cannot know, the recipient does: it takes nothing in, notes the code, and goes on."""
    about, asked = await alert(exchange), await request(exchange)
    types = ("answer.v1", *ABOUT_ALERTS)
    for type_ in types:
        wrong = about if type_ == "answer.v1" else asked
        forge(exchange, "BE-FGP", message(type_, asked, "objects"), "NL-POL")  # a request that it was not asked
        for forged in (Reference(iss="NL-POL", jti=NOWHERE), wrong):
            forge(exchange, "DE-BKA", message(type_, forged, "objects"), "NL-POL")
        told(exchange, "DE-BKA", message(type_, asked if type_ == "answer.v1" else about, "objects"))
    await exchange.run()
    assert quarantined(exchange, "NL-POL") == [Code.E13_HISTORY.value] * 3 * len(types)
    for type_ in types:
        (entry,) = of_type(exchange, "NL-POL", type_)
        assert entry.about == (asked if type_ == "answer.v1" else about)


async def test_a_request_about_an_event_that_was_never_sent_is_refused(exchange: GatewayWorld) -> None:
    """Who was not sent an alert cannot ask about it; what only the asker knows is its own affair."""
    (own,) = told(exchange, "NL-POL", suspect(), to=["BE-FGP"])
    await exchange.run()
    forge(exchange, "DE-BKA", message("request.v1", ref("NL-POL", own)), "NL-POL")
    forge(exchange, "DE-BKA", message("request.v1", Reference(iss="BE-FGP", jti=NOWHERE)), "NL-POL")
    await exchange.run()
    assert quarantined(exchange, "NL-POL") == [Code.E13_HISTORY.value]
    assert [entry.about.iss for entry in of_type(exchange, "NL-POL", "request.v1") if entry.about] == ["BE-FGP"]


async def test_a_version_must_follow_the_version_that_it_names(
    exchange: GatewayWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What skips a version that is known here is refused; a gap that others alone received is none."""
    issue = type(exchange.gateway("NL-POL").issuer).issue
    (first,) = told(exchange, "NL-POL", suspect(), to=["DE-BKA"])
    told(exchange, "NL-POL", suspect(urgency="urgent:flight_risk"), to=["DE-BKA", "BE-FGP"])
    await exchange.run()
    assert [entry.ver for entry in of_type(exchange, "BE-FGP", "suspect-alert.v1")] == [2]

    def skips(self: Any, connection: Any, event: Any, *args: Any, **options: Any) -> Any:
        return issue(self, connection, replace(event, ref=(ref("NL-POL", first),)), *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr("broker.gateway.issue.Issuer.issue", skips)
        told(exchange, "NL-POL", suspect(urgency="immediate:flight_risk"), to=["DE-BKA", "BE-FGP"])
    await exchange.run()
    assert quarantined(exchange, "DE-BKA") == [Code.E13_HISTORY.value]
    assert [entry.ver for entry in of_type(exchange, "BE-FGP", "suspect-alert.v1")] == [2, 3]


async def test_a_sub_is_one_alert_or_one_message(exchange: GatewayWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message under the sub of an alert would be erased with it, or keep it from coming: refused."""
    (one,) = told(exchange, "NL-POL", suspect())
    await exchange.run()
    with monkeypatch.context() as patch:
        patch.setattr("broker.gateway.publish.alert_id", lambda _: one.sub)
        with exchange.gateway("NL-POL").outbox.store.write() as connection:
            connection.exec_driver_sql("UPDATE alerts SET sub = '00000000-0000-4000-8000-000000000001'")
        told(exchange, "NL-POL", message("request.v1", None, "objects"), to=["DE-BKA"])
    await exchange.run()
    assert quarantined(exchange, "DE-BKA") == [Code.E13_HISTORY.value]

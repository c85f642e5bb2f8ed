"""A draft is accepted whole or refused whole, with every reason and its remedy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from broker.gateway.publish import Acknowledged, Pending, RefusedDraft
from contracts.codes import Condition, ErasureGround
from contracts.draft import Draft
from contracts.errors import Code, StoreBusy, Unknown, UsageError
from tests.support.contents import section
from tests.support.gateway_world import GatewayWorld, sections, suspect, victim
from tests.support.postgres import ON_BOTH

SECOND = frozenset({Condition.SECOND_APPROVAL})


def publish(world: GatewayWorld, *drafts: Any, **options: Any) -> list[Any]:
    """Publish as NL-POL."""
    return world.gateway("NL-POL").publish(drafts, **options)


def codes(outcome: Any) -> set[Code]:
    """Return the codes of a refusal."""
    assert isinstance(outcome, RefusedDraft), outcome
    assert all(finding.remedy and finding.rule for finding in outcome.findings)
    return {finding.code for finding in outcome.findings}


def signal(outcome: str, assessed_on: str, **changes: Any) -> Draft:
    """Return a signal about the person of `victim`, assessed by judgement."""
    assessment = {"rule": "professional_judgement", "outcome": outcome, "assessed_on": assessed_on}
    observation = section("observation", assessment=assessment)
    draft = victim("G-1", sections={"identity": victim().sections["identity"], "observation": observation})
    return replace(draft, type="signal.v1", validity_days=90, **changes)


def passport(number: str) -> dict[str, Any]:
    """Return a documents section with one passport."""
    return {"documents": section("documents", documents=[{"type": "passport", "number": number, "country": "ROU"}])}


async def test_one_bad_draft_refuses_that_one_alone(exchange: GatewayWorld) -> None:
    """The drafts around it are acknowledged, in order and by position."""
    outcomes = publish(exchange, suspect("N-1"), suspect("N-2", purpose="nonsense"), suspect("N-3"))
    assert [type(one) for one in outcomes] == [Acknowledged, RefusedDraft, Acknowledged]
    assert [one.position for one in outcomes] == [0, 1, 2]


async def test_every_fault_of_a_draft_is_listed_at_once(exchange: GatewayWorld) -> None:
    """Minimum content, codes and audience are judged together, and no text quotes the record."""
    (refused,) = publish(
        exchange,
        suspect("GEHEIM-NR", purpose="GEHEIM", validity_days=4000, sections=sections("identity")),
    )
    assert {Code.A04_CODE, Code.A05_MINIMUM, Code.E10_NO_AUDIENCE} <= codes(refused)
    assert "GEHEIM" not in str(refused)


async def test_without_route_or_recipient_nobody_is_addressed(exchange: GatewayWorld) -> None:
    """A purpose without a route is refused with the remedy, and nothing is stored."""
    (refused,) = publish(exchange, suspect(purpose="prosecute"))
    assert codes(refused) == {Code.E10_NO_AUDIENCE}
    assert "--to" in refused.findings[0].remedy
    assert exchange.gateway("NL-POL").outbox.backlog() == {}


async def test_recipients_by_name_are_held_against_the_trust_list(exchange: GatewayWorld) -> None:
    """Unknown participants, oneself and other profiles than the listed one are refused."""
    wrong = {
        "XX-NONE:liaison": Code.E10_RECIPIENT,
        "NL-POL:liaison": Code.E10_RECIPIENT,
        "DE-BKA:border": Code.E10_PROFILE,
        "NL-CARE": Code.E10_PROFILE,
        "EU-AUD": Code.E10_PROFILE,
    }
    for to, code in wrong.items():
        assert code in codes(publish(exchange, suspect(), to=[to])[0]), to


async def test_a_named_recipient_needs_no_profile(exchange: GatewayWorld) -> None:
    """The trust list knows the one profile that a participant has."""
    (told,) = publish(exchange, suspect(), to=["DE-BKA"])
    assert told.recipients == {"DE-BKA": "liaison"}


async def test_care_and_police_in_one_record_are_refused(exchange_with_care: GatewayWorld) -> None:
    """An event for care has care recipients only."""
    refused = publish(exchange_with_care, victim(), to=["DE-BKA", "NL-CARE"])
    assert Code.E10_REGIME in codes(refused[0])


async def test_without_any_handling_nothing_is_published(exchange: GatewayWorld) -> None:
    """A record without handling and a gateway without default: refused as policy."""
    publisher = replace(exchange.gateway("NL-POL").publisher, default=None)
    trust = exchange.gateway("NL-POL").trust_memory.current()
    (refused,) = publisher.publish([suspect()], trust, actor="pseudonym-1")
    assert Code.A06_POLICY in codes(refused)


async def test_a_wrong_default_is_named(exchange: GatewayWorld) -> None:
    """A code in gateway.toml that is in no list is a usage error."""
    gateway = exchange.gateway("NL-POL")
    default = gateway.publisher.default
    assert default is not None
    publisher = replace(gateway.publisher, default=default.model_copy(update={"onward": "anywhere"}))
    with pytest.raises(UsageError, match="handling"):
        list(publisher.publish([suspect()], gateway.trust_memory.current(), actor="pseudonym-1"))


async def test_lifecycle_types_are_not_published(exchange: GatewayWorld) -> None:
    """Orders have commands of their own: such a draft is refused, and the others of its file go on."""
    order, alert = publish(exchange, suspect(type="erase.v1"), suspect())
    assert isinstance(order, RefusedDraft)
    assert codes(order) == {Code.A05_MINIMUM}
    assert isinstance(alert, Acknowledged)


@pytest.mark.parametrize("same", ["document", "name and birth"])
async def test_a_known_victim_is_no_suspect_without_a_second_approval(exchange: GatewayWorld, same: str) -> None:
    """Same document, or same name and birth date: it waits, asserted or not, until a second officer approves it."""
    publish(exchange, victim())
    changed = passport("xv 00000 17") if same == "document" else {"identity": victim().sections["identity"]}
    draft = suspect(sections={**suspect().sections, **changed})
    (waits,) = publish(exchange, draft)
    assert isinstance(waits, Pending)
    assert [finding.path for finding in waits.findings] == ["identity"]
    (also,) = publish(exchange, replace(draft, claims=SECOND))
    assert [finding.path for finding in also.findings] == ["claims", "identity"]
    told = exchange.gateway("NL-POL").approve(also.approval, actor="second officer")
    assert isinstance(told, Acknowledged)
    await exchange.run()
    assert exchange.gateway("NL-POL").state(told.jti).outcome == "admitted"


@pytest.mark.parametrize(("outcome", "waits"), [("presumed_victim", True), ("further_assessment", False)])
async def test_whom_a_signal_presumes_a_victim_is_no_suspect(exchange: GatewayWorld, outcome: str, waits: bool) -> None:
    """Reasonable grounds are enough for protection; an open assessment is no such ground."""
    publish(exchange, signal(outcome, "2026-11-20"), to=["DE-BKA:liaison"])
    named = {**suspect().sections, "identity": victim().sections["identity"]}
    (told,) = publish(exchange, suspect(sections=named))
    assert isinstance(told, Pending) is waits
    await exchange.run()
    assert {entry.type for entry in exchange.gateway("DE-BKA").feed()} >= {"signal.v1"}


async def test_a_signal_is_put_off_by_a_new_assessment_alone(exchange: GatewayWorld) -> None:
    """Ninety days end unless somebody looks again and says so."""
    (first,) = publish(exchange, signal("further_assessment", "2026-11-20"), to=["DE-BKA:liaison"])
    exchange.clock.advance(hours=5)
    (same,) = publish(
        exchange, signal("further_assessment", "2026-11-20", urgency="urgent:child_at_risk"), to=["DE-BKA:liaison"]
    )
    (anew,) = publish(exchange, signal("further_assessment", "2026-11-24"), to=["DE-BKA:liaison"])
    assert (same.exp, anew.exp > first.exp) == (first.exp, True)


@ON_BOTH
async def test_an_erased_victim_is_forgotten(exchange: GatewayWorld) -> None:
    """After an erasure the keyed hashes are gone, so nothing tells that there was a victim."""
    publish(exchange, victim())
    exchange.gateway("NL-POL").order_erasure("V-1", ErasureGround.UNLAWFUL)
    (told,) = publish(exchange, suspect(sections={**suspect().sections, **passport("XV0000017")}))
    assert isinstance(told, Acknowledged)


async def test_a_correction_does_not_renew(exchange: GatewayWorld) -> None:
    """An update without a new recorded assessment keeps the end of the alert; with one it moves."""
    (first,) = publish(exchange, suspect())
    exchange.clock.advance(hours=5)
    (second,) = publish(exchange, suspect(urgency="urgent:flight_risk"))
    assert (second.ver, second.exp) == (2, first.exp)
    assessed = section("role", assessment={"assessed_on": "2026-11-20", "reference": "TEST-1"})
    (third,) = publish(exchange, suspect(sections={**suspect().sections, "role": assessed}))
    assert third.exp > first.exp


async def test_an_alert_whose_time_is_over_is_not_continued(exchange: GatewayWorld) -> None:
    """The record under the same national id begins a new alert."""
    (first,) = publish(exchange, suspect(validity_days=1))
    exchange.clock.advance(days=1, seconds=1)
    exchange.world.refresh()
    exchange.world.publish(exchange.log)
    await exchange.load_trust("NL-POL")
    (second,) = publish(exchange, suspect(validity_days=1))
    assert (second.ver, second.unchanged, second.sub == first.sub) == (1, False, False)


@ON_BOTH
async def test_a_record_too_large_is_refused_and_gives_its_number_back(
    exchange: GatewayWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be composed leaves no gap and nothing else behind."""
    with monkeypatch.context() as patch:
        patch.setattr("broker.envelope.compose.MAX_RECORD_BYTES", 10)
        (refused,) = publish(exchange, suspect())
    assert codes(refused) == {Code.E01_SIZE}
    (told,) = publish(exchange, suspect())
    await exchange.run()
    leaf = exchange.gateway("NL-POL").state(told.jti).leaf
    assert leaf is not None
    assert leaf.gap == 0


@ON_BOTH
async def test_a_crash_inside_the_transaction_acknowledges_nothing(
    exchange: GatewayWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither number, nor alert, nor event of any draft of the batch is there afterwards."""
    issue = type(exchange.gateway("NL-POL").issuer).issue

    def crash(*args: Any, **options: Any) -> Any:
        issue(*args, **options)
        raise StoreBusy

    with monkeypatch.context() as patch:
        patch.setattr("broker.gateway.issue.Issuer.issue", crash)
        with pytest.raises(StoreBusy):
            publish(exchange, suspect())
    assert exchange.gateway("NL-POL").outbox.backlog() == {}
    assert publish(exchange, suspect())[0].ver == 1


async def test_orders_about_unknown_or_erased_alerts_are_refused(exchange: GatewayWorld) -> None:
    """An order needs an alert of this gateway, and what is erased cannot be withdrawn any more."""
    gateway = exchange.gateway("NL-POL")
    with pytest.raises(Unknown, match="no alert"):
        gateway.order_erasure("N-404", ErasureGround.EXPIRED)
    (told,) = publish(exchange, suspect())
    gateway.order_erasure(told.sub, ErasureGround.EXPIRED)
    with pytest.raises(UsageError, match="erased already"):
        gateway.order_withdrawal(told.sub, ErasureGround.EXPIRED)


async def test_an_order_that_is_given_again_issues_nothing(exchange: GatewayWorld) -> None:
    """Whoever repeats a withdrawal or an erasure is told of the events that carry it already."""
    gateway = exchange.gateway("NL-POL")
    (told,) = publish(exchange, suspect())
    for order in (gateway.order_withdrawal, gateway.order_erasure):
        (first,) = order(told.sub, ErasureGround.PURPOSE_ACHIEVED)
        before = gateway.outbox.backlog()
        (second,) = order(told.sub, ErasureGround.EXPIRED)
        assert (first.repeated, second) == (False, replace(first, repeated=True))
        assert gateway.outbox.backlog() == before


async def test_one_national_id_may_mean_several_alerts(exchange_with_care: GatewayWorld) -> None:
    """An order by national id ends the police alert and the care alert, each with an event of its own."""
    publish(exchange_with_care, victim(), victim(care=True))
    orders = exchange_with_care.gateway("NL-POL").order_erasure("V-1", ErasureGround.CONSENT_WITHDRAWN)
    await exchange_with_care.run()
    assert sorted(order.recipients for order in orders) == [("BE-FGP", "DE-BKA"), ("NL-CARE",)]
    states = [exchange_with_care.gateway("NL-POL").state(order.events[0]) for order in orders]
    assert {state.erasure for state in states} == {"certified"}


async def test_an_alert_that_was_refused_is_forgotten_without_an_order(exchange: GatewayWorld) -> None:
    """Nobody got it, so nobody is told."""
    (told,) = publish(exchange, suspect())
    with exchange.gateway("NL-POL").outbox.store.write() as connection:
        connection.exec_driver_sql("UPDATE events SET state = 'closed', outcome = 'refused', value = NULL")
    (ordered,) = exchange.gateway("NL-POL").order_erasure(told.sub, ErasureGround.ISSUED_IN_ERROR)
    assert (ordered.events, ordered.recipients) == ((), ())


@ON_BOTH
async def test_references_beyond_one_event_are_split(exchange: GatewayWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """An alert with more events than one order can name is ended by several orders that name all of them."""
    monkeypatch.setattr("broker.gateway.orders.MAX_REFERENCES", 2)
    for urgency in ("routine", "urgent:flight_risk", "immediate:flight_risk"):
        (told,) = publish(exchange, suspect(urgency=urgency))
    (ordered,) = exchange.gateway("NL-POL").order_erasure(told.sub, ErasureGround.EXPIRED)
    await exchange.run()
    assert len(ordered.events) == 2
    assert {exchange.gateway("NL-POL").state(jti).erasure for jti in ordered.events} == {"certified"}

"""What needs a second approval waits for another officer, and there is no way around that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from broker.gateway.approvals import ApprovalState
from broker.gateway.publish import Acknowledged, Pending, RefusedDraft
from contracts.codes import Condition, ErasureGround
from contracts.draft import Draft
from contracts.errors import Code, NotAnother, Unknown
from tests.support.gateway_world import GatewayWorld, sections, suspect, victim
from tests.support.messages import message
from tests.support.postgres import ON_BOTH

SECOND = frozenset({Condition.SECOND_APPROVAL})


def child(national_id: str | None = "V-1", **changes: Any) -> Draft:
    """Return an alert about a child whose story opens with a second approval alone."""
    return victim(national_id, claims=SECOND, **changes)


def publish(world: GatewayWorld, *drafts: Draft, actor: str = "first officer", **options: Any) -> list[Any]:
    """Publish as NL-POL."""
    return world.gateway("NL-POL").publish(drafts, actor=actor, **options)


def ask(world: GatewayWorld, draft: Draft | None = None, **options: Any) -> Pending:
    """Publish one draft that then waits."""
    (outcome,) = publish(world, draft or child(), **options)
    assert isinstance(outcome, Pending), outcome
    return outcome


def give(world: GatewayWorld, approval: str, actor: str = "second officer") -> Any:
    """Approve as another officer of NL-POL."""
    return world.gateway("NL-POL").approve(approval, actor=actor)


def state(world: GatewayWorld, approval: str) -> ApprovalState:
    """Return what became of a request."""
    return world.gateway("NL-POL").approvals.found(approval).state


@ON_BOTH
async def test_nothing_goes_out_before_another_officer_approves(exchange: GatewayWorld) -> None:
    """The draft waits; once approved it goes out, opens what it asked for, and both persons stand in it."""
    asked = ask(exchange)
    await exchange.run()
    gateway = exchange.gateway("NL-POL")
    assert gateway.outbox.backlog() == {}
    told = give(exchange, asked.approval)
    assert isinstance(told, Acknowledged)
    await exchange.run()
    (entry,) = exchange.gateway("DE-BKA").feed()
    handling = entry.sections["handling"]
    assert "narrative" in entry.sections
    assert handling["actor"] == gateway.pseudonym("first officer")
    assert handling["approved_by"] == gateway.pseudonym("second officer")
    found = gateway.approvals.found(asked.approval)
    assert (found.state, found.jti, found.sub) == (ApprovalState.APPROVED, told.jti, told.sub)
    assert found.decided_by == gateway.pseudonym("second officer")


async def test_who_handed_it_in_cannot_approve_it(exchange: GatewayWorld) -> None:
    """Neither who handed it in nor who is responsible by the record's own word is another officer."""
    gateway = exchange.gateway("NL-POL")
    own = victim(claims=SECOND, sections={**victim().sections, **sections("handling", handling={"minor": "yes"})})
    handling = own.sections["handling"].model_copy(update={"actor": gateway.pseudonym("inspector")})
    asked = ask(exchange, replace(own, sections={**own.sections, "handling": handling}))
    for actor in ("first officer", "inspector"):
        with pytest.raises(NotAnother) as refused:
            give(exchange, asked.approval, actor)
        assert refused.value.code is Code.X_NOT_ANOTHER
    assert state(exchange, asked.approval) is ApprovalState.PENDING
    assert isinstance(give(exchange, asked.approval), Acknowledged)


async def test_the_account_is_the_one_that_the_system_knows(
    exchange: GatewayWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another name in the environment makes nobody a second officer."""
    gateway = exchange.gateway("NL-POL")
    (asked,) = gateway.publish([child()])
    assert isinstance(asked, Pending)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    with pytest.raises(NotAnother):
        gateway.approve(asked.approval)


async def test_a_record_cannot_bring_its_own_approver(exchange: GatewayWorld) -> None:
    """Whoever writes a name into the handling block is refused, with the way to ask."""
    handling = sections("handling", handling={"approved_by": "pseudonym-02"})
    for claims in (SECOND, frozenset[Condition]()):
        (refused,) = publish(exchange, victim(claims=claims, sections={**victim().sections, **handling}))
        assert isinstance(refused, RefusedDraft)
        assert {finding.path for finding in refused.findings} >= {"handling.approved_by"}


@ON_BOTH
async def test_the_same_record_is_the_same_request(exchange: GatewayWorld) -> None:
    """Handed in again by anybody, also after a restart, it waits under the same id; afterwards it is unchanged."""
    asked = ask(exchange)
    assert ask(exchange, actor="third officer").approval == asked.approval
    exchange.restart("NL-POL")
    await exchange.load_trust("NL-POL")
    assert ask(exchange).approval == asked.approval
    told = give(exchange, asked.approval)
    (again,) = publish(exchange, child())
    assert (again.jti, again.unchanged) == (told.jti, True)
    with pytest.raises(Unknown):
        give(exchange, asked.approval)


async def test_a_rejected_record_is_refused_as_often_as_it_comes(exchange: GatewayWorld) -> None:
    """A rejection stands; a changed record is asked about anew."""
    asked = ask(exchange)
    exchange.gateway("NL-POL").reject(asked.approval, actor="second officer")
    (refused,) = publish(exchange, child())
    assert isinstance(refused, RefusedDraft)
    assert "rejected" in refused.findings[0].rule
    with pytest.raises(Unknown):
        give(exchange, asked.approval)
    assert ask(exchange, child(urgency="urgent:child_at_risk")).approval != asked.approval


async def test_what_nobody_decides_on_ends(exchange: GatewayWorld) -> None:
    """After its time it cannot be approved; its draft goes, and the record may be asked about again."""
    asked = ask(exchange)
    gateway = exchange.gateway("NL-POL")
    exchange.clock.advance(seconds=gateway.settings.approval_seconds)
    with pytest.raises(Unknown):
        gateway.reject(asked.approval)
    assert gateway.approvals.expire() == 1
    found = gateway.approvals.found(asked.approval)
    assert (found.state, found.draft) == (ApprovalState.EXPIRED, None)
    exchange.clock.advance(days=91)
    assert gateway.approvals.expire() == 1
    with pytest.raises(Unknown):
        gateway.approvals.found(asked.approval)


async def test_a_later_record_takes_the_place_of_one_that_waits(exchange: GatewayWorld) -> None:
    """Approving the older one cannot undo what the newer one says, whether that waits or went out."""
    first = ask(exchange)
    second = ask(exchange, child(urgency="urgent:child_at_risk"))
    assert state(exchange, first.approval) is ApprovalState.SUPERSEDED
    (told,) = publish(exchange, victim())
    assert isinstance(told, Acknowledged)
    assert state(exchange, second.approval) is ApprovalState.SUPERSEDED
    with pytest.raises(Unknown):
        give(exchange, second.approval)


async def test_other_records_wait_on(exchange: GatewayWorld) -> None:
    """Records without a national id, and those of other persons, do not push each other out."""
    waiting = [ask(exchange, child(None, validity_days=days)) for days in (80, 81)] + [ask(exchange, child("V-2"))]
    assert all(state(exchange, one.approval) is ApprovalState.PENDING for one in waiting)
    assert exchange.gateway("NL-POL").approvals.waiting().count == 3


@pytest.mark.parametrize("end", ["order_erasure", "order_withdrawal"])
async def test_the_end_of_an_alert_ends_what_waits_about_it(exchange: GatewayWorld, end: str) -> None:
    """A version that waits does not bring back what was erased or withdrawn."""
    publish(exchange, victim())
    asked = ask(exchange)
    getattr(exchange.gateway("NL-POL"), end)("V-1", ErasureGround.UNLAWFUL)
    found = exchange.gateway("NL-POL").approvals.found(asked.approval)
    assert (found.state, found.draft) == (ApprovalState.SUPERSEDED, None)


async def test_what_is_approved_is_what_was_shown(exchange: GatewayWorld) -> None:
    """When routes or rules would now send it to others, it waits on and says so."""
    asked = ask(exchange)
    gateway = exchange.gateway("NL-POL")
    (route,) = [one for one in gateway.publisher.routes if one.type == "victim-alert.v1" and one.regime == "led"]
    fewer = replace(gateway.publisher, routes=[route.model_copy(update={"to": ["DE-BKA:liaison"]})])
    refused = fewer.approve(asked.approval, gateway.trust_memory.current(), actor=gateway.pseudonym("second officer"))
    assert isinstance(refused, RefusedDraft)
    assert "no longer what was shown" in refused.findings[0].rule
    assert state(exchange, asked.approval) is ApprovalState.PENDING


async def test_named_recipients_stay_named(exchange: GatewayWorld) -> None:
    """What was handed in for one recipient goes to that one."""
    asked = ask(exchange, to=["DE-BKA"])
    assert give(exchange, asked.approval).recipients == {"DE-BKA": "liaison"}


async def test_an_approver_sees_the_draft_and_nobody_reads_it_in_the_file(exchange: GatewayWorld) -> None:
    """The draft is shown whole to whoever decides, sealed at rest, and gone once it is decided."""
    asked = ask(exchange)
    gateway = exchange.gateway("NL-POL")
    shown = gateway.approvals.found(asked.approval).draft
    assert shown is not None
    assert shown["sections"]["narrative"] == victim().sections["narrative"].content()
    (listed,) = gateway.approvals.listed(ApprovalState.PENDING)
    assert listed.draft is None
    assert "Exemplu" not in str(listed.to_json())
    place = exchange.stores["NL-POL"].outbox
    assert not any(b"Exemplu" in path.read_bytes() for path in exchange.folder.rglob("outbox*")), place
    give(exchange, asked.approval)
    assert gateway.approvals.found(asked.approval).draft is None


async def test_a_suspect_alert_needs_none_for_its_own_sake(exchange: GatewayWorld) -> None:
    """What nobody asserts and no rule needs goes out at once, with nobody named."""
    (told,) = publish(exchange, suspect())
    assert isinstance(told, Acknowledged)
    await exchange.run()
    (entry,) = exchange.gateway("DE-BKA").feed()
    assert "approved_by" not in entry.sections["handling"]


async def test_a_message_that_names_a_known_victim_as_a_suspect_waits(exchange: GatewayWorld) -> None:
    """A request to locate a person whom this authority knows as a victim needs another officer, as an alert does."""
    publish(exchange, victim())
    named = message("request.v1", None, purpose="locate_suspect")
    about = {**named.sections, "documents": victim().sections["documents"]}
    asked = ask(exchange, replace(named, sections=about), to=["DE-BKA"])
    assert [finding.path for finding in asked.findings] == ["identity"]
    told = give(exchange, asked.approval)
    assert isinstance(told, Acknowledged)
    await exchange.run()
    (entry,) = [one for one in exchange.gateway("DE-BKA").feed() if one.type == "request.v1"]
    assert "approved_by" in entry.sections["handling"]

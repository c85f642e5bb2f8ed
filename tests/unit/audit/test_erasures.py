"""Orders to erase: what they must cover, and when they are complete."""

from __future__ import annotations

from datetime import timedelta

from broker.audit.report import AuditResult
from contracts.wire import Reference
from tests.support import envelope_world as world
from tests.support.audited import Audited
from tests.support.hub import ending, receipt


def codes(result: AuditResult) -> list[str]:
    return [finding.code.value for finding in result.findings]


def alert(hub: Audited) -> tuple[world.Made, world.Made]:
    first = hub.submit()
    return first, hub.submit(ver=2, ref=(Reference(iss="NL-POL", jti=first.claims.jti),))


async def test_an_erasure_is_complete_when_every_recipient_certified() -> None:
    """An order is open until the last receipt, late after its time, and complete with it."""
    hub = Audited()
    first, second = alert(hub)
    order = hub.submit(**ending("erase.v1", first, second, to=("BE-FGP", "DE-BKA", "FR-PNJ")))
    hub.clock.advance(minutes=1)
    hub.submit(iss="DE-BKA", **receipt("erasure-receipt.v1", order))
    hub.submit(iss="FR-PNJ", **receipt("receipt.v1", order))
    await hub.work()
    (erasure,) = (await hub.replay()).erasures
    assert (erasure.due, erasure.received) == (("BE-FGP", "DE-BKA", "FR-PNJ"), ("DE-BKA",))
    assert (erasure.missing, erasure.complete, erasure.overdue) == (("BE-FGP", "FR-PNJ"), False, False)
    late = await hub.replay(now=world.NOW + timedelta(days=2))
    assert late.erasures[0].overdue
    assert codes(late) == ["erasure-overdue"]
    assert late.verified
    for name in ("BE-FGP", "FR-PNJ"):
        hub.submit(iss=name, **receipt("erasure-receipt.v1", order))
    await hub.work()
    (done,) = (await hub.replay(now=world.NOW + timedelta(days=2))).erasures
    assert (done.complete, done.overdue, done.events) == (True, False, 2)
    assert done.done == world.NOW_MS + 60_000


async def test_a_receipt_of_somebody_else_completes_nothing() -> None:
    """Only a recipient's own receipt for this very order counts."""
    hub = Audited()
    first, second = alert(hub)
    order = hub.submit(**ending("erase.v1", first, second, to=("BE-FGP", "DE-BKA", "FR-PNJ")))
    hub.submit(iss="DE-BKA", **receipt("erasure-receipt.v1", second))
    await hub.work()
    (erasure,) = (await hub.replay()).erasures
    assert erasure.received == ()
    assert erasure.jti == order.claims.jti


async def test_an_order_that_forgets_an_event_or_a_recipient_is_reported() -> None:
    """An erasure names every event of the alert and goes to everybody who holds one."""
    hub = Audited()
    first, second = alert(hub)
    hub.submit(**ending("erase.v1", second, to=("BE-FGP", "DE-BKA")))
    await hub.work()
    result = await hub.replay()
    details = {finding.detail.split(": ", 1)[1] for finding in result.findings}
    assert details == {f"events not named: {first.claims.jti}", "recipients not addressed: FR-PNJ"}
    assert codes(result) == ["erasure-coverage", "erasure-coverage"]


async def test_a_recall_concerns_its_own_recipients_alone() -> None:
    """A recall need not go to all, and who was recalled need not be told to erase again."""
    hub = Audited()
    first, second = alert(hub)
    hub.submit(**ending("recall.v1", first, second, to=("FR-PNJ",)))
    hub.submit(**ending("erase.v1", first, second, to=("BE-FGP", "DE-BKA")))
    hub.submit(**ending("withdraw.v1", first, to=("DE-BKA",)))
    await hub.work()
    result = await hub.replay()
    assert codes(result) == []
    assert {(erasure.type, erasure.due) for erasure in result.erasures} == {
        ("recall.v1", ("FR-PNJ",)),
        ("erase.v1", ("BE-FGP", "DE-BKA")),
    }


async def test_an_expired_event_need_not_be_erased() -> None:
    """Everybody acts on `exp` alone, so what is past it is held by nobody."""
    hub = Audited()
    first = hub.submit(days=1)
    hub.clock.advance(days=2)
    second = hub.submit(ver=2, ref=(Reference(iss="NL-POL", jti=first.claims.jti),), audience=world.AUDIENCE[1:])
    hub.submit(**ending("erase.v1", second, to=("DE-BKA", "FR-PNJ")))
    await hub.work()
    assert codes(await hub.replay()) == []


async def test_a_long_list_of_forgotten_events_is_cut() -> None:
    """A finding names a few events and counts all of them."""
    hub = Audited()
    made = [hub.submit() for _ in range(8)]
    hub.submit(**ending("erase.v1", made[0], to=("BE-FGP", "DE-BKA", "FR-PNJ")))
    await hub.work()
    (finding,) = (await hub.replay()).findings
    assert finding.count == 7
    assert finding.detail.endswith(" and 2 more")

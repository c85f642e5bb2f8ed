"""What an auditor says of events that refer to what they may not be about."""

from __future__ import annotations

from typing import Any

from contracts.identifiers import alert_id
from contracts.wire import Reference
from tests.support import envelope_world as world
from tests.support.asked import SEVEN_DAYS, message
from tests.support.audited import Audited
from tests.support.hub import ending
from tests.support.seeds import seeded

ELSEWHERE = alert_id(seeded(77)(16))


async def found(hub: Audited) -> list[tuple[str, str]]:
    """Admit what waits; return code and rule of each remark about history. The log is whole whatever they are."""
    await hub.work()
    result = await hub.replay()
    assert result.verified
    return [
        (finding.code.value, finding.detail.split(" ", 2)[2].rpartition(": ")[0])
        for finding in result.findings
        if finding.code.value.startswith("history-")
    ]


def reference(made: world.Made) -> tuple[Reference, ...]:
    return (Reference(iss=made.claims.iss, jti=made.claims.jti),)


async def test_an_exchange_that_follows_the_rules_has_no_remark() -> None:
    """Versions in a row, a hit and an error report on a delivered alert, and answers to what was asked."""
    hub = Audited()
    first = hub.submit()
    hub.submit(ver=2, ref=reference(first))
    hit = message(hub, "hit.v1", "DE-BKA", "NL-POL", about=first)
    await hub.work()
    asked = message(hub, "request.v1", "NL-POL", "DE-BKA", "FR-PNJ", about=hit, **SEVEN_DAYS)
    error = message(hub, "error-report.v1", "FR-PNJ", "NL-POL", about=first)
    await hub.work()
    message(hub, "answer.v1", "DE-BKA", "NL-POL", about=asked)
    message(hub, "refusal.v1", "NL-POL", "FR-PNJ", about=error)
    message(hub, "request.v1", "NL-POL", "DE-BKA", about=first, **SEVEN_DAYS)
    assert await found(hub) == []


async def test_an_answer_to_what_was_never_asked_is_reported() -> None:
    """The request must be on record as admitted, be a request, and have been addressed to whoever answers."""
    hub = Audited()
    alert = hub.submit()
    refused = message(hub, "request.v1", "NL-POL", "DE-BKA")  # without a time limit
    asked = message(hub, "request.v1", "NL-POL", "DE-BKA", **SEVEN_DAYS)
    message(hub, "answer.v1", "DE-BKA", "NL-POL", about=refused)
    message(hub, "answer.v1", "DE-BKA", "NL-POL", about=alert)
    message(hub, "refusal.v1", "FR-PNJ", "NL-POL", about=asked)
    assert [code for code, _ in await found(hub)] == ["history-unknown", "history-type", "history-recipient"]


async def test_a_hit_on_an_alert_that_was_not_received_is_reported() -> None:
    """A hit, a correction or an error report is about an alert that was delivered to its issuer."""
    hub = Audited()
    alert = hub.submit(audience=(world.AUDIENCE[1],))
    message(hub, "hit.v1", "FR-PNJ", "NL-POL", about=alert)
    message(hub, "error-report.v1", "FR-PNJ", "NL-POL", about=alert)
    assert [code for code, _ in await found(hub)] == ["history-recipient", "history-recipient"]


async def test_a_version_that_follows_nothing_or_another_alert_is_reported() -> None:
    """A version names the admitted one before it, of the same alert."""
    hub = Audited()
    first = hub.submit()
    hub.submit(ver=3, ref=reference(first))
    hub.submit(ver=2, ref=reference(first), sub=ELSEWHERE)
    lost = hub.make()
    hub.numbers[lost.claims.iss, lost.claims.slot, lost.claims.gen] -= 1
    hub.submit(ver=2, ref=reference(lost))
    assert [code for code, _ in await found(hub)] == ["history-version", "history-version", "history-unknown"]


async def test_an_order_about_another_alert_is_reported() -> None:
    """Withdrawals, erasures and restrictions name events of their own alert; what was issued anew may be unknown."""
    hub = Audited()
    first = hub.submit()
    hub.submit(**{**ending("withdraw.v1", first, to=("DE-BKA",)), "sub": ELSEWHERE})
    hub.submit(**{**ending("restrict.v1", first, to=("DE-BKA",)), "sub": ELSEWHERE})
    hub.submit(**_with(ending("erase.v1", first, to=("BE-FGP", "DE-BKA", "FR-PNJ")), hub.make()))
    assert await found(hub) == [("history-alert", "names an event of another alert")] * 2


def _with(order: dict[str, Any], unknown: world.Made) -> dict[str, Any]:
    return {**order, "ref": (*order["ref"], *reference(unknown))}

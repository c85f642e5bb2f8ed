"""Explanations of events that were sent, received, or only drafted, against what the recipients really opened."""

from __future__ import annotations

import pytest

from broker.gateway.explaining import Explanation
from contracts.codes import Condition, ErasureGround
from contracts.errors import BakenError, Code
from contracts.explain import read_changes
from tests.support.gateway_world import GatewayWorld, sections, suspect, victim
from tests.support.messages import message, ref, told


def verdicts(explained: Explanation) -> dict[str, list[str]]:
    """Return the sections by verdict."""
    found: dict[str, list[str]] = {}
    for line in explained.lines:
        found.setdefault(line.verdict.value, []).append(line.section)
    return found


def own(world: GatewayWorld, jti: str, to: str | None, *changes: str) -> Explanation:
    gateway = world.gateway("NL-POL")
    return gateway.explainer.event(jti, to, gateway.trust_memory.current(), read_changes(changes))


async def test_what_is_explained_is_what_each_recipient_opened(exchange: GatewayWorld) -> None:
    """Seen is what stands in the inbox; the recipient's own explanation says the same of it."""
    drafts = [
        suspect(claims=frozenset({Condition.STRICTLY_NECESSARY}), sections=sections("identity", "role", "physical")),
        suspect("N-2"),
        victim(),
    ]
    told = exchange.gateway("NL-POL").publish(drafts)
    await exchange.run()
    for to in ("DE-BKA", "BE-FGP"):
        gateway = exchange.gateway(to)
        for one in told:
            (entry,) = [entry for entry in gateway.feed() if entry.jti == one.jti]  # type: ignore[union-attr]
            explained = own(exchange, entry.jti, to)
            assert explained.addressed
            assert verdicts(explained)["seen"] == sorted(entry.sections)
            received = gateway.explainer.event(entry.jti, None, gateway.trust_memory.current())
            assert verdicts(received)["seen"] == sorted(entry.sections)
            assert "absent" not in verdicts(received)
            assert received.handling == explained.handling
            assert (received.profile, received.minor) == (explained.profile, explained.minor)


async def test_a_recipient_is_not_told_whether_a_closed_section_is_there(exchange: GatewayWorld) -> None:
    """A decoy looks the same; and what others see is the issuer's to say."""
    (told,) = exchange.gateway("NL-POL").publish([victim()])
    await exchange.run()
    gateway = exchange.gateway("DE-BKA")
    trust = gateway.trust_memory.current()
    received = gateway.explainer.event(told.jti, "DE-BKA", trust)  # type: ignore[union-attr]
    assert {"exploitation", "image", "physical"} <= set(verdicts(received)["not_seen_or_absent"])
    assert {"audience", "needs", "safety"} <= set(verdicts(received)["not_seen"])
    for to, changes in (("BE-FGP", []), (None, ["purpose=identify"])):
        with pytest.raises(BakenError) as refused:
            gateway.explainer.event(told.jti, to, trust, read_changes(changes))  # type: ignore[union-attr]
        assert refused.value.code is Code.X_USAGE


async def test_another_purpose_age_or_profile_is_supposed(exchange: GatewayWorld) -> None:
    """A minor victim is named to protect, not to prosecute; what could not be sent so says why."""
    (told,) = exchange.gateway("NL-POL").publish([victim()])
    jti = told.jti  # type: ignore[union-attr]
    assert "identity" in verdicts(own(exchange, jti, "DE-BKA"))["seen"]
    supposed = own(exchange, jti, "DE-BKA", "purpose=prosecute")
    (line,) = [line for line in supposed.lines if line.section == "identity"]
    assert (line.verdict.value, line.rule) == ("not_seen", "minimisation-1/minor/victim_purpose")
    assert line.why == "needs victim_purpose (purpose prosecute does not serve a minor victim)"
    adult = own(exchange, jti, "DE-BKA", "purpose=prosecute", "age=30")
    assert "identity" in verdicts(adult)["seen"]
    care = own(exchange, jti, "DE-BKA", "profile=care")
    assert care.refused
    assert all(fault.startswith("E10-regime") for fault in care.refused)


async def test_who_is_not_addressed_sees_nothing_of_it_and_is_told_so(exchange: GatewayWorld) -> None:
    """A participant that could get it is shown what it would see; an auditor what stands in clear."""
    (told,) = exchange.gateway("NL-POL").publish([suspect()], ["DE-BKA:liaison"])
    jti = told.jti  # type: ignore[union-attr]
    border = own(exchange, jti, "BE-FGP")
    assert (border.addressed, border.profile, border.refused) == (False, "border", ())
    assert verdicts(border)["seen"] == ["handling", "markers", "match_keys"]
    assert verdicts(own(exchange, jti, "EU-AUD"))["seen"] == ["audience", "handling"]
    care = own(exchange, jti, "NL-CARE")
    assert (care.profile, "seen" in verdicts(care)) == (None, False)
    for to, code in (("XX-NONE", Code.X_UNKNOWN), (None, Code.X_USAGE)):
        with pytest.raises(BakenError) as refused:
            own(exchange, jti, to)
        assert refused.value.code is code


async def test_a_draft_is_explained_as_it_would_be_published(exchange: GatewayWorld) -> None:
    """With its derived sections and the default handling, along the routes; and nothing is stored."""
    gateway = exchange.gateway("NL-POL")
    trust = gateway.trust_memory.current()
    explained = gateway.explainer.draft(suspect(), "BE-FGP", trust, actor="p5eud0nym")
    assert verdicts(explained)["seen"] == ["handling", "markers", "match_keys"]
    assert explained.addressed
    assert gateway.outbox.backlog() == {}
    (told,) = gateway.publish([suspect()])
    published = own(exchange, told.jti, "BE-FGP")  # type: ignore[union-attr]
    assert [line.to_json() for line in published.lines] == [line.to_json() for line in explained.lines]


async def test_what_is_erased_or_unknown_is_not_explained(exchange: GatewayWorld) -> None:
    """There is nothing left to see."""
    gateway = exchange.gateway("NL-POL")
    (told,) = gateway.publish([suspect()])
    await exchange.run()
    gateway.order_erasure(told.sub, ErasureGround.ISSUED_IN_ERROR)  # type: ignore[union-attr]
    await exchange.run()
    for jti in (told.jti, "01920000-0000-7000-8000-000000000009"):  # type: ignore[union-attr]
        with pytest.raises(BakenError) as refused:
            own(exchange, jti, "DE-BKA")
        assert refused.value.code is Code.X_UNKNOWN


async def test_what_was_opened_later_names_the_disclosure(exchange: GatewayWorld) -> None:
    """At both ends, by a rule of its own; who got none of it does not see it."""
    (alert,) = told(exchange, "NL-POL", suspect())
    await exchange.run()
    told(exchange, "BE-FGP", message("hit.v1", ref("NL-POL", alert)))
    await exchange.run()
    opened = exchange.gateway("NL-POL").disclose(
        alert.jti, to=["BE-FGP"], sections=["identity"], because=[Condition.AFTER_MATCH]
    )
    await exchange.run()
    gateway = exchange.gateway("BE-FGP")
    received = gateway.explainer.event(alert.jti, None, gateway.trust_memory.current())
    for explained in (received, own(exchange, alert.jti, "BE-FGP")):
        (line,) = [line for line in explained.lines if line.section == "identity"]
        assert (line.verdict.value, line.why) == ("seen", f"opened later by {opened.jti}")
        assert line.rule == "minimisation-1/disclosure/suspect-alert/border/identity"
    supposed = own(exchange, alert.jti, "BE-FGP", "purpose=prevent")
    assert "identity" in verdicts(supposed)["not_seen"]
    (line,) = [line for line in own(exchange, alert.jti, "DE-BKA").lines if line.section == "identity"]
    assert line.rule == "minimisation-1/suspect-alert/liaison/identity"

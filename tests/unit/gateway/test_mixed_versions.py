"""Gateways whose participants can receive different versions of a type: one event, and nothing lost silently."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from adapters.interface import Reason, as_json
from broker.audit.findings import FindingCode
from broker.audit.replay import load_trust, replay
from broker.gateway.outbox import Outcome
from broker.gateway.publish import Acknowledged, RefusedDraft
from broker.gateway.tables import quarantine
from broker.trust.documents import TrustStore
from broker.trust.lines import with_version
from contracts.codes import ErasureGround
from contracts.errors import Code
from contracts.explain import Verdict
from contracts.versions import Lost
from tests.support.gateway_world import GatewayWorld, sections, suspect
from tests.support.next_version import NEWER, OLDER, REFERENCES, CaseReferences, later_release
from tests.support.postgres import MakePlaces

UNIT = Lost(path="references.unit", type=OLDER, value="TEST-UNIT-7")


@pytest.fixture
def later() -> Iterator[None]:
    """Be an installation of the later release."""
    with later_release():
        yield


@pytest.fixture
async def world(later: None, tmp_path: Path, make_places: MakePlaces, unflushed: None) -> AsyncIterator[GatewayWorld]:
    """Three gateways of the later release; the trust list knows the first version alone."""
    made = GatewayWorld(tmp_path, make_places)
    for name in made.services:
        await made.load_trust(name)
    yield made
    made.close()


async def let(world: GatewayWorld, *, receive: tuple[str, ...], issue: tuple[str, ...] = ()) -> None:
    """Put a list in force in which these may receive, or receive and issue, the second version."""
    lines = [
        with_version(line, NEWER, issue=line.id in issue) if line.id in {*receive, *issue} else line
        for line in world.world.list.participants
    ]
    world.world.relist(lines)
    world.world.publish(world.log)
    for name in world.services:
        await world.load_trust(name)


def second(**changes: Any) -> Any:
    """Return a draft in the second version, as an adapter of the later release makes it."""
    values = {**sections("identity", "role"), "references": CaseReferences(**REFERENCES)}
    return suspect(**{"type": NEWER, "sections": values, **changes})


async def published(world: GatewayWorld, draft: Any) -> Acknowledged:
    """Publish a draft as NL-POL, and let everything arrive."""
    (outcome,) = world.gateway("NL-POL").publish([draft])
    assert isinstance(outcome, Acknowledged), outcome
    await world.run()
    assert world.gateway("NL-POL").state(outcome.jti).outcome is Outcome.ADMITTED
    return outcome


def received(world: GatewayWorld, name: str, jti: str) -> Any:
    """Return an entry of an inbox."""
    return next(entry for entry in world.gateway(name).feed() if entry.jti == jti)


async def test_who_lags_gets_the_older_version_and_so_does_everybody(world: GatewayWorld) -> None:
    """One recipient has the second version, the other has not: one event of the first, and the loss is told."""
    await let(world, receive=("DE-BKA",), issue=("NL-POL",))
    outcome = await published(world, second())
    assert (outcome.type, outcome.lost) == (OLDER, (UNIT,))
    for name in ("DE-BKA", "BE-FGP"):
        assert received(world, name, outcome.jti).type == OLDER
    assert received(world, "DE-BKA", outcome.jti).sections["references"] == {"case_number": "TEST-2026-1"}


async def test_the_newest_version_goes_out_once_all_have_it(world: GatewayWorld) -> None:
    """The same record, handed in again after a new trust list, becomes the next version of its alert and says all."""
    await let(world, receive=("DE-BKA",), issue=("NL-POL",))
    first = await published(world, second())
    (again,) = world.gateway("NL-POL").publish([second()])
    assert isinstance(again, Acknowledged)
    assert (again.unchanged, again.jti) == (True, first.jti)
    await let(world, receive=("BE-FGP",))
    outcome = await published(world, second())
    assert (outcome.type, outcome.sub, outcome.ver, outcome.lost) == (NEWER, first.sub, 2, ())
    assert received(world, "DE-BKA", outcome.jti).sections["references"] == REFERENCES
    assert received(world, "DE-BKA", first.jti).superseded
    assert received(world, "BE-FGP", outcome.jti).type == NEWER


async def test_a_record_that_loses_nothing_is_not_issued_again(world: GatewayWorld) -> None:
    """A new trust list alone makes no new events of what is in the exchange already."""
    await let(world, receive=("DE-BKA",), issue=("NL-POL",))
    plain = second(sections={**sections("identity", "role"), "references": CaseReferences(case="T-1")})
    first = await published(world, plain)
    assert (first.type, first.lost) == (OLDER, ())
    await let(world, receive=("BE-FGP",))
    (again,) = world.gateway("NL-POL").publish([plain])
    assert isinstance(again, Acknowledged)
    assert again.unchanged


async def test_a_draft_is_explained_as_it_would_be_issued(world: GatewayWorld) -> None:
    """The version follows from the recipients, before anything is signed."""
    await let(world, receive=("DE-BKA",), issue=("NL-POL",))
    gateway, trust = world.gateway("NL-POL"), world.services["NL-POL"].trust.fresh()
    for recipients, version in ((["DE-BKA"], NEWER), (["DE-BKA", "BE-FGP"], OLDER)):
        told = gateway.explainer.draft(second(), "DE-BKA", trust, actor="test-actor", recipients=recipients)
        assert (told.type, told.refused) == (version, ())
        assert {line.section: line.verdict for line in told.lines}["references"] is Verdict.SEEN


async def test_who_may_not_issue_it_issues_the_older_version(world: GatewayWorld) -> None:
    """The issuer's own line decides as the recipients' lines do."""
    await let(world, receive=("DE-BKA", "BE-FGP", "NL-POL"))
    assert (await published(world, second())).type == OLDER


async def test_a_draft_of_the_older_version_is_read_as_the_newest(world: GatewayWorld) -> None:
    """An adapter that was not upgraded goes on; what was removed is left out and told, in whatever is issued."""
    await let(world, receive=("DE-BKA", "BE-FGP"), issue=("NL-POL",))
    outcome = await published(world, suspect(sections=sections("identity", "role", "references")))
    assert outcome.type == NEWER
    assert outcome.lost == (Lost(path="references.language", type=NEWER, value="nl"),)
    assert received(world, "DE-BKA", outcome.jti).sections["references"]["case"] == "TEST-2026-1"


async def test_an_alert_ends_whatever_versions_it_went_through(world: GatewayWorld) -> None:
    """The order names the events of both versions, and both are erased."""
    await let(world, receive=("DE-BKA",), issue=("NL-POL",))
    first = await published(world, second())
    await let(world, receive=("BE-FGP",))
    later = await published(world, second())
    world.gateway("NL-POL").order_erasure("N-1", ErasureGround.PURPOSE_ACHIEVED)
    await world.run()
    for name in ("DE-BKA", "BE-FGP"):
        states = {entry.jti: entry.state for entry in world.gateway(name).feed()}
        assert {states[first.jti].value, states[later.jti].value} == {"erased"}


async def test_a_recipient_without_any_version_is_told_to_the_issuer(world: GatewayWorld) -> None:
    """No version suits everybody: the finding says that the trust list is the reason."""
    lines = [
        msgspec.structs.replace(line, profiles={k: v for k, v in line.profiles.items() if k != OLDER})
        if line.id == "BE-FGP"
        else line
        for line in world.world.list.participants
    ]
    world.world.relist(lines)
    world.world.publish(world.log)
    await world.load_trust("NL-POL")
    (outcome,) = world.gateway("NL-POL").publish([second()])
    assert isinstance(outcome, RefusedDraft)
    assert {finding.code for finding in outcome.findings} == {Code.E10_PROFILE}


async def test_the_residue_of_a_submission_holds_what_was_lost(world: GatewayWorld) -> None:
    """Whoever handed the record in over HTTP or a folder finds it at the record, with its value."""
    await let(world, receive=("DE-BKA",), issue=("NL-POL",))
    gateway, service = world.gateway("NL-POL"), world.services["NL-POL"]
    data = as_json(second())
    accepted = gateway.intake.accept(data, adapter="baken-json", actor="test-actor", client="test")
    while service.worker.step(service.trust.fresh()):
        continue
    (record,) = gateway.intake.records(accepted.id)
    assert [(item["path"], item["reason"], item["value"]) for item in record.residue] == [
        ("references.unit", Reason.OTHER_VERSION.value, '"TEST-UNIT-7"')
    ]


@pytest.fixture
async def ahead(tmp_path: Path, make_places: MakePlaces, unflushed: None) -> AsyncIterator[GatewayWorld]:
    """Everybody's line has the second version already, against the calendar."""
    with later_release():
        made = GatewayWorld(tmp_path, make_places)
        await let(made, receive=("DE-BKA", "BE-FGP"), issue=("NL-POL",))
    yield made
    made.close()


async def test_a_hub_that_lags_refuses_the_version_with_its_code(ahead: GatewayWorld) -> None:
    """The issuer is told in its quarantine; nobody receives anything, and the next record goes through."""
    with later_release():
        (outcome,) = ahead.gateway("NL-POL").publish([second()])
        assert isinstance(outcome, Acknowledged)
        assert outcome.type == NEWER
        await ahead.step("NL-POL")
    await ahead.admit()
    ahead.receive("NL-POL")
    state = ahead.gateway("NL-POL").state(outcome.jti)
    assert (state.outcome, state.code) == (Outcome.REFUSED, Code.E05_TYPE.value)
    await ahead.run()
    assert list(ahead.gateway("DE-BKA").feed()) == []
    (known,) = ahead.gateway("NL-POL").publish([suspect("N-2")])
    assert isinstance(known, Acknowledged)
    await ahead.run()
    now = ahead.gateway("NL-POL").state(known.jti).now
    assert received(ahead, "DE-BKA", now).type == OLDER


async def test_a_recipient_that_lags_refuses_the_entry_with_the_remedy(ahead: GatewayWorld) -> None:
    """It cannot read what its line promises: the code and what to install stand in its quarantine, no content."""
    with later_release():
        (outcome,) = ahead.gateway("NL-POL").publish([second()])
        await ahead.step("NL-POL")
        await ahead.admit()
    await ahead.load_trust("DE-BKA")
    ahead.receive("DE-BKA")
    inbox = ahead.gateway("DE-BKA").inbox
    assert list(inbox.feed()) == []
    with inbox.store.read() as connection:
        (row,) = connection.execute(select(quarantine)).all()
    assert row.code == Code.E05_TYPE.value
    assert row.detail == "unknown version of suspect-alert: install the release of Baken that has it"
    assert isinstance(outcome, Acknowledged)
    with later_release():
        assert {one.opened for one in ahead.gateway("NL-POL").state(outcome.jti).deliveries} == {None}


async def test_an_auditor_that_lags_says_so(ahead: GatewayWorld) -> None:
    """It cannot follow the hub's decision, and does not take that for granted; one that upgraded can."""
    with later_release():
        await published(ahead, second())
        trust = await load_trust(ahead.log, ahead.world.topics, ahead.world.roots)
        assert FindingCode.DECISION_DIFFERS not in await judged(ahead, trust)
    assert FindingCode.DECISION_DIFFERS in await judged(ahead, trust)


async def judged(world: GatewayWorld, trust: TrustStore) -> set[FindingCode]:
    """Return the codes of what a replay finds."""
    result = await replay(world.log, trust, topics=world.world.topics, now=world.clock())
    return {finding.code for finding in result.findings}

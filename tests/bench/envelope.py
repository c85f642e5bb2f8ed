"""Measure publishing and receiving, with and without what surrounds the envelope."""

from __future__ import annotations

import os
from collections.abc import Iterator

from broker.envelope.compose import Event, compose
from broker.envelope.verify import open_delivered, verify_delivered
from broker.gateway.audience import address, addressees
from contracts.content import check_draft, check_event
from contracts.derive import derive
from contracts.draft import Draft
from contracts.identifiers import alert_id
from contracts.policy import POLICY
from tests.bench import primitives, workload
from tests.bench.measure import Effort, Row, Target, Work, compare
from tests.support import envelope_world as world

PUBLISH = Target(bound=3.0)
RECEIVE = Target(bound=2.5)


def event_of(draft: Draft, recipients: int) -> Event:
    """Check, derive and address a draft as the gateway does, without its store.

    What the store adds: known victims, versions of the same record, the number in its slot.
    """
    on = world.NOW.date()
    findings = check_draft(draft, on=on)
    sections = derive(draft.type, draft.sections, on=on)
    findings += check_event(draft.type, sections)
    addressed = address(
        draft,
        sections,
        wanted=addressees(draft, to=None, routes=workload.routes(recipients)),
        participant=world.ISSUER,
        trust=workload.trust(),
        approved=False,
    )
    assert not findings
    assert not addressed.findings
    return Event(
        type=draft.type,
        purpose=draft.purpose,
        basis=draft.basis,
        urgency=draft.urgency,
        policy=POLICY,
        sections={name: one.content() for name, one in sections.items()},
        audience=addressed.entries,
        sub=alert_id(os.urandom(16)),
        ver=1,
    )


def rows(counts: tuple[int, ...], effort: Effort) -> Iterator[Row]:
    """Yield the rows of publishing and receiving for each number of recipients."""
    sent = {count: workload.send(event_of(workload.draft(), count)) for count in counts}
    for count in counts:
        bare = primitives.publishing(sent[count])
        yield _row("publish: sign and seal", count, _sealing(sent[count]), bare, effort, target=PUBLISH)
    for count in counts:
        bare = primitives.publishing(sent[count])
        yield _row("publish: draft to record", count, _publishing(count), bare, effort)
    for count in counts:
        bare = primitives.receiving(sent[count])
        yield _row("receive: verify and open", count, _opening(sent[count]), bare, effort, target=RECEIVE)
    for count in counts:
        bare = primitives.receiving(sent[count])
        yield _row("receive: with content", count, _receiving(sent[count]), bare, effort)


def _sealing(sent: workload.Sent) -> Work:
    signer = world.signer(world.ISSUER)
    return lambda: compose(sent.event, world.ISSUE, signer=signer, keys=sent.keys, randomness=os.urandom)


def _publishing(count: int) -> Work:
    signer, keys = world.signer(world.ISSUER), world.MadeUpKeys()

    def work() -> object:
        event = event_of(workload.draft(), count)
        return compose(event, world.ISSUE, signer=signer, keys=keys, randomness=os.urandom)

    return work


def _opening(sent: workload.Sent) -> Work:
    feed, me, trust = sent.delivered(), workload.RECIPIENTS[0], workload.trust()
    return lambda: open_delivered(feed, me=me, trust=trust, keys=sent.keys)


def _receiving(sent: workload.Sent) -> Work:
    feed, me, trust = sent.delivered(), workload.RECIPIENTS[0], workload.trust()
    return lambda: verify_delivered(feed, me=me, trust=trust, keys=sent.keys)


def _row(name: str, count: int, ours: Work, bare: Work, effort: Effort, *, target: Target | None = None) -> Row:
    spent = compare(ours, bare, effort)
    return Row(name=name, size=f"{count}", ours=spent[0], bare=spent[1], baseline="the primitives", target=target)

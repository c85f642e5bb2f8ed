"""Invariants of every event under the policy. BAKEN_CASES says how many events each looks at, 2,000 by default."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from broker.audit.findings import FindingCode
from broker.envelope.compose import Event
from broker.envelope.disclose import digest, read
from broker.envelope.order import Head
from broker.envelope.states import Addressed, Admitted, Valid
from broker.envelope.verify import verify_audited, verify_delivered, verify_submitted
from contracts.choice import table
from contracts.codes import Minor
from contracts.derive import derive
from contracts.encoding import canonical
from contracts.errors import Code, RecordError, UsageError
from contracts.events import ALERTS, EVENTS
from contracts.identifiers import instant
from contracts.reading import parse_section
from contracts.wire import Audit
from tests.support import envelope_world as world
from tests.support.audited import Audited
from tests.support.generated import TYPES, events, mischief

CASES = int(os.environ.get("BAKEN_CASES", "2000"))
ROUND = 25
"""Events of one log that an auditor replays."""
pytestmark = pytest.mark.timeout(120 + CASES // 10)
GOVERNED = settings(
    max_examples=CASES // 4,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
"""Four properties share the cases; the auditor's takes as many again, in rounds."""


def make(event: Event, *, seed: int) -> world.Made:
    """Compose an event that is valid for as long as every type may be."""
    return world.make(event, replace(world.ISSUE, exp=world.NOW_S + 90 * world.DAY), seed=seed)


def opened_by(made: world.Made, to: str) -> Valid:
    received = verify_delivered(made.delivered(to), me=to, trust=world.trust(), keys=made.keys)
    assert isinstance(received, Valid)
    return received


@GOVERNED
@given(event=events(), seed=st.integers(0, 2**32), data=st.data())
def test_no_output_holds_a_path_outside_the_table(event: Event, seed: int, data: st.DataObject) -> None:
    """Each recipient opens listed sections alone, as they were signed; a member that nobody knows never arrives."""
    made = make(event, seed=seed)
    verdict = verify_submitted(made.submitted(), at=world.NOW_MS, trust=world.trust(), head=Head())
    assert isinstance(verdict, Admitted)
    minor = Minor(event.sections["handling"]["minor"])
    for entry in event.audience:
        rows = table(event.type, entry.profile, minor=minor, purpose=event.purpose, policy=event.policy)
        received = opened_by(made, entry.to)
        assert set(received.contents) == set(entry.sections) <= rows.keys()
        assert all(rows[name] <= set(entry.because) for name in received.contents)
        assert dict(received.contents) == {name: event.sections[name] for name in entry.sections}
    if event.audience:
        strange = data.draw(st.sampled_from(sorted(set(event.sections) - {"handling"})))
        _with_unknown_member(event, strange, seed)


def _with_unknown_member(event: Event, strange: str, seed: int) -> None:
    """Add a member that no contract has to one section: the gateway refuses it, and so does who can open it."""
    content = event.sections[strange]
    content = {**content, "gossip": "x"} if isinstance(content, dict) else content
    with pytest.raises(RecordError):
        parse_section(strange, content)
    made = make(replace(event, sections={**event.sections, strange: content}), seed=seed)
    for entry in event.audience:
        if strange not in entry.sections:
            assert "gossip" not in canonical(dict(opened_by(made, entry.to).contents)).decode()
        else:
            with pytest.raises(RecordError) as refused:
                opened_by(made, entry.to)
            assert refused.value.code is Code.E13_CONTENT


@GOVERNED
@given(data=st.data(), event_type=st.sampled_from(TYPES))
def test_two_events_of_a_type_have_the_same_shape(data: st.DataObject, event_type: str) -> None:
    """The same members, sections, profiles and digests, whatever they hold and whoever they are for."""
    one, two = (make(data.draw(events(event_type)), seed=seed).claims for seed in (1, 2))
    assert list(one.sections) == list(two.sections) == list(EVENTS[event_type].sections)
    assert list(one.sealed) == list(two.sealed) == list(EVENTS[event_type].profiles)
    shapes = [
        {name: (type(value), len(value)) for name, value in _flat(msgspec.to_builtins(claims))} for claims in (one, two)
    ]
    assert shapes[0] == shapes[1]


def _flat(claims: dict[str, Any]) -> list[tuple[str, Any]]:
    """The digests of sections and the hashes of profiles, by their path."""
    found = [(f"sealed.{name}", value) for name, value in claims["sealed"].items()]
    for name, section in claims["sections"].items():
        assert list(section) == ["_sd"]
        (value,) = section["_sd"]
        found.append((f"sections.{name}", value))
    return found


@GOVERNED
@given(event=events(), seed=st.integers(0, 2**32))
def test_the_same_input_gives_byte_identical_content(event: Event, seed: int) -> None:
    """Parsed and written again, derived again, composed again: the same bytes, for one randomness the same record."""
    one, two, other = (make(event, seed=one) for one in (seed, seed, seed + 1))
    assert one.composed.disclosures == two.composed.disclosures
    assert canonical(one.claims) == canonical(two.claims)
    for name, text in one.composed.disclosures.items():
        content = canonical(read(text, code=Code.E12_DISCLOSURE))
        assert content == canonical(read(other.composed.disclosures[name], code=Code.E12_DISCLOSURE))
        if name != "audience":
            assert content == canonical(event.sections[name])
            assert content == canonical(parse_section(name, event.sections[name]).content())
        assert text != other.composed.disclosures[name]
    if event.type in ALERTS:
        on = instant(world.NOW_MS).date()
        parsed = {name: parse_section(name, content) for name, content in event.sections.items()}
        first, again = (derive(event.type, given, on=on) for given in (parsed, dict(reversed(parsed.items()))))
        assert {name: canonical(one.content()) for name, one in first.items()} == {
            name: canonical(one.content()) for name, one in again.items()
        }
        assert derive(event.type, first, on=on) == first


@GOVERNED
@given(event=events(), data=st.data())
def test_erasing_leaves_digests_verifiable(event: Event, data: st.DataObject) -> None:
    """With the content gone the signature and the decision still verify, and what is kept matches its digest."""
    made = make(event, seed=7)
    known = EVENTS[event.type]
    disclosed = tuple(made.composed.disclosures[name] for name in known.clear)
    jws = msgspec.json.decode(made.composed.record)["jws"]
    kept = data.draw(st.sets(st.sampled_from(sorted(made.composed.disclosures))))
    for name, text in made.composed.disclosures.items():
        (signed,) = made.claims.sections[name].sd
        assert (digest(text) == signed) is True
        assert name in kept or text not in jws
    verdict = verify_audited(Audit(disclosed=disclosed, jws=jws, leaf=made.leaf()), trust=world.trust(), head=Head())
    assert isinstance(verdict, Addressed)
    assert verdict.audience == event.audience
    gone = Audit(jws=jws, leaf=made.leaf())
    assert verify_audited(gone, trust=world.trust(), head=Head()).claims == made.claims


@settings(
    max_examples=max(1, CASES // ROUND), deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large,
                           HealthCheck.large_base_example],
)  # fmt: skip
@given(drawn=st.lists(events().flatmap(mischief), min_size=ROUND, max_size=ROUND))
def test_the_auditor_decides_as_the_broker_did(drawn: list[Event]) -> None:
    """Over a log of good and bad events, every recomputed decision is that of the leaf."""
    asyncio.run(_replayed(drawn))


async def _replayed(drawn: list[Event]) -> None:
    hub = Audited()
    for event in drawn:
        try:
            hub.submit(hub.make(event))
        except UsageError:
            hub.numbers["NL-POL", 0, 1] -= 1  # no record can say so: a number that was never used
    await hub.work()
    result = await hub.replay()
    assert FindingCode.DECISION_DIFFERS not in {finding.code for finding in result.findings}
    early = sum(count for code, count in result.refusals.items() if code < "E09")  # only the hub saw such bytes
    assert result.leaves == len(hub.made) == result.reverified + early

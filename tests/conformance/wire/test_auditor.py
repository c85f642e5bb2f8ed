"""The auditor's walk: steps 3 to 10 from what the audit log keeps, at the time of the leaf."""

from __future__ import annotations

from typing import Any

import pytest

from broker.envelope.order import Head
from broker.envelope.states import Addressed, Admitted, Audited, Refused, Repeat
from broker.envelope.verify import verify_audited
from contracts.encoding import sha256
from contracts.errors import Code
from contracts.wire import Audit, Position
from tests.conformance.wire.conftest import Trace
from tests.conformance.wire.hub_form import CLAIMS, FORM, Spoil
from tests.conformance.wire.hub_rules import COUNTED, TRUST
from tests.support.wire_bench import Bench, issue

SEEN = [vector for vector in (*FORM, *CLAIMS, *TRUST, *COUNTED) if "E03" <= vector[0].value[:3] <= "E10"]


def audit(bench: Bench, **changes: Any) -> Audited:
    signing_input = bench.record["jws"].rpartition(".")[0].encode()
    position = Position(topic=bench.claims["place"], partition=bench.claims["slot"], offset=41)
    leaf = bench.made.leaf(jws=sha256(signing_input), time=bench.at, position=position, **changes)
    kept = Audit(leaf=leaf, jws=bench.record["jws"], disclosed=tuple(bench.record["disclosed"]))
    return verify_audited(kept, trust=bench.trust, head=bench.head)


@pytest.mark.parametrize("vector", SEEN, ids=lambda v: f"{v[0].value}: {v[1]}")
def test_the_auditor_finds_what_the_hub_refused(vector: tuple[Code, str, Spoil], trace: Trace) -> None:
    """Every fault of steps 3 to 10 that the log can show has the same code for the auditor."""
    code, _, spoil = vector
    verdict = audit(spoil(Bench()))
    assert isinstance(verdict, Refused)
    assert verdict.code is code
    assert trace.refused == [int(code.value[1:3])]


@pytest.mark.parametrize(
    "vector", [v for v in COUNTED if v[0].value[:3] == "E11"], ids=lambda v: f"{v[0].value}: {v[1]}"
)
def test_the_auditor_cannot_judge_the_sealed_part(vector: tuple[Code, str, Spoil]) -> None:
    """Step 11 concerns bytes that only the hub saw: steps 3 to 10 hold for such a record."""
    verdict = audit(vector[2](Bench()))
    assert isinstance(verdict, Addressed)
    assert not isinstance(verdict, Admitted)


def test_an_honest_leaf_is_confirmed(trace: Trace) -> None:
    """Steps 3 to 10 hold, the head advances, and the audience is known."""
    verdict = audit(Bench())
    assert isinstance(verdict, Addressed)
    assert verdict.head == Head(1, 1)
    assert [entry.to for entry in verdict.audience] == ["BE-FGP", "DE-BKA", "FR-PNJ"]
    assert sorted(set(trace.taken)) == list(range(3, 11))


def test_a_repeat_is_seen_from_the_head() -> None:
    """The auditor keeps the head itself and recognises a repeat by it."""
    assert isinstance(audit(Bench(issue=issue(seq=4)).under(head=Head(1, 9))), Repeat)


@pytest.mark.parametrize(
    "position",
    [
        Position(topic="baken.submit.de-bka", partition=0, offset=41),
        Position(topic="baken.submit.nl-pol", partition=1, offset=41),
    ],
)
def test_a_leaf_at_another_place_is_found(position: Position) -> None:
    """A signed part that the hub moved to another place does not pass for an event there."""
    bench = Bench()
    leaf = bench.made.leaf(position=position)
    kept = Audit(leaf=leaf, jws=bench.record["jws"], disclosed=tuple(bench.record["disclosed"]))
    verdict = verify_audited(kept, trust=bench.trust, head=bench.head)
    assert isinstance(verdict, Refused)
    assert verdict.code is Code.E08_PLACE


def test_a_leaf_about_another_event_is_found() -> None:
    """The leaf's hash is that of the signed part beside it, or the record is refused."""
    bench = Bench()
    kept = Audit(leaf=bench.made.leaf(jws="A" * 43), jws=bench.record["jws"], disclosed=())
    verdict = verify_audited(kept, trust=bench.trust, head=bench.head)
    assert isinstance(verdict, Refused)
    assert verdict.code is Code.E08_PLACE


def test_a_leaf_without_a_signed_part_is_refused() -> None:
    """A leaf that stands alone has nothing to confirm."""
    bench = Bench()
    verdict = verify_audited(Audit(leaf=bench.made.leaf()), trust=bench.trust, head=bench.head)
    assert isinstance(verdict, Refused)
    assert verdict.code is Code.E03_FORM


def test_missing_disclosures_are_found_at_step_10() -> None:
    """An admitted event whose audience the log does not keep cannot be confirmed."""
    bench = Bench()
    verdict = verify_audited(Audit(leaf=bench.made.leaf(), jws=bench.record["jws"]), trust=bench.trust, head=bench.head)
    assert isinstance(verdict, Refused)
    assert verdict.code is Code.E10_DIGEST
    assert verdict.passed_eight

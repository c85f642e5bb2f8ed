"""Every code of steps 1 to 11, as the hub refuses it: the code, the step, and the head afterwards."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from broker.envelope.order import Head
from broker.envelope.states import Admitted, Refused, Repeat, Verdict
from broker.envelope.verify import verify_submitted
from contracts.encoding import canonical, decode_base64url, encode_base64url
from contracts.errors import Code
from tests.conformance.wire.conftest import Trace
from tests.conformance.wire.hub_form import CLAIMS, FORM, P256_ORDER, Spoil, halves, signature
from tests.conformance.wire.hub_rules import COUNTED, UNCOUNTED
from tests.support.envelope_world import BATCH_EVENT, NOW_MS, VICTIM_EVENT
from tests.support.wire_bench import Bench, issue

WITHOUT_SIGNING_INPUT = {"E01", "E02"}
BEFORE_HEADER = {Code.E03_FORM, Code.E03_BASE64}


def judge(bench: Bench) -> Verdict:
    return verify_submitted(bench.submitted(), at=bench.at, trust=bench.trust, head=bench.head)


def named(vector: Any) -> str:
    return f"{vector[0].value}: {vector[1]}"


def check_refusal(code: Code, bench: Bench, trace: Trace) -> Refused:
    """Refused with exactly this code, by its own step, after all steps before it held."""
    verdict = judge(bench)
    assert isinstance(verdict, Refused)
    assert verdict.code is code
    step = int(code.value[1:3])
    assert trace.refused == [step]
    assert trace.taken[-1] == step
    assert sorted(set(trace.taken)) == list(range(1, step + 1))
    assert all(before <= after for before, after in pairwise(trace.taken))
    assert verdict.detail
    return verdict


@pytest.mark.parametrize("vector", [*FORM, *CLAIMS, *UNCOUNTED], ids=named)
def test_a_fault_before_step_9_is_refused_and_moves_nothing(vector: tuple[Code, str, Spoil], trace: Trace) -> None:
    """One fault in steps 1 to 8: its code, no other step, and the head where it was."""
    code, _, spoil = vector
    bench = spoil(Bench())
    verdict = check_refusal(code, bench, trace)
    assert verdict.head == bench.head
    assert not verdict.passed_eight
    assert (verdict.claims, verdict.jws, verdict.disclosed) == (None, None, ())
    known = code.value[:3] not in WITHOUT_SIGNING_INPUT and code not in BEFORE_HEADER
    assert (verdict.signing_input_hash is not None) is known


@pytest.mark.parametrize("vector", COUNTED, ids=named)
def test_a_fault_from_step_9_on_is_refused_and_uses_its_number_up(
    vector: tuple[Code, str, Spoil], trace: Trace
) -> None:
    """One fault in steps 9 to 11: its code, no other step, and the head at the highest number seen."""
    code, _, spoil = vector
    bench = spoil(Bench())
    verdict = check_refusal(code, bench, trace)
    assert verdict.passed_eight
    assert verdict.head == max(bench.head, Head(bench.claims["gen"], bench.claims["seq"]))
    assert verdict.jws == bench.record["jws"]
    held = code is not Code.E10_DIGEST or bench.disclosures["audience"] == "bm9uc2Vuc2U"
    assert verdict.disclosed == (tuple(bench.record["disclosed"]) if held else ())


def test_every_code_of_steps_1_to_11_has_a_record() -> None:
    """No code is without a test record; a repeat is a verdict of its own."""
    steps = {code for code in Code if code.value[0] == "E" and int(code.value[1:3]) <= 11}
    assert {code for code, *_ in (*FORM, *CLAIMS, *UNCOUNTED, *COUNTED)} == steps - {Code.E09_REPEAT}


@pytest.mark.parametrize("seq", [1, 5])
def test_a_repeat_is_no_refusal_and_leaves_the_head(seq: int, trace: Trace) -> None:
    """At or below the head: a repeat that keeps its disclosures, and no step after the ninth."""
    bench = Bench(issue=issue(seq=seq)).under(head=Head(1, 5))
    verdict = judge(bench)
    assert isinstance(verdict, Repeat)
    assert verdict.head == Head(1, 5)
    assert verdict.disclosed == tuple(bench.record["disclosed"])
    assert trace.refused == []
    assert trace.taken[-1] == 9


def test_a_repeat_keeps_only_disclosures_that_hold() -> None:
    """The audit log never takes disclosures that nobody signed."""
    bench = Bench().under(head=Head(1, 1))
    verdict = judge(bench.member(disclosed=bench.record["disclosed"][::-1]))
    assert isinstance(verdict, Repeat)
    assert verdict.disclosed == ()


@pytest.mark.parametrize("event", [None, VICTIM_EVENT, BATCH_EVENT], ids=["suspect", "victim", "batch"])
def test_a_valid_record_is_admitted_by_all_eleven_steps(event: Any, trace: Trace) -> None:
    """The record that every vector starts from has no fault."""
    bench = Bench(event) if event else Bench()
    verdict = judge(bench)
    assert isinstance(verdict, Admitted)
    assert (verdict.head, verdict.gap) == (Head(1, 1), 0)
    assert [entry.to for entry in verdict.audience] == [wrap["to"] for wrap in bench.record["wraps"]]
    assert sorted(set(trace.taken)) == list(range(1, 12))
    assert verdict.signing_input_hash == bench.made.composed.signing_input_hash


def test_a_gap_is_admitted_and_noted() -> None:
    """Numbers that were skipped are counted, not refused."""
    verdict = judge(Bench(issue=issue(seq=9)).under(head=Head(1, 5)))
    assert isinstance(verdict, Admitted)
    assert (verdict.head, verdict.gap) == (Head(1, 9), 3)


@pytest.mark.parametrize("offset", [-120_000, 0, 72 * 3_600_000])
def test_the_bounds_of_time_themselves_are_admitted(offset: int) -> None:
    """120 s ahead and 72 h behind are still within step 7."""
    assert isinstance(judge(Bench().under(at=NOW_MS + offset)), Admitted)


def test_a_malleated_signature_is_accepted_and_is_the_same_event() -> None:
    """(r, n-s) verifies too; what identifies the event does not change, so it becomes a repeat."""
    bench = Bench()
    first = judge(bench)
    raw = decode_base64url(bench.signature, code=Code.E03_BASE64)
    other = signature(halves(s=P256_ORDER - int.from_bytes(raw[32:], "big")))(bench)
    assert other.record["jws"] != bench.made.composed.record
    second = judge(other)
    assert isinstance(first, Admitted)
    assert isinstance(second, Admitted)
    assert first.jws != second.jws
    assert first.signing_input_hash == second.signing_input_hash
    assert isinstance(judge(other.under(head=first.head)), Repeat)


def test_header_order_on_kafka_does_not_matter() -> None:
    """Kafka headers are a set of five here; clients may write them in any order."""
    bench = Bench()
    assert isinstance(judge(bench.on(headers=bench.headers()[::-1])), Admitted)


def test_details_quote_nothing_of_a_record() -> None:
    """A planted word in any refused part never reaches the detail."""
    planted = "PLANTEDNAME"
    bench = Bench()
    spoiled = [
        Bench().raw(canonical({**bench.record, planted: planted})),
        Bench().member(jws=planted),
        Bench().claim(purpose=planted.lower()),
        Bench().claim(**{planted: planted}),
        Bench().disclose("handling", {planted: planted}),
        Bench().disclose("audience", [{planted: planted}]),
        Bench().wrap(0, kid=planted),
        Bench().jws(f"{encode_base64url(planted.encode())}.AA.AA"),
    ]
    for one in spoiled:
        verdict = judge(one)
        assert isinstance(verdict, Refused)
        assert planted.lower() not in verdict.detail.lower()

"""Invariants of the envelope, over events, damage and rubbish that nobody chose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.envelope.order import Head, advance
from broker.envelope.seal import pad, size_class, unpad
from broker.envelope.states import Admitted, AwaitingGrant, Refused, Repeat, Valid
from broker.envelope.verify import verify_delivered, verify_submitted
from contracts.encoding import canonical
from contracts.errors import Code, OutOfOrder, RecordError
from tests.support.envelope_world import (
    BORDER,
    LIAISON,
    NOW_MS,
    SUSPECT,
    SUSPECT_EVENT,
    delivered,
    entry,
    make,
    submitted,
    trust,
)

MADE = make()
FEED = MADE.delivered("DE-BKA")
RECORD = MADE.composed.record

subsets = st.lists(st.sampled_from(LIAISON), unique=True, min_size=1).map(lambda names: tuple(sorted(names)))
recipients = st.lists(st.sampled_from(["BE-FGP", "DE-BKA", "FR-PNJ"]), unique=True, min_size=1)


@settings(max_examples=40, deadline=None)
@given(opened=subsets, chosen=recipients, seed=st.integers(0, 2**32), length=st.integers(1, 60))
def test_what_is_composed_is_admitted_and_opens_to_exactly_what_was_chosen(
    opened: tuple[str, ...], chosen: list[str], seed: int, length: int
) -> None:
    """For every audience, the hub admits and each recipient gets its profile's sections, unchanged."""
    audience = tuple(entry(to, BORDER if to == "BE-FGP" else opened) for to in chosen)
    role = {**SUSPECT["role"], "offences": [{"scheme": "national", "code": "x" * length, "country": "NLD"}]}
    made = make(replace(SUSPECT_EVENT, audience=audience, sections={**SUSPECT, "role": role}), seed=seed)
    verdict = verify_submitted(made.submitted(), at=NOW_MS, trust=trust(), head=Head())
    assert isinstance(verdict, Admitted)
    for to in chosen:
        received = verify_delivered(made.delivered(to), me=to, trust=trust(), keys=made.keys)
        assert isinstance(received, Valid)
        wanted = BORDER if to == "BE-FGP" else opened
        assert dict(received.contents) == {name: role if name == "role" else SUSPECT[name] for name in wanted}


def flip(data: bytes, bit: int) -> bytes:
    place = bit % (len(data) * 8)
    changed = bytearray(data)
    changed[place // 8] ^= 1 << (place % 8)
    return bytes(changed)


@settings(max_examples=300, deadline=None)
@given(bit=st.integers(0, len(RECORD) * 8 - 1))
def test_a_flipped_bit_is_refused_or_lies_in_a_wrap_that_will_not_open(bit: int) -> None:
    """Wraps alone are not signed; an altered one is admitted and ends as a refusal at its recipient."""
    damaged = flip(RECORD, bit)
    verdict = verify_submitted(submitted(damaged, MADE.claims), at=NOW_MS, trust=trust(), head=Head())
    assert not isinstance(verdict, Repeat)
    if isinstance(verdict, Admitted):
        assert verdict.claims == MADE.claims
        old = {wrap.to: wrap.encrypted_key for wrap in verdict.submit.wraps}
        assert canonical(msgspec.json.decode(damaged)) == damaged
        assert sum(text.encode() not in RECORD for text in old.values()) == 1
    else:
        assert verdict.head in {Head(), Head(1, 1)}


@settings(max_examples=300, deadline=None)
@given(bit=st.integers(0, len(FEED.value or b"") * 8 - 1))
def test_a_flipped_bit_in_a_feed_record_never_changes_what_is_read(bit: int) -> None:
    """It is refused, or it lies in those members of the leaf that only the checkpoints can judge."""
    damaged = flip(FEED.value or b"", bit)
    try:
        received = verify_delivered(delivered(damaged, MADE.claims), me="DE-BKA", trust=trust(), keys=MADE.keys)
    except RecordError:
        return
    assert isinstance(received, Valid)
    assert dict(received.contents) == {name: SUSPECT[name] for name in LIAISON}
    assert received.sealed.feed.leaf != MADE.leaf()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
rubbish = st.binary(max_size=200) | json_values.map(msgspec.json.encode)


@settings(max_examples=200, deadline=None)
@given(value=rubbish)
def test_rubbish_is_refused_and_nothing_else_escapes(value: bytes) -> None:
    """Whatever the bytes are, the hub gives a verdict and a recipient gives a record error."""
    verdict = verify_submitted(submitted(value, MADE.claims), at=NOW_MS, trust=trust(), head=Head())
    assert isinstance(verdict, Refused)
    assert verdict.code.value[:3] in {"E01", "E02"}
    try:
        verify_delivered(delivered(value, MADE.claims), me="DE-BKA", trust=trust(), keys=MADE.keys)
    except RecordError as fault:
        assert fault.code.value[:3] in {"E01", "E02"}  # noqa: PT017 (the absence of an error fails below)
    else:
        raise AssertionError


@settings(max_examples=200, deadline=None)
@given(
    member=st.sampled_from(["jws", "disclosed", "sealed", "wraps"]),
    value=json_values.filter(lambda v: v == v),  # noqa: PLR0124 (NaN has no JSON)
)
def test_any_value_in_any_member_is_refused(member: str, value: Any) -> None:
    """A record with one member replaced by anything at all is refused, at step 2 or by the step that uses it."""
    record = msgspec.json.decode(RECORD)
    record[member] = value
    verdict = verify_submitted(
        submitted(msgspec.json.encode(record, order="sorted"), MADE.claims), at=NOW_MS, trust=trust(), head=Head()
    )
    assert isinstance(verdict, Refused)


@given(length=st.integers(1, 20_000))
def test_padding_hides_all_but_the_class(length: int) -> None:
    """A plaintext fills its class, the class is the smallest, and the padding comes off."""
    items = ["x" * length]
    padded = pad(items)
    assert len(padded) == size_class(length) >= length
    assert unpad(padded) == items
    assert size_class(len(padded)) == len(padded)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 6)), max_size=30))
def test_the_head_never_falls_and_no_number_is_admitted_twice(numbers: list[tuple[int, int]]) -> None:
    """Over any sequence of records, whatever was refused in between."""
    head, admitted = Head(), set()
    for gen, seq in numbers:
        claims = msgspec.structs.replace(MADE.claims, gen=gen, seq=seq)
        try:
            step = advance(head, claims)
        except OutOfOrder as fault:
            assert fault.code is Code.E09_GENERATION  # noqa: PT017 (one of three outcomes)
            step = None
        else:
            if step is not None:
                assert (gen, seq) not in admitted
                admitted.add((gen, seq))
                assert step.head == head.after(claims) > head
        before, head = head, head.after(claims)
        assert head >= before


def test_awaiting_grant_is_never_valid() -> None:
    """The two outcomes of a delivery are different types."""
    assert not issubclass(AwaitingGrant, Valid)

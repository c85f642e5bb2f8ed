"""The head of a submit partition."""

from __future__ import annotations

import msgspec
import pytest

from broker.envelope.order import Advance, Head, advance
from contracts.errors import Code, OutOfOrder
from contracts.wire import Claims
from tests.support.envelope_world import make


def numbered(gen: int, seq: int) -> Claims:
    return msgspec.structs.replace(make().claims, gen=gen, seq=seq)


@pytest.mark.parametrize(
    ("head", "number", "expected"),
    [
        ((0, 0), (1, 1), ((1, 1), 0)),
        ((1, 1), (1, 2), ((1, 2), 0)),
        ((1, 1), (1, 5), ((1, 5), 3)),
        ((1, 9), (2, 1), ((2, 1), 0)),
        ((1, 9), (7, 1), ((7, 1), 0)),
    ],
)
def test_the_next_record_moves_the_head(
    head: tuple[int, int], number: tuple[int, int], expected: tuple[tuple[int, int], int]
) -> None:
    """The next number moves the head; a larger one leaves a gap; a new generation begins with 1."""
    assert advance(Head(*head), numbered(*number)) == Advance(Head(*expected[0]), expected[1])


@pytest.mark.parametrize("seq", [1, 4, 5])
def test_a_number_used_before_is_a_repeat(seq: int) -> None:
    """At or below the head nothing advances."""
    assert advance(Head(3, 5), numbered(3, seq)) is None


@pytest.mark.parametrize("number", [(1, 1), (2, 6), (4, 2)])
def test_generations_only_rise_and_begin_with_one(number: tuple[int, int]) -> None:
    """An older generation, and a new one that begins later, are refused."""
    with pytest.raises(OutOfOrder) as caught:
        advance(Head(3, 5), numbered(*number))
    assert caught.value.code is Code.E09_GENERATION


@pytest.mark.parametrize(("number", "after"), [((3, 6), (3, 6)), ((3, 2), (3, 5)), ((2, 9), (3, 5)), ((4, 2), (4, 2))])
def test_the_head_after_a_refused_record_is_the_highest_number(number: tuple[int, int], after: tuple[int, int]) -> None:
    """A record that passed steps 1 to 8 uses up its number, whatever became of it."""
    assert Head(3, 5).after(numbered(*number)) == Head(*after)

"""Keep the records of one submit partition in order (DESIGN 5, Order).

The head is all that is remembered: no set of ids. It moves for every record that passed steps 1 to
8, whatever steps 9 to 11 say of it, so that a refused record cannot be admitted under its number later.
"""

from __future__ import annotations

from dataclasses import dataclass

from contracts.errors import Code, refusal
from contracts.wire import Claims


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """Highest generation, and highest number within it; (0, 0) before the first record."""

    gen: int = 0
    seq: int = 0

    def after(self, claims: Claims) -> Head:
        """Return the head once a record with these claims has passed steps 1 to 8."""
        return max(self, Head(claims.gen, claims.seq))


@dataclass(frozen=True, slots=True)
class Advance:
    """The record is next, `gap` numbers after the one expected."""

    head: Head
    gap: int


def advance(head: Head, claims: Claims) -> Advance | None:
    """Place a record after `head`; None is a repeat: its number was used in this generation.

    Raises:
        OutOfOrder: `E09-generation`, an older generation, or a newer one that does not begin with 1.
    """
    if claims.gen == head.gen:
        if claims.seq <= head.seq:
            return None
        return Advance(Head(claims.gen, claims.seq), claims.seq - head.seq - 1)
    if claims.gen < head.gen:
        raise refusal(Code.E09_GENERATION, "an older generation")
    if claims.seq != 1:
        raise refusal(Code.E09_GENERATION, "a new generation begins with seq 1")
    return Advance(Head(claims.gen, claims.seq), 0)

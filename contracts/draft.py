"""Hold a canonical event before it is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.codes import Condition
from contracts.parts import SectionModel
from contracts.wire import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event as an adapter or an officer states it: full sections, nothing derived, nobody addressed.

    `type` is the full claim (`suspect-alert.v1`). `claims` are the conditions that somebody
    responsible asserts (`strictly_necessary`, `second_approval`, `consent`); `victim_purpose` follows
    from `purpose`. `national_id` recognises a later version of the same alert and is never sent.
    `handling` may be absent: the gateway's approved default applies. `ref` is the one event that a message
    is about; an alert has none, for its versions are found by the national id.
    """

    type: str
    purpose: str
    basis: tuple[str, ...]
    urgency: str
    validity_days: int
    sections: Mapping[str, SectionModel] = field(repr=False)
    claims: frozenset[Condition] = frozenset()
    national_id: str | None = field(default=None, repr=False)
    ref: Reference | None = None

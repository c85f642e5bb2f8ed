"""Make the one complete example of `docs/wire.md`: the same bytes in every run."""

from __future__ import annotations

from dataclasses import replace

from contracts.identifiers import event_id
from contracts.wire import Reference
from tests.support.envelope_world import DAY, ISSUE, NOTICE, NOW, NOW_S, SUSPECT_EVENT, Made, entry, make
from tests.support.seeds import seeded

KID = "NL-POL/DE-BKA/suspect-90d/2026-11-23"


def example() -> Made:
    """A withdrawal by NL-POL for DE-BKA."""
    withdrawn = Reference(iss="NL-POL", jti=event_id(NOW, seeded(9)(10)))
    event = replace(
        SUSPECT_EVENT,
        type="withdraw.v1",
        ver=None,
        ref=(withdrawn,),
        sections=NOTICE,
        audience=(entry("DE-BKA", ("handling", "notice")),),
    )
    return make(event, replace(ISSUE, exp=NOW_S + 90 * DAY, seq=2))

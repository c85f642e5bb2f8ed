"""Messages between police authorities in an audited hub: requests with a time limit, answers, refusals."""

from __future__ import annotations

from typing import Any

from contracts.identifiers import alert_id
from contracts.wire import Reference
from tests.support import envelope_world as world
from tests.support.contents import CONTENTS
from tests.support.hub import Hub
from tests.support.seeds import seeded

URGENT_8_HOURS: dict[str, Any] = {"basis": ("dir-2023-977:art5-1-a",), "urgency": "urgent:life_at_risk"}
SEVEN_DAYS: dict[str, Any] = {"basis": ("dir-2023-977:art5-1-c",), "urgency": "routine"}
_SAYS: dict[str, Any] = {
    "request.v1": CONTENTS["report"],
    "answer.v1": {"answer": {"extent": "complete"}},
    "refusal.v1": {"refusal": {"grounds": ["not_available"]}},
    "error-report.v1": {"error": {"what": ["inaccurate"]}},
    "hit.v1": {
        "hit": {
            "found_at": "2026-11-23T08:00:00Z",
            "place": {"country": "DEU"},
            "matched_on": ["identity"],
            "taken": ["checked"],
        }
    },
}


def message(hub: Hub, type_: str, iss: str, *to: str, about: world.Made | None = None, **changes: Any) -> world.Made:
    """Submit a message of `iss` to `to`, about an event if one is given."""
    ref = () if about is None else (Reference(iss=about.claims.iss, jti=about.claims.jti),)
    values: dict[str, Any] = {
        "type": type_,
        "iss": iss,
        "basis": ("dir-2023-977:art4",),
        "urgency": "routine",
        "sections": {"handling": world.HANDLING, "report": _SAYS[type_]},
        "audience": tuple(world.entry(name, ("handling", "report")) for name in sorted(to)),
        "ref": ref,
        "sub": alert_id(seeded(1000 + len(hub.made))(16)),
        "ver": None,
    }
    return hub.submit(hub.make(**{**values, **changes}))

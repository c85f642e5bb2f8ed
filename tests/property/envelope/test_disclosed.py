"""Whatever a disclosure claims to open, an entry gains what was signed and what the policy lets open, or nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.envelope.disclose import disclosure
from broker.envelope.states import Valid
from broker.envelope.step_opened import Earlier, step_13_opened
from broker.envelope.verify import verify_delivered
from contracts.codes import Minor, Purpose
from contracts.errors import Code, RecordError
from contracts.policy import disclosable
from contracts.wire import Reference
from tests.support.contents import CONTENTS
from tests.support.envelope_world import (
    HANDLING,
    ISSUE,
    ISSUER,
    SUSPECT,
    SUSPECT_EVENT,
    VICTIM,
    VICTIM_EVENT,
    Made,
    entry,
    make,
    trust,
)

FULL: dict[str, dict[str, Any]] = {
    "suspect-alert.v1": {
        **{name: CONTENTS[name] for name in ("image", "physical", "narrative", "documents", "objects", "movement")},
        **{name: CONTENTS[name] for name in ("biometric_refs", "exploitation", "references", "evaluation")},
        **SUSPECT,
    },
    "victim-alert.v1": {
        **{name: CONTENTS[name] for name in ("identity", "image", "narrative", "documents", "physical", "needs")},
        **VICTIM,
    },
}
SEEN = {"BE-FGP": ("handling", "markers"), "DE-BKA": ("handling", "markers")}
"""What each recipient has opened so far: enough to know whether the subject is a minor."""
AGES = (Minor.NO, Minor.YES, Minor.PRESUMED)
WAYS = ("signed", "other salt", "other content", "other event")


@cache
def earlier(event_type: str, minor: Minor, *, seed: int = 0) -> Made:
    """An alert with everything in it, of which recipients opened little."""
    event = SUSPECT_EVENT if event_type == "suspect-alert.v1" else VICTIM_EVENT
    sections = FULL[event_type]
    young = {
        "handling": {**sections["handling"], "minor": minor.value},
        "markers": {**sections["markers"], "minor": minor.value},
    }
    audience = tuple(entry(to, names) for to, names in SEEN.items())
    return make(replace(event, sections={**sections, **young}, audience=audience), seed=seed)


def received(made: Made, to: str) -> Valid:
    """Return an event as its recipient verified it."""
    found = verify_delivered(made.delivered(to), me=to, trust=trust(), keys=made.keys)
    assert isinstance(found, Valid)
    return found


def forged(name: str, way: str, genuine: Made, other: Made) -> str:
    """Return a disclosure of a section: the signed one, or one that looks like it."""
    match way:
        case "signed":
            return genuine.composed.disclosures[name]
        case "other event":
            return other.composed.disclosures[name]
        case "other salt":
            return disclosure(CONTENTS.get(name, {}), salt=bytes(16))
        case _:
            return disclosure({"text": "PLANTED"}, salt=bytes(16))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_an_entry_gains_what_was_signed_and_may_be_opened_or_nothing(data: st.DataObject) -> None:
    """One forged, foreign, repeated or forbidden section refuses the whole disclosure."""
    event_type = data.draw(st.sampled_from(sorted(FULL)))
    minor, to = data.draw(st.sampled_from(AGES)), data.draw(st.sampled_from(sorted(SEEN)))
    purpose = data.draw(st.sampled_from(Purpose)).value
    genuine, other = earlier(event_type, minor), earlier(event_type, minor, seed=1)
    section = st.sampled_from(sorted(genuine.composed.disclosures))
    names = data.draw(st.sets(section, min_size=1, max_size=4).map(sorted) | st.lists(section, min_size=1, max_size=4))
    some_way = st.lists(st.sampled_from(WAYS), min_size=len(names), max_size=len(names))
    ways = data.draw(st.just(["signed"] * len(names)) | some_way)
    texts = [forged(name, way, genuine, other) for name, way in zip(names, ways, strict=True)]
    disclosed = make(
        replace(
            SUSPECT_EVENT,
            type="disclosure.v1",
            purpose=purpose,
            sections={"handling": {**HANDLING, "minor": minor.value}, "opened": {"disclosures": texts}},
            audience=tuple(entry(name, ("handling", "opened"), because=("after_match",)) for name in SEEN),
            ref=(Reference(iss=ISSUER, jti=genuine.claims.jti),),
            sub=SUSPECT_EVENT.sub,
            ver=None,
        ),
        seed=2,
    )
    alert = received(genuine, to)
    held = Earlier(claims=alert.claims, profile=alert.profile, contents=alert.contents)
    try:
        further = step_13_opened(received(disclosed, to), held)
    except RecordError as fault:
        assert fault.code in {Code.E13_OPENED, Code.E13_CONTENT}  # noqa: PT017 - the other outcome is below
        return
    assert set(ways) == {"signed"}
    assert tuple(further) == tuple(sorted(set(names))) == tuple(names)
    for name, content in further.items():
        assert content == {**FULL[event_type], **held.contents}[name]
        asked = disclosable(event_type, alert.profile, name, minor=minor, purpose=purpose)
        assert asked is not None, name
        assert not (name == "image" and minor is not Minor.NO and event_type == "suspect-alert.v1")


@settings(max_examples=60, deadline=None)
@given(names=st.sets(st.sampled_from(sorted(FULL["victim-alert.v1"])), min_size=1), minor=st.sampled_from(AGES))
def test_a_border_post_is_told_nothing_more_of_a_victim(names: set[str], minor: Minor) -> None:
    """No disclosure opens to it what the alert did not (Regulation (EU) 2024/982 art. 25)."""
    for name in names - {"handling", "markers"}:
        assert disclosable("victim-alert.v1", "border", name, minor=minor) is None


def test_the_issue_of_these_alerts_is_one() -> None:
    """A disclosure is valid no longer than the alert: here both end at the same instant."""
    assert earlier("suspect-alert.v1", Minor.NO).claims.exp == ISSUE.exp

"""Whatever the event, a profile opens nothing outside its table, and the hub notices who says otherwise."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.codes import Condition, HandlingCode, JudicialUse, LegalRegime, Minor, Onward, Purpose, VictimAlertKind
from contracts.events import EVENTS
from contracts.policy import Facts, audience_faults, choose, conditions, maximum
from contracts.sections.handling import Handling
from contracts.wire import AudienceEntry

EXAMPLES = settings(max_examples=150, deadline=None)
PAIRS = sorted((known.type, profile) for known in EVENTS.values() for profile in known.profiles)
SECTIONS = sorted({name for known in EVENTS.values() for name in known.sections})
YOUNG = {Minor.YES, Minor.PRESUMED}

handlings = st.builds(
    Handling,
    codes=st.sets(st.sampled_from(HandlingCode), min_size=1).map(lambda codes: tuple(sorted(codes))),
    onward=st.sampled_from(Onward),
    no_third_country=st.booleans(),
    judicial_use=st.sampled_from(JudicialUse),
    legal_regime=st.sampled_from(LegalRegime),
    minor=st.none() | st.sampled_from(Minor),
    actor=st.just("p5eud0nym"),
)


@st.composite
def facts(draw: Any, event_type: str) -> Facts:
    return Facts(
        type=event_type,
        purpose=draw(st.sampled_from(Purpose)).value,
        minor=draw(st.none() | st.sampled_from(Minor)),
        present=frozenset(draw(st.sets(st.sampled_from(SECTIONS)))),
        asserted=frozenset(draw(st.sets(st.sampled_from(Condition)))),
        kind=draw(st.none() | st.sampled_from(VictimAlertKind)),
    )


@EXAMPLES
@given(st.data())
def test_a_choice_stays_inside_the_table(data: st.DataObject) -> None:
    """Opened sections are present, listed, and every condition of theirs holds and is named."""
    event_type, profile = data.draw(st.sampled_from(PAIRS))
    known = data.draw(facts(event_type))
    choice = choose(known, profile)
    assert set(choice.sections) <= known.present & set(maximum(event_type, profile))
    assert set(choice.sections) | set(choice.withheld) == known.present - {"audience"}
    for section in choice.sections:
        needed = conditions(event_type, profile, section, minor=known.minor, purpose=known.purpose)
        assert needed is not None
        assert {word.value for word in needed} <= set(choice.because)
        assert needed - {Condition.VICTIM_PURPOSE} <= known.asserted


@EXAMPLES
@given(facts("victim-alert.v1"))
def test_border_learns_nothing_of_a_victim_but_markers_and_handling(known: Facts) -> None:
    """No assertion, purpose or kind opens more (Reg. 2024/982 art. 25: victims are in no index)."""
    assert set(choose(known, "border").sections) <= {"handling", "markers"}


@EXAMPLES
@given(facts("signal.v1"))
def test_border_learns_nothing_of_an_observation(known: Facts) -> None:
    """A signal in a hit/no-hit index would make everybody seen a hit."""
    assert set(choose(known, "border").sections) <= {"handling", "handling_note", "markers"}


@EXAMPLES
@given(facts("signal.v1"))
def test_whom_a_signal_is_about_is_named_only_for_the_victims_sake(known: Facts) -> None:
    """The person may turn out a victim: the rule for victims holds, and the story of a minor needs an approval."""
    opened = set(choose(known, "liaison").sections)
    assert "identity" not in opened or known.purpose in {"protect_victim", "identify", "prevent", "prosecute"}
    assert known.minor not in YOUNG or "identity" not in opened or known.purpose in {"protect_victim", "identify"}
    assert known.minor not in YOUNG or "narrative" not in opened or Condition.SECOND_APPROVAL in known.asserted


@EXAMPLES
@given(st.sampled_from(["victim-alert.v1", "signal.v1"]).flatmap(facts))
def test_care_never_gets_the_police_story(known: Facts) -> None:
    """Whatever is asserted, care sees needs and not evaluation, handling or narrative."""
    police = {"evaluation", "handling", "handling_note", "narrative", "exploitation", "objects", "references", "image"}
    assert not police & set(choose(known, "care").sections)


@EXAMPLES
@given(facts("victim-alert.v1"), st.sampled_from(sorted(YOUNG)))
def test_a_minor_never_opens_more_than_an_adult(known: Facts, minor: Minor) -> None:
    """The strictest profile applies to whoever is or is presumed a child."""
    adult, child = (
        choose(Facts(**{**{name: getattr(known, name) for name in Facts.__slots__}, "minor": age}), "liaison")
        for age in (Minor.NO, minor)
    )
    assert set(child.sections) <= set(adult.sections)


@EXAMPLES
@given(st.data())
def test_an_audience_without_fault_is_inside_the_table(data: st.DataObject) -> None:
    """Whatever the hub lets pass opens listed sections alone, under stated conditions and a coherent regime."""
    event_type, profile = data.draw(st.sampled_from(PAIRS))
    listed = sorted(maximum(event_type, profile))
    sections = st.sets(st.sampled_from(listed), min_size=1) | st.sets(st.sampled_from(SECTIONS))
    entry = AudienceEntry(
        to="DE-BKA",
        profile=profile,
        sections=tuple(sorted(data.draw(sections))),
        because=tuple(sorted(word.value for word in data.draw(st.sets(st.sampled_from(Condition))))),
    )
    handling = data.draw(handlings)
    care = profile == "care"
    found = list(
        audience_faults(
            event_type=event_type,
            purpose=data.draw(st.sampled_from(Purpose)).value,
            basis=("gdpr:art6-1-d",) if care else ("dir-2023-977:art7",),
            handling=handling,
            audience=[entry],
            regime_of=lambda _: "gdpr" if care else "led",
            third_country_of=lambda _: False,
        )
    )
    if found:
        return
    for section in entry.sections:
        needed = conditions(event_type, profile, section, minor=handling.minor)
        assert needed is not None
        assert needed <= set(entry.because)
    assert (HandlingCode.H3 in handling.codes) is ("handling_note" in entry.sections)
    assert not (event_type == "suspect-alert.v1" and handling.minor in YOUNG and "image" in entry.sections)

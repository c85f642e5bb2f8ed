"""Events of every type that nobody chose: as a gateway would compose them, and with mischief done to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from broker.envelope.compose import Event
from contracts.choice import Facts, choose
from contracts.codes import Condition, HandlingCode, JudicialUse, Minor, Onward, Purpose, VictimAlertKind
from contracts.events import EVENTS, REQUEST, EventSpec, Refers
from contracts.identifiers import alert_id, event_id
from contracts.minimisation import POLICY
from contracts.wire import AudienceEntry, Reference
from tests.support import envelope_world as world
from tests.support.contents import CONTENTS
from tests.support.seeds import seeded

TYPES = sorted(EVENTS)
ACTOR, APPROVER = "p5eud0nym", "an0therPseudonym"
POLICE = ("BE-FGP", "DE-BKA", "FR-PNJ")
_REPORTS: Mapping[str, Any] = {
    "hit.v1": {
        "hit": {
            "found_at": "2026-11-22T10:00:00Z", "matched_on": ["vehicle"], "not_taken": "not_available",
            "place": {"country": "BEL"},
        }
    },
    "answer.v1": {"answer": {"extent": "partial"}},
    "refusal.v1": {"refusal": {"grounds": ["disproportionate"]}},
    "correction-proposal.v1": {"correction": {"members": ["identity.identities[0].birth"], "what": ["inaccurate"]}},
    "error-report.v1": {"error": {"what": ["outdated"]}},
}  # fmt: skip
_OWN_FACTS = {"documents", "identity", "image", "movement", "objects"}
_GIVES_NOTHING = {"refusal.v1": _OWN_FACTS}
"""Sections that contradict what the message says (step 13)."""
words = st.text("abcdefgh ijklmnoprstuvw", min_size=1, max_size=300).map(str.strip).filter(bool)


def references(count: int, *, iss: str, first: int = 100) -> tuple[Reference, ...]:
    """Return references to so many events of an issuer."""
    return tuple(Reference(iss=iss, jti=event_id(world.NOW, seeded(first + n)(10))) for n in range(count))


@st.composite
def events(draw: st.DrawFn, event_type: str | None = None) -> Event:
    """An event as a gateway composes it: for recipients that may get it, opened as the policy says."""
    known = EVENTS[event_type or draw(st.sampled_from(TYPES))]
    care = known.profiles == ("care",) or ("care" in known.profiles and draw(st.integers(0, 3)) == 0)
    contents = _contents(draw, known)
    handling = draw(handlings(care=care, noted="handling_note" in contents))
    facts = Facts(
        type=known.type,
        purpose=draw(st.sampled_from(Purpose)).value,
        minor=Minor(handling["minor"]),
        present=frozenset({*contents, "handling"}),
        asserted=frozenset(draw(st.sets(st.sampled_from(Condition)))),
        kind=VictimAlertKind(contents["status"]["kind"]) if "status" in contents else None,
    )
    ref, to = _addressed(draw, known, care=care)
    audience = _audience(facts, to, noted="H3" in handling["codes"])
    assume(audience or not known.profiles)
    approved = any(Condition.SECOND_APPROVAL.value in entry.because for entry in audience)
    if approved:
        handling["approved_by"] = APPROVER
        whole = Condition.SECOND_APPROVAL.value
        audience = tuple(replace_entry(one, because=(*one.because, whole)) for one in audience)
    return Event(
        type=known.type,
        purpose=facts.purpose,
        basis=("gdpr:art6-1-d",) if care else ("dir-2023-977:art5-1-c" if known is REQUEST else "dir-2023-977:art7",),
        urgency="routine",
        policy=POLICY,
        sections={**contents, "handling": handling},
        audience=audience,
        ref=ref,
        sub=alert_id(seeded(draw(st.integers(0, 3)))(16)) if known.has_sub else None,
        ver=(2 if ref else 1) if known.has_ver else None,
    )


def _contents(draw: st.DrawFn, known: EventSpec) -> dict[str, Any]:
    """Draw the sections of a type, perhaps with those that are optional; all but `audience` and `handling`."""
    perhaps = draw(st.sets(st.sampled_from(sorted(known.optional)))) if known.optional else set()
    some = {draw(st.sampled_from(sorted(known.any_of)))} if known.any_of else set()
    names = (known.required | some | perhaps) - {"audience", "handling"} - _GIVES_NOTHING.get(known.type, set())
    contents = {name: CONTENTS[name] for name in names}
    if "narrative" in contents:
        contents["narrative"] = {"text": draw(words)}
    if known.type in _REPORTS:
        contents["report"] = _REPORTS[known.type]
    if "notice" in contents:
        contents["notice"] = _notice(known)
    if "status" in contents:
        contents["status"] = {**CONTENTS["status"], "kind": draw(st.sampled_from(sorted(VictimAlertKind)))}
        contents["status"].pop("age_band", None)
    if "safety" in contents:
        contents["safety"] = {key: value for key, value in CONTENTS["safety"].items() if key != "shelter"}
    return contents


def _notice(known: EventSpec) -> dict[str, Any]:
    match known.says:
        case "restricted":
            return {"restricted": "contested"}
        case "referral":
            return {"referral": {"outcome": "accepted"}}
        case "received" | "erased":
            jti = references(1, iss="DE-BKA")[0].jti
            return {known.says: [{"jti": jti, "state": "received" if known.says == "received" else "erased"}]}
    return {"ground": "purpose_achieved"}


@st.composite
def handlings(draw: st.DrawFn, *, care: bool, noted: bool) -> dict[str, Any]:
    """A handling block that does not contradict itself; H3 stands exactly where there is a note."""
    minor = draw(st.sampled_from(sorted(Minor)))
    base = {"actor": ACTOR, "minor": minor, "no_third_country": draw(st.booleans())}
    if care:
        open_ended = {"onward": draw(st.sampled_from(sorted(Onward))), "judicial_use": "none"}
        return {**base, **open_ended, "codes": ["H0"], "legal_regime": "gdpr"}
    h1, h2 = draw(st.booleans()), draw(st.booleans())
    uses = {JudicialUse.WITH_PERMISSION, JudicialUse.NONE if h1 else JudicialUse.PERMITTED}
    sharing = {Onward.WITH_RELEASE, Onward.NONE if h2 else Onward.SAME_PROFILE}
    codes = [*(["H1"] if h1 else []), *(["H2"] if h2 else []), *(["H3"] if noted else [])]
    return {
        **base,
        "codes": codes or ["H0"],
        "judicial_use": draw(st.sampled_from(sorted(uses))),
        "legal_regime": "led",
        "onward": draw(st.sampled_from(sorted(sharing))),
    }


def _addressed(draw: st.DrawFn, known: EventSpec, *, care: bool) -> tuple[tuple[Reference, ...], list[str]]:
    """Draw what an event refers to and whom it is for: what answers goes to the issuer of what it names."""
    own = Refers.PREVIOUS, Refers.OWN, Refers.ONE_OWN
    to = ["NL-CARE"] if care else sorted(draw(st.sets(st.sampled_from(POLICE), min_size=1)))
    if not known.profiles:
        return (), []
    if known.refers in own:
        least = int(known.refers is not Refers.PREVIOUS)
        most = 3 if known.refers is Refers.OWN else 1
        return references(draw(st.integers(least, most)), iss="NL-POL"), to
    count = 1 if known.answers else draw(st.integers(0, 1))
    return references(count, iss=to[0]), to[:1] if known.answers else to


def _audience(facts: Facts, to: list[str], *, noted: bool) -> tuple[AudienceEntry, ...]:
    entries = []
    for name in to:
        profile = world.PROFILES[name]
        choice = choose(facts, profile)
        told = {"handling", "handling_note"} <= set(choice.sections)
        if choice.sections and (not noted or told):
            entries.append(AudienceEntry(because=choice.because, profile=profile, sections=choice.sections, to=name))
    return tuple(entries)


def replace_entry(entry: AudienceEntry, **changes: Any) -> AudienceEntry:
    """Return a line of the audience with members changed, words sorted and each once."""
    values = {"because": entry.because, "profile": entry.profile, "sections": entry.sections, "to": entry.to, **changes}
    for name in ("because", "sections"):
        values[name] = tuple(sorted(set(values[name])))
    return AudienceEntry(**values)


@st.composite
def mischief(draw: st.DrawFn, event: Event) -> Event:
    """Change what the hub sees of an event: what is opened and why, for whom, under which codes, about what."""
    sections = sorted({*event.sections, "audience"})
    for _ in range(draw(st.integers(0, 3))):
        match draw(st.sampled_from(["open", "close", "because", "to", "handling", "claims", "ref", "sub"])):
            case "open":
                more = draw(st.sets(st.sampled_from(sections), min_size=1))
                event = _each(event, lambda one, more=more: {"sections": (*one.sections, *more)})
            case "close":
                gone = draw(st.sampled_from(sections))
                event = _each(
                    event, lambda one, gone=gone: {"sections": [s for s in one.sections if s != gone] or one.sections}
                )
            case "because":
                words_ = [word.value for word in draw(st.sets(st.sampled_from(Condition)))]
                event = _each(event, lambda _, words_=words_: {"because": words_})
            case "to":
                names = draw(st.permutations(["DE-BKA", "FR-PNJ", "XX-NONE", "NL-POL", "BE-FGP"]))
                to = {one.to: name for one, name in zip(event.audience, names, strict=False)}
                event = _each(event, lambda one, to=to: {"to": to.get(one.to, one.to)})
            case "handling":
                changed = draw(
                    st.fixed_dictionaries(
                        {},
                        optional={
                            "codes": st.sets(st.sampled_from(HandlingCode), min_size=1).map(sorted),
                            "onward": st.sampled_from(Onward),
                            "legal_regime": st.sampled_from(["led", "gdpr"]),
                            "minor": st.sampled_from([*Minor, None]),
                            "approved_by": st.sampled_from([ACTOR, APPROVER, None]),
                        },
                    )
                )
                block = {**event.sections["handling"], **changed}
                block = {name: value for name, value in block.items() if value is not None}
                event = replace(event, sections={**event.sections, "handling": block})
            case "claims":
                event = replace(
                    event,
                    purpose=draw(st.sampled_from([*Purpose, "gossip"])),
                    basis=draw(st.sampled_from([("gdpr:art6-1-d",), ("reg-2018-1862:art36",), event.basis])),
                    policy=draw(st.sampled_from([POLICY, POLICY, "minimisation-0"])),
                )
            case "ref":
                issuer = draw(st.sampled_from(["NL-POL", "DE-BKA"]))
                event = replace(event, ref=references(draw(st.integers(0, 2)), iss=issuer))
            case _:
                event = replace(event, ver=draw(st.sampled_from([None, 1, 2])))
    return event


def _each(event: Event, change: Any) -> Event:
    """Change each line of the audience; they stay in order and one for each recipient."""
    lines = {one.to: one for one in (replace_entry(line, **change(line)) for line in event.audience)}
    return replace(event, audience=tuple(lines[name] for name in sorted(lines)))

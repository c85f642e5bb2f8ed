"""Explain who sees what of an event: of an own one from the outbox, of a received one, of a draft not yet sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from sqlalchemy import Row, Select, select

from broker.envelope.disclose import AUDIENCE, HANDLING, read
from broker.gateway.audience import address, addressees, regime_of_basis
from broker.gateway.entries import InboxEntry, Wanted
from broker.gateway.inbox import Inbox
from broker.gateway.issued import issue_in
from broker.gateway.outbox import Outbox, present, stands
from broker.gateway.publish import Publisher
from broker.gateway.tables import events
from broker.trust.view import Participant, Role, TrustView
from contracts.choice import Facts, choose, version
from contracts.codes import Condition, Minor
from contracts.derive import derive
from contracts.draft import Draft
from contracts.encoding import canonical
from contracts.errors import Code, Unknown, UsageError
from contracts.events import DISCLOSURE, spec, versions_of
from contracts.explain import (
    NO_CHANGES,
    Changes,
    Line,
    Verdict,
    explain,
    explain_clear,
    explain_received,
    nothing,
)
from contracts.handling_rules import in_words
from contracts.identifiers import AuthorityId
from contracts.parts import SectionModel
from contracts.policy import audience_faults
from contracts.sections.audience import parse_audience
from contracts.sections.derived import Markers
from contracts.sections.handling import Handling
from contracts.sections.status import Status
from contracts.versions import in_newest, read_event
from contracts.wire import AudienceEntry, Claims

OPENED = "opened"
_ANOTHER = "0" * 8
"""Stands for the officer who would approve, in an event that is only thought of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What `to` sees of an event, or would see.

    `addressed`: the event goes to it; `changed`: something is supposed to be otherwise. `refused` says why such an
    event could not be sent to it. `handling` is what the event asks of `to` in words, if it opens that.
    """

    event: str | None
    type: str
    to: str
    profile: str | None
    addressed: bool
    changed: bool
    purpose: str
    minor: Minor | None
    policy: str
    lines: tuple[Line, ...]
    handling: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "addressed": self.addressed,
            "changed": self.changed,
            "event": self.event,
            "for": self.to,
            HANDLING: list(self.handling),
            "minor": self.minor.value if self.minor else None,
            "policy": self.policy,
            "profile": self.profile,
            "purpose": self.purpose,
            "refused": list(self.refused),
            "sections": [line.to_json() for line in self.lines],
            "type": self.type,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """An event as its issuer knows it."""

    event: str | None
    facts: Facts
    basis: tuple[str, ...]
    handling: Handling
    audience: tuple[AudienceEntry, ...]
    later: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explainer:
    """Read outbox, inbox and trust list. Changes nothing."""

    outbox: Outbox
    inbox: Inbox
    publisher: Publisher
    participant: AuthorityId

    def event(self, jti: str, to: str | None, trust: TrustView, changes: Changes = NO_CHANGES) -> Explanation:
        """Explain an event: an own one for `to`, a received one for oneself.

        Raises:
            Unknown: it was neither issued nor received here, its content is gone, or `to` is no participant.
            UsageError: `to` is missing for an own event, or names another for a received one.
        """
        with self.outbox.store.read() as connection:
            row = present(connection, jti)
            opening = connection.execute(_openings(row)).all() if row is not None else []
        if row is None:
            return self._received(jti, to, changes)
        disclosures = self.outbox.disclosures(row)
        if disclosures is None:
            raise Unknown("the content of that event is erased: there is nothing left to see")
        claims = msgspec.json.decode(row.claims, type=Claims)
        contents = {name: read(text, code=Code.X_STORE_CORRUPT) for name, text in disclosures.items()}
        audience = parse_audience(contents.pop(AUDIENCE))
        sections = read_event(claims.type, contents)
        told = _Told(
            event=row.jti,
            facts=_facts(claims.type, claims.purpose, sections, audience, policy=claims.policy),
            basis=claims.basis,
            handling=_handling(sections),
            audience=audience,
            later=self._later(opening, to, disclosures),
        )
        return self._for(told, to, trust, changes)

    def _later(self, opening: Sequence[Row[Any]], to: str | None, disclosures: Mapping[str, str]) -> dict[str, str]:
        """Return which sections `to` was given by later disclosures, each with the event that did."""
        names = {text: name for name, text in disclosures.items()}
        found: dict[str, str] = {}
        for row in opening:
            held = self.outbox.disclosures(row) or {}
            contents = {
                name: read(held[name], code=Code.X_STORE_CORRUPT) for name in (AUDIENCE, OPENED) if name in held
            }
            if to in {entry.to for entry in parse_audience(contents.get(AUDIENCE, []))}:
                texts = contents[OPENED]["disclosures"]
                found |= {names[text]: str(row.jti) for text in texts if text in names}
        return found

    def draft(
        self,
        draft: Draft,
        to: str | None,
        trust: TrustView,
        *,
        actor: str,
        recipients: Sequence[str] | None = None,
        changes: Changes = NO_CHANGES,
    ) -> Explanation:
        """Explain a draft as if it were published now to `recipients`, or along the routes.

        Raises:
            UsageError: no handling is stated and none is configured, or `to` is missing.
        """
        draft, _, _ = in_newest(draft)
        stated = self.publisher.with_handling(draft, regime_of_basis(draft.basis), actor)
        sections = derive(draft.type, stated, on=self.publisher.issuer.clock().date())
        wanted = addressees(draft, to=recipients, routes=self.publisher.routes)
        me = self.participant
        issued = issue_in(draft.type, sections, recipients=wanted, participant=me, trust=trust)
        draft, sections = replace(draft, type=issued.type), issued.of(sections)
        addressed = address(draft, sections, wanted=wanted, participant=me, trust=trust, approved=False)
        told = _Told(
            event=None,
            facts=replace(_facts(draft.type, draft.purpose, sections, addressed.entries), asserted=draft.claims),
            basis=draft.basis,
            handling=_handling(sections),
            audience=addressed.entries,
        )
        return self._for(told, to, trust, changes)

    def _for(self, told: _Told, to: str | None, trust: TrustView, changes: Changes) -> Explanation:
        if to is None:
            raise UsageError("say for whom: name a participant of the trust list")
        listed = trust.participant(to)
        if listed is None:
            raise Unknown("the trust list has no participant of that name")
        entry = next((one for one in told.audience if one.to == to), None)
        facts = changes.applied(told.facts)
        profile = changes.profile or (entry.profile if entry else listed.profiles.get(facts.type))
        if changes == NO_CHANGES and entry is not None:
            lines = explain(facts, entry.profile, sealed=frozenset(entry.sections), later=told.later)
        else:
            lines = _supposed(facts, profile, listed)
        return Explanation(
            event=told.event,
            type=facts.type,
            to=to,
            profile=profile,
            addressed=entry is not None,
            changed=changes != NO_CHANGES,
            purpose=facts.purpose,
            minor=facts.minor,
            policy=facts.policy,
            lines=lines,
            handling=in_words(told.handling, version(facts.policy)) if _sees_handling(lines) else (),
            refused=() if entry and changes == NO_CHANGES else _refused(told, facts, profile, listed),
        )

    def _received(self, jti: str, to: str | None, changes: Changes) -> Explanation:
        number = self.inbox.number_of(jti)
        if changes != NO_CHANGES:
            raise UsageError("what-if: it is the issuer's to ask; a recipient does not know what is withheld")
        if to not in {None, self.participant}:
            raise UsageError("recipients do not learn what others see: only the issuer can explain that")
        entry = next(self.inbox.feed(wanted=Wanted(number=number)))
        if not entry.sections or entry.profile is None:
            raise Unknown("that entry is not opened, or its content is gone: there is nothing to see")
        return _explained(entry, self.participant)


def _explained(entry: InboxEntry, me: str) -> Explanation:
    claims = msgspec.json.decode(canonical(entry.claims), type=Claims)
    sections = read_event(claims.type, entry.sections)
    facts = _facts(claims.type, claims.purpose, sections, (), policy=claims.policy)
    handling = sections.get(HANDLING)
    return Explanation(
        event=entry.jti,
        type=claims.type,
        to=me,
        profile=entry.profile,
        addressed=True,
        changed=False,
        purpose=facts.purpose,
        minor=facts.minor,
        policy=facts.policy,
        lines=explain_received(facts, entry.profile or "", later=entry.disclosed),
        handling=in_words(handling, version(facts.policy)) if isinstance(handling, Handling) else (),
    )


def _facts(
    event_type: str,
    purpose: str,
    sections: Mapping[str, SectionModel],
    audience: Sequence[AudienceEntry],
    **more: Any,
) -> Facts:
    status = sections.get("status")
    stated = [sections.get(HANDLING), sections.get("markers")]
    return Facts(
        type=event_type,
        purpose=purpose,
        minor=next((one.minor for one in stated if isinstance(one, (Handling, Markers)) and one.minor), None),
        present=frozenset(sections),
        asserted=frozenset(Condition(word) for entry in audience for word in entry.because),
        kind=status.kind if isinstance(status, Status) else None,
        **more,
    )


def _handling(sections: Mapping[str, SectionModel]) -> Handling:
    handling = sections.get(HANDLING)
    if not isinstance(handling, Handling):
        raise UsageError("handling is missing: state it, or approve a default in gateway.toml")
    return handling


def _supposed(facts: Facts, profile: str | None, listed: Participant) -> tuple[Line, ...]:
    if profile is None and Role.AUDITOR in listed.roles:
        return explain_clear(facts)
    if profile is None:
        return nothing(facts, f"the trust list gives it no profile for {spec(facts.type).name}: it never gets one")
    return explain(facts, profile)


def _openings(row: Row[Any]) -> Select[Any]:
    """Select the disclosures of an event that were not refused, oldest first."""
    its = events.c.about_jti == row.jti, events.c.type.in_(versions_of(DISCLOSURE))
    return select(events).where(*its, stands()).order_by(events.c.number)


def _sees_handling(lines: Sequence[Line]) -> bool:
    return any(line.section == HANDLING and line.verdict is Verdict.SEEN for line in lines)


def _refused(told: _Told, facts: Facts, profile: str | None, listed: Participant) -> tuple[str, ...]:
    """Return what would refuse the event if it were sent to this participant alone."""
    if profile is None or profile not in spec(facts.type).profiles:
        return ()
    choice = choose(facts, profile)
    approved = Condition.SECOND_APPROVAL in choice.because
    handling = told.handling.model_copy(
        update={
            "minor": facts.minor if told.handling.minor is not None else None,
            "approved_by": _ANOTHER if approved else None,
        }
    )
    faults = audience_faults(
        event_type=facts.type,
        purpose=facts.purpose,
        basis=told.basis,
        handling=handling,
        audience=[AudienceEntry(because=choice.because, profile=profile, sections=choice.sections, to=listed.id)],
        regime_of=lambda _: listed.regime.value,
        third_country_of=lambda _: listed.third_country,
        policy=facts.policy,
    )
    return tuple(str(fault) for fault in faults)

"""Turn drafts into signed events in the outbox, or say in full why not.

A draft is accepted whole or refused whole. A later version of a record that is known by its national
id is an update: next `ver`, a reference to the version before, and a `recall` to whoever is no longer
addressed. The same record again changes nothing and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row, insert

from broker.envelope.compose import Event
from broker.gateway.audience import Addressed, address, addressees, refused_by, regime_of_basis
from broker.gateway.history import History
from broker.gateway.issue import Issuer
from broker.gateway.issued import Issued, issue_in
from broker.gateway.orders import national_marks
from broker.gateway.persons import is_known_victim, person_marks, remember_victim
from broker.gateway.tables import alerts
from broker.gateway.vault import Vault
from broker.gateway.versions import Versions
from broker.settings import HandlingDefault, Route
from broker.trust.view import TrustView
from contracts.codes import Condition, HandlingCode, JudicialUse, LegalRegime, Onward
from contracts.content import check_draft, check_event
from contracts.derive import derive, handling_for_care
from contracts.draft import Draft
from contracts.encoding import canonical
from contracts.errors import Code, RecordError, UsageError
from contracts.events import EVENTS, MESSAGES, SUSPECT_ALERT, Lifecycle, is_a
from contracts.findings import Finding
from contracts.identifiers import AlertId, AuthorityId, alert_id, seconds
from contracts.minimum import lacking
from contracts.parts import SectionModel
from contracts.policy import POLICY
from contracts.sections.handling import Handling
from contracts.versions import Lost, in_newest
from contracts.wire import Reference

BATCH_DRAFTS = 50
"""Drafts of one transaction: one flush to disk for all, and other writers wait for no more than these."""
DAY_SECONDS = 86_400

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """A draft that is durable: the national system may forget its copy. A message has no `ver`.

    `position` is its place among the drafts handed in. `unchanged` tells that the very same record is
    in the exchange already and nothing was issued; `recalled` names recipients that this version drops,
    `lost` what of the draft the issued version of its type cannot hold.
    """

    position: int
    jti: str
    sub: str
    ver: int | None
    type: str
    exp: int
    recipients: Mapping[str, str]
    unchanged: bool = False
    recalled: tuple[str, ...] = ()
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedDraft:
    """A draft of which nothing was issued, with everything that is wrong with it."""

    position: int
    type: str
    findings: tuple[Finding, ...]


Published = Acknowledged | RefusedDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A draft with nothing against it: in the newest version of its type, and as it is issued."""

    draft: Draft
    sections: Mapping[str, SectionModel]
    issued: Issued
    lost: tuple[Lost, ...]
    addressed: Addressed
    marks: frozenset[str]
    content_mark: str
    regime: LegalRegime


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Publish alerts and messages. State is in the outbox; every draft is decided inside its transaction."""

    issuer: Issuer
    versions: Versions
    history: History
    vault: Vault
    routes: Sequence[Route]
    default: HandlingDefault | None

    def publish(
        self, drafts: Sequence[Draft], trust: TrustView, *, actor: str, to: Sequence[str] | None = None
    ) -> Iterator[Published]:
        """Yield the outcome of each draft, in order, after it is on disk.

        Crash before a transaction's commit: none of its drafts is acknowledged and none exists. Crash
        after, before the outcome is told: handing the file in again finds the records unchanged.

        Raises:
            StoreBusy: the outbox cannot be written; drafts without an outcome were not taken.
        """
        for first in range(0, len(drafts), BATCH_DRAFTS):
            batch = drafts[first : first + BATCH_DRAFTS]
            with self.issuer.outbox.store.write() as connection:
                outcomes = self.decide(connection, batch, trust, first=first, actor=actor, to=to)
            for outcome in outcomes:
                report(outcome)
            yield from outcomes

    def decide(
        self,
        connection: Connection,
        drafts: Sequence[Draft],
        trust: TrustView,
        *,
        actor: str,
        to: Sequence[str] | None,
        first: int = 0,
    ) -> list[Published]:
        """Decide drafts inside the caller's transaction; they count from `first`. `report` them once it is on disk."""
        return [
            self._decide(connection, draft, trust, position=first + index, actor=actor, to=to)
            for index, draft in enumerate(drafts)
        ]

    def _decide(
        self,
        connection: Connection,
        draft: Draft,
        trust: TrustView,
        *,
        position: int,
        actor: str,
        to: Sequence[str] | None,
    ) -> Published:
        now = self.issuer.clock()
        ready = self._examine(connection, draft, trust, now=now, actor=actor, to=to)
        if isinstance(ready, _Ready):
            try:
                with connection.begin_nested():  # alert, update and recall: all or none
                    return self._issue(connection, ready, trust, position=position, actor=actor)
            except RecordError as fault:
                ready = [refused_by(fault)]
        return RefusedDraft(position=position, type=draft.type, findings=tuple(ready))

    def _examine(
        self,
        connection: Connection,
        draft: Draft,
        trust: TrustView,
        *,
        now: datetime,
        actor: str,
        to: Sequence[str] | None,
    ) -> _Ready | list[Finding]:
        """Check a draft against everything and list all that is wrong at once."""
        known = EVENTS.get(draft.type)
        if known is not None and known.lifecycle not in {Lifecycle.ALERT, Lifecycle.MESSAGE}:
            remedy = "order it by its own command or request"
            return [lacking("type", f"{known.name} is neither alert nor message", remedy)]
        regime = regime_of_basis(draft.basis)
        lost: tuple[Lost, ...] = ()
        if known is not None:
            draft, lost, unsaid = in_newest(draft)
            if unsaid:
                return unsaid
        draft = replace(draft, sections=self.with_handling(draft, regime, actor))
        findings = [*check_draft(draft, on=now.date()), *self.history.findings(connection, draft)]
        sections: Mapping[str, SectionModel] = dict(draft.sections)
        if known is not None:
            sections = derive(draft.type, draft.sections, on=now.date())
            if not findings:
                findings += check_event(draft.type, sections)
        marks = person_marks(self.vault, sections)
        victim = is_a(draft.type, SUSPECT_ALERT) and is_known_victim(connection, marks)
        if victim and Condition.SECOND_APPROVAL not in draft.claims:
            findings.append(_KNOWN_VICTIM)
        wanted = addressees(draft, to=to, routes=self.routes)
        me = self.issuer.participant
        issued = Issued(type=draft.type, contents={})
        if known is not None:
            recipients = [text.partition(":")[0] for text in wanted]
            issued = issue_in(draft.type, sections, recipients=recipients, participant=me, trust=trust)
        addressed = address(
            replace(draft, type=issued.type),
            {name: section for name, section in sections.items() if name in issued.contents},
            wanted=wanted,
            participant=me,
            trust=trust,
            approved=victim,
        )
        findings += [*issued.findings, *addressed.findings]
        if findings:
            return findings
        lost += issued.lost
        return _Ready(
            draft=draft,
            sections=sections,
            issued=issued,
            lost=lost,
            addressed=addressed,
            marks=marks,
            content_mark=self._content_mark(draft, sections, addressed, issued.lost),
            regime=regime,
        )

    def _issue(
        self, connection: Connection, ready: _Ready, trust: TrustView, *, position: int, actor: str
    ) -> Acknowledged:
        draft, now = ready.draft, seconds(self.issuer.clock())
        sub, before = self.versions.known(
            connection, national_mark=self._national_mark(ready), content_mark=ready.content_mark, now=now
        )
        if before is not None and before.content_mark == ready.content_mark:
            return Acknowledged(
                position=position,
                jti=before.jti,
                sub=before.sub,
                ver=before.ver,
                type=before.type,
                exp=before.exp,
                recipients=self.issuer.recipients(connection, before.jti),
                unchanged=True,
            )
        if sub is None:
            sub = alert_id(self.issuer.randomness(16))
            connection.execute(
                insert(alerts).values(
                    sub=sub, type=draft.type, regime=ready.regime.value, national_mark=self._national_mark(ready)
                )
            )
        event = Event(
            type=ready.issued.type,
            purpose=draft.purpose,
            basis=draft.basis,
            urgency=draft.urgency,
            policy=POLICY,
            sections=ready.issued.contents,
            audience=ready.addressed.entries,
            ref=_references(self.issuer.participant, draft, before),
            sub=AlertId(sub),
            ver=None if draft.type in MESSAGES else 1 if before is None else before.ver + 1,
        )
        wanted = now + draft.validity_days * DAY_SECONDS
        exp = self.versions.end(wanted, before, ready.sections)
        jti = self.issuer.issue(connection, event, trust, exp=exp, content_mark=ready.content_mark)
        if not is_a(draft.type, SUSPECT_ALERT):
            remember_victim(connection, sub, ready.marks, ready.sections)
        recipients = {entry.to: entry.profile for entry in event.audience}
        return Acknowledged(
            position=position,
            jti=jti,
            sub=sub,
            ver=event.ver,
            type=event.type,
            exp=exp,
            recipients=recipients,
            recalled=self.versions.recall_dropped(connection, before, recipients, trust, actor=actor),
            lost=ready.lost,
        )

    def with_handling(self, draft: Draft, regime: LegalRegime, actor: str) -> Mapping[str, SectionModel]:
        """Put the approved default in where a record brings no handling block of its own."""
        if "handling" in draft.sections or self.default is None:
            return draft.sections
        default = default_handling(self.default, actor)
        handling = handling_for_care(default) if regime is LegalRegime.GDPR else default
        return {**draft.sections, "handling": handling}

    def _national_mark(self, ready: _Ready) -> str | None:
        if ready.draft.national_id is None:
            return None
        return national_marks(self.vault, ready.draft.national_id, ready.draft.type, ready.regime.value)[0]

    def _content_mark(
        self, draft: Draft, sections: Mapping[str, SectionModel], addressed: Addressed, lost: Sequence[Lost]
    ) -> str:
        """Hash what makes a record the same: what was handed in and who gets it, not what is derived by date.

        Nor in which version it is issued, unless that cuts something: then a later version will say more.
        """
        said = {
            "type": EVENTS[draft.type].name,
            "lost": [one.path for one in lost],
            "purpose": draft.purpose,
            "basis": list(draft.basis),
            "urgency": draft.urgency,
            "days": draft.validity_days,
            "about": None if draft.ref is None else [draft.ref.iss, draft.ref.jti],
            "sections": {name: sections[name].content() for name in draft.sections if name != "handling"},
            "handling": _without_actor(draft.sections["handling"]),
            "audience": [[entry.to, entry.profile, list(entry.sections)] for entry in addressed.entries],
            "claims": sorted(condition.value for condition in draft.claims),
        }
        return self.vault.mark("content", canonical(said).decode())


def default_handling(default: HandlingDefault, actor: str) -> Handling:
    """Return the configured handling block for police recipients.

    Raises:
        UsageError: `[handling.default]` holds a code that is not in the code list.
    """
    try:
        return Handling(
            codes=tuple(sorted(HandlingCode(code) for code in default.codes)),
            onward=Onward(default.onward),
            no_third_country=default.no_third_country,
            judicial_use=JudicialUse(default.judicial_use),
            legal_regime=LegalRegime.LED,
            actor=actor,
        )
    except ValueError as fault:
        raise UsageError("gateway.toml: [handling.default] holds a value that is not in the code lists") from fault


def _without_actor(handling: SectionModel) -> dict[str, Any]:
    """Leave out who handed the record in: another officer on duty does not make another record."""
    content = handling.content()
    content.pop("actor", None)
    return content


def _references(me: AuthorityId, draft: Draft, before: Row[Any] | None) -> tuple[Reference, ...]:
    """Return what the event names: a version the one before, a message the event that it is about."""
    if before is not None:
        return (Reference(iss=me, jti=before.jti),)
    return () if draft.ref is None else (draft.ref,)


def report(outcome: Published) -> None:
    """Log what became of a draft, by ids and codes alone."""
    if isinstance(outcome, Acknowledged):
        _log.info("alert.acknowledged", jti=outcome.jti, sub=outcome.sub, ver=outcome.ver, type=outcome.type)
    else:
        codes = sorted({finding.code.value for finding in outcome.findings})
        _log.warning("alert.refused", reason=codes, count=len(outcome.findings))


_KNOWN_VICTIM = Finding(
    code=Code.A06_POLICY,
    path="identity",
    rule="is a person whom this authority knows as a victim of trafficking",
    remedy="have a second officer approve it and assert second_approval; non-punishment: Directive 2011/36/EU art. 8",
)

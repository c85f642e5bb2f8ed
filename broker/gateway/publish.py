"""Turn drafts into signed events in the outbox, or say in full why not.

A draft is accepted whole or refused whole. One that must not go out on one person's word waits for a second
officer, and is decided anew when somebody else approves it. A later version of a record that is known by its national
id is an update: next `ver`, a reference to the version before, and a `recall` to whoever is no longer
addressed. The same record again changes nothing and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert

from broker.envelope.compose import Event
from broker.gateway.approvals import Approvals, ApprovalState, Asked, Request, rejection
from broker.gateway.audience import Addressed, address, addressees, refused_by, regime_of_basis
from broker.gateway.handling import approver_findings, settled_handling, stated_actor, without_persons
from broker.gateway.history import History
from broker.gateway.issue import Issuer
from broker.gateway.issued import Issued, issue_in
from broker.gateway.needs import suspects, why_approved
from broker.gateway.orders import national_marks
from broker.gateway.outcomes import Acknowledged, Pending, Published, RefusedDraft, report
from broker.gateway.persons import is_known_victim, person_marks, remember_victim
from broker.gateway.tables import alerts
from broker.gateway.vault import Vault
from broker.gateway.versions import Versions
from broker.settings import HandlingDefault, Route
from broker.trust.view import TrustView
from contracts.codes import LegalRegime
from contracts.content import check_draft, check_event
from contracts.derive import derive
from contracts.draft import Draft
from contracts.encoding import canonical
from contracts.errors import Code, NotAnother, RecordError
from contracts.events import EVENTS, MESSAGES, SUSPECT_ALERT, Lifecycle, is_a
from contracts.findings import Finding
from contracts.identifiers import AlertId, AuthorityId, alert_id, seconds
from contracts.minimum import lacking
from contracts.parts import SectionModel
from contracts.policy import POLICY
from contracts.versions import Lost, in_newest
from contracts.wire import Reference

__all__ = ["BATCH_DRAFTS", "Acknowledged", "Pending", "Published", "Publisher", "RefusedDraft", "report"]

BATCH_DRAFTS = 50
"""Drafts of one transaction: one flush to disk for all, and other writers wait for no more than these."""
DAY_SECONDS = 86_400
AWAITED = "awaiting-approval"
"""Stands for who will approve while a draft is examined; no event carries it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A draft with nothing against it but, where `needs` says why, that a second officer must approve it.

    `stated` is the draft as it was handed in, `draft` has its handling block settled.
    """

    stated: Draft
    draft: Draft
    sections: Mapping[str, SectionModel]
    issued: Issued
    lost: tuple[Lost, ...]
    addressed: Addressed
    marks: frozenset[str]
    content_mark: str
    regime: LegalRegime
    needs: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """A second approval that `by` gives now."""

    asked: Asked
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Publish alerts and messages. State is in the outbox; every draft is decided inside its transaction."""

    issuer: Issuer
    versions: Versions
    history: History
    approvals: Approvals
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

    def approve(self, approval: str, trust: TrustView, *, actor: str) -> Published:
        """Publish what waits under `approval`, decided anew, with `actor` as who approved it.

        Refused when what it says or whom it reaches is no longer what was shown; it then waits on.
        Crash before the commit: nothing was approved. Crash after: the event is in the outbox.

        Raises:
            Unknown: nothing of that id waits.
            NotAnother: `actor` handed it in, or is responsible for it.
        """
        with self.issuer.outbox.store.write() as connection:
            asked = self.approvals.asked(connection, approval)
            if actor in {asked.actor, stated_actor(asked.draft)}:
                raise NotAnother("a second approval is another officer's: who handed the record in cannot give it")
            given = _Given(asked=asked, by=actor)
            outcome = self._decide(
                connection, asked.draft, trust, position=0, actor=asked.actor, to=asked.to, given=given
            )
        report(outcome)
        return outcome

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
        given: _Given | None = None,
    ) -> Published:
        now = self.issuer.clock()
        by = None if given is None else given.by
        ready = self._examine(connection, draft, trust, now=now, actor=actor, to=to, approved_by=by)
        if isinstance(ready, _Ready) and given is not None and ready.content_mark != given.asked.mark:
            ready = [_CHANGED]
        if isinstance(ready, _Ready):
            try:
                with connection.begin_nested():  # alert, update and recall: all or none
                    return self._issue(connection, ready, trust, position=position, actor=actor, to=to, given=given)
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
        approved_by: str | None,
    ) -> _Ready | list[Finding]:
        """Check a draft against everything and list all that is wrong at once."""
        known = EVENTS.get(draft.type)
        if known is not None and known.lifecycle not in {Lifecycle.ALERT, Lifecycle.MESSAGE}:
            remedy = "order it by its own command or request"
            return [lacking("type", f"{known.name} is neither alert nor message", remedy)]
        stated, regime = draft, regime_of_basis(draft.basis)
        lost: tuple[Lost, ...] = ()
        if known is not None:
            draft, lost, unsaid = in_newest(draft)
            if unsaid:
                return unsaid
        marks = person_marks(self.vault, draft.sections)
        victim = suspects(draft) and is_known_victim(connection, marks)
        needs = why_approved(draft, known_victim=victim)
        findings = approver_findings(draft)
        by = (approved_by or AWAITED) if needs else None
        handling = settled_handling(draft, self.default, regime, actor=actor, approved_by=by)
        if handling is not None:
            draft = replace(draft, sections={**draft.sections, "handling": handling})
        findings += [*check_draft(draft, on=now.date()), *self.history.findings(connection, draft)]
        sections: Mapping[str, SectionModel] = dict(draft.sections)
        if known is not None:
            sections = derive(draft.type, draft.sections, on=now.date())
            if not findings:
                findings += check_event(draft.type, sections)
        wanted = addressees(draft, to=to, routes=self.routes)
        me = self.issuer.participant
        issued = Issued(type=draft.type, contents={})
        if known is not None:
            issued = issue_in(draft.type, sections, recipients=wanted, participant=me, trust=trust)
        addressed = address(
            replace(draft, type=issued.type),
            issued.of(sections),
            wanted=wanted,
            participant=me,
            trust=trust,
            approved=bool(needs),
        )
        findings += [*issued.findings, *addressed.findings]
        if findings:
            return findings
        lost += issued.lost
        return _Ready(
            stated=stated,
            draft=draft,
            sections=sections,
            issued=issued,
            lost=lost,
            addressed=addressed,
            marks=marks,
            content_mark=self._content_mark(draft, sections, addressed, issued.lost),
            regime=regime,
            needs=needs,
        )

    def _issue(
        self,
        connection: Connection,
        ready: _Ready,
        trust: TrustView,
        *,
        position: int,
        actor: str,
        to: Sequence[str] | None,
        given: _Given | None,
    ) -> Published:
        draft, now = ready.draft, seconds(self.issuer.clock())
        national_mark = self._national_mark(ready)
        sub, before = self.versions.known(
            connection, national_mark=national_mark, content_mark=ready.content_mark, now=now
        )
        if before is not None and before.content_mark == ready.content_mark:
            self._settle(connection, given, before.jti, before.sub)
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
        if ready.needs and given is None:
            return self._ask(connection, ready, position=position, actor=actor, to=to, sub=sub)
        if sub is None:
            sub = alert_id(self.issuer.randomness(16))
            connection.execute(
                insert(alerts).values(sub=sub, type=draft.type, regime=ready.regime.value, national_mark=national_mark)
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
        self._settle(connection, given, jti, sub)
        self.approvals.replaced(connection, national_mark)
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
        handling = settled_handling(draft, self.default, regime, actor=actor, approved_by=None)
        return draft.sections if handling is None else {**draft.sections, "handling": handling}

    def _ask(
        self,
        connection: Connection,
        ready: _Ready,
        *,
        position: int,
        actor: str,
        to: Sequence[str] | None,
        sub: str | None,
    ) -> Pending | RefusedDraft:
        """Have a second officer look at a draft; what one of them rejected is refused."""
        recipients = {entry.to: entry.profile for entry in ready.addressed.entries}
        asked = self.approvals.ask(
            connection,
            Request(
                draft=ready.stated,
                to=None if to is None else tuple(to),
                actor=actor,
                mark=ready.content_mark,
                national_mark=self._national_mark(ready),
                sub=sub,
                recipients=recipients,
                findings=ready.needs,
            ),
        )
        if asked.state is ApprovalState.REJECTED:
            return RefusedDraft(position=position, type=asked.type, findings=(rejection(),))
        return Pending(
            position=position,
            approval=asked.id,
            type=asked.type,
            expires=asked.expires,
            recipients=recipients,
            findings=ready.needs,
        )

    def _settle(self, connection: Connection, given: _Given | None, jti: str, sub: str) -> None:
        if given is not None:
            state = ApprovalState.APPROVED
            self.approvals.settle(connection, given.asked.id, state, by=given.by, jti=jti, sub=sub)

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
            "handling": without_persons(draft.sections["handling"]),
            "audience": [[entry.to, entry.profile, list(entry.sections)] for entry in addressed.entries],
            "claims": sorted(condition.value for condition in draft.claims),
        }
        return self.vault.mark("content", canonical(said).decode())


def _references(me: AuthorityId, draft: Draft, before: Row[Any] | None) -> tuple[Reference, ...]:
    """Return what the event names: a version the one before, a message the event that it is about."""
    if before is not None:
        return (Reference(iss=me, jti=before.jti),)
    return () if draft.ref is None else (draft.ref,)


_CHANGED = Finding(
    code=Code.A06_POLICY,
    path="audience",
    rule="is no longer what was shown: recipients, what they may open or the handling default changed meanwhile",
    remedy="hand the record in again, and have that approved",
)

"""Open further sections of an own event to somebody who has it, under the signature that it was sent with.

What is opened are the stored disclosures of that very event: their digests were signed then, so nothing
can be added or changed. Who sees more than that is told by the next version.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, select, update

from broker.envelope.compose import Event
from broker.gateway.entries import EntryState
from broker.gateway.issue import Issuer
from broker.gateway.orders import Orders
from broker.gateway.outbox import Outcome, find
from broker.gateway.own_event import OwnEvent, own_event
from broker.gateway.stores import Store
from broker.gateway.tables import entries, events
from broker.trust.view import TrustView
from contracts.codes import Condition, ConsentScope
from contracts.encoding import canonical, sha256
from contracts.errors import Code, Unknown, UsageError, refusal
from contracts.events import DISCLOSURE, HIT, versions_of
from contracts.identifiers import AlertId, AuthorityId, seconds
from contracts.policy import POLICY, Facts, check_audience, choose, disclosable, disclosure_faults, maximum
from contracts.wire import AudienceEntry, Reference

ASSERTABLE = (Condition.AFTER_MATCH, Condition.CONSENT, Condition.STRICTLY_NECESSARY)
"""What somebody may say when opening more. What needs a second approval is opened by a version that has one."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """A disclosure on its way. `about` is the event that it opens more of; `repeated`: it was issued before."""

    jti: str
    about: str
    sub: str
    sections: tuple[str, ...]
    recipients: Mapping[str, str]
    exp: int
    repeated: bool

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "about": self.about,
            "alert": self.sub,
            "event": self.jti,
            "exp": self.exp,
            "recipients": dict(self.recipients),
            "repeated": self.repeated,
            "sections": list(self.sections),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be opened of an event, to whom under which profile, and what somebody responsible says holds."""

    event: OwnEvent
    sections: tuple[str, ...]
    profiles: Mapping[str, str]
    because: frozenset[Condition]

    @property
    def origin(self) -> str:
        """The key under which the outbox issues it at most once."""
        said = [list(self.sections), sorted(self.profiles), sorted(self.because)]
        return f"disclosure/{self.event.jti}/{sha256(canonical(said))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discloser:
    """Issue disclosures inside a transaction of the caller. `inbox` has the hits that others reported."""

    issuer: Issuer
    orders: Orders
    inbox: Store

    def reported(self, number: int) -> tuple[str, str]:
        """Return the own alert that the inbox entry of that number, a hit, is about, and who reported it.

        Raises:
            Unknown: there is no such hit.
        """
        with self.inbox.read() as connection:
            hit = connection.execute(select(entries).where(entries.c.number == number, *self._hits())).first()
        if hit is not None:
            with self.issuer.outbox.store.read() as connection:
                sub = connection.scalar(select(events.c.sub).where(events.c.jti == hit.about_jti))
            if sub is not None:
                return sub, hit.iss
        raise Unknown("that entry of this inbox is no opened hit on an own alert")

    def disclose(
        self,
        connection: Connection,
        name: str,
        *,
        to: Collection[str],
        sections: Collection[str],
        because: Collection[Condition],
        actor: str,
        trust: TrustView,
    ) -> Disclosed:
        """Open `sections` of the event that `name` means to each of `to`; the same again is the same disclosure.

        `name` is an event id, or an alert id or national id for the present version. It ends with the event
        that it opens more of, and binds its recipients to the same handling.

        Raises:
            Unknown: this gateway knows no such event.
            UsageError: that event cannot be opened any further, or not to them.
            RecordError: the policy forbids it (`E13-opened`, `E10-handling`, `E01-size`).
        """
        now = seconds(self.issuer.clock())
        event = own_event(connection, name, outbox=self.issuer.outbox, orders=self.orders, now=now)
        wish = Wish(
            event=event,
            sections=tuple(sorted(set(sections))),
            profiles={one: self._profile(event, one, trust) for one in sorted(to)},
            because=frozenset(because),
        )
        faults = list(self._faults(connection, wish))
        if faults:
            raise UsageError("; ".join(faults))
        known = find(connection, origin=wish.origin)
        if known is not None and known.outcome != Outcome.REFUSED:
            return _disclosed(wish, str(known.jti), repeated=True)
        if known is not None:
            connection.execute(update(events).where(events.c.jti == known.jti).values(origin=None))
        issued = _event(wish, actor, self.issuer.participant, trust)
        jti = self.issuer.issue(connection, issued, trust, exp=event.exp, origin=wish.origin)
        _log.info("disclosure.issued", jti=jti, ref=event.jti, sub=event.sub, count=len(wish.sections))
        return _disclosed(wish, jti, repeated=False)

    def _profile(self, event: OwnEvent, name: str, trust: TrustView) -> str:
        """Return the profile under which `name` was sent the event and may be sent a disclosure of it."""
        sent, listed = event.opened_to(name), trust.participant(name)
        if sent is None:
            raise UsageError(f"{name} was not sent that event: publish a version that addresses it")
        if listed is None or listed.profiles.get(DISCLOSURE.type) != sent.profile:
            raise UsageError(f"{name} may not receive a disclosure under the profile of that event any more")
        return sent.profile

    def _faults(self, connection: Connection, wish: Wish) -> Iterator[str]:
        """Yield what is wrong with a wish before any policy is asked."""
        if not (wish.profiles and wish.sections):
            yield "name at least one recipient and one section"
        for section in wish.sections:
            if section not in wish.event.contents:
                yield "one of the sections is not in that event"
            elif all(section in entry.sections for entry in wish.event.audience if entry.to in wish.profiles):
                yield f"section {section} is open to them already"
        if wish.because - set(ASSERTABLE):
            yield f"because: one of {', '.join(ASSERTABLE)}"
        if Condition.AFTER_MATCH in wish.because:
            yield from (f"{name} has reported no hit on that alert" for name in self._without_hit(connection, wish))
        consent = None if wish.event.safety is None else wish.event.safety.consent
        if Condition.CONSENT in wish.because and not (consent and consent.covers(ConsentScope.IDENTITY)):
            yield "that event has no consent record that covers identity"

    def _without_hit(self, connection: Connection, wish: Wish) -> list[str]:
        """Return who of the recipients reported no hit on any version of the alert."""
        versions = list(connection.scalars(select(events.c.jti).where(events.c.sub == wish.event.sub)))
        reporters = select(entries.c.iss).where(*self._hits(), entries.c.about_jti.in_(versions)).distinct()
        with self.inbox.read() as reading:
            found = set(reading.scalars(reporters))
        return [name for name in wish.profiles if name not in found]

    def _hits(self) -> tuple[Any, ...]:
        hits = entries.c.type.in_(versions_of(HIT)), entries.c.about_iss == self.issuer.participant
        return (*hits, entries.c.state == EntryState.OPENED)


def _event(wish: Wish, actor: str, participant: AuthorityId, trust: TrustView) -> Event:
    """Return the event that says so.

    Raises:
        RecordError: the policy forbids it; the detail lists every reason.
    """
    earlier, claims = wish.event, wish.event.claims
    faults = [fault for profile in sorted(set(wish.profiles.values())) for fault in _policy_faults(wish, profile)]
    if faults:
        raise refusal(Code.E13_OPENED, "; ".join(faults))
    handling = earlier.handling.model_copy(update={"actor": actor, "approved_by": None})
    sections: dict[str, Any] = {
        "handling": handling.content(),
        "opened": {"disclosures": [earlier.disclosures[section] for section in wish.sections]},
    }
    if "handling_note" in earlier.contents:
        sections["handling_note"] = earlier.contents["handling_note"]
    audience = tuple(_entry(wish, to, profile, frozenset(sections)) for to, profile in wish.profiles.items())
    check_audience(
        event_type=DISCLOSURE.type,
        purpose=claims.purpose,
        basis=claims.basis,
        handling=handling,
        audience=audience,
        regime_of=lambda to: trust.participants[AuthorityId(to)].regime.value,
        third_country_of=lambda to: trust.participants[AuthorityId(to)].third_country,
    )
    return Event(
        type=DISCLOSURE.type,
        purpose=claims.purpose,
        basis=claims.basis,
        urgency=claims.urgency,
        policy=POLICY,
        sections=sections,
        audience=audience,
        ref=(Reference(iss=participant, jti=earlier.jti),),
        sub=AlertId(earlier.sub),
    )


def _policy_faults(wish: Wish, profile: str) -> Iterator[str]:
    earlier = wish.event
    further = disclosure_faults(
        earlier.claims.type,
        profile,
        wish.sections,
        because=sorted(wish.because),
        purpose=earlier.claims.purpose,
        minor=earlier.handling.minor,
        kind=None if earlier.status is None else earlier.status.kind,
    )
    lacking = maximum(DISCLOSURE.type, profile)["opened"] - wish.because
    found = [*further, *(f"nothing is opened later without {word.value}" for word in sorted(lacking))]
    yield from (f"profile {profile}: {fault}" for fault in found)


def _entry(wish: Wish, to: str, profile: str, present: frozenset[str]) -> AudienceEntry:
    """Name every condition that the disclosure or a section within it needs, so that an auditor sees why."""
    claims, minor = wish.event.claims, wish.event.handling.minor
    facts = Facts(type=DISCLOSURE.type, purpose=claims.purpose, minor=minor, present=present, asserted=wish.because)
    choice = choose(facts, profile)
    needed = set(choice.because)
    for section in wish.sections:
        asked = disclosable(claims.type, profile, section, minor=minor, purpose=claims.purpose)
        needed |= {word.value for word in asked or ()}
    return AudienceEntry(because=tuple(sorted(needed)), profile=profile, sections=choice.sections, to=to)


def _disclosed(wish: Wish, jti: str, *, repeated: bool) -> Disclosed:
    return Disclosed(
        jti=jti,
        about=wish.event.jti,
        sub=wish.event.sub,
        sections=wish.sections,
        recipients=wish.profiles,
        exp=wish.event.exp,
        repeated=repeated,
    )

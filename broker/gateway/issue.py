"""Give an event its number, sign and seal it, and store the exact bytes: one transaction.

Signing again after a crash would give new salts and so two events under one number. That is why
composing happens inside the transaction that gives the number out, and never outside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection, Row, select, update

from broker.envelope.compose import Event, Issue, compose
from broker.envelope.deliver import slot_of
from broker.envelope.disclose import AUDIENCE, read
from broker.envelope.grants import Epoch, epoch_of
from broker.gateway.outbox import NewRow, Outbox, Outcome, State, find
from broker.gateway.own_keys import OwnKeys
from broker.gateway.tables import deliveries, erasures, events
from broker.ports import Clock, Randomness
from broker.trust.signer import Signer
from broker.trust.view import TrustView
from contracts.errors import Code, RecordError, UsageError, refusal
from contracts.events import Refers, spec
from contracts.identifiers import AlertId, AuthorityId, Environment, EventId, event_id, milliseconds, seconds
from contracts.sections.audience import parse_audience
from contracts.wire import Claims, Reference

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Issue events of one participant. Holds no state of its own: numbers and bytes are in the outbox."""

    outbox: Outbox
    keys: OwnKeys
    signer: Signer
    participant: AuthorityId
    environment: Environment
    clock: Clock
    randomness: Randomness

    def issue(
        self,
        connection: Connection,
        event: Event,
        trust: TrustView,
        *,
        exp: int,
        content_mark: str | None = None,
        origin: str | None = None,
        replaces: str | None = None,
    ) -> EventId:
        """Store a signed and sealed event as a pending row and return its id.

        The caller's transaction decides: crash before its commit leaves neither number nor event,
        crash after leaves a row that the relay sends.

        Raises:
            RecordError: the record would be refused (`E01-size`, `E10-recipient`). The caller lets its
                transaction or savepoint go, and the number with it.
            UsageError: this gateway is not on the trust list.
        """
        now = self.clock()
        jti = event_id(now, self.randomness(10))
        me = trust.participant(self.participant)
        if me is None:
            raise UsageError(f"{self.participant} is not on the trust list: have it added")
        slot = slot_of(sub=event.sub, jti=jti, slots=me.slots)
        number = self.outbox.take_number(connection, slot, now=seconds(now))
        keys = self.keys.within(connection, trust, self._epochs(event, iat=seconds(now), exp=exp))
        composed = compose(
            event,
            Issue(
                env=self.environment,
                iss=self.participant,
                jti=jti,
                iat=seconds(now),
                exp=exp,
                slot=number.slot,
                gen=number.gen,
                seq=number.seq,
            ),
            signer=self.signer,
            keys=keys,
            randomness=self.randomness,
        )
        row = NewRow(
            claims=composed.claims,
            value=composed.record,
            headers=composed.headers,
            record=composed.record_hash,
            signing=composed.signing_input_hash,
            disclosures=composed.disclosures,
            recipients={entry.to: entry.profile for entry in event.audience},
            content_mark=content_mark,
            origin=origin,
            replaces=replaces,
        )
        self.outbox.add(connection, row, now_ms=milliseconds(now))
        return jti

    def _epochs(self, event: Event, *, iat: int, exp: int) -> list[Epoch]:
        """Return the epochs whose keys wrap the content keys of an event, one for each recipient."""
        return [
            epoch_of(iss=self.participant, to=line.to, type_=event.type, iat=iat, exp=exp, profile=line.profile)
            for line in event.audience
        ]

    def reissue(self, connection: Connection, jti: str, trust: TrustView) -> EventId | None:
        """Issue a row anew as a new event with the same content, and close the old one.

        Returns None when there is nothing to issue: its content was erased, its time is over, or what
        it says would now be refused. The row is then closed as refused with that code.
        """
        row = find(connection, jti=jti)
        if row is None or row.state == State.CLOSED:
            return None
        now_ms = milliseconds(self.clock())
        try:
            event = self._event_of(connection, row)
            with connection.begin_nested():  # a refusal gives the number and the origin back
                # The origin is unique: it moves to the new row, as everything else that hangs on the event.
                connection.execute(update(events).where(events.c.jti == jti).values(origin=None))
                renewed = self.issue(
                    connection,
                    event,
                    trust,
                    exp=row.exp,
                    content_mark=row.content_mark,
                    origin=row.origin,
                    replaces=jti,
                )
        except RecordError as fault:
            self.outbox.close(connection, jti, Outcome.REFUSED, now_ms=now_ms, code=fault.code.value)
            _log.warning("outbox.refused", jti=jti, type=row.type, code=fault.code.value)
            return None
        connection.execute(update(erasures).where(erasures.c.jti == jti).values(jti=renewed))
        self.outbox.close(connection, jti, Outcome.REISSUED, now_ms=now_ms)
        connection.execute(update(events).where(events.c.jti == jti).values(replaced_by=renewed))
        return renewed

    def _event_of(self, connection: Connection, row: Row[Any]) -> Event:
        disclosures = self.outbox.disclosures(row)
        if disclosures is None:
            raise refusal(Code.E07_EXPIRED, "the content is erased")
        if row.exp <= seconds(self.clock()):
            raise refusal(Code.E07_EXPIRED, "the validity is over")
        contents = {name: read(text, code=Code.E12_DISCLOSURE) for name, text in disclosures.items()}
        audience = parse_audience(contents.pop(AUDIENCE))
        claims = msgspec.json.decode(row.claims, type=Claims)
        return Event(
            type=claims.type,
            purpose=claims.purpose,
            basis=claims.basis,
            urgency=claims.urgency,
            policy=claims.policy,
            sections=contents,
            audience=audience,
            ref=self._references(connection, claims),
            sub=AlertId(claims.sub) if claims.sub else None,
            ver=claims.ver or None,
        )

    def _references(self, connection: Connection, claims: Claims) -> tuple[Reference, ...]:
        """Follow references to own events to those that stand in for them now.

        An update replaces exactly the version before, and a message is about one event. An order keeps the
        old ids as well: a row that was issued anew may have been admitted without our knowing.
        """
        present = [self._present(connection, reference) for reference in claims.ref]
        if spec(claims.type).refers is not Refers.OWN:
            return tuple(present)
        return tuple({(one.iss, one.jti): one for one in (*claims.ref, *present)}.values())

    def _present(self, connection: Connection, reference: Reference) -> Reference:
        while reference.iss == self.participant:
            after = connection.scalar(select(events.c.replaced_by).where(events.c.jti == reference.jti))
            if after is None:
                break
            reference = msgspec.structs.replace(reference, jti=after)
        return reference

    def recipients(self, connection: Connection, jti: str) -> dict[str, str]:
        """Return who was sent an event, with profiles."""
        query = select(deliveries.c.recipient, deliveries.c.profile).where(deliveries.c.jti == jti)
        return {row.recipient: row.profile for row in connection.execute(query)}

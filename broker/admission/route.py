"""Say what a decision on record sends to whom. Pure: the same leaf always gives the same records.

Everything follows the leaf that stands in `audit`, never what this process would decide today, so a
restart sends the same bytes under the same keys and compaction removes the copies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from broker.admission.recorded import Recorded
from broker.envelope import deliver
from broker.envelope.states import Admitted, Refused, Verdict
from broker.ports import Incoming, Outgoing
from contracts.encoding import canonical, sha256
from contracts.errors import AuditGap
from contracts.events import EVENTS
from contracts.identifiers import Topics
from contracts.wire import AudienceEntry, Claims, Leaf, Quarantine, Submit

FEED_PARTITIONS = 1
"""Partitions of every feed, fixed in the topology: another number would move events away from their tombstones."""

_SUBMIT = msgspec.json.Decoder(Submit)


class Router:
    """Spell the records that follow from a decision, for one environment."""

    def __init__(self, topics: Topics, *, partitions: int = FEED_PARTITIONS) -> None:
        self._topics = topics
        self._partitions = partitions

    def records(self, on_record: Recorded, record: Incoming, verdict: Verdict | None) -> list[Outgoing]:
        """Return what the decision on `record` sends, in the order in which it must be written.

        `verdict` is this process's own where it agrees with the leaf on record; without it the event is
        read from the log and from the bytes, which the leaf vouches for by their hash.

        Raises:
            AuditGap: the leaf is about other bytes than `record`, or cannot be followed.
        """
        leaf = on_record.leaf
        if leaf.record != sha256(record.value or b""):
            raise AuditGap(f"audit offset {on_record.offset} is about other bytes than stand at its position")
        if leaf.decision == "refused":
            return [self._quarantine(leaf, verdict.detail if isinstance(verdict, Refused) else "")]
        if isinstance(verdict, Admitted):
            return list(self._deliver(leaf, verdict.claims, verdict.audience, verdict.submit))
        claims = on_record.claims()
        if claims is None:
            raise AuditGap(f"audit offset {on_record.offset} admits a record without its signed part")
        if leaf.decision == "repeat":
            return [self._notice(leaf, claims, deliver.repeat_key(claims.jti, leaf.position))]
        return list(self._deliver(leaf, claims, on_record.audience(), _submit(record, on_record.offset)))

    def tombstones(self, claims: Claims, audience: Sequence[AudienceEntry]) -> Iterator[Outgoing]:
        """Yield a tombstone for each event that this one replaces or ends, in every feed of its own audience.

        Other events refer to some too and remove none; nobody removes another's event.
        """
        spec = EVENTS.get(claims.type)
        if spec is None or not spec.removes:
            return
        for reference in claims.ref:
            if reference.iss == claims.iss:
                yield from self._everywhere(claims, audience, deliver.tombstone_key(reference))

    def expiry(self, claims: Claims, audience: Sequence[AudienceEntry]) -> Iterator[Outgoing]:
        """Yield a tombstone for the event itself in every feed of its audience."""
        yield from self._everywhere(claims, audience, deliver.feed_key(iss=claims.iss, jti=claims.jti))

    def _everywhere(self, claims: Claims, audience: Sequence[AudienceEntry], key: bytes) -> Iterator[Outgoing]:
        partition = deliver.feed_partition(claims, self._partitions)
        for line in audience:
            yield Outgoing(topic=deliver.feed_topic(claims, line.to), key=key, value=None, partition=partition)

    def _deliver(
        self, leaf: Leaf, claims: Claims, audience: Sequence[AudienceEntry], submit: Submit
    ) -> Iterator[Outgoing]:
        partition = deliver.feed_partition(claims, self._partitions)
        headers = deliver.cloudevents_headers(jti=claims.jti, iss=claims.iss, type_=claims.type)
        key = deliver.feed_key(iss=claims.iss, jti=claims.jti)
        values = deliver.feed_values(submit, leaf)
        for line in audience:
            yield Outgoing(
                topic=deliver.feed_topic(claims, line.to),
                key=key,
                value=values[line.to],
                headers=headers,
                partition=partition,
            )
        # The event stands before the tombstones of what it replaces: a reader that stops between the
        # two has both versions, never none.
        yield from self.tombstones(claims, audience)
        yield self._notice(leaf, claims, deliver.notice_key(claims.jti))

    def _notice(self, leaf: Leaf, claims: Claims, key: bytes) -> Outgoing:
        return Outgoing(
            topic=deliver.feed_topic(claims, claims.iss),
            key=key,
            value=deliver.notice_value(leaf),
            partition=deliver.feed_partition(claims, self._partitions),
        )

    def _quarantine(self, leaf: Leaf, detail: str) -> Outgoing:
        """Tell the owner of the submit topic, whoever the record claims to be from."""
        return Outgoing(
            topic=self._topics.quarantine(self._topics.participant_of(leaf.position.topic)),
            key=deliver.quarantine_key(leaf.position),
            value=canonical(Quarantine(detail=detail, leaf=leaf)),
        )


def _submit(record: Incoming, offset: int) -> Submit:
    try:
        return _SUBMIT.decode(record.value or b"")
    except (msgspec.MsgspecError, ValueError) as fault:
        raise AuditGap(f"audit offset {offset} admits bytes that are no submit record") from fault

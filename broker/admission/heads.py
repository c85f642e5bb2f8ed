"""Know where a submit partition stands: from the committed metadata and from what `audit` says (DESIGN 7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from broker.admission.recorded import Recorded, recorded
from broker.envelope.order import Head
from broker.ports import Commit, LogReader, TopicPartition
from contracts.audit_log import audit_key
from contracts.encoding import canonical, decode_canonical
from contracts.errors import AuditGap, Code, RecordError
from contracts.identifiers import Topics
from contracts.wire import Count, Record

MAX_BATCH = 500
"""Records judged, put on record and delivered together. Only the last such batch can lack its feeds."""
REDELIVERED = 4 * MAX_BATCH
"""Decisions whose feeds are produced again when no commit says how far they went: a batch, with room."""


class Metadata(Record, frozen=True, kw_only=True):
    """What is committed beside the offset: where the last leaf stands in `audit`, and the head."""

    audit: Count
    gen: Count
    seq: Count


_METADATA = msgspec.json.Decoder(Metadata)


@dataclass(slots=True)
class PartitionState:
    """Where one submit partition stands. Owned by `AdmissionProcess`, which drops it after any failure.

    `next` is the first position that may lack effects (None: whatever comes first); `on_record` holds
    the decisions at or behind it that `audit` has already, `highest` the last position decided;
    `cursor` is the first offset of `audit` not yet looked at; `read_to_end` the instant at which the
    partition was last known to have nothing more.
    """

    next: int | None
    head: Head
    cursor: int
    highest: int = -1
    on_record: dict[int, Recorded] = field(default_factory=dict)
    read_to_end: datetime | None = None

    def take(self, found: Recorded) -> bool:
        """Note a leaf of this partition and tell whether it decides.

        The first leaf for a position decides; positions are decided in rising order, so a leaf at or
        below the highest one is a later one, and void.
        """
        position = found.leaf.position.offset
        if position <= self.highest:
            return False
        self.highest = position
        self.on_record[position] = found
        return True

    def metadata_after(self, last: int) -> str:
        """Return the metadata to commit once everything to position `last` is done.

        It points at the leaf of `last`, so that a restart can see that the log still has it, or further
        back where another writer has put a later decision before it.
        """
        ahead = [found.offset for position, found in self.on_record.items() if position >= last]
        return canonical(Metadata(audit=min(ahead), gen=self.head.gen, seq=self.head.seq)).decode()


async def recover(
    reader: LogReader, topics: Topics, partition: TopicPartition, committed: Commit | None
) -> PartitionState:
    """Find out where `partition` stands: read `audit` from the committed hint, or all of it without one.

    Memory is bounded by the decisions of one batch, with room.

    Raises:
        AuditGap: a committed position has no leaf, so the audit log lost something.
        LogUnavailable: the log does not answer.
    """
    metadata = _metadata(committed)
    state = PartitionState(next=None, head=Head(), cursor=0)
    if committed is not None:
        state.next = committed.offset
    if metadata is not None:
        state.head, state.cursor = Head(metadata.gen, metadata.seq), metadata.audit
    key = audit_key(partition.topic, partition.partition)
    async for batch in reader.read(topics.audit, start=state.cursor):
        for record in batch:
            state.cursor = record.offset + 1
            if record.key == key and state.take(recorded(record.value, offset=record.offset)):
                _settle(state, state.highest, committed, counted=metadata is None)
    if committed is not None and state.highest < committed.offset - 1:
        raise AuditGap(f"{partition.topic}/{partition.partition} is committed to {committed.offset - 1} without a leaf")
    return state


def _settle(state: PartitionState, position: int, committed: Commit | None, *, counted: bool) -> None:
    """Let a decision go whose effects are done for sure; the head counts it where no metadata did."""
    done: int | None = None
    if committed is None:
        done = next(iter(state.on_record)) if len(state.on_record) > REDELIVERED else None
    elif position < committed.offset:
        done = position
    if done is not None:
        claims = state.on_record.pop(done).claims()
        if counted and claims is not None:
            state.head = state.head.after(claims)
    if committed is None:
        state.next = next(iter(state.on_record))


def _metadata(committed: Commit | None) -> Metadata | None:
    """Read committed metadata; what is not in its one spelling was not written by us and is no metadata."""
    if committed is None:
        return None
    try:
        return decode_canonical(
            committed.metadata.encode(),
            _METADATA,
            syntax=Code.E02_JSON,
            schema=Code.E02_MEMBER,
            spelling=Code.E02_CANONICAL,
        )
    except RecordError:
        return None

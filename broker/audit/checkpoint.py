"""Write and read the records of `checkpoints`: a signed tree head with its new leaves and frontier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit import note
from broker.audit.merkle import Frontier
from broker.ports import Incoming, Outgoing
from contracts.encoding import SAFE_INTEGER, canonical, decode_base64url, decode_canonical, encode_base64url
from contracts.errors import AuditGap, Code, RecordError, TrustRefused
from contracts.wire import Checkpoint

MAX_LEAVES = 1_000
"""Leaf hashes in one record: about 46 kB, far below the topic limit, and a bound for every follower."""
OFFSET_HEADER = "audit-offset"
"""Hint for a restart: the offset of `audit` at which the next leaf is looked for. Not signed."""

_DECODER = msgspec.json.Decoder(Checkpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint whose signature holds. `leaves` and `frontier` are claims until they give the root.

    `signed_note` is the note as it stands, with whatever else signed it.
    """

    signed_note: str
    head: note.TreeHead
    leaves: tuple[bytes, ...]
    frontier: tuple[bytes, ...]
    audit_offset: int | None
    offset: int

    @property
    def start(self) -> int:
        """Index of the first of `leaves`."""
        return self.head.size - len(self.leaves)

    def tree(self) -> Frontier | None:
        """Return the tree of the frontier if that gives the signed root, else None."""
        try:
            tree = Frontier(self.head.size, self.frontier)
        except AuditGap:
            return None
        return tree if tree.root() == self.head.root else None


def compose(
    head: note.TreeHead,
    *,
    key: Ed25519PrivateKey,
    leaves: Sequence[bytes],
    frontier: Sequence[bytes],
    audit_offset: int,
    topic: str,
) -> Outgoing:
    """Sign `head` and return its record: key is the size in decimal, so a repeat replaces nothing else."""
    value = Checkpoint(
        frontier=tuple(encode_base64url(item) for item in frontier),
        leaves=tuple(encode_base64url(item) for item in leaves),
        note=note.sign(head, key),
    )
    return Outgoing(
        topic=topic,
        key=str(head.size).encode(),
        value=canonical(value),
        headers=((OFFSET_HEADER, str(audit_offset).encode()),),
    )


def read(record: Incoming, *, origin: str, keys: Iterable[bytes]) -> SignedCheckpoint:
    """Read one record of `checkpoints`, signature first.

    Raises:
        TrustRefused: its form, key, origin or signature is wrong, or it brings too many leaves.
    """
    try:
        value = decode_canonical(
            record.value or b"", _DECODER, syntax=Code.E02_JSON, schema=Code.E02_MEMBER, spelling=Code.E02_CANONICAL
        )
        leaves = tuple(decode_base64url(item, code=Code.E02_MEMBER) for item in value.leaves)
        frontier = tuple(decode_base64url(item, code=Code.E02_MEMBER) for item in value.frontier)
    except RecordError as fault:
        raise TrustRefused(f"checkpoint at offset {record.offset} has the wrong form") from fault
    head = note.verify(value.note, origin=origin, keys=keys)
    if record.key != str(head.size).encode() or len(leaves) > min(MAX_LEAVES, head.size):
        raise TrustRefused(f"checkpoint at offset {record.offset} has the wrong key or too many leaves")
    return SignedCheckpoint(
        signed_note=value.note,
        head=head,
        leaves=leaves,
        frontier=frontier,
        audit_offset=_hint(record),
        offset=record.offset,
    )


def _hint(record: Incoming) -> int | None:
    """Return the restart hint; what is not a plain number is no hint, for it is not signed anyway."""
    text = next((value for name, value in record.headers if name == OFFSET_HEADER and value), b"")
    return int(text) if text.isdigit() and len(text) <= len(str(SAFE_INTEGER)) else None

"""Spell records of the audit log: their key, the bytes that the tree hashes, and their strict reading."""

from __future__ import annotations

import msgspec

from contracts.encoding import canonical, decode_canonical
from contracts.errors import AuditGap, Code, RecordError
from contracts.wire import Audit, Leaf

_DECODER = msgspec.json.Decoder(Audit)


def audit_key(topic: str, partition: int) -> bytes:
    """Return the key of every leaf of one submit partition: `<submit topic>/<partition>`."""
    return f"{topic}/{partition}".encode()


def entry(leaf: Leaf) -> bytes:
    """Return what the tree hashes for `leaf`: its canonical JSON, nothing around it."""
    return canonical(leaf)


def decode_audit(value: bytes | None, *, offset: int) -> Audit:
    """Read the value at `offset` of `audit`, where only the broker writes.

    Raises:
        AuditGap: it is not an audit record in its one spelling, so the log is damaged there.
    """
    try:
        return decode_canonical(
            value or b"", _DECODER, syntax=Code.E02_JSON, schema=Code.E02_MEMBER, spelling=Code.E02_CANONICAL
        )
    except RecordError as fault:
        raise AuditGap(f"audit offset {offset} holds no leaf") from fault

"""Give the proof file its closed form: what `prove` writes, `check` reads, and `docs/auditing.md` explains.

Everything in it stands elsewhere too, byte for byte: in `audit`, on `checkpoints`, on `trust`. It is
self-contained but for the root keys, which the reader must have from somewhere else.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from broker.audit.note import MAX_NOTE_BYTES
from broker.trust.models import SignedList
from contracts.encoding import canonical, decode_canonical
from contracts.errors import Code
from contracts.wire import Audit, Count, Hash, Record, Signed

MAX_PROOF_BYTES = 8 * 1024 * 1024
"""A few large trust lists and an erasure with receipts of every participant; an event alone is some 30 kB."""
MAX_PATH = 63
"""Hashes from a leaf to the root of the largest tree there can be."""
MAX_ENTRIES = 256
"""The event, its orders, and a receipt of every recipient."""
MAX_LISTS = 8
"""Versions of the trust list: two years of them."""


class Entry(Record, frozen=True, kw_only=True):
    """One record of `audit` as it stands there, with the rank of its leaf and the path to the root."""

    audit: Audit
    index: Count
    path: Annotated[tuple[Hash, ...], Meta(max_length=MAX_PATH)]


class ProofTrust(Record, frozen=True, kw_only=True):
    """A trust list as published, and the latest freshness statement for it that was at hand."""

    fresh: Signed | None
    list: SignedList


class Proof(Record, frozen=True, kw_only=True):
    """What one file proves. The first entry is the event; the others are the orders to erase it and their receipts.

    `checkpoint` is a signed note, which has room for signatures of witnesses. `lists` rise by version.
    """

    checkpoint: Annotated[str, Meta(max_length=MAX_NOTE_BYTES)]
    entries: Annotated[tuple[Entry, ...], Meta(min_length=1, max_length=MAX_ENTRIES)]
    lists: Annotated[tuple[ProofTrust, ...], Meta(min_length=1, max_length=MAX_LISTS)]
    proof: Literal["baken-proof-1"]


_DECODER = msgspec.json.Decoder(Proof)


def encode_proof(proof: Proof) -> bytes:
    """Return the bytes of a proof file."""
    return canonical(proof)


def decode_proof(data: bytes) -> Proof:
    """Read a proof file in its one spelling.

    Raises:
        MalformedRecord: `E02-json`, `E02-member`, `E02-canonical`.
    """
    return decode_canonical(data, _DECODER, syntax=Code.E02_JSON, schema=Code.E02_MEMBER, spelling=Code.E02_CANONICAL)

"""State a message as a draft: what it does not say of itself it takes from the event that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import orjson

from adapters import interface
from adapters.interface import DecodedRecord
from broker.gateway.entries import InboxEntry, as_plain
from contracts.events import EventSpec
from contracts.wire import Reference

CANONICAL_ADAPTER = "baken-json"
DEFAULT_DAYS = 90
"""A message serves a case at hand; whoever needs it longer says so."""


def reference_to(entry: InboxEntry) -> Reference:
    """Return how a message names an inbox entry."""
    return Reference(iss=entry.iss, jti=entry.jti)


def stated(
    known: EventSpec,
    sections: Mapping[str, Any],
    *,
    about: Reference | None = None,
    entry: InboxEntry | None = None,
    purpose: str | None = None,
    basis: Iterable[str] = (),
    urgency: str = "routine",
    validity_days: int | None = None,
    claims: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the canonical JSON of a message of the type `known`, about `entry` or about another event.

    Purpose and legal basis are those of the entry unless others are named: an answer rests on what it answers.
    """
    claimed = {} if entry is None else entry.claims
    named = as_plain(about if entry is None else reference_to(entry))
    return {
        **({} if named is None else {"ref": named}),
        "basis": list(basis) or list(claimed.get("basis", [])),
        "claims": sorted(set(claims)),
        "purpose": purpose or claimed.get("purpose", ""),
        "sections": dict(sections),
        "type": known.type,
        "urgency": urgency,
        "validity_days": validity_days or min(DEFAULT_DAYS, known.validity_days),
    }


def read(value: Mapping[str, Any], *, on: date) -> DecodedRecord:
    """Read a message as `baken-json` reads any draft: a draft, or everything that is wrong with it. It has no line."""
    record = next(interface.find(CANONICAL_ADAPTER).decode(orjson.dumps(dict(value)), on=on))
    return replace(record, line=0, findings=[replace(finding, line=None) for finding in record.findings])

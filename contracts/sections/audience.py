"""Section `audience`: who may open what and on which condition; for the hub and auditors alone."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from contracts.errors import Code, refusal
from contracts.wire import MAX_RECIPIENTS, AudienceEntry, Authority, Record, Word

Audience = tuple[AudienceEntry, ...]


class _Line(Record, frozen=True, kw_only=True):
    """An entry whose words nobody has looked at: recipients of a profile have the same, and those are judged once."""

    because: tuple[str, ...]
    profile: str
    sections: tuple[str, ...]
    to: Authority


class _Lines(Record, frozen=True, kw_only=True):
    """All entries. A type of its own, for msgspec would work a bare tuple type out anew at each call."""

    lines: Annotated[tuple[_Line, ...], Meta(max_length=MAX_RECIPIENTS)]


class _Words(Record, frozen=True, kw_only=True):
    """Every different word of the entries."""

    words: tuple[Word, ...]


def parse_audience(value: Any) -> Audience:
    """Read the content of a section `audience`, entries ascending by `to`.

    Whether the entries are permitted is `contracts.policy.check_audience`.

    Raises:
        ForbiddenSection: not of this form, or too long (E10-section).
        MisaddressedRecord: one is addressed twice or out of order (E10-recipient).
    """
    try:
        lines = msgspec.convert({"lines": value}, type=_Lines).lines
        lists = {words for line in lines for words in (line.sections, line.because)}
        msgspec.convert({"words": list({line.profile for line in lines}.union(*lists))}, type=_Words)
    except msgspec.ValidationError as fault:
        raise refusal(Code.E10_SECTION, "audience is not of its form") from fault
    names = [line.to for line in lines]
    if names != sorted(set(names)):
        raise refusal(Code.E10_RECIPIENT, "audience is not in ascending order without repetition")
    if any(words != tuple(sorted(set(words))) for words in lists):
        raise refusal(Code.E10_SECTION, "sections or because are not in ascending order without repetition")
    return tuple(
        AudienceEntry(because=line.because, profile=line.profile, sections=line.sections, to=line.to) for line in lines
    )


def audience_content(audience: Audience) -> list[dict[str, Any]]:
    """Return JSON-plain content of `audience`: the form that is signed."""
    return [
        {"because": list(entry.because), "profile": entry.profile, "sections": list(entry.sections), "to": entry.to}
        for entry in audience
    ]

"""Section `audience`: who may open what and on which condition; for the hub and auditors alone."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from contracts.errors import Code, refusal
from contracts.wire import MAX_RECIPIENTS, AudienceEntry

Audience = tuple[AudienceEntry, ...]
_Bounded = Annotated[tuple[AudienceEntry, ...], Meta(max_length=MAX_RECIPIENTS)]


def parse_audience(value: Any) -> Audience:
    """Read the content of a section `audience`, entries ascending by `to`.

    Whether the entries are permitted is `contracts.policy.check_audience`.

    Raises:
        ForbiddenSection: not of this form, or too long (E10-section).
        MisaddressedRecord: nobody is addressed (E10-no-audience), or one twice or out of order (E10-recipient).
    """
    try:
        entries = msgspec.convert(value, type=_Bounded)
    except msgspec.ValidationError as fault:
        raise refusal(Code.E10_SECTION, "audience is not of its form") from fault
    if not entries:
        raise refusal(Code.E10_NO_AUDIENCE, "audience names nobody")
    names = [entry.to for entry in entries]
    if names != sorted(set(names)):
        raise refusal(Code.E10_RECIPIENT, "audience is not in ascending order without repetition")
    for entry in entries:
        for words in (entry.sections, entry.because):
            if list(words) != sorted(set(words)):
                raise refusal(Code.E10_SECTION, "sections or because are not in ascending order without repetition")
    return entries


def audience_content(audience: Audience) -> list[dict[str, Any]]:
    """Return JSON-plain content of `audience`: the form that is signed."""
    return [
        {"because": list(entry.because), "profile": entry.profile, "sections": list(entry.sections), "to": entry.to}
        for entry in audience
    ]

"""Step 13 for a disclosure: what it opens must be of the earlier event that it names, and be allowed to be opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from broker.envelope.disclose import digest, read
from broker.envelope.states import Valid
from broker.envelope.steps_open import minor_of
from contracts.codes import Condition
from contracts.content import check_opened
from contracts.errors import Code, refusal
from contracts.policy import disclosable, disclosure_faults
from contracts.sections.opened import Opened
from contracts.sections.status import Status
from contracts.versions import newest, read_event
from contracts.wire import Claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An event that is held and opened here: its signed claims, the profile, JSON-plain contents by section."""

    claims: Claims
    profile: str
    contents: Mapping[str, Any] = field(repr=False)


def step_13_opened(event: Valid, earlier: Earlier | None) -> dict[str, Any]:
    """Return what the disclosure `event` opens of `earlier`, JSON-plain by section name; `earlier` stays as it is.

    The digests are those that the issuer signed in the earlier event, so nothing can be opened that it did
    not say then. The conditions that its audience names are hidden from recipients and are the hub's to
    check; whatever forbids a section under every condition is checked here.

    Raises:
        ForbiddenSection: `E13-opened`, or `E13-content` where a section does not fit its contract.
    """
    claims = event.claims
    if earlier is None:
        raise refusal(Code.E13_OPENED, "the event that it opens is not held here")
    if claims.sub != earlier.claims.sub or claims.exp > earlier.claims.exp:
        raise refusal(Code.E13_OPENED, "not of the alert of the event that it opens, or valid for longer")
    if event.profile != earlier.profile:
        raise refusal(Code.E13_OPENED, "not for the profile of the event that it opens")
    further = _contents(event, earlier.claims)
    for name in further:
        if disclosable(earlier.claims.type, event.profile, name, minor=None, policy=claims.policy) is None:
            raise refusal(Code.E13_OPENED, f"section {name} is never opened")
    sections = read_event(earlier.claims.type, {**earlier.contents, **further})
    status, minor = sections.get("status"), minor_of(sections)
    faults = disclosure_faults(
        earlier.claims.type,
        event.profile,
        tuple(further),
        because=tuple(Condition),
        purpose=claims.purpose,
        minor=minor,
        kind=status.kind if isinstance(status, Status) else None,
        policy=claims.policy,
    )
    if (fault := next(faults, None)) is not None:
        raise refusal(Code.E13_OPENED, fault)
    findings = check_opened(newest(earlier.claims.type), sections, minor=minor, policy=claims.policy)
    if findings:
        raise refusal(Code.E13_CONTENT, "; ".join(f"{finding.path} {finding.rule}" for finding in findings))
    return further


def _contents(event: Valid, earlier: Claims) -> dict[str, Any]:
    names = {section.sd[0]: name for name, section in earlier.sections.items()}
    opened = event.sections["opened"]
    further: dict[str, Any] = {}
    for text in opened.disclosures if isinstance(opened, Opened) else ():
        name = names.get(digest(text))
        if name is None:
            raise refusal(Code.E13_OPENED, "a disclosure of another event, or of none")
        if further and name <= next(reversed(further)):
            raise refusal(Code.E13_OPENED, "disclosures are not in order of section, each once")
        further[name] = read(text, code=Code.E13_OPENED)
    return further

"""Say whether a draft must not go out on one person's word, and why."""

from __future__ import annotations

from contracts.codes import Condition
from contracts.draft import Draft
from contracts.errors import Code
from contracts.events import SUSPECT_ALERT, is_a
from contracts.findings import Finding
from contracts.minimisation import POLICIES, POLICY


def suspects(draft: Draft) -> bool:
    """Tell whether a draft speaks of its person as a suspect: an alert on one, or a message to locate one."""
    return is_a(draft.type, SUSPECT_ALERT) or (draft.type, draft.purpose) in POLICIES[POLICY].suspect_messages


def why_approved(draft: Draft, *, known_victim: bool) -> tuple[Finding, ...]:
    """Return why a draft needs a second approval; nothing where it needs none.

    `known_victim`: this authority knows the person as a victim, and the draft speaks of them as a suspect. What
    policy opens under that condition alone stays closed unless it is asserted, so that the assertion
    is how a record asks to open it.
    """
    return tuple(
        finding
        for finding, holds in (
            (_ASSERTED, Condition.SECOND_APPROVAL in draft.claims),
            (_KNOWN_VICTIM, known_victim),
        )
        if holds
    )


_REMEDY = "another officer looks at it: `baken approve`, or POST /v1/approvals/{approval}"
_ASSERTED = Finding(
    code=Code.A06_POLICY, path="claims", rule="asks for what opens with a second approval alone", remedy=_REMEDY
)
_KNOWN_VICTIM = Finding(
    code=Code.A06_POLICY,
    path="identity",
    rule="is a person whom this authority knows as a victim of trafficking",
    remedy=f"{_REMEDY}; non-punishment: Directive 2011/36/EU art. 8",
)

"""Describe the file that holds one version of the minimisation policy: closed, every word from a code list.

The comments of `contracts/policies/*.toml` say what each table means.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from contracts.codes import (
    Condition,
    HandlingCode,
    JudicialUse,
    LegalRegime,
    Onward,
    Profile,
    Purpose,
    VictimAlertKind,
)
from contracts.events import Lifecycle

Text = Annotated[str, Meta(min_length=1, max_length=200)]
SectionName = Annotated[str, Meta(pattern=r"^[a-z]+(_[a-z]+)*\Z")]
Conditional = dict[SectionName, tuple[Condition, ...]]
"""Sections, each with the conditions that must all hold."""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all tables of the file: closed and immutable."""


class ConditionRule(Table, frozen=True, kw_only=True):
    """What a condition means, who can say that it holds, and where it may be named without a section in sight."""

    means: Text
    source: Text
    follows_from_purpose: bool = False
    asserted_in: tuple[Lifecycle, ...] = ()
    alone_in: tuple[Lifecycle, ...] = ()


class VictimPurpose(Table, frozen=True, kw_only=True):
    """Purposes under which the condition `victim_purpose` holds."""

    adult: tuple[Purpose, ...]
    minor: tuple[Purpose, ...]


class SuspectPurpose(Table, frozen=True, kw_only=True):
    """Purposes under which an event of these types is about a suspect, and the condition that this lifts."""

    purposes: tuple[Purpose, ...]
    types: tuple[str, ...]
    lifts: Condition


class MinorRules(Table, frozen=True, kw_only=True):
    """What holds on top where the subject is or is presumed a minor, and when that must be stated."""

    source: Text
    image_kinds: tuple[VictimAlertKind, ...]
    stated_in: tuple[Lifecycle, ...]
    stated_with: tuple[SectionName, ...]
    conditions: Conditional


class Opens(Table, frozen=True, kw_only=True):
    """What profiles may open in events of some types: freely, and under conditions."""

    types: tuple[str, ...]
    profiles: tuple[Profile, ...]
    open: tuple[SectionName, ...] = ()
    when: Conditional = {}
    why: Text | None = None


class DisclosureRules(Table, frozen=True, kw_only=True):
    """Of which earlier events more may be opened, and what beyond their own maximum."""

    earlier: tuple[str, ...]
    further: tuple[Opens, ...] = ()


class NoteRule(Table, frozen=True, kw_only=True):
    """The code that stands exactly where the section is opened, beside another."""

    code: HandlingCode
    section: SectionName
    beside: SectionName


class Contradiction(Table, frozen=True, kw_only=True):
    """A pattern of a handling block that says two things; what is None does not matter."""

    says: Text
    legal_regime: LegalRegime
    any_code: tuple[HandlingCode, ...] = ()
    without_code: HandlingCode | None = None
    onward: Onward | None = None
    judicial_use: JudicialUse | None = None


class HandlingRules(Table, frozen=True, kw_only=True):
    """What handling codes mean in words, and which contradict each other."""

    source: Text
    note: NoteRule
    words: dict[str, Text]
    contradiction: tuple[Contradiction, ...]


class RegimeRule(Table, frozen=True, kw_only=True):
    """Profiles of a regime, and how its legal bases begin; None takes what no other regime claims."""

    profiles: tuple[Profile, ...]
    bases: Text | None = None


class RegimeRules(Table, frozen=True, kw_only=True):
    """The regimes, what answers under its issuer's own, and the bases that exclude third countries."""

    answers_under_own: tuple[Lifecycle, ...]
    no_third_country_basis: Text
    no_third_country_source: Text
    led: RegimeRule
    gdpr: RegimeRule


class PolicyFile(Table, frozen=True, kw_only=True):
    """One version of the policy."""

    version: Annotated[str, Meta(pattern=r"^minimisation-[1-9][0-9]{0,3}\Z")]
    conditions: dict[Condition, ConditionRule]
    victim_purpose: VictimPurpose
    suspect_purpose: SuspectPurpose
    minor: MinorRules
    maximum: tuple[Opens, ...]
    disclosure: DisclosureRules
    handling: HandlingRules
    regimes: RegimeRules

"""What a local exchange consists of unless told otherwise: participants, their terms, adapters, routes, handling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from broker.trust.enrol import DEFAULT_TERMS, Terms
from broker.trust.view import Regime, Role
from contracts.errors import UsageError
from contracts.identifiers import is_authority

ADAPTERS: Mapping[str, str] = {"NL-POL": "nl-csv", "DE-BKA": "de-umf-xml", "BE-FGP": "misp-json", "NL-CARE": "nl-csv"}
OTHER_ADAPTER = "nl-csv"
# fmt: off
MEMBER_STATES = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO", "CH",
})
# fmt: on
"""European Union, and the states that Directive (EU) 2016/680 recitals 101 to 103 put beside its members."""
SUSPECT_PURPOSES = ("locate_suspect", "identify", "prevent", "prosecute")
SIGNAL_PURPOSES = ("protect_victim", "identify", "prevent", "prosecute")
VICTIM_PURPOSES = ("protect_victim", "identify", "prevent", "prosecute")
CARE_PURPOSES = ("protect_victim", "identify")
DECIDED_BY = "set-up of the local exchange"

_BY_UNIT = {"CARE": "NL-CARE", "AUD": "EU-AUD"}
"""Participants that are not known by name have the terms of one that is: by their unit, else of a police authority."""
_POLICE = "DE-BKA"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultRoute:
    """A `[[route]]` of `gateway.toml`: recipients as `PARTICIPANT:profile`."""

    type: str
    purpose: str
    to: tuple[str, ...]
    regime: Regime


def terms_of(participant: str) -> Terms:
    """Return what the trust list of a local exchange allows this participant.

    Raises:
        UsageError: the text is no participant id.
    """
    if not is_authority(participant):
        raise UsageError(f"{participant!r} is no participant id: two capital letters, a hyphen, a unit, as NL-POL")
    known = DEFAULT_TERMS.get(participant)
    if known is not None:
        return known
    country, unit = participant.split("-", 1)
    model = DEFAULT_TERMS[_BY_UNIT.get(unit, _POLICE)]
    return replace(model, third_country=country not in MEMBER_STATES)


def is_auditor(participant: str) -> bool:
    """Tell whether this participant audits: it reads the log and has neither gateway nor topics."""
    return Role.AUDITOR in terms_of(participant).roles


def routes(sender: str, participants: Iterable[str]) -> Sequence[DefaultRoute]:
    """Return who gets what from `sender` by default: of police to the other authorities, of care to care.

    A type and purpose that nobody would receive has no route, so that publishing it says so. Nor has a request:
    whom to ask is decided each time.
    """
    found: list[DefaultRoute] = []
    for regime, type_, purposes in (
        (Regime.LED, "suspect-alert.v1", SUSPECT_PURPOSES),
        (Regime.LED, "victim-alert.v1", VICTIM_PURPOSES),
        (Regime.LED, "signal.v1", SIGNAL_PURPOSES),
        (Regime.GDPR, "victim-alert.v1", CARE_PURPOSES),
        (Regime.GDPR, "referral-request.v1", CARE_PURPOSES),
        (Regime.GDPR, "shelter-offer.v1", CARE_PURPOSES),
    ):
        if type_ not in terms_of(sender).issues:
            continue
        to = tuple(
            f"{other}:{terms.profiles[type_]}"
            for other in participants
            if other != sender and (terms := terms_of(other)).regime is regime and type_ in terms.profiles
        )
        found += [DefaultRoute(type=type_, purpose=purpose, to=to, regime=regime) for purpose in purposes if to]
    return found

"""One rich suspect alert for any number of recipients, with everything that issuing and opening it takes.

Eleven of the sixteen sections of the type are there, about 5 kB in clear: what a national record with a
person, papers, objects, movements and a short narrative becomes. Two profiles from three recipients on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from broker.envelope.compose import Composed, Event, compose
from broker.envelope.steps_form import SUBMIT
from broker.ports import Incoming
from broker.settings import Route
from broker.trust.jws import protected_header
from broker.trust.view import TokenType, TrustView
from contracts.codes import Condition
from contracts.draft import Draft
from contracts.identifiers import AuthorityId, event_id
from contracts.parts import SectionModel
from contracts.wire import Submit
from tests.support import envelope_world as world
from tests.support.contents import section

COUNTS = (1, 3, 10, 27)
COUNTRIES = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
RECIPIENTS = tuple(f"{country}-POL" for country in COUNTRIES)
SECTIONS = (
    "documents", "evaluation", "exploitation", "handling", "identity", "movement", "narrative", "objects", "physical",
    "references", "role",
)  # fmt: skip
TEXT = "Gezien bij het busstation van Teststad, in gezelschap van twee onbekenden. Verzonnen tekst. " * 12


def profile_of(recipient: str) -> str:
    """Return the profile of a recipient: every third is a border post."""
    return "border" if RECIPIENTS.index(recipient) % 3 == 1 else "liaison"


@cache
def trust() -> TrustView:
    """A verified list with the issuer and 27 recipients."""
    names = [*RECIPIENTS, world.ISSUER]
    lines = {}
    for name in names:
        profile = "liaison" if name == world.ISSUER else profile_of(name)
        lines[AuthorityId(name)] = world.participant(
            name, profiles=dict.fromkeys(world.EVENTS, profile), encryption=world.hybrid(world.ISSUER).public()
        )
    keys = [world.listed(name, token) for name in names for token in (TokenType.EVENT, TokenType.GRANT)]
    headers = {protected_header(key.key, key.kid, key.token): key for key in keys}
    return replace(world.trust(), participants=lines, headers=headers)


@cache
def draft() -> Draft:
    """The alert as an adapter hands it to the gateway."""
    changed: dict[str, Any] = {"narrative": {"text": TEXT.strip()}}
    sections: dict[str, SectionModel] = {name: section(name, **changed.get(name, {})) for name in SECTIONS}
    return Draft(
        type="suspect-alert.v1",
        purpose="locate_suspect",
        basis=("dir-2023-977:art7", "dir-2016-680:art10"),
        urgency="urgent:flight_risk",
        validity_days=300,
        sections=sections,
        claims=frozenset({Condition.STRICTLY_NECESSARY}),
        national_id="UTO-T-1",
    )


def routes(recipients: int) -> list[Route]:
    """Return the route that sends the alert to so many."""
    to = [f"{name}:{profile_of(name)}" for name in RECIPIENTS[:recipients]]
    kind, why = draft().type, draft().purpose
    return [Route(type=kind, purpose=why, regime="led", to=to, approved_by="board", date=date(2026, 1, 1))]


@dataclass(frozen=True, slots=True)
class Sent:
    """A composed record, as its issuer made it and as the hub and its first recipient read it."""

    event: Event
    composed: Composed
    keys: world.MadeUpKeys
    submit: Submit

    @property
    def made(self) -> world.Made:
        """The record as the tests' world knows it."""
        return world.Made(self.composed, self.keys)

    def delivered(self) -> Incoming:
        """The feed record of the first recipient."""
        return self.made.delivered(RECIPIENTS[0])


def send(event: Event, *, seq: int = 1) -> Sent:
    """Compose an event under a fresh id."""
    keys = world.MadeUpKeys()
    issue = replace(world.ISSUE, jti=event_id(world.NOW, os.urandom(10)), seq=seq)
    composed = compose(event, issue, signer=world.signer(world.ISSUER), keys=keys, randomness=os.urandom)
    return Sent(event, composed, keys, SUBMIT.decode(composed.record))

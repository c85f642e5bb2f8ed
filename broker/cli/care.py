"""Offer places and decide about referrals: messages between those who care for victims."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.output import AsJson
from broker.cli.places import As, Home
from broker.cli.telling import (
    About,
    Basis,
    Days,
    Event,
    File,
    Terms,
    To,
    Urgency,
    Wait,
    Why,
    codes,
    further,
    only,
    send,
)
from contracts.codes import Capability, DeclineReason, Purpose, ReferralOutcome, Service
from contracts.events import REFERRAL_DECISION, SHELTER_OFFER


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (offer, decide):
        app.command()(command)


def offer(
    home: Home,
    as_: As,
    country: Annotated[str, typer.Option(help="Where, ISO 3166-1 alpha-3; never an address.")],
    service: Annotated[list[Service], typer.Option(help="What it does.")],
    places: Annotated[int, typer.Option(min=0, help="How many places are free.")],
    until: Annotated[str, typer.Option(help="Until which day, as 2026-03-31.")],
    region: Annotated[str | None, typer.Option(help="Where, ISO 3166-2.")] = None,
    capability: Annotated[list[Capability] | None, typer.Option(help="Whom or what it can take.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Languages spoken there.")] = None,
    safety_level: Annotated[int | None, typer.Option(min=1, max=4, help="1 open to 4 protected address.")] = None,
    about: About = None,
    to: To = None,
    purpose: Why = Purpose.PROTECT_VICTIM,
    basis: Basis = None,
    urgency: Urgency = "routine",
    days: Days = None,
    wait: Wait = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Offer places of a shelter to other care organisations, perhaps about a referral request.

    Example: `baken offer --home H --as BE-CARE --to NL-CARE --country BEL --service shelter --places 2
    --until 2026-12-31 --basis gdpr:art6-1-d`
    """
    said = only(
        country=country,
        region=region,
        services=codes(service),
        capabilities=codes(capability),
        languages=codes(language),
        safety_level=safety_level,
        places_free=places,
        valid_until=until,
    )
    terms = Terms(purpose=purpose, basis=basis, urgency=urgency, days=days, claims=None)
    send(home, as_, SHELTER_OFFER, {"offer": said}, terms, about=about, to=to, wait=wait, as_json=as_json)


def decide(
    event: Event,
    home: Home,
    as_: As,
    outcome: Annotated[ReferralOutcome, typer.Option(help="What becomes of it.")],
    reason: Annotated[DeclineReason | None, typer.Option(help="Why it is declined.")] = None,
    file: File = None,
    purpose: Why = None,
    basis: Basis = None,
    urgency: Urgency = "routine",
    days: Days = None,
    wait: Wait = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Decide about the referral request or shelter offer EVENT; `--file` may hold `offer` and `safety`.

    Example: `baken decide --home H --as NL-CARE --outcome accepted EVENT`
    """
    terms = Terms(purpose=purpose, basis=basis, urgency=urgency, days=days, claims=None)
    sections = {**further(file), "notice": {"referral": only(outcome=outcome, reason=reason)}}
    send(home, as_, REFERRAL_DECISION, sections, terms, about=event, wait=wait, as_json=as_json)

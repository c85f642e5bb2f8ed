"""Ask, answer and tell between police authorities: hits, requests, answers, refusals, corrections.

The common content has options; sections beyond it stand in `--file` as the canonical form spells them.
"""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.output import AsJson
from broker.cli.places import As, Home, now
from broker.cli.telling import (
    About,
    Basis,
    Claims,
    Days,
    Event,
    File,
    Member,
    Offences,
    Terms,
    To,
    Urgency,
    Wait,
    Why,
    codes,
    offence_of,
    only,
    reported,
    send,
)
from contracts.codes import (
    ActionTaken,
    AnswerExtent,
    AskedFor,
    MatchedOn,
    RefusalGround,
    SubjectCategory,
    WhyThere,
    Wrong,
)
from contracts.events import ANSWER, CORRECTION_PROPOSAL, ERROR_REPORT, HIT, REFUSAL, REQUEST
from contracts.identifiers import iso


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (hit, request, answer, refuse, propose_correction, report_error):
        app.command()(command)


def hit(
    event: Event,
    home: Home,
    as_: As,
    country: Annotated[str, typer.Option(help="Where, ISO 3166-1 alpha-3.")],
    on: Annotated[list[MatchedOn], typer.Option(help="What a person compared.")],
    region: Annotated[str | None, typer.Option(help="Where, ISO 3166-2.")] = None,
    at: Annotated[str | None, typer.Option(help="When, as 2026-03-02T09:00:00Z; by default now.")] = None,
    taken: Annotated[list[ActionTaken] | None, typer.Option(help="What was done.")] = None,
    not_taken: Annotated[RefusalGround | None, typer.Option(help="Why nothing was done.")] = None,
    file: File = None,
    purpose: Why = None,
    basis: Basis = None,
    urgency: Urgency = "routine",
    days: Days = None,
    claim: Claims = None,
    wait: Wait = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Tell the issuer of the alert EVENT of a match that you have confirmed.

    Example: `baken hit --home H --as BE-FGP --country BEL --on vehicle --taken checked EVENT`
    """
    said = {
        "found_at": at or f"{iso(now())[:19]}Z",
        "place": only(country=country, region=region),
        "matched_on": codes(on),
        "taken": codes(taken),
        "not_taken": not_taken,
    }
    terms = Terms(purpose=purpose, basis=basis, urgency=urgency, days=days, claims=claim)
    send(home, as_, HIT, reported("hit", said, file), terms, about=event, wait=wait, as_json=as_json)


def request(
    home: Home,
    as_: As,
    asked: Annotated[list[AskedFor], typer.Option(help="What you ask for.")],
    why_there: Annotated[list[WhyThere], typer.Option(help="Why the other side may have it.")],
    offence: Offences,
    category: Annotated[SubjectCategory, typer.Option(help="Whom it is about.")] = SubjectCategory.SUSPECT,
    about: About = None,
    to: To = None,
    file: File = None,
    purpose: Why = None,
    basis: Basis = None,
    urgency: Urgency = "routine",
    days: Days = None,
    claim: Claims = None,
    wait: Wait = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask other authorities for information. The legal basis says within which time they answer.

    Whom or what it is about stands in `--file`, or is the event that `--about` names.

    Example: `baken request --home H --as NL-POL --to DE-BKA --asked whereabouts --why-there residence
    --offence iccs:0204 --purpose locate_suspect --basis dir-2023-977:art5-1-c --file person.json`
    """
    said = {
        "asked": codes(asked),
        "why_there": codes(why_there),
        "subject_category": category,
        "offences": [offence_of(one) for one in offence],
    }
    terms = Terms(purpose=purpose, basis=basis, urgency=urgency, days=days, claims=claim)
    send(home, as_, REQUEST, reported("request", said, file), terms, about=about, to=to, wait=wait, as_json=as_json)


def answer(
    event: Event,
    home: Home,
    as_: As,
    extent: Annotated[AnswerExtent, typer.Option(help="How much of it this gives.")],
    not_held: Annotated[list[AskedFor] | None, typer.Option(help="What of it you do not hold.")] = None,
    file: File = None,
    purpose: Why = None,
    basis: Basis = None,
    urgency: Urgency = "routine",
    days: Days = None,
    claim: Claims = None,
    wait: Wait = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Answer the request EVENT; what you give stands in `--file`.

    Example: `baken answer --home H --as DE-BKA --extent complete --file answer.json EVENT`
    """
    said = {"extent": extent, "not_held": codes(not_held)}
    terms = Terms(purpose=purpose, basis=basis, urgency=urgency, days=days, claims=claim)
    send(home, as_, ANSWER, reported("answer", said, file), terms, about=event, wait=wait, as_json=as_json)


def refuse(
    event: Event,
    home: Home,
    as_: As,
    ground: Annotated[list[RefusalGround], typer.Option(help="Why nothing, or no more, is given.")],
    file: File = None,
    purpose: Why = None,
    basis: Basis = None,
    urgency: Urgency = "routine",
    days: Days = None,
    claim: Claims = None,
    wait: Wait = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Refuse the request EVENT, on grounds of the closed list.

    Example: `baken refuse --home H --as DE-BKA --ground ongoing_investigation EVENT`
    """
    terms = Terms(purpose=purpose, basis=basis, urgency=urgency, days=days, claims=claim)
    sections = reported("refusal", {"grounds": codes(ground)}, file)
    send(home, as_, REFUSAL, sections, terms, about=event, wait=wait, as_json=as_json)


def propose_correction(
    event: Event,
    home: Home,
    as_: As,
    what: Annotated[list[Wrong], typer.Option(help="What is wrong.")],
    member: Member = None,
    file: File = None,
    purpose: Why = None,
    basis: Basis = None,
    urgency: Urgency = "routine",
    days: Days = None,
    claim: Claims = None,
    wait: Wait = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Propose to the issuer of the alert EVENT what it should say; the right values stand in `--file`.

    Example: `baken propose-correction --home H --as DE-BKA --what inaccurate --member objects.vehicles[0].plate
    --file right.json EVENT`
    """
    terms = Terms(purpose=purpose, basis=basis, urgency=urgency, days=days, claims=claim)
    sections = reported("correction", {"what": codes(what), "members": codes(member)}, file)
    send(home, as_, CORRECTION_PROPOSAL, sections, terms, about=event, wait=wait, as_json=as_json)


def report_error(
    event: Event,
    home: Home,
    as_: As,
    what: Annotated[list[Wrong], typer.Option(help="What is wrong.")],
    member: Member = None,
    file: File = None,
    purpose: Why = None,
    basis: Basis = None,
    urgency: Urgency = "routine",
    days: Days = None,
    claim: Claims = None,
    wait: Wait = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Report to the issuer of the alert EVENT that something in it is wrong.

    Example: `baken report-error --home H --as DE-BKA --what outdated EVENT`
    """
    terms = Terms(purpose=purpose, basis=basis, urgency=urgency, days=days, claims=claim)
    sections = reported("error", {"what": codes(what), "members": codes(member)}, file)
    send(home, as_, ERROR_REPORT, sections, terms, about=event, wait=wait, as_json=as_json)

"""Send a message from the command line: the options that all messages share, and the way that all of them go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from broker.cli.adapters import read_input
from broker.cli.places import gateway_of, now
from broker.cli.publish import Report, take, tell
from broker.gateway.entries import InboxEntry, Wanted
from broker.gateway.gateway import Gateway
from broker.gateway.messages import read, stated
from contracts.codes import Condition, OffenceScheme, Purpose
from contracts.errors import Unknown, UsageError
from contracts.events import EventSpec
from contracts.wire import Reference

Event = Annotated[str, typer.Argument(metavar="EVENT", help="Event id of what it is about, or its number in the feed.")]
About = Annotated[str | None, typer.Option(metavar="EVENT", help="Event id or feed number that it is about.")]
To = Annotated[list[str] | None, typer.Option(metavar="PARTICIPANT", help="Recipients instead of the routes.")]
File = Annotated[Path | None, typer.Option(help="Further sections as JSON, by name; `-` reads standard input.")]
Why = Annotated[Purpose | None, typer.Option(help="Purpose; by default that of EVENT.")]
Basis = Annotated[list[str] | None, typer.Option(help="Legal basis; by default that of EVENT.")]
Urgency = Annotated[str, typer.Option(help="`routine`, or `urgent` or `immediate` with its reason.")]
Days = Annotated[int | None, typer.Option(min=1, help="How long it holds; by default 90 days.")]
Claims = Annotated[list[Condition] | None, typer.Option("--claim", help="Condition that somebody responsible asserts.")]
Wait = Annotated[float, typer.Option(help="Seconds to wait for the broker's decision.")]
Member = Annotated[
    list[str] | None, typer.Option(metavar="PATH", help="Where, as `identity.identities[0].birth`; never the value.")
]
Offences = Annotated[
    list[str], typer.Option("--offence", metavar="SCHEME:CODE", help="As `iccs:0204`, `national:273f@NLD`.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What every message has besides what it says."""

    purpose: Purpose | None
    basis: list[str] | None
    urgency: str
    days: int | None
    claims: list[Condition] | None


def send(
    home: Path,
    participant: str,
    known: EventSpec,
    sections: Mapping[str, Any],
    terms: Terms,
    *,
    about: str | None,
    to: Sequence[str] | None = None,
    wait: float,
    as_json: bool,
) -> None:
    """State a message as a draft, publish it and tell what became of it, as `baken publish` does."""
    with gateway_of(home, participant) as gateway:
        entry, reference = (None, None) if about is None else _named(gateway, about)
        value = stated(
            known,
            sections,
            about=reference,
            entry=entry,
            purpose=terms.purpose,
            basis=terms.basis or (),
            urgency=terms.urgency,
            validity_days=terms.days,
            claims=terms.claims or (),
        )
        report = Report()
        take(gateway, [read(value, on=now().date())], report, to=to)
        tell(gateway, report, wait=wait, as_json=as_json)


def _named(gateway: Gateway, name: str) -> tuple[InboxEntry | None, Reference | None]:
    """Find what `name` means: an inbox entry, else an own event."""
    try:
        number = gateway.inbox.number_of(name)
    except Unknown:
        return None, Reference(iss=gateway.participant, jti=gateway.state(name).now)
    return next(gateway.inbox.feed(wanted=Wanted(number=number))), None


def reported(member: str, said: Mapping[str, Any], file: Path | None) -> dict[str, Any]:
    """Return the sections of a message whose `report` says one thing."""
    return {**further(file), "report": {member: only(**said)}}


def further(file: Path | None) -> dict[str, Any]:
    """Return the sections that a file holds."""
    if file is None:
        return {}
    try:
        value = orjson.loads(read_input(file))
    except orjson.JSONDecodeError as fault:
        raise UsageError(f"--file: not JSON from line {fault.lineno} on") from fault
    if not isinstance(value, dict):
        raise UsageError("--file: write the sections as one JSON object, by name")
    return value


def only(**members: Any) -> dict[str, Any]:
    """Return members that are stated."""
    return {name: value for name, value in members.items() if value is not None}


def codes(words: Iterable[str] | None) -> list[str] | None:
    """Return words as a set has them: ascending, each once; None without any."""
    return sorted(set(words)) if words else None


def offence_of(text: str) -> dict[str, str]:
    """Read an offence as it is typed."""
    scheme, _, rest = text.partition(":")
    code, _, country = rest.partition("@")
    if scheme not in frozenset(OffenceScheme) or not code:
        raise UsageError(f"--offence: SCHEME:CODE with a scheme of {', '.join(OffenceScheme)}")
    return only(scheme=scheme, code=code, country=country or None)

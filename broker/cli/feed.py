"""Show what a participant received: opened, or raw as on the wire."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from broker.cli.output import AsJson, print_json, say
from broker.cli.places import As, Home, gateway_of
from broker.gateway.entries import EntryState, InboxEntry, Wanted
from broker.gateway.gateway import Gateway
from broker.ports import Incoming
from contracts.codes import ConsultedFor
from contracts.derive import shown_evaluation
from contracts.encoding import canonical
from contracts.identifiers import instant, iso

FOLLOW_SECONDS = 0.2
FAR_AHEAD = 2**62
"""Milliseconds behind every end of a time limit."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(feed)


def feed(
    home: Home,
    as_: As,
    after: Annotated[int, typer.Option(help="Begin behind this number.")] = 0,
    about: Annotated[str | None, typer.Option(metavar="EVENT", help="Only what is about the event of this id.")] = None,
    why: Annotated[
        ConsultedFor, typer.Option(help="Why you look at content: noted for auditors.")
    ] = ConsultedFor.CASE_WORK,
    *,
    due: Annotated[
        bool, typer.Option("--due", help="Only what must be answered within a time and is not, whatever the time.")
    ] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Keep waiting for more until Ctrl-C.")] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Print records as they stood on the feed topic, as JSON lines.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the events that this participant received, in the order of arrival.

    Reads the gateway's inbox, so it works while the exchange is down. Who looked at which opened event, when and why is
    noted for auditors; `--raw` shows sealed records and notes nothing. With `--json` one JSON object a line.

    Examples:
    `baken feed --home H --as DE-BKA`

    `baken feed --home H --as DE-BKA --json --follow`

    `baken feed --home H --as NL-POL --about EVENT`

    `baken feed --home H --as DE-BKA --due`

    `baken feed --home H --as DE-BKA --raw`
    """
    with gateway_of(home, as_) as gateway:
        wanted = Wanted(about=about, due_before=FAR_AHEAD if due else None)
        for shown in _raw(gateway, after) if raw else _entries(gateway, after, wanted, why, follow=follow):
            if isinstance(shown, Incoming):
                print_json(incoming_json(shown))
            elif as_json:
                print_json(shown.to_json())
            else:
                show(shown)


def _entries(gateway: Gateway, after: int, wanted: Wanted, why: ConsultedFor, *, follow: bool) -> Iterator[InboxEntry]:
    while True:
        for entry in gateway.feed(after, wanted, why=why):
            yield entry
            after = entry.number
        if not follow:
            return
        time.sleep(FOLLOW_SECONDS)


def _raw(gateway: Gateway, after: int) -> Iterator[Incoming]:
    return gateway.raw_feed(after)


def show(entry: InboxEntry) -> None:
    """Print one entry for a person."""
    title = f"{entry.number}  {entry.type} from {entry.iss}, alert {entry.sub or '-'} version {entry.ver or '-'}"
    marks = [entry.state.value] if entry.state is not EntryState.OPENED else []
    marks += [entry.ended] if entry.ended else []
    marks += [f"restricted: {entry.restricted}"] if entry.restricted else []
    marks += ["superseded"] if entry.superseded else []
    say(f"{title}, profile {entry.profile or '-'}{', ' + ', '.join(marks) if marks else ''}")
    say(f"    event {entry.jti}, valid until {iso(instant(entry.exp * 1000))}")
    if entry.due is not None:
        answered = "" if entry.answered is None else f", answered {iso(instant(entry.answered))}"
        say(f"    answer due {iso(instant(entry.due))}{answered}{', OVERDUE' if entry.overdue else ''}")
    if entry.about is not None:
        say(f"    about event {entry.about.jti} of {entry.about.iss}")
    if entry.profile == "liaison" and "role" in entry.sections and "evaluation" not in entry.sections:
        say(f"    evaluation: {canonical(shown_evaluation({}).content()).decode()} (none was given)")
    for name, content in sorted(entry.sections.items()):
        if name == "opened":
            say(f"    opened: {len(content['disclosures'])} sections of that event, shown there")
        else:
            later = f" (opened by {entry.disclosed[name]})" if name in entry.disclosed else ""
            say(f"    {name}{later}: {canonical(content).decode()}")


def incoming_json(record: Incoming) -> dict[str, Any]:
    """Return a record as on the wire: `value` and `key` are the very text that stood on the topic."""
    return {
        "headers": {name: None if value is None else value.decode() for name, value in record.headers},
        "key": None if record.key is None else record.key.decode(),
        "offset": record.offset,
        "partition": record.partition,
        "time": record.time,
        "topic": record.topic,
        "value": None if record.value is None else record.value.decode(),
    }

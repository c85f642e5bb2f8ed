"""Open further sections of an event that recipients have."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.output import AsJson, ExitCode, complain, print_json, say
from broker.cli.places import As, Home, gateway_of
from broker.gateway.outbox import Outcome
from contracts.codes import Condition
from contracts.errors import UsageError
from contracts.identifiers import instant, iso


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(disclose)


def disclose(
    home: Home,
    as_: As,
    section: Annotated[list[str], typer.Option(help="Section to open, as identity.")],
    event: Annotated[
        str | None,
        typer.Argument(metavar="[EVENT]", help="Event id; or alert id or national id, for the present version."),
    ] = None,
    to: Annotated[list[str] | None, typer.Option(metavar="PARTICIPANT", help="Who has that event.")] = None,
    because: Annotated[list[Condition] | None, typer.Option(help="Condition that you say holds.")] = None,
    after: Annotated[
        str | None, typer.Option(metavar="HIT", help="Instead: the hit in your inbox, by event id or number.")
    ] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the broker's decision.")] = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Open further sections of EVENT to recipients who have it, under the signature that it was sent with.

    What policy forbids is refused with every reason. A disclosure ends with the alert and is erased with it.

    Examples:
    `baken disclose --home H --as NL-POL --after HIT --section identity --section image`

    `baken disclose --home H --as NL-POL --to DE-BKA --section physical --because strictly_necessary EVENT`
    """
    if (after is None) == (event is None) or (after is not None and (to or because)):
        raise UsageError("name EVENT with --to, or --after alone: a hit says whom it is from and what it is about")
    with gateway_of(home, as_) as gateway:
        if after is not None:
            given = gateway.disclose_after(after, sections=section)
        else:
            given = gateway.disclose(event or "", to=to or [], sections=section, because=because or [])
        decided = gateway.wait_closed([given.jti], wait)
        state = gateway.state(given.jti)
    if as_json:
        outcome = None if state.outcome is None else state.outcome.value
        print_json({**given.to_json(), "code": state.code, "outcome": outcome})
    else:
        outcome = (state.outcome or state.state).value
        say(f"disclosure {given.jti}: {outcome}{', as before' if given.repeated else ''}")
        say(f"  opens {', '.join(given.sections)} of event {given.about} to {', '.join(given.recipients)}")
        say(f"  until {iso(instant(given.exp * 1000))}")
    if state.outcome is Outcome.REFUSED:
        raise typer.Exit(ExitCode.REFUSED)
    if not decided:
        complain("it has no decision yet: is the exchange up? It is durable and will be sent.")
        raise typer.Exit(ExitCode.UNREACHABLE)

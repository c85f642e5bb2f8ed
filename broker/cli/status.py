"""Show what runs, what became of an event at each recipient, and report what is done about one."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from broker.cli.output import AsJson, ExitCode, complain, print_json, say, table
from broker.cli.places import As, Home, gateway_of
from broker.embedded import exchange
from broker.gateway.outbox import Outcome
from broker.gateway.receipts import ACTIONS
from broker.gateway.status import INSTANTS, Delivery, EventState
from contracts.codes import ReceiptState, RefusalGround
from contracts.errors import UsageError
from contracts.identifiers import instant, iso

Action = StrEnum("Action", [(state.name, state.value) for state in ACTIONS])  # type: ignore[misc]  # typer shows these


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(status)
    app.command()(action)


def status(
    home: Home,
    event: Annotated[
        str | None, typer.Argument(metavar="[EVENT]", help="Event id, or alert or national id for all its events.")
    ] = None,
    as_: Annotated[str | None, typer.Option("--as", metavar="PARTICIPANT", help="Who published EVENT.")] = None,
    about: Annotated[
        str | None, typer.Option(metavar="EVENT", help="Instead of EVENT: own messages about this event of anybody.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show how far EVENT has come with each recipient; without EVENT, the services of a local exchange.

    Exit code 3 when a service is not running, 1 when an event was refused.

    Examples:
    `baken status --home /tmp/exchange --json`

    `baken status --home /tmp/exchange --as NL-POL EVENT`

    `baken status --home /tmp/exchange --as DE-BKA --about EVENT`
    """
    if event is None and about is None:
        _services(home, as_json=as_json)
        return
    if as_ is None:
        raise UsageError("--as: say whose event it is")
    with gateway_of(home, as_) as gateway:
        states = gateway.ledger.events(event) if event is not None else gateway.ledger.about(about or "")
    if as_json:
        print_json([state.to_json() for state in states])
    else:
        _show(states)
    if any(state.outcome is Outcome.REFUSED for state in states):
        raise typer.Exit(ExitCode.REFUSED)


def action(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="Event id, or its number in `baken feed`.")],
    home: Home,
    as_: As,
    state: Annotated[Action, typer.Option(help="What is done about it.")],
    reason: Annotated[RefusalGround | None, typer.Option(help="Why you cannot act.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the broker's decision.")] = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Tell the issuer of EVENT what is done about it, in a signed receipt.

    The report is durable when this command says so. Exit code 3 when it has no decision within `--wait` seconds.

    Examples:
    `baken action --home H --as DE-BKA --state tasked EVENT`

    `baken action --home H --as DE-BKA --state cannot_act --reason no_judicial_authorisation EVENT`
    """
    with gateway_of(home, as_) as gateway:
        number = gateway.inbox.number_of(event)
        reported = gateway.report_action(number, ReceiptState(state.value), reason)
        closed = gateway.wait_closed([reported.jti], wait)
        told = gateway.state(reported.jti)
    if as_json:
        print_json({"number": number, "receipt": told.to_json(), "unchanged": reported.unchanged})
    else:
        said = "as it was told already" if reported.unchanged else (told.outcome or told.state).value
        say(f"{told.now} {told.type}: {state.value}, {said}")
    if told.outcome is Outcome.REFUSED:
        raise typer.Exit(ExitCode.REFUSED)
    if not closed:
        complain("the report has no decision yet: is the exchange up? It is durable and will be sent.")
        raise typer.Exit(ExitCode.UNREACHABLE)


def _show(states: Sequence[EventState]) -> None:
    for state in states:
        version = f" version {state.ver}" if state.ver else ""
        anew = "" if state.now == state.jti else f", issued anew as {state.now}"
        erasure = f", erasure {state.erasure}" if state.erasure else ""
        about = f", about {state.about.jti} of {state.about.iss}" if state.about is not None else ""
        title = f"{state.jti} {state.type}{version}, alert {state.sub or '-'}{about}{anew}{erasure}"
        known = [name for name in INSTANTS if any(getattr(one, name) is not None for one in state.deliveries)]
        table(title, ("recipient", "profile", "state", *known), [_row(one, known) for one in state.deliveries])


def _row(one: Delivery, known: Sequence[str]) -> tuple[object, ...]:
    marks = [one.code, one.reason, one.erasure, "overdue" if one.overdue else None, "late" if one.late else None]
    marks += ["answer overdue" if one.answer_overdue else None]
    shown = ", ".join([one.state.value, *(mark for mark in marks if mark)])
    instants = [getattr(one, name) for name in known]
    return (
        one.to,
        one.profile,
        shown,
        *(None if at is None else iso(instant(at)).replace("T", " ") for at in instants),
    )


def _services(home: Path, *, as_json: bool) -> None:
    states = exchange.status(home)
    if as_json:
        print_json([state.to_json() for state in states])
    else:
        table(
            f"Exchange at {home}",
            ("service", "state", "pid", "restarts", "address", "log"),
            [(state.name, state.state, state.pid, state.restarts, state.address, state.log) for state in states],
        )
    if not states or any(state.state != "running" for state in states):
        raise typer.Exit(ExitCode.UNREACHABLE)

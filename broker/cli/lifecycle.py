"""End an alert: erase it everywhere, withdraw it, or restrict its use."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from broker.cli.output import AsJson, ExitCode, complain, print_json, say
from broker.cli.places import As, Home, gateway_of
from broker.gateway.gateway import Gateway
from broker.gateway.orders import Ordered
from broker.gateway.outbox import Outcome
from broker.gateway.status import EventState
from contracts.codes import ErasureGround, KeepReason

Alert = Annotated[str, typer.Argument(metavar="ALERT", help="Alert id, event id or national id.")]
Ground = Annotated[ErasureGround, typer.Option(help="Why.")]
POLL_SECONDS = 0.2


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(erase)
    app.command()(withdraw)
    app.command()(restrict)


def erase(
    alert: Alert,
    home: Home,
    as_: As,
    ground: Ground = ErasureGround.PURPOSE_ACHIEVED,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the recipients' signed receipts.")] = 60.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Erase ALERT at everyone who ever received it, and here. Cannot be undone.

    The order is durable when this command says so; recipients answer with signed receipts. Exit code 3
    when not all receipts came within `--wait` seconds: the order stands all the same.

    Example: `baken erase --home H --as NL-POL --ground purpose_achieved ALERT`
    """
    with gateway_of(home, as_) as gateway:
        orders = gateway.order_erasure(alert, ground)
        complete = _wait(gateway, orders, wait, certified=True)
        _report(gateway, orders, as_json=as_json)
    if not complete:
        complain("not all receipts are in; `baken audit verify` lists what is overdue")
        raise typer.Exit(ExitCode.UNREACHABLE)


def withdraw(
    alert: Alert,
    home: Home,
    as_: As,
    ground: Ground = ErasureGround.PURPOSE_ACHIEVED,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the broker's decision.")] = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Withdraw ALERT: recipients must not act on it any more. Its content goes with its validity or by `erase`.

    Example: `baken withdraw --home H --as NL-POL ALERT`
    """
    with gateway_of(home, as_) as gateway:
        _decided(gateway, gateway.order_withdrawal(alert, ground), wait, as_json=as_json)


def restrict(
    alert: Alert,
    home: Home,
    as_: As,
    reason: Annotated[KeepReason, typer.Option(help="Why it is kept and not acted upon.")],
    wait: Annotated[float, typer.Option(help="Seconds to wait for the broker's decision.")] = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Restrict the use of ALERT: recipients keep what they have and must not act on it.

    The next version of the alert is free of it. Recipients may still report that they cannot act.

    Example: `baken restrict --home H --as NL-POL --reason contested ALERT`
    """
    with gateway_of(home, as_) as gateway:
        _decided(gateway, gateway.order_restriction(alert, reason), wait, as_json=as_json)


def _decided(gateway: Gateway, orders: Sequence[Ordered], wait: float, *, as_json: bool) -> None:
    complete = _wait(gateway, orders, wait, certified=False)
    _report(gateway, orders, as_json=as_json)
    if not complete:
        complain("the order has no decision yet: is the exchange up? It is durable and will be sent.")
        raise typer.Exit(ExitCode.UNREACHABLE)


def _wait(gateway: Gateway, orders: Sequence[Ordered], seconds: float, *, certified: bool) -> bool:
    deadline = time.monotonic() + seconds
    events = [event for order in orders for event in order.events]
    if not gateway.wait_closed(events, seconds):
        return False
    while certified and any(state.erasure != "certified" for state in _states(gateway, events)):
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _states(gateway: Gateway, events: Sequence[str]) -> list[EventState]:
    return [gateway.state(event) for event in events]


def _report(gateway: Gateway, orders: Sequence[Ordered], *, as_json: bool) -> None:
    shown = [(order, _states(gateway, order.events)) for order in orders]
    if as_json:
        print_json([_as_json(order, states) for order, states in shown])
    else:
        for order, states in shown:
            say(f"alert {order.sub}: ordered for {', '.join(order.recipients) or 'nobody: it was never delivered'}")
            for state in states:
                say(f"  {state.now} {state.type}: {state.erasure or (state.outcome or state.state).value}")
                for delivery in state.deliveries:
                    say(f"    {delivery.to}: {delivery.erasure or delivery.state.value}")
            if order.unreachable:
                complain(f"  no longer in the exchange, tell them by other means: {', '.join(order.unreachable)}")
    if any(state.outcome is Outcome.REFUSED for _, states in shown for state in states):
        raise typer.Exit(ExitCode.REFUSED)


def _as_json(order: Ordered, states: Sequence[EventState]) -> dict[str, Any]:
    return {
        "alert": order.sub,
        "events": [
            {
                "code": state.code,
                "erasure": state.erasure,
                "event": state.now,
                "outcome": state.outcome.value if state.outcome else None,
                "receipts": {delivery.to: delivery.erasure for delivery in state.deliveries},
                "state": state.state.value,
            }
            for state in states
        ],
        "recipients": list(order.recipients),
        "unreachable": list(order.unreachable),
    }

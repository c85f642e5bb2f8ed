"""Show what waits for a second officer, and decide on it as one."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.output import AsJson, ExitCode, complain, finding_text, print_json, say
from broker.cli.places import As, Home, gateway_of
from broker.gateway.approvals import Approval, ApprovalState
from broker.gateway.outcomes import RefusedDraft
from contracts.encoding import canonical
from contracts.errors import Code, UsageError
from contracts.findings import Finding
from contracts.identifiers import instant, iso


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(approve)


def approve(
    home: Home,
    as_: As,
    approval: Annotated[str | None, typer.Argument(metavar="[ID]", help="What to decide on.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the broker's decision.")] = 30.0,
    *,
    show: Annotated[bool, typer.Option("--show", help="Print the record that waits, and decide nothing.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Have it not go out.")] = False,
    as_json: AsJson = False,
) -> None:
    """Approve the record that waits under ID, as another officer than the one who handed it in; without ID, list them.

    Who you are is the account that runs this command. Exit code 1 when the record is no longer what was shown, 2 when
    you handed it in yourself.

    Examples:
    `baken approve --home H --as NL-POL`

    `baken approve --home H --as NL-POL ID --show`

    `baken approve --home H --as NL-POL ID`
    """
    if approval is None and (show or reject):
        raise UsageError("ID: say which one")
    with gateway_of(home, as_) as gateway:
        if approval is None:
            _list(gateway.approvals.listed(ApprovalState.PENDING), as_json=as_json)
            return
        if show:
            _show(gateway.approvals.found(approval), as_json=as_json)
            return
        if reject:
            _decided(gateway.reject(approval), as_json=as_json)
            return
        outcome = gateway.approve(approval)
        if isinstance(outcome, RefusedDraft):
            for finding in outcome.findings:
                complain(finding_text(finding))
            raise typer.Exit(ExitCode.REFUSED)
        found = gateway.approvals.found(approval)
        closed = found.jti is None or gateway.wait_closed([found.jti], wait)
        _decided(found, as_json=as_json)
    if not closed:
        complain("the event has no decision yet: is the exchange up? It is durable and will be sent.")
        raise typer.Exit(ExitCode.UNREACHABLE)


def _list(found: list[Approval], *, as_json: bool) -> None:
    if as_json:
        print_json([one.to_json() for one in found])
        return
    for one in found:
        _say(one)
    if not found:
        say("nothing waits for a second officer")


def _show(one: Approval, *, as_json: bool) -> None:
    if as_json:
        print_json(one.to_json())
        return
    _say(one)
    draft = dict(one.draft or {})
    sections = draft.pop("sections", {})
    for name, value in sorted(draft.items()):
        say(f"    {name}: {canonical(value).decode()}")
    for name, content in sorted(sections.items()):
        say(f"    sections.{name}: {canonical(content).decode()}")


def _say(one: Approval) -> None:
    recipients = ", ".join(f"{to}:{profile}" for to, profile in sorted(one.recipients.items()))
    until = f" until {iso(instant(one.expires))}" if one.state is ApprovalState.PENDING else ""
    say(f"{one.id} {one.type} -> {recipients}: {one.state.value}{until}")
    for finding in one.findings:
        say(f"    {finding_text(Finding(**{**finding, 'code': Code(finding['code'])}))}")


def _decided(one: Approval, *, as_json: bool) -> None:
    if as_json:
        print_json(one.to_json())
    else:
        say(f"{one.id} {one.type}: {one.state.value}{f', event {one.jti} of alert {one.sub}' if one.jti else ''}")

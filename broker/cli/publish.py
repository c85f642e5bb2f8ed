"""Publish national records: translate, sign, seal, submit, and say what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters import interface
from adapters.interface import DecodedRecord, ResidueItem, unsaid
from broker.cli.adapters import read_input, residue_text
from broker.cli.output import AsJson, ExitCode, complain, finding_text, print_json, say
from broker.cli.places import As, Home, gateway_of, now
from broker.gateway.gateway import Gateway
from broker.gateway.outbox import Outcome
from broker.gateway.publish import Acknowledged, Pending, RefusedDraft
from broker.gateway.status import EventState
from contracts.age import decision_due
from contracts.events import VICTIM_ALERT, is_a
from contracts.findings import Finding
from contracts.identifiers import instant, iso
from contracts.quality import Flag

BATCH_RECORDS = 50
"""Records translated and stored at a time: memory does not grow with the file."""


@dataclass(slots=True)
class Report:
    """What became of the records of all files."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    residue: list[ResidueItem] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    refused: int = 0
    decide_by: dict[str, date] = field(default_factory=dict)
    """By event: when the issuer must decide anew, because the child of a victim alert nears 18 before its end."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(publish)


def publish(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="National files; `-` reads standard input.")],
    home: Home,
    as_: As,
    adapter: Annotated[str | None, typer.Option(help="Format of FILE; without it, the gateway's own.")] = None,
    to: Annotated[
        list[str] | None, typer.Option(metavar="PARTICIPANT:PROFILE", help="Recipients instead of the routes.")
    ] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the broker's decision.")] = 30.0,
    *,
    as_json: AsJson = False,
) -> None:
    """Translate FILE, sign each record once, seal it per recipient and hand it to the exchange.

    A record is acknowledged when it is durable in the outbox; the gateway process relays it. A record
    that is known by its national id becomes the next version of its alert. Exit code 1 when a record
    was refused; the others go on all the same.

    Examples:
    `baken publish --home H --as NL-POL --adapter nl-csv suspects.csv`

    `baken publish --home H --as NL-POL --to DE-BKA:liaison suspects.csv`
    """
    with gateway_of(home, as_) as gateway:
        translator = interface.find(adapter or gateway.settings.adapter)
        report = Report()
        for file in files:
            for batch in batches(translator.decode(read_input(file), on=now().date())):
                take(gateway, batch, report, to=to)
        tell(gateway, report, wait=wait, as_json=as_json)


def tell(gateway: Gateway, report: Report, *, wait: float, as_json: bool) -> None:
    """Wait up to `wait` seconds for the broker's decisions, print the report, and exit with 1 for a refusal."""
    new = [one for one in report.acknowledged if not one.unchanged]
    closed = gateway.wait_closed([one.jti for one in new], wait) if new else True
    states = {one.jti: gateway.state(one.jti) for one in report.acknowledged}
    refused = [state for state in states.values() if state.outcome is Outcome.REFUSED]
    if as_json:
        print_json(report_json(report, states))
    else:
        show(report, states)
        if not closed:
            complain("not every record has its decision yet: is the exchange up? They are durable and will be sent.")
    if report.refused or refused:
        raise typer.Exit(ExitCode.REFUSED)


def batches(records: Iterable[DecodedRecord]) -> Iterable[list[DecodedRecord]]:
    """Yield records in groups of at most `BATCH_RECORDS`."""
    batch: list[DecodedRecord] = []
    for record in records:
        batch.append(record)
        if len(batch) == BATCH_RECORDS:
            yield batch
            batch = []
    if batch:
        yield batch


def take(gateway: Gateway, batch: Sequence[DecodedRecord], report: Report, *, to: Sequence[str] | None) -> None:
    """Publish the drafts of `batch` and add everything that is to be said about it to `report`."""
    good = []
    for record in batch:
        report.residue += record.residue
        report.flags += record.flags
        if record.draft is None:
            report.refused += 1
            report.findings += record.findings
        else:
            good.append(record)
    outcomes = gateway.publish([record.draft for record in good if record.draft is not None], to)
    for record, outcome in zip(good, outcomes, strict=True):
        if isinstance(outcome, RefusedDraft):
            report.refused += 1
            report.findings += [
                replace(finding, line=record.line or None) if finding.line is None else finding
                for finding in outcome.findings
            ]
        elif isinstance(outcome, Pending):
            report.pending.append(outcome)
        else:
            report.acknowledged.append(outcome)
            report.residue += [unsaid(one, line=record.line) for one in outcome.lost]
            due = decision_due(record.draft.sections, now().date()) if record.draft is not None else None
            if due is not None and is_a(outcome.type, VICTIM_ALERT) and due <= instant(outcome.exp * 1000).date():
                report.decide_by[outcome.jti] = due


def show(report: Report, states: dict[str, EventState]) -> None:
    """Print the outcome for a person."""
    for one in report.acknowledged:
        state = states[one.jti]
        what = "unchanged" if one.unchanged else (state.outcome or state.state).value
        recipients = ", ".join(f"{to}:{profile}" for to, profile in one.recipients.items())
        code = f" {state.code}" if state.code else ""
        version = f" version {one.ver}" if one.ver else ""
        say(f"{one.jti} {one.type} alert {one.sub}{version} -> {recipients}: {what}{code}")
    for waits in report.pending:
        recipients = ", ".join(f"{to}:{profile}" for to, profile in waits.recipients.items())
        until = iso(instant(waits.expires))
        say(f"{waits.approval} {waits.type} -> {recipients}: waits for another officer until {until}: baken approve")
        for finding in waits.findings:
            say(f"    {finding_text(finding)}")
    for event, due in report.decide_by.items():
        say(f"{event}: the child nears 18, decide on this alert by {due.isoformat()}")
    for item in report.residue:
        say(residue_text(item))
    for flag in report.flags:
        complain(finding_text(flag))
    for finding in report.findings:
        complain(finding_text(finding))
    waiting = f"{len(report.pending)} waiting, " if report.pending else ""
    counts = f"{len(report.acknowledged)} acknowledged, {waiting}{report.refused} refused"
    say(f"{counts}, {len(report.residue)} values in the residue, {len(report.flags)} quality flags")


def report_json(report: Report, states: dict[str, EventState]) -> dict[str, Any]:
    """Return the outcome as plain values."""
    return {
        "events": [
            {
                "alert": one.sub,
                "code": states[one.jti].code,
                "decide_by": due.isoformat() if (due := report.decide_by.get(one.jti)) else None,
                "event": one.jti,
                "outcome": outcome.value if (outcome := states[one.jti].outcome) else None,
                "recalled": list(one.recalled),
                "recipients": dict(one.recipients),
                "state": states[one.jti].state.value,
                "type": one.type,
                "unchanged": one.unchanged,
                "version": one.ver,
            }
            for one in report.acknowledged
        ],
        "findings": [finding.to_json() for finding in report.findings],
        "flags": [flag.to_json() for flag in report.flags],
        "pending": [
            {
                "approval": one.approval,
                "expires": iso(instant(one.expires)),
                "reasons": [finding.to_json() for finding in one.findings],
                "recipients": dict(one.recipients),
                "type": one.type,
            }
            for one in report.pending
        ],
        "refused": report.refused,
        "residue": [item.to_json() for item in report.residue],
    }

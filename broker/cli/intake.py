"""Show what national systems handed in, and what became of every record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from adapters.interface import Reason, ResidueItem
from broker.cli.adapters import residue_text
from broker.cli.output import AsJson, ExitCode, finding_text, print_json, say
from broker.cli.places import As, Home, gateway_of
from broker.gateway.intake.intake import Intake
from broker.gateway.intake.submission import Submission, SubmissionStatus, SubmittedRecord
from contracts.errors import Code
from contracts.findings import Finding
from contracts.quality import Flag, FlagCode


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(intake)


def intake(
    home: Home,
    as_: As,
    submission: Annotated[str | None, typer.Argument(metavar="[SUBMISSION]", help="Id of one submission.")] = None,
    limit: Annotated[int, typer.Option(help="How many submissions to list, the latest first.", min=1)] = 20,
    *,
    residue: Annotated[
        bool, typer.Option("--residue", help="Show the values that no event carries: national data.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what came over HTTP or through the watched folder; with SUBMISSION, every record of it.

    Exit code 1 when the submission was refused.

    Examples:
    `baken intake --home H --as NL-POL`

    `baken intake --home H --as NL-POL SUBMISSION --residue`
    """
    with gateway_of(home, as_) as gateway:
        if submission is None:
            _list(gateway.intake.submissions(limit=limit), as_json=as_json)
            return
        found = gateway.intake.submission(submission)
        if as_json:
            records = [record.to_json(with_residue=residue) for record in _records(gateway.intake, submission)]
            print_json({**found.to_json(), "records": records})
        else:
            _show(found, _records(gateway.intake, submission), residue=residue)
    if found.state is SubmissionStatus.REFUSED:
        raise typer.Exit(ExitCode.REFUSED)


def _records(intake_: Intake, submission: str) -> Iterator[SubmittedRecord]:
    after = 0
    while page := intake_.records(submission, after=after):
        yield from page
        after = page[-1].number


def _list(found: list[Submission], *, as_json: bool) -> None:
    if as_json:
        print_json([one.to_json() for one in found])
        return
    for one in found:
        say(_summary(one))
    if not found:
        say("nothing was handed in")


def _show(found: Submission, records: Iterator[SubmittedRecord], *, residue: bool) -> None:
    for record in records:
        say(f"line {record.line}: {record.state.value}{f' {record.jti} alert {record.sub}' if record.jti else ''}")
        for finding in record.findings:
            say(f"    {finding_text(Finding(**{**finding, 'code': Code(finding['code'])}))}")
        for flag in record.flags:
            said = {name: value for name, value in flag.items() if name not in {"code", "remedy"}}
            say(f"    {finding_text(Flag(code=FlagCode(flag['code']), **said))}")
        if record.residue_count and not residue:
            say(f"    {record.residue_count} values in the residue")
        for item in record.residue if residue else ():
            say(f"    {residue_text(ResidueItem(**{**item, 'reason': Reason(item['reason'])}))}")
    say(_summary(found))


def _summary(one: Submission) -> str:
    created = one.to_json()["created"]
    counts = {"acknowledged": one.acknowledged, "unchanged": one.unchanged, "refused": one.refused}
    counts["values in the residue"] = one.residue
    shown = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    return f"{one.id} {created} {one.source.value} {one.adapter} {one.state.value}: {shown or 'no record so far'}"

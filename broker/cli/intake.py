"""Show what national systems handed in, and what became of every record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import typer

from broker.cli.output import AsJson, ExitCode, print_json, say, table
from broker.cli.places import As, Home, gateway_of
from broker.gateway.intake.intake import Intake
from broker.gateway.intake.submission import Submission, SubmissionStatus, SubmittedRecord


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
    counts = ("decided", "acknowledged", "unchanged", "refused", "residue")
    table(
        "Submissions",
        ("submission", "created", "source", "adapter", "state", *counts),
        [
            (one.id, one.to_json()["created"], one.source, one.adapter, one.state, *(getattr(one, c) for c in counts))
            for one in found
        ],
    )


def _show(found: Submission, records: Iterator[SubmittedRecord], *, residue: bool) -> None:
    say(f"{found.id} from {found.source.value}, {found.adapter}: {found.state.value}")
    counts: Counter[str] = Counter()
    for record in records:
        counts[record.state.value] += 1
        say(f"line {record.line}: {record.state.value}{f' {record.jti} alert {record.sub}' if record.jti else ''}")
        for finding in record.findings:
            place = finding["field"] or finding["path"]
            say(f"    {finding['code']} line {finding['line']}, {place}: {finding['rule']}. {finding['remedy']}")
        if record.residue_count and not residue:
            say(f"    {record.residue_count} values in the residue")
        for item in record.residue if residue else ():
            say(f"    residue {item['field']}: {item['reason']} ({item['rule']}): {item['value']}")
    say(", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no record was decided yet")

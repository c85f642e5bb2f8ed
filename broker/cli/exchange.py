"""Start and stop a local exchange, and say what is wrong with it."""

from __future__ import annotations

from typing import Annotated, Self

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from broker.cli.output import AsJson, ExitCode, complain, complaints, print_json, say, table
from broker.cli.places import Home
from broker.embedded import doctor as checks
from broker.embedded import exchange
from broker.embedded.home import DEFAULT_PARTICIPANTS
from broker.topology.model import Compaction


class Steps:
    """Show long steps as they go; on no terminal, one line as each step completes."""

    def __init__(self) -> None:
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=complaints,
            disable=not complaints.is_terminal,
        )
        self._tasks: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def __call__(self, step: str, done: int, total: int, /) -> None:
        """Take note that `done` of `total` parts of `step` are complete."""
        if not complaints.is_terminal:
            if done == total:
                complaints.print(f"  {step}", markup=False)
            return
        if step not in self._tasks:
            self._tasks[step] = self._bars.add_task(step, total=total)
        self._bars.update(self._bars.task_ids[list(self._tasks).index(step)], completed=done, total=total)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(up)
    app.command()(down)
    app.command()(doctor)


def up(
    home: Home,
    participants: Annotated[str, typer.Option(help="Comma-separated participants, the auditor among them.")] = ",".join(
        DEFAULT_PARTICIPANTS
    ),
    compaction: Annotated[
        Compaction, typer.Option(help="`test` erases within seconds instead of hours; for trials only.")
    ] = Compaction.PRODUCTION,
    *,
    detach: Annotated[bool, typer.Option("--detach", help="Return once it is up; `baken down` stops it.")] = False,
) -> None:
    """Start a local exchange and keep it up until Ctrl-C or `baken down`.

    Kafka, broker, checkpointer and one gateway per participant, each a process of its own, with mutual
    TLS and access rules. A home that exists is used as it is; what a crash left is recovered.

    Examples:
    `baken up --home /tmp/exchange`

    `baken up --home /tmp/exchange --detach`
    """
    with Steps() as steps:
        running = exchange.up(
            home, participants=_split(participants), compaction=compaction, detach=detach, progress=steps
        )
    say(f"The exchange is up at {home} (Kafka at {running.bootstrap}).")
    for participant in running.home.gateways:
        say(f"  {participant:8} {running.home.url(participant)}, certificates in {running.home.clients(participant)}")
    if detach:
        say(f"Stop it with: baken down --home {home}")
        return
    say("Ctrl-C, or `baken down` from another terminal, stops it.")
    running.wait()
    say("The exchange is down.")


def down(home: Home) -> None:
    """Stop a local exchange, in order, and leave its data.

    Example: `baken down --home /tmp/exchange`
    """
    stopped = exchange.down(home)
    say("The exchange is down." if stopped else "No exchange was running there.")


def doctor(home: Home, *, as_json: AsJson = False) -> None:
    """Check this installation and say what is wrong and what to do. Exit code 1 when a check fails.

    Example: `baken doctor --home /tmp/exchange`
    """
    found = checks.doctor(home)
    if as_json:
        print_json([check.to_json() for check in found])
    else:
        table(
            f"Checks of {home}",
            ("check", "state", "found", "remedy"),
            [(check.name, check.state, check.found, check.remedy) for check in found],
        )
    failed = [check for check in found if check.state == "failed"]
    if failed:
        complain(f"{len(failed)} of {len(found)} checks failed")
        raise typer.Exit(ExitCode.REFUSED)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())

"""Plan and apply what exists on Kafka: topics, settings, access rules, quotas."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from broker.cli.output import AsJson, ExitCode, complain, print_json, say
from broker.cli.places import Home
from broker.embedded import home as homes
from broker.topology.plan import Plan, plan
from contracts.errors import LogUnavailable

app = typer.Typer(
    help="What exists on Kafka, by deploy/kafka/topology.toml: topics, settings, access rules, quotas.",
    no_args_is_help=True,
)
AGAIN_SECONDS = 1.0

# Every function imports the cluster itself: it brings Kafka's administration client, which others need not load.

Wait = Annotated[float, typer.Option(help="Seconds to wait for Kafka to answer.", min=0)]


@app.command("plan")
def plan_(home: Home, wait: Wait = 0.0, *, as_json: AsJson = False) -> None:
    """Show what `apply` would change. Exit code 1 when something cannot be changed in place.

    Example: `baken topology plan --home H`
    """
    from broker.topology import cluster  # noqa: PLC0415 - see above

    present = homes.load(home)
    _wait(present, wait)
    with cluster.connect(present.operator_log()) as session:
        changes = plan(present.desired(homes.topology()), session.state())
    _show(changes, as_json=as_json, done=False)


@app.command()
def apply(home: Home, wait: Wait = 0.0, *, as_json: AsJson = False) -> None:
    """Make every change that `plan` shows; a second call changes nothing. Topics that the file does not name stay.

    Example: `baken topology apply --home H`
    """
    from broker.topology import cluster  # noqa: PLC0415 - see above

    present = homes.load(home)
    _wait(present, wait)
    _show(cluster.apply(present.operator_log(), present.desired(homes.topology())), as_json=as_json, done=True)


def _wait(home: homes.Home, seconds: float) -> None:
    from broker.topology import cluster  # noqa: PLC0415 - see above

    deadline = time.monotonic() + seconds
    while True:
        try:
            with cluster.connect(home.operator_log()) as session:
                session.identify()
        except LogUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(AGAIN_SECONDS)
        else:
            return


def _show(changes: Plan, *, as_json: bool, done: bool) -> None:
    if as_json:
        shown: dict[str, Any] = {"applied": done, "changes": changes.changes, "lines": changes.lines()}
        print_json(shown)
    else:
        for line in changes.lines():
            say(line)
        say(f"{changes.changes} changes{' made' if done else ''}")
    if changes.blocked:
        complain("what is blocked Kafka cannot change in place: make a new topic and move its readers")
        raise typer.Exit(ExitCode.REFUSED)

"""Let a version of an event type come or go: change lines of the trust list, sign and publish the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from broker.cli.output import AsJson, print_json, say
from broker.cli.places import Home, now
from broker.embedded import home as homes
from broker.embedded import lock, pki
from broker.trust.lines import with_version, without_version
from broker.trust.models import ListedParticipant
from contracts.errors import UsageError
from contracts.events import spec

app = typer.Typer(help="Change what participants may issue and receive.", no_args_is_help=True)

Version = Annotated[str, typer.Argument(metavar="VERSION", help="An event type with its version, as suspect-alert.v2.")]
Participants = Annotated[list[str], typer.Argument(metavar="PARTICIPANT...", help="Whose lines change.")]


@app.command()
def allow(
    version: Version,
    participants: Participants,
    home: Home,
    *,
    receive_only: Annotated[bool, typer.Option("--receive-only", help="Receive it, and issue it later.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let participants have VERSION beside the version of that type that they have; with the same profile.

    Hub and auditors run a release with VERSION before; recipients come before issuers. Where the exchange is up
    the next list is in force at once.

    Examples:
    `baken trust allow --home H suspect-alert.v2 DE-BKA BE-FGP --receive-only`

    `baken trust allow --home H suspect-alert.v2 NL-POL`
    """
    event_type = spec(version).type
    _change(home, participants, lambda line: with_version(line, event_type, issue=not receive_only), as_json=as_json)


@app.command()
def retire(
    version: Version,
    participants: Participants,
    home: Home,
    *,
    issue_only: Annotated[
        bool, typer.Option("--issue-only", help="Issue it no more, and receive what is on its way.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take VERSION out of lines: first of what participants issue, later of what they receive.

    Examples:
    `baken trust retire --home H suspect-alert.v1 NL-POL DE-BKA --issue-only`

    `baken trust retire --home H suspect-alert.v1 NL-POL DE-BKA BE-FGP`
    """
    _change(home, participants, lambda line: without_version(line, version, receive=issue_only), as_json=as_json)


def _change(
    home: Path,
    participants: Sequence[str],
    change: Callable[[ListedParticipant], ListedParticipant],
    *,
    as_json: bool,
) -> None:
    present = homes.load(home)
    strange = set(participants) - set(present.participants)
    if strange:
        raise UsageError(f"not on the trust list of {home}: {', '.join(sorted(strange))}")
    before, after = pki.relist(present, lambda line: change(line) if line.id in participants else line, now=now())
    published = after.version > before.version and lock.is_held(present.lock)
    if published:
        from broker.embedded import operator  # noqa: PLC0415 (Kafka's clients: 0.3 s for every command otherwise)

        asyncio.run(operator.publish_once(present, now))
    if as_json:
        print_json({"changed": after.version > before.version, "published": published, "version": after.version})
    elif after.version == before.version:
        say(f"Nothing to change: version {after.version} of the trust list says so already.")
    else:
        then = "is in force" if published else "is in force with the next `baken up`"
        say(f"Version {after.version} of the trust list {then}.")

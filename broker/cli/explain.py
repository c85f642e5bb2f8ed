"""Explain section by section what a participant sees of an event, and which rule decided."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from adapters import interface
from broker.cli.adapters import read_input
from broker.cli.output import AsJson, ExitCode, complain, finding_text, print_json, say
from broker.cli.places import As, Home, gateway_of, now
from broker.gateway.explaining import Explanation
from broker.gateway.gateway import Gateway
from contracts.errors import UsageError
from contracts.explain import Changes, Verdict, read_changes

_SHOWN = {
    Verdict.SEEN: "seen",
    Verdict.NOT_SEEN: "not seen",
    Verdict.UNTOLD: "untold",
}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(explain)


def explain(
    home: Home,
    as_: As,
    event: Annotated[
        str | None, typer.Argument(metavar="[EVENT]", help="Id of an event that you published or received.")
    ] = None,
    for_: Annotated[
        str | None, typer.Option("--for", metavar="PARTICIPANT", help="Who would see it; of what you received, you.")
    ] = None,
    draft: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A national file instead of an event; nothing is published.")
    ] = None,
    adapter: Annotated[str | None, typer.Option(help="Format of FILE; without it, the gateway's own.")] = None,
    to: Annotated[
        list[str] | None, typer.Option(metavar="PARTICIPANT:PROFILE", help="Recipients of FILE instead of the routes.")
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option("--what-if", metavar="NAME=VALUE", help="Suppose another profile, purpose, age or condition."),
    ] = None,
    section: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Show these sections alone.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say section by section what PARTICIPANT sees of EVENT, and which rule of the policy decided.

    Names sections, codes and rules, never content. Exit code 1 when a record of FILE has no event to explain.

    Examples:
    `baken explain EVENT --for DE-BKA --home H --as NL-POL`

    `baken explain EVENT --for BE-FGP --home H --as NL-POL --what-if profile=liaison --what-if age=16`

    `baken explain --draft victims.csv --adapter nl-csv --for DE-BKA --home H --as NL-POL --json`
    """
    if (event is None) is (draft is None):
        raise UsageError("name an event, or a file with --draft")
    changes = read_changes(what_if or ())
    with gateway_of(home, as_) as gateway:
        if event is not None:
            explained = [gateway.explainer.event(event, for_, gateway.trust_memory.current(), changes)]
            refused = False
        else:
            explained, refused = _drafts(gateway, draft or Path("-"), adapter, to, for_, changes)
    if as_json:
        print_json([one.to_json() for one in explained])
    else:
        for one in explained:
            _show(one, section or ())
    if refused:
        raise typer.Exit(ExitCode.REFUSED)


def _drafts(
    gateway: Gateway,
    file: Path,
    adapter: str | None,
    to: Sequence[str] | None,
    for_: str | None,
    changes: Changes,
) -> tuple[list[Explanation], bool]:
    """Explain every record of a file; tell whether there was one that makes no event."""
    explained, refused = [], False
    trust = gateway.trust_memory.current()
    translator = interface.find(adapter or gateway.settings.adapter)
    for record in translator.decode(read_input(file), on=now().date()):
        if record.draft is None:
            refused = True
            for finding in record.findings:
                complain(finding_text(finding))
            continue
        explained.append(
            gateway.explainer.draft(
                record.draft, for_, trust, actor=gateway.pseudonym(None), recipients=to, changes=changes
            )
        )
    return explained, refused


def _show(one: Explanation, sections: Sequence[str]) -> None:
    """Print an explanation for a person: what is seen first, in lines that do not depend on the terminal."""
    profile = f"as {one.profile}" if one.profile else "without a profile"
    supposed = ", supposed" if one.changed else ""
    minor = one.minor.value if one.minor else "not stated"
    say(f"{one.event or 'draft'} {one.type} for {one.to} {profile}: purpose {one.purpose}, minor {minor}{supposed}")
    shown = [line for line in one.lines if not sections or line.section in sections]
    for verdict, words in _SHOWN.items():
        for line in shown:
            if line.verdict is verdict:
                say(f"  {words:<9} {line.section:<14} {line.why} [{line.rule}]")
    absent = [line.section for line in shown if line.verdict is Verdict.ABSENT]
    if absent:
        say(f"  absent    {', '.join(absent)}")
    for words in one.handling if not sections or "handling" in sections else ():
        say(f"  handling: {words}")
    if not one.addressed and one.profile:
        say(f"  {one.to} is not addressed: this is what it would see")
    for fault in one.refused:
        say(f"  it could not be sent so: {fault}")

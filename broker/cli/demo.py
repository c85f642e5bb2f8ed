"""Run the main job on a real Kafka and tell what each party saw."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from broker.cli import main_job
from broker.cli.exchange import Steps
from broker.cli.main_job import BORDER, LIAISON, Outcome
from broker.cli.output import AsJson, ExitCode, complain, console, finding_text, print_json, say, table
from broker.embedded import exchange, jars
from broker.topology.model import Compaction
from contracts.encoding import encode_base64url

SHOWN_VALUES = 6
SHOWN_CHARACTERS = 60
"""How much of a section's content the tables show."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(demo)


def demo(
    home: Annotated[Path | None, typer.Option(help="Folder for the exchange; without it, a temporary one.")] = None,
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the exchange's folder behind.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run the main job on an embedded Kafka: files in, alerts out, an erasure, an audit. All data is synthetic.

    Exit code 1 when a promise did not hold.

    Examples:
    `baken demo`

    `baken demo --keep --home /tmp/exchange --json`
    """
    began = time.monotonic()
    folder = home or Path(tempfile.mkdtemp(prefix="baken-demo-"))
    try:
        with Steps() as steps, exchange.up(folder, compaction=Compaction.TEST, progress=steps):
            outcome = main_job.run(folder, steps)
    finally:
        if not keep and home is None:
            shutil.rmtree(folder, ignore_errors=True)
    seconds = time.monotonic() - began
    version = jars.kafka_version(jars.locked())
    if as_json:
        print_json(_as_json(outcome, version, seconds))
    else:
        _show(outcome, version, seconds)
        if keep or home is not None:
            say(f"The exchange's folder is left at {folder}: baken up --home {folder}")
    if not outcome.passed:
        raise typer.Exit(ExitCode.REFUSED)


def _show(outcome: Outcome, version: str, seconds: float) -> None:
    say(f"Apache Kafka {version}, mutual TLS, access rules on, deny by default")
    published = ", ".join(f"{count} {kind}" for kind, count in outcome.alerts.items())
    say(f"Published {published}: {outcome.recipients} deliveries, {outcome.receipts} signed receipts")
    say(f"Approved by a second officer (here the demo, under another name): {outcome.approved}")
    say(f"Residue: {outcome.residue} national values found no home, were coarsened or look suspicious\n")
    _side_by_side("One suspect alert", outcome.suspect)
    _side_by_side("One victim alert", outcome.victim)
    if outcome.care is not None:
        table(
            "One victim alert at NL-CARE (care)",
            ("section", "content"),
            [(k, _cut(v)) for k, v in sorted(outcome.care.items())],
        )
    say("Refused, the 99 others of its file went on:")
    for finding in outcome.findings:
        complain(f"  {finding_text(finding)}")
    erased, audit = outcome.erased, outcome.audit
    if erased is not None:
        say(f"\nErased alert {erased.alert}: {erased.state} after {erased.seconds:.1f} s")
        for delivery in erased.receipts:
            say(f"  {delivery.to}: signed receipt, {delivery.erasure}")
        say(
            f"  sealed copies left in feeds: {erased.feed_copies_left}; "
            f"names left in any file: {erased.plain_copies_left}"
        )
    if audit is not None:
        verdict = "verified" if audit.verified else "NOT VERIFIED"
        say(f"\nAudit: {verdict}, {audit.leaves} leaves, root {encode_base64url(audit.root)}")
        say(
            f"  {audit.signed} leaves signed by {audit.checkpoints} checkpoints, "
            f"{audit.reverified} decisions judged again"
        )
    say("")
    for check in outcome.checks:
        console.print(f"  {'[green]held[/]' if check.held else '[red]BROKEN[/]'}  {check.promise}")
    broken = sum(not check.held for check in outcome.checks)
    say(f"\n{len(outcome.checks) - broken} of {len(outcome.checks)} promises held, {seconds:.0f} s")


def _side_by_side(title: str, seen: Any) -> None:
    shown = Table(title=title, title_justify="left", header_style="bold", show_lines=True)
    shown.add_column("section")
    for participant, profile in ((LIAISON, "liaison"), (BORDER, "border")):
        shown.add_column(f"{participant} ({profile})", overflow="fold", ratio=1)
    for section in sorted({*seen[LIAISON], *seen[BORDER]}):
        shown.add_row(section, *(_cut(seen[one].get(section)) for one in (LIAISON, BORDER)))
    console.print(shown)


def _cut(content: Any) -> str:
    """Show the first values of a section, one a line; a closed section says so."""
    if content is None:
        return "closed"
    lines = list(_values("", content))
    more = [f"and {len(lines) - SHOWN_VALUES} more"] if len(lines) > SHOWN_VALUES else []
    return "\n".join([*lines[:SHOWN_VALUES], *more])


def _values(path: str, content: Any) -> Iterator[str]:
    if isinstance(content, Mapping):
        for name, value in content.items():
            yield from _values(f"{path}.{name}" if path else name, value)
    elif isinstance(content, list) and any(isinstance(value, (Mapping, list)) for value in content):
        for value in content:
            yield from _values(path, value)
    else:
        text = ", ".join(map(str, content)) if isinstance(content, list) else str(content)
        short = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
        yield f"{path.rpartition('.')[2]}: {short}"


def _as_json(outcome: Outcome, version: str, seconds: float) -> dict[str, Any]:
    erased = outcome.erased
    return {
        "alerts": dict(outcome.alerts),
        "approved": outcome.approved,
        "audit": outcome.audit.to_json() if outcome.audit else None,
        "care": outcome.care,
        "checks": [{"held": check.held, "promise": check.promise} for check in outcome.checks],
        "deliveries": outcome.recipients,
        "erasure": erased
        and {
            "alert": erased.alert,
            "feed_copies_left": erased.feed_copies_left,
            "plain_copies_left": erased.plain_copies_left,
            "receipts": {delivery.to: delivery.erasure for delivery in erased.receipts},
            "state": erased.state,
        },
        "kafka": version,
        "passed": outcome.passed,
        "receipts": outcome.receipts,
        "refused": [finding.to_json() for finding in outcome.findings],
        "residue": outcome.residue,
        "seconds": round(seconds, 1),
        "suspect": outcome.suspect,
        "victim": outcome.victim,
    }

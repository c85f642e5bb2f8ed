"""Replay, verify and export the audit log, with the auditor's own certificate and nobody's permission."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from broker.audit.export import write_export
from broker.audit.replay import load_trust, replay
from broker.audit.report import AuditResult
from broker.cli import audit_proof, audit_report
from broker.cli.audit_source import AuditorOption, FileOption, HomeOption, RootsOption, auditing
from broker.cli.output import AsJson, ExitCode, complain, print_json, say, table
from broker.cli.places import now
from contracts.encoding import encode_base64url

app = typer.Typer(help="What an auditor can prove from the log, without seeing content.", no_args_is_help=True)
app.command()(audit_proof.prove)
app.command()(audit_report.report)
app.command("check-proof")(audit_proof.check_proof_file)


@app.command()
def verify(
    home: HomeOption = None,
    as_: AuditorOption = None,
    file: FileOption = None,
    roots: RootsOption = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Rebuild the tree, compare it with every checkpoint, judge every decision again. Exit code 1 if anything differs.

    Examples:
    `baken audit verify --home H`

    `baken audit verify --file audit.jsonl --roots H/trust/roots.json`
    """
    result = asyncio.run(examine(home, as_, file, roots, quiet=as_json))
    if as_json:
        print_json(result.to_json())
    else:
        show_verdict(result)
    if not result.verified:
        raise typer.Exit(ExitCode.REFUSED)


@app.command("replay")
def replay_(
    home: HomeOption = None,
    as_: AuditorOption = None,
    file: FileOption = None,
    roots: RootsOption = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Replay the log: who sent what kind of event to whom, why and on what basis, and which erasures are complete.

    Directive (EU) 2016/680 art. 25 asks these questions.

    Example: `baken audit replay --home H`
    """
    result = asyncio.run(examine(home, as_, file, roots, quiet=as_json))
    if as_json:
        print_json(result.to_json())
    else:
        show_disclosures(result)
        audit_report.show_clocks(result.clocks)
        show_erasures(result)
        show_verdict(result)
    if not result.verified:
        raise typer.Exit(ExitCode.REFUSED)


@app.command()
def export(
    home: Annotated[Path, typer.Option("--home", help="Folder of the exchange.")],
    out: Annotated[Path, typer.Option("--out", help="File to write.")],
    as_: AuditorOption = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write audit log, checkpoints and trust documents to a file that verifies without the exchange.

    Example: `baken audit export --home H --out audit.jsonl`
    """

    async def run() -> None:
        async with auditing(home, as_, None, None, quiet=as_json) as audited:
            written = await write_export(audited.log, audited.topics, out)
        if as_json:
            print_json({"chain": written.chain, "counts": written.counts, "file": str(out)})
        else:
            say(f"{sum(written.counts.values())} records written to {out}")
            say(f"chain {written.chain}: hand it over by another way than the file")

    asyncio.run(run())


async def examine(
    home: Path | None, as_: str | None, file: Path | None, roots: Path | None, *, quiet: bool = True
) -> AuditResult:
    """Replay the log of `home`, or the export `file`; without `quiet`, progress is drawn on a terminal."""
    async with auditing(home, as_, file, roots, quiet=quiet) as audited:
        store = await load_trust(audited.log, audited.topics, audited.roots)
        return await replay(audited.log, store, topics=audited.topics, now=now(), known=audited.known)


def show_verdict(result: AuditResult) -> None:
    """Print whether the log is whole and true, and what is not."""
    for finding in result.findings:
        place = " ".join(
            f"{name} {value}"
            for name, value in (("offset", finding.offset), ("leaf", finding.index), ("line", finding.line))
            if value is not None
        )
        line = f"{finding.code.value} {place}: {finding.detail}"
        if finding.remark:
            say(f"remark: {line}")
        else:
            complain(line)
    say(
        f"{'verified' if result.verified else 'NOT VERIFIED'}: {result.leaves} leaves, {result.signed} signed by "
        f"{result.checkpoints} checkpoints, root {encode_base64url(result.root)}"
    )
    decisions = ", ".join(f"{count} {name}" for name, count in sorted(result.decisions.items())) or "none"
    say(
        f"decisions: {decisions}; {result.reverified} judged again; {result.void} void leaves; "
        f"{result.gaps} numbers skipped"
    )
    if result.clocks:
        counts = {name: sum(getattr(line, name) for line in result.clocks) for name in ("in_time", "late", "overdue")}
        asked = sum(line.asked for line in result.clocks)
        say(
            f"requests: {asked} with a time limit, {counts['in_time']} answered in time, {counts['late']} late, "
            f"{counts['overdue']} overdue"
        )


def show_disclosures(result: AuditResult) -> None:
    """Print who sent what to whom, and why."""
    table(
        "Disclosures",
        ("from", "to", "profile", "type", "purpose", "basis", "count"),
        [
            (line.iss, line.to, line.profile, line.type, line.purpose, " ".join(line.basis), line.count)
            for line in result.disclosures
        ],
    )


def show_erasures(result: AuditResult) -> None:
    """Print orders to erase and what came back."""
    table(
        "Erasures",
        ("from", "alert", "due", "received", "state"),
        [
            (
                line.iss,
                line.sub,
                " ".join(line.due),
                " ".join(line.received),
                "complete" if line.complete else ("overdue" if line.overdue else "open"),
            )
            for line in result.erasures
        ],
    )

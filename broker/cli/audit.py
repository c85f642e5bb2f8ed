"""Replay, verify and export the audit log, with the auditor's own certificate and nobody's permission."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from broker.audit.export import ExportLog, write_export
from broker.audit.replay import load_trust, replay
from broker.audit.report import AuditResult
from broker.cli.output import AsJson, ExitCode, complain, print_json, say, table
from broker.cli.places import auditor_of, now
from broker.embedded import home as homes
from broker.transport.kafka_log import KafkaLog
from broker.trust.roots import Roots
from contracts.encoding import encode_base64url
from contracts.errors import UsageError
from contracts.identifiers import Topics

app = typer.Typer(help="What an auditor can prove from the log, without seeing content.", no_args_is_help=True)

HomeOption = Annotated[Path | None, typer.Option("--home", help="Folder of the exchange.")]
AuditorOption = Annotated[
    str | None, typer.Option("--as", metavar="PARTICIPANT", help="The auditor; without it, the only one of the home.")
]
FileOption = Annotated[Path | None, typer.Option("--file", help="An export to read instead of the log.")]
RootsOption = Annotated[
    Path | None, typer.Option("--roots", help="roots.json that the trust lists must be signed with.")
]


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
    result = asyncio.run(examine(home, as_, file, roots))
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
    result = asyncio.run(examine(home, as_, file, roots))
    if as_json:
        print_json(result.to_json())
    else:
        show_disclosures(result)
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
    settings = auditor_of(home, as_)

    async def run() -> None:
        async with KafkaLog(settings.log, settings.instance) as log:
            written = await write_export(log, Topics(settings.environment), out)
        if as_json:
            print_json({"chain": written.chain, "counts": written.counts, "file": str(out)})
        else:
            say(f"{sum(written.counts.values())} records written to {out}")
            say(f"chain {written.chain}: hand it over by another way than the file")

    asyncio.run(run())


async def examine(home: Path | None, as_: str | None, file: Path | None, roots: Path | None) -> AuditResult:
    """Replay the log of `home`, or the export `file`."""
    if file is not None:
        source = ExportLog(file)
        store = await load_trust(source, source.topics, Roots.load(_roots(home, roots)))
        return await replay(source, store, topics=source.topics, now=now(), known=source.findings)
    if home is None:
        raise UsageError("give --home, or --file with --roots")
    settings = auditor_of(home, as_)
    topics = Topics(settings.environment)
    async with KafkaLog(settings.log, settings.instance) as log:
        store = await load_trust(log, topics, Roots.load(roots or settings.trust.roots))
        return await replay(log, store, topics=topics, now=now())


def _roots(home: Path | None, roots: Path | None) -> Path:
    if roots is not None:
        return roots
    if home is None:
        raise UsageError("give --roots: an export proves nothing by the lists that it brings itself")
    return homes.load(home).trust / "roots.json"


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

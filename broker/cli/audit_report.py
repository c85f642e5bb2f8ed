"""Report who sent what to whom, when, why and on what basis, for a period, a participant or an alert."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from broker.audit.art25 import Art25Report
from broker.audit.art25 import report as make_report
from broker.audit.figures import Clocked
from broker.audit.page import render
from broker.audit.replay import load_trust
from broker.audit.scope import Scope
from broker.cli.audit_source import AuditorOption, FileOption, HomeOption, RootsOption, auditing, save
from broker.cli.output import AsJson, ExitCode, print_json, say, table
from broker.cli.places import now
from contracts.encoding import encode_base64url

SHOWN_DAYS = 31


def report(
    home: HomeOption = None,
    as_: AuditorOption = None,
    file: FileOption = None,
    roots: RootsOption = None,
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="First day, in UTC.")
    ] = None,
    to: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help="Last day, in UTC.")
    ] = None,
    participant: Annotated[
        str | None, typer.Option("--participant", help="Only what this participant sent or received.")
    ] = None,
    alert: Annotated[str | None, typer.Option("--alert", help="Only events of this alert.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write a printable page to this file.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Answer the questions of Directive (EU) 2016/680 art. 25. Exit code 1 when the log does not verify.

    Examples:
    `baken audit report --home H --from 2026-11-01 --to 2026-11-30`

    `baken audit report --home H --participant DE-BKA --html report.html`

    `baken audit report --file audit.jsonl --roots roots.json --json`
    """
    scope = Scope(
        start=from_.date() if from_ else None, end=to.date() if to else None, participant=participant, alert=alert
    )

    async def run() -> Art25Report:
        async with auditing(home, as_, file, roots, quiet=as_json) as audited:
            store = await load_trust(audited.log, audited.topics, audited.roots)
            return await make_report(
                audited.log, store, topics=audited.topics, now=now(), scope=scope, known=audited.known
            )

    made = asyncio.run(run())
    if html is not None:
        save(html, render(made).encode())
    if as_json:
        print_json(made.to_json())
    elif html is None:
        _show(made)
    else:
        say(f"written to {html}: {'verified' if made.result.verified else 'NOT VERIFIED'}")
    if not made.result.verified:
        raise typer.Exit(ExitCode.REFUSED)


def show_clocks(lines: Sequence[Clocked]) -> None:
    """Print what had to be answered within a time, if anything had."""
    if lines:
        heads = ("answers", "limit", "asked", "in time", "late", "overdue", "open", "ended", "refused")
        table(
            "Requests",
            (*heads, "median s", "longest s"),
            [
                (
                    *(c.to, f"{c.period}, {c.article}", c.asked, c.in_time, c.late, c.overdue, c.open, c.ended),
                    *(c.refused, c.median, c.longest),
                )
                for c in lines
            ],
        )


def _show(made: Art25Report) -> None:
    acts, result = made.activities, made.result
    table(
        "Operations (Directive (EU) 2016/680 art. 25)",
        ("operation", "count", "what is counted"),
        [(one.name, one.count, one.meaning) for one in made.operations()],
    )
    table(
        f"Days, the last {SHOWN_DAYS} with events",
        ("day", "new", "updates", "withdrawals", "orders", "messages", "receipts", "disclosed", "refused"),
        [
            (d.day, d.new, d.updates, d.withdrawals, d.orders, d.messages, d.receipts, d.disclosed, d.refused)
            for d in acts.days[-SHOWN_DAYS:]
        ],
    )
    table(
        "Disclosures",
        ("from", "to", "profile", "type", "purpose", "basis", "count"),
        [(d.iss, d.to, d.profile, d.type, d.purpose, " ".join(d.basis), d.count) for d in acts.disclosures],
    )
    table("Sections opened", ("section", "profile", "count"), [(o.section, o.profile, o.count) for o in acts.opened])
    table(
        "Conditions and urgency",
        ("code", "count"),
        [(one.name, one.count) for one in (*acts.conditions, *acts.urgency)],
    )
    table(
        "Receipts",
        ("recipient", "due", "in time", "late", "missing", "open", "ended", "median s", "longest s"),
        [(a.to, a.due, a.in_time, a.late, a.missing, a.open, a.ended, a.median, a.longest) for a in acts.answers],
    )
    show_clocks(acts.clocks)
    if acts.looked:
        table(
            "Consultations",
            ("by", "why", "from", "alert", "count", "persons"),
            [(one.by, one.why, one.iss, one.alert, one.count, one.persons) for one in acts.looked],
        )
    table(
        "Erasures",
        ("ordered", "complete", "late", "open", "overdue", "median s", "longest s"),
        [(t.ordered, t.complete, t.late, t.open, t.overdue, t.median, t.longest) for t in (acts.times,)],
    )
    table("Refusals", ("from", "code", "count"), [(r.iss, r.code, r.count) for r in acts.refusals])
    if acts.disorder:
        table("Order", ("what", "count"), sorted(acts.disorder.items()))
    if acts.lines:
        table(
            "Events of the alert",
            ("from", "actor", "event", "type", "purpose", "to", "code"),
            [(e.iss, e.actor, e.jti, e.type, e.purpose, " ".join(e.to), e.code) for e in acts.lines],
        )
    say(
        f"{'verified' if result.verified else 'NOT VERIFIED'}: {result.leaves} leaves, {result.signed} signed, "
        f"root {encode_base64url(result.root)}"
    )

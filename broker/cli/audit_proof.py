"""Prove one event by a small file, and check such a file without the exchange."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from broker.audit.proof import MAX_PROOF_BYTES, encode_proof
from broker.audit.proof_check import ProofVerdict, check_proof
from broker.audit.prove import prove as make_proof
from broker.audit.replay import load_trust
from broker.cli.audit_source import AuditorOption, FileOption, HomeOption, RootsOption, auditing, roots_of, save
from broker.cli.output import AsJson, ExitCode, complain, print_json, say, table
from broker.trust.roots import Roots
from contracts.encoding import encode_base64url
from contracts.errors import UsageError


def prove(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="Event id, or ISSUER/ID.")],
    out: Annotated[Path, typer.Option("--out", help="File to write.")],
    home: HomeOption = None,
    as_: AuditorOption = None,
    file: FileOption = None,
    roots: RootsOption = None,
    *,
    erasure: Annotated[
        bool, typer.Option("--erasure", help="Also prove the orders to erase it and the recipients' receipts.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a file that proves one event: what was signed, admitted and disclosed to whom, under a signed checkpoint.

    It verifies offline with the root keys alone: `check-proof`, or docs/check_proof.py without Baken.

    Examples:
    `baken audit prove 01a20846-fe00-75b1-a522-4a58b791f1d8 --home H --out proof.json`

    `baken audit prove NL-POL/01a20846-fe00-75b1-a522-4a58b791f1d8 --file audit.jsonl --roots roots.json --out p.json`
    """
    issuer, _, jti = event.rpartition("/")

    async def run() -> tuple[bytes, Roots]:
        async with auditing(home, as_, file, roots, quiet=as_json) as audited:
            store = await load_trust(audited.log, audited.topics, audited.roots)
            proof = await make_proof(
                audited.log, store, topics=audited.topics, event=jti, issuer=issuer or None, erasure=erasure
            )
            return encode_proof(proof), audited.roots

    data, known = asyncio.run(run())
    verdict = check_proof(data, known)
    if verdict.verified:
        save(out, data)
    else:
        complain("this log does not prove the event: `baken audit verify` says where it is damaged")
    _show(verdict, as_json=as_json, written=out)


def check_proof_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Proof file.")],
    roots: RootsOption = None,
    home: HomeOption = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check a proof file offline: trust list, checkpoint, inclusion, certificate, signature, digests.

    Every check is listed with its result. Exit code 1 when one does not hold.

    Example: `baken audit check-proof proof.json --roots roots.json`
    """
    known = Roots.load(roots_of(home, roots))
    _show(check_proof(_read(file), known), as_json=as_json)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_PROOF_BYTES + 1)
    except OSError as fault:
        raise UsageError(f"cannot read {path}: {fault.strerror}") from fault


def _show(verdict: ProofVerdict, *, as_json: bool, written: Path | None = None) -> None:
    if as_json:
        print_json({**verdict.to_json(), "file": str(written) if written and verdict.verified else None})
    else:
        _show_checks(verdict)
        if written and verdict.verified:
            say(f"written to {written}: {written.stat().st_size} bytes")
    if not verdict.verified:
        raise typer.Exit(ExitCode.REFUSED)


def _show_checks(verdict: ProofVerdict) -> None:
    table(
        "Checks",
        ("entry", "check", "result", "code", "detail"),
        [
            (
                "file" if check.entry is None else str(check.entry + 1),
                check.name,
                "held" if check.held else "FAILED",
                check.code or "",
                check.detail,
            )
            for check in verdict.checks
        ],
    )
    if not verdict.verified or verdict.head is None:
        complain("NOT VERIFIED: nothing in this file is proven")
        return
    for one in (proven.to_json() for proven in verdict.proven):
        to = ", ".join(f"{line['to']} ({line['profile']}: {' '.join(line['sections'])})" for line in one["audience"])
        say(f"{one['from']} issued {one['type']} {one['event']} on {one['issued']}")
        say(f"  {one['decision']} {one['appended']}, leaf {one['leaf']}, judged by trust list {one['trust']}")
        say(
            f"  purpose {one['purpose']}, basis {' '.join(one['basis'])}, urgency {one['urgency']}; to {to or 'nobody'}"
        )
    head = verdict.head
    say(f"VERIFIED under the checkpoint of size {head.size} of {head.origin}, root {encode_base64url(head.root)}")

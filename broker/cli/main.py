"""Assemble the commands and turn every failure into one clear line and an exit code."""

from __future__ import annotations

import sys
from logging import ERROR

import typer

from broker import logging
from broker.cli import (
    adapters,
    approve,
    audit,
    care,
    demo,
    disclose,
    exchange,
    explain,
    feed,
    intake,
    keys,
    lifecycle,
    messages,
    publish,
    services,
    signal,
    status,
    topology,
    trust,
)
from broker.cli.output import ExitCode, complain, exit_code
from broker.logging import frames_of
from contracts.errors import BakenError

app = typer.Typer(
    name="baken",
    help="Carry alerts against human trafficking between national systems: sign once, disclose least, "
    "erase later, verify always.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

demo.add_to(app)
exchange.add_to(app)
status.add_to(app)
services.add_to(app)
publish.add_to(app)
approve.add_to(app)
feed.add_to(app)
explain.add_to(app)
intake.add_to(app)
lifecycle.add_to(app)
disclose.add_to(app)
messages.add_to(app)
care.add_to(app)
app.add_typer(signal.app, name="signal")
app.add_typer(keys.app, name="keys")
app.add_typer(adapters.app, name="adapter")
app.add_typer(audit.app, name="audit")
app.add_typer(topology.app, name="topology")
app.add_typer(trust.app, name="trust")


def main() -> None:
    """Run the command line; never returns."""
    logging.configure(service="command", instance="cli", level=ERROR)
    try:
        app()
    except BakenError as fault:
        complain(f"baken: {fault}")
        sys.exit(exit_code(fault))
    except Exception as fault:  # noqa: BLE001  # reason: last resort, so that no traceback quotes a record
        complain(f"baken: internal error {type(fault).__name__} at {' '.join(frames_of(fault))}")
        sys.exit(ExitCode.INTERNAL)

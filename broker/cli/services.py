"""Run the long-running services as deployed: `baken broker`, `checkpointer`, `gateway`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from broker.settings import BrokerSettings, CheckpointerSettings, GatewaySettings

# Every function imports the composition root itself: it brings FastStream, which other commands need not wait for.

Config = Annotated[Path, typer.Option("--config", help="TOML file with the settings of this service.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("broker")(run_broker)
    app.command("checkpointer")(run_checkpointer)
    app.command("gateway")(run_gateway)


def run_broker(config: Config) -> None:
    """Run the broker: admit or refuse records, log every decision, deliver. SIGTERM stops it cleanly.

    Example: `baken broker --config H/broker/broker.toml`
    """
    from broker import bootstrap  # noqa: PLC0415 - see above

    bootstrap.run("broker", BrokerSettings.load(config), bootstrap.broker)


def run_checkpointer(config: Config) -> None:
    """Run the checkpointer: sign tree heads over the audit log as it is stored.

    Example: `baken checkpointer --config H/checkpointer/checkpointer.toml`
    """
    from broker import bootstrap  # noqa: PLC0415 - see above

    bootstrap.run("checkpointer", CheckpointerSettings.load(config), bootstrap.checkpointer)


def run_gateway(config: Config) -> None:
    """Run a participant's gateway: relay its outbox, receive, open, answer, erase.

    Example: `baken gateway --config H/NL-POL/gateway.toml`
    """
    from broker import bootstrap  # noqa: PLC0415 - see above

    bootstrap.run("gateway", GatewaySettings.load(config), bootstrap.gateway)

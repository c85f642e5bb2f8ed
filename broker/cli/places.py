"""Find what a command works on: a home, one participant in it, its gateway or its auditor."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from broker.embedded import home as homes
from broker.gateway.gateway import Gateway, open_gateway
from broker.settings import AuditorSettings, GatewaySettings
from contracts.errors import UsageError

Home = Annotated[Path, typer.Option("--home", help="Folder of the exchange: keys, configuration, Kafka, databases.")]
As = Annotated[str, typer.Option("--as", metavar="PARTICIPANT", help="Who you are, as NL-POL.")]


def now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def gateway_of(home: Path, participant: str) -> Gateway:
    """Open the gateway of `participant` in `home`; close it after use.

    Raises:
        UsageError: no such home, or the participant has no gateway there.
    """
    present = homes.load(home)
    if participant not in present.gateways:
        raise UsageError(
            f"--as {participant}: no gateway of that name in {home}; there are {', '.join(present.gateways)}"
        )
    settings = GatewaySettings.load(present.config(participant))
    return open_gateway(settings, clock=now, randomness=os.urandom)


def auditor_of(home: Path, participant: str | None) -> AuditorSettings:
    """Return the settings of the auditor of `home`: `participant`, or the only one there is.

    Raises:
        UsageError: no such home or auditor.
    """
    present = homes.load(home)
    auditors = [one for one in present.participants if one not in present.gateways]
    chosen = participant or (auditors[0] if len(auditors) == 1 else None)
    if chosen not in auditors:
        raise UsageError(f"name an auditor of {home} with --as: {', '.join(auditors) or 'it has none'}")
    return AuditorSettings.load(present.config(chosen))

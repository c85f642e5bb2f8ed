"""Hold what the handlers work with: one object per application, made by the composition root."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from broker.gateway.gateway import Gateway
from broker.gateway.http.changes import Changes, Places
from broker.gateway.http.health import Vitals
from broker.gateway.http.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """A gateway as its HTTP clients reach it. `stop` is set when the process is to end."""

    gateway: Gateway
    vitals: Vitals
    metrics: Metrics
    changes: Changes
    streams: Places
    stop: asyncio.Event


async def _interface(request: Request) -> Interface:
    found = request.app.state.interface
    assert isinstance(found, Interface)  # noqa: S101 - `create` put it there
    return found


Here = Annotated[Interface, Depends(_interface)]

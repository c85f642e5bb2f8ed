"""Show epoch keys: the grants that this participant made and received."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.output import AsJson, print_json, table
from broker.cli.places import As, Home, gateway_of
from broker.gateway.own_keys import KeyEntry
from contracts.identifiers import instant, iso

app = typer.Typer(help="Epoch keys and their grants.", no_args_is_help=True)


@app.callback()
def keys() -> None:
    """Keep `keys list` a command of its own."""


@app.command("list")
def list_keys(
    home: Home,
    as_: As,
    *,
    raw: Annotated[
        bool, typer.Option("--raw", help="Print grants as they stand on the bulletins, as JSON lines.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List grants made and received. The keys themselves are never shown.

    Examples:
    `baken keys list --home H --as DE-BKA`

    `baken keys list --home H --as DE-BKA --raw`
    """
    with gateway_of(home, as_) as gateway:
        found = gateway.grants()
    if raw:
        for key in found:
            if key.value is not None:
                print_json({"key": key.key.decode(), "topic": key.topic, "value": key.value.decode()})
    elif as_json:
        print_json([_as_json(key) for key in found])
    else:
        table(
            f"Epoch keys of {as_}",
            ("kid", "made here", "state", "until"),
            [
                (key.kid, "yes" if key.made_here else "no", _state(key), iso(instant(key.expires * 1000)))
                for key in found
            ],
        )


def _state(key: KeyEntry) -> str:
    if key.destroyed:
        return "destroyed"
    return "published" if key.published else "made"


def _as_json(key: KeyEntry) -> dict[str, object]:
    return {
        "class": key.retention,
        "day": key.day,
        "expires": key.expires,
        "from": key.iss,
        "kid": key.kid,
        "made_here": key.made_here,
        "state": _state(key),
        "to": key.to,
    }

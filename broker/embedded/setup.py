"""Make the home of a local exchange, once; a home that is there is kept as it is."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from broker.embedded import configs, home, pki, ports
from broker.embedded.defaults import is_auditor
from broker.embedded.home import Home
from broker.ports import Randomness
from broker.topology.model import Compaction
from contracts.errors import UsageError
from contracts.identifiers import Environment

UNFINISHED = ".creating"
"""Stands in a folder while a home is made there: what a crash left is then known to be ours."""


def ensure(
    folder: Path,
    *,
    participants: Sequence[str],
    compaction: Compaction,
    now: datetime,
    randomness: Randomness,
    environment: Environment = Environment.LIVE,
) -> Home:
    """Return the home at `folder`, made if there is none; then the other parameters say what it is like.

    A crash leaves either a complete home or an unfinished one, which the next call makes anew.

    Raises:
        UsageError: the folder holds something else, or a participant is named wrongly.
    """
    if home.exists(folder):
        return home.load(folder)
    chosen = home.checked(participants)
    absolute = folder.resolve()
    absolute.mkdir(parents=True, exist_ok=True)
    unfinished = absolute / UNFINISHED
    if unfinished.exists():
        for entry in absolute.iterdir():
            if entry != unfinished:
                shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    elif any(absolute.iterdir()):
        raise UsageError(f"{folder} is not empty and is no home of an exchange: give a new folder")
    unfinished.touch()
    port, controller, *http = _free(2 + len(chosen))
    made = Home(
        folder=absolute,
        environment=environment,
        compaction=compaction,
        participants=chosen,
        port=port,
        controller_port=controller,
        http_ports={name: http.pop() for name in chosen if not is_auditor(name)},
    )
    made.logs.mkdir()
    made.run.mkdir()
    pki.create(made, now=now, randomness=randomness)
    configs.write_all(made, decided=now.date())
    # Between these two the home is complete and counts as such; the mark is only tidied away.
    unfinished.unlink()
    return made


def settle_ports(present: Home) -> Home:
    """Return the home with ports that are free now, moved in all its files where somebody else took one.

    The caller holds the lock and has ended leftovers, so nothing of this home listens.
    """
    taken: set[int] = set()

    def settled(port: int) -> int:
        kept = port if port not in taken and ports.is_free(port) else ports.free(other_than=taken)
        taken.add(kept)
        return kept

    moved = replace(
        present,
        port=settled(present.port),
        controller_port=settled(present.controller_port),
        http_ports={name: settled(port) for name, port in present.http_ports.items()},
    )
    if moved != present:
        configs.move_ports(present, moved)
    return moved


def _free(count: int) -> list[int]:
    found: list[int] = []
    while len(found) < count:
        found.append(ports.free(other_than=found))
    return found

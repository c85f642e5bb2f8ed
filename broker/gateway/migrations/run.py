"""Upgrade a database inside the caller's transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from broker.gateway.migrations import HEADS
from contracts.errors import UsageError


def upgrade(connection: Connection, name: str, version: str | None) -> None:
    """Bring the tables of `name` from `version` (None: there are none) to the head.

    Raises:
        UsageError: `version` is of a later Baken or of another store; nothing is guessed.
    """
    folder = Path(__file__).parent
    config = Config(attributes={"connection": connection})
    for option, value in (("script_location", folder), ("version_locations", folder / name), ("path_separator", "os")):
        config.set_main_option(option, str(value).replace("%", "%%"))
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise UsageError(
            f"the {name} database has tables {version}, this version needs {HEADS[name]}: use the version that wrote it"
        )
    command.upgrade(config, HEADS[name])

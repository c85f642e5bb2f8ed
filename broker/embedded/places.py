"""Find the files that the embedded exchange needs: the deployment's own and the cache of fetched ones."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
"""Top folder of the source tree; the package is installed from there in editable form."""
DEPLOY = REPOSITORY / "deploy" / "kafka"
TOPOLOGY = DEPLOY / "topology.toml"
JARS_LOCK = DEPLOY / "jars.lock"
LOG4J = DEPLOY / "log4j2.properties"
JAVA_REQUIREMENTS = REPOSITORY / "requirements" / "java.txt"


def cache(environ: Mapping[str, str] = os.environ, repository: Path = REPOSITORY) -> Path:
    """Return the folder for fetched files, made if need be.

    `$XDG_CACHE_HOME/baken`, else `~/.cache/baken`, else `.cache/` in the repository where there is no
    home folder or it cannot be written.
    """
    candidates = []
    if base := environ.get("XDG_CACHE_HOME"):
        candidates.append(Path(base) / "baken")
    if home := environ.get("HOME"):
        candidates.append(Path(home) / ".cache" / "baken")
    for candidate in candidates:
        if candidate.is_absolute() and _usable(candidate):
            return candidate
    fallback = repository / ".cache"
    fallback.mkdir(exist_ok=True)
    return fallback


def _usable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)

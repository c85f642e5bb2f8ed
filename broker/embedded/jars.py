"""Fetch the jars of Apache Kafka by coordinate, each checked against its pinned SHA-256 before it can be run."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from broker.embedded import places
from broker.embedded.progress import Progress, silent
from contracts.errors import FetchFailed, PinMismatch, UsageError

THREADS = 8
"""Downloads at a time: 46 small files are bound by round trips, not by bandwidth."""
ATTEMPTS = 3
TIMEOUT_SECONDS = 60
KAFKA = "org.apache.kafka:kafka-clients"
"""The coordinate whose version names the release."""

_LINE = re.compile(r"^([A-Za-z0-9_.-]+):([A-Za-z0-9_.-]+):([A-Za-z0-9_.-]+) ([0-9a-f]{64})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """A jar by its Maven coordinate and the hash of the only bytes that are accepted under it."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        """Name in the cache."""
        return f"{self.artifact}-{self.version}.jar"

    @property
    def coordinate(self) -> str:
        """`group:artifact:version`."""
        return f"{self.group}:{self.artifact}:{self.version}"


Download = Callable[[Jar, Path], Path]
"""Fetch one jar into a folder that is empty, and return where it lies. Raises OSError or RuntimeError."""


def locked(path: Path = places.JARS_LOCK) -> tuple[Jar, ...]:
    """Read the list of pinned jars.

    Raises:
        UsageError: a line has another form.
    """
    jars = []
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), start=1):
        if line.startswith("#"):
            continue
        match = _LINE.match(line)
        if match is None:
            raise UsageError(f"{path} line {number}: expected `group:artifact:version sha256`")
        group, artifact, version, sha256 = match.groups()
        jars.append(Jar(group=group, artifact=artifact, version=version, sha256=sha256))
    return tuple(jars)


def kafka_version(jars: tuple[Jar, ...]) -> str:
    """Return the Kafka release that the list pins."""
    return next(jar.version for jar in jars if f"{jar.group}:{jar.artifact}" == KAFKA)


def missing(folder: Path, jars: tuple[Jar, ...]) -> list[Jar]:
    """Return the jars that are not in the cache with exactly the pinned bytes."""
    with ThreadPoolExecutor(THREADS) as pool:
        present = pool.map(lambda jar: _holds(folder / jar.file, jar), jars)
    return [jar for jar, held in zip(jars, present, strict=True) if not held]


def from_registry(jar: Jar, folder: Path) -> Path:
    """Download one jar through jgo, from the public registry that jgo knows."""
    from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415 (0.2 s that only a download is worth)

    context = MavenContext(resolver=PythonResolver(), repo_cache=folder, local_repos=[], timeout=TIMEOUT_SECONDS)
    return Path(context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve())


def ensure(
    folder: Path | None = None,
    *,
    jars: tuple[Jar, ...] | None = None,
    progress: Progress = silent,
    download: Download = from_registry,
) -> list[Path]:
    """Return the paths of all jars, fetching those that the cache lacks or holds with other bytes.

    A file becomes visible under its name only after its hash held, so a crash leaves no half jar.

    Raises:
        FetchFailed: a jar could not be downloaded; those that came are kept for the next run.
        PinMismatch: the registry gave other bytes than the pinned ones; they were removed.
    """
    cache = folder or places.cache() / "jars"
    wanted = locked() if jars is None else jars
    cache.mkdir(parents=True, exist_ok=True)
    lacking = missing(cache, wanted)
    for jar in lacking:
        (cache / jar.file).unlink(missing_ok=True)
    present = len(wanted) - len(lacking)
    if lacking:
        progress("jars", present, len(wanted))
    with ThreadPoolExecutor(THREADS) as pool:
        running = [pool.submit(_fetch, jar, cache, download) for jar in lacking]
        try:
            for count, future in enumerate(as_completed(running), start=1):
                future.result()
                progress("jars", present + count, len(wanted))
        finally:
            pool.shutdown(cancel_futures=True)
    return [cache / jar.file for jar in wanted]


def _fetch(jar: Jar, cache: Path, download: Download) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        # The temporary folder is beside the target, on the same file system, so that the rename is atomic.
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=cache))
        try:
            path = download(jar, part)
            if not _holds(path, jar):
                raise PinMismatch(f"{jar.coordinate}: the downloaded jar differs from {places.JARS_LOCK.name}; removed")
            path.replace(cache / jar.file)
        except (OSError, RuntimeError) as fault:
            if attempt == ATTEMPTS:
                raise FetchFailed(
                    f"{jar.coordinate} could not be downloaded ({type(fault).__name__}). Check the network and any "
                    f"proxy settings, then run the command again: what is already in {cache} is kept"
                ) from fault
        else:
            return
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _holds(path: Path, jar: Jar) -> bool:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == jar.sha256
    except FileNotFoundError:
        return False

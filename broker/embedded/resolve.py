"""Resolve Kafka's jars anew and write the list that pins them: `python -m broker.embedded.resolve`.

Run it to take up a new release: change `ROOTS`, run it, read the difference, commit both.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jgo.maven import Dependency, MavenContext, PythonResolver

from broker.embedded import places
from broker.embedded.jars import THREADS, TIMEOUT_SECONDS, Jar

ROOTS = (
    ("org.apache.kafka", "kafka_2.13", "4.3.1"),
    ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.1"),
    ("org.apache.logging.log4j", "log4j-core", "2.25.1"),
)
HEAD = f"""\
# Apache Kafka {ROOTS[0][2]} with log4j {ROOTS[1][2]}: every jar by coordinate (group:artifact:version) and SHA-256.
# Resolved from kafka_2.13, log4j-slf4j-impl and log4j-core with raw=True; only these bytes are ever run.
"""


def resolve(folder: Path) -> list[Jar]:
    """Download what `ROOTS` need at run time into `folder`, and return it with hashes, in the order of coordinates."""
    context = MavenContext(resolver=PythonResolver(), repo_cache=folder, local_repos=[], timeout=TIMEOUT_SECONDS)
    # `raw`: otherwise each root's managed versions bind the others, and log4j's table brings an old kafka-clients.
    wanted = [
        Dependency(context.project(group, artifact).at_version(version).artifact(), scope="compile", raw=True)
        for group, artifact, version in ROOTS
    ]
    roots, needed = context.resolver.resolve(wanted)
    artifacts = {
        found.artifact.filename: found.artifact
        for found in (*roots, *needed)
        if found.scope in ("compile", "runtime") and found.type == "jar"
    }
    with ThreadPoolExecutor(THREADS) as pool:
        paths = list(pool.map(lambda artifact: artifact.resolve(), artifacts.values()))
    jars = [
        Jar(
            group=artifact.groupId,
            artifact=artifact.artifactId,
            version=artifact.version,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for artifact, path in zip(artifacts.values(), paths, strict=True)
    ]
    return sorted(jars, key=lambda jar: jar.coordinate)


def written(jars: Iterable[Jar]) -> str:
    """Return the content of `jars.lock`."""
    return HEAD + "".join(f"{jar.coordinate} {jar.sha256}\n" for jar in jars)


def main() -> int:
    """Replace the list."""
    with tempfile.TemporaryDirectory() as folder:
        places.JARS_LOCK.write_text(written(resolve(Path(folder))), encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())

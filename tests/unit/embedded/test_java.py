"""Java: the first runtime that is new enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from broker.embedded import java


def runtime(folder: Path, version: str, *, code: int = 0) -> Path:
    """Make a program that reports `version` as a Java runtime does."""
    path = folder / "bin" / "java"
    path.parent.mkdir(parents=True)
    path.write_text(
        f"#!/bin/sh\necho 'Picked up JAVA_TOOL_OPTIONS: x' >&2\necho 'openjdk version \"{version}\"' >&2\nexit {code}\n"
    )
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("version", "expected"),
    [("17.0.15", 17), ("25", 25), ("25-ea", 25), ("1.8.0_402", 1)],
    ids=str,
)
def test_the_version_is_read_from_the_banner(tmp_path: Path, version: str, expected: int) -> None:
    """Releases, early ones and the old numbering are told apart."""
    assert java.version_of(runtime(tmp_path, version)) == expected


def test_what_does_not_run_has_no_version(tmp_path: Path) -> None:
    """A missing program and one that fails are no runtimes."""
    assert java.version_of(tmp_path / "absent") is None
    assert java.version_of(runtime(tmp_path, "17", code=1)) is None


def test_java_home_comes_before_path(tmp_path: Path) -> None:
    """Where both fit, JAVA_HOME is used."""
    home, path = tmp_path / "home", tmp_path / "path"
    runtime(home, "21")
    runtime(path, "17")
    found = java.find({"JAVA_HOME": str(home), "PATH": f"{path / 'bin'}:/usr/bin:/bin"})
    assert found is not None
    assert (found.origin, found.version) == ("JAVA_HOME", 21)


def test_an_old_runtime_is_passed_over(tmp_path: Path) -> None:
    """A Java 11 in JAVA_HOME does not hide the Java 17 on PATH."""
    home, path = tmp_path / "home", tmp_path / "path"
    runtime(home, "11.0.2")
    runtime(path, "17.0.1")
    found = java.find({"JAVA_HOME": str(home), "PATH": f"{path / 'bin'}:/usr/bin:/bin"})
    assert found is not None
    assert (found.origin, found.version) == ("PATH", 17)

"""Jars: pinned, fetched by coordinate, checked before they can be run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from broker.embedded import jars, places, resolve
from broker.embedded.jars import Jar
from contracts.errors import FetchFailed, PinMismatch, UsageError

CONTENT = {"alpha": b"jar of alpha", "beta": b"jar of beta"}
WANTED = tuple(
    Jar(group="org.example", artifact=name, version="1.0", sha256=hashlib.sha256(data).hexdigest())
    for name, data in CONTENT.items()
)


class Registry:
    """A registry in memory that counts what is asked of it and can fail a number of times."""

    def __init__(self, content: dict[str, bytes] | None = None, *, failures: int = 0) -> None:
        self.content = content or CONTENT
        self.failures = failures
        self.asked: list[str] = []

    def __call__(self, jar: Jar, folder: Path) -> Path:
        self.asked.append(jar.artifact)
        if len(self.asked) <= self.failures:
            raise ConnectionError
        path = folder / "downloaded"
        path.write_bytes(self.content[jar.artifact])
        return path


def test_the_committed_list_pins_one_kafka_release() -> None:
    """46 jars are pinned, and every jar of Kafka has the same version."""
    pinned = jars.locked()
    assert len(pinned) == 46
    assert {jar.version for jar in pinned if jar.group == "org.apache.kafka"} == {"4.3.1"}
    assert jars.kafka_version(pinned) == "4.3.1"


def test_the_committed_list_is_what_the_resolver_writes() -> None:
    """Head, order and spelling: taking up a release changes only the lines that changed."""
    assert resolve.written(jars.locked()) == places.JARS_LOCK.read_text(encoding="ascii")


def test_a_damaged_list_is_refused(tmp_path: Path) -> None:
    """A line of another form is named, never skipped."""
    path = tmp_path / "jars.lock"
    path.write_text("# comment\norg.example:alpha:1.0 nothash\n")
    with pytest.raises(UsageError, match="line 2"):
        jars.locked(path)


def test_fetched_jars_are_reused(tmp_path: Path) -> None:
    """The second call downloads nothing and returns the same paths in the order of the list."""
    registry = Registry()
    first = jars.ensure(tmp_path, jars=WANTED, download=registry)
    assert [path.read_bytes() for path in first] == list(CONTENT.values())
    assert jars.ensure(tmp_path, jars=WANTED, download=registry) == first
    assert sorted(registry.asked) == ["alpha", "beta"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alpha-1.0.jar", "beta-1.0.jar"]


def test_progress_tells_what_is_complete(tmp_path: Path) -> None:
    """Progress begins with what is present and ends with the whole."""
    told: list[tuple[str, int, int]] = []
    jars.ensure(tmp_path, jars=WANTED, download=Registry(), progress=lambda *step: told.append(step))
    assert told == [("jars", 0, 2), ("jars", 1, 2), ("jars", 2, 2)]


def test_other_bytes_from_the_registry_are_refused_and_removed(tmp_path: Path) -> None:
    """A jar that differs from its pin is an integrity fault at once, and nothing of it stays."""
    registry = Registry({**CONTENT, "beta": b"something else"})
    with pytest.raises(PinMismatch, match=r"org\.example:beta:1\.0"):
        jars.ensure(tmp_path, jars=WANTED, download=registry)
    assert registry.asked.count("beta") == 1
    assert not (tmp_path / "beta-1.0.jar").exists()
    assert list(tmp_path.glob(".part-*")) == []


def test_a_jar_changed_in_the_cache_is_never_used(tmp_path: Path) -> None:
    """A cached jar with other bytes counts as missing and is fetched anew."""
    jars.ensure(tmp_path, jars=WANTED, download=Registry())
    (tmp_path / "alpha-1.0.jar").write_bytes(b"tampered")
    assert [jar.artifact for jar in jars.missing(tmp_path, WANTED)] == ["alpha"]
    jars.ensure(tmp_path, jars=WANTED, download=Registry())
    assert (tmp_path / "alpha-1.0.jar").read_bytes() == CONTENT["alpha"]


def test_a_changed_jar_is_removed_even_when_it_cannot_be_fetched(tmp_path: Path) -> None:
    """Without a network the tampered jar is gone and the failure names it and the remedy."""
    jars.ensure(tmp_path, jars=WANTED, download=Registry())
    (tmp_path / "alpha-1.0.jar").write_bytes(b"tampered")
    with pytest.raises(FetchFailed, match=r"org\.example:alpha:1\.0.*Check the network"):
        jars.ensure(tmp_path, jars=WANTED, download=Registry(failures=99))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beta-1.0.jar"]


def test_a_download_that_breaks_off_is_tried_again(tmp_path: Path) -> None:
    """Two broken connections are mended by the third attempt."""
    registry = Registry(failures=2)
    assert jars.ensure(tmp_path, jars=WANTED[:1], download=registry)[0].read_bytes() == CONTENT["alpha"]
    assert registry.asked == ["alpha"] * 3

"""Places: where fetched files are kept."""

from __future__ import annotations

from pathlib import Path

from broker.embedded import places


def test_the_cache_follows_the_usual_rule(tmp_path: Path) -> None:
    """XDG_CACHE_HOME comes first, then the home folder."""
    xdg, home = tmp_path / "xdg", tmp_path / "home"
    assert places.cache({"XDG_CACHE_HOME": str(xdg), "HOME": str(home)}) == xdg / "baken"
    assert places.cache({"HOME": str(home)}) == home / ".cache" / "baken"


def test_without_a_usable_home_the_cache_is_in_the_repository(tmp_path: Path) -> None:
    """No HOME, a relative one, or one that is no folder: `.cache/` of the repository is used."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    for environ in ({}, {"HOME": "relative"}, {"HOME": str(blocked)}):
        assert places.cache(environ, tmp_path) == tmp_path / ".cache"


def test_the_deployment_files_are_there() -> None:
    """Everything that the embedded exchange reads is part of the repository."""
    for path in (places.TOPOLOGY, places.JARS_LOCK, places.LOG4J, places.JAVA_REQUIREMENTS):
        assert path.is_file()

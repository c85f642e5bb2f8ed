"""The local key is made once, kept private, and binds what it seals to its place."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from broker.gateway.vault import Vault
from contracts.errors import StoreCorrupt, UsageError


def test_the_key_is_made_on_first_use_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    """The first load makes a private key file; the second uses it."""
    path = tmp_path / "keys" / "local.key"
    first = Vault.load(path, os.urandom)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Vault.load(path, os.urandom).open(first.seal(b"text", place="a/1"), place="a/1") == b"text"
    assert [file.name for file in path.parent.iterdir()] == ["local.key"]


def test_the_first_of_two_processes_makes_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When another process wrote the key meanwhile, that key is used and nothing is replaced."""
    path = tmp_path / "local.key"
    link = os.link

    def late(source: Any, target: Any) -> None:
        path.write_bytes(b"w" * 32)
        path.chmod(0o600)
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    ours = Vault.load(path, os.urandom)
    assert path.read_bytes() == b"w" * 32
    assert Vault(b"w" * 32, os.urandom).mark("x") == ours.mark("x")


def test_a_key_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    """A key file open to a group is a usage error that says what to do."""
    path = tmp_path / "local.key"
    Vault.load(path, os.urandom)
    path.chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600"):
        Vault.load(path, os.urandom)


def test_a_truncated_key_is_refused(tmp_path: Path) -> None:
    """A key of another length is never used."""
    path = tmp_path / "local.key"
    path.write_bytes(b"short")
    path.chmod(0o600)
    with pytest.raises(UsageError, match="32 bytes"):
        Vault.load(path, os.urandom)


@pytest.mark.parametrize("change", ["place", "byte", "key", "short"])
def test_what_was_moved_or_changed_does_not_open(vault: Vault, change: str) -> None:
    """A sealed value opens only whole, in its place, under its key; the error says no more than the table."""
    blob = vault.seal(b"secret", place="events/1")
    place, opener = "events/1", vault
    if change == "place":
        place = "events/2"
    elif change == "byte":
        blob = blob[:-1] + bytes([blob[-1] ^ 1])
    elif change == "key":
        opener = Vault(b"o" * 32, os.urandom)
    else:
        blob = blob[:5]
    with pytest.raises(StoreCorrupt, match=r"at events$"):
        opener.open(blob, place=place)


def test_marks_keep_parts_apart(vault: Vault) -> None:
    """A mark depends on the parts and their borders, and on the key."""
    assert vault.mark("ab", "c") == vault.mark("ab", "c")
    assert vault.mark("ab", "c") != vault.mark("a", "bc")
    assert vault.mark("ab", "c") != Vault(b"o" * 32, os.urandom).mark("ab", "c")

"""Epoch keys are sealed to one hybrid key and one context, and key files are private and strict."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from broker.trust import hpke
from contracts.encoding import canonical
from contracts.errors import ForbiddenSection, UsageError
from tests.support.seeds import seeded

KEY = hpke.generate(seeded(1))
OTHER = hpke.generate(seeded(2))
KEK = bytes(range(32))


def test_only_the_key_and_the_context_open() -> None:
    """The sealed key opens with its private key and `info`, and with nothing else."""
    enc = hpke.seal(KEY.public(), KEK, b"context")
    assert len(enc) == len(KEK) + hpke.OVERHEAD_BYTES
    assert hpke.open_(KEY, enc, b"context") == KEK
    for key, data, info in (
        (OTHER, enc, b"context"),
        (KEY, enc, b"other"),
        (KEY, enc[:-1], b"context"),
        (KEY, b"", b"context"),
        (KEY, enc + b"\0", b"context"),
    ):
        with pytest.raises(ForbiddenSection):
            hpke.open_(key, data, info)


def test_key_file_is_private_and_round_trips(tmp_path: Path) -> None:
    """The file is readable by its owner only and gives the same key back."""
    path = tmp_path / "encryption.key"
    hpke.store(OTHER, path)
    hpke.store(KEY, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert hpke.load(path) == KEY
    assert [entry.name for entry in tmp_path.iterdir()] == ["encryption.key"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"kem": "MLKEM768_X25519"}',
        canonical({"kem": "MLKEM768_X25519", "mlkem_seed": "AA", "x25519": "AA"}),
        canonical({"kem": "MLKEM768_X25519", "mlkem_seed": "AB", "x25519": "AA"}),
        canonical({"kem": "X25519", "mlkem_seed": "AA", "x25519": "AA"}),
    ],
)
def test_other_key_files_are_refused(tmp_path: Path, content: bytes) -> None:
    """A file of another form or size is a usage error that names it."""
    path = tmp_path / "encryption.key"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"encryption\.key"):
        hpke.load(path)


def test_absent_key_file_is_named(tmp_path: Path) -> None:
    """An absent file is a usage error that names it."""
    with pytest.raises(UsageError, match=r"absent\.key"):
        hpke.load(tmp_path / "absent.key")


def test_private_parts_do_not_print() -> None:
    """The representation of a private key shows nothing of it."""
    assert repr(KEY) == "HybridPrivateKey()"

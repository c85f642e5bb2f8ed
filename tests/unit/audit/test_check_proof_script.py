"""docs/check_proof.py: a page of Python that checks proofs where Baken is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cryptography
import orjson
import pytest

from broker.audit.proof import encode_proof
from contracts.encoding import canonical
from tests.support.proof_changes import CHANGES, changed
from tests.support.proved import Proved, erased_alert

SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "check_proof.py"
SITE = Path(cryptography.__file__).parents[1]
BEYOND_THE_SCRIPT = {"an unknown member", "a path too long to read", "no entry", "a list twice", "no disclosures"}
"""Changes that its few lines do not look for; each of them changes nothing that it reports."""

_MADE: list[tuple[Proved, bytes]] = []


async def proof() -> tuple[Proved, bytes]:
    if not _MADE:
        hub, first, _ = await erased_alert()
        _MADE.append((hub, encode_proof(await hub.prove(first, erasure=True))))
    return _MADE[0]


def run(folder: Path, data: bytes, roots: bytes) -> tuple[int, str]:
    """Run the script with the standard library and `cryptography` alone; nothing of ours can be imported."""
    (folder / "proof.json").write_bytes(data)
    (folder / "roots.json").write_bytes(roots)
    start = (
        "import sys, runpy\n"
        "sys.addaudithook(lambda event, _: event.startswith('socket.') and sys.exit('network'))\n"
        f"sys.path.append({str(SITE)!r}); sys.argv = ['check_proof.py', 'proof.json', 'roots.json']\n"
        f"try: runpy.run_path({str(SCRIPT)!r})\n"
        "finally: print('imported', sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'broker', 'contracts', 'adapters', 'orjson', 'msgspec'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", start], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert "imported []" in done.stdout, done.stderr
    return done.returncode, done.stdout


def test_the_script_is_one_page() -> None:
    """At most 80 lines: short enough to be read before it is believed."""
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 80


async def test_the_script_confirms_a_proof(tmp_path: Path) -> None:
    """In an isolated interpreter with `cryptography` alone it confirms the event, the order and every receipt."""
    hub, data = await proof()
    code, out = run(tmp_path, data, hub.world.roots_bytes)
    assert code == 0
    assert "VERIFIED" in out
    assert out.count("erasure-receipt.v1") == 3
    assert "NL-POL suspect-alert.v1" in out


@pytest.mark.parametrize("what", sorted(CHANGES.keys() - BEYOND_THE_SCRIPT))
async def test_the_script_refuses_what_is_changed(what: str, tmp_path: Path) -> None:
    """Every change that the command refuses ends the script too, but for those named above."""
    hub, data = await proof()
    code, out = run(tmp_path, changed(data, CHANGES[what][0]), hub.world.roots_bytes)
    assert code == 1
    assert "VERIFIED" not in out


async def test_the_script_refuses_other_roots(tmp_path: Path) -> None:
    """With root keys of somebody else, or a threshold that is not reached, nothing is confirmed."""
    hub, data = await proof()
    roots = orjson.loads(hub.world.roots_bytes)
    for other in ({**roots, "threshold": 3}, {**roots, "keys": ["A" * 43]}, {**roots, "environment": "exercise"}):
        code, out = run(tmp_path, data, canonical(other))
        assert code == 1
        assert "VERIFIED" not in out

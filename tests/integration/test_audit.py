"""An auditor of a real exchange: prove an event, check it with and without Baken, report on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from broker.embedded.exchange import Exchange
from tests.support.command import baken
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "adapters" / "samples" / "nl-csv"


@pytest.fixture(scope="module")
def home(exchange: Exchange) -> Path:
    """Return the folder of the exchange."""
    return exchange.home.folder


@pytest.fixture(scope="module")
def event(home: Path) -> dict[str, Any]:
    """Publish suspects, and return one of them that the log has signed and every recipient has confirmed."""
    report = baken("publish", "--home", home, "--as", "NL-POL", "--json", SAMPLES / "suspects.csv").json()
    chosen: dict[str, Any] = report["events"][0]
    until(
        lambda: baken("audit", "report", "--home", home, "--alert", chosen["alert"], "--json").json(),
        lambda told: bool(told["answers"]) and all(one["in_time"] for one in told["answers"]),
    )
    return chosen


@pytest.fixture(scope="module")
def proof(home: Path, event: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prove the event once a checkpoint covers it."""
    path = tmp_path_factory.mktemp("proof") / "proof.json"
    until(lambda: baken("audit", "prove", event["event"], "--home", home, "--out", path), lambda ran: ran.code == 0)
    return path


def test_a_proof_from_the_live_log_is_checked_offline(home: Path, event: dict[str, Any], proof: Path) -> None:
    """The file names the event, its recipients and purpose, and needs root keys alone."""
    told = baken("audit", "check-proof", proof, "--roots", home / "trust" / "roots.json", "--json").json()
    assert told["verified"]
    (proven,) = told["proven"]
    assert (proven["event"], proven["alert"], proven["from"]) == (event["event"], event["alert"], "NL-POL")
    assert [line["to"] for line in proven["audience"]] == sorted(event["recipients"])
    assert proof.stat().st_size < 40_000


def test_the_page_of_python_confirms_it(home: Path, event: dict[str, Any], proof: Path, tmp_path: Path) -> None:
    """docs/check_proof.py runs apart from our code and says the same."""
    done = subprocess.run(
        [sys.executable, "-I", ROOT / "docs" / "check_proof.py", proof, home / "trust" / "roots.json"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "VERIFIED" in done.stdout
    assert event["event"] in done.stdout


def test_the_report_shows_it(home: Path, event: dict[str, Any], tmp_path: Path) -> None:
    """The alert's report has who, when, why and to whom, and the page is written beside the JSON."""
    page = tmp_path / "report.html"
    ran = baken("audit", "report", "--home", home, "--alert", event["alert"], "--json", "--html", page)
    told = ran.json()
    assert ran.code == 0
    assert event["event"] in {line["event"] for line in told["events"]}
    assert {flow["to"] for flow in told["flows"]} == set(event["recipients"])
    assert told["operations"][0]["count"] == 1
    assert event["alert"] in page.read_text(encoding="utf-8")

"""Signals over a real Kafka: from a national file and in canonical JSON, minimised, and erased everywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.interface import find
from broker.embedded.exchange import Exchange
from tests.support.command import baken
from tests.support.waiting import until

SAMPLES = Path(__file__).resolve().parents[2] / "adapters" / "samples"
MINOR = "UTO-G-0001"
"""A signal of `signals.csv` with a story, in which nobody says that it is not about a child."""
LINKED = "UTO-G-0007"
"""One that an investigation has taken up, so that it may stay for a year."""


@pytest.fixture(scope="module")
def home(exchange: Exchange) -> Path:
    """Return the folder of the exchange that all tests here use."""
    return exchange.home.folder


@pytest.fixture(scope="module")
def signals(home: Path) -> dict[str, Any]:
    """Publish the Dutch signals, and return their events by national id."""
    file = SAMPLES / "nl-csv" / "signals.csv"
    ran = baken("publish", "--home", home, "--as", "NL-POL", "--adapter", "nl-csv", "--json", file)
    assert (ran.code, ran.json()["refused"]) == (0, 0)
    ids = [record.national_id or "" for record in find("nl-csv").decode(file.read_bytes())]
    return dict(zip(ids, ran.json()["events"], strict=True))


def entry(home: Path, participant: str, event: str) -> Any:
    """Return what a participant holds of an event, as soon as it is there."""
    return until(
        lambda: next(
            (
                line
                for line in baken("feed", "--home", home, "--as", participant, "--json").lines()
                if line["event"] == event
            ),
            None,
        )
    )


def test_a_dutch_signal_arrives_opened_without_more_than_policy_allows(home: Path, signals: dict[str, Any]) -> None:
    """Liaison sees the observation, and no story while the person may be a child; the border post sees markers."""
    event = signals[MINOR]
    assert (event["type"], event["outcome"]) == ("signal.v1", "admitted")
    liaison, border = (entry(home, name, event["event"])["sections"] for name in ("DE-BKA", "BE-FGP"))
    assert liaison.keys() == {"handling", "markers", "observation", "references", "summary"}
    assert liaison["observation"]["reporter"] == "anonymous"
    assert liaison["observation"]["indicators"]["not_asked"] == ["ilo-11:deception", "ilo-11:isolation"]
    assert liaison["markers"] == {"action": "inform_only", "minor": "presumed"}
    assert border.keys() == {"handling", "markers"}
    told = entry(home, "DE-BKA", signals[LINKED]["event"])["sections"]
    assert {"narrative", "references", "observation"} <= told.keys()


def test_a_canonical_signal_arrives_and_leaves(home: Path) -> None:
    """Published as JSON by its members alone, opened at the recipient, and erased by its national id."""
    file = SAMPLES / "baken-json" / "signal.json"
    ran = baken("publish", "--home", home, "--as", "NL-POL", "--adapter", "baken-json", "--json", file)
    (event,) = ran.json()["events"]
    draft = json.loads(file.read_bytes())
    liaison = entry(home, "DE-BKA", event["event"])["sections"]
    assert liaison["observation"] == draft["sections"]["observation"]
    assert liaison["objects"] == draft["sections"]["objects"]
    entry(home, "BE-FGP", event["event"])
    (order,) = baken("erase", "--home", home, "--as", "NL-POL", "--json", draft["national_id"]).json()
    (erased,) = order["events"]
    assert erased["erasure"] == "certified"
    assert erased["receipts"] == {"BE-FGP": "erased", "DE-BKA": "erased"}
    gone = entry(home, "DE-BKA", event["event"])
    assert (gone["state"], gone["sections"]) == ("erased", {})


def test_a_signal_is_updated_and_withdrawn_like_any_alert(home: Path, tmp_path: Path, signals: dict[str, Any]) -> None:
    """The same national id again is the next version; a withdrawal reaches whoever had it."""
    draft = {**json.loads((SAMPLES / "baken-json" / "signal.json").read_bytes()), "national_id": "UTO-J-9001"}
    alerts = []
    for reporter in ("hotel", "police"):
        draft["sections"]["observation"]["reporter"] = reporter
        file = tmp_path / f"{reporter}.json"
        file.write_text(json.dumps(draft), encoding="utf-8")
        ran = baken("publish", "--home", home, "--as", "NL-POL", "--adapter", "baken-json", "--json", file)
        alerts += ran.json()["events"]
    assert [one["version"] for one in alerts] == [1, 2]
    assert alerts[0]["alert"] == alerts[1]["alert"] not in {one["alert"] for one in signals.values()}
    entry(home, "DE-BKA", alerts[1]["event"])
    assert baken("withdraw", "--home", home, "--as", "NL-POL", "--json", "UTO-J-9001").code == 0
    until(lambda: entry(home, "DE-BKA", alerts[1]["event"])["ended"] == "withdrawn")

"""Planted strings: content never stands anywhere in clear, and an erased alert leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.embedded.exchange import Exchange
from tests.support.command import baken
from tests.support.records import suspects
from tests.support.waiting import until

MARK = "Kanariegeel"
TEXT = "Zonnebloemveld bij Utopia"
PLANTED = (f"Proefstra{MARK}".encode(), TEXT.encode(), b"UTO-T-900001", b"UTO-2026-900001")
"""Surname, free text, national id and case number of the record published here."""


@pytest.fixture(scope="module")
def home(exchange: Exchange) -> Path:
    """Return the folder of the exchange."""
    return exchange.home.folder


@pytest.fixture(scope="module")
def alert(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Publish one record with planted strings and return its event, delivered to both recipients."""
    source = tmp_path_factory.mktemp("source") / "planted.csv"
    source.write_bytes(suspects(1, first=900_001, mark=MARK, text=TEXT))
    ran = baken("publish", "--home", home, "--as", "NL-POL", "--json", source)
    assert not any(planted in (ran.out + ran.err).encode() for planted in PLANTED)
    event: dict[str, str] = ran.json()["events"][0]
    for participant in ("DE-BKA", "BE-FGP"):
        until(lambda participant=participant: entry(home, participant, event["event"]))
    return event


def entry(home: Path, participant: str, event: str) -> dict[str, object]:
    lines = baken("feed", "--home", home, "--as", participant, "--json").lines()
    return next((line for line in lines if line["event"] == event), {})


def raw(home: Path, participant: str, event: str) -> bytes:
    lines = baken("feed", "--home", home, "--as", participant, "--raw").lines()
    return next((line["value"].encode() for line in lines if line["key"] == f"NL-POL/{event}"), b"")


def files(folder: Path) -> Iterator[Path]:
    """Yield every file below `folder`, topic names of Kafka's folders included in its path."""
    yield from (path for path in folder.rglob("*") if path.is_file())


def holders(folder: Path, needle: bytes, among: str = "") -> list[str]:
    """Return the files that hold `needle`; a file that compaction removes meanwhile holds nothing."""
    found = []
    for path in files(folder):
        try:
            if among in str(path) and needle in path.read_bytes():
                found.append(str(path.relative_to(folder)))
        except OSError:
            continue
    return found


def test_content_stands_nowhere_in_clear(home: Path, alert: dict[str, str]) -> None:
    """Kafka's segments, inboxes, outboxes, logs and configuration hold no planted string."""
    opened = entry(home, "DE-BKA", alert["event"])
    assert TEXT in json.dumps(opened["sections"], ensure_ascii=False)
    assert [holders(home, planted) for planted in PLANTED] == [[], [], [], []]


def test_log_lines_name_ids_and_codes_alone(home: Path, alert: dict[str, str]) -> None:
    """Every line of every service is a JSON object, and the event's id is in those of its gateways."""
    logs = [path for path in files(home / "logs") if path.name != "kafka.log"]
    lines = [json.loads(line) for path in logs for line in path.read_bytes().splitlines() if line.startswith(b"{")]
    assert any(line.get("jti") == alert["event"] and line["service"] == "gateway" for line in lines)
    assert not any(planted in path.read_bytes() for path in logs for planted in PLANTED)


def test_an_erased_alert_is_gone_from_every_file(home: Path, alert: dict[str, str]) -> None:
    """After the signed order: no sealed copy in feeds, inboxes and outboxes, and nothing in clear."""
    value = json.loads(raw(home, "DE-BKA", alert["event"]))
    sealed = value["sealed"]["ciphertext"][:48].encode()
    assert holders(home, sealed, "feed.de-bka")
    assert holders(home, sealed, "inbox.db")
    erased = baken("erase", "--home", home, "--as", "NL-POL", "--json", alert["alert"])
    assert erased.code == 0
    (order,) = erased.json()
    (event,) = order["events"]
    assert event["erasure"] == "certified"
    assert event["receipts"] == {"BE-FGP": "erased", "DE-BKA": "erased"}
    # Submit topics keep records for their retention; with the settings of this exchange it is seconds.
    left = until(lambda: holders(home, sealed), lambda found: found == [])
    assert left == []
    assert [holders(home, planted) for planted in PLANTED] == [[], [], [], []]
    for participant in ("DE-BKA", "BE-FGP"):
        gone = entry(home, participant, alert["event"])
        assert (gone["state"], gone["sections"]) == ("erased", {})
        assert raw(home, participant, alert["event"]) == b""


def test_the_audit_shows_the_erasure_as_complete(home: Path, alert: dict[str, str]) -> None:
    """Order and receipts are in the log; signatures of the erased event still verify."""
    ran = until(
        lambda: baken("audit", "replay", "--home", home, "--json"),
        lambda found: any(line["alert"] == alert["alert"] and line["complete"] for line in found.json()["erasures"]),
    )
    assert ran.json()["verified"]
